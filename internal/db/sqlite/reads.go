package sqlite

import (
	"context"
	"sync/atomic"

	"etamil/internal/db"
)

// Reads that nobody waits for on a goroutine of his own are done by a few that stay: what SQLite calls
// goes deep, and a goroutine that is new each time would have to grow its stack each time.

// maxReads is how many reads wait for them at most; who comes then has a goroutine of his own.
const maxReads = 4096

// read is a statement on its way.
type read struct {
	ctx   context.Context
	q     *db.Statement
	t     *db.Table
	end   func(db.Outcome, bool, error)
	state atomic.Int32 // waiting, or whose it is
	stop  atomic.Bool  // its running is to end
	watch func() bool  // ends the watching of ctx
}

// The states of a read.
const (
	waiting = iota
	running
	left // its caller has gone
)

// Begin implements db.Async.
func (d *Database) Begin(ctx context.Context, q *db.Statement, t *db.Table, end func(db.Outcome, bool, error)) bool {
	switch {
	case d.memory || d.Closed():
		return false
	case db.SeemsToRead(q.SQL):
		return d.beginRead(&read{ctx: ctx, q: q, t: t, end: end})
	case db.SeemsToChange(q.SQL) && !db.BeginsWith(q.SQL, "WITH"):
		return d.beginWrite(&write{ctx: ctx, q: q, t: t, end: end})
	}
	return false
}

func (d *Database) beginRead(r *read) bool {
	r.watch = context.AfterFunc(r.ctx, func() {
		if r.state.CompareAndSwap(waiting, left) {
			r.end(db.Outcome{}, true, context.Cause(r.ctx))
		} else {
			r.stop.Store(true)
		}
	})
	select {
	case d.reads <- r:
	default:
		r.watch()
		return !r.state.CompareAndSwap(waiting, left) // it has ended already
	}
	d.reading.Do(func() {
		for range readers {
			go d.readAll()
		}
	})
	if d.Closed() { // perhaps nobody is left to take it
		d.refuseReads()
	}
	return true
}

// readAll takes reads until the database is closed.
func (d *Database) readAll() {
	for {
		select {
		case r := <-d.reads:
			for r != nil {
				r = d.readSome(r)
			}
		case <-d.done:
			d.refuseReads()
			return
		}
	}
}

// maxTurn is after how many reads a connection is given back, for those that wait for one.
const maxTurn = 32

// readSome does a read, and those that wait; it answers one that is still to be done.
func (d *Database) readSome(r *read) *read {
	c, err := d.take(context.Background(), false)
	if err == nil {
		defer d.give(c, false)
	}
	for range maxTurn {
		if r.state.CompareAndSwap(waiting, running) {
			d.readOne(c, r, err)
		}
		select {
		case r = <-d.reads:
		default:
			return nil
		}
	}
	return r
}

// readOne does a read, unless there was no connection, and tells its caller.
func (d *Database) readOne(c *conn, r *read, err error) {
	done := true
	if err == nil {
		if bug := db.Guarded(func() { done, err = c.readOnly(r.ctx, &r.stop, r.q, r.t) }); bug != nil {
			err = bug
		}
	}
	r.watch()
	r.end(db.Outcome{}, done, err)
}

// refuseReads tells those who wait that the database is closed.
func (d *Database) refuseReads() {
	for {
		select {
		case r := <-d.reads:
			if r.state.CompareAndSwap(waiting, left) {
				r.watch()
				r.end(db.Outcome{}, true, db.ErrClosed)
			}
		default:
			return
		}
	}
}
