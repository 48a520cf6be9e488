package loop

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"etamil/http1"
)

// taker is a handler that takes the bodies of what begins with /body as they come, when it is
// let, and answers with their size when they have ended; or at once what begins with /body/no.
type taker struct {
	waiting
	*testing.T
	x    *Exchange
	got  strings.Builder
	hold bool // nothing is taken
	end  error
}

func (b *taker) Serve(l *Loop, x *Exchange) {
	switch path := string(x.Req.Path); {
	case path == "/body/no":
		b.reply(x, 403, "no")
	case strings.HasPrefix(path, "/body"):
		b.x, x.OnBody, x.OnCancel = x, b, b
		if !x.Incoming() {
			b.got.Write(x.Body)
			b.reply(x, 200, fmt.Sprintf("%d whole", len(x.Body)))
			return
		}
		b.take()
	default:
		b.waiting.Serve(l, x)
	}
}

func (b *taker) reply(x *Exchange, status int, text string) {
	if err := x.Reply(&http1.Response{Status: status}, []byte(text)); err != nil {
		b.Fatal(err)
	}
	b.x = nil
}

// BodyCame implements Taker.
func (b *taker) BodyCame(x *Exchange) {
	x.Post(TaskFunc(func(*Loop) { b.take() }))
}

// take takes all that has come.
func (b *taker) take() {
	for !b.hold && b.x != nil {
		p, err := b.x.Take()
		b.got.Write(p)
		var e *http1.Error
		switch {
		case err == io.EOF:
			b.end = err
			b.reply(b.x, 200, fmt.Sprint(b.got.Len()))
		case errors.As(err, &e):
			b.end = err
			b.reply(b.x, e.Status, e.Reason)
		case err != nil:
			b.Fatal(err)
		case len(p) == 0:
			return
		}
	}
}

func bodyRig(t *testing.T, cfg Config) (*rig, *taker) {
	b := &taker{T: t}
	cfg.Bodies = func(r *http1.Request) (*http1.Limits, bool) {
		return nil, strings.HasPrefix(string(r.Path), "/body")
	}
	return newRig(t, cfg, b), b
}

// done asserts that nothing of a body is left anywhere.
func (b *taker) done(r *rig) {
	b.Helper()
	if used := r.s.bodies.used.Load(); used != 0 {
		b.Errorf("%d bytes are still counted", used)
	}
	if r.l.suspended != 0 {
		b.Errorf("%d requests are still counted", r.l.suspended)
	}
}

const (
	byLength = "POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 12\r\n\r\nhello, world"
	byChunks = "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5;x=\"y\"\r\nhello\r\n7\r\n, world\r\n0\r\nT: 1\r\n\r\n"
	after    = "GET /after HTTP/1.1\r\nHost: a\r\n\r\n"
)

// TestBodyAsItComes: however the bytes are cut, the handler gets the same body, and the next
// request its answer.
func TestBodyAsItComes(t *testing.T) {
	for _, request := range []string{byLength, byChunks} {
		for cut := 1; cut < len(request); cut++ {
			for cut2 := cut; cut2 < len(request); cut2 += 7 {
				r, b := bodyRig(t, Config{})
				f := r.connect()
				for _, p := range []string{request[:cut], request[cut:cut2], request[cut2:] + after} {
					if p != "" {
						f.in(p)
						r.run()
					}
				}
				if s := f.sent(); b.got.String() != "hello, world" || strings.Count(s, "HTTP/1.1 200") != 2 || !strings.Contains(s, "/after") {
					t.Fatalf("cut at %d and %d: %q, answered %q", cut, cut2, b.got.String(), s)
				}
				if !f.reading || f.c.ring != 0 {
					t.Fatalf("cut at %d and %d: the connection does not go on", cut, cut2)
				}
				b.done(r)
			}
		}
	}
}

// TestBodyWaitsToBeTaken: a client whose body nobody takes is not read from, and is again when
// somebody does.
func TestBodyWaitsToBeTaken(t *testing.T) {
	r, b := bodyRig(t, Config{BodyTimeout: time.Second, Limits: bigLimits()})
	f := r.connect()
	b.hold = true
	f.in(fmt.Sprintf("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n", 1<<20))
	piece, sent := strings.Repeat("x", 1000), 0
	for f.reading {
		if sent > 2*bodyAhead {
			t.Fatal("it is read on and on")
		}
		f.in(piece)
		sent += len(piece)
	}
	if used := r.s.bodies.used.Load(); used > 2*bodyAhead {
		t.Errorf("%d bytes are held", used)
	}
	r.pass(3 * time.Second) // the client is not to blame
	if s := f.sent(); s != "" || f.closed {
		t.Fatalf("%q, closed: %v", s, f.closed)
	}
	b.hold = false
	b.take()
	r.run()
	for ; sent < 1<<20; sent += len(piece) {
		if !f.reading {
			t.Fatal("it is not read from again")
		}
		f.in(piece[:min(len(piece), 1<<20-sent)])
		r.run()
	}
	if s := f.sent(); !strings.HasSuffix(s, "1048576") || b.got.Len() != 1<<20 {
		t.Errorf("%q", s)
	}
	b.done(r)
}

func bigLimits() http1.Limits {
	l := http1.DefaultLimits
	l.BodyBytes = 1 << 30
	return l
}

// TestBodiesThatFail: the handler is told why there is no body, its answer is the last one,
// and nothing is left.
func TestBodiesThatFail(t *testing.T) {
	head := "POST /body HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	small := http1.DefaultLimits
	small.BodyBytes = 10
	for _, c := range []struct {
		name   string
		config Config
		pieces []string
		wait   time.Duration
		status string
	}{
		{"no chunk", Config{}, []string{head, "5\r\nhel", "lo\r\nzz\r\n"}, 0, "400"},
		{"too large", Config{Limits: small}, []string{head, "5\r\nhello\r\n", "6\r\nworlds\r\n"}, 0, "413"},
		{"too slow", Config{BodyTimeout: 2 * time.Second}, []string{head, "5\r\nhel"}, 3 * time.Second, "408"},
		{"no room", Config{BodyBudget: 1000}, []string{head, "5\r\nhello\r\n"}, 0, "503"},
	} {
		r, b := bodyRig(t, c.config)
		f := r.connect()
		for _, p := range c.pieces {
			f.in(p)
			r.run()
		}
		r.pass(c.wait)
		r.run()
		if s := f.sent(); !strings.HasPrefix(s, "HTTP/1.1 "+c.status) || !strings.Contains(s, "Connection: close") || b.end == nil {
			t.Errorf("%s: %q", c.name, s)
		}
		if !f.ended {
			t.Errorf("%s: the connection goes on", c.name)
		}
		b.done(r)
	}
}

// TestBodyOfAClientThatGoes: the request is cancelled, and nothing is left of it.
func TestBodyOfAClientThatGoes(t *testing.T) {
	r, b := bodyRig(t, Config{})
	f := r.connect()
	f.in(byLength[:len(byLength)-4])
	r.run()
	f.Close()
	if len(b.reasons) != 1 || b.reasons[0] != ClientGone {
		t.Fatalf("%v", b.reasons)
	}
	b.reply(b.x, 200, "")
	b.done(r)
}

// TestBodyIsNotWanted: an answer before the body's end is the connection's last, and what the
// client still sends is thrown away.
func TestBodyIsNotWanted(t *testing.T) {
	r, b := bodyRig(t, Config{})
	f := r.connect()
	f.in("POST /body/no HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\nabc")
	if s := f.sent(); !strings.HasPrefix(s, "HTTP/1.1 403") || !strings.Contains(s, "Connection: close") {
		t.Fatalf("%q", s)
	}
	f.in(strings.Repeat("x", 900) + after)
	if s := f.sent(); s != "" || !f.ended {
		t.Errorf("%q", s)
	}
	b.done(r)
}

// TestBodyIsAskedFor: a client that waits for 100 is told to go on when the handler takes,
// and not before what is asked before it is answered.
func TestBodyIsAskedFor(t *testing.T) {
	r, b := bodyRig(t, Config{})
	f := r.connect()
	b.hold = true
	f.in("GET /wait HTTP/1.1\r\nHost: a\r\n\r\nPOST /body HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
	b.hold = false
	b.take()
	r.run()
	if s := f.sent(); s != "" {
		t.Fatalf("too early: %q", s)
	}
	b.finish(r, 0)
	if s := f.sent(); !strings.HasSuffix(s, "HTTP/1.1 100 Continue\r\n\r\n") {
		t.Fatalf("%q", s)
	}
	f.in("hi")
	r.run()
	if s := f.sent(); !strings.HasSuffix(s, "\r\n\r\n2") {
		t.Errorf("%q", s)
	}
	b.done(r)
}

// TestHandlersTimeAndBodies: a handler's time stands still while it waits for the client, and
// not while the client waits for it.
func TestHandlersTimeAndBodies(t *testing.T) {
	r, b := bodyRig(t, Config{HandlerTimeout: time.Second, BodyTimeout: time.Minute})
	f := r.connect()
	f.in("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc")
	r.run()
	r.pass(5 * time.Second)
	if len(b.reasons) != 0 {
		t.Fatal("cancelled while it waits for its client")
	}
	b.hold = true
	f.in("def")
	r.run()
	r.pass(3 * time.Second)
	if s := f.sent(); len(b.reasons) != 1 || b.reasons[0] != TimedOut || !strings.HasPrefix(s, "HTTP/1.1 503") {
		t.Fatalf("%v %q", b.reasons, s)
	}
	b.x.Abort()
	b.done(r)
}

// TestBodyWhileItIsAnswered: an answer may be made of a body that is still coming.
func TestBodyWhileItIsAnswered(t *testing.T) {
	e := &echoBody{}
	r := newRig(t, Config{Bodies: func(*http1.Request) (*http1.Limits, bool) { return nil, true }}, e)
	f := r.connect()
	f.in("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc")
	r.run()
	f.in("def")
	r.run()
	if s := f.sent(); !strings.HasSuffix(s, "3\r\nabc\r\n3\r\ndef\r\n") {
		t.Fatalf("%q", s)
	}
	f.in("ghi")
	r.run()
	if s := f.sent(); s != "3\r\nghi\r\n0\r\n\r\n" || !f.ended || r.s.bodies.used.Load() != 0 {
		t.Errorf("%q, ended: %v", s, f.ended)
	}
}

// echoBody answers with what comes.
type echoBody struct{ x *Exchange }

func (e *echoBody) Serve(_ *Loop, x *Exchange) {
	e.x, x.OnBody = x, e
	if _, err := x.Start(&http1.Response{Status: 200, Length: unknown}, e); err != nil {
		panic(err)
	}
}

func (e *echoBody) Room(x *Exchange)     { e.RunOnLoop(nil) }
func (e *echoBody) BodyCame(x *Exchange) { x.Post(e) }

func (e *echoBody) RunOnLoop(*Loop) {
	for {
		p, err := e.x.Take()
		if err == io.EOF {
			e.x.End()
			return
		}
		if len(p) == 0 {
			return
		}
		e.x.Send(p)
	}
}

// TestDrainWaitsForBodies: what is coming when the server drains may come to its end.
func TestDrainWaitsForBodies(t *testing.T) {
	r, b := bodyRig(t, Config{})
	f := r.connect()
	f.in(byLength[:len(byLength)-4])
	r.s.draining.Store(true)
	r.l.wheel.each((*conn).drainSoon)
	r.pass(3 * time.Second)
	f.in(byLength[len(byLength)-4:])
	r.run()
	if s := f.sent(); !strings.HasSuffix(s, "12") || !strings.Contains(s, "Connection: close") {
		t.Errorf("%q", s)
	}
	b.done(r)
}

// TestDrippedBodiesUnderPressure: one that does not get on gives way when the process has
// little room left.
func TestDrippedBodiesUnderPressure(t *testing.T) {
	r, b := bodyRig(t, Config{BodyBudget: 4000})
	f := r.connect()
	b.hold = true
	f.in("POST /body HTTP/1.1\r\nHost: a\r\nContent-Length: 5000\r\n\r\nabc")
	r.pass(2 * time.Second)
	r.s.bodies.take(1900)
	r.l.press()
	b.hold = false
	b.take()
	b.take()
	r.run()
	if s := f.sent(); !strings.HasPrefix(s, "HTTP/1.1 503") {
		t.Errorf("%q", s)
	}
	r.s.bodies.give(1900)
	b.done(r)
}
