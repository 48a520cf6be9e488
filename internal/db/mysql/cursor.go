package mysql

import (
	"context"
	"database/sql/driver"
	"io"

	"etamil/internal/db"
)

// cursor is rows that come as they are read: the server sends no more than the connection
// holds. Until the last has come nothing else can be asked on that connection; MySQL
// has no other kind that keeps its rows out of memory.
type cursor struct {
	db.Abandon
	c      *conn
	my     *stmt
	rows   driver.Rows
	names  []string
	types  []string
	most   int
	hangUp context.CancelFunc
}

// errReading is what other statements get while rows are coming.
var errReading error = &db.Error{Code: db.CodeBusy,
	Tamil:   "இந்தப் பரிவர்த்தனையின் இணைப்பில் ஓர் ஓடை இன்னும் படிக்கப்படுகிறது; MySQL இல் அது முடியும் வரை வேறு கட்டளை முடியாது",
	English: "a stream is still being read on this transaction's connection: MySQL takes no other statement until it ends"}

// A server gives up a client that doesn't read for a minute; who reads a stream may take longer.
const (
	patient   = "SET SESSION net_write_timeout = 86400"
	impatient = "SET SESSION net_write_timeout = DEFAULT"
)

// Open implements db.Conn.
func (c *conn) Open(ctx context.Context, q *db.Statement) (db.Cursor, error) {
	if len(db.MySQL.Split(q.SQL)) != 1 {
		return nil, db.ParamsError("ஓடைக்கு ஒரே ஒரு கட்டளை வேண்டும்", "a stream takes one statement")
	}
	if err := c.finish(ctx); err != nil {
		return nil, err
	}
	inner, hangUp := context.WithCancel(context.WithoutCancel(ctx))
	x := &cursor{c: c, most: q.MaxBytes, hangUp: hangUp}
	err := c.watched(ctx, hangUp, func() (err error) {
		if _, err = c.my.ExecContext(inner, patient, nil); err != nil {
			return newError(err)
		}
		if x.my, err = c.prepare(inner, q.SQL, &q.Params); err != nil {
			return newError(err)
		}
		args, err := x.my.arguments(&q.Params)
		if err != nil {
			return err
		}
		if x.rows, err = x.my.my.QueryContext(inner, args); err != nil {
			return newError(err)
		}
		return nil
	})
	if x.rows == nil {
		if x.my != nil && !db.IsLost(err) {
			_ = x.my.my.Close()
		}
		hangUp()
		return nil, err
	}
	c.cursor = x
	x.names, x.types = columnsOf(x.rows)
	if err != nil {
		x.Close()
		return nil, err
	}
	return x, nil
}

// Next implements db.Cursor.
func (x *cursor) Next(ctx context.Context, t *db.Table, rows int) error {
	*t = db.Table{Names: x.names}
	if x.c.cursor != x {
		return nil
	}
	var end bool
	err := x.c.watched(ctx, x.hangUp, func() error {
		row := make([]driver.Value, len(x.names))
		for range rows {
			if err := x.rows.Next(row); err == io.EOF {
				end = true
				return nil
			} else if err != nil {
				return newError(err)
			}
			for i, v := range row {
				decode(t, x.types[i], v)
			}
			if t.Size() > x.most {
				return db.TooLarge(x.most)
			}
		}
		return nil
	})
	if end || err != nil {
		x.Close()
	}
	if end {
		return x.c.finish(ctx)
	}
	return err
}

// finish makes the connection ready for another statement: what is left of a stream that nobody
// reads any more is thrown away. One that is still being read is an error.
func (c *conn) finish(ctx context.Context) error {
	x := c.cursor
	if x == nil {
		return nil
	}
	if !x.Closed() {
		return errReading
	}
	err := c.watched(ctx, x.hangUp, x.rows.Close)
	c.cursor = nil
	if err == nil {
		err = x.my.my.Close()
	}
	if err == nil {
		_, err = c.my.ExecContext(context.Background(), impatient, nil)
	}
	x.hangUp()
	if err != nil {
		c.stateful = true
		return newError(err)
	}
	return nil
}

// columnsOf are the names and the types of rows.
func columnsOf(r driver.Rows) (names, types []string) {
	names = r.Columns()
	types = make([]string, len(names))
	if typed, ok := r.(driver.RowsColumnTypeDatabaseTypeName); ok {
		for i := range types {
			types[i] = typed.ColumnTypeDatabaseTypeName(i)
		}
	}
	return names, types
}
