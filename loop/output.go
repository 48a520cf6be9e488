package loop

// This file sends. What the kernel does not take waits in the queue, and the
// watcher tells when to go on. Every write to a socket is here, and each looks
// at dead and doomed first.

// ownership says whose a body is that was given with an answer.
type ownership uint8

const (
	borrowed ownership = iota // the caller's, who uses it again: what must wait is copied
	owned                     // the connection's: it waits as it is, and counts as waiting
	shared                    // everybody's: it is there anyway, so only its place in the queue counts
)

// wait makes what is left of a body fit to wait. A small rest is copied, so
// that it does not hold the whole.
func (o ownership) wait(rest, whole []byte) piece {
	switch {
	case o == shared:
		return piece{rest, pieceBytes}
	case o == owned && len(rest) > cap(whole)/2:
		return piece{rest, cap(whole)}
	}
	return piece{append([]byte(nil), rest...), len(rest)}
}

// flush sends what was answered in this event.
func (c *conn) flush() { c.flushBefore(false) }

// flushBefore is flush; more says that more follows at once.
func (c *conn) flushBefore(more bool) {
	l := c.loop
	if len(l.out) == 0 {
		return
	}
	c.writeBefore(l.out, more)
	if cap(l.out) > keepBuffer {
		l.out = nil
	}
	l.out = l.out[:0]
}

// write sends p, which may be reused at once, after the queue.
func (c *conn) write(p []byte) { c.writeBefore(p, false) }

// writeBefore is write; more says that more follows at once.
func (c *conn) writeBefore(p []byte, more bool) {
	if c.dead || c.doomed {
		return
	}
	if c.queue.size == 0 {
		var n int
		var err error
		if more {
			n, err = c.sock.WriteMore(p)
		} else {
			n, err = c.sock.Write(p)
		}
		if err != nil {
			c.doom()
			return
		}
		if p = p[n:]; len(p) == 0 {
			return
		}
	}
	c.enqueue(borrowed.wait(p, p))
}

// writeShared sends p, which never changes, after the queue.
func (c *conn) writeShared(p []byte) {
	if c.dead || c.doomed {
		return
	}
	whole := p
	if c.queue.size == 0 {
		n, err := c.sock.WriteShared(p)
		if err != nil {
			c.doom()
			return
		}
		if p = p[n:]; len(p) == 0 {
			return
		}
	}
	c.enqueue(shared.wait(p, whole))
}

// writeWith sends head, which may be reused at once, and body.
func (c *conn) writeWith(head, body []byte, o ownership) {
	if c.dead || c.doomed {
		return
	}
	whole := body
	if c.queue.size == 0 {
		iov := append(c.loop.iov[:0], head, body)
		n, err := c.sock.Writev(iov)
		clear(iov)
		if err != nil {
			c.doom()
			return
		}
		k := min(n, len(head))
		head, body = head[k:], body[n-k:]
	}
	if len(head) > 0 {
		c.enqueue(borrowed.wait(head, head))
	}
	if len(body) > 0 {
		c.enqueue(o.wait(body, whole))
	}
}

// enqueue keeps p until the client takes it. Where the process has no room
// left, the connection is reset: that can't be told in any other way, since
// the answer's beginning may have left.
func (c *conn) enqueue(p piece) {
	if c.doomed {
		return
	}
	c.clean = false
	if c.queue.size == 0 {
		c.movedAt = c.loop.wheel.now
		if c.loop.srv.watcher.watch(c) != nil {
			c.doom()
			return
		}
	}
	if !c.queue.push(p) {
		c.loop.stat.expelled.Add(1)
		c.abort()
	}
}

// unsent takes back the end of what counted as written. Only the event in which it was
// written has gone on since, so the queue is empty.
func (c *conn) unsent(p []byte, o ownership, err error) {
	switch {
	case c.dead || c.doomed:
	case err != nil:
		c.doom()
	default:
		if c.secure != nil {
			c.secure.sealed += len(p)
		}
		c.loop.late++
		c.enqueue(o.wait(p, p))
		c.touch()
	}
}

// drain sends from the queue what the client takes now.
func (c *conn) drain() {
	before := c.queue.size
	for c.queue.size > 0 {
		iov := c.loop.iov[:0]
		for _, p := range c.queue.pieces[:min(len(c.queue.pieces), iovMax)] {
			iov = append(iov, p.b)
		}
		n, err := c.sock.Writev(iov)
		clear(iov)
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
		c.movedAt = c.loop.wheel.now
	}
	if c.queue.size > 0 && c.loop.srv.watcher.watch(c) != nil {
		c.doom()
	}
}

// iovMax is how many pieces are written at once, below the system's limit.
const iovMax = 64
