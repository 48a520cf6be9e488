package serve

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/config"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/vm"
)

// next makes a program that is to take the place of the one that is served.
func (s *site) next(text string, bind func(*vm.Linker), ended func()) *App {
	s.Helper()
	b, img, serves := image(s, text, bind)
	cfg, err := config.Load(config.Given{Flags: map[string]string{"drain-timeout": "10m", "handler-timeout": "10m"}})
	if err != nil {
		s.Fatal(err)
	}
	log := logs.New(s.logs, logs.Options{JSON: true, Context: RequestContext})
	h := host.New(log, true)
	h.Out = host.NewOutput(s.out, true)
	return New(b, img, Options{Config: cfg, Host: h, Log: log, Listen: true, Whole: !serves, Ended: ended})
}

// numbered is a program that answers with a number: at once, after a while, and after
// computing for long.
const numbered = `
n = %d;
server.on("GET", "/now", செயல்() { திரும்பு n; });
server.on("GET", "/later", செயல்() { _sleep(0.005); திரும்பு n; });
server.on("GET", "/hard", செயல்() { ஒவ்வொரு i இல் வீச்சு(1, 30000) { x = i; } திரும்பு n; });
server.on("POST", "/large", செயல்(r) { திரும்பு நீளம்(r.body); }, {body: "2MiB"});
`

// TestReloadUnderLoad reloads again and again while clients ask, on connections that they
// keep: none of their requests is lost, and none is answered by a program older than one
// that has answered before.
func TestReloadUnderLoad(t *testing.T) {
	times := 100
	if os.Getenv("ETAMIL_LONG") != "" {
		times = 1000
	}
	s := open(t, fmt.Sprintf(numbered, 0), settings{})
	var stop atomic.Bool
	var asked atomic.Int64
	var clients sync.WaitGroup
	var serving atomic.Int64 // the newest that surely serves
	for i, path := range []string{"/now", "/later", "/hard", "/now"} {
		clients.Go(func() {
			c, err := net.Dial("tcp", s.addr)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			in := bufio.NewReader(c)
			for !stop.Load() {
				least := serving.Load()
				c.SetDeadline(time.Now().Add(time.Minute))
				if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path); err != nil {
					t.Errorf("client %d: %v", i, err)
					return
				}
				a, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Errorf("client %d: %v", i, err)
					return
				}
				b, _ := io.ReadAll(a.Body)
				var n int64
				if _, err := fmt.Sscan(string(b), &n); a.StatusCode != 200 || err != nil || n < least {
					t.Errorf("client %d: %d %s, at least %d serves", i, a.StatusCode, b, least)
					return
				}
				asked.Add(1)
			}
		})
	}
	var ended atomic.Int64
	for i := 1; i <= times; i++ {
		if err := s.app.Reload(s.next(fmt.Sprintf(numbered, i), nil, func() { ended.Add(1) })); err != nil {
			t.Fatal(err)
		}
		serving.Store(int64(i))
	}
	eventually(t, "the old generations", func() bool { return len(s.app.generations()) == 2 }) // the first and the last
	stop.Store(true)
	clients.Wait()
	if asked.Load() < int64(times) {
		t.Errorf("only %d requests", asked.Load())
	}
	if got := ended.Load(); got != int64(times-1) {
		t.Errorf("%d of %d old programs have ended", got, times-1)
	}
	s.want(s.ask("POST", "/large", strings.Repeat("x", 1_500_000)), 200, "1500000")
	if err := s.stop(); err != nil || ended.Load() != int64(times) {
		t.Errorf("%v, %d have ended", err, ended.Load())
	}
}

// TestReloadKeepsWhatIsBegun: a request in work is answered by the program that began it.
func TestReloadKeepsWhatIsBegun(t *testing.T) {
	g := newGate()
	program := `server.on("GET", "/wait", செயல்() { வந்தது = query_async("q"); திரும்பு f"%s {n} {வந்தது}"; }); n = "%s"; server.on("GET", "/", செயல்() { திரும்பு n; }); server.start(); அச்சு f"{n} has ended";`
	s := open(t, fmt.Sprintf(program, "from", "old"), settings{bind: g.bind})
	answer := make(chan reply, 1)
	go func() { answer <- s.ask("GET", "/wait", "") }()
	eventually(t, "a request in work", func() bool { return g.waiting.Load() == 1 })
	if err := s.app.Reload(s.next(fmt.Sprintf(program, "from", "new"), g.bind, nil)); err != nil {
		t.Fatal(err)
	}
	s.want(s.ask("GET", "/", ""), 200, "new")
	if strings.Contains(s.out.String(), "old has ended") {
		t.Error("the old program has not waited for its request")
	}
	close(g.open)
	s.want(<-answer, 200, "from old opened")
	eventually(t, "the old program's end", func() bool { return strings.Contains(s.out.String(), "old has ended") })
	s.want(s.ask("GET", "/wait", ""), 200, "from new opened")
}

// TestReloadGivesUpInTheEnd: a request that does not end holds its program no longer than a
// drain may take.
func TestReloadGivesUpInTheEnd(t *testing.T) {
	g := newGate()
	s := open(t, `server.on("GET", "/wait", செயல்() { திரும்பு query_async("q"); });`, settings{bind: g.bind, flags: map[string]string{"drain-timeout": "200ms"}})
	answer := make(chan reply, 1)
	go func() { answer <- s.ask("GET", "/wait", "") }()
	eventually(t, "a request in work", func() bool { return g.waiting.Load() == 1 })
	if err := s.app.Reload(s.next(`server.on("GET", "/", செயல்() { திரும்பு 1; });`, nil, nil)); err != nil {
		t.Fatal(err)
	}
	if r := <-answer; r.status != 503 {
		t.Errorf("%d %s", r.status, r.body)
	}
	s.want(s.ask("GET", "/", ""), 200, "1")
}

// TestReloadThatFails: the old program goes on, and the error says why.
func TestReloadThatFails(t *testing.T) {
	s := open(t, `n = 1; server.on("GET", "/", செயல்() { திரும்பு n; });`, settings{})
	for text, want := range map[string]string{
		`server.on("GET", "/", செயல்() { திரும்பு 2; }); x = 1 / 0;`:                  "division_by_zero",
		`server.on("GET", "/", செயல்() { திரும்பு 2; }); வெளியேறு(3);`:                host.ExitCode,
		`server.on("GET", "/:a", செயல்() { }); server.on("GET", "/:b", செயல்() { });`: "route",
	} {
		ended := 0
		err := s.app.Reload(s.next(text, nil, func() { ended++ }))
		var e *vm.Error
		switch {
		case errors.As(err, &e) && e.Code == want:
		case want == host.ExitCode && errors.Is(err, errNotServing):
		default:
			t.Errorf("%s: %v", text, err)
		}
		if ended != 1 || len(s.app.generations()) != 1 {
			t.Errorf("%s: told %d times, %d live", text, ended, len(s.app.generations()))
		}
		s.want(s.ask("GET", "/", ""), 200, "1")
	}
	if s.app.Stopping() {
		t.Error("the server is stopping")
	}
}

// TestReloadAndTimers: the old program's timers stop, the new one's begin.
func TestReloadAndTimers(t *testing.T) {
	program := `server.on("GET", "/", செயல்() { திரும்பு 1; }); இடைவெளி 0.01 { அச்சு "%s"; }`
	s := open(t, fmt.Sprintf(program, "old"), settings{})
	eventually(t, "the old timer", func() bool { return strings.Contains(s.out.String(), "old") })
	if err := s.app.Reload(s.next(fmt.Sprintf(program, "new"), nil, nil)); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the new timer", func() bool { return strings.Count(s.out.String(), "new") > 3 })
	eventually(t, "one generation beside the first", func() bool { return len(s.app.generations()) <= 2 })
	all := s.out.String()
	if i := strings.Index(all, "new\nnew\nnew"); i >= 0 && strings.Contains(all[i:], "old") {
		t.Errorf("the old timer goes on: %q", all)
	}
}

// TestReloadWhileStopping: a server that ends takes no program.
func TestReloadWhileStopping(t *testing.T) {
	s := open(t, `server.on("GET", "/", செயல்() { திரும்பு 1; });`, settings{})
	s.stop()
	if err := s.app.Reload(s.next(`server.on("GET", "/", செயல்() { திரும்பு 2; });`, nil, nil)); err == nil {
		t.Error("it was reloaded")
	}
}

// TestWhatBeginsAtTheEnd: a stream of events and a WebSocket that begin when another program has taken the place, or the server is
// told to end, end at once, so that nobody waits for them.
func TestWhatBeginsAtTheEnd(t *testing.T) {
	const program = `
server.use(செயல்(request, next) { x = query_async("q"); திரும்பு next(request); });
server.on("GET", "/events", செயல்() { திரும்பு events(செயல்(out) { out.join("t"); out.wait(); }); });
server.socket("/ws", செயல்(ws) { ஒவ்வொரு m இல் ws { } });
`
	g := newGate()
	s := open(t, program, settings{bind: g.bind, flags: map[string]string{"drain-timeout": "10m", "workers": "1"}})
	begin := func(request string) *bufio.Reader {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		c.SetDeadline(time.Now().Add(time.Minute))
		if _, err := io.WriteString(c, request); err != nil {
			t.Fatal(err)
		}
		return bufio.NewReader(c)
	}
	both := func(g *gate) (events, socket *bufio.Reader) {
		events = begin("GET /events HTTP/1.1\r\nHost: a\r\n\r\n")
		socket = begin("GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
		eventually(t, "two requests in work", func() bool { return g.waiting.Load() == 2 })
		return events, socket
	}
	ends := func(events, socket *bufio.Reader, code byte) {
		t.Helper()
		a, err := http.ReadResponse(events, nil)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(a.Body); err != nil || len(b) > 0 || a.StatusCode != 200 {
			t.Errorf("events: %d %q %v", a.StatusCode, b, err)
		}
		if a, err = http.ReadResponse(socket, nil); err != nil || a.StatusCode != 101 {
			t.Fatal(a, err)
		}
		frame := make([]byte, 4)
		if _, err := io.ReadFull(socket, frame); err != nil || string(frame) != string([]byte{0x88, 2, 3, code}) {
			t.Errorf("socket: % x %v", frame, err)
		}
	}

	events, socket := both(g)
	after := newGate()
	if err := s.app.Reload(s.next(program, after.bind, nil)); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond) // those that are there are told
	close(g.open)
	ends(events, socket, 1012&0xff)
	eventually(t, "the old program has gone", func() bool { return len(s.app.generations()) == 2 && s.app.idle() })

	events, socket = both(after)
	ended := make(chan error, 1)
	go func() { ended <- s.stop() }()
	eventually(t, "the drain has begun", func() bool { return s.app.srv.Draining() })
	time.Sleep(50 * time.Millisecond)
	close(after.open)
	ends(events, socket, 1001&0xff)
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
