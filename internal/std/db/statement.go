package db

import "context"

// statement is what a task needs to run SQL: everything copied out of the fiber.
type statement struct {
	d        *database
	session  *session // nil for what only reads, unless the fiber has one
	sql      string
	params   params
	maxBytes int // of the answer
}

// query runs the statement and answers its rows.
func (q *statement) query(ctx context.Context) (*table, error) {
	t := &table{}
	_, err := q.run(ctx, t)
	return t, err
}

// execute runs the statement and answers how many rows it changed.
func (q *statement) execute(ctx context.Context) (int64, error) {
	out, err := q.run(ctx, nil)
	return out.changed, err
}

// run runs the statement where it belongs: in the fiber's transaction if it has
// one; on a connection that only reads, if that will do; else on the writer, which
// the fiber keeps if a transaction is open afterwards.
func (q *statement) run(ctx context.Context, t *table) (outcome, error) {
	x := q.session
	if !q.d.memory && (x == nil || !x.open()) && seemsToRead(q.sql) {
		if done, err := q.read(ctx, t); done {
			return outcome{}, err
		}
	}
	if x == nil {
		c, err := q.d.take(ctx, true)
		if err != nil {
			return outcome{}, err
		}
		defer q.d.back(c)
		return c.run(ctx, q, t)
	}
	c, err := x.writer(ctx)
	if err != nil {
		return outcome{}, err
	}
	defer x.settle(c)
	if x.last.wrote {
		c.rememberRow(x.last.lastRow)
	}
	out, err := c.run(ctx, q, t)
	if out.wrote {
		x.last = out
	}
	return out, err
}

// read runs the statement on a connection that only reads. done is false if it
// turns out to write, or only the writer can make sense of it, as of a temporary
// table.
func (q *statement) read(ctx context.Context, t *table) (done bool, err error) {
	c, err := q.d.take(ctx, false)
	if err != nil {
		return true, err
	}
	defer q.d.give(c, false)
	if s, err := c.single(q.sql); err != nil || s == nil || !s.readOnly {
		return false, nil
	}
	if x := q.session; x != nil {
		c.lastRow, c.changed = x.last.lastRow, x.last.changed
	} else {
		c.lastRow, c.changed = 0, 0
	}
	_, err = c.run(ctx, q, t)
	return true, err
}
