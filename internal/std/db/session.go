package db

import (
	"context"
	"sync"
	"time"
)

// session is what a fiber has with a database: the writer, from BEGIN to COMMIT,
// and what its last statement did. Close, when the fiber ends, rolls back what is
// still open.
type session struct {
	d      *database
	forget func() // takes it out of the service's table

	mu     sync.Mutex
	conn   *conn // nil: not in a transaction
	busy   bool  // a task is using conn
	closed bool

	last outcome
}

// hold is the writer if the fiber is in a transaction, else nil; it is used until
// settle.
func (x *session) hold() *conn {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.conn == nil || x.closed {
		return nil
	}
	x.busy = true
	return x.conn
}

// open reports whether the fiber is in a transaction.
func (x *session) open() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	return x.conn != nil
}

// enter marks a connection that was just taken as used until settle; false if the
// fiber has ended.
func (x *session) enter() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.busy = !x.closed
	return x.busy
}

// writer is the connection that writes, the one of the fiber's transaction if it
// has one, until settle.
func (x *session) writer(ctx context.Context) (*conn, error) {
	c := x.hold()
	if c == nil {
		var err error
		if c, err = x.d.take(ctx, true); err != nil {
			return nil, err
		}
	}
	if !x.enter() {
		x.d.back(c)
		return nil, errClosed
	}
	if x.d.closed() {
		x.settle(c)
		return nil, errClosed
	}
	return c, nil
}

// settle is called when a statement has run on the writer: in a transaction the
// fiber keeps it, else it goes back.
func (x *session) settle(c *conn) {
	open := c.inTransaction()
	x.mu.Lock()
	x.busy = false
	keep := open && !x.closed && !x.d.closed()
	x.conn = nil
	if keep {
		x.conn = c
	}
	x.mu.Unlock()
	if !keep {
		x.d.back(c)
	}
}

// end rolls back the transaction, if there is one that no task is using.
func (x *session) end() {
	x.mu.Lock()
	c := x.conn
	if x.busy {
		c = nil // settle does it
	} else {
		x.conn = nil
	}
	x.mu.Unlock()
	if c != nil {
		x.d.back(c)
	}
}

// Close is called when the fiber ends, on its worker: the rolling back, which may
// write, is done elsewhere.
func (x *session) Close() error {
	x.forget()
	x.mu.Lock()
	x.closed = true
	idle := x.conn != nil && !x.busy
	x.mu.Unlock()
	if idle {
		go x.end()
	}
	return nil
}

// rollbackTime bounds how long rolling back may keep the writer.
const rollbackTime = 10 * time.Second

// back gives the writer back, out of any transaction.
func (d *database) back(c *conn) {
	if c.inTransaction() {
		ctx, cancel := context.WithTimeout(context.Background(), rollbackTime)
		defer cancel()
		if err := c.command(ctx, "ROLLBACK"); err != nil || c.inTransaction() {
			d.replace(c)
			return
		}
	}
	d.give(c, true)
}
