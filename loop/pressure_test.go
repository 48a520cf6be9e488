package loop

import (
	"bufio"
	"crypto/tls"
	"net"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"etamil/http1"
)

// TestOutputBudget: clients that take nothing share what room there is; who
// gets on is served all the time.
func TestOutputBudget(t *testing.T) {
	big := strings.Repeat("x", 4000)
	r := newRig(t, Config{OutputBudget: 10_000, WriteTimeout: time.Hour}, handlerFunc(func(l *Loop, x *Exchange) { text(x, big) }))
	stuck := func() *fakeSocket {
		f := r.connect()
		f.room = 0
		f.in(get("/"))
		return f
	}
	a, b, c := stuck(), stuck(), stuck()
	if a.closed || b.closed || !c.closed || !c.aborted {
		t.Errorf("closed: %v %v %v; want only the third, for which there was no room", a.closed, b.closed, c.closed)
	}
	healthy := r.connect()
	healthy.in(get("/"))
	healthy.want("200 " + big)

	// After a second room is made for others: one goes, the other may stay.
	r.pass(900 * time.Millisecond)
	r.l.press()
	r.l.finish()
	if a.closed || b.closed {
		t.Error("expelled too early")
	}
	a.takes(1)
	r.pass(200 * time.Millisecond)
	r.l.press()
	r.l.finish()
	if a.closed || !b.closed || !b.aborted {
		t.Errorf("closed: %v %v; want only the one that took nothing", a.closed, b.closed)
	}
	d := stuck()
	if d.closed {
		t.Error("there is no room again")
	}
	if n := r.s.Stats().Expelled; n != 2 {
		t.Errorf("%d expelled", n)
	}
}

func TestOneAnswerMayBeBiggerThanTheBudget(t *testing.T) {
	r := newRig(t, Config{OutputBudget: 1000}, handlerFunc(func(l *Loop, x *Exchange) { text(x, strings.Repeat("x", 50_000)) }))
	f := r.connect()
	f.room = 100
	f.in(get("/"))
	f.takes(1 << 20)
	f.want("200 " + strings.Repeat("x", 50_000))
}

func TestSharedBodiesDoNotCount(t *testing.T) {
	body := []byte(strings.Repeat("x", 50_000))
	w := &waiting{}
	r := newRig(t, Config{OutputBudget: 10_000}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/wait" {
			w.Serve(l, x)
			return
		}
		if err := x.ReplyShared(&http1.Response{Status: 200}, body); err != nil {
			t.Error(err)
		}
	}))
	var all []*fakeSocket
	for range 10 {
		f := r.connect()
		f.in(get("/wait") + get("/shared") + get("/shared"))
		f.room = 200
		all = append(all, f)
	}
	for i := range all {
		w.finish(r, i)
	}
	if n := r.s.output.used.Load(); n > 5000 {
		t.Errorf("%d bytes count", n)
	}
	for _, f := range all {
		f.takes(1 << 20)
		f.want("200 GET /wait", "200 "+string(body), "200 "+string(body))
	}
}

// TestAnswersInTheRingCount: those behind a request in work wait as well.
func TestAnswersInTheRingCount(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{OutputBudget: 10_000}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/wait" {
			w.Serve(l, x)
			return
		}
		if err := x.ReplyOwned(&http1.Response{Status: 200}, make([]byte, 20_000)); err != nil {
			t.Error(err)
		}
	}))
	a, b := r.connect(), r.connect()
	a.in(get("/wait") + get("/big"))
	b.in(get("/wait") + get("/big"))
	if a.closed || !b.closed {
		t.Errorf("closed: %v %v; want only the second", a.closed, b.closed)
	}
	w.finish(r, 0)
	if got := bodies(t, a.sent()); len(got) != 2 || r.s.output.used.Load() != 0 {
		t.Errorf("%d answers, %d bytes still count", len(got), r.s.output.used.Load())
	}
	w.finish(r, 1)
}

// TestDrippedBodies: when many send slowly, who does not keep a rate is sent
// away, and who does is not.
func TestDrippedBodies(t *testing.T) {
	r := newRig(t, Config{BodyBudget: 125_000, BodyRate: 1000}, echo)
	post := "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 60000\r\n\r\n"
	fast, slow := r.connect(), r.connect()
	fast.in(post)
	slow.in(post)
	head := r.connect()
	head.in("GET / HTTP/1.1\r\nA: " + strings.Repeat("a", 1000))
	slow.in(strings.Repeat("s", 500))
	for range 12 {
		fast.in(strings.Repeat("f", 3000))
		r.pass(Tick)
		r.l.press()
		r.l.finish()
	}
	if slow.got.Len() > 0 || head.got.Len() > 0 {
		t.Error("expelled although there is room")
	}
	third := r.connect()
	third.in(post)
	third.in(strings.Repeat("t", 40_000))
	r.l.press()
	r.l.finish()
	if third.got.Len() > 0 || fast.got.Len() > 0 {
		t.Error("one that gets on is expelled")
	}
	head.want("503 too many bytes are waiting")
	slow.want("503 too many bytes are waiting")
	third.in(strings.Repeat("t", 20_000))
	fast.in(strings.Repeat("f", 24_000))
	if got := bodies(t, third.sent()); len(got) != 1 || !strings.HasPrefix(got[0], "200") {
		t.Errorf("third was sent %.40q", got)
	}
	if got := bodies(t, fast.sent()); !slices.Equal(got, []string{"200 POST / " + strings.Repeat("f", 60_000)}) {
		t.Errorf("fast was sent %.40q", got)
	}
	if n := r.s.bodies.used.Load(); n != 0 {
		t.Errorf("%d bytes still count", n)
	}
}

// TestRoomForComers: where all connections are open that may be, those that have been idle the longest go when somebody waits to be
// accepted, and only then; one with a request in work stays.
func TestRoomForComers(t *testing.T) {
	server, client := certificate(t)
	path := filepath.Join(t.TempDir(), "s")
	for _, c := range []struct {
		name string
		cfg  Config
		dial func() (net.Conn, error)
	}{
		{"TCP", Config{}, nil},
		{"Unix", Config{Unix: path}, func() (net.Conn, error) { return net.Dial("unix", path) }},
		{"TLS", Config{TLS: server}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			const most = 8
			w := &waiting{}
			c.cfg.MaxConns, c.cfg.IdleTimeout, c.cfg.HandlerTimeout, c.cfg.Workers = most, time.Hour, time.Hour, 1
			s := start(t, c.cfg, w)
			if c.dial == nil {
				c.dial = func() (net.Conn, error) {
					if c.cfg.TLS != nil {
						return tls.DialWithDialer(&net.Dialer{Timeout: time.Minute}, "tcp", s.Addr().String(), client)
					}
					return net.Dial("tcp", s.Addr().String())
				}
			}
			connect := func() (net.Conn, *bufio.Reader) {
				k, err := c.dial()
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { k.Close() })
				k.SetDeadline(time.Now().Add(time.Minute))
				return k, bufio.NewReader(k)
			}
			held, answer := connect()
			send(t, held, get("/wait"))
			eventually(t, "one is in work", func() bool { return s.Stats().InFlight == 1 })
			for range most - 1 {
				k, r := connect()
				send(t, k, get("/"))
				readAnswer(t, r, "GET").want(t, 200, "GET / ")
			}
			time.Sleep(15 * Tick)
			if n := s.Stats().Open; n != most {
				t.Errorf("%d connections are open, and nobody waits", n)
			}
			for range 3 {
				k, r := connect()
				send(t, k, get("/"))
				readAnswer(t, r, "GET").want(t, 200, "GET / ")
			}
			if s.Stats().Expelled == 0 {
				t.Error("nobody has gone")
			}
			s.Loops()[0].Post(TaskFunc(func(*Loop) { echoNow(w.kept[0]) }))
			readAnswer(t, answer, "GET").want(t, 200, "GET /wait ")
		})
	}
}

// TestRoomNotOfWhoAsks: of the connections that have been idle the longest, those stay whose next request has come and was not read, and
// those that have just been idle.
func TestRoomNotOfWhoAsks(t *testing.T) {
	r := newRig(t, Config{}, echo)
	asks, idle, fresh := r.connect(), r.connect(), r.connect()
	for _, f := range []*fakeSocket{asks, idle, fresh} {
		f.in(get("/a"))
		f.want("200 GET /a")
	}
	r.pass(2 * time.Second)
	fresh.in(get("/b"))
	fresh.want("200 GET /b")
	asks.unread = true
	r.l.makeRoom(3)
	r.l.finish()
	if asks.closed || !idle.closed || fresh.closed {
		t.Errorf("closed: who asks %v, the idle one %v, the one that was served last %v", asks.closed, idle.closed, fresh.closed)
	}
}
