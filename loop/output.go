package loop

// This file sends. What the kernel does not take waits in the queue, and the
// watcher tells when to go on. Every write to a socket is here, and each looks
// at dead and doomed first.

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
