package loop

import (
	"math/rand/v2"
	"testing"
)

// TestWheelFiresOnTime compares the wheel with the obvious: every timer fires
// at the first tick at or after its deadline, whatever was armed, moved and
// disarmed before.
func TestWheelFiresOnTime(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var w wheel
	w.now = 12345
	conns := make([]*conn, 200)
	due := make(map[*conn]int64) // by the rules; absent when disarmed
	for i := range conns {
		c := &conn{}
		c.timer = timer{owner: c, bucket: unarmed}
		conns[i] = c
	}
	span := []int64{1, 3, 100, wheelSize - 1, wheelSize, wheelSize + 1, 5 * wheelSize}
	arm := func(c *conn) {
		at := w.now + rnd.Int64N(span[rnd.IntN(len(span))]+1)
		w.arm(&c.timer, at)
		due[c] = max(at, w.now+1)
	}
	fired := 0
	for range 20_000 {
		for range rnd.IntN(4) {
			c := conns[rnd.IntN(len(conns))]
			if rnd.IntN(5) == 0 {
				w.disarm(&c.timer)
				delete(due, c)
			} else {
				arm(c)
			}
		}
		step := int64(1)
		if rnd.IntN(50) == 0 {
			step = rnd.Int64N(2 * wheelSize) // the loop was held up
		}
		to := w.now + step
		w.advance(to, func(c *conn) {
			fired++
			at, ok := due[c]
			if !ok || at != w.now {
				t.Fatalf("fired at %d, due at %d (armed: %v)", w.now, at, ok)
			}
			delete(due, c)
			switch rnd.IntN(3) {
			case 0:
				arm(c)
			case 1:
				other := conns[rnd.IntN(len(conns))]
				w.disarm(&other.timer)
				delete(due, other)
			}
		})
		for c, at := range due {
			if at <= w.now {
				t.Fatalf("at %d, one due at %d has not fired (bucket %d)", w.now, at, c.timer.bucket)
			}
		}
		armed := 0
		w.each(func(*conn) { armed++ })
		if armed != len(due) {
			t.Fatalf("%d timers on the wheel, want %d", armed, len(due))
		}
	}
	if fired < 1000 {
		t.Errorf("only %d timers fired: the test has shown little", fired)
	}
}
