package loop

import "etamil/http1"

// A connection has several deadlines, and one timer for the earliest of them.

// phase is what a connection without a request in work is waiting for.
type phase uint8

const (
	phaseNone phase = iota // not settled: the last one's deadline does not hold
	phaseIdle              // the first byte of a request
	phaseHead              // the rest of a head
	phaseBody              // the rest of a body
)

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
		if c.queue.size > 0 || c.waits {
			at = c.movedAt + l.srv.ticks.write
		}
		if c.ring > 0 {
			at = min(at, w.now+c.probe())
		}
		for x := c.head; x != nil; x = x.next {
			if !x.answered {
				at = min(at, x.deadline)
			}
		}
		if c.goneAt != 0 {
			at = min(at, c.goneAt)
		}
		if c.taking() {
			at = min(at, c.bodyDue())
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
			c.since = now
			c.phaseAt = now + s.ticks.idle
			if s.draining.Load() {
				c.phaseAt = now + drainIdle
			}
		case phaseHead:
			c.since = now
			c.phaseAt = now + s.ticks.header
		case phaseBody:
			c.since = now
		}
	}
	if ph == phaseBody {
		// A steady sender of a long body gets the time that its length takes.
		c.phaseAt = c.since + s.ticks.body + int64(c.x.got)*ticksPerSecond/int64(s.cfg.BodyRate)
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

// late acts on the deadlines that have passed, and reports whether c goes on. A request that
// has come and was not read is not late, its loop is: it is read before the next tick.
func (c *conn) late() bool {
	s, now := c.loop.srv, c.loop.wheel.now
	switch {
	case c.lingering && now >= c.phaseAt:
		c.doom()
	case c.lingering:
	case (c.queue.size > 0 || c.waits) && now >= c.movedAt+s.ticks.write:
		c.abort()
	case c.ring > 0 || c.queue.size > 0:
		if c.taking() && now >= c.bodyDue() {
			c.failBody(http1.ErrTimeout)
		}
		if c.ring > 0 && c.goneAt == 0 && !c.taking() && c.sock.HalfClosed() {
			c.goneAt = now + s.ticks.halfClose
		}
		if c.goneAt != 0 && now >= c.goneAt {
			c.doom()
		} else {
			c.cancelDue(now, TimedOut)
		}
	case now < c.phaseAt:
	case c.phase == phaseIdle && c.sock.Unread():
		c.phaseAt = now + 1
	case c.phase == phaseIdle || c.preface:
		c.doom()
	default:
		c.dropInput()
		c.refuse(http1.ErrTimeout)
	}
	return !c.doomed
}

// probeEvery is how often a client that waits for an answer is looked at for
// having ended its side, in ticks.
const probeEvery = 5

// probe is how often c is looked at so.
func (c *conn) probe() int64 {
	if c.head.stream != nil {
		return streamProbe
	}
	return probeEvery
}

// drainIdle is how long a connection may be idle when the server drains, in ticks: a busy
// client's next request is on its way, and is answered. A third of a second was too little
// for clients on a machine with more to do than it can.
const drainIdle = 10

// drainSoon ends a connection that has been idle for longer, and shortens the wait of one
// that has not. Its last answer has long been there, so nothing is to be waited for.
func (c *conn) drainSoon() {
	if c.phase != phaseIdle || c.ring > 0 || c.queue.size > 0 || c.closing {
		return
	}
	c.phaseAt = min(c.phaseAt, c.since+drainIdle)
	if now := c.loop.wheel.now; c.phaseAt <= now {
		if !c.sock.Unread() {
			c.doom()
			return
		}
		c.phaseAt = now + 1
	}
	c.arm()
}
