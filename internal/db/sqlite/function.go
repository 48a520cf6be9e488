package sqlite

import (
	"context"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"etamil/internal/db"
)

// Function is a function of the program that SQL can call.
type Function struct {
	Name  string
	Count int // arguments; -1: any number
	// Call runs it; the answer is a cell and its text. SQLite calls it in the middle of a
	// statement, from any connection's goroutine. It looks at stopped now and then.
	Call func(stopped func() bool, args *db.Table) (db.Cell, string, error)
}

// callback is a function as one connection has it.
type callback struct {
	e  *engine
	fn *Function
}

// create makes fn callable on the connection, in the place of an older one of that
// name and number of arguments.
func (e *engine) create(fn *Function) error {
	name, err := libc.CString(fn.Name)
	if err != nil {
		return errMemory
	}
	defer libc.Xfree(e.tls, name)
	key := register(&callback{e, fn})
	e.keys = append(e.keys, key)
	const flags = sqlite3.SQLITE_UTF8 | sqlite3.SQLITE_DETERMINISTIC
	rc := sqlite3.Xsqlite3_create_function_v2(e.tls, e.db, name, int32(fn.Count), flags, key, address(onCall), 0, 0, 0)
	if rc != sqlite3.SQLITE_OK {
		return e.fail(rc)
	}
	return nil
}

// address is a Go function as SQLite's C in Go calls it: the address of the
// function's value.
func address[T any](f T) uintptr { return *(*uintptr)(unsafe.Pointer(&f)) }

// onCall is SQLite calling a function.
func onCall(tls *libc.TLS, ctx uintptr, count int32, argv uintptr) {
	x, ok := callbacks.Load(sqlite3.Xsqlite3_user_data(tls, ctx))
	if !ok {
		return
	}
	cb := x.(*callback)
	var t db.Table
	for i := range int(count) {
		v := addressAt(argv, i)
		switch sqlite3.Xsqlite3_value_type(tls, v) {
		case sqlite3.SQLITE_INTEGER:
			t.Add(db.Cell{Kind: db.Integer, N: sqlite3.Xsqlite3_value_int64(tls, v)})
		case sqlite3.SQLITE_FLOAT:
			t.Add(db.RealCell(sqlite3.Xsqlite3_value_double(tls, v)))
		case sqlite3.SQLITE_TEXT:
			p := sqlite3.Xsqlite3_value_text(tls, v)
			t.AddText(db.Text, view(p, sqlite3.Xsqlite3_value_bytes(tls, v)))
		case sqlite3.SQLITE_BLOB:
			p := sqlite3.Xsqlite3_value_blob(tls, v)
			t.AddText(db.Blob, view(p, sqlite3.Xsqlite3_value_bytes(tls, v)))
		default:
			t.Add(db.Cell{})
		}
	}
	c, s, err := cb.fn.Call(cb.e.stopped, &t)
	if err != nil {
		c, s = db.Cell{Kind: db.Null}, cb.fn.Name+"(): "+err.Error()
	}
	p, cerr := libc.CString(s)
	if cerr != nil {
		sqlite3.Xsqlite3_result_error_nomem(tls, ctx)
		return
	}
	defer libc.Xfree(tls, p)
	switch n := int32(len(s)); {
	case err != nil:
		sqlite3.Xsqlite3_result_error(tls, ctx, p, n)
	case c.Kind == db.Null:
		sqlite3.Xsqlite3_result_null(tls, ctx)
	case c.Kind == db.Integer, c.Kind == db.Bool:
		sqlite3.Xsqlite3_result_int64(tls, ctx, c.N)
	case c.Kind == db.Real:
		sqlite3.Xsqlite3_result_double(tls, ctx, c.Real())
	case c.Kind == db.Blob:
		sqlite3.Xsqlite3_result_blob(tls, ctx, p, n, sqlite3.SQLITE_TRANSIENT)
	default:
		sqlite3.Xsqlite3_result_text(tls, ctx, p, n, sqlite3.SQLITE_TRANSIENT)
	}
}

// Register makes fn callable from SQL on every connection; c is the writer.
func (d *Database) Register(ctx context.Context, c db.Conn, fn *Function) error {
	d.registering.Lock()
	defer d.registering.Unlock()
	all := []*conn{c.(*conn)}
	defer func() {
		for _, c := range all[1:] {
			d.give(c, false)
		}
	}()
	for !d.memory && len(all) <= readers { // all at once, so that none is left out
		c, err := d.take(ctx, false)
		if err != nil {
			return err
		}
		if c.extra {
			d.extras.Add(-1)
			d.part(c)
			continue
		}
		all = append(all, c)
	}
	for _, c := range all {
		if err := c.create(fn); err != nil {
			return err
		}
	}
	d.mu.Lock()
	d.functions = append(d.functions[:len(d.functions):len(d.functions)], fn)
	d.version.Add(1)
	d.mu.Unlock()
	return nil
}

// answerForFiber makes last_insert_rowid() and changes() answer what the fiber
// that asks did last, on a connection that only reads and so would not know.
func (c *conn) answerForFiber() error {
	for i, name := range []string{"last_insert_rowid", "changes"} {
		z, err := libc.CString(name)
		if err != nil {
			return errMemory
		}
		defer libc.Xfree(c.tls, z)
		key := register(&fiberAnswer{c, i == 1})
		c.keys = append(c.keys, key)
		if rc := sqlite3.Xsqlite3_create_function_v2(c.tls, c.db, z, 0, sqlite3.SQLITE_UTF8, key, address(onFiberAnswer), 0, 0, 0); rc != sqlite3.SQLITE_OK {
			return c.fail(rc)
		}
	}
	return nil
}

type fiberAnswer struct {
	c       *conn
	changes bool
}

func onFiberAnswer(tls *libc.TLS, ctx uintptr, _ int32, _ uintptr) {
	x, ok := callbacks.Load(sqlite3.Xsqlite3_user_data(tls, ctx))
	if !ok {
		return
	}
	a := x.(*fiberAnswer)
	n := a.c.lastRow
	if a.changes {
		n = a.c.changed
	}
	sqlite3.Xsqlite3_result_int64(tls, ctx, n)
}

// rememberRow makes last_insert_rowid() on the writer what the fiber's own last
// insert made it.
func (e *engine) rememberRow(id int64) { sqlite3.Xsqlite3_set_last_insert_rowid(e.tls, e.db, id) }
