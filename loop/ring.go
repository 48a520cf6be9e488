package loop

// The ring is a connection's list of requests in work or answered, in the
// order in which they came. Only its answered front is sent.

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
	x.freeOutput()
	return x
}

// isLast reports whether nothing follows x on its connection, as far as we
// have read.
func (c *conn) isLast(x *Exchange) bool { return !c.more && (x.direct || c.tail == x) }

// advance sends the answered front of the ring, in one write.
func (c *conn) advance() {
	l := c.loop
	if x := c.head; x != nil && x.stream != nil && !c.doomed {
		c.pump(x)
	}
	for x := c.head; x != nil && x.answered && !c.doomed; x = c.head {
		last := x.close
		c.pop()
		l.out = append(l.out, x.out...)
		if len(x.ref) > 0 {
			out := l.out
			l.out = out[:0]
			c.writeWith(out, x.ref, x.refOwner)
		}
		x.out, x.ref = small(x.out), nil
		if x.finished {
			l.release(x)
		}
		if last {
			c.abandon(ClientGone)
		}
		if x = c.head; x != nil && x.stream != nil && !c.doomed {
			c.pump(x)
		}
	}
	c.flush()
}

// abandon cancels everything in the ring.
func (c *conn) abandon(why Reason) {
	for c.head != nil {
		x := c.pop()
		if c.x == x {
			c.x = nil
		}
		if x.finished {
			c.loop.release(x)
			continue
		}
		x.answered = true // whatever comes goes nowhere
		x.cancel(why)
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
