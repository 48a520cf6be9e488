package loop

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"etamil/http1"
)

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
	files := openFiles(t)
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
	case <-time.After(10 * time.Second):
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
		eventually(t, "no goroutine is left", func() bool { return len(ourGoroutines()) == 0 }, func() string {
			return strings.Join(ourGoroutines(), "\n\n")
		})
		eventually(t, "no descriptor is left", func() bool { return openFiles(t) <= files }, func() string {
			return fmt.Sprint(openFiles(t), " open, before ", files)
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

func openFiles(t *testing.T) int {
	t.Helper()
	fds, err := os.ReadDir("/dev/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(fds)
}

func eventually(t *testing.T, what string, ok func() bool, more ...func() string) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); !ok(); time.Sleep(5 * time.Millisecond) {
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
	c.SetDeadline(time.Now().Add(20 * time.Second))
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
