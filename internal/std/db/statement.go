package db

import (
	"context"

	"etamil/internal/db"
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
