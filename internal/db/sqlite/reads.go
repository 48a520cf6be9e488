package sqlite

import (
	"context"
	"sync/atomic"
	"time"

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

	done bool // what its caller is told
	err  error
}

// over tells its caller.
func (r *read) over() {
	r.watch()
	r.end(db.Outcome{}, r.done, r.err)
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
	case d.query > 0:
		return d.beginWithin(ctx, q, t, end)
	}
	return d.begin(ctx, q, t, end)
}

// beginWithin is begin of a statement that may take so long.
func (d *Database) beginWithin(ctx context.Context, q *db.Statement, t *db.Table, end func(db.Outcome, bool, error)) bool {
	ctx, cancel := context.WithTimeout(ctx, d.query)
	if !d.begin(ctx, q, t, func(out db.Outcome, done bool, err error) {
		cancel()
		end(out, done, err)
	}) {
		cancel()
		return false
	}
	return true
}

// begin is Begin in a file that is open.
func (d *Database) begin(ctx context.Context, q *db.Statement, t *db.Table, end func(db.Outcome, bool, error)) bool {
	switch {
	case db.SeemsToRead(q.SQL):
		return d.beginRead(&read{ctx: ctx, q: q, t: t, end: end})
	case db.SeemsToChange(q.SQL) && !db.BeginsWith(q.SQL, "WITH"):
		return d.beginWrite(&write{ctx: ctx, q: q, t: t, end: end})
	}
	return false
}

// Leave implements db.Async: nothing here waits for company.
func (d *Database) Leave(db.Poller) {}

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
	d.relieve()
	return true
}

// Where all who read are long at one statement each, those that are quick would wait for the slowest reports. So if nothing has been taken for a while
// of what waits, somebody else does, and if no connection has become free for a while, another one is opened. Both go when there is nothing more to do.
const (
	reliefAfter = 50 * time.Millisecond
	mostExtras  = 12
	extraTime   = time.Second
)

// relieve has somebody look after a while whether all who read are stuck.
func (d *Database) relieve() {
	if !d.relieving.Load() && d.relieving.CompareAndSwap(false, true) {
		seen := d.taken.Load()
		time.AfterFunc(reliefAfter, func() {
			d.relieving.Store(false)
			d.relief(seen)
		})
	}
}

// relief has somebody else read if nothing has been taken since so many were.
func (d *Database) relief(seen uint64) {
	if len(d.reads) == 0 || d.Closed() {
		return
	}
	if d.taken.Load() == seen {
		if d.helpers.Add(1) <= mostExtras {
			go d.readMore()
		} else {
			d.helpers.Add(-1)
		}
	}
	d.relieve()
}

// readMore takes reads as long as it finds no connection free now and then.
func (d *Database) readMore() {
	defer d.helpers.Add(-1)
	look := time.NewTicker(extraTime)
	defer look.Stop()
	for {
		select {
		case r := <-d.reads:
			d.readTaken(r)
		case <-look.C:
			if len(d.read) > 0 {
				return
			}
		case <-d.done:
			return
		}
	}
}

// reader waits for a connection that reads.
func (d *Database) reader(ctx context.Context) (*conn, error) {
	if d.memory || d.Closed() {
		return d.take(ctx, false)
	}
	select {
	case c := <-d.read:
		return c, nil
	default:
	}
	long := time.NewTimer(reliefAfter)
	defer long.Stop()
	select {
	case c := <-d.read:
		return c, nil
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	case <-d.done:
		return nil, db.ErrClosed
	case <-long.C:
	}
	if d.extras.Add(1) <= mostExtras {
		version := d.version.Load()
		if c, err := d.connect(true); err == nil {
			c.extra, c.version = true, version
			return c, nil
		}
	}
	d.extras.Add(-1)
	return d.take(ctx, false)
}

// readTaken does a read that was taken from the queue, and what shares turns with it.
func (d *Database) readTaken(r *read) {
	d.taken.Add(1)
	for r != nil {
		r = d.readSome(r)
	}
}

// readAll takes reads until the database is closed.
func (d *Database) readAll() {
	for {
		select {
		case r := <-d.reads:
			d.readTaken(r)
		case <-d.done:
			d.refuseReads()
			return
		}
	}
}

// maxTurn is how many reads share a turn at most.
const maxTurn = 32

// quick is how long the statements that share a turn may take.
const quick = 200 * time.Microsecond

// turn is what a connection does at a time: one read, or several that wait and are known to be quick. They share what they see of
// the file, which is what was there when the last of them was asked for, and the locks for that; their loops are woken once.
type turn struct {
	d    *Database
	ran  []*read // their callers are to be told
	rest []*read // still to be run
	from time.Time
}

// readSome does a read, and those that wait; it answers one that is still to be done.
func (d *Database) readSome(r *read) (next *read) {
	c, err := d.reader(context.Background())
	if err != nil {
		r.done, r.err = true, err
		if r.state.CompareAndSwap(waiting, running) {
			r.over()
		}
		return nil
	}
	defer d.give(c, false)
	t := turn{d: d, rest: []*read{r}}
	for c.isQuick(r) && len(t.rest) < maxTurn {
		select {
		case r = <-d.reads:
		default:
			r = nil
		}
		if r == nil || !c.isQuick(r) {
			next = r
			break
		}
		t.rest = append(t.rest, r)
	}
	t.run(c)
	return next
}

// isQuick reports that the statement was quick when it ran last.
func (c *conn) isQuick(r *read) bool {
	s := c.stmts[r.q.SQL]
	return s != nil && s.quick
}

// run runs the reads of a turn.
func (t *turn) run(c *conn) {
	if len(t.rest) > 1 && c.command(context.Background(), "BEGIN") == nil {
		c.late = t.late
		defer func() {
			c.late = nil
			if c.inTransaction() && c.command(context.Background(), "COMMIT") != nil {
				_ = c.Rollback(context.Background(), 0)
			}
			t.tell()
		}()
	} else {
		defer t.tell()
	}
	t.from = time.Now()
	for len(t.rest) > 0 {
		r := t.rest[0]
		t.rest = t.rest[1:]
		if !r.state.CompareAndSwap(waiting, running) {
			continue
		}
		if bug := db.Guarded(func() { r.done, r.err = c.readOnly(r.ctx, &r.stop, r.q, r.t) }); bug != nil {
			r.done, r.err = true, bug
		}
		now := time.Now()
		if s := c.stmts[r.q.SQL]; s != nil {
			s.quick = now.Sub(t.from) < quick
		}
		t.from = now
		t.ran = append(t.ran, r)
	}
}

// late is called from within a statement now and then: if it takes longer than it did, it holds up nobody else.
func (t *turn) late() {
	if time.Since(t.from) < quick {
		return
	}
	t.tell()
	for len(t.rest) > 0 {
		select {
		case t.d.reads <- t.rest[0]:
			t.rest = t.rest[1:]
		default:
			return // more wait than there is room for
		}
	}
}

// tell tells the callers of what was run.
func (t *turn) tell() {
	for _, r := range t.ran {
		r.over()
	}
	t.ran = t.ran[:0]
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
