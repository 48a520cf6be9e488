package loop

import (
	"cmp"
	"slices"
)

// When the process's budgets are nearly used up, whoever holds bytes without
// getting on is expelled: clients that do not take their answers, and clients
// that drip heads or bodies. The others then find room, and notice nothing. Likewise, when connections have used up their room and others
// wait to be accepted, those go that have been idle the longest.

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

// seekRoom finds out how many connections have to go for those who wait to be accepted.
func (s *Server) seekRoom() {
	n := int64(0)
	if s.guard.full() && s.comers() {
		n = s.guard.excess()
	}
	s.wanted.Store(n)
}

// comers reports whether connections wait to be accepted.
func (s *Server) comers() bool {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.poller != nil && s.poller.Comers() || slices.ContainsFunc(s.acceptors, (*acceptor).comers)
}

// makeRoom closes connections, at most n, that have been idle the longest: their clients have got what they asked for, and come again
// when they want more. One that has just been idle is left, since its next request may be on its way, and so is one whose request has come and
// was not read.
func (l *Loop) makeRoom(n int) {
	var idle []*conn
	l.wheel.each(func(c *conn) {
		if c.isIdle() && l.wheel.now-c.since >= stuckAfter && !c.within() && !c.sock.Unread() {
			idle = append(idle, c)
		}
	})
	slices.SortFunc(idle, func(a, b *conn) int { return cmp.Compare(a.since, b.since) })
	for _, c := range idle[:min(n, len(idle))] {
		c.doom()
		l.stat.expelled.Add(1)
	}
}

// isIdle reports whether nothing of the client is in work, under way or to be taken.
func (c *conn) isIdle() bool {
	return c.phase == phaseIdle && c.ring == 0 && c.queue.size == 0 && len(c.in) == 0 && c.x == nil && !c.closing && !c.doomed && !c.dead
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
