package serve

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"etamil/internal/cache"
	"etamil/internal/cache/redis"
	"etamil/internal/db/dbtest"
	"etamil/loop"
)

// kept is a program whose answers say how often a handler has run.
const keptProgram = `
செயல் கையாள்(r) { அச்சு "ran"; திரும்பு {"id": r.id, "q": r.query.get("q"), "lang": r.headers.get("accept-language")}; }
server.on("GET", "/plain", கையாள்);
server.on("GET", "/kept", கையாள், {cache: "1h"});
server.on("POST", "/kept", கையாள், {cache: 60});
server.on("GET", "/vary", கையாள், {தற்காலிகம்: {ttl: 60, vary: ["Accept-Language"]}});
server.on("GET", "/all", கையாள், {cache: {ttl: 60, everyone: மெய், tags: ["goods"]}});
server.on("GET", "/cookie", செயல்(r) { திரும்பு response(200, r.id, {"Set-Cookie": "a=1"}); }, {cache: 60});
server.on("GET", "/private", செயல்(r) { திரும்பு response(200, r.id, {"Cache-Control": "private"}); }, {cache: 60});
server.on("GET", "/nostore", செயல்(r) { திரும்பு response(200, r.id, {"Cache-Control": "no-store"}); }, {cache: 60});
server.on("GET", "/otherwise", செயல்(r) { திரும்பு response(200, r.id, {"Vary": "X-A"}); }, {cache: 60});
server.on("GET", "/missing", செயல்(r) { திரும்பு response(404, r.id); }, {cache: 60});
server.on("GET", "/own", செயல்(r) { திரும்பு response(200, _repeat(r.id, 100), {"X-A": "1", "Content-Type": "text/css"}); }, {cache: 60});
server.on("GET", "/short", கையாள், {cache: "50ms"});
g = server.group("/g");
g.use(செயல்(r, next) { திரும்பு next(r); });
g.on("GET", "/own", கையாள், {cache: 60});
g.on("GET", "/all", கையாள், {cache: {ttl: 60, everyone: மெய்}});
`

func TestKeptAnswers(t *testing.T) {
	server := dbtest.Redis(t)
	remote, err := redis.New(redis.Options{URL: server.URL, Prefix: "serve:", Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	for name, store := range map[string]cache.Store{"memory": cache.NewMemory(8<<20, nil), "redis": remote} {
		t.Run(name, func(t *testing.T) {
			s := open(t, keptProgram, settings{cache: store})
			same := func(want bool, what, path string, header ...string) {
				t.Helper()
				first := s.get(path, header...)
				var second reply
				for end := time.Now().Add(time.Minute); ; time.Sleep(2 * time.Millisecond) { // what is kept elsewhere takes a moment
					second = s.get(path, header...)
					if (second.body == first.body) == want || time.Now().After(end) {
						break
					}
					first = second
				}
				if (second.body == first.body) != want || first.status != second.status {
					t.Errorf("%s: %s, then %s", what, first.body, second.body)
				}
				if kept := second.header.Get("Age") != ""; kept != want {
					t.Errorf("%s: Age %q", what, second.header.Get("Age"))
				}
				if a, b := first.header.Get("X-Request-Id"), second.header.Get("X-Request-Id"); a == b {
					t.Errorf("%s: two answers have one id", what)
				}
			}
			same(false, "without the option", "/plain")
			same(true, "with it", "/kept")
			same(true, "with a query", "/kept?q=1")
			if r := s.get("/kept?q=2"); !strings.Contains(r.body, `"q":"2"`) {
				t.Errorf("another query: %s", r.body)
			}
			same(false, "with a cookie", "/kept", "Cookie: a=1")
			same(false, "with credentials", "/kept", "Authorization: Bearer x")
			same(true, "for everyone", "/all", "Authorization: Bearer x")
			same(true, "in one language", "/vary", "Accept-Language: ta")
			if r := s.get("/vary", "Accept-Language: en"); !strings.Contains(r.body, `"lang":"en"`) || r.header.Get("Vary") != "Accept-Language" {
				t.Errorf("another language: %s %v", r.body, r.header)
			}
			same(false, "cookies set", "/cookie")
			same(false, "private", "/private")
			same(false, "no-store", "/nostore")
			same(false, "varies by something else", "/otherwise")
			same(false, "no 200", "/missing")
			same(false, "behind middleware", "/g/own")
			same(true, "behind middleware, for everyone", "/g/all")
			same(true, "lines and type of its own", "/own")
			r := s.get("/own")
			if r.header.Get("X-A") != "1" || r.header.Get("Content-Type") != "text/css" || r.header.Get("ETag") == "" {
				t.Errorf("its lines: %v", r.header)
			}
			if again := s.get("/own", "If-None-Match: "+r.header.Get("ETag")); again.status != 304 {
				t.Errorf("with its tag: %d", again.status)
			}
			if z := s.get("/own", "Accept-Encoding: gzip"); z.header.Get("Content-Encoding") != "gzip" && len(r.body) >= 1024 || s.unpacked(z) != r.body {
				t.Errorf("compressed: %v", z.header)
			}
			if h := s.send("HEAD", "/own", ""); h.status != 200 || h.body != "" || h.header.Get("Content-Length") != fmt.Sprint(len(r.body)) {
				t.Errorf("HEAD: %d %v", h.status, h.header)
			}
			if a, b := s.send("POST", "/kept", "x"), s.send("POST", "/kept", "x"); a.body == b.body {
				t.Error("POST was kept")
			}
			one := s.get("/short").body
			eventually(t, "the end of its time", func() bool { return s.get("/short").body != one })
			one = s.get("/all").body
			if n, err := store.DeleteTag(t.Context(), "goods"); err != nil || n == 0 {
				t.Errorf("deleted %d, %v", n, err)
			}
			if s.get("/all").body == one {
				t.Error("it outlives its tag")
			}
		})
	}
	_ = remote.Close()
}

// TestKeptAnswersAway: a cache that is away or silent is as if nothing were kept.
func TestKeptAnswersAway(t *testing.T) {
	server := dbtest.Redis(t)
	t.Cleanup(func() { server.Signal(syscall.SIGCONT) })
	remote, err := redis.New(redis.Options{URL: server.URL, Timeout: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer remote.Close()
	s := open(t, keptProgram, settings{cache: remote, shared: true, flags: map[string]string{"rate": "1000/s"}})
	server.Signal(syscall.SIGSTOP)
	for range 20 {
		if r := s.get("/kept"); r.status != 200 {
			t.Fatalf("%d %s", r.status, r.body)
		}
	}
}

// TestSharedRate: two instances with one store let a client ask as often as one.
func TestSharedRate(t *testing.T) {
	server := dbtest.Redis(t)
	remote, err := redis.New(redis.Options{URL: server.URL, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer remote.Close()
	const program = `
		server.on("GET", "/a", செயல்() { திரும்பு "a"; });
		server.on("GET", "/b", செயல்() { திரும்பு "b"; }, {limit: {rate: "3/h", burst: 3}});`
	set := settings{cache: remote, shared: true, flags: map[string]string{"rate": "6/h"}}
	one, two := launch(t, program, set), launch(t, program, set)
	defer one.stop()
	defer two.stop()
	for path, most := range map[string]int{"/a": 6, "/b": 3} {
		fine := 0
		for range most {
			for _, s := range []*site{one, two} {
				switch r := s.get(path); r.status {
				case 200:
					fine++
					if want := fmt.Sprintf("r=%d;", most-fine); !strings.Contains(r.header.Get("RateLimit"), want) {
						t.Errorf("%s: RateLimit %q, want %s", path, r.header.Get("RateLimit"), want)
					}
				case 429:
					if r.header.Get("Retry-After") == "" {
						t.Errorf("%s: %v", path, r.header)
					}
				default:
					t.Errorf("%s: %d", path, r.status)
				}
			}
		}
		if fine != most {
			t.Errorf("%s: %d were let pass, want %d", path, fine, most)
		}
	}
}

// TestTimersOnce: of two instances one runs a timer, and when it has gone the other does.
func TestTimersOnce(t *testing.T) {
	server := dbtest.Redis(t)
	remote, err := redis.New(redis.Options{URL: server.URL, Timeout: 5 * time.Second})
	if err != nil {
		t.Fatal(err)
	}
	defer remote.Close()
	const program = `இடைவெளி 0.1 { அச்சு "ran"; } server.on("GET", "/", செயல்() { திரும்பு 1; });`
	set := settings{cache: remote, shared: true, flags: map[string]string{"cache-timers": "once", "cache-url": server.URL}}
	began := time.Now()
	one, two := launch(t, program, set), launch(t, program, set)
	defer one.stop()
	defer two.stop()
	runs := func(s *site) int { return strings.Count(s.out.String(), "ran") }
	for end := time.Now().Add(time.Minute); runs(one)+runs(two) < 10; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d and %d runs", runs(one), runs(two))
		}
	}
	if n, most := runs(one)+runs(two), int(time.Since(began)/(90*time.Millisecond))+1; n > most {
		t.Errorf("%d runs, where there is time for %d", n, most)
	}
	gone, other := one, two
	_ = gone.stop()
	before := runs(other)
	for end := time.Now().Add(time.Minute); runs(other) < before+3; time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nobody runs it any more")
		}
	}
}

// movingClock is a clock that stands still while this process does, as on a machine that is busy with something else.
func movingClock(t *testing.T) func() time.Time {
	began := time.Now()
	var passed atomic.Int64
	over, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		for last := began; ; {
			select {
			case <-over:
				return
			case <-time.After(5 * time.Millisecond):
			}
			now := time.Now()
			passed.Add(int64(min(now.Sub(last), 20*time.Millisecond)))
			last = now
		}
	}()
	t.Cleanup(func() { close(over); <-ended })
	return func() time.Time { return began.Add(time.Duration(passed.Load())) }
}

// TestTimersOnceAtATime: a run that lasts longer than the gap keeps the others out until its end.
func TestTimersOnceAtATime(t *testing.T) {
	const program = `இடைவெளி 1 { அச்சு "begun"; _sleep(3); அச்சு "over"; } server.on("GET", "/", செயல்() { திரும்பு 1; });`
	set := settings{cache: cache.NewMemory(1<<20, movingClock(t)), shared: true, flags: map[string]string{"cache-timers": "once"}}
	one, two := launch(t, program, set), launch(t, program, set)
	defer one.stop()
	defer two.stop()
	of := func(s *site) (begun, over int) {
		out := s.out.String()
		return strings.Count(out, "begun"), strings.Count(out, "over")
	}
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		begun1, over1 := of(one)
		begun2, over2 := of(two)
		again, _ := of(one)
		_, still := of(one)
		if begun1 == again && over1 == still && begun1 > over1 && begun2 > over2 {
			t.Fatalf("both run: %d and %d runs have ended", over1, over2)
		}
		if over1+over2 > 0 {
			return
		}
	}
	t.Fatal("nobody runs it")
}

// TestTimerThatIsStopped: one that has taken the lock of a run and is stopped before that begins leaves the lock to others.
func TestTimerThatIsStopped(t *testing.T) {
	store := cache.NewMemory(1<<20, nil)
	s := launch(t, `இடைவெளி 3600 { அச்சு "ran"; } server.on("GET", "/", செயல்() { திரும்பு 1; });`,
		settings{cache: store, shared: true, flags: map[string]string{"cache-timers": "once"}})
	defer s.stop()
	x := s.app.timers[0]
	if !x.mine() {
		t.Fatal("somebody else has the lock")
	}
	x.stop()
	x.w.loop.Post(loop.TaskFunc(x.tick))
	eventually(t, "the lock is free", func() bool {
		ok, err := store.Lock(context.Background(), string(cache.Once)+x.place, "another", time.Hour)
		return ok && err == nil
	})
}
