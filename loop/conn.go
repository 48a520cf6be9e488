package loop

import (
	"net/netip"
	"time"

	"etamil/http1"
)

// phase is what a connection without a request in work is waiting for.
type phase uint8

const (
	phaseNone phase = iota // not settled: the last one's deadline does not hold
	phaseIdle              // the first byte of a request
	phaseHead              // the rest of a head
	phaseBody              // the rest of a body
)

// conn is one connection, on the goroutine of its loop.
//
//	idle --bytes--> head --complete--> body --complete--> handler
//	  ^                                                      |
//	  |  answered at once: its bytes wait in Loop.out <------+
//	  |  the event ends: one write, more bytes? head         |
//	  +------------------------------------------------      | kept by the handler
//	                                                         v
//	suspended: reading is off; requests that have already been read may fill
//	           the ring. Answered ones leave in order; when the ring is empty,
//	           what was read is parsed, and reading goes on.
//	blocked:   the client does not take its answers: the queue is not empty.
//	           Nothing is parsed, reading is off, the watcher will tell.
//	closing:   nothing more is parsed. Ring and queue empty: lingering.
//	lingering: our side is ended, what comes is thrown away, until the client
//	           ends its side: closing with unread bytes resets the connection,
//	           and the last answer with it.
//	dead:      the descriptor is closed, or will be when closed returns. Its
//	           number may belong to another client soon, so nothing may be
//	           written any more.
type conn struct {
	sock   socket
	loop   *Loop
	remote netip.AddrPort
	timer  timer

	in   []byte    // read but not parsed
	seen int       // how much of it Parse has looked at
	x    *Exchange // the request whose body is coming

	head, tail *Exchange // the ring: requests in work or answered, in order
	ring       int       // its length
	held       int       // bytes of answers in it
	queue      queue     // what the kernel did not take

	phase   phase
	phaseAt int64 // ticks: when the phase has taken too long
	since   int64 // when the body began, or lingering
	stallAt int64 // when a byte of the queue must have left
	goneAt  int64 // when a half-closed client is given up; 0: it is not half-closed

	inHeld    int // bytes of in taken from the body budget
	nextDirty *conn

	more      bool // bytes wait that were not parsed
	closing   bool
	clean     bool // the client asked for the close, and can't have sent more
	lingering bool
	doomed    bool // will be closed at the end of the event
	dead      bool
	isDirty   bool // in Loop.dirty
	watched   bool // known to the watcher
}

// inboundMax bounds what is kept of a connection whose reading can't be
// turned off, in bytes.
const inboundMax = 1 << 20

// probeEvery is how often a client that waits for an answer is looked at for
// having ended its side, in ticks.
const probeEvery = 5

func newConn(l *Loop, s socket, remote netip.AddrPort) *conn {
	c := &conn{sock: s, loop: l, remote: remote}
	c.timer = timer{owner: c, bucket: unarmed}
	c.queue.budget = &l.srv.output
	c.phase, c.phaseAt = phaseIdle, l.wheel.now+l.srv.ticks.header
	if l.srv.draining.Load() {
		c.phaseAt = l.wheel.now + drainIdle
	}
	l.wheel.arm(&c.timer, c.phaseAt)
	return c
}

// ready reports whether another request may be started.
func (c *conn) ready() bool {
	return !c.closing && !c.doomed && c.queue.size == 0 &&
		c.ring < c.loop.srv.cfg.MaxPipeline && c.held < c.loop.srv.cfg.OutputCap
}

// feed takes the bytes of one read. p is valid during the call.
func (c *conn) feed(p []byte) {
	if c.closing || c.doomed {
		if c.lingering {
			// It is still sending what was refused; let it see why.
			l := c.loop
			c.phaseAt = min(l.wheel.now+l.srv.ticks.linger, c.since+lingerMost*l.srv.ticks.linger)
		}
		return // thrown away
	}
	c.loop.cur = c
	if len(c.in) == 0 && c.ready() {
		if rest := c.parse(p); len(rest) > 0 {
			c.in = append(c.grown(len(rest)), rest...)
		}
	} else {
		c.in = append(c.grown(len(p)), p...)
		c.parseIn()
	}
	c.settle()
	c.loop.cur = nil
}

// resume goes on after something that c waited for: an answer, or room for
// more of them.
func (c *conn) resume() {
	c.loop.cur = c
	c.settle()
	c.loop.cur = nil
}

// RunOnLoop implements Task: the watcher says that the socket takes bytes.
func (c *conn) RunOnLoop(*Loop) {
	if c.dead || c.doomed || c.queue.size == 0 {
		return
	}
	c.drain()
	c.resume()
}

// parseIn parses what has been kept.
func (c *conn) parseIn() {
	c.in = c.in[:copy(c.in, c.parse(c.in))]
}

// grown returns in with room for n more bytes.
func (c *conn) grown(n int) []byte {
	if cap(c.in)-len(c.in) >= n {
		return c.in
	}
	// Twice what there is, so that a sender of single bytes costs little.
	in := make([]byte, len(c.in), max(2*len(c.in), len(c.in)+n, 512))
	copy(in, c.in)
	return in
}

// parse starts the requests at the front of p and returns what it could not
// use: a head that is not complete, or requests that must wait.
func (c *conn) parse(p []byte) (rest []byte) {
	l := c.loop
	for len(p) > 0 && c.ready() {
		if c.x != nil {
			p = p[c.takeBody(c.x, p):]
			continue
		}
		x := l.exchange()
		n, err := x.Req.Parse(p, c.seen, &l.srv.cfg.Limits)
		if n == 0 && err == nil {
			c.seen = len(p)
			l.release(x)
			return p
		}
		c.seen = 0
		x.conn, x.remote = c, c.remote
		if err == nil {
			err = x.dec.Start(&x.Req, &l.srv.cfg.Limits)
		} else {
			x.Req = http1.Request{Minor: 1, Fields: x.Req.Fields[:0]}
		}
		if err != nil {
			c.refuseExchange(x, err)
			return nil
		}
		if left := x.dec.Remaining(); left >= 0 && left <= int64(len(p)-n) {
			head := n
			n += int(left)
			x.copyHead(p, n)
			x.Body = x.buf[head:n]
			p = p[n:]
			c.dispatch(x, len(p) > 0)
			continue
		}
		x.copyHead(p, n)
		p = p[n:]
		c.x, c.phase = x, phaseNone
		x.await100 = x.Req.ExpectContinue && len(p) == 0
	}
	if c.closing {
		return nil
	}
	return p
}

// takeBody gives x the bytes of its body that are at the front of p, and
// returns how many they were.
func (c *conn) takeBody(x *Exchange, p []byte) (n int) {
	x.await100 = false
	// Room by what has come, not by what the head promised.
	if left := x.dec.Remaining(); left > 0 && cap(x.body)-len(x.body) < len(p) {
		x.body = grow(x.body, int(min(left, int64(len(x.body)+len(p)))))
	}
	before := len(x.body)
	body, n, done, err := x.dec.Decode(x.body, p)
	x.body = body
	if got := len(body) - before; err == nil {
		if c.loop.srv.bodies.take(got) {
			x.held += got
		} else {
			err = errBusy
		}
	}
	if err != nil {
		c.x = nil
		c.refuseExchange(x, err)
		return len(p)
	}
	if done {
		c.x = nil
		x.Body = x.body
		c.dispatch(x, n < len(p))
	}
	return n
}

func grow(b []byte, n int) []byte {
	if cap(b)-len(b) >= n {
		return b
	}
	g := make([]byte, len(b), len(b)+n)
	copy(g, b)
	return g
}

var errBusy = &http1.Error{Status: 503, Close: true, Reason: "too many bytes are waiting"}

// dispatch has x answered; more says that bytes follow that are not parsed.
func (c *conn) dispatch(x *Exchange, more bool) {
	l := c.loop
	l.requests++
	c.phase, c.more = phaseNone, more
	if !x.Req.KeepAlive {
		c.closing, c.clean = true, !more
	}
	c.begin(x)
	if l.suspended >= l.srv.inFlight || l.srv.output.full() {
		x.serving = true
		x.Refuse(503, "too many requests are waiting")
		x.serving = false
	} else {
		l.serve(x)
	}
	c.end(x)
}

// begin gives x its place: the next on the wire, or the end of the ring.
func (c *conn) begin(x *Exchange) {
	if c.ring == 0 {
		x.direct = true
		return
	}
	c.push(x)
}

// end follows the handler's call with x.
func (c *conn) end(x *Exchange) {
	l := c.loop
	if x.direct {
		x.direct = false
		if x.answered {
			l.release(x)
			if len(l.out) >= l.srv.cfg.OutputCap {
				c.flush()
			}
			return
		}
		c.push(x)
	}
	c.clean = false
	if !x.finished {
		x.suspended = true
		l.suspended++
		l.stat.suspended.Store(l.suspended)
		if x.deadline == 0 {
			x.deadline = l.wheel.now + l.srv.ticks.handler
		}
	}
}

// refuseExchange answers a request that the handler never sees.
func (c *conn) refuseExchange(x *Exchange, err error) {
	e, ok := err.(*http1.Error)
	if !ok {
		e = &http1.Error{Status: 400, Close: true, Reason: err.Error()}
	}
	c.phase, c.more = phaseNone, false
	x.close = true
	c.begin(x)
	x.serving = true
	x.Refuse(e.Status, e.Reason)
	x.serving = false
	c.end(x)
}

// refuse is refuseExchange without a request.
func (c *conn) refuse(e *http1.Error) {
	x := c.loop.exchange()
	x.conn, x.remote = c, c.remote
	x.Req = http1.Request{Minor: 1, Fields: x.Req.Fields[:0]}
	c.refuseExchange(x, e)
}

// push appends x to the ring.
func (c *conn) push(x *Exchange) {
	x.inRing = true
	if c.tail == nil {
		c.head = x
	} else {
		c.tail.next = x
	}
	c.tail = x
	c.ring++
}

// pop takes the first exchange off the ring.
func (c *conn) pop() *Exchange {
	x := c.head
	c.head, x.next, x.inRing = x.next, nil, false
	if c.head == nil {
		c.tail = nil
	}
	c.ring--
	c.held -= len(x.out) + len(x.ref)
	return x
}

// isLast reports whether nothing follows x on its connection, as far as we
// have read.
func (c *conn) isLast(x *Exchange) bool { return !c.more && (x.direct || c.tail == x) }

// touch has the answers of c sent at the end of the event.
func (c *conn) touch() {
	if !c.isDirty && c.loop.cur != c {
		c.isDirty = true
		c.nextDirty, c.loop.dirty = c.loop.dirty, c
	}
}

// settle ends an event: it sends what is answered, and sets what c waits for.
func (c *conn) settle() {
	for {
		c.flush()
		c.advance()
		if c.doomed || len(c.in) == 0 || !c.ready() || c.seen == len(c.in) {
			break
		}
		c.parseIn()
	}
	if !c.doomed && !c.closing {
		c.account()
	}
	c.more = len(c.in) > 0 || c.x != nil
	if len(c.in) == 0 {
		c.in = nil
	}
	if c.doomed {
		return
	}
	idle := c.ring == 0 && c.queue.size == 0
	if idle && c.closing && !c.lingering {
		c.linger()
	}
	if c.doomed {
		return
	}
	if idle && c.x != nil && c.x.await100 {
		c.x.await100 = false
		c.loop.out = http1.AppendContinue(c.loop.out)
		c.flush()
	}
	c.sock.Read(c.lingering || c.ring == 0 && c.queue.size == 0)
	c.arm()
}

// account keeps count of the bytes of in, and refuses to keep too many.
func (c *conn) account() {
	d := len(c.in) - c.inHeld
	if d > 0 && (len(c.in) > inboundMax || !c.loop.srv.bodies.take(d)) {
		c.in = c.in[:0]
		c.refuse(errBusy)
		c.flush()
		c.advance()
		d = -c.inHeld
	}
	if d < 0 {
		c.loop.srv.bodies.give(-d)
	}
	c.inHeld += d
}

// flush sends what was answered in this event.
func (c *conn) flush() {
	l := c.loop
	if len(l.out) == 0 {
		return
	}
	c.write(l.out)
	if cap(l.out) > keepBuffer {
		l.out = nil
	}
	l.out = l.out[:0]
}

// advance sends the answered front of the ring, in one write.
func (c *conn) advance() {
	l := c.loop
	for x := c.head; x != nil && x.answered && !c.doomed; x = c.head {
		last := x.close
		c.pop()
		l.out = append(l.out, x.out...)
		if len(x.ref) > 0 {
			out := l.out
			l.out = out[:0]
			c.writeWith(out, x.ref, true)
		}
		x.out, x.ref = small(x.out), nil
		if x.finished {
			l.release(x)
		}
		if last {
			c.abandon(ClientGone)
		}
	}
	c.flush()
}

// abandon cancels everything in the ring.
func (c *conn) abandon(why Reason) {
	for c.head != nil {
		x := c.pop()
		if x.finished {
			c.loop.release(x)
			continue
		}
		x.answered = true // whatever comes goes nowhere
		x.cancel(why)
	}
}

// write sends p after the queue. p may be reused at once.
func (c *conn) write(p []byte) {
	if c.dead || c.doomed {
		return
	}
	if c.queue.size == 0 {
		n, err := c.sock.Write(p)
		if err != nil {
			c.doom()
			return
		}
		if p = p[n:]; len(p) == 0 {
			return
		}
	}
	c.enqueue(append([]byte(nil), p...))
}

// writeWith sends head and body. head may be reused at once, and body, too,
// unless it is shared: then it stays as it is.
func (c *conn) writeWith(head, body []byte, shared bool) {
	if c.dead || c.doomed {
		return
	}
	if c.queue.size == 0 {
		l := c.loop
		l.iov[0], l.iov[1] = head, body
		n, err := c.sock.Writev(l.iov[:])
		l.iov[0], l.iov[1] = nil, nil
		if err != nil {
			c.doom()
			return
		}
		k := min(n, len(head))
		head, body = head[k:], body[n-k:]
	}
	if len(head) > 0 {
		c.enqueue(append([]byte(nil), head...))
	}
	if len(body) > 0 {
		if !shared {
			body = append([]byte(nil), body...)
		}
		c.enqueue(body)
	}
}

// enqueue keeps p until the client takes it.
func (c *conn) enqueue(p []byte) {
	if c.doomed {
		return
	}
	if c.loop.srv.output.burst() {
		// It was promised before the budget was used up, by too many at once.
		c.abort()
		return
	}
	if c.queue.size == 0 {
		c.stallAt = c.loop.wheel.now + c.loop.srv.ticks.write
		if c.loop.srv.watcher.watch(c) != nil {
			c.doom()
			return
		}
	}
	c.clean = false
	c.queue.push(p)
}

// drain sends from the queue what the client takes now.
func (c *conn) drain() {
	before := c.queue.size
	for c.queue.size > 0 {
		n, err := c.sock.Writev(c.queue.pieces[:min(len(c.queue.pieces), iovMax)])
		if err != nil {
			c.doom()
			return
		}
		if n == 0 {
			break
		}
		c.queue.pop(n)
	}
	if c.queue.size < before {
		c.stallAt = c.loop.wheel.now + c.loop.srv.ticks.write
	}
	if c.queue.size > 0 && c.loop.srv.watcher.watch(c) != nil {
		c.doom()
	}
}

// iovMax is how many pieces are written at once, below the system's limit.
const iovMax = 64

// lingerMost is how many times Config.Linger a client may go on sending.
const lingerMost = 10

// linger ends our side. A client that asked for the end, was answered at once
// and has sent nothing else needs no more.
func (c *conn) linger() {
	if c.clean {
		c.doom()
		return
	}
	c.lingering = true
	c.since = c.loop.wheel.now
	c.phaseAt = c.since + c.loop.srv.ticks.linger
	c.sock.CloseWrite()
}

// doom has c closed at the end of the event: closing it at once would call
// closed from within whatever is being done with c.
func (c *conn) doom() {
	if !c.doomed {
		c.doomed = true
		c.loop.doomed = append(c.loop.doomed, c)
	}
}

// abort has c reset, dropping what the kernel still holds for it.
func (c *conn) abort() {
	if !c.doomed && !c.dead {
		c.sock.Abort()
		c.doom()
	}
}

// closed follows the poller's last event about c.
func (c *conn) closed() {
	if c.dead {
		return
	}
	c.dead = true
	l := c.loop
	l.wheel.disarm(&c.timer)
	l.srv.watcher.forget(c)
	c.queue.drop()
	l.srv.bodies.give(c.inHeld)
	c.in, c.inHeld = nil, 0
	if x := c.x; x != nil {
		c.x = nil
		l.release(x)
	}
	c.abandon(ClientGone)
}

// arm sets the timer to the earliest of c's deadlines.
func (c *conn) arm() {
	l := c.loop
	w := &l.wheel
	at := int64(1) << 62
	switch {
	case c.lingering:
		at = c.phaseAt
	case c.ring > 0 || c.queue.size > 0:
		c.phase = phaseNone
		if c.queue.size > 0 {
			at = c.stallAt
		}
		if c.ring > 0 {
			at = min(at, w.now+probeEvery)
		}
		for x := c.head; x != nil; x = x.next {
			if !x.answered {
				at = min(at, x.deadline)
			}
		}
		if c.goneAt != 0 {
			at = min(at, c.goneAt)
		}
	default:
		c.setPhase()
		at = c.phaseAt
	}
	w.arm(&c.timer, at)
}

// setPhase sets the deadline of what c waits for, unless it waits for it
// already.
func (c *conn) setPhase() {
	s, now := c.loop.srv, c.loop.wheel.now
	ph := phaseIdle
	switch {
	case c.x != nil:
		ph = phaseBody
	case len(c.in) > 0:
		ph = phaseHead
	}
	if ph != c.phase {
		c.phase = ph
		switch ph {
		case phaseIdle:
			c.phaseAt = now + s.ticks.idle
			if s.draining.Load() {
				c.phaseAt = now + drainIdle
			}
		case phaseHead:
			c.phaseAt = now + s.ticks.header
		case phaseBody:
			c.since = now
		}
	}
	if ph == phaseBody {
		// A steady sender of a long body gets the time that its length takes.
		got := int64(len(c.x.body))
		c.phaseAt = c.since + s.ticks.body + got*int64(time.Second/Tick)/int64(s.cfg.BodyRate)
	}
}

// expire is called when c's timer is due.
func (c *conn) expire() {
	if c.doomed || c.dead {
		return
	}
	c.loop.cur = c
	if c.late() {
		c.settle()
	}
	c.loop.cur = nil
}

// late acts on the deadlines that have passed, and reports whether c goes on.
func (c *conn) late() bool {
	s, now := c.loop.srv, c.loop.wheel.now
	switch {
	case c.lingering && now >= c.phaseAt:
		c.doom()
	case c.lingering:
	case c.queue.size > 0 && now >= c.stallAt:
		c.abort()
	case c.ring > 0 || c.queue.size > 0:
		if c.ring > 0 && c.goneAt == 0 && c.sock.HalfClosed() {
			c.goneAt = now + s.ticks.halfClose
		}
		if c.goneAt != 0 && now >= c.goneAt {
			c.doom()
		} else {
			c.cancelDue(now, TimedOut)
		}
	case now < c.phaseAt:
	case c.phase == phaseIdle && s.draining.Load():
		c.closing = true
	case c.phase == phaseIdle:
		c.doom()
	case c.x != nil:
		x := c.x
		c.x = nil
		c.refuseExchange(x, http1.ErrTimeout)
	default:
		c.in, c.seen = c.in[:0], 0
		c.refuse(http1.ErrTimeout)
	}
	return !c.doomed
}

// drainIdle is how long an idle connection is kept when the server drains,
// in ticks: a request may be on its way.
const drainIdle = 3

// drainSoon shortens the wait of an idle connection.
func (c *conn) drainSoon() {
	if c.phase == phaseIdle && c.ring == 0 && c.queue.size == 0 && !c.closing {
		c.phaseAt = min(c.phaseAt, c.loop.wheel.now+drainIdle)
		c.arm()
	}
}

// cancelDue cancels the requests in work whose deadline is at or before by.
func (c *conn) cancelDue(by int64, why Reason) {
	for x := c.head; x != nil; {
		next := x.next
		if !x.answered && x.deadline <= by {
			x.cancel(why)
		}
		x = next
	}
}
