package loop

import (
	"bufio"
	"io"
	"strings"
	"sync"
	"testing"
	"time"
)

// localServer runs a server without sockets until the test ends.
func localServer(t *testing.T, h Handler) *Server {
	t.Helper()
	s, err := New(Config{Local: true, Workers: 2, IdleTimeout: time.Minute}, h)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- s.Run() }()
	<-s.Ready()
	t.Cleanup(func() {
		s.Stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
		if _, err := s.Dial(); err != ErrClosed {
			t.Errorf("a client of a server that has ended: %v", err)
		}
	})
	return s
}

func dialLocal(t *testing.T, s *Server) *Client {
	t.Helper()
	c, err := s.Dial()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func write(t *testing.T, c *Client, text string) {
	t.Helper()
	if _, err := io.WriteString(c, text); err != nil {
		t.Fatal(err)
	}
}

func TestLocalClient(t *testing.T) {
	s := localServer(t, echo)
	c := dialLocal(t, s)
	r := bufio.NewReader(c)
	write(t, c, "GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHo")
	if a := readAnswer(t, r, "GET"); a.status != 200 {
		t.Errorf("the first answer is %d", a.status)
	}
	write(t, c, "st: x\r\n\r\n")
	if a := readAnswer(t, r, "GET"); a.status != 200 {
		t.Errorf("the second answer is %d", a.status)
	}
	write(t, c, "NOT HTTP\r\n\r\n")
	if a := readAnswer(t, r, "GET"); a.status != 400 {
		t.Errorf("nonsense is answered %d", a.status)
	}
	if _, err := r.ReadByte(); err != io.EOF {
		t.Errorf("after nonsense: %v, want the end", err)
	}
	c.Close()
}

func TestLocalLateAnswer(t *testing.T) {
	s := localServer(t, handlerFunc(func(_ *Loop, x *Exchange) {
		go func() {
			time.Sleep(5 * time.Millisecond)
			x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
		}()
	}))
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			c := dialLocal(t, s)
			defer c.Close()
			write(t, c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
			if err := c.CloseWrite(); err != nil {
				t.Error(err)
			}
			whole, err := io.ReadAll(c)
			if err != nil || !strings.HasPrefix(string(whole), "HTTP/1.1 200 ") {
				t.Errorf("a client that has ended its side got %q, %v", whole, err)
			}
		})
	}
	all.Wait()
}

// gone is told when nobody waits for an answer any more.
type gone chan Reason

func (g gone) Serve(_ *Loop, x *Exchange) { x.OnCancel = g }

func (g gone) CancelExchange(x *Exchange, why Reason) {
	g <- why
	x.Abort()
}

func TestLocalClientLeaves(t *testing.T) {
	g := make(gone, 1)
	s := localServer(t, g)
	c := dialLocal(t, s)
	write(t, c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	time.AfterFunc(20*time.Millisecond, func() { c.Close() })
	if _, err := c.Read(make([]byte, 1)); err != ErrClosed && err != io.EOF {
		t.Errorf("reading while the client is closed: %v", err)
	}
	if why := <-g; why != ClientGone {
		t.Errorf("cancelled for %v", why)
	}
	if _, err := c.Write([]byte("x")); err != ErrClosed {
		t.Errorf("writing after the end: %v", err)
	}
}

func TestLocalDrain(t *testing.T) {
	s := localServer(t, echo)
	c := dialLocal(t, s)
	write(t, c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
	if a := readAnswer(t, bufio.NewReader(c), "GET"); a.status != 200 {
		t.Fatalf("answered %d", a.status)
	}
	c.Close()
	if cut := s.Drain(time.Minute); cut != 0 {
		t.Errorf("%d connections were cut", cut)
	}
}

func TestLocalStandsAlone(t *testing.T) {
	if _, err := New(Config{Local: true, Addr: "127.0.0.1:0"}, gone(nil)); err != ErrNoAddress {
		t.Errorf("Local beside Addr: %v", err)
	}
}
