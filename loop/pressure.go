package loop

// When the process's budgets are nearly used up, whoever holds bytes without
// getting on is expelled: clients that do not take their answers, and clients
// that drip heads or bodies. The others then find room, and notice nothing.

const (
	// stuckAfter is how long a client may be stuck before that, in ticks.
	stuckAfter = 10

	// pressedRate is how many times Config.BodyRate a body must keep then.
	pressedRate = 4
)

// press expels those who are stuck, as far as it is needed.
func (l *Loop) press() {
	s := l.srv
	if !s.bodies.tight() && !s.output.tight() {
		return
	}
	l.wheel.each(func(c *conn) {
		if c.doomed || c.dead {
			return
		}
		switch {
		case s.output.tight() && c.stuckTaking():
			c.abort()
		case s.bodies.tight() && c.dripping():
			l.cur = c
			c.failBody(errBusy)
			c.settle()
			l.cur = nil
		case s.bodies.tight() && c.stuckSending():
			l.cur = c
			c.dropInput()
			c.refuse(errBusy)
			c.settle()
			l.cur = nil
		default:
			return
		}
		l.stat.expelled.Add(1)
	})
}

// stuckTaking reports whether the client holds room of the output budget and
// takes nothing.
func (c *conn) stuckTaking() bool {
	if s, ok := c.sock.(localSocket); ok && s.c.stuck(c.loop.wheel.now) {
		return true
	}
	return c.queue.held+c.held > 0 && c.queue.size > 0 && c.loop.wheel.now-c.movedAt >= stuckAfter
}

// stuckSending reports whether the client holds room of the body budget with
// a request that does not get on.
func (c *conn) stuckSending() bool {
	if c.ring > 0 || c.queue.size > 0 || c.closing {
		return false
	}
	age := c.loop.wheel.now - c.since
	if age < stuckAfter {
		return false
	}
	if c.x != nil {
		return c.x.held > 0 && int64(c.x.got) < age*int64(pressedRate*c.loop.srv.cfg.BodyRate)/ticksPerSecond
	}
	return c.phase == phaseHead && c.inHeld > 0
}

// dropInput forgets what has come of a request.
func (c *conn) dropInput() {
	c.in, c.seen = c.in[:0], 0
	c.loop.srv.bodies.give(c.inHeld)
	c.inHeld = 0
	if x := c.x; x != nil {
		c.x = nil
		if x.incoming == nil {
			c.loop.release(x)
		}
	}
}
