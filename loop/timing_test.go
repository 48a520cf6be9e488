package loop

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"strings"
	"testing"

	"etamil/http1"
)

// canned answers at once, without allocating.
type canned struct {
	res  http1.Response
	body []byte
}

func newCanned() *canned {
	return &canned{http1.Response{Status: 200, ContentType: "text/plain"}, []byte("Hello, World!")}
}

func (h *canned) Serve(l *Loop, x *Exchange) {
	if err := x.Reply(&h.res, h.body); err != nil {
		panic(err)
	}
}

// suspending answers each request in the next batch of its loop.
type suspending struct {
	canned
	waiting []*Exchange
}

func (h *suspending) Serve(l *Loop, x *Exchange) {
	h.waiting = append(h.waiting, x)
	if len(h.waiting) == 1 {
		l.Post(h)
	}
}

func (h *suspending) RunOnLoop(l *Loop) {
	for i, x := range h.waiting {
		h.waiting[i] = nil
		h.canned.Serve(l, x)
	}
	h.waiting = h.waiting[:0]
}

const plainRequest = "GET /plaintext HTTP/1.1\r\nHost: localhost\r\nUser-Agent: timing\r\nAccept: */*\r\n\r\n"

// TestNoAllocationPerRequest: neither answering at once nor suspending
// allocates, in the state machine itself.
func TestNoAllocationPerRequest(t *testing.T) {
	post := "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500\r\n\r\n" + strings.Repeat("b", 500)
	for _, c := range []struct {
		name string
		h    Handler
		in   string
	}{
		{"at once", newCanned(), plainRequest},
		{"16 pipelined", newCanned(), strings.Repeat(plainRequest, 16)},
		{"with a body", newCanned(), post},
		{"suspended", &suspending{canned: *newCanned()}, plainRequest},
		{"16 suspended", &suspending{canned: *newCanned()}, strings.Repeat(plainRequest, 16)},
	} {
		r := newRig(t, Config{}, c.h)
		f := r.connect()
		p := []byte(c.in)
		one := func() {
			f.got.Reset()
			r.s.readable(f.c, p)
			r.run()
		}
		one()
		if n := testing.AllocsPerRun(200, one); n != 0 {
			t.Errorf("%s: %v allocations", c.name, n)
		}
		if want := strings.Count(c.in, " HTTP/1.1\r\n"); strings.Count(f.got.String(), "HTTP/1.1 200 OK\r\n") != want {
			t.Errorf("%s: sent %q", c.name, f.got.String())
		}
	}
}

// TestNoAllocationOverSockets asks the same of the whole way, gnet included.
func TestNoAllocationOverSockets(t *testing.T) {
	s := start(t, Config{Workers: 1}, newCanned())
	c := dial(t, s)
	ask := client(t, c, strings.Repeat(plainRequest, 4))
	for range 100 {
		ask()
	}
	const rounds = 2000
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range rounds {
		ask()
	}
	runtime.ReadMemStats(&after)
	// The clock and the runtime's own work allocate a little meanwhile.
	if n := after.Mallocs - before.Mallocs; n > rounds/4 {
		t.Errorf("%d allocations in %d requests", n, 4*rounds)
	}
}

// client returns a function that sends in and reads answers of the length
// that the first ones had.
func client(t testing.TB, c net.Conn, in string) (ask func()) {
	p := []byte(in)
	buf := make([]byte, 64<<10)
	if _, err := c.Write(p); err != nil {
		t.Fatal(err)
	}
	want := strings.Count(in, " HTTP/1.1\r\n")
	n := 0
	for strings.Count(string(buf[:n]), "Hello, World!") < want {
		m, err := c.Read(buf[n:])
		if err != nil {
			t.Fatal(err)
		}
		n += m
	}
	return func() {
		if _, err := c.Write(p); err != nil {
			t.Fatal(err)
		}
		if _, err := io.ReadFull(c, buf[:n]); err != nil {
			t.Fatal(err)
		}
	}
}

// BenchmarkConn is the state machine alone: parse, handler, answer, deadline.
func BenchmarkConn(b *testing.B) {
	for _, depth := range []int{1, 16} {
		for _, h := range []Handler{newCanned(), &suspending{canned: *newCanned()}} {
			b.Run(fmt.Sprintf("%T/depth=%d", h, depth), func(b *testing.B) {
				r := newRig(new(testing.T), Config{}, h)
				f := r.connect()
				f.room = 1 << 62
				p := []byte(strings.Repeat(plainRequest, depth))
				b.ReportAllocs()
				for i := 0; i < b.N; i += depth {
					f.got.Reset()
					r.s.readable(f.c, p)
					r.run()
				}
			})
		}
	}
}

// BenchmarkServer is a whole round trip, client included.
func BenchmarkServer(b *testing.B) {
	for _, depth := range []int{1, 16} {
		b.Run(fmt.Sprint("depth=", depth), func(b *testing.B) {
			s, err := New(Config{Addr: "127.0.0.1:0", Workers: 1}, newCanned())
			if err != nil {
				b.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() { ended <- s.Run() }()
			<-s.Ready()
			b.RunParallel(func(pb *testing.PB) {
				c, err := net.Dial("tcp", s.Addr().String())
				if err != nil {
					b.Error(err)
					return
				}
				defer c.Close()
				ask := client(b, c, strings.Repeat(plainRequest, depth))
				for i := 0; pb.Next(); i++ {
					if i%depth == 0 {
						ask()
					}
				}
			})
			s.Stop()
			if err := <-ended; err != nil {
				b.Error(err)
			}
		})
	}
}

// BenchmarkWheelTick is one tick with 10,000 idle connections.
func BenchmarkWheelTick(b *testing.B) {
	var w wheel
	timers := make([]timer, 10_000)
	for i := range timers {
		timers[i] = timer{bucket: unarmed}
		w.arm(&timers[i], int64(600+i%10))
	}
	b.ReportAllocs()
	fired := 0
	for b.Loop() {
		w.advance(w.now+1, func(*conn) { fired++ })
		if fired == len(timers) {
			fired = 0
			for i := range timers {
				w.arm(&timers[i], w.now+int64(600+i%10))
			}
		}
	}
}

// BenchmarkPost is one task of 64 that arrive together.
func BenchmarkPost(b *testing.B) {
	r := newRig(new(testing.T), Config{}, echo)
	task := new(nothing)
	b.ReportAllocs()
	for i := 0; i < b.N; i += 64 {
		for range 64 {
			r.l.Post(task)
		}
		r.run()
	}
}

type nothing struct{}

func (*nothing) RunOnLoop(*Loop) {}
