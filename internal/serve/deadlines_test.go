package serve

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

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

// TestRestlessRequests: requests wait for and compute everything under deadlines that go by anywhere, while clients leave. Nobody is in
// a lock that another has, no deadline outlasts its block, and nothing is left in the end (open).
func TestRestlessRequests(t *testing.T) {
	var holders [3]atomic.Int32
	var wrong atomic.Int32
	s := open(t, `
செயல் கணக்கிடு(n) { s = 0; ஒவ்வொரு i இல் வீச்சு(1, n) { s = s + i; } திரும்பு s; }
வா = வாய்க்கால்(3);
செயல் பூட்டில்(l, f) { பூட்டு("p" & l) { _fileInfo(l); முயல் { f(); } இறுதியில் { _fileSave(l, 0); } } }
பணி சேய்(n) { முயல் { கணக்கிடு(n); உறங்கு(0.001); திரும்பு n; } இறுதியில் { வா.length(); } }
செயல் வேலை(o, n) {
	(o == 0) எனில் { பூட்டில்(0, செயல்() { கணக்கிடு(n); }); }
	(o == 1) எனில் { பூட்டில்(0, செயல்() { உறங்கு(0.002); }); }
	(o == 2) எனில் { பூட்டில்(1, செயல்() { கணக்கிடு(n); பூட்டில்(2, செயல்() { கணக்கிடு(n); }); }); }
	(o == 3) எனில் { பூட்டில்(2, செயல்() { கணக்கிடு(n); உறங்கு(0.001); பூட்டில்(1, செயல்() { கணக்கிடு(n); }); }); }
	(o == 4) எனில் { x = இணையாக [சேய்(n), சேய்(10), சேய்(n)]; }
	(o == 5) எனில் { தேர்ந்தெடு { x = சேய்(n) => { கணக்கிடு(10); } y = வா.receive() => { கணக்கிடு(10); } z = உறங்கு(0.003) => { கணக்கிடு(n); } } }
	(o == 6) எனில் { வா.send([n]); கணக்கிடு(n); }
	(o == 7) எனில் { கணக்கிடு(n); வா.receive(); }
	(o == 8) எனில் { காலக்கெடு(0.002) { பூட்டில்(0, செயல்() { கணக்கிடு(n * 4); }); } }
	(o == 9) எனில் { த = தொடங்கு { பூட்டில்(1, செயல்() { கணக்கிடு(n); }); }; கணக்கிடு(n); த.cancel(); முயல் { காத்திரு த; } பிழை(e) { கணக்கிடு(1); } }
}
வழி பெறு, "/go" {
	ஒவ்வொரு k இல் வீச்சு(1, 5) {
		முயல் { காலக்கெடு(_random(1, 8000) / 1000000) { வேலை(_random(0, 9), _random(1, 60000)); } } பிழை(e) { (e.code != "timeout" மற்றும் e.code != "deadlock" மற்றும் e.code != "unavailable") எனில் { எறி e; } }
	}
	பூட்டில்(0, செயல்() { உறங்கு(0); });
	உறங்கு(0.001);
	பதில் 200, "ok";
}
`, settings{flags: map[string]string{"workers": "2"}, bind: func(l *vm.Linker) {
		l.Bind("fileInfo", 1, 1, func(_ *vm.Fiber, a []value.Value) (value.Value, error) {
			if holders[host.Trunc(&a[0])].Add(1) != 1 {
				wrong.Add(1)
			}
			return value.Nil, nil
		})
		l.Bind("fileSave", 2, 2, func(_ *vm.Fiber, a []value.Value) (value.Value, error) {
			holders[host.Trunc(&a[0])].Add(-1)
			return value.Nil, nil
		})
	}})
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 40 {
				leaves := rand.IntN(4) == 0
				ctx, cancel := context.WithCancel(t.Context())
				if leaves {
					time.AfterFunc(rand.N(20*time.Millisecond), cancel)
				}
				req, err := http.NewRequestWithContext(ctx, "GET", s.url+"/go", nil)
				if err != nil {
					t.Error(err)
					cancel()
					return
				}
				r, err := http.DefaultClient.Do(req)
				if err == nil {
					if _, err = io.Copy(io.Discard, r.Body); r.StatusCode != 200 {
						t.Errorf("status %d", r.StatusCode)
					}
					r.Body.Close()
				}
				if err != nil && !leaves {
					t.Error(err)
				}
				cancel()
			}
		})
	}
	all.Wait()
	if n := wrong.Load(); n > 0 {
		t.Errorf("%d times somebody was in a lock that another had", n)
	}
	if logs := s.logs.String(); strings.Contains(logs, "go_stack") || t.Failed() {
		t.Error(logs[:min(len(logs), 10_000)])
	}
}
