package db

import (
	"context"
	"sync"

	"etamil/internal/db"
)

// session is what a fiber has with a database: a connection, from BEGIN to COMMIT,
// and what its last statement did. Close, when the fiber ends, rolls back what is
// still open.
type session struct {
	d      db.Database
	above  *session // of the task that has started the fiber; nil: none
	forget func()   // takes it out of the service's table

	mu     sync.Mutex
	conn   db.Conn // nil: not in a transaction
	busy   bool    // a task is using conn
	closed bool

	// Of transactions as blocks inside each other; its fiber, or the task that it waits for,
	// owns them.
	depth int
	undo  int            // the outermost level that was told to roll back, and has not yet; 0: none
	outer bool           // they stand in one that SQL has begun
	late  []db.TxOptions // of all blocks, as long as none has needed the connection

	last db.Outcome
}

// hold is the connection if the fiber is in a transaction, else nil; it is used until
// settle.
func (x *session) hold() db.Conn {
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
	return x.conn != nil || len(x.late) > 0
}

// barred reports that the fiber would wait for the task which has started it, and that task for the
// fiber: it is in a transaction of a database that has one who writes.
func (x *session) barred() bool {
	if _, one := x.d.(db.Grouped); !one {
		return false
	}
	for y := x.above; y != nil; y = y.above {
		if y.open() {
			return true
		}
	}
	return false
}

// enter marks a connection that was just taken as used until settle; false if the
// fiber has ended.
func (x *session) enter() bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.busy = !x.closed
	return x.busy
}

// connection is a connection that may write, the one of the fiber's transaction if it
// has one, until settle.
func (x *session) connection(ctx context.Context) (db.Conn, error) {
	c := x.hold()
	if c == nil {
		if x.barred() {
			return nil, errWithin
		}
		var err error
		if c, err = x.d.Take(ctx); err != nil {
			return nil, err
		}
		x.undo = 0 // it went with its connection
	}
	if !x.enter() {
		x.d.Give(c)
		return nil, db.ErrClosed
	}
	if x.d.Closed() {
		x.settle(c)
		return nil, db.ErrClosed
	}
	if err := x.undone(c); err != nil {
		x.giveUp(c)
		return nil, err
	}
	if err := x.beginOn(ctx, c); err != nil {
		x.settle(c)
		return nil, err
	}
	return c, nil
}

// settle is called when a statement has run on the connection: in a transaction the
// fiber keeps it, else it goes back.
func (x *session) settle(c db.Conn) {
	if !x.keeps(c) {
		x.d.Give(c)
	}
}

// keeps ends the use of a connection by a statement, and reports whether the fiber keeps it.
func (x *session) keeps(c db.Conn) bool {
	open := c.InTransaction()
	x.mu.Lock()
	x.busy = false
	keep := open && !x.closed && !x.d.Closed()
	x.conn = nil
	if keep {
		x.conn = c
	}
	x.mu.Unlock()
	return keep
}

// giveUp is settle for a connection whose transaction is in nobody knows what state: it is rolled back, and the fiber has lost it.
func (x *session) giveUp(c db.Conn) {
	x.mu.Lock()
	x.busy = false
	x.conn = nil
	x.mu.Unlock()
	x.d.Give(c)
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
		x.d.Give(c)
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
