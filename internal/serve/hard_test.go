package serve

import (
	"context"
	"errors"
	"etamil/internal/builtin"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/value"
	"etamil/vm"
)

// greedy are handlers that want more than they may have.
const greedy = `
செயல் ஆழம்(n) { திரும்பு ஆழம்(n + 1) + 1; }
server.on("GET", "/ping", செயல்() { திரும்பு "pong"; });
server.on("GET", "/loop", செயல்() { i = 0; (1 == 1) சுற்று { i = i + 1; } });
server.on("GET", "/deep", செயல்() { திரும்பு ஆழம்(0); });
server.on("GET", "/text", செயல்() { s = "0123456789"; (1 == 1) சுற்று { s = s & s; } });
server.on("GET", "/list", செயல்() { l = [1]; (1 == 1) சுற்று { l = [..l, ..l]; } });
server.on("GET", "/tree", செயல்() { t = {}; (1 == 1) சுற்று { t = {a: t, b: t}; } });
server.on("GET", "/output", செயல்() { t = "0123456789"; i = 0; (i < 40) சுற்று { t = [t, t]; i = i + 1; } திரும்பு t; });
செயல் பெரிது(n) { t = "0123456789"; i = 0; (i < n) சுற்று { t = [t, t]; i = i + 1; } திரும்பு t; }
server.on("GET", "/large", செயல்() { திரும்பு response(201, பெரிது(17), {"X-A": 1}); });
வழி பெறு, "/large/said" { பதில் 202, பெரிது(17); }
வழி பெறு, "/output/said" { பதில் 202, பெரிது(40); }
server.on("GET", "/stubborn", செயல்() { (1 == 1) சுற்று { முயல் { (1 == 1) சுற்று { x = 1; } } பிழை(e) { x = 2; } } });
server.on("GET", "/work", செயல்() { i = 0; (i < 200000) சுற்று { i = i + 1; } திரும்பு i; });
server.on("GET", "/timeout", செயல்() { உறங்கு(60); });
server.on("GET", "/short", செயல்() { உறங்கு(60); }, {timeout: "200ms"});
server.on("GET", "/finally", செயல்() { முயல் { உறங்கு(60); } இறுதியில் { அச்சு "இறுதி"; } }, {timeout: 0.3});
`

func TestGreedyHandlers(t *testing.T) {
	s := open(t, greedy, settings{flags: map[string]string{"workers": "1", "steps": "1000000", "memory": "4MiB"}})
	stop, slowest := make(chan struct{}), int64(0)
	var neighbours sync.WaitGroup
	for range 2 {
		neighbours.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				began := time.Now()
				if r, err := s.try("GET", "/ping", ""); err != nil || r.body != "pong" {
					t.Errorf("a neighbour got %v %v", r, err)
					return
				}
				if d := int64(time.Since(began)); d > atomic.LoadInt64(&slowest) {
					atomic.StoreInt64(&slowest, d)
				}
			}
		})
	}
	var all sync.WaitGroup
	for _, c := range []struct {
		path   string
		status int
		code   string
	}{
		{"/loop", 503, "out_of_steps"},
		{"/deep", 500, "internal"},
		{"/text", 503, "out_of_memory"},
		{"/list", 503, "out_of_memory"},
		{"/output", 503, "out_of_memory"},
		{"/output/said", 503, "out_of_memory"},
		{"/stubborn", 503, "out_of_steps"},
		{"/short", 504, "timeout"},
		{"/finally", 504, "timeout"},
	} {
		all.Go(func() {
			began := time.Now()
			r, err := s.try("GET", c.path, "")
			if err != nil {
				t.Errorf("%s: %v", c.path, err)
				return
			}
			s.wantCode(r, c.status, c.code)
			if d := time.Since(began); d > 50*time.Second {
				t.Errorf("%s took %v", c.path, d)
			}
			if c.status == 503 && r.header.Get("Retry-After") == "" {
				t.Errorf("%s: no Retry-After", c.path)
			}
		})
	}
	all.Go(func() {
		if r, err := s.try("GET", "/tree", ""); err != nil || r.status != 503 {
			t.Errorf("/tree: %v %v", r, err)
		}
	})
	all.Wait()
	close(stop)
	neighbours.Wait()
	if d := time.Duration(atomic.LoadInt64(&slowest)); d > 20*time.Second {
		t.Errorf("a neighbour waited %v", d)
	}
	s.want(s.ask("GET", "/work", ""), 200, "200000")
	for path, status := range map[string]int{"/large": 201, "/large/said": 202} {
		r := s.ask("GET", path, "")
		if want := 1<<17*len(`"0123456789",`) + (1<<17-1)*2 - 1; r.status != status || len(r.body) != want || !strings.HasPrefix(r.body, "[[[[[[[[[[[[[[[[[\"0123456789\",\"0123456789\"],") {
			t.Errorf("%s: %d, %d bytes, want %d: %.100s", path, r.status, len(r.body), want, r.body)
		}
	}
	eventually(t, "the finally block has run", func() bool { return s.out.String() == "இறுதி\n" })
}

func eventually(t testing.TB, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}

func TestHandlerTimeout(t *testing.T) {
	s := open(t, greedy, settings{flags: map[string]string{"handler-timeout": "200ms", "steps": "1000000000000", "workers": "1"}})
	began := time.Now()
	var all sync.WaitGroup
	for _, path := range []string{"/timeout", "/loop", "/stubborn"} {
		all.Go(func() {
			r, err := s.try("GET", path, "")
			if err != nil {
				t.Error(err)
			}
			s.wantCode(r, 504, "timeout")
		})
	}
	all.Wait()
	if d := time.Since(began); d < 200*time.Millisecond || d > 50*time.Second {
		t.Errorf("after %v", d)
	}
	s.want(s.ask("GET", "/ping", ""), 200, "pong")
	eventually(t, "each is in the log, with the place where it stood", func() bool {
		n := 0
		for line := range strings.Lines(s.logs.String()) {
			if strings.Contains(line, `"method":"GET","path":"/`) && strings.Contains(line, `"status":504,`) && strings.Contains(line, `"line":`) {
				n++
			}
		}
		return n == 3
	})
}

// TestTooManyCompute has more handlers compute than may: some are turned away at once,
// the others end.
func TestTooManyCompute(t *testing.T) {
	s := open(t, greedy, settings{flags: map[string]string{"workers": "1", "max-computing": "2"}})
	var all sync.WaitGroup
	var ok, away atomic.Int32
	for range 20 {
		all.Go(func() {
			r, err := s.try("GET", "/work", "")
			switch {
			case err == nil && r.status == 200 && r.body == "200000":
				ok.Add(1)
			case err == nil && r.status == 503 && r.header.Get("Retry-After") != "":
				away.Add(1)
			default:
				t.Errorf("%v %v", r, err)
			}
		})
	}
	all.Wait()
	if ok.Load() < 2 {
		t.Errorf("%d have ended, %d were turned away", ok.Load(), away.Load())
	}
	s.want(s.ask("GET", "/work", ""), 200, "200000")
}

func TestLimitsOfRequests(t *testing.T) {
	s := open(t, `server.on("POST", "/n", செயல்(r) { திரும்பு நீளம்(r.body); });`, settings{flags: map[string]string{"body-limit": "1000", "header-limit": "2000", "header-count": "10"}})
	s.want(s.ask("POST", "/n", strings.Repeat("a", 1000)), 200, "1000")
	s.wantCode(s.ask("POST", "/n", strings.Repeat("a", 1001)), 413, "too_large")
	s.wantCode(s.ask("POST", "/n", "a", "X-A: "+strings.Repeat("a", 2000)), 431, "")
	many := "GET /n HTTP/1.1\r\nHost: a\r\n" + strings.Repeat("A: b\r\n", 20) + "\r\n"
	s.wantCode(s.raw(many, "GET")[0], 431, "")
	s.wantCode(s.raw("GET /n HTTP/9.9\r\nHost: a\r\n\r\n", "GET")[0], 505, "")
	s.wantCode(s.raw("NONSENSE\r\n\r\n", "GET")[0], 400, "bad_request")
}

// gate is a native that waits until it is opened, and counts who waits.
type gate struct {
	open    chan struct{}
	waiting atomic.Int32
	gone    atomic.Int32
}

func newGate() *gate { return &gate{open: make(chan struct{})} }

func (g *gate) bind(l *vm.Linker) {
	l.Bind("query_async", 1, 3, func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		return f.Wait(&gateTask{g})
	})
}

type gateTask struct{ g *gate }

func (t *gateTask) Do(ctx context.Context) {
	t.g.waiting.Add(1)
	defer t.g.waiting.Add(-1)
	select {
	case <-t.g.open:
	case <-ctx.Done():
		t.g.gone.Add(1)
	}
}

func (t *gateTask) Finish(f *vm.Fiber) (value.Value, error) { return f.Heap().NewText("opened"), nil }

const gated = `
server.on("GET", "/gate", செயல்() { திரும்பு query_async("x"); });
server.on("GET", "/ping", செயல்() { திரும்பு "pong"; });
`

func TestSuspendedHandlersDoNotBlock(t *testing.T) {
	g := newGate()
	s := open(t, gated, settings{bind: g.bind, flags: map[string]string{"workers": "1"}})
	var all sync.WaitGroup
	for range 300 {
		all.Go(func() {
			if r, err := s.try("GET", "/gate", ""); err != nil || r.status != 200 || r.body != "opened" {
				t.Errorf("%v %v", r, err)
			}
		})
	}
	eventually(t, "as many wait as may", func() bool { return g.waiting.Load() == maxGoroutines })
	s.want(s.ask("GET", "/ping", ""), 200, "pong")
	close(g.open)
	all.Wait()
}

// TestAThousandWait: a thousand requests that each sleep 100 ms sleep at the same time.
func TestAThousandWait(t *testing.T) {
	s := open(t, `server.on("GET", "/", செயல்() { உறங்கு("100ms"); திரும்பு "எழுந்தேன்"; });`, settings{})
	const n = 1000
	conns := make([]net.Conn, n)
	for i := range conns {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(time.Minute))
		conns[i] = c
	}
	began := time.Now()
	for _, c := range conns {
		if _, err := io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
			t.Fatal(err)
		}
	}
	buf := make([]byte, 4096)
	for i, c := range conns {
		if k, err := c.Read(buf); err != nil || !strings.HasSuffix(string(buf[:k]), "எழுந்தேன்") {
			t.Fatalf("request %d: %q %v", i, buf[:k], err)
		}
	}
	d := time.Since(began)
	t.Logf("%d requests in %v", n, d)
	if d > 50*time.Second { // one after the other they would take a hundred seconds
		t.Errorf("%d requests took %v", n, d)
	}
}

func TestTooManyWait(t *testing.T) {
	g := newGate()
	const most = 16 // whichever of the loops their connections come to
	s := open(t, gated, settings{bind: g.bind, flags: map[string]string{"workers": "4", "max-waiting": fmt.Sprint(most)}})
	var all sync.WaitGroup
	for i := range most {
		all.Go(func() {
			if r, err := s.try("GET", "/gate", ""); err != nil || r.status != 200 {
				t.Errorf("%v %v", r, err)
			}
		})
		eventually(t, "one more waits", func() bool { return g.waiting.Load() == int32(i+1) })
	}
	r := s.ask("GET", "/gate", "")
	s.wantCode(r, 503, "")
	if r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	s.wantCode(s.get("/ready"), 503, "")
	s.want(s.get("/health"), 200, `{"status":"ok"}`)
	close(g.open)
	all.Wait()
}

// TestClientVanishes breaks the connections of suspended handlers: their tasks are
// cancelled and nothing is left.
func TestClientVanishes(t *testing.T) {
	g := newGate()
	s := open(t, gated, settings{bind: g.bind})
	var conns []net.Conn
	for range 20 {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, "GET /gate HTTP/1.1\r\nHost: a\r\n\r\n")
		conns = append(conns, c)
	}
	eventually(t, "all wait", func() bool { return g.waiting.Load() == 20 })
	for _, c := range conns {
		c.(*net.TCPConn).SetLinger(0) // a reset
		c.Close()
	}
	eventually(t, "all are cancelled", func() bool { return g.waiting.Load() == 0 && g.gone.Load() == 20 })
	s.want(s.ask("GET", "/ping", ""), 200, "pong")
}

// TestDrain shuts the server down under load: every request that was sent on a
// connection that was accepted is answered.
func TestDrain(t *testing.T) {
	for range 5 {
		s := open(t, `
server.on("GET", "/fast", செயல்() { திரும்பு "fast"; });
server.on("GET", "/slow", செயல்() { உறங்கு("20ms"); திரும்பு "slow"; });
server.start();
அச்சு "முடிந்தது";
`, settings{})
		var all sync.WaitGroup
		var answered, lost atomic.Int32
		for i := range 8 {
			all.Go(func() {
				path := [2]string{"/fast", "/slow"}[i%2]
				for {
					c, err := net.Dial("tcp", s.addr)
					if err != nil {
						return // refused: the server is gone, nothing was lost
					}
					c.SetDeadline(time.Now().Add(time.Minute))
					for {
						if _, err := io.WriteString(c, "GET "+path+" HTTP/1.1\r\nHost: a\r\n\r\n"); err != nil {
							break
						}
						buf := make([]byte, 4096)
						n, err := c.Read(buf)
						if err != nil || !strings.HasPrefix(string(buf[:n]), "HTTP/1.1 200 ") {
							if n > 0 {
								lost.Add(1)
							}
							break
						}
						answered.Add(1)
						if strings.Contains(string(buf[:n]), "Connection: close") {
							break
						}
					}
					c.Close()
				}
			})
		}
		eventually(t, "requests are answered", func() bool { return answered.Load() > 50 })
		if err := s.stop(); err != nil {
			t.Errorf("Run answers %v", err)
		}
		all.Wait()
		if lost.Load() > 0 {
			t.Errorf("%d answers were not whole, %d were", lost.Load(), answered.Load())
		}
		if s.out.String() != "முடிந்தது\n" {
			t.Errorf("what follows server.start has printed %q", s.out)
		}
	}
}

// TestDrainHasAnEnd shuts down while a handler waits for ever.
func TestDrainHasAnEnd(t *testing.T) {
	g := newGate()
	s := open(t, gated, settings{bind: g.bind, flags: map[string]string{"drain-timeout": "200ms"}})
	got := make(chan reply, 1)
	go func() {
		r, _ := s.try("GET", "/gate", "")
		got <- r
	}()
	eventually(t, "one waits", func() bool { return g.waiting.Load() == 1 })
	began := time.Now()
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if d := time.Since(began); d < 200*time.Millisecond || d > 50*time.Second {
		t.Errorf("the drain took %v", d)
	}
	if r := <-got; r.status != 503 {
		t.Errorf("the one that waited got %d %s", r.status, r.body)
	}
	if g.gone.Load() != 1 {
		t.Error("its task was not cancelled")
	}
}

// closer is something that the top level leaves open.
type closer struct{ closed atomic.Bool }

func (c *closer) Close() error {
	c.closed.Store(true)
	return nil
}

// bindCloser binds a native that leaves c open.
func bindCloser(c *closer) func(*vm.Linker) {
	return func(l *vm.Linker) {
		l.Bind("query_async", 1, 3, func(f *vm.Fiber, _ []value.Value) (value.Value, error) {
			f.CloseAtEnd(c)
			return value.Nil, nil
		})
	}
}

func TestTopLevelLeavesNothingOpen(t *testing.T) {
	c := &closer{}
	open(t, `x = query_async("begin"); server.on("GET", "/", செயல்() { });`, settings{bind: bindCloser(c)})
	if !c.closed.Load() {
		t.Error("what the top level has opened is open while the program serves")
	}
}

func TestWholeProgram(t *testing.T) {
	s := open(t, `
அ = 0;
அ = அ + 1;
அச்சு request_method & " " & request_path;
பதில் 200, {"எண்": அ, "உடல்": request_body};
`, settings{})
	for range 3 {
		s.want(s.ask("POST", "/", "அ"), 200, `{"உடல்":"அ","எண்":1}`)
	}
	s.want(s.ask("GET", "/", ""), 200, `{"உடல்":"","எண்":1}`)
	s.wantCode(s.ask("PATCH", "/", ""), 405, "")
	s.wantCode(s.ask("GET", "/x", ""), 404, "not_found")
	if s.out.String() != strings.Repeat("POST /\n", 3)+"GET /\n" {
		t.Errorf("printed %q", s.out)
	}
}

func TestTimers(t *testing.T) {
	s := open(t, `
முறை_எண் = 0;
இடைவெளி 0.02 { முறை_எண் = முறை_எண் + 1; அச்சு "டிக் " & முறை_எண்; உறங்கு(0.001); }
இடைவெளி "30ms" { x = 1 / 0; }
இடைவெளி "30ms" { x = தவறு({code: "answered"})?; அச்சு "never"; }
வழி பெறு, "/" { பதில் 200, முறை_எண்; }
`, settings{})
	eventually(t, "the timer has run three times", func() bool { return strings.Count(s.out.String(), "டிக் 1\n") >= 3 })
	eventually(t, "the other has failed twice", func() bool {
		return strings.Count(s.logs.String(), `"event":"timer_failed"`) >= 2 && strings.Contains(s.logs.String(), `"code":"division_by_zero"`) && strings.Contains(s.logs.String(), `"code":"answered"`)
	})
	s.want(s.ask("GET", "/", ""), 200, "0")
	s.stop()
	n := len(s.out.String())
	time.Sleep(50 * time.Millisecond)
	if len(s.out.String()) != n {
		t.Error("a timer runs after the end")
	}
}

func TestDevelopmentTells(t *testing.T) {
	s := open(t, shopWithout(shop)+`
server.on("GET", "/away", செயல்() { எறி பிழை_ஆக்கு("unavailable", "x"); });
`, settings{flags: map[string]string{"mode": "development"}})
	if r := s.get("/away"); r.status != 503 || r.header.Get("Retry-After") != "1" {
		t.Errorf("%d %v", r.status, r.header)
	}
	r := s.ask("GET", "/boom", "")
	if r.status != 500 || !strings.Contains(r.body, "செயலி.qmz:") || !strings.Contains(r.body, "division by zero") || !strings.Contains(r.body, `"stack":[`) {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// TestDevelopmentHelps are slips of people who know other frameworks: the message says
// what to write, in the language that is asked for.
func TestDevelopmentHelps(t *testing.T) {
	s := open(t, `
server.on("GET", "/values/:x", செயல்(r) { திரும்பு r.parameters.x; });
server.on("GET", "/near", செயல்(r) { திரும்பு r.quer; });
server.on("GET", "/call", செயல்(r) { திரும்பு r.cookie("a"); });
server.on("GET", "/none", செயல்(r) { திரும்பு r.zzzzzz; });
server.on("GET", "/count", செயல்(r) { திரும்பு r.query.get(); });
`, settings{flags: map[string]string{"mode": "development"}})
	for path, says := range map[string]string{
		"/values/1": `values has no member 'x' → .get(\"x\")?"`,
		"/near":     `request has no member 'quer' → .query?"`,
		"/call":     `request has no member 'cookie' → .cookies?"`,
		"/none":     `request has no member 'zzzzzz'"`,
		"/count":    `expects 1-2 argument(s), got 0"`,
	} {
		r := s.ask("GET", path, "", "Accept-Language: en")
		if r.status != 500 || !strings.Contains(r.body, says) || r.header.Get("Content-Language") != "en" {
			t.Errorf("%s: %d %s %s", path, r.status, r.header.Get("Content-Language"), r.body)
		}
	}
	if r := s.ask("GET", "/near", "", "Accept-Language: ta"); !strings.Contains(r.body, `"title":"வழங்கியின் உட்பிழை"`) {
		t.Error(r.body)
	}
}

// TestHeavyNatives are endless handlers whose every step goes through a megabyte, so that
// counting steps alone would hold up their loop for ever: the deadline ends them, and
// meanwhile others are answered.
func TestHeavyNatives(t *testing.T) {
	s := open(t, `
big = மீண்டும்_மீண்டும்("abcdefghij", 100000);
nums = [];
ஒவ்வொரு k இல் வீச்சு(1, 50000) { nums = இணை(nums, 50000 - k); }
server.on("GET", "/", செயல்(r) { திரும்பு 1; });
server.on("GET", "/copies", செயல்(r) { (மெய்) சுற்று { x = மேல்_எழுத்து(big); } });
server.on("GET", "/joins", செயல்(r) { (மெய்) சுற்று { x = big & "a"; } });
server.on("GET", "/looks", செயல்(r) { (மெய்) சுற்று { x = இடம்_தேடு(big, "zz"); } });
server.on("GET", "/sorts", செயல்(r) { (மெய்) சுற்று { x = வரிசையாக்கு(nums); } });
`, settings{flags: map[string]string{"handler-timeout": "500ms", "workers": "1"}})
	for _, path := range []string{"/copies", "/joins", "/looks", "/sorts"} {
		began := time.Now()
		done := make(chan reply, 1)
		go func() { done <- s.ask("GET", path, "") }()
		for range 20 {
			s.want(s.ask("GET", "/", ""), 200, "1")
		}
		s.wantCode(<-done, 504, "timeout")
		if d := time.Since(began); d > time.Minute {
			t.Errorf("%s: %v", path, d)
		}
	}
}

// TestWhyABodyIsNoJSON is told in the client's language, with the byte.
func TestWhyABodyIsNoJSON(t *testing.T) {
	s := open(t, `server.on("POST", "/", செயல்(r) { திரும்பு r.json(); });`, settings{})
	for _, c := range []struct{ body, language, says string }{
		{`{"a":1,`, "ta", `"உடல் ஜேசான் அல்ல: பைட்டு 7 இல் முடிவதற்கு முன் முடிந்தது"`},
		{`{"a":1,`, "en", `"invalid JSON: unexpected end at byte 7"`},
		{strings.Repeat("[", 300), "ta", `"உடல் ஜேசான் அல்ல: பைட்டு 256 இல் மிக ஆழமாக அடுக்கப்பட்டுள்ளது"`},
		{"1 2", "ta", `"உடல் ஜேசான் அல்ல: பைட்டு 2 இல் மதிப்புக்குப் பின் மிகுதி உள்ளது"`},
	} {
		if r := s.ask("POST", "/", c.body, "Accept-Language: "+c.language); r.status != 400 || !strings.Contains(r.body, c.says) {
			t.Errorf("%s: %d %s", c.body, r.status, r.body)
		}
	}
}

func shopWithout(text string) string {
	return strings.Replace(text, ", tamil: r.கோரிக்கை_இல்லை_தானே(1)", "", 1)
}

// TestTopLevelErrors are programs that end before they serve.
func TestTopLevelErrors(t *testing.T) {
	for _, c := range []struct{ name, text, code, says string }{
		{"an error", `server.on("GET", "/", செயல்() { }); x = 1 / 0;`, "division_by_zero", "செயலி.qmz:1"},
		{"a conflict", "server.on(\"GET\", \"/:a\", செயல்() { });\nserver.on(\"GET\", \"/:b\", செயல்() { });", "route", "செயலி.qmz:1:8"},
		{"a bad path", "p = \"/*a/b\";\nserver.on(\"GET\", p, செயல்() { });", "route", "the last piece only"},
		{"a bad method", `server.on("G T", "/", செயல்() { });`, "route", "is no HTTP method"},
		{"no function", `server.on("GET", "/", 5);`, "not_function", "a number"},
		{"two parameters", `server.on("GET", "/", செயல்(a, b) { });`, "arity", ""},
		{"an unknown option", `server.on("GET", "/", செயல்() { }, {timeuot: 1});`, "route", "did you mean 'timeout'?"},
		{"a bad option", `server.on("GET", "/", செயல்() { }, {timeout: 0});`, "route", "more than 0"},
		{"no folder", `server.files("/", "/none/at/all");`, "files", "/none/at/all"},
		{"a folder's option", `server.files("/", "/", {"indx": "a"});`, "files", "did you mean 'index'?"},
		{"two folders", `server.files("/", "/"); server.files("/", "/");`, "route", "செயலி.qmz:1"},
		{"no gap", `இடைவெளி 0 { x = 1; }`, "argument", "more than 0"},
		{"no request", `server.on("GET", "/", செயல்() { }); அச்சு request_path;`, "no_request", "request_path"},
		{"an address", `server.on("GET", "/", செயல்() { }); server.start("nowhere");`, "", "not an address"},
		{"twice", `server.on("GET", "/", செயல்() { }); முயல் { server.start("nowhere"); } பிழை(e) { அச்சு e.code; } server.on("GET", "/a", செயல்() { });`, "started", "too late"},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, img, serves := image(t, c.text, nil)
			err := New(b, img, Options{Config: defaults(t, nil), Host: quiet(), Listen: true, Whole: !serves}).Run(context.Background())
			var e *vm.Error
			var le *ListenError
			switch {
			case errors.As(err, &le) && c.code == "":
			case !errors.As(err, &e) || e.Code != c.code:
				t.Fatalf("%#v, want code %q", err, c.code)
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("%v says nothing of %q", err, c.says)
			}
		})
	}
}

func TestPortIsTaken(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer ln.Close()
	_, port, _ := net.SplitHostPort(ln.Addr().String())
	for _, text := range []string{`server.on("GET", "/", செயல்() { });`, `server.on("GET", "/", செயல்() { }); server.start();`} {
		b, img, _ := image(t, text, nil)
		err = New(b, img, Options{Config: defaults(t, map[string]string{"port": port}), Host: quiet(), Listen: true}).Run(context.Background())
		var le *ListenError
		if !errors.As(err, &le) || le.Addr != "127.0.0.1:"+port {
			t.Errorf("%v", err)
		}
	}
	// A program may try another.
	b, img, _ := image(t, fmt.Sprintf(`server.on("GET", "/", செயல்() { });
முயல் { server.start("127.0.0.1:%s"); } பிழை(e) { அச்சு e.code; server.start("127.0.0.1:0"); }`, port), nil)
	out := &syncBuffer{}
	h := quiet()
	h.Out = outputTo(out)
	ready := make(chan Info, 1)
	app := New(b, img, Options{Config: defaults(t, nil), Host: h, Ready: func(i Info) { ready <- i }})
	ended := make(chan error, 1)
	go func() { ended <- app.Run(context.Background()) }()
	select {
	case <-ready:
	case err := <-ended:
		t.Fatal(err)
	}
	app.Shutdown()
	if err := <-ended; err != nil || out.String() != "listen\n" {
		t.Errorf("%v, printed %q", err, out)
	}
}

func TestStopFromAHandler(t *testing.T) {
	s := open(t, `வழி பெறு, "/stop" { வழங்கி_நிறுத்து; பதில் 200, "நிற்கிறது"; }`, settings{})
	s.want(s.ask("GET", "/stop", ""), 200, "நிற்கிறது")
	select {
	case s.err = <-s.ended:
		s.once.Do(func() {})
	case <-time.After(time.Minute):
		t.Fatal("the server goes on")
	}
	if s.err != nil {
		t.Error(s.err)
	}
}

// TestStopBeforeTheStart shuts down while the top level still waits.
func TestStopBeforeTheStart(t *testing.T) {
	g := newGate()
	b, img, _ := image(t, `server.on("GET", "/", செயல்() { }); x = query_async("x"); server.start();`, g.bind)
	ctx, cancel := context.WithCancel(context.Background())
	app := New(b, img, Options{Config: defaults(t, nil), Host: quiet(), Listen: true})
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	eventually(t, "it waits", func() bool { return g.waiting.Load() == 1 })
	cancel()
	select {
	case err := <-ended:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Fatal("Run does not return")
	}
}

func TestFiles(t *testing.T) {
	dir := t.TempDir()
	file, saved := filepath.ToSlash(filepath.Join(dir, "a.txt")), filepath.ToSlash(filepath.Join(dir, "b.txt"))
	if err := os.WriteFile(file, []byte("உள்ளடக்கம்"), 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, fmt.Sprintf(`
வழி பெறு, "/file" { r = பதில்_கோப்பு(203, "%s", {"X-A": "1"}); }
வழி பெறு, "/nofile" { r = பதில்_கோப்பு(200, "%s.none", {}); (தவறா(r)) எனில் { பதில் 404, "இல்லை"; } }
வழி பதி, "/save" { பதில் 200, மதிப்பு(பதிவேற்றம்_சேமி(0, "%s")); }
`, file, file, saved), settings{})
	r := s.ask("GET", "/file", "")
	s.want(r, 203, "உள்ளடக்கம்")
	if r.header.Get("X-A") != "1" || !strings.HasPrefix(r.header.Get("Content-Type"), "text/plain") {
		t.Errorf("%v", r.header)
	}
	s.want(s.ask("GET", "/nofile", ""), 404, "இல்லை")
	multi := "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"x\"\r\n\r\nhello\r\n--B--\r\n"
	s.want(s.ask("POST", "/save", multi, "Content-Type: multipart/form-data; boundary=B"), 200, "5")
	if b, err := os.ReadFile(saved); string(b) != "hello" {
		t.Errorf("%q, %v", b, err)
	}
	if r := s.ask("POST", "/save", ""); r.status != 500 {
		t.Errorf("without a file: %d", r.status)
	}
}

// TestEveryMemberIsBound holds the tables of internal/builtin to what is bound.
func TestEveryMemberIsBound(t *testing.T) {
	l := vm.NewLinker()
	b := Bind(l)
	native := map[string]func(id string) bool{
		"server":  func(id string) bool { return b.serverMember(id) != nil },
		"group":   func(id string) bool { return b.routing(id) != nil },
		"request": func(id string) bool { return requestMembers[id] != nil },
		"upload":  func(id string) bool { return b.uploadMember(id) != nil },
		"values":  func(id string) bool { return id == "get" || id == "all" },
	}
	for typ, is := range native {
		for _, m := range builtin.HandleOf(typ).Members {
			if !is(m.ID) {
				t.Errorf("%s.%s is declared, but nothing is bound", typ, m.ID)
			}
		}
	}
	for _, m := range builtin.HandleOf("response").Members {
		for _, name := range m.Spellings {
			if i := responseClass().Slot(name); i < 0 || responseClass().Names()[i] != m.ID {
				t.Errorf("response.%s is not the field %s", name, m.ID)
			}
		}
	}
}

func TestUnknownHostStaysOut(t *testing.T) {
	s := open(t, `server.on("GET", "/", செயல்(r) { திரும்பு r.headers.get("host"); });`, settings{})
	for in, want := range map[string]int{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n":                 200,
		"GET / HTTP/1.1\r\n\r\n":                            400,
		"GET http://b/ HTTP/1.1\r\nHost: a\r\n\r\n":         200,
		"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n":             204,
		"CONNECT a:80 HTTP/1.1\r\nHost: a:80\r\n\r\n":       501,
		"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n":               405,
		"GET / HTTP/1.0\r\n\r\n":                            204,
		"HEAD /none HTTP/1.1\r\nHost: a\r\n\r\n":            404,
		"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n":              400,
		"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n": 404,
		"PUT /health HTTP/1.1\r\nHost: a\r\n\r\n":           405,
		"OPTIONS /ready HTTP/1.1\r\nHost: a\r\n\r\n":        204,
		"POST / HTTP/1.1\r\nHost: a\r\nExpect: x\r\n\r\n":   417,
		"GET / HTTP/1.1\r\nHost: a\r\nX-\xff: 1\r\n\r\n":    400,
		"GET / HTTP/1.1\r\nHost: a\r\nX-A: caf\xe9\r\n\r\n": 200,
	} {
		method, _, _ := strings.Cut(in, " ")
		if r := s.raw(in, method)[0]; r.status != want {
			t.Errorf("%q: %d %s, want %d", in, r.status, r.body, want)
		}
	}
	http.DefaultClient.CloseIdleConnections()
}
