package loop

import (
	"bufio"
	"bytes"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// TestBatches: many clients at the same moment, some of which read slowly or vanish, get
// the same whether a loop reads and writes for all of them together or one by one, plain and
// under TLS.
func TestBatches(t *testing.T) {
	plain := func(network, addr string) (net.Conn, error) { return net.Dial(network, addr) }
	for _, c := range []Config{{Workers: 1}, {Workers: 2}, {Workers: 1, OneByOne: true}, {Workers: 2, OneByOne: true}} {
		t.Run(fmt.Sprintf("%d,%v", c.Workers, c.OneByOne), func(t *testing.T) { testBatches(t, c, plain) })
	}
	server, client := certificate(t)
	for _, c := range []Config{{Workers: 1}, {Workers: 2}, {Workers: 1, OneByOne: true}} {
		c.TLS = server
		t.Run(fmt.Sprintf("TLS,%d,%v", c.Workers, c.OneByOne), func(t *testing.T) { testBatches(t, c, dialTLS(client)) })
	}
}

func testBatches(t *testing.T, cfg Config, dial func(network, addr string) (net.Conn, error)) {
	const clients, rounds = 64, 30
	cfg.OutputCap = 64 << 10
	cfg.HeaderTimeout = 5 * time.Minute // the first waits until all have come
	s := start(t, cfg, handlerFunc(func(l *Loop, x *Exchange) {
		if strings.HasPrefix(string(x.Req.Path), "/later") {
			go x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
			return
		}
		echoNow(x)
	}))
	for _, l := range *s.poller.(*gnetPoller).loops.Load() {
		if l.wait == nil || (l.batch == nil) != (cfg.OneByOne || !hasRing(t)) {
			t.Fatalf("waits itself: %v, batches: %v", l.wait != nil, l.batch != nil)
		}
	}
	var all sync.WaitGroup
	gate := make(chan struct{})
	for k := range clients {
		c, err := dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		all.Go(func() {
			<-gate
			_ = c.SetDeadline(time.Now().Add(5 * time.Minute))
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
					raw := c
					if t, ok := c.(*tls.Conn); ok {
						raw = t.NetConn()
					}
					_ = raw.(*net.TCPConn).SetLinger(0)
					raw.Close()
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
	if n := s.Drain(time.Minute); n != 0 {
		t.Errorf("%d connections were cut", n)
	}
}

// TestSharedBytes: what is sent to many comes to each whole and in order, whether short or long, and is copied for nobody,
// also for those who take nothing for a while.
func TestSharedBytes(t *testing.T) {
	for _, one := range []bool{false, true} {
		const clients = 40
		h := &crowd{}
		s := start(t, Config{Workers: 1, OneByOne: one, OutputCap: 64 << 20, WriteTimeout: 10 * time.Minute}, h)
		var conns []net.Conn
		for range clients {
			c := dial(t, s)
			defer c.Close()
			send(t, c, "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: same\r\n\r\n")
			conns = append(conns, c)
		}
		l := s.Loops()[0]
		eventually(t, "all have come", func() (is bool) {
			runOn(l, func() { is = len(h.all) == clients && h.all[clients-1].Sending() })
			return is
		})
		var want []byte
		waiting := 0
		for i := range 12 {
			p := bytes.Repeat([]byte{byte('a' + i)}, []int{9, 3000, 400_000}[i%3])
			want = append(want, p...)
			runOn(l, func() {
				for _, x := range h.all {
					x.SendShared(p)
				}
			})
			runOn(l, func() {
				waiting = 0
				for _, x := range h.all {
					waiting += x.Waiting()
				}
			})
		}
		if held := s.output.used.Load(); waiting < 100_000 || int(held) > clients*12*pieceBytes {
			t.Errorf("one by one: %v; of %d bytes that wait %d are held for somebody", one, waiting, held)
		}
		var all sync.WaitGroup
		for i, c := range conns {
			all.Go(func() {
				_ = c.SetDeadline(time.Now().Add(time.Minute))
				r := bufio.NewReader(c)
				if i%10 == 9 {
					c.Close() // it never reads
					return
				}
				if _, err := http.ReadResponse(r, nil); err != nil {
					t.Error(err)
					return
				}
				got := make([]byte, len(want))
				if n, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, want) {
					t.Errorf("%d of %d bytes came: %v", n, len(want), err)
				}
			})
		}
		all.Wait()
		eventually(t, "nothing is held", func() bool { return s.output.used.Load() == 0 })
	}
}

// TestNoAnswerWaitsForAll: among many requests that are read together, those whose handlers
// are through do not wait for handlers that take long.
func TestNoAnswerWaitsForAll(t *testing.T) {
	const clients = 16
	handled, inTime := 0, false
	answered := make(chan struct{})
	s := start(t, Config{Workers: 1}, handlerFunc(func(l *Loop, x *Exchange) {
		time.Sleep(20 * time.Millisecond)
		if handled++; handled == clients/2 { // a client may take its time to see its answer, if it gets one
			select {
			case <-answered:
				inTime = true
			case <-time.After(time.Minute):
			}
		}
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
	var all sync.WaitGroup
	var first sync.Once
	for i, c := range conns {
		all.Go(func() {
			_ = c.SetDeadline(time.Now().Add(5 * time.Minute))
			readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, fmt.Sprintf("GET /%d ", i))
			first.Do(func() { close(answered) })
		})
	}
	all.Wait()
	runOn(s.Loops()[0], func() {
		if !inTime {
			t.Errorf("no answer had come when half of %d requests were handled", clients)
		}
	})
}

// TestEndBehindAFullRead: a client that ends its side behind a request of exactly one read is answered, when others are read
// together with it and the answer takes a while.
func TestEndBehindAFullRead(t *testing.T) {
	s := start(t, Config{Workers: 1}, handlerFunc(func(l *Loop, x *Exchange) {
		go x.Post(TaskFunc(func(*Loop) { text(x, fmt.Sprint(len(x.Body))) }))
	}))
	const clients = 4
	for range 3 {
		var conns, ended []net.Conn
		for range clients {
			conns, ended = append(conns, dial(t, s)), append(ended, dial(t, s))
		}
		eventually(t, "all are connected", func() bool { return s.Stats().Open == 2*clients })
		held, release := make(chan struct{}), make(chan struct{})
		s.Loops()[0].Post(TaskFunc(func(*Loop) { close(held); <-release }))
		<-held
		for _, c := range ended {
			head := "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 8000\r\nX: "
			head += strings.Repeat("x", batchRead-8000-len(head)-4) + "\r\n\r\n"
			send(t, c, head+strings.Repeat("b", 8000))
			if err := c.(*net.TCPConn).CloseWrite(); err != nil {
				t.Fatal(err)
			}
		}
		for _, c := range conns {
			send(t, c, get("/"))
		}
		close(release)
		for _, c := range ended {
			readAnswer(t, bufio.NewReader(c), "POST").want(t, 200, "8000")
			c.Close()
		}
		for _, c := range conns {
			readAnswer(t, bufio.NewReader(c), "GET").want(t, 200, "0")
			c.Close()
		}
		eventually(t, "all have gone", func() bool { return s.Stats().Open == 0 })
	}
}
