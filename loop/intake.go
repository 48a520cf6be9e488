package loop

import (
	"etamil/http1"
)

// This file turns the bytes of a connection into exchanges, and has them
// answered.

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
	if c.preface && len(p) > 0 {
		n := c.takeProxy(p)
		if c.doomed {
			return nil
		}
		if c.preface {
			return p
		}
		p = p[n:]
	}
	for len(p) > 0 && (c.wanted() || c.ready() && !c.taking()) {
		if c.wanted() {
			p = p[c.takeAhead(p):]
			continue
		}
		if c.x != nil {
			p = p[c.takeBody(c.x, p):]
			continue
		}
		x := l.exchange()
		n, err := x.Req.ParseRepeated(p, c.seen, &l.srv.cfg.Limits, &l.heads)
		if n == 0 && err == nil {
			c.seen = len(p)
			l.release(x)
			return p
		}
		c.seen = 0
		x.conn, x.remote = c, c.remote
		early := false
		if err == nil {
			var lim *http1.Limits
			lim, early = l.srv.bodyLimits(&x.Req)
			err = x.dec.Start(&x.Req, lim)
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
		if early {
			c.early(x)
		}
	}
	if c.closing && c.peer == nil && !c.taking() {
		return nil
	}
	return p
}

// bodyLimits are the limits of a request's body, and whether its handler takes it as it comes.
func (s *Server) bodyLimits(r *http1.Request) (lim *http1.Limits, early bool) {
	if ask := s.cfg.Bodies; ask != nil && (r.Chunked || r.ContentLength > 0) {
		lim, early = ask(r)
	}
	if lim == nil {
		lim = &s.cfg.Limits
	}
	return lim, early
}

// dispatch has x answered; more says that bytes follow that are not parsed.
func (c *conn) dispatch(x *Exchange, more bool) {
	l := c.loop
	l.requests++
	c.phase, c.more = phaseNone, more
	if !x.Req.KeepAlive && !x.coming() {
		c.closing, c.clean = true, !more
	}
	c.begin(x)
	if l.srv.full(&x.Req) {
		x.serving = true
		x.Refuse(503, "too many requests are waiting")
		x.serving = false
	} else {
		l.serve(x)
	}
	c.end(x)
}

// full reports whether there is no room for a request since too many are suspended.
func (s *Server) full(r *http1.Request) bool {
	return s.suspended.Load() >= int64(s.cfg.MaxInFlight) && (s.cfg.Always == nil || !s.cfg.Always(r))
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
		if x.answered && x.stream == nil {
			l.release(x)
			if len(l.out) >= l.srv.cfg.OutputCap {
				c.flush()
			}
			return
		}
		c.push(x)
	}
	c.clean = false
	if !x.finished && x.stream == nil {
		x.suspended = true
		l.suspended++
		l.srv.suspended.Add(1)
		if x.deadline == 0 {
			x.deadline = l.wheel.now + l.srv.ticks.handler
			if in := x.incoming; in != nil && in.waiting {
				x.deadline = forever
			}
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

var errBusy = &http1.Error{Status: 503, Close: true, Reason: "too many bytes are waiting"}

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

// inboundMax bounds what is kept of a connection whose reading can't be
// turned off, in bytes.
const inboundMax = 1 << 20
