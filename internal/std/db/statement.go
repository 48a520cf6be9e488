package db

import (
	"context"
	"time"

	"etamil/internal/db"
	"etamil/internal/value"
	"etamil/vm"
)

// statement is what a task needs to run SQL: everything copied out of the fiber.
type statement struct {
	db.Statement
	d       db.Database
	session *session // nil for what only reads, unless the fiber has one
}

// query runs the statement and answers its rows.
func (q *statement) query(ctx context.Context) (*db.Table, error) {
	t := &db.Table{}
	_, err := q.run(ctx, t)
	return t, err
}

// execute runs the statement and answers how many rows it changed.
func (q *statement) execute(ctx context.Context) (int64, error) {
	out, err := q.run(ctx, nil)
	return out.Changed, err
}

// A way is how a statement is run, and what it answers.
type way[T any] struct {
	do   func(*statement, context.Context) (T, error)
	rows bool // they are wanted
	of   func(*db.Table, db.Outcome) T
}

// The two ways: for its rows, and for how many it changes.
var (
	forRows  = way[*db.Table]{(*statement).query, true, func(t *db.Table, _ db.Outcome) *db.Table { return t }}
	forCount = way[int64]{(*statement).execute, false, func(_ *db.Table, out db.Outcome) int64 { return out.Changed }}
)

// task is what waits for the statement in that way.
func (y way[T]) task(q *statement, finish func(*vm.Fiber, T, error) (value.Value, error)) *task[T] {
	w := &task[T]{do: func(ctx context.Context) (T, error) { return y.do(q, ctx) }, finish: finish}
	if a, ok := q.d.(db.Async); ok {
		w.of = a
		w.begin = func(ctx context.Context, on db.Poller, end func(T, error)) bool {
			q.On = on
			return y.begin(a, q, ctx, end)
		}
	}
	return w
}

// begin has a statement run without a goroutine of ours, if that can be.
func (y way[T]) begin(a db.Async, q *statement, ctx context.Context, end func(T, error)) bool {
	x := q.session
	var t *db.Table
	if y.rows {
		t = &db.Table{}
	}
	if x != nil {
		if x.lost() || !x.open() && x.barred() {
			return false
		}
		q.Last = x.last
		if x.open() {
			return x.begin(ctx, q, t, func(out db.Outcome, err error) { end(y.of(t, out), err) })
		}
	}
	most, began := a.Timeout(), time.Time{}
	if most > 0 {
		began = time.Now()
	}
	return a.Begin(ctx, &q.Statement, t, func(out db.Outcome, done bool, err error) {
		if done {
			if x != nil {
				x.wrote(out)
			}
			end(y.of(t, out), err)
			return
		}
		spawn(func() {
			if most > 0 { // what was tried in vain counts
				var cancel context.CancelFunc
				ctx, cancel = context.WithDeadline(ctx, began.Add(most))
				defer cancel()
			}
			var v T
			if bug := db.Guarded(func() { v, err = y.do(q, ctx) }); bug != nil {
				err = bug
			}
			end(v, err)
		})
	})
}

// run runs the statement where it belongs: in the fiber's transaction if it has
// one; on a connection that only reads, if that will do; beside the writes of others; else on
// one of its own, which the fiber keeps if a transaction is open afterwards.
func (q *statement) run(ctx context.Context, t *db.Table) (db.Outcome, error) {
	ctx, cancel := within(ctx, q.d)
	defer cancel()
	x := q.session
	if x != nil {
		q.Last = x.last
	}
	if x.lost() {
		return db.Outcome{}, db.ErrAborted
	}
	if (x == nil || !x.open()) && db.SeemsToRead(q.SQL) {
		if done, err := q.d.Read(ctx, &q.Statement, t); done {
			return db.Outcome{}, err
		}
	}
	if x == nil {
		c, err := q.d.Take(ctx)
		if err != nil {
			return db.Outcome{}, err
		}
		defer q.d.Give(c)
		return c.Run(ctx, &q.Statement, t)
	}
	if g, ok := q.d.(db.Grouped); ok && !x.open() {
		if x.barred() {
			return db.Outcome{}, errWithin
		}
		if out, done, err := g.Write(ctx, &q.Statement, t); done {
			x.wrote(out)
			return out, err
		}
	}
	c, err := x.connection(ctx)
	if err != nil {
		return db.Outcome{}, err
	}
	defer x.settle(c)
	out, err := c.Run(ctx, &q.Statement, t)
	x.wrote(out)
	return out, err
}

// wrote keeps what a statement has done, for the next one that asks for it.
func (x *session) wrote(out db.Outcome) {
	if out.Wrote {
		x.last = out
	}
}
