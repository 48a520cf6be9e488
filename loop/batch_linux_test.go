package loop

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestBatches: many clients at the same moment, some of which read slowly or vanish, get
// the same whether a loop reads and writes for all of them together or one by one.
func TestBatches(t *testing.T) {
	for _, c := range []Config{{Workers: 1}, {Workers: 2}, {Workers: 1, OneByOne: true}, {Workers: 2, OneByOne: true}} {
		t.Run(fmt.Sprintf("%d,%v", c.Workers, c.OneByOne), func(t *testing.T) { testBatches(t, c) })
	}
}

func testBatches(t *testing.T, cfg Config) {
	const clients, rounds = 64, 30
	cfg.OutputCap = 64 << 10
	s := start(t, cfg, handlerFunc(func(l *Loop, x *Exchange) {
		if strings.HasPrefix(string(x.Req.Path), "/later") {
			go x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
			return
		}
		echoNow(x)
	}))
	for _, l := range *s.poller.(*gnetPoller).loops.Load() {
		if l.wait == nil || (l.batch == nil) != cfg.OneByOne {
			t.Fatalf("waits itself: %v, batches: %v", l.wait != nil, l.batch != nil)
		}
	}
	var all sync.WaitGroup
	gate := make(chan struct{})
	for k := range clients {
		c := dial(t, s)
		defer c.Close()
		all.Go(func() {
			<-gate
			_ = c.SetDeadline(time.Now().Add(60 * time.Second))
			r := bufio.NewReader(c)
			body := strings.Repeat("x", k*150) // some too long to be kept, all together more than fits
			for i := range rounds {
				n := 1 + (k+i)%4
				var in strings.Builder
				for j := range n {
					path := []string{"a", "later"}[(k+i+j)%2]
					fmt.Fprintf(&in, "POST /%s/%d/%d HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", path, i, j, len(body), body)
				}
				if _, err := io.WriteString(c, in.String()); err != nil {
					t.Error(err)
					return
				}
				if k%16 == 7 && i == rounds/2 {
					_ = c.(*net.TCPConn).SetLinger(0)
					c.Close()
					return // vanishes, reset, with answers under way
				}
				if k%8 == 3 {
					time.Sleep(time.Millisecond)
				}
				for j := range n {
					path := []string{"a", "later"}[(k+i+j)%2]
					readAnswer(t, r, "POST").want(t, 200, fmt.Sprintf("POST /%s/%d/%d %s", path, i, j, body))
				}
			}
		})
	}
	close(gate)
	all.Wait()
	if n := s.Drain(10 * time.Second); n != 0 {
		t.Errorf("%d connections were cut", n)
	}
}

// TestNoAnswerWaitsForAll: among many requests that are read together, those whose handlers
// are through do not wait for handlers that take long.
func TestNoAnswerWaitsForAll(t *testing.T) {
	const clients = 16
	var handled atomic.Int32
	s := start(t, Config{Workers: 1}, handlerFunc(func(l *Loop, x *Exchange) {
		time.Sleep(20 * time.Millisecond)
		handled.Add(1)
		echoNow(x)
	}))
	held, release := make(chan struct{}), make(chan struct{})
	var conns []net.Conn
	for range clients {
		conns = append(conns, dial(t, s))
	}
	eventually(t, "all are connected", func() bool { return s.Stats().Open == clients })
	s.Loops()[0].Post(TaskFunc(func(*Loop) { close(held); <-release }))
	<-held
	for i, c := range conns {
		defer c.Close()
		send(t, c, get(fmt.Sprintf("/%d", i)))
	}
	close(release)
	var first atomic.Int32
	first.Store(clients)
	var all sync.WaitGroup
	for i, c := range conns {
		all.Go(func() {
			readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, fmt.Sprintf("GET /%d ", i))
			for n := handled.Load(); ; {
				if was := first.Load(); n >= was || first.CompareAndSwap(was, n) {
					return
				}
			}
		})
	}
	all.Wait()
	if n := first.Load(); n > clients/2 {
		t.Errorf("the first answer came when %d of %d requests had been handled", n, clients)
	}
}
