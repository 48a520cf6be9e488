package postgres

import (
	"context"
	"net"
	"strconv"

	"github.com/jackc/pgx/v5/pgconn"

	"etamil/internal/db"
)

// BEGIN and SAVEPOINT are held back until there is a statement behind them, and go with it in one message: a
// transaction costs a round trip less, and none at all where nothing is done in it. What they would have said by
// themselves is the error of that statement then.

// held is what begins a transaction, at depth 0, or a savepoint inside it.
type held struct {
	sql   string
	depth int
}

// Begin implements db.Conn.
func (c *conn) Begin(ctx context.Context, depth int, o db.TxOptions) error {
	if depth > 0 && c.pg.TxStatus() == 'E' {
		return c.control(ctx, "SAVEPOINT "+savepoint(depth)) // the server says what is wrong
	}
	if c.pg.IsClosed() {
		return lost(net.ErrClosed)
	}
	c.held = append(c.held, held{beginning(depth, o), depth})
	return nil
}

// beginning is what begins a transaction, or the savepoint at that depth inside it.
func beginning(depth int, o db.TxOptions) string {
	if depth > 0 {
		return "SAVEPOINT " + savepoint(depth)
	}
	sql := "BEGIN"
	if o.Isolation != db.Default {
		sql += " ISOLATION LEVEL " + o.Isolation.SQL()
	}
	if o.ReadOnly {
		sql += " READ ONLY"
	}
	return sql
}

// Commit implements db.Conn.
func (c *conn) Commit(ctx context.Context, depth int) error {
	if c.drop(depth) {
		return nil
	}
	if depth > 0 {
		return c.control(ctx, "RELEASE SAVEPOINT "+savepoint(depth))
	}
	tag, err := c.controlled(ctx, "COMMIT")
	if err == nil && tag.String() != "COMMIT" {
		return db.ErrAborted // it says ROLLBACK, and no error
	}
	return err
}

// Rollback implements db.Conn.
func (c *conn) Rollback(ctx context.Context, depth int) error {
	if c.drop(depth) || !c.InTransaction() {
		return nil
	}
	if depth > 0 {
		return c.control(ctx, "ROLLBACK TO SAVEPOINT "+savepoint(depth), "RELEASE SAVEPOINT "+savepoint(depth))
	}
	return c.control(ctx, "ROLLBACK")
}

// drop forgets what was held back from that depth on, and reports whether that is all that there was of it.
func (c *conn) drop(depth int) bool {
	for i := range c.held {
		if c.held[i].depth >= depth {
			all := c.held[i].depth == depth
			c.held = c.held[:i]
			return all
		}
	}
	return false
}

// savepoint names the savepoint at that depth.
func savepoint(depth int) string { return "etamil_" + strconv.Itoa(depth) }

// catchUp sends what was held back, for what can't go behind it in the same message.
func (c *conn) catchUp(ctx context.Context) error {
	var list []string
	for _, h := range c.held {
		list = append(list, h.sql)
	}
	c.held = nil
	if len(list) == 0 {
		return nil
	}
	return c.control(ctx, list...)
}

// control runs commands of our own, which take nothing, in one message.
func (c *conn) control(ctx context.Context, commands ...string) error {
	_, err := c.controlled(ctx, commands...)
	return err
}

// controlled is control with the tag of the last one.
func (c *conn) controlled(ctx context.Context, commands ...string) (tag pgconn.CommandTag, err error) {
	b := c.out[:0]
	for _, sql := range commands {
		b = c.appendCommand(b, sql)
	}
	stop := c.watch(ctx)
	defer stop()
	if err := c.send(append(b, syncMessage...)); err != nil {
		return tag, err
	}
	for _, sql := range commands {
		if tag, err = c.commanded(sql); err != nil {
			break
		}
	}
	if failed := c.ready(); err == nil {
		err = failed
	}
	return tag, db.Ended(ctx, err)
}

// appendCommand appends what runs a command; the first time on this connection it is prepared with it.
func (c *conn) appendCommand(b []byte, sql string) []byte {
	name := ""
	if !c.pooler {
		name = "etamil_" + sql
	}
	if !c.commands[sql] {
		b = appendMessage(b, 'C', append(append([]byte{'S'}, name...), 0)) // it may have been prepared, and failed then
		b = appendParse(b, name, sql, nil)
	}
	bind := append(append(make([]byte, 1, 64), name...), 0, 0, 0, 0, 0, 0, 0)
	return append(appendMessage(b, 'B', bind), execute...)
}

// commanded takes the answer to a command.
func (c *conn) commanded(sql string) (tag pgconn.CommandTag, err error) {
	told, err := c.answer(&command, nil, 0)
	if err != nil {
		if stale(err) {
			clear(c.commands) // somebody's function has dropped them
		}
		return tag, err
	}
	c.commands[sql] = !c.pooler
	return pgconn.NewCommandTag(string(told)), nil
}

// command is the statement of what gives no rows.
var command stmt
