package sqlite

import (
	"context"
	"strconv"

	"etamil/internal/db"
)

// Run implements db.Conn, on the writer.
func (c *conn) Run(ctx context.Context, q *db.Statement, t *db.Table) (db.Outcome, error) {
	if q.Last.Wrote {
		c.rememberRow(q.Last.LastRow)
	}
	return c.run(ctx, q, t)
}

// InTransaction implements db.Conn.
func (c *conn) InTransaction() bool { return c.inTransaction() }

// Begin implements db.Conn. The writer's transactions are serializable, whatever is asked.
// They begin as writers: one that turned into one later could find that it is too late.
func (c *conn) Begin(ctx context.Context, depth int, o db.TxOptions) error {
	switch {
	case depth > 0:
		return c.command(ctx, "SAVEPOINT "+savepoint(depth))
	case !o.ReadOnly:
		return c.command(ctx, "BEGIN IMMEDIATE")
	}
	err := c.command(ctx, "BEGIN")
	c.reads = err == nil
	return err
}

// Commit implements db.Conn.
func (c *conn) Commit(ctx context.Context, depth int) error {
	if !c.inTransaction() {
		return db.ErrAborted // an ON CONFLICT ROLLBACK, or a disk that is full
	}
	if depth > 0 {
		return c.command(ctx, "RELEASE "+savepoint(depth))
	}
	return c.command(ctx, "COMMIT")
}

// Rollback implements db.Conn.
func (c *conn) Rollback(ctx context.Context, depth int) error {
	if !c.inTransaction() {
		return nil
	}
	if depth > 0 {
		if err := c.command(ctx, "ROLLBACK TO "+savepoint(depth)); err != nil {
			return err
		}
		return c.command(ctx, "RELEASE "+savepoint(depth))
	}
	return c.command(ctx, "ROLLBACK")
}

// savepoint names the savepoint at that depth.
func savepoint(depth int) string { return "etamil_" + strconv.Itoa(depth) }
