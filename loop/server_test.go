package loop

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"etamil/http1"
)

// tenth is how often something is done that should be done all times: a tenth
// of that, and all of it when tests may take long.
func tenth(all int) int {
	if os.Getenv("ETAMIL_LONG") != "" {
		return all
	}
	return all / 10
}

// handlerFunc makes a Handler of a function.
type handlerFunc func(l *Loop, x *Exchange)

func (f handlerFunc) Serve(l *Loop, x *Exchange) { f(l, x) }

// testLog collects what the server logs, and shows it when the test fails.
type testLog struct{ t *testing.T }

func (w testLog) Write(p []byte) (int, error) {
	w.t.Helper()
	w.t.Logf("log: %s", bytes.TrimSpace(p))
	return len(p), nil
}

// start runs a server on a free port of 127.0.0.1 until the test ends, and
// then checks that it has left neither goroutines nor descriptors behind.
func start(t *testing.T, cfg Config, h Handler, change ...func(*Server)) *Server {
	t.Helper()
	if cfg.Addr == "" && cfg.Unix == "" {
		cfg.Addr = "127.0.0.1:0"
	}
	if cfg.Workers == 0 {
		cfg.Workers = 2
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	files, others := filesOf(t), len(ourGoroutines())
	s, err := New(cfg, h)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range change {
		f(s)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.Run() }()
	select {
	case <-s.Ready():
	case err := <-ended:
		t.Fatal("Run:", err)
	case <-time.After(time.Minute):
		t.Fatal("the server is not ready")
	}
	t.Cleanup(func() {
		s.Stop()
		if err := <-ended; err != nil {
			t.Error("Run:", err)
		}
		if st := s.Stats(); st.Open != 0 || st.Bodies != 0 || st.Output != 0 {
			t.Errorf("after Stop: %+v", st)
		}
		eventually(t, "no goroutine is left", func() bool { return len(ourGoroutines()) <= others }, func() string {
			return strings.Join(ourGoroutines(), "\n\n")
		})
		eventually(t, "no descriptor is left", func() bool { return filesOf(t) <= files }, func() string {
			return fmt.Sprint(filesOf(t), " open, before ", files)
		})
	})
	return s
}

// ourGoroutines are the stacks with this package's server code in them.
func ourGoroutines() (ours []string) {
	buf := make([]byte, 1<<20)
	buf = buf[:runtime.Stack(buf, true)]
	for _, g := range strings.Split(string(buf), "\n\n") {
		if strings.Contains(g, "etamil/loop.(*") && !strings.Contains(g, "testing.tRunner(") || strings.Contains(g, "gnet/v2.(*eventloop)") {
			ours = append(ours, g)
		}
	}
	return ours
}

func filesOf(t *testing.T) int {
	t.Helper()
	fds, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}

func eventually(t *testing.T, what string, ok func() bool, more ...func() string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			for _, f := range more {
				what += ": " + f()
			}
			t.Fatal("did not come true: ", what)
		}
	}
}

func dial(t *testing.T, s *Server) net.Conn {
	t.Helper()
	a := s.Addr()
	c, err := net.Dial(a.Network(), a.String())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(time.Minute))
	return c
}

func dialUnix(t *testing.T, path string) net.Conn {
	t.Helper()
	c, err := net.Dial("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	c.SetDeadline(time.Now().Add(time.Minute))
	return c
}

func send(t *testing.T, c net.Conn, s string) {
	t.Helper()
	if _, err := io.WriteString(c, s); err != nil {
		t.Fatal(err)
	}
}

// answer is one answer as a client sees it.
type answer struct {
	status int
	header http.Header
	body   string
	close  bool
}

func readAnswer(t *testing.T, r *bufio.Reader, method string) answer {
	t.Helper()
	res, err := http.ReadResponse(r, &http.Request{Method: method})
	if err != nil {
		t.Fatal("reading an answer: ", err)
	}
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal("reading a body: ", err)
	}
	return answer{res.StatusCode, res.Header, string(body), res.Close}
}

func (a answer) want(t *testing.T, status int, body string) {
	t.Helper()
	if a.status != status || a.body != body {
		t.Errorf("answer %d %.200q, want %d %.200q", a.status, a.body, status, body)
	}
}

func wantEOF(t *testing.T, r io.Reader) {
	t.Helper()
	if b, err := io.ReadAll(r); err != nil || len(b) > 0 {
		t.Errorf("at the end: %q and %v", b, err)
	}
}

// wantGone wants the end of a connection, by whatever means, and nothing
// before it.
func wantGone(t *testing.T, c net.Conn) {
	t.Helper()
	b, err := io.ReadAll(c)
	if len(b) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("at the end: %q and %v", b, err)
	}
}

// text answers 200 with a body.
func text(x *Exchange, body string) {
	if err := x.Reply(&http1.Response{Status: 200, ContentType: "text/plain"}, []byte(body)); err != nil {
		panic(err)
	}
}

// echo tells what it was asked; a path that begins with /later is answered
// by another goroutine, after the milliseconds that the path ends with.
var echo = handlerFunc(func(l *Loop, x *Exchange) {
	var ms int
	if n, _ := fmt.Sscanf(string(x.Req.Path), "/later/%d", &ms); n == 1 {
		time.AfterFunc(time.Duration(ms)*time.Millisecond, func() {
			x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
		})
		return
	}
	echoNow(x)
})

func echoNow(x *Exchange) {
	text(x, fmt.Sprintf("%s %s %s", x.Req.Method, x.Req.Path, x.Body))
}

func TestServerAnswers(t *testing.T) {
	s := start(t, Config{}, echo)
	c := dial(t, s)
	r := bufio.NewReader(c)
	send(t, c, "GET /a HTTP/1.1\r\nHost: x\r\n\r\n")
	readAnswer(t, r, "GET").want(t, 200, "GET /a ")
	send(t, c, "POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello")
	readAnswer(t, r, "POST").want(t, 200, "POST /b hello")
	send(t, c, "POST /later/5 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n")
	readAnswer(t, r, "POST").want(t, 200, "POST /later/5 hello")
	send(t, c, "HEAD /c HTTP/1.1\r\nHost: x\r\n\r\nGET /d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	a := readAnswer(t, r, "HEAD")
	a.want(t, 200, "")
	if a.header.Get("Content-Length") != "8" || a.header.Get("Date") == "" {
		t.Errorf("answer to HEAD has %v", a.header)
	}
	readAnswer(t, r, "GET").want(t, 200, "GET /d ")
	wantEOF(t, r)
}

func TestHalfClosedClientsOverSockets(t *testing.T) {
	s := start(t, Config{}, echo)
	for i := range 50 {
		c := dial(t, s)
		send(t, c, get("/later/30")+get("/b")+get("/later/10"))
		if err := c.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		got, err := io.ReadAll(c)
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"200 GET /later/30", "200 GET /b", "200 GET /later/10"}
		if g := bodies(t, string(got)); !slices.Equal(g, want) {
			t.Fatalf("client %d got %q", i, g)
		}
	}
}

func TestHalfClosedClientIsGivenUp(t *testing.T) {
	w := &waiting{}
	s := start(t, Config{Workers: 1, HalfClose: 200 * time.Millisecond}, w)
	c := dial(t, s)
	send(t, c, get("/wait"))
	c.(*net.TCPConn).CloseWrite()
	wantEOF(t, c)
	done := make(chan []Reason)
	s.Loops()[0].Post(TaskFunc(func(*Loop) {
		echoNow(w.kept[0])
		done <- w.reasons
	}))
	if got := <-done; !slices.Equal(got, []Reason{ClientGone}) {
		t.Errorf("cancelled: %v", got)
	}
}

// reset closes c so that the other side sees a reset.
func reset(c net.Conn) {
	c.(*net.TCPConn).SetLinger(0)
	c.Close()
}

// TestStaleAnswerReachesNobody: an answer for a client that has gone must not
// reach the client that got its descriptor.
func TestStaleAnswerReachesNobody(t *testing.T) {
	w := &waiting{}
	s := start(t, Config{Workers: 1}, w)
	l := s.Loops()[0]
	on := func(f func()) {
		done := make(chan bool)
		l.Post(TaskFunc(func(*Loop) { f(); close(done) }))
		<-done
	}
	a := dial(t, s)
	send(t, a, get("/wait/secret"))
	var fd int
	eventually(t, "the request is in work", func() (ok bool) {
		on(func() {
			if ok = len(w.kept) == 1; ok {
				fd = w.kept[0].conn.sock.Fd()
			}
		})
		return ok
	})
	reset(a)
	// A reset is noticed although the connection isn't read.
	eventually(t, "the request is cancelled", func() (ok bool) {
		on(func() { ok = slices.Equal(w.reasons, []Reason{ClientGone}) })
		return ok
	})
	// Other code of the process may get the number first, so try some.
	var others []net.Conn
	for i := range 5 {
		b := dial(t, s)
		send(t, b, get("/wait/b"))
		others = append(others, b)
		eventually(t, "the other's request is in work", func() (ok bool) {
			on(func() { ok = len(w.kept) == i+2 })
			return ok
		})
	}
	same := false
	on(func() {
		for _, x := range w.kept[1:] {
			same = same || x.conn.sock.Fd() == fd
		}
		echoNow(w.kept[0])
	})
	if !same {
		t.Error("nobody got the descriptor: the test has shown nothing")
	}
	on(func() {
		for _, x := range w.kept[1:] {
			echoNow(x)
		}
	})
	for _, b := range others {
		readAnswer(t, bufio.NewReader(b), "GET").want(t, 200, "GET /wait/b ")
	}
}

// big answers with n bytes, which a client can check.
func big(n int) (Handler, []byte) {
	body := make([]byte, n)
	for i := range body {
		body[i] = byte('a' + i%26)
	}
	return handlerFunc(func(l *Loop, x *Exchange) {
		if err := x.ReplyOwned(&http1.Response{Status: 200}, body); err != nil {
			panic(err)
		}
	}), body
}

func TestSlowReaderGetsEverything(t *testing.T) {
	h, body := big(8 << 20)
	s := start(t, Config{}, h)
	c := dial(t, s)
	c.(*net.TCPConn).SetReadBuffer(64 << 10)
	send(t, c, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	eventually(t, "some of it waits", func() bool { return s.Stats().Output > 0 })
	r := bufio.NewReader(c)
	readAnswer(t, r, "GET").want(t, 200, string(body))
	wantEOF(t, r)
}

func TestWriteStallOverSockets(t *testing.T) {
	h, _ := big(8 << 20)
	waited := make(chan bool, 1)
	s := start(t, Config{WriteTimeout: 300 * time.Millisecond}, handlerFunc(func(l *Loop, x *Exchange) {
		h.Serve(l, x)
		l.Post(TaskFunc(func(*Loop) { waited <- l.srv.output.used.Load() > 0 })) // before any deadline
	}))
	c := dial(t, s)
	c.(*net.TCPConn).SetReadBuffer(4096)
	send(t, c, get("/"))
	if !<-waited {
		t.Error("nothing waits: the test has shown nothing")
	}
	eventually(t, "the connection is cut", func() bool { return s.Stats().Open == 0 && s.Stats().Output == 0 })
	if _, err := io.Copy(io.Discard, c); err == nil {
		t.Error("the client could take the answer for a whole one")
	}
}

func TestSilentAndSlowClients(t *testing.T) {
	s := start(t, Config{HeaderTimeout: 200 * time.Millisecond, BodyTimeout: 200 * time.Millisecond, IdleTimeout: 300 * time.Millisecond}, echo)
	var all sync.WaitGroup
	for _, in := range []string{"", "GET / HT", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc", get("/")} {
		c := dial(t, s)
		send(t, c, in)
		all.Go(func() { io.Copy(io.Discard, c) })
	}
	all.Wait()
	eventually(t, "all are closed", func() bool { return s.Stats().Open == 0 })
}

// TestFloodOfPipelinedRequests: a client that sends without end while its
// first request is in work is read only as far as it is answered.
func TestFloodOfPipelinedRequests(t *testing.T) {
	s := start(t, Config{Workers: 1}, echo)
	c := dial(t, s)
	n := tenth(400_000)
	var all strings.Builder
	all.WriteString(get("/later/50"))
	for i := range n {
		fmt.Fprintf(&all, "GET /%d HTTP/1.1\r\nHost: x\r\n\r\n", i)
	}
	all.WriteString("GET /later/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	go io.WriteString(c, all.String())
	r := bufio.NewReader(c)
	readAnswer(t, r, "GET").want(t, 200, "GET /later/50 ")
	for i := range n {
		readAnswer(t, r, "GET").want(t, 200, fmt.Sprintf("GET /%d ", i))
	}
	readAnswer(t, r, "GET").want(t, 200, "GET /later/1 ")
	wantEOF(t, r)
}

func TestClientsVanish(t *testing.T) {
	h, _ := big(3 << 20)
	s := start(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/big" {
			h.Serve(l, x)
			return
		}
		echo(l, x)
	}))
	for i := range 100 {
		c := dial(t, s)
		switch i % 4 {
		case 0:
			send(t, c, get("/later/20")+get("/later/10"))
		case 1:
			send(t, c, get("/big"))
		case 2:
			send(t, c, "POST /x HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc")
		case 3:
			send(t, c, get("/big")+get("/later/5")+"GET /h")
		}
		if i%8 < 4 {
			reset(c)
		} else {
			c.Close()
		}
	}
	eventually(t, "all are gone", func() bool {
		st := s.Stats()
		return st.Open == 0 && st.InFlight == 0 && st.Output == 0 && st.Bodies == 0
	}, func() string { return fmt.Sprintf("%+v", s.Stats()) })
	c := dial(t, s)
	send(t, c, get("/alive"))
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET /alive ")
}

func TestMaxConns(t *testing.T) {
	s := start(t, Config{MaxConns: 10, Workers: 1}, echo)
	var cs []net.Conn
	for range 15 {
		c := dial(t, s) // the kernel completes them
		send(t, c, get("/"))
		cs = append(cs, c)
	}
	eventually(t, "accepting is paused", func() bool { return s.Stats().Paused && s.Stats().Open == 10 })
	for _, c := range cs[:10] {
		readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET / ")
		c.Close()
	}
	for _, c := range cs[10:] {
		readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET / ")
	}
}

func TestBothLoopsGetConnections(t *testing.T) {
	s := start(t, Config{Workers: 2}, handlerFunc(func(l *Loop, x *Exchange) { text(x, fmt.Sprint(l.Index)) }))
	seen := map[string]int{}
	for range 64 {
		c := dial(t, s)
		send(t, c, get("/"))
		seen[readAnswer(t, bufio.NewReader(c), "GET").body]++
	}
	if seen["0"] == 0 || seen["1"] == 0 {
		t.Errorf("connections per loop: %v", seen)
	}
}

func TestHooks(t *testing.T) {
	var starts, stops, ticks atomic.Int32
	s := start(t, Config{
		Workers:     2,
		OnLoopStart: func(l *Loop) { starts.Add(1); l.Data = l.Index + 1 },
		OnLoopStop:  func(l *Loop) { stops.Add(1) },
		OnTick:      func(l *Loop) { ticks.Add(1) },
	}, handlerFunc(func(l *Loop, x *Exchange) { text(x, fmt.Sprint(l.Data.(int)-l.Index)) }))
	if n := starts.Load(); n != 2 {
		t.Errorf("%d loops have started", n)
	}
	c := dial(t, s)
	send(t, c, get("/"))
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "1")
	eventually(t, "ticks", func() bool { return ticks.Load() > 3 })
	eventually(t, "the request is counted", func() bool { return s.Stats().Requests == 1 && s.Stats().Accepted == 1 })

	// A loop that is held up shows in the statistics, also while it is.
	hold := make(chan bool)
	s.Loops()[0].Post(TaskFunc(func(*Loop) { <-hold }))
	eventually(t, "the lag is seen", func() bool { return s.Stats().Lag > 200*time.Millisecond })
	close(hold)
	eventually(t, "the lag goes", func() bool { return s.Stats().Lag < 100*time.Millisecond })
	if s.Stats().WorstLag < 150*time.Millisecond {
		t.Error("the worst lag is forgotten")
	}

	ran := false
	s.Loops()[1].Post(TaskFunc(func(*Loop) { ran = true }))
	s.Stop()
	if !ran {
		t.Error("a task that Post accepted did not run")
	}
	if n := stops.Load(); n != 2 {
		t.Errorf("%d loops have stopped", n)
	}
	if s.Loops()[0].Post(TaskFunc(func(*Loop) {})) {
		t.Error("Post accepts a task after the end")
	}
	if err := s.Run(); err != ErrStopped {
		t.Errorf("second Run: %v", err)
	}
}

// TestFirstClientIsServed has a client knock before the server is there: once it is let
// in, it is answered. A listener that only tries the address would let it in and drop it.
func TestFirstClientIsServed(t *testing.T) {
	s := start(t, Config{}, echo)
	addr := s.Addr().String()
	s.Stop()
	keepAddress(t, addr)
	// From another address: from the same one, a socket can connect to itself.
	from := net.Dialer{LocalAddr: &net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}}
	for range 10 {
		answered := make(chan error, 1)
		go func() {
			for end := time.Now().Add(time.Minute); time.Now().Before(end); {
				c, err := from.Dial("tcp", addr)
				if err != nil {
					continue // refused: nobody is there yet
				}
				c.SetDeadline(end)
				_, err = io.WriteString(c, get("/"))
				if err == nil {
					_, err = http.ReadResponse(bufio.NewReader(c), nil)
				}
				c.Close()
				answered <- err
				return
			}
			answered <- errors.New("never let in")
		}()
		s := start(t, Config{Addr: addr}, echo)
		if err := <-answered; err != nil {
			t.Error(err)
		}
		s.Stop()
	}
}

func TestAddressInUse(t *testing.T) {
	s := start(t, Config{}, echo)
	cfg := Config{Addr: s.Addr().String(), Workers: 1}
	other, err := New(cfg, echo)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Run(); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("Run: %v", err)
	}
	cfg.ShareAddr = true
	start(t, cfg, echo)
	for range 20 {
		c := dial(t, s)
		send(t, c, get("/"))
		readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET / ")
		c.Close()
	}
}

// keepAddress has the system give an address to nobody else who asks for any, as others' tests do
// all the time, until the test has ended; who asks for this one gets it.
func keepAddress(t *testing.T, addr string) {
	t.Helper()
	_, place, err := bind(addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(place) })
}

func TestRestartAtOnce(t *testing.T) {
	s := start(t, Config{}, echo)
	c := dial(t, s)
	send(t, c, get("/"))
	readAnswer(t, bufio.NewReader(c), "GET")
	addr := s.Addr().String()
	s.Stop() // closes first, so the connection stays in TIME_WAIT
	keepAddress(t, addr)
	s = start(t, Config{Addr: addr}, echo)
	c = dial(t, s)
	send(t, c, get("/"))
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET / ")
}

// TestPollerIsReplaced: when gnet's engine ends by itself, as it does when
// accept(2) fails, the server goes on with another.
func TestPollerIsReplaced(t *testing.T) {
	var log bytes.Buffer
	s := start(t, Config{Log: slog.New(slog.NewTextHandler(&log, nil))}, echo)
	c := dial(t, s)
	send(t, c, get("/a"))
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET /a ")
	current := func() poller {
		s.mu.RLock()
		defer s.mu.RUnlock()
		return s.poller
	}
	for range 2 {
		old := current()
		old.Stop()
		eventually(t, "another runs", func() bool {
			if p := current(); p == nil || p == old {
				return false
			}
			c, err := net.Dial("tcp", s.Addr().String())
			if err != nil {
				return false
			}
			defer c.Close()
			io.WriteString(c, get("/b"))
			b := make([]byte, 12)
			_, err = io.ReadFull(c, b)
			return err == nil && string(b) == "HTTP/1.1 200"
		})
	}
	s.Stop()
	if !strings.Contains(log.String(), "is started again") {
		t.Errorf("logged %q", log.String())
	}
}

// TestWithoutPause runs where gnet's loops can't be reached: with our own
// acceptor, and without back-pressure on reading.
func TestWithoutPause(t *testing.T) {
	s := start(t, Config{Log: slog.New(slog.DiscardHandler)}, echo, func(s *Server) { s.canPause = func() bool { return false } })
	r := s.Addr().String()
	if !strings.HasPrefix(r, "127.0.0.1:") {
		t.Errorf("Addr is %s", r)
	}
	mixed(t, s)
	if n := s.Drain(time.Minute); n != 0 {
		t.Errorf("%d connections were cut", n)
	}
}

// mixed asks s from several clients in several ways.
func mixed(t *testing.T, s *Server) {
	t.Helper()
	var all sync.WaitGroup
	for range 8 {
		c := dial(t, s)
		all.Go(func() {
			r := bufio.NewReader(c)
			for i := range 20 {
				fmt.Fprintf(c, "GET /later/3 HTTP/1.1\r\nHost: x\r\n\r\nPOST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\nok", i)
				readAnswer(t, r, "GET").want(t, 200, "GET /later/3 ")
				readAnswer(t, r, "POST").want(t, 200, fmt.Sprintf("POST /%d ok", i))
			}
		})
	}
	all.Wait()
}

func TestUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s := start(t, Config{Unix: path}, echo)
	if s.Addr().String() != path {
		t.Errorf("Addr is %v", s.Addr())
	}
	if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != 0o660 {
		t.Errorf("the socket is %v, %v", info.Mode(), err)
	}
	mixed(t, s)
	c := dial(t, s)
	send(t, c, get("/later/20"))
	c.(*net.UnixConn).CloseWrite()
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET /later/20 ")

	other, err := New(Config{Unix: path}, echo)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Run(); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("a second server: %v", err)
	}
	if n := s.Drain(time.Minute); n != 0 {
		t.Errorf("%d connections were cut", n)
	}
	if _, err := os.Lstat(path); !os.IsNotExist(err) {
		t.Errorf("the socket is still there: %v", err)
	}

	// What a process that died has left is replaced; another file is not.
	ln, err := net.Listen("unix", path)
	if err != nil {
		t.Fatal(err)
	}
	ln.(*net.UnixListener).SetUnlinkOnClose(false)
	ln.Close()
	s = start(t, Config{Unix: path, UnixMode: 0o600, Addr: "127.0.0.1:0"}, echo)
	if info, err := os.Lstat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket is %v, %v", info.Mode(), err)
	}
	mixed(t, s)
	c = dialUnix(t, path)
	send(t, c, get("/"))
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET / ")
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	other, err = New(Config{Unix: file}, echo)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Run(); err == nil {
		t.Error("a file was replaced by a socket")
	}
}

func TestRemote(t *testing.T) {
	s := start(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) { text(x, x.Remote().String()) }))
	c := dial(t, s)
	send(t, c, get("/"))
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, c.LocalAddr().String())
}

func TestAllInterfaces(t *testing.T) {
	s := start(t, Config{Addr: ":0"}, echo)
	c, err := net.Dial("tcp4", fmt.Sprint("127.0.0.1:", s.Addr().(*net.TCPAddr).Port))
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	send(t, c, get("/"))
	readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "GET / ")
}

func TestConfig(t *testing.T) {
	for _, cfg := range []Config{
		{},
		{Addr: ":0", MaxPipeline: 65},
		{Addr: ":0", Workers: -1},
		{Unix: "s", UnixMode: 0o4755},
		{Unix: "s", UnixMode: os.ModeDir | 0o755},
		{Addr: ":0", IdleTimeout: -time.Second},
	} {
		if _, err := New(cfg, echo); err == nil {
			t.Errorf("%+v is accepted", cfg)
		}
	}
	s, err := New(Config{Addr: "256.0.0.1:bad"}, echo)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Run(); err == nil {
		t.Error("Run listens on a malformed address")
	}
	if s, err = New(Config{Addr: "127.0.0.1:0"}, echo); err != nil {
		t.Fatal(err)
	}
	s.Stop() // before Run
	if err := s.Run(); err != nil {
		t.Errorf("Run after Stop: %v", err)
	}
}

// runOn has do run on l, and waits for it.
func runOn(l *Loop, do func()) {
	over := make(chan struct{})
	l.Post(TaskFunc(func(*Loop) { defer close(over); do() }))
	<-over
}

// crowd is peers who are all sent the same.
type crowd struct {
	echoing
	all []*Exchange
}

func (h *crowd) Serve(l *Loop, x *Exchange) {
	if err := x.Upgrade(&http1.Response{Status: 101, Upgrade: "same"}, h); err != nil {
		panic(err)
	}
	x.OnCancel = h
	h.all = append(h.all, x)
}

func (h *crowd) CancelExchange(x *Exchange, _ Reason) { x.Abort() }
