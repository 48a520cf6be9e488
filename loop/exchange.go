package loop

import (
	"net/netip"
	"runtime/debug"
	"time"

	"etamil/http1"
)

// Handler answers requests.
type Handler interface {
	// Serve is called on l's goroutine with a whole request, head and body; or
	// with a head, where Config.Bodies has asked for that.
	// It either answers x before it returns, or keeps x and answers later, on
	// the same goroutine. Until it returns, l and all its connections wait.
	Serve(l *Loop, x *Exchange)
}

// Reason says why an exchange was cancelled.
type Reason uint8

const (
	ClientGone  Reason = iota + 1 // the connection is broken, or its client left HalfClose ago
	TimedOut                      // the handler's time is over
	ServerStops                   // the drain's time is over
)

// String says it in words.
func (r Reason) String() string {
	switch r {
	case ClientGone:
		return "client gone"
	case TimedOut:
		return "handler timed out"
	case ServerStops:
		return "server stops"
	}
	return "not cancelled"
}

// Canceller is told that nobody waits for an answer any more.
type Canceller interface {
	// CancelExchange is called on x's loop, at most once. The exchange must
	// still be finished, now or later, like any other. With TimedOut, an
	// answer given during the call is sent; after it the loop has answered
	// 503 by itself.
	CancelExchange(x *Exchange, why Reason)
}

// Exchange is one request and the place for its answer.
//
// The loop gives it to the handler, which must finish it exactly once, with
// one of the Reply methods, Refuse, Done or Abort, on x's loop: also when it has
// been cancelled or the client is gone, then without effect. Req and Body
// are x's own copy of the bytes; they are valid until x is finished, and
// after Keep for ever.
type Exchange struct {
	Req      http1.Request
	Body     []byte // decoded, whole
	Data     any    // the handler's own
	OnCancel Canceller
	OnBody   Taker // told of a body that is Incoming

	loop   *Loop
	conn   *conn
	remote netip.AddrPort
	next   *Exchange // in the connection's ring, or the loop's free list

	dec    http1.Body
	buf    []byte   // the head's bytes, with those of a body that came along
	pieces [][]byte // those of a body that is coming
	body   []byte   // those of one that came later or in chunks
	exchangeState

	out []byte // the answer, when it could not go into Loop.out
	ref []byte // sent after out, not copied
}

// sharedMin is the size from which a body is written from where it is
// instead of being copied behind its head, in bytes.
const sharedMin = 16 << 10

// exchangeState is what is different for each request.
type exchangeState struct {
	held     int   // bytes taken from the body budget
	got      int   // bytes of the body that have come
	waits    int   // bytes taken from the output budget, by an answer in the ring
	deadline int64 // tick

	serving   bool // the handler is being called with x
	direct    bool // the answer goes into Loop.out: it is next on the wire
	answered  bool // what goes on the wire is settled
	finished  bool // the handler has let go of x
	inRing    bool
	suspended bool
	kept      bool
	close     bool // the connection ends with this answer
	settled   bool // close will not change any more
	await100  bool // the client waits for 100 Continue
	refOwner  ownership
	cancelled Reason
	stream    *stream   // nil unless it is answered piece by piece
	incoming  *incoming // nil unless its body is taken as it comes
}

// clear makes x ready for another request, keeping its buffers. Req and dec
// stay as they are: Parse and Start set them up.
func (x *Exchange) clear() {
	poison(x.buf)
	poison(x.body)
	poison(x.out)
	x.Body, x.Data, x.OnCancel, x.OnBody = nil, nil, nil, nil
	x.conn, x.next, x.ref = nil, nil, nil
	x.buf, x.body, x.out = small(x.buf), small(x.body), small(x.out)
	x.exchangeState = exchangeState{}
}

// small empties b, or drops it when it is too big to keep.
func small(b []byte) []byte {
	if cap(b) > keepPiece {
		return nil
	}
	return b[:0]
}

// copyHead makes the request x's own: from is what was parsed, and n how
// much of it belongs to x.
func (x *Exchange) copyHead(from []byte, n int) {
	x.buf = append(x.buf[:0], from[:n]...)
	x.Req.Rebase(from, x.buf)
}

// Loop is the loop that x belongs to. Any goroutine may call it.
func (x *Exchange) Loop() *Loop { return x.loop }

// Post has t run on x's loop: the way back for whoever did the waiting. Any
// goroutine may call it.
func (x *Exchange) Post(t Task) bool { return x.loop.Post(t) }

// Remote is the client's address, as the PROXY header tells it where there is
// one (Config.Proxied); not valid for a Unix socket. It may be
// asked for on any goroutine while x is not finished.
func (x *Exchange) Remote() netip.AddrPort { return x.remote }

// Trailers returns the trailer fields of a chunked request.
func (x *Exchange) Trailers() []http1.Field { return x.dec.Trailers() }

// Cancelled says whether and why x has been cancelled; 0 when not.
func (x *Exchange) Cancelled() Reason { return x.cancelled }

// Keep leaves the bytes of Req and Body to whoever still points at them: they
// will never be used for another request.
func (x *Exchange) Keep() { x.kept = true }

// CloseAfter ends the connection with x's answer. It has no effect after
// KeepAlive.
func (x *Exchange) CloseAfter() {
	if !x.settled {
		x.close = true
	}
}

// SetTimeout gives the handler d from now on, in place of
// Config.HandlerTimeout. Before x is suspended it has no effect on the time
// spent so far: an inline handler can't be stopped.
func (x *Exchange) SetTimeout(d time.Duration) {
	if in := x.incoming; in != nil {
		if in.turn = ticks(d); in.waiting {
			return
		}
	}
	x.deadline = x.loop.wheel.now + ticks(d)
	if c := x.conn; x.inRing && !c.dead && !x.answered {
		c.arm()
	}
}

// Left is how long the handler may still take, in steps of Tick: what is left of the
// time that it has, of all of it before x is suspended.
func (x *Exchange) Left() time.Duration {
	if in := x.incoming; in != nil && (in.waiting || x.deadline == 0) {
		return time.Duration(in.turn) * Tick
	}
	if x.deadline == 0 {
		return time.Duration(x.loop.srv.ticks.handler) * Tick
	}
	return time.Duration(max(0, x.deadline-x.loop.wheel.now)) * Tick
}

// KeepAlive reports whether the connection stays open after x's answer. The
// first call settles it, since it goes into the answer's head. It does not
// while the body has not come whole.
func (x *Exchange) KeepAlive() bool {
	if !x.settled {
		x.settled = true
		x.close = x.close || !x.Req.KeepAlive || x.coming() || x.loop.srv.draining.Load() && x.conn.isLast(x)
	}
	return !x.close
}

// open reports whether an answer still has somewhere to go.
func (x *Exchange) open() bool {
	if x.finished {
		panic("loop: exchange finished twice")
	}
	return !x.answered && !x.conn.dead && !x.conn.doomed
}

// Out returns the buffer to append the answer to, for Done. Nothing else of
// this package may be called in between, except KeepAlive, Cancelled and
// Loop.Date.
func (x *Exchange) Out() []byte {
	switch {
	case !x.open():
		return nil
	case x.direct:
		return x.loop.out
	}
	return x.out[:0]
}

// Done finishes x with what was appended to Out: a whole answer whose head
// agrees with KeepAlive.
func (x *Exchange) Done(out []byte) {
	if x.open() {
		x.settle(out, nil, borrowed)
	}
	x.letGo()
}

// Reply finishes x with an answer. It sets h's Minor, Head, KeepAlive, Length
// and Date, and sends the body where the status and method have one. body may
// be reused at once. On an error, which only h can cause, nothing was sent
// and x is not finished. It does not allocate, unless the client does not take
// the answer at once.
func (x *Exchange) Reply(h *http1.Response, body []byte) error { return x.reply(h, body, borrowed) }

// ReplyOwned is Reply for a body that was made for this answer and never
// changes: what the client does not take at once is not copied.
func (x *Exchange) ReplyOwned(h *http1.Response, body []byte) error { return x.reply(h, body, owned) }

// ReplyShared is Reply for a body that never changes and is there anyway, like
// a file in memory: it is not copied, and what waits of it for slow clients
// does not count in Config.OutputBudget.
func (x *Exchange) ReplyShared(h *http1.Response, body []byte) error { return x.reply(h, body, shared) }

func (x *Exchange) reply(h *http1.Response, body []byte, o ownership) error {
	if x.open() {
		if err := x.compose(h, body, o); err != nil {
			return err
		}
	}
	x.letGo()
	return nil
}

func (x *Exchange) compose(h *http1.Response, body []byte, o ownership) error {
	h.Minor = x.Req.Minor
	h.Head = x.Req.Method == http1.MethodHead
	h.KeepAlive = x.KeepAlive()
	h.Length = int64(len(body))
	h.Date = x.loop.date
	out, err := h.AppendHead(x.Out())
	if err != nil {
		return err
	}
	if h.Framing() == http1.FramingNone {
		body = nil
	}
	if len(body) < sharedMin {
		out, body = append(out, body...), nil
	}
	x.settle(out, body, o)
	return nil
}

// Refuse finishes x with an answer in the manner of those that the loop makes
// itself (Config.Refusal), with Retry-After in a 503.
func (x *Exchange) Refuse(status int, reason string) {
	if x.open() {
		x.refuse(status, reason)
	}
	x.letGo()
}

func (x *Exchange) refuse(status int, reason string) {
	h := http1.Response{Status: status, ContentType: "text/plain; charset=utf-8"}
	var body []byte
	if f := x.loop.srv.cfg.Refusal; f != nil {
		body, h.ContentType, h.Fixed = f(x, status, reason)
	} else {
		body = append([]byte(reason), '\n')
	}
	if status == 503 {
		h.Fixed = append(h.Fixed[:len(h.Fixed):len(h.Fixed)], "Retry-After: 1\r\n"...)
	}
	if err := x.compose(&h, body, owned); err != nil {
		x.loop.srv.cfg.Log.Error("loop: refusing a request", "status", status, "error", err)
		x.conn.abort()
	}
}

// Abort finishes x by breaking its connection: for an answer that can't be
// given in a way the client would notice otherwise.
func (x *Exchange) Abort() {
	if x.open() {
		x.conn.abort()
	}
	x.letGo()
}

// settle hands what goes on the wire to the connection.
func (x *Exchange) settle(out, ref []byte, o ownership) {
	l, c := x.loop, x.conn
	x.answered = true
	if !x.KeepAlive() {
		c.closing = true
	}
	if c.x == x {
		c.x = nil
	}
	if x.direct {
		l.out = out
		if len(ref) > 0 {
			l.out = out[:0]
			c.writeWith(out, ref, o)
		}
		return
	}
	if c.head == x {
		// It is next on the wire, so its body need not wait for its turn.
		if len(ref) > 0 {
			if l.cur == c {
				c.flush()
			}
			c.writeWith(out, ref, o)
			out = out[:0]
		}
		x.out = out
		c.touch()
		return
	}
	if o == borrowed {
		out, ref = append(out, ref...), nil
	}
	x.out, x.ref, x.refOwner = out, ref, o
	waits := len(out)
	if o == owned {
		waits += cap(ref)
	}
	x.holdOutput(waits)
}

// holdOutput counts n more bytes of an answer that waits for its turn. Where the process has no room for them, the
// connection is reset, as it is for bytes that its client does not take.
func (x *Exchange) holdOutput(n int) {
	l, c := x.loop, x.conn
	if !l.srv.output.takeMore(n, c.queue.holds()+c.held) {
		l.stat.expelled.Add(1)
		c.abort()
		return
	}
	x.waits += n
	c.held += n
}

// freeOutput is told that what holdOutput has counted waits no more.
func (x *Exchange) freeOutput() {
	x.conn.held -= x.waits
	x.loop.srv.output.give(x.waits)
	x.waits = 0
}

// letGo ends the handler's part in x.
func (x *Exchange) letGo() {
	x.finished = true
	x.unsuspend()
	if !x.inRing && !x.serving {
		x.loop.release(x)
	}
}

// unsuspend is told that the loop waits for x no more.
func (x *Exchange) unsuspend() {
	if x.suspended {
		x.suspended = false
		x.loop.suspended--
		x.loop.srv.suspended.Add(-1)
	}
}

// cancel tells the handler that nobody waits for x, and answers in its place
// where the connection goes on. x may have been released afterwards.
func (x *Exchange) cancel(why Reason) {
	if x.finished || x.cancelled != 0 {
		return
	}
	x.cancelled = why
	if x.OnCancel != nil {
		// The handler may finish x during the call: hold it until we are done.
		serving := x.serving
		x.serving = true
		x.loop.tellCancel(x, why)
		x.serving = serving
	}
	if !x.finished && !x.answered && !x.conn.dead && !x.conn.doomed && x.stream != nil {
		x.conn.abort()
	} else if !x.finished && !x.answered && !x.conn.dead && !x.conn.doomed {
		if why == ServerStops {
			x.CloseAfter()
		}
		x.refuse(503, why.String())
	}
	if x.finished && !x.inRing && !x.serving {
		x.loop.release(x)
	}
}

func stack() string { return string(debug.Stack()) }
