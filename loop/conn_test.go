package loop

import (
	"bufio"
	"bytes"
	"fmt"
	"hash/crc32"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"etamil/http1"
)

// bodies parses what a client was sent and returns each answer as "status body".
func bodies(t *testing.T, sent string) (all []string) {
	t.Helper()
	r := bufio.NewReader(strings.NewReader(sent))
	for {
		if _, err := r.Peek(1); err != nil {
			return all
		}
		res, err := http.ReadResponse(r, nil)
		if err != nil {
			t.Fatalf("answer %d of %q: %v", len(all), sent, err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(res.Body); err != nil {
			t.Fatal(err)
		}
		all = append(all, strings.TrimSpace(fmt.Sprintf("%d %s", res.StatusCode, b.String())))
	}
}

func (f *fakeSocket) want(answers ...string) {
	f.r.Helper()
	if got := bodies(f.r.T, f.sent()); !slices.Equal(got, answers) {
		f.r.Errorf("sent %q, want %q", got, answers)
	}
}

func get(path string) string { return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n" }

func TestPipelinedAnswersLeaveInOneWrite(t *testing.T) {
	r := newRig(t, Config{}, echo)
	f := r.connect()
	f.in(get("/1") + get("/2") + get("/3"))
	if f.writes != 1 {
		t.Errorf("%d writes", f.writes)
	}
	f.want("200 GET /1", "200 GET /2", "200 GET /3")
}

func TestAnswersKeepTheOrderOfRequests(t *testing.T) {
	// Every order in which the three waiting ones can be finished.
	for _, order := range [][]int{{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}} {
		w := &waiting{}
		r := newRig(t, Config{}, w)
		f := r.connect()
		f.in(get("/a") + get("/wait1") + get("/b") + get("/wait2") + get("/wait3") + get("/c"))
		if f.reading {
			t.Error("read on with requests in work")
		}
		var sent string
		for _, i := range order {
			w.finish(r, i)
		}
		sent = f.sent()
		want := []string{"200 GET /a", "200 GET /wait1", "200 GET /b", "200 GET /wait2", "200 GET /wait3", "200 GET /c"}
		if got := bodies(t, sent); !slices.Equal(got, want) {
			t.Errorf("order %v: %q", order, got)
		}
		if !f.reading {
			t.Error("not read on after the last answer")
		}
	}
}

// TestEndOfResumed: what a request that stood behind others has for the end of the event comes at the end of the one in which it begins.
func TestEndOfResumed(t *testing.T) {
	var kept []*Exchange
	ended := 0
	r := newRig(t, Config{MaxPipeline: 1}, handlerFunc(func(l *Loop, x *Exchange) {
		kept = append(kept, x)
		l.AtEnd(TaskFunc(func(*Loop) { ended++ }))
	}))
	f := r.connect()
	f.in(get("/a") + get("/b"))
	if len(kept) != 1 || ended != 1 {
		t.Fatalf("%d requests, %d ends", len(kept), ended)
	}
	x := kept[0]
	x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
	r.run()
	if len(kept) != 2 || ended != 2 {
		t.Errorf("%d requests, %d ends", len(kept), ended)
	}
}

func TestOneBatchOfCompletionsIsOneWrite(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, w)
	r.l.patience = time.Hour // however busy the machine is
	f := r.connect()
	f.in(get("/wait1") + get("/wait2") + get("/wait3"))
	for _, x := range w.kept {
		x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
	}
	r.run()
	if f.writes != 1 {
		t.Errorf("%d writes", f.writes)
	}
	f.want("200 GET /wait1", "200 GET /wait2", "200 GET /wait3")
}

// TestNoCompletionWaitsForAll: of many completions in one batch, those that came first leave before handlers that take long.
func TestNoCompletionWaitsForAll(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, w)
	var all []*fakeSocket
	for range 4 {
		f := r.connect()
		f.in(get("/wait"))
		all = append(all, f)
	}
	for i, x := range w.kept {
		x.Post(TaskFunc(func(*Loop) {
			if i > 0 {
				time.Sleep(2 * answerWait)
			}
			if first := all[0]; i >= 2 && first.got.Len() == 0 {
				t.Errorf("the first waits for the handler of number %d", i)
			}
			echoNow(x)
		}))
	}
	r.run()
	for _, f := range all {
		f.want("200 GET /wait")
	}
}

// script is a stream of requests of all kinds, and its answers.
const script = "GET /a HTTP/1.1\r\nHost: x\r\n\r\n" +
	"POST /b HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello" +
	"\r\nPOST /wait1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3;e=f\r\nabc\r\n2\r\nde\r\n0\r\nT: v\r\n\r\n" +
	"GET /c HTTP/1.1\r\nHost: x\r\n\r\n" +
	"POST /wait2 HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nxyz" +
	"GET /d HTTP/1.1\r\nHost: x\r\nBad Name: v\r\n\r\nGET /never HTTP/1.1\r\nHost: x\r\n\r\n"

var scriptAnswers = []string{
	"200 GET /a", "200 POST /b hello", "200 POST /wait1 abcde", "200 GET /c", "200 POST /wait2 xyz",
	"400 malformed field name",
}

// TestCutAtEveryByte delivers the script in two, three and one-byte pieces.
func TestCutAtEveryByte(t *testing.T) {
	run := func(pieces ...string) {
		w := &waiting{}
		r := newRig(t, Config{}, w)
		f := r.connect()
		done := 0
		for _, p := range pieces {
			// A piece that may not be read yet stays in the kernel.
			for !f.reading && done < len(w.kept) {
				w.finish(r, done)
				done++
			}
			if f.closed {
				break
			}
			f.in(p)
		}
		for ; done < len(w.kept); done++ {
			w.finish(r, done)
		}
		if got := bodies(t, f.sent()); !slices.Equal(got, scriptAnswers) {
			t.Errorf("in %d pieces, the first of %d bytes: %q", len(pieces), len(pieces[0]), got)
		}
		if !f.ended || f.closed {
			t.Error("not lingering after the refusal")
		}
		r.pass(3 * time.Second)
		if !f.closed {
			t.Error("not closed after lingering")
		}
		if n := r.s.bodies.used.Load(); n != 0 {
			t.Errorf("%d bytes of the body budget are still taken", n)
		}
	}
	run(script)
	for i := 1; i < len(script); i++ {
		run(script[:i], script[i:])
	}
	for i := 1; i < len(script)-7; i += 5 {
		run(script[:i], script[i:i+7], script[i+7:])
	}
	run(strings.Split(script, "")...)
}

func TestContinue(t *testing.T) {
	head := "POST /b HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
	t.Run("asked for", func(t *testing.T) {
		r := newRig(t, Config{}, echo)
		f := r.connect()
		f.in(head)
		if got := f.sent(); got != "HTTP/1.1 100 Continue\r\n\r\n" {
			t.Fatalf("sent %q", got)
		}
		f.in("abc")
		f.want("200 POST /b abc")
	})
	t.Run("body was there", func(t *testing.T) {
		r := newRig(t, Config{}, echo)
		f := r.connect()
		f.in(head + "a")
		f.in("bc")
		f.want("200 POST /b abc")
	})
	t.Run("behind a waiting request", func(t *testing.T) {
		w := &waiting{}
		r := newRig(t, Config{}, w)
		f := r.connect()
		f.in(get("/wait") + head)
		if got := f.sent(); got != "" {
			t.Fatalf("sent %q before the first answer", got)
		}
		w.finish(r, 0)
		if got := f.sent(); !strings.HasSuffix(got, "GET /wait HTTP/1.1 100 Continue\r\n\r\n") {
			t.Fatalf("sent %q", got)
		}
		f.in("abc")
		f.want("200 POST /b abc")
	})
	t.Run("too large", func(t *testing.T) {
		cfg := Config{Limits: http1.DefaultLimits}
		cfg.Limits.BodyBytes = 2
		r := newRig(t, cfg, echo)
		f := r.connect()
		f.in(head)
		f.want("413 body too large")
		if !f.ended {
			t.Error("not closing")
		}
	})
}

func TestRefusals(t *testing.T) {
	cfg := Config{Limits: http1.DefaultLimits}
	cfg.Limits.BodyBytes = 10
	for _, c := range []struct{ in, want string }{
		{"GET / HTTP/1.1\r\n\r\n", "400 no Host"},
		{"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\nhello world", "413 body too large"},
		{"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nb\r\nhello world\r\n0\r\n\r\n", "413 body too large"},
		{"POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", "400 malformed chunk size"},
		{"GET / HTTP/3.0\r\nHost: x\r\n\r\n", "505 HTTP version not supported"},
	} {
		r := newRig(t, cfg, echo)
		f := r.connect()
		f.in(get("/first") + c.in + get("/never"))
		sent := f.sent()
		if got := bodies(t, sent); !slices.Equal(got, []string{"200 GET /first", c.want}) {
			t.Errorf("to %q: %q", c.in, got)
		}
		if !strings.Contains(sent, "Connection: close\r\n") || !f.ended || f.closed {
			t.Errorf("to %q: not closing gently", c.in)
		}
		if !f.reading {
			t.Error("what follows is not taken from the client, so closing would reset it")
		}
		f.in("more that nobody wants")
		f.want()
	}
}

func TestRefusalText(t *testing.T) {
	r := newRig(t, Config{Refusal: func(_ *Exchange, status int, reason string) ([]byte, string, []byte) {
		return fmt.Appendf(nil, "{%q:%d}", reason, status), "application/json", []byte("X-A: 1\r\n")
	}}, echo)
	f := r.connect()
	f.in("GET / HTTP/1.1\r\n\r\n")
	if s := f.sent(); !strings.Contains(s, "\r\nX-A: 1\r\n") || !strings.HasSuffix(s, `{"no Host":400}`) {
		t.Errorf("sent %q", s)
	}
}

func TestHTTP10(t *testing.T) {
	r := newRig(t, Config{}, echo)
	f := r.connect()
	f.in("GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
	if s := f.sent(); !strings.Contains(s, "\r\nConnection: keep-alive\r\n") {
		t.Errorf("sent %q", s)
	}
	f.in("GET /b HTTP/1.0\r\n\r\n" + get("/never"))
	f.want("200 GET /b")
	if f.closed || !f.ended {
		t.Error("bytes came after the last request: closing at once could lose its answer")
	}
	g := r.connect()
	g.in("GET /b HTTP/1.0\r\n\r\n")
	g.want("200 GET /b")
	if !g.closed {
		t.Error("a client that asked for the close is not closed")
	}
}

func TestBackpressure(t *testing.T) {
	r := newRig(t, Config{}, echo)
	f := r.connect()
	f.room = 10
	f.in(get("/1") + get("/2"))
	if f.reading {
		t.Error("read on while the client takes nothing")
	}
	first := f.sent()
	f.takes(15)
	f.takes(1 << 20)
	if got := bodies(t, first+f.sent()); !slices.Equal(got, []string{"200 GET /1", "200 GET /2"}) {
		t.Errorf("sent %q", got)
	}
	if !f.reading {
		t.Error("not read on")
	}
	if n := r.s.output.used.Load(); n != 0 {
		t.Errorf("%d bytes of the output budget are still taken", n)
	}
}

func TestOutputCapStopsRequests(t *testing.T) {
	served := 0
	big := strings.Repeat("x", 1000)
	r := newRig(t, Config{OutputCap: 10_000}, handlerFunc(func(l *Loop, x *Exchange) {
		served++
		text(x, big)
	}))
	f := r.connect()
	f.room = 0
	f.in(strings.Repeat(get("/"), 100))
	if served < 9 || served > 11 {
		t.Errorf("%d requests were served for a client that takes nothing", served)
	}
	f.takes(1 << 30)
	if got := bodies(t, f.sent()); len(got) != 100 || served != 100 {
		t.Errorf("%d answers of %d served", len(got), served)
	}
}

// TestOutputCapBehindAWaitingRequest: the answers behind a request in work
// count as well.
func TestOutputCapBehindAWaitingRequest(t *testing.T) {
	served := 0
	var first *Exchange
	r := newRig(t, Config{OutputCap: 10_000}, handlerFunc(func(l *Loop, x *Exchange) {
		served++
		if first == nil {
			first = x
			return
		}
		text(x, strings.Repeat("x", 1000))
	}))
	f := r.connect()
	f.in(strings.Repeat(get("/"), 40))
	if served < 9 || served > 12 {
		t.Errorf("%d requests were served", served)
	}
	first.Post(TaskFunc(func(*Loop) { text(first, "") }))
	r.run()
	if got := bodies(t, f.sent()); len(got) != 40 {
		t.Errorf("%d answers", len(got))
	}
}

func TestWriteStall(t *testing.T) {
	r := newRig(t, Config{WriteTimeout: time.Second}, echo)
	f := r.connect()
	f.room = 10
	f.in(get("/"))
	for range 5 {
		r.pass(900 * time.Millisecond)
		f.takes(1) // progress, however slow
	}
	if f.closed {
		t.Fatal("cut although it takes bytes")
	}
	r.pass(1300 * time.Millisecond)
	if !f.closed || !f.aborted {
		t.Error("not reset")
	}
	if n := r.s.output.used.Load(); n != 0 {
		t.Errorf("%d bytes of the output budget are still taken", n)
	}
}

// TestBigBodyIsNotCopied: one write for the head, with the answers before it,
// and the body where it lies.
func TestBigBodyIsNotCopied(t *testing.T) {
	body := bytes.Repeat([]byte("x"), sharedMin)
	r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) != "/big" {
			echoNow(x)
		} else if err := x.ReplyShared(&http1.Response{Status: 200}, body); err != nil {
			t.Error(err)
		}
	}))
	f := r.connect()
	f.in(get("/a") + get("/b") + get("/big"))
	if f.writes != 1 || len(f.last) != 2 || &f.last[1][0] != &body[0] {
		t.Errorf("%d writes, the last of %d pieces", f.writes, len(f.last))
	}
	f.want("200 GET /a", "200 GET /b", "200 "+string(body))
}

func TestBigBodies(t *testing.T) {
	body := bytes.Repeat([]byte("0123456789abcdef"), 10_000)
	for _, o := range []ownership{borrowed, owned, shared} {
		var later *Exchange
		answer := func(x *Exchange) {
			h := http1.Response{Status: 200}
			b := body
			if o != shared {
				b = bytes.Clone(body)
			}
			if err := x.reply(&h, b, o); err != nil {
				t.Error(err)
			}
			if o == borrowed {
				clear(b) // it may be used again at once
			}
		}
		r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
			if string(x.Req.Path) == "/later" {
				later = x
				return
			}
			answer(x)
		}))
		for _, room := range []int{0, 10, 50_000, 100_000, 159_000} {
			f := r.connect()
			f.room = room
			f.in(get("/now") + get("/now") + get("/later") + get("/now"))
			f.takes(1 << 30)
			later.Post(TaskFunc(func(*Loop) { answer(later) }))
			f.room = room
			r.run()
			f.takes(1 << 30)
			got := bodies(t, f.sent())
			if len(got) != 4 {
				t.Fatalf("%d answers", len(got))
			}
			for i, g := range got {
				if g != "200 "+string(body) {
					t.Errorf("ownership %v, room %d: answer %d is not the body", o, room, i)
				}
			}
		}
		if n := r.s.output.used.Load(); n != 0 {
			t.Errorf("ownership %v: %d bytes still count", o, n)
		}
	}
}

func TestTimeouts(t *testing.T) {
	cfg := Config{HeaderTimeout: time.Second, BodyTimeout: 2 * time.Second, IdleTimeout: 3 * time.Second, HandlerTimeout: 4 * time.Second, BodyRate: 100}
	t.Run("first request", func(t *testing.T) {
		r := newRig(t, cfg, echo)
		f := r.connect()
		r.pass(900 * time.Millisecond)
		if f.closed {
			t.Error("closed too early")
		}
		r.pass(400 * time.Millisecond)
		if !f.closed {
			t.Error("a silent client is not closed")
		}
	})
	t.Run("head", func(t *testing.T) {
		r := newRig(t, cfg, echo)
		f := r.connect()
		for _, b := range strings.Split("GET / HTTP/", "") {
			f.in(b)
			r.pass(100 * time.Millisecond)
		}
		r.pass(200 * time.Millisecond)
		f.want("408 request took too long")
		if !f.ended {
			t.Error("not closing")
		}
	})
	t.Run("body", func(t *testing.T) {
		r := newRig(t, cfg, echo)
		f := r.connect()
		f.in("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
		for range 21 {
			f.in("a") // 10 bytes a second: not enough
			r.pass(100 * time.Millisecond)
		}
		r.pass(300 * time.Millisecond)
		f.want("408 request took too long")
	})
	t.Run("long body at its rate", func(t *testing.T) {
		r := newRig(t, cfg, echo)
		f := r.connect()
		f.in("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
		for range 100 {
			f.in("0123456789")
			r.pass(100 * time.Millisecond)
		}
		f.want("200 POST / " + strings.Repeat("0123456789", 100))
	})
	t.Run("idle", func(t *testing.T) {
		r := newRig(t, cfg, echo)
		f := r.connect()
		f.in(get("/"))
		r.pass(2900 * time.Millisecond)
		f.in(get("/"))
		r.pass(2900 * time.Millisecond)
		f.want("200 GET /", "200 GET /")
		if f.closed {
			t.Error("closed too early")
		}
		r.pass(400 * time.Millisecond)
		if !f.closed {
			t.Error("an idle client is not closed")
		}
	})
	t.Run("handler", func(t *testing.T) {
		w := &waiting{}
		r := newRig(t, cfg, w)
		f := r.connect()
		f.in(get("/wait") + get("/b"))
		r.pass(3900 * time.Millisecond)
		f.want()
		r.pass(400 * time.Millisecond)
		sent := f.sent()
		if got := bodies(t, sent); !slices.Equal(got, []string{"503 handler timed out", "200 GET /b"}) {
			t.Errorf("sent %q", got)
		}
		if !slices.Equal(w.reasons, []Reason{TimedOut}) {
			t.Errorf("cancelled: %v", w.reasons)
		}
		if r.l.suspended != 1 {
			t.Errorf("%d in work, but the handler has not let go", r.l.suspended)
		}
		f.in(get("/c"))
		w.finish(r, 0)
		f.want("200 GET /c")
		if r.l.suspended != 0 {
			t.Errorf("%d in work", r.l.suspended)
		}
	})
	t.Run("handler's own timeout", func(t *testing.T) {
		w := &waiting{}
		r := newRig(t, cfg, w)
		f := r.connect()
		f.in(get("/wait"))
		w.kept[0].SetTimeout(time.Second)
		r.pass(1300 * time.Millisecond)
		f.want("503 handler timed out")
		w.finish(r, 0)
	})
}

// answering answers for itself when it is cancelled.
type answering struct{ waiting }

func (a *answering) Serve(l *Loop, x *Exchange) {
	a.waiting.Serve(l, x)
	x.OnCancel = a
}

func (a *answering) CancelExchange(x *Exchange, why Reason) {
	x.Refuse(504, "too slow: "+why.String())
}

func TestHandlerAnswersItsTimeout(t *testing.T) {
	a := &answering{}
	r := newRig(t, Config{HandlerTimeout: time.Second}, a)
	f := r.connect()
	f.in(get("/wait"))
	r.pass(1300 * time.Millisecond)
	f.want("504 too slow: handler timed out")
	if r.l.suspended != 0 {
		t.Errorf("%d in work", r.l.suspended)
	}
}

func TestHalfClosedClientIsAnswered(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{HalfClose: 2 * time.Second}, w)
	f := r.connect()
	f.in(get("/wait1") + get("/wait2"))
	f.halfClosed = true
	r.pass(1500 * time.Millisecond)
	w.finish(r, 1)
	w.finish(r, 0)
	f.want("200 GET /wait1", "200 GET /wait2")
	if !f.reading {
		t.Error("the client's end will not be noticed")
	}

	f = r.connect()
	f.in(get("/wait3"))
	f.halfClosed = true
	r.pass(2900 * time.Millisecond)
	if !f.closed || len(w.reasons) != 1 || w.reasons[0] != ClientGone {
		t.Errorf("closed %v, cancelled %v: want both after HalfClose", f.closed, w.reasons)
	}
	w.finish(r, 2) // goes nowhere: fakeSocket checks
}

func TestClientVanishes(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, w)
	f := r.connect()
	f.in(get("/wait1") + get("/wait2") + get("/c"))
	f.Close()
	if !slices.Equal(w.reasons, []Reason{ClientGone, ClientGone}) {
		t.Errorf("cancelled: %v", w.reasons)
	}
	w.finish(r, 1)
	w.finish(r, 0)
	if r.l.suspended != 0 || r.s.guard.open.Load() != 0 {
		t.Error("something is left")
	}
	// The exchanges are free again, and work.
	g := r.connect()
	g.in(get("/d"))
	g.want("200 GET /d")

	// In the middle of a body.
	h := r.connect()
	h.in("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\nabc")
	h.Close()
	// While it does not take its answer.
	h = r.connect()
	h.room = 3
	h.in(get("/"))
	h.Close()
	if r.s.bodies.used.Load() != 0 || r.s.output.used.Load() != 0 {
		t.Error("a budget is not given back")
	}
}

func TestWriteErrorCloses(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, w)
	f := r.connect()
	f.broken = true
	f.in(get("/a"))
	if !f.closed {
		t.Error("open after a failed write")
	}
	f = r.connect()
	f.in(get("/wait") + get("/wait"))
	f.broken = true
	w.finish(r, 0)
	if !f.closed {
		t.Error("open after a failed write from the inbox")
	}
	w.finish(r, 1)
}

func TestRingIsBounded(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, w)
	f := r.connect()
	const n = 300
	var all strings.Builder
	for i := range n {
		all.WriteString(get(fmt.Sprintf("/wait%d", i)))
	}
	f.in(all.String())
	if len(w.kept) != maxPipeline {
		t.Fatalf("%d requests are in work", len(w.kept))
	}
	for i := 0; i < len(w.kept); i++ {
		if i+maxPipeline < len(w.kept) {
			t.Fatalf("%d requests are in work", len(w.kept)-i)
		}
		w.finish(r, i)
	}
	got := bodies(t, f.sent())
	if len(got) != n {
		t.Fatalf("%d answers", len(got))
	}
	for i, g := range got {
		if g != fmt.Sprintf("200 GET /wait%d", i) {
			t.Fatalf("answer %d is %q", i, g)
		}
	}
}

func TestOverload(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{MaxInFlight: 2}, w)
	a, b, c := r.connect(), r.connect(), r.connect()
	a.in(get("/wait1"))
	b.in(get("/wait2"))
	c.in(get("/c"))
	sent := c.sent()
	if got := bodies(t, sent); !slices.Equal(got, []string{"503 too many requests are waiting"}) || !strings.Contains(sent, "\r\nRetry-After: 1\r\n") {
		t.Errorf("sent %q", sent)
	}
	w.finish(r, 0)
	c.in(get("/c"))
	c.want("200 GET /c")
	w.finish(r, 1)
}

func TestBodyBudget(t *testing.T) {
	r := newRig(t, Config{BodyBudget: 1000}, echo)
	post := "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\n"
	a, b := r.connect(), r.connect()
	a.in(post)
	a.in(strings.Repeat("a", 800))
	b.in(post)
	b.in(strings.Repeat("b", 800))
	b.want("503 too many bytes are waiting")
	a.in(strings.Repeat("a", 100))
	a.want("200 POST / " + strings.Repeat("a", 900))
	// Heads that do not end count, too.
	c := r.connect()
	c.in("GET / HTTP/1.1\r\nA: " + strings.Repeat("a", 2000))
	c.want("503 too many bytes are waiting")
	if n := r.s.bodies.used.Load(); n != 0 {
		t.Errorf("%d bytes are still taken", n)
	}
}

func TestPanicsAreContained(t *testing.T) {
	r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/panic" {
			x.Out()
			panic("a bug in the handler")
		}
		echoNow(x)
	}))
	f := r.connect()
	f.in(get("/a") + get("/panic") + get("/b"))
	f.want("200 GET /a", "500 internal error")
	r.l.Post(TaskFunc(func(*Loop) { panic("a bug in a task") }))
	ran := false
	r.l.Post(TaskFunc(func(*Loop) { ran = true }))
	r.run()
	if !ran {
		t.Error("a panic kept the next task from running")
	}
}

func TestFinishingTwicePanics(t *testing.T) {
	var x *Exchange
	w := &waiting{}
	r := newRig(t, Config{}, w)
	f := r.connect()
	f.in(get("/wait1") + get("/wait2"))
	x = w.kept[1] // its answer waits for the first's, so it is not free yet
	w.finish(r, 1)
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	echoNow(x)
}

func TestAbort(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/abort" {
			x.Abort()
			return
		}
		w.Serve(l, x)
	}))
	f := r.connect()
	f.in(get("/abort") + get("/b"))
	if !f.closed || !f.aborted || f.got.Len() > 0 {
		t.Errorf("closed %v, reset %v, sent %q", f.closed, f.aborted, f.got.String())
	}
	f = r.connect()
	f.in(get("/wait"))
	w.kept[0].Post(TaskFunc(func(*Loop) { w.kept[0].Abort() }))
	r.run()
	if !f.closed || !f.aborted {
		t.Error("a suspended request does not abort")
	}
}

func TestCloseAfter(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/last" {
			x.CloseAfter()
		}
		w.Serve(l, x)
	}))
	f := r.connect()
	f.in(get("/wait") + get("/last") + get("/never"))
	w.finish(r, 0)
	f.want("200 GET /wait", "200 GET /last")
	if !f.ended || f.closed {
		t.Error("not lingering")
	}
}

func TestKeptBytesStay(t *testing.T) {
	var kept []*Exchange
	r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		x.Keep()
		kept = append(kept, x)
		echoNow(x)
	}))
	f := r.connect()
	for i := range 10 {
		f.in(fmt.Sprintf("POST /%d HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n%d", i, i))
	}
	for i, x := range kept {
		if want := fmt.Sprint(i); string(x.Body) != want || string(x.Req.Path) != "/"+want {
			t.Errorf("request %d has become %s %q", i, x.Req.Path, x.Body)
		}
	}
}

func TestOutAndDone(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, w)
	f := r.connect()
	raw := func(x *Exchange, body string) {
		if !x.KeepAlive() {
			t.Error("the connection should stay open")
		}
		x.Done(fmt.Appendf(x.Out(), "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(body), body))
	}
	f.in(get("/wait1") + get("/wait2"))
	raw(w.kept[1], "two")
	raw(w.kept[0], "one")
	r.l.finish()
	f.want("200 one", "200 two")
}

func TestDrainOfAConnection(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, w)
	busy, idle, fresh := r.connect(), r.connect(), r.connect()
	idle.in(get("/a"))
	busy.in(get("/wait1") + get("/wait2"))
	idle.sent()
	r.s.draining.Store(true)
	r.l.wheel.each((*conn).drainSoon)
	w.finish(r, 0)
	if s := busy.sent(); strings.Contains(s, "Connection: close") {
		t.Errorf("not the last answer: %q", s)
	}
	r.pass(200 * time.Millisecond)
	idle.in(get("/b")) // was on its way when the drain began
	if s := idle.sent(); !strings.Contains(s, "Connection: close") || !idle.ended {
		t.Errorf("sent %q, ended %v", s, idle.ended)
	}
	r.pass((drainIdle + 1) * Tick)
	if !fresh.closed {
		t.Error("an idle connection is not closed")
	}
	w.finish(r, 1)
	if s := busy.sent(); !strings.Contains(s, "Connection: close") || !busy.ended {
		t.Errorf("sent %q, ended %v", s, busy.ended)
	}
}

// TestAnswersFromAnotherRequest: a handler may finish any exchange of its
// loop, on its own connection and on others.
func TestAnswersFromAnotherRequest(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/free" {
			for _, k := range w.kept {
				echoNow(k)
			}
			w.kept = nil
		}
		w.Serve(l, x)
	}))
	a, b := r.connect(), r.connect()
	a.in(get("/wait1") + get("/2"))
	b.in(get("/3") + get("/wait4") + get("/5") + get("/free") + get("/6"))
	a.want("200 GET /wait1", "200 GET /2")
	b.want("200 GET /3", "200 GET /wait4", "200 GET /5", "200 GET /free", "200 GET /6")
	if !a.reading || !b.reading || a.writes != 1 {
		t.Errorf("reading: %v and %v; %d writes", a.reading, b.reading, a.writes)
	}
}

// TestLingering: a client that goes on sending what was refused has time to
// see the answer, but not for ever.
func TestLingering(t *testing.T) {
	r := newRig(t, Config{Linger: time.Second}, echo)
	f := r.connect()
	f.in("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
	f.want("413 body too large")
	lasted := 0
	for !f.closed {
		r.pass(500 * time.Millisecond)
		lasted++
		if !f.closed {
			f.in("more")
		}
	}
	if lasted < 10 || lasted > 30 {
		t.Errorf("closed after %d half seconds", lasted)
	}
	g := r.connect()
	g.in("GET / HTTP/1.1\r\n\r\n")
	r.pass(1300 * time.Millisecond)
	if !g.closed {
		t.Error("a silent client is not closed")
	}
}

// TestCloseWaitsForASuspendedClient: while its request was in work it was not
// read, so what it sent meanwhile would turn the close into a reset.
func TestCloseWaitsForASuspendedClient(t *testing.T) {
	w := &waiting{}
	r := newRig(t, Config{}, w)
	f := r.connect()
	f.in("GET /wait HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
	w.finish(r, 0)
	f.want("200 GET /wait")
	if f.closed || !f.ended || !f.reading {
		t.Error("not lingering")
	}
}

func TestReplyRefusesAWrongHead(t *testing.T) {
	r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if err := x.Reply(&http1.Response{Status: 200, ContentType: "a\r\nSet-Cookie: b"}, []byte("body")); err == nil {
			t.Error("a line end in a header value is sent")
			return
		}
		x.Refuse(500, "internal error")
	}))
	f := r.connect()
	f.in(get("/a") + get("/b"))
	f.want("500 internal error", "500 internal error")
}

func TestWhatAnExchangeTells(t *testing.T) {
	var trailers []string
	w := &waiting{}
	r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if x.Loop() != l || x.Loop().Server().Loops()[0] != l || len(l.Date()) != http1.DateLen {
			t.Error("an exchange does not know its loop")
		}
		for _, f := range x.Trailers() {
			trailers = append(trailers, fmt.Sprintf("%s=%s", f.Name, f.Value))
		}
		w.Serve(l, x)
	}))
	f := r.connect()
	f.in("POST /wait HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nSum: 7\r\n\r\n")
	if !slices.Equal(trailers, []string{"Sum=7"}) {
		t.Errorf("trailers %q", trailers)
	}
	x := w.kept[0]
	if x.Cancelled() != 0 {
		t.Error("cancelled already")
	}
	f.Close()
	if x.Cancelled() != ClientGone || x.Cancelled().String() != "client gone" {
		t.Errorf("cancelled: %v", x.Cancelled())
	}
	w.finish(r, 0)
}

// TestBodiesOfEverySize sends bodies in pieces of every kind, by length and in
// chunks, one after the other through the same exchanges.
func TestBodiesOfEverySize(t *testing.T) {
	var kept []*Exchange
	keep := false
	r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if keep {
			x.Keep()
			kept = append(kept, x)
		}
		text(x, fmt.Sprintf("%d %x", len(x.Body), crc32.ChecksumIEEE(x.Body)))
	}))
	f := r.connect()
	body := make([]byte, 300_000)
	for i := range body {
		body[i] = byte(i * 7 / 3)
	}
	var sums []uint32
	for i, size := range []int{0, 1, 2047, 2048, 2049, 4096, 4097, 16383, 16384, 16385, 50_000, 300_000, 3, 20_000, 5} {
		for _, cut := range []int{1000, 2048, 65536} {
			keep = i%2 == 0
			b := body[i : i+min(size, len(body)-i)]
			sum := crc32.ChecksumIEEE(b)
			if keep {
				sums = append(sums, sum)
			}
			for _, in := range []string{
				fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%s", len(b), b),
				fmt.Sprintf("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n%x\r\n%s\r\n0\r\n\r\n", len(b), b),
			} {
				if len(b) == 0 && strings.Contains(in, "chunked") {
					continue
				}
				head := strings.Index(in, "\r\n\r\n") + 4
				f.in(in[:head])
				for rest := in[head:]; rest != ""; {
					n := min(cut, len(rest))
					f.in(rest[:n])
					rest = rest[n:]
				}
				f.want(fmt.Sprintf("200 %d %x", len(b), sum))
			}
			if keep && len(b) > 0 {
				sums = append(sums, sum)
			}
		}
	}
	for i, x := range kept {
		if got := crc32.ChecksumIEEE(x.Body); got != sums[i] {
			t.Errorf("kept body %d has changed", i)
		}
	}
	if n := r.s.bodies.used.Load(); n != 0 {
		t.Errorf("%d bytes of the budget are still taken", n)
	}
}

// TestDrainClosesIdleConnections: one that has been idle for a while holds up no drain,
// and one that was busy just now no more than that while.
func TestDrainClosesIdleConnections(t *testing.T) {
	r := newRig(t, Config{Linger: time.Minute}, echo)
	long := r.connect()
	long.in(get("/a"))
	long.sent()
	r.pass((drainIdle + 2) * Tick)
	short, fresh := r.connect(), r.connect()
	short.in(get("/b"))
	short.sent()
	r.s.draining.Store(true)
	r.l.wheel.each((*conn).drainSoon)
	r.l.finish()
	if !long.closed || short.closed || fresh.closed {
		t.Errorf("at once: %v %v %v are closed", long.closed, short.closed, fresh.closed)
	}
	r.pass((drainIdle + 1) * Tick)
	if !short.closed || !fresh.closed {
		t.Errorf("after a while: %v %v are closed", short.closed, fresh.closed)
	}
}

// TestWhatHasComeIsRead: a request that has come in time is answered, however late its loop is to
// read it, also when the server drains.
func TestWhatHasComeIsRead(t *testing.T) {
	for _, draining := range []bool{false, true} {
		r := newRig(t, Config{HeaderTimeout: time.Second, IdleTimeout: time.Second, Linger: time.Minute}, echo)
		f, fresh := r.connect(), r.connect()
		f.in(get("/a"))
		f.want("200 GET /a")
		if draining {
			r.pass((drainIdle - 2) * Tick)
			r.s.draining.Store(true)
			f.unread, fresh.unread = true, true
			r.pass(4 * Tick)
			r.l.wheel.each((*conn).drainSoon)
			r.l.finish()
		} else {
			f.unread, fresh.unread = true, true
			r.pass(2 * time.Second)
		}
		if f.closed || fresh.closed {
			t.Fatalf("draining %v: closed: %v %v", draining, f.closed, fresh.closed)
		}
		f.in(get("/b"))
		f.want("200 GET /b")
		fresh.unread = false
		r.pass(2 * time.Second)
		if !fresh.closed {
			t.Errorf("draining %v: who says nothing after all is not closed", draining)
		}
	}
}
