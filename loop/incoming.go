package loop

import "io"

// This file gives a handler the body of its request as it comes, where Config.Bodies asks
// for that:
//
//	head ──> Serve ──> Take: what has come; nothing yet? ──> OnBody, when there is more
//	            bodyAhead bytes wait to be taken: the client is not read from until they are
//
// Nothing else changes: the request has its place in the ring from its head on, and what
// follows its body on the connection is a request like any other.

// bodyAhead is how much of a body may wait to be taken before its client waits, in bytes.
const bodyAhead = 64 << 10

// Taker is told of a body.
type Taker interface {
	// BodyCame is called on x's loop, once for each Take that had nothing: there is more,
	// or the body has ended. It must not finish x.
	BodyCame(x *Exchange)
}

// incoming is the state of a body that is taken as it comes.
type incoming struct {
	whole    bool  // all of it has come
	err      error // why it never will
	asked    bool  // Take has been called
	waiting  bool  // and had nothing
	lent     bool  // the first piece is Take's caller's
	paused   bool  // the client waits
	ahead    int   // bytes in the other pieces
	since    int64 // when the client's time began, in ticks, without what it had to wait
	pausedAt int64 // when it was made to wait, if it is
	turn     int64 // ticks that the handler has for each piece
}

// Incoming reports whether the body has not come with the head: Body is empty then, and Take
// gives it.
func (x *Exchange) Incoming() bool { return x.incoming != nil }

// coming reports whether there is more of the body to come.
func (x *Exchange) coming() bool { return x.incoming != nil && !x.incoming.whole }

// Take gives the next bytes of a body that is Incoming; they are valid until the next Take.
// Nothing and no error: none have come, and OnBody will be told when some have. io.EOF
// follows the last ones. Any other error is an *http1.Error and final: what came was no
// body, too much, too slow, or more than the process has room for; the connection ends with
// x's answer. While Take has nothing, the handler's time stands still; with each piece it
// begins anew.
func (x *Exchange) Take() ([]byte, error) {
	in := x.incoming
	if x.finished || x.answered {
		return nil, ErrClosed
	}
	if in.lent {
		in.lent = false
		x.dropFirst()
	}
	c := x.conn
	if !in.asked {
		in.asked = true
		c.touch() // the client may wait to be asked
	}
	if len(x.pieces) > 0 && len(x.pieces[0]) > 0 {
		in.lent = true
		in.ahead -= len(x.pieces[0])
		x.renew(in.turn)
		if in.paused && in.ahead <= bodyAhead/2 {
			in.since += x.loop.wheel.now - in.pausedAt
			in.paused = false
			c.touch()
		}
		return x.pieces[0], nil
	}
	switch {
	case in.err != nil:
		return nil, in.err
	case in.whole:
		return nil, io.EOF
	}
	in.waiting = true
	x.renew(forever)
	return nil, nil
}

// renew gives the handler so many ticks from now, unless it has begun to answer.
func (x *Exchange) renew(ticks int64) {
	if x.stream != nil || x.deadline == 0 {
		return
	}
	x.deadline = forever
	if ticks < forever {
		x.deadline = x.loop.wheel.now + ticks
		if x.inRing {
			x.conn.touch()
		}
	}
}

// dropFirst gives the first piece back.
func (x *Exchange) dropFirst() {
	p := x.pieces[0]
	x.loop.srv.bodies.give(cap(p))
	x.held -= cap(p)
	if cap(p) == pieceMax && len(x.loop.pieces) < keepPieces {
		poison(p)
		x.loop.pieces = append(x.loop.pieces, p[:0])
	}
	n := copy(x.pieces, x.pieces[1:])
	x.pieces[n] = nil
	x.pieces = x.pieces[:n]
}

// early has x answered before its body has come.
func (c *conn) early(x *Exchange) {
	s := c.loop.srv
	x.incoming = &incoming{since: c.loop.wheel.now, turn: s.ticks.handler}
	c.dispatch(x, true)
}

// taking reports whether the body of a request in work is coming.
func (c *conn) taking() bool { return c.x != nil && c.x.incoming != nil }

// wanted reports whether its client is to send more.
func (c *conn) wanted() bool { return c.taking() && !c.x.incoming.paused }

// takeAhead is takeBody for a body that is taken as it comes.
func (c *conn) takeAhead(p []byte) (took int) {
	x := c.x
	in := x.incoming
	x.await100 = false
	for took < len(p) && !in.paused {
		last := x.roomAhead()
		if last == nil {
			c.failBody(errBusy)
			return len(p)
		}
		src := p[took:min(len(p), took+cap(*last)-len(*last))]
		b, n, done, err := x.dec.Decode(*last, src)
		x.got += len(b) - len(*last)
		in.ahead += len(b) - len(*last)
		*last = b
		took += n
		switch {
		case err != nil:
			c.failBody(err)
			return len(p)
		case done:
			c.x = nil
			in.whole = true
			if !x.Req.KeepAlive {
				c.closing = true
			}
			x.tellBody()
			return took
		case in.ahead >= bodyAhead:
			in.paused, in.pausedAt = true, c.loop.wheel.now
		}
	}
	if in.ahead > 0 {
		x.tellBody()
	}
	return took
}

// roomAhead is room for a body of which pieces may be in use.
func (x *Exchange) roomAhead() *[]byte {
	if x.incoming.lent && len(x.pieces) == 1 {
		size := min(max(x.got, pieceMin), pieceMax)
		if !x.loop.srv.bodies.take(size) {
			return nil
		}
		x.held += size
		x.pieces = append(x.pieces, x.loop.piece(size))
		return &x.pieces[1]
	}
	return x.room()
}

// tellBody tells whoever waits that there is more.
func (x *Exchange) tellBody() {
	in := x.incoming
	if !in.waiting {
		return
	}
	in.waiting = false
	x.renew(in.turn)
	if x.OnBody != nil {
		x.loop.tellTaker(x)
	}
}

func (l *Loop) tellTaker(x *Exchange) {
	defer l.recovered("body")
	x.OnBody.BodyCame(x)
}

// failBody ends a body that will never be whole. The handler says what its client gets.
func (c *conn) failBody(err error) {
	x := c.x
	c.x = nil
	c.in, c.seen = c.in[:0], 0
	c.closing = true
	x.close = true
	x.incoming.err = err
	x.tellBody()
}

// bodyDue is when the client has taken too long over the body that is being taken.
func (c *conn) bodyDue() int64 {
	x, s := c.x, c.loop.srv
	if x.incoming.paused || x.await100 {
		return forever
	}
	return x.incoming.since + s.ticks.body + int64(x.got)*ticksPerSecond/int64(s.cfg.BodyRate)
}

// awaited reports whether it is time to tell a client that waits for it to send its body.
func (c *conn) awaited(idle bool) bool {
	x := c.x
	switch {
	case x == nil || !x.await100:
		return false
	case x.incoming == nil:
		return idle
	case c.head != x || !x.incoming.asked || x.stream != nil || c.queue.size > 0:
		return false
	}
	x.incoming.since = c.loop.wheel.now
	return true
}

// dripping reports whether the client holds room of the body budget with a body in work
// that does not get on.
func (c *conn) dripping() bool {
	if !c.wanted() || c.x.held == 0 {
		return false
	}
	age := c.loop.wheel.now - c.x.incoming.since
	return age >= stuckAfter && int64(c.x.got) < age*int64(pressedRate*c.loop.srv.cfg.BodyRate)/ticksPerSecond
}
