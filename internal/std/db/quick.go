package db

import (
	"context"

	"etamil/internal/db"
)

// begin runs a statement in the fiber's transaction without a goroutine, if the database and the statement are such that it can.
func (x *session) begin(ctx context.Context, q *statement, t *db.Table, end func(db.Outcome, error)) bool {
	d, ok := x.d.(db.Lender)
	if !ok || q.On == nil || x.undo > 0 {
		return false
	}
	over := func(c db.Conn) func(db.Outcome, error) {
		return func(out db.Outcome, err error) {
			x.wrote(out)
			x.settleSoon(d, c)
			end(out, err)
		}
	}
	if c := x.hold(); c != nil {
		k, ok := c.(db.Quick)
		if ok && k.BeginRun(ctx, &q.Statement, t, d.Timeout(), over(c)) {
			return true
		}
		x.settleSoon(d, c)
		return false
	}
	// The first statement of blocks that have none yet.
	if !(db.SeemsToRead(q.SQL) || db.SeemsToChange(q.SQL) && db.IsOne(q.SQL)) {
		return false
	}
	d.BeginTake(ctx, func(c db.Conn, err error) {
		if err == nil && !x.enter() {
			d.GiveSoon(c)
			err = db.ErrClosed
		} else if err == nil && d.Closed() {
			x.settleSoon(d, c)
			err = db.ErrClosed
		}
		if err != nil {
			end(db.Outcome{}, err)
			return
		}
		begun := x.beginOn(ctx, c)
		if k, ok := c.(db.Quick); ok && begun == nil && k.BeginRun(ctx, &q.Statement, t, d.Timeout(), over(c)) {
			return
		}
		spawn(func() {
			ctx, cancel := within(ctx, d)
			defer cancel()
			out, err := db.Outcome{}, begun
			if begun == nil {
				if bug := db.Guarded(func() { out, err = c.Run(ctx, &q.Statement, t) }); bug != nil {
					err = bug
				}
				x.wrote(out)
			}
			x.settle(c)
			end(out, err)
		})
	})
	return true
}

// beginOn begins on a connection the blocks that have begun without one. Where transactions are lazy it sends nothing yet.
func (x *session) beginOn(ctx context.Context, c db.Conn) error {
	late := x.late
	x.mu.Lock()
	x.late = nil
	x.mu.Unlock()
	for depth, o := range late {
		if err := c.Begin(ctx, depth, o); err != nil {
			return err
		}
	}
	return nil
}

// settleSoon is settle for who must not wait.
func (x *session) settleSoon(d db.Lender, c db.Conn) {
	if !x.keeps(c) {
		d.GiveSoon(c)
	}
}

// beginCommit commits the fiber's outermost block without a goroutine, if it can.
func beginCommit(ctx context.Context, on db.Poller, x *session, end func(error)) bool {
	d, ok := x.d.(db.Lender)
	if !ok || on == nil || x.level() != 1 || x.undo > 0 {
		return false
	}
	c := x.hold()
	if c == nil {
		return false
	}
	k, ok := c.(db.Quick)
	if ok && k.BeginCommit(ctx, on, d.Timeout(), func(err error) {
		if err == nil {
			x.depth--
		}
		x.settleSoon(d, c)
		end(err)
	}) {
		return true
	}
	x.settleSoon(d, c)
	return false
}
