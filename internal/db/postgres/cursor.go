package postgres

import (
	"context"
	"slices"
	"strconv"

	"etamil/internal/db"
)

// cursor is a cursor as SQL declares one: between two FETCHes the connection is free for
// other statements of its transaction, and the server keeps nothing but its place.
type cursor struct {
	db.Abandon
	c    *conn
	name string
	most int // bytes of what one FETCH may bring
	over bool
}

// Open implements db.Conn. Outside of a transaction it begins one, which only reads; who has
// the connection rolls it back by giving it back.
func (c *conn) Open(ctx context.Context, q *db.Statement) (db.Cursor, error) {
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if len(db.PostgreSQL.Split(q.SQL)) != 1 {
		return nil, db.ParamsError("ஓடைக்கு ஒரே ஒரு கட்டளை வேண்டும்", "a stream takes one statement")
	}
	if !c.InTransaction() {
		if err := c.Begin(ctx, 0, db.TxOptions{ReadOnly: true}); err != nil {
			return nil, err
		}
	}
	if err := c.catchUp(ctx); err != nil {
		return nil, db.Ended(ctx, err)
	}
	c.sweep(ctx)
	c.last++
	x := &cursor{c: c, name: "etamil_c" + strconv.Itoa(c.last), most: q.MaxBytes}
	one := *q
	one.SQL = "DECLARE " + x.name + " NO SCROLL CURSOR FOR " + q.SQL
	s, err := c.prepare(ctx, one.SQL, q.Params.Names != nil, "")
	if err != nil {
		return nil, db.Ended(ctx, err)
	}
	if _, err := c.exchange(ctx, s, &q.Params, nil, 0); err != nil {
		return nil, db.Ended(ctx, err)
	}
	c.cursors = append(c.cursors, x)
	return x, nil
}

// sweep closes the cursors that nobody reads any more. The server is asked which of them there are:
// a savepoint may have taken some away, and an error here would end the program's transaction.
func (c *conn) sweep(ctx context.Context) {
	var gone []string
	c.cursors = slices.DeleteFunc(c.cursors, func(x *cursor) bool {
		if x.Closed() || x.over {
			gone = append(gone, x.name)
			return true
		}
		return false
	})
	if len(gone) == 0 || c.pg.TxStatus() != 'T' {
		return
	}
	var t db.Table
	if _, err := c.once(ctx, "SELECT name FROM pg_cursors WHERE name LIKE 'etamil\\_c%'", &t, maxNames); err != nil {
		return
	}
	for i := range t.Cells {
		if name := string(t.TextOf(&t.Cells[i])); slices.Contains(gone, name) {
			_, _ = c.once(ctx, "CLOSE "+name, nil, 0)
		}
	}
}

// maxNames bounds the names of cursors that are open at once, in bytes.
const maxNames = 1 << 20

// Next implements db.Cursor.
func (x *cursor) Next(ctx context.Context, t *db.Table, rows int) error {
	if x.over {
		*t = db.Table{}
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	sql := "FETCH FORWARD " + strconv.Itoa(rows) + " FROM " + x.name
	if _, err := x.c.once(ctx, sql, t, x.most); err != nil {
		return db.Ended(ctx, err)
	}
	x.over = t.Len() < rows
	return nil
}
