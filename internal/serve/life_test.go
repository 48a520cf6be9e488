package serve

import (
	"io"
	"net"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/value"
	"etamil/vm"
)

// TestLife: the top level may wait; timers begin behind it; what is declared later is an
// error; an address that the user gives is stronger than the program's.
func TestLife(t *testing.T) {
	s := open(t, `
இடைவெளி "10ms" { அச்சு "டிக்"; }
server.on("GET", "/late", செயல்() { server.on("GET", "/new", செயல்() { }); });
server.on("GET", "/use", செயல்() { server.use(பணி(r, next) { }); });
server.on("GET", "/timer", செயல்() { இடைவெளி 1 { x = 1; } });
server.on("GET", "/again", செயல்() { server.start(); });
server.on("GET", "/caught", செயல்() { முயல் { server.on("GET", "/new", செயல்() { }); } பிழை(e) { திரும்பு e.code; } });
உறங்கு("100ms");
அச்சு "தொடங்குகிறது";
server.start("127.0.0.2:1");
அச்சு "முடிந்தது";
`, settings{})
	if !strings.HasPrefix(s.addr, "127.0.0.1:") || strings.HasSuffix(s.addr, ":1") {
		t.Errorf("it listens on %s", s.addr)
	}
	eventually(t, "the timer runs", func() bool { return strings.Contains(s.out.String(), "டிக்\n") })
	if !strings.HasPrefix(s.out.String(), "தொடங்குகிறது\n") {
		t.Errorf("a timer has run before the server: %q", s.out)
	}
	for _, path := range []string{"/late", "/use", "/timer", "/again"} {
		s.wantCode(s.ask("GET", path, ""), 500, "internal")
	}
	if n := strings.Count(s.logs.String(), `"code":"started"`); n != 4 {
		t.Errorf("%d errors of declaring too late in the log: %s", n, s.logs)
	}
	s.want(s.ask("GET", "/caught", ""), 200, "started")
	s.wantCode(s.ask("GET", "/new", ""), 404, "not_found")
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if !strings.HasSuffix(s.out.String(), "முடிந்தது\n") {
		t.Errorf("printed %q", s.out)
	}
}

// TestDrainWithIdleClients: connections on which nothing happens hold up nothing.
func TestDrainWithIdleClients(t *testing.T) {
	s := open(t, `server.on("GET", "/", செயல்() { திரும்பு "a"; });`, settings{})
	for range 3 {
		c, err := net.Dial("tcp", s.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		if _, err := c.Read(make([]byte, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	time.Sleep(1200 * time.Millisecond)
	began := time.Now()
	if err := s.stop(); err != nil {
		t.Error(err)
	}
	if d := time.Since(began); d > 20*time.Second { // the loop's tests hold it to less than a second of its own clock; a client keeps it for 30
		t.Errorf("the drain took %v", d)
	}
}

// TestDrainWaitsForComputing: what computes when the end comes is answered, and while it
// does the server says that it is not ready.
func TestDrainWaitsForComputing(t *testing.T) {
	var enough atomic.Bool
	s := open(t, `
server.on("GET", "/", செயல்() { i = 0; (query_async("enough") == 0) சுற்று { i = i + 1; } திரும்பு i > 0; });
`, settings{flags: map[string]string{"workers": "1", "steps": "1000000000000"}, bind: func(l *vm.Linker) {
		l.Bind("query_async", 1, 3, func(*vm.Fiber, []value.Value) (value.Value, error) {
			if enough.Load() {
				return value.One, nil
			}
			return value.Int(0), nil
		})
	}})
	// A client that is in the middle of a request: who is idle is sent away soon.
	k, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer k.Close()
	if _, err := io.WriteString(k, "GET /ready HTTP/1.1\r\nHo"); err != nil {
		t.Fatal(err)
	}
	eventually(t, "it is there", func() bool { return s.app.srv.Stats().Bodies > 0 })
	got := make(chan reply, 1)
	go func() {
		r, err := s.try("GET", "/", "")
		if err != nil {
			t.Error(err)
		}
		got <- r
	}()
	eventually(t, "it computes", func() bool { return s.app.crew.computing.Load() == 1 })
	stopped := make(chan struct{})
	go func() { s.stop(); close(stopped) }()
	eventually(t, "the drain has begun", s.app.srv.Draining)
	if _, err := io.WriteString(k, "st: a\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	buf := make([]byte, 4096)
	n, err := k.Read(buf)
	if head := string(buf[:n]); err != nil || !strings.HasPrefix(head, "HTTP/1.1 503 ") || !strings.Contains(head, "Connection: close") {
		t.Errorf("/ready answers %q %v", head, err)
	}
	enough.Store(true)
	s.want(<-got, 200, "true")
	<-stopped
}
