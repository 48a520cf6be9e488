package serve

import "testing"

// TestDeadlineOfWhoComputes: a deadline that goes by while its block computes elsewhere ends the block, and is over behind it:
// what comes then waits as if it had never been. So is a lock.
func TestDeadlineOfWhoComputes(t *testing.T) {
	s := open(t, `
வழி பெறு, "/deadline" {
	a = 0;
	முயல் { காலக்கெடு(0.02) { (மெய்) சுற்று { a = a + 1; } } } பிழை(e) { a = e.code; }
	உறங்கு(0.001);
	பதில் 200, a;
}
வழி பெறு, "/lock" {
	a = 0;
	முயல் { காலக்கெடு(0.02) { பூட்டு("k") { (மெய்) சுற்று { a = a + 1; } } } } பிழை(e) { a = e.code; }
	த = தொடங்கு { பூட்டு("k") { திரும்பு "free"; } };
	பதில் 200, a & (காத்திரு த);
}
`, settings{})
	for range 3 {
		s.want(s.ask("GET", "/deadline", ""), 200, "timeout")
		s.want(s.ask("GET", "/lock", ""), 200, "timeoutfree")
	}
}
