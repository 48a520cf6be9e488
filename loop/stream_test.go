package loop

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"etamil/http1"
)

// pieces is a Streamer that sends so many pieces, each when there is room, and ends; or
// never ends.
type pieces struct {
	left, sent, rooms int
	piece             string
	endless           bool
	cancelled         Reason
	x                 *Exchange
}

func (p *pieces) Room(x *Exchange) {
	p.rooms++
	for p.left > 0 {
		p.left--
		p.sent++
		if !x.Send([]byte(p.piece)) {
			return
		}
	}
	if !p.endless {
		x.End()
	}
}

func (p *pieces) CancelExchange(x *Exchange, why Reason) {
	p.cancelled = why
	x.End()
}

// streaming is a handler that streams what begins with /stream, keeps /wait, and echoes
// the others.
type streaming struct {
	waiting
	p      *pieces
	length int64
}

func (s *streaming) Serve(l *Loop, x *Exchange) {
	if !bytes.HasPrefix(x.Req.Path, []byte("/stream")) {
		s.waiting.Serve(l, x)
		return
	}
	h := http1.Response{Status: 200, Length: s.length}
	x.OnCancel, s.p.x = s.p, x
	if _, err := x.Start(&h, s.p); err != nil {
		panic(err)
	}
}

const unknown = http1.UnknownLength

func TestStreamIsChunked(t *testing.T) {
	r := newRig(t, Config{}, &streaming{p: &pieces{left: 3, piece: "ab"}, length: unknown})
	f := r.connect()
	f.in("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
	head, body, _ := strings.Cut(f.sent(), "\r\n\r\n")
	if !strings.Contains(head, "Transfer-Encoding: chunked") || body != strings.Repeat("2\r\nab\r\n", 3)+"0\r\n\r\n" {
		t.Errorf("%q %q", head, body)
	}
	if !f.reading || f.c.ring != 0 {
		t.Error("the connection does not go on")
	}
}

func TestStreamWithoutChunks(t *testing.T) {
	r := newRig(t, Config{}, &streaming{p: &pieces{left: 2, piece: "ab"}, length: unknown})
	f := r.connect()
	f.in("GET /stream HTTP/1.0\r\n\r\n")
	if s := f.sent(); !strings.HasSuffix(s, "Connection: close\r\n\r\nabab") || !f.ended {
		t.Errorf("%q, ended: %v", s, f.ended)
	}
	p := &pieces{left: 2, piece: "ab"}
	r = newRig(t, Config{}, &streaming{p: p, length: unknown})
	f = r.connect()
	f.in("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\n")
	if s := f.sent(); !strings.HasSuffix(s, "\r\n\r\n") || p.rooms != 0 || r.l.suspended != 0 {
		t.Errorf("%q, %d", s, p.rooms)
	}
}

// TestStreamWaitsForItsTurn: what is streamed comes after the answers before it, and
// before those behind it.
func TestStreamWaitsForItsTurn(t *testing.T) {
	w := &streaming{p: &pieces{left: 1, piece: "ab", endless: true}, length: unknown}
	r := newRig(t, Config{}, w)
	f := r.connect()
	f.in("GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /stream HTTP/1.1\r\nHost: a\r\n\r\nGET /last HTTP/1.1\r\nHost: a\r\n\r\n")
	if f.sent() != "" || w.p.rooms != 0 {
		t.Fatal("the stream is too early")
	}
	echoNow(w.kept[0])
	r.run()
	if s := f.sent(); !strings.Contains(s, "/wait") || !strings.HasSuffix(s, "2\r\nab\r\n") {
		t.Fatalf("%q", s)
	}
	w.p.x.End()
	r.run()
	if s := f.sent(); !strings.HasPrefix(s, "0\r\n\r\nHTTP/1.1 200") || !strings.Contains(s, "/last") {
		t.Errorf("%q", s)
	}
}

// TestStreamWaitsForRoom: a maker is asked for no more than the client takes, and one
// that takes nothing is cut off.
func TestStreamWaitsForRoom(t *testing.T) {
	p := &pieces{left: 1000, piece: strings.Repeat("x", 1000)}
	r := newRig(t, Config{WriteTimeout: 2 * time.Second}, &streaming{p: p, length: unknown})
	f := r.connect()
	f.room = 2500
	f.in("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
	if p.sent != 3 {
		t.Fatalf("%d pieces for a client that takes two", p.sent)
	}
	f.takes(5000)
	if p.sent < 7 || p.sent > 9 {
		t.Fatalf("%d pieces for a client that takes seven", p.sent)
	}
	r.pass(time.Second)
	if f.closed {
		t.Fatal("cut too early")
	}
	r.pass(2 * time.Second)
	if !f.closed || !f.aborted || p.cancelled != ClientGone {
		t.Errorf("not cut: %v %v %v", f.closed, f.aborted, p.cancelled)
	}
	if used := r.s.output.used.Load(); used != 0 {
		t.Errorf("%d bytes of the budget are left", used)
	}
}

// TestStreamHasNoDeadline: neither the handler's time nor the idle time ends it.
func TestStreamHasNoDeadline(t *testing.T) {
	p := &pieces{endless: true}
	r := newRig(t, Config{HandlerTimeout: time.Second, IdleTimeout: time.Second}, &streaming{p: p, length: unknown})
	f := r.connect()
	f.in("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
	r.pass(time.Hour)
	if f.closed {
		t.Fatal("the stream was cut")
	}
	p.x.Send([]byte("late"))
	r.run()
	if s := f.sent(); !strings.HasSuffix(s, "4\r\nlate\r\n") {
		t.Errorf("%q", s)
	}
	f.Close()
	if p.cancelled != ClientGone {
		t.Error("the maker was not told")
	}
}

// TestStreamKeepsItsPromise: what is shorter than its Content-Length breaks the connection.
func TestStreamKeepsItsPromise(t *testing.T) {
	r := newRig(t, Config{}, &streaming{p: &pieces{left: 2, piece: "ab"}, length: 5})
	f := r.connect()
	f.in("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
	if !f.aborted || !f.closed {
		t.Error("the client can't know that something is missing")
	}
	r = newRig(t, Config{}, &streaming{p: &pieces{left: 2, piece: "abc"}, length: 5})
	f = r.connect()
	f.in("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
	if s := f.sent(); f.closed || !strings.HasSuffix(s, "\r\n\r\nabcab") {
		t.Errorf("%q", s)
	}
}

func TestDrainCutsStreams(t *testing.T) {
	p := &pieces{endless: true}
	r := newRig(t, Config{}, &streaming{p: p, length: unknown})
	f := r.connect()
	f.in("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
	f.sent()
	r.l.Post(TaskFunc(func(l *Loop) { l.wheel.each(func(c *conn) { c.cancelDue(1<<62, ServerStops) }) }))
	r.run()
	if p.cancelled != ServerStops {
		t.Error("the stream was not cancelled")
	}
	if s := f.sent(); strings.Contains(s, "503") {
		t.Errorf("a second head in a stream: %q", s)
	}
}

// echoing is a Peer that sends back what it gets in capitals, until it gets a full stop.
type echoing struct {
	pieces
	got bytes.Buffer
}

func (e *echoing) Serve(_ *Loop, x *Exchange) {
	e.x, x.OnCancel = x, e
	if err := x.Upgrade(&http1.Response{Status: 101, Upgrade: "loud"}, e); err != nil {
		panic(err)
	}
}

func (e *echoing) Room(x *Exchange) { e.rooms++ }

func (e *echoing) Bytes(x *Exchange, p []byte) {
	e.got.Write(p)
	x.Send(bytes.ToUpper(p))
	if bytes.HasSuffix(p, []byte(".")) {
		x.End()
	}
}

func TestUpgrade(t *testing.T) {
	e := &echoing{}
	r := newRig(t, Config{IdleTimeout: time.Second}, e)
	f := r.connect()
	f.in("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: loud\r\n\r\nearly")
	if s := f.sent(); !strings.HasPrefix(s, "HTTP/1.1 101 ") || !strings.HasSuffix(s, "Connection: Upgrade\r\nUpgrade: loud\r\n\r\nEARLY") {
		t.Fatalf("%q", s)
	}
	f.in("more")
	r.pass(time.Hour)
	if s := f.sent(); s != "MORE" || f.closed {
		t.Fatalf("%q, closed: %v", s, f.closed)
	}
	e.x.PauseReading(true)
	r.run()
	if f.reading {
		t.Error("reading goes on")
	}
	e.x.PauseReading(false)
	r.run()
	f.in("end.")
	if s := f.sent(); s != "END." || !f.ended {
		t.Errorf("%q, ended: %v", s, f.ended)
	}
	f = r.connect()
	f.in("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	f.Close()
	if e.cancelled != ClientGone {
		t.Error("the peer was not told")
	}
}

// TestUpgradeEndsWhole: what a peer says last leaves before its side ends, also where it was to leave together with what
// others are sent, and the client takes a part of it only.
func TestUpgradeEndsWhole(t *testing.T) {
	e := &echoing{}
	r := newRig(t, Config{}, e)
	f := r.connect()
	f.defers = true
	f.in("GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade, close\r\nUpgrade: loud\r\n\r\n")
	f.sent()
	f.room = 2
	f.in("end.")
	if s := f.sent(); s != "EN" || f.ended || f.closed {
		t.Errorf("%q, ended: %v, closed: %v", s, f.ended, f.closed)
	}
	f.takes(10)
	if s := f.sent(); s != "D." || !f.ended {
		t.Errorf("%q, ended: %v", s, f.ended)
	}
}

// filing answers with a file.
type filing struct {
	path     string
	at, n    int64
	opened   int
	done     int
	truncate int64
}

func (h *filing) Serve(_ *Loop, x *Exchange) {
	f, err := os.Open(h.path)
	if err != nil {
		panic(err)
	}
	h.opened++
	err = x.ReplyFile(&http1.Response{Status: 200}, &File{Fd: int(f.Fd()), At: h.at, Length: h.n, Done: func() { h.done++; f.Close() }})
	if err != nil {
		panic(err)
	}
}

func TestReplyFile(t *testing.T) {
	data := make([]byte, 3<<20)
	for i := range data {
		data[i] = byte(i >> 8)
	}
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, room := range []int{1 << 30, 700_000, 70_000} {
		h := &filing{path: path, at: 5, n: 2_500_000}
		r := newRig(t, Config{}, h)
		f := r.connect()
		f.room = room
		f.in("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		for end := time.Now().Add(time.Minute); h.done == 0 && time.Now().Before(end); {
			r.run()
			f.takes(room)
		}
		head, body, _ := strings.Cut(f.sent(), "\r\n\r\n")
		if !strings.Contains(head, "Content-Length: 2500000") || body != string(data[5:2_500_005]) || h.done != 1 {
			t.Errorf("room %d: %q, %d bytes, done %d", room, head, len(body), h.done)
		}
		if f.closed || !f.reading {
			t.Error("the connection does not go on")
		}
	}
	h := &filing{path: path, n: 4 << 20} // more than there is
	r := newRig(t, Config{}, h)
	f := r.connect()
	f.in("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	for end := time.Now().Add(time.Minute); h.done == 0 && time.Now().Before(end); {
		r.run()
	}
	if !f.aborted || h.done != 1 {
		t.Error("a short file must break the connection")
	}
	h = &filing{path: path, n: 1 << 20}
	r = newRig(t, Config{WriteTimeout: time.Second}, h)
	f = r.connect()
	f.room = 5000
	f.in("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	r.run()
	r.pass(5 * time.Second)
	if !f.aborted || h.done != 1 {
		t.Errorf("a client that takes nothing: aborted %v, done %d", f.aborted, h.done)
	}
	for _, c := range []struct {
		n      int64
		method string
		body   int
	}{{0, "GET", 0}, {10, "HEAD", 0}, {10, "GET", 10}} {
		h = &filing{path: path, n: c.n}
		r = newRig(t, Config{}, h)
		f = r.connect()
		f.in(c.method + " / HTTP/1.1\r\nHost: a\r\n\r\n")
		head, body, _ := strings.Cut(f.sent(), "\r\n\r\n")
		if !strings.Contains(head, fmt.Sprintf("Content-Length: %d", c.n)) || len(body) != c.body || h.done != 1 {
			t.Errorf("%s of %d bytes: %q %q, done %d", c.method, c.n, head, body, h.done)
		}
	}
}

// TestFileBehindAFullSocket: who has room for the head of a file and for nothing more has the write timeout to take some of it, however
// long ago its connection was made.
func TestFileBehindAFullSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, make([]byte, 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	h := &filing{path: path, n: 5000}
	r := newRig(t, Config{WriteTimeout: 10 * time.Second}, h)
	f := r.connect()
	f.in("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	head := len(f.sent()) - 5000
	r.pass(30 * time.Second)
	f.room = head
	f.in("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	r.pass(5 * time.Second)
	if f.aborted || f.closed || len(f.sent()) != head {
		t.Fatalf("aborted: %v, closed: %v", f.aborted, f.closed)
	}
	f.takes(3000)
	r.pass(8 * time.Second)
	if n := len(f.sent()); f.aborted || n != 3000 {
		t.Errorf("aborted: %v; it has got %d bytes", f.aborted, n)
	}
	r.pass(5 * time.Second)
	if !f.aborted || h.done != 2 {
		t.Errorf("a client that takes nothing: aborted %v, done %d", f.aborted, h.done)
	}
}

// TestFileOvertakesNothing: a file leaves behind all of the answer before it, and behind its own head, though the socket has room again
// right after it had none.
func TestFileOvertakesNothing(t *testing.T) {
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, bytes.Repeat([]byte("F"), 5000), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, room := range []int{0, 10, 3000, 3150, 4000} {
		h := &filing{path: path, n: 5000}
		var first *Exchange
		r := newRig(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
			if first == nil {
				first = x
				return
			}
			h.Serve(l, x)
		}))
		f := r.connect()
		f.in("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n")
		f.room, f.soon = room, 6000
		first.Post(TaskFunc(func(*Loop) { text(first, strings.Repeat("A", 3000)) }))
		r.run()
		for range 3 {
			f.takes(6000)
		}
		in := bufio.NewReader(strings.NewReader(f.sent()))
		readAnswer(t, in, "GET").want(t, 200, strings.Repeat("A", 3000))
		readAnswer(t, in, "GET").want(t, 200, strings.Repeat("F", 5000))
		if h.done != 1 || f.aborted || f.closed || !f.reading || r.s.output.used.Load() != 0 {
			t.Errorf("room %d: done %d, aborted %v, closed %v, reading %v, %d bytes count", room, h.done, f.aborted, f.closed, f.reading, r.s.output.used.Load())
		}
	}
}

// TestStreamBeforeItsTurn: what is sent before its turn has come waits, and counts as waiting.
func TestStreamBeforeItsTurn(t *testing.T) {
	w := &streaming{p: &pieces{endless: true}, length: unknown}
	r := newRig(t, Config{OutputBudget: 10_000}, w)
	connect := func() (*fakeSocket, *Exchange) {
		f := r.connect()
		f.in("GET /wait HTTP/1.1\r\nHost: a\r\n\r\nGET /stream HTTP/1.1\r\nHost: a\r\n\r\n")
		return f, w.p.x
	}
	send := func(x *Exchange, n int) {
		x.Post(TaskFunc(func(*Loop) { x.Send(make([]byte, n)) }))
		r.run()
	}
	a, x := connect()
	send(x, 2000)
	if n := r.s.output.used.Load(); x.Waiting() < 2000 || n < 2000 {
		t.Errorf("%d bytes wait, %d count", x.Waiting(), n)
	}
	echoNow(w.kept[0])
	r.run()
	if n := r.s.output.used.Load(); x.Waiting() != 0 || n != 0 || len(a.sent()) < 2000 {
		t.Errorf("%d bytes wait, %d count", x.Waiting(), n)
	}
	_, x = connect()
	send(x, 4000)
	b, y := connect()
	for range 4 {
		send(y, 4000)
	}
	if !b.aborted || !b.closed || r.s.output.used.Load() > 5000 {
		t.Errorf("aborted: %v, closed: %v, %d bytes count", b.aborted, b.closed, r.s.output.used.Load())
	}
}
