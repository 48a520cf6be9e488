package sqlite

import (
	"context"
	"encoding/binary"
	"slices"
	"sync"
	"time"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"etamil/internal/db"
)

// A COMMIT waits for the disk, and costs as much for one row as for a hundred. So writes
// that stand alone are queued, and whoever writes next takes all that wait into one
// transaction; while it is on its way to the disk the next ones gather. Nobody is told that
// a write was done before its transaction is on the disk.
//
// A statement that fails takes back what it alone has done, as it would by itself: SQLite
// sees to that without a savepoint. The exceptions (a trigger or ON CONFLICT clause that
// rolls everything back, a statement that was interrupted, a foreign key that is looked at
// only at the end, a full disk) undo the others' writes as well, which are then done again
// without it.

// Bounds of a group: how many statements, and for how long it goes on taking them, so that the
// first do not wait for many slow ones.
const (
	maxGroup  = 512
	groupTime = 5 * time.Millisecond
)

// group is the queue of writes that may share a transaction. Safe for concurrent use.
type group struct {
	mu      sync.Mutex
	waiting []*write
	running bool // somebody takes from waiting
	time    time.Duration
}

// write is a statement on its way.
type write struct {
	ctx   context.Context
	q     *db.Statement
	t     *db.Table // nil if nobody wants the rows
	out   db.Outcome
	err   error
	alone bool // it can't share a transaction, and has not been run
	taken bool // out of the queue; under the group's mu
	end   func(out db.Outcome, done bool, err error)
	watch func() bool // ends the watching of ctx
}

// over tells its caller that it is over.
func (w *write) over() {
	w.watch()
	w.end(w.out, !w.alone, w.err)
}

// Write implements db.Grouped.
func (d *Database) Write(ctx context.Context, q *db.Statement, t *db.Table) (db.Outcome, bool, error) {
	if d.memory || !db.SeemsToChange(q.SQL) {
		return db.Outcome{}, false, nil
	}
	if db.BeginsWith(q.SQL, "WITH") { // a query may, too, and is not to wait for the writer
		if done, err := d.Read(ctx, q, t); done {
			return db.Outcome{}, true, err
		}
	}
	over := make(chan struct{})
	var out db.Outcome
	var done bool
	var err error
	d.beginWrite(&write{ctx: ctx, q: q, t: t, end: func(o db.Outcome, d bool, e error) {
		out, done, err = o, d, e
		close(over)
	}})
	<-over
	return out, done, err
}

// beginWrite queues a write.
func (d *Database) beginWrite(w *write) bool {
	g := &d.group
	g.mu.Lock()
	defer g.mu.Unlock()
	var patience *time.Timer
	w.watch = context.AfterFunc(w.ctx, func() {
		if g.withdraw(w) { // else its statement is ended, or its COMMIT is on its way
			if patience != nil {
				patience.Stop()
			}
			w.end(db.Outcome{}, true, context.Cause(w.ctx))
		}
	})
	g.waiting = append(g.waiting, w)
	if d.acquire > 0 {
		leave := w.watch
		patience = time.AfterFunc(d.acquire, func() {
			if g.withdraw(w) {
				leave()
				w.end(db.Outcome{}, true, errBusy)
			}
		})
		w.watch = func() bool {
			patience.Stop()
			return leave()
		}
	}
	if !g.running {
		g.running = true
		go d.writeGroups()
	}
	return true
}

// withdraw takes a write out of the queue; false: it is there no more.
func (g *group) withdraw(w *write) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if w.taken {
		return false
	}
	w.taken = true
	for i, x := range g.waiting {
		if x == w {
			g.waiting = slices.Delete(g.waiting, i, i+1)
			break
		}
	}
	return true
}

// next takes what waits; nil: nothing, and the taker is to end.
func (g *group) next() []*write {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), maxGroup)
	if n == 0 {
		g.running = false
		return nil
	}
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	if len(g.waiting) == 0 {
		g.waiting = nil
	}
	for _, w := range batch {
		w.taken = true
	}
	return batch
}

// writeGroups runs groups until nobody waits. Who comes while the writer is somebody's waits in
// the queue, which he can leave.
func (d *Database) writeGroups() {
	for {
		c, err := d.take(context.Background(), true)
		batch := d.group.next()
		switch {
		case batch == nil && err == nil:
			d.give(c, true)
			return
		case batch == nil:
			return
		case err != nil:
			for _, w := range batch {
				w.err = err
				w.over()
			}
		default:
			c.writeAll(batch, d.group.time)
			d.Give(c)
		}
	}
}

// writeAll runs writes in as few transactions as it can, and tells each when its own is over.
func (c *conn) writeAll(batch []*write, most time.Duration) {
	for len(batch) > 0 {
		ready := batch[:0]
		for _, w := range batch {
			if c.suits(w) {
				ready = append(ready, w)
			} else {
				w.over()
			}
		}
		if batch = ready; len(batch) < 2 {
			c.writeEach(batch)
			return
		}
		batch = c.writeTogether(batch, most)
	}
}

// suits prepares the statement of a write; if it is not to be run here, it says why.
func (c *conn) suits(w *write) bool {
	if w.ctx.Err() != nil {
		w.err = context.Cause(w.ctx)
		return false
	}
	s, err := c.single(w.q.SQL)
	w.err, w.alone = err, err == nil && s == nil
	return err == nil && s != nil
}

// writeEach runs each write in a transaction of its own.
func (c *conn) writeEach(batch []*write) {
	for _, w := range batch {
		c.write(w)
		w.over()
	}
}

// write runs one, perhaps again.
func (c *conn) write(w *write) {
	if w.t != nil {
		*w.t = db.Table{}
	}
	if bug := db.Guarded(func() { w.out, w.err = c.Run(w.ctx, w.q, w.t) }); bug != nil {
		w.err = bug
	}
}

// writeTogether runs writes in one transaction, for so long at most, and answers those that are still to be run.
func (c *conn) writeTogether(batch []*write, most time.Duration) (left []*write) {
	ctx := context.Background()
	if err := c.command(ctx, "BEGIN IMMEDIATE"); err != nil {
		for _, w := range batch { // another process has locked the file
			w.err = err
			w.over()
		}
		return nil
	}
	began, n := time.Now(), 0
	for n < len(batch) && (n == 0 || time.Since(began) < most) {
		w := batch[n]
		if c.write(w); c.inTransaction() && !c.owesKeys() {
			n++
			continue
		}
		// It has undone the others' writes too, or would make their COMMIT fail.
		_ = c.Rollback(ctx, 0)
		if w.err == nil {
			c.write(w) // by itself it gets the error that is its own
		}
		w.over()
		return append(batch[:n:n], batch[n+1:]...)
	}
	if err := c.command(ctx, "COMMIT"); err != nil {
		_ = c.Rollback(ctx, 0)
		c.writeEach(batch[:n])
		return batch[n:]
	}
	for _, w := range batch[:n] {
		w.over()
	}
	return batch[n:]
}

// owesKeys reports that rows stand there whose foreign keys, which are looked at only when the
// transaction ends, lead nowhere so far.
func (c *conn) owesKeys() bool {
	rc := sqlite3.Xsqlite3_db_status(c.tls, c.db, sqlite3.SQLITE_DBSTATUS_DEFERRED_FKS, c.out, c.out+8, 0)
	return rc == sqlite3.SQLITE_OK && binary.NativeEndian.Uint32(libc.GoBytes(c.out, 4)) != 0
}
