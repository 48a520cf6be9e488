package sqlite

import (
	"context"
	"slices"
	"sync/atomic"

	"modernc.org/libc"

	"etamil/internal/db"
)

// cursor is a statement that stands on one of its rows. Others can run on its connection in the
// meantime: SQLite has no trouble with that.
type cursor struct {
	db.Abandon
	c    *conn
	s    *stmt // nil: it is over
	most int
	more bool // it stands on a row that nobody has taken
}

// Open implements db.Conn.
func (c *conn) Open(ctx context.Context, q *db.Statement) (db.Cursor, error) {
	c.sweep()
	z, err := libc.CString(q.SQL)
	if err != nil {
		return nil, errMemory
	}
	defer libc.Xfree(c.tls, z)
	p, tail, err := c.prepare(z)
	if err != nil {
		return nil, err
	}
	x := &cursor{c: c, most: q.MaxBytes}
	if p != 0 {
		x.s = c.newStmt(p)
		c.cursors = append(c.cursors, x)
	}
	if p == 0 || !db.Blank(libc.GoString(tail)) {
		err = db.ParamsError("ஓடைக்கு ஒரே ஒரு கட்டளை வேண்டும்", "a stream takes one statement")
	} else if c.barred(x.s) {
		err = errReads
	} else if err = c.bindAll(x.s, &q.Params); err == nil {
		err = c.interruptible(ctx, func() (err error) {
			x.more, err = c.step(x.s.p)
			return err
		})
	}
	if err != nil {
		x.end()
		return nil, err
	}
	return x, nil
}

// Next implements db.Cursor.
func (x *cursor) Next(ctx context.Context, t *db.Table, rows int) error {
	*t = db.Table{}
	if x.s == nil || !x.more {
		x.end()
		return nil
	}
	x.c.columns(x.s.p, t)
	err := x.c.interruptible(ctx, func() (err error) {
		for n := 0; n < rows && x.more; n++ {
			if !x.c.row(x.s.p, t, x.most) {
				return db.TooLarge(x.most)
			}
			if x.more, err = x.c.step(x.s.p); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		x.end()
	}
	return err
}

// end frees the statement, and with it the state of the file that it sees.
func (x *cursor) end() {
	if x.s == nil {
		return
	}
	x.c.finalize(x.s.p)
	x.s = nil
	x.c.cursors = slices.DeleteFunc(x.c.cursors, func(y *cursor) bool { return y == x })
}

// sweep frees the cursors that nobody reads any more.
func (c *conn) sweep() {
	for i := len(c.cursors) - 1; i >= 0; i-- {
		if c.cursors[i].Closed() {
			c.cursors[i].end()
		}
	}
}

// interruptible runs do, and has SQLite end the statement when ctx is done.
func (c *conn) interruptible(ctx context.Context, do func() error) error {
	if ctx.Done() != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		stop := new(atomic.Bool)
		cancel := context.AfterFunc(ctx, func() { stop.Store(true) })
		c.stop = stop
		defer func() {
			cancel()
			c.stop = nil
		}()
	}
	err := do()
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx) // SQLite says that it was interrupted
	}
	return err
}

// Stream implements db.Database: on a connection that only reads and is opened for it, as there are
// but few of the others, and who reads a stream may take long.
func (d *Database) Stream(ctx context.Context, q *db.Statement) (db.Cursor, error) {
	if d.Closed() {
		return nil, db.ErrClosed
	}
	if d.memory {
		return nil, nil
	}
	c, err := d.connect(true)
	if err != nil {
		return nil, err
	}
	done := func() { d.part(c) }
	c.lastRow, c.changed = q.Last.LastRow, q.Last.Changed
	x, err := c.Open(ctx, q)
	if err != nil {
		done()
		return nil, err
	}
	return db.Alone(x, done), nil
}
