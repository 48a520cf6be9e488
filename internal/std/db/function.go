package db

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"unsafe"

	"modernc.org/libc"
	sqlite3 "modernc.org/sqlite/lib"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Bounds of one call of a registered function: SQL that calls it for each row must
// not hold a connection for ever.
const (
	functionSteps  = 1_000_000
	functionSlice  = 50_000 // after so many it looks whether the statement is to end
	functionMemory = 64 << 20
)

// function is a function of the program that SQL can call. SQLite calls it in the
// middle of a statement, so it runs on a machine of its own, one call at a time,
// and can't wait: it must be pure. It sees the program's names as they stood when
// it was registered.
type function struct {
	name  string
	count int // arguments; -1: any number

	mu     sync.Mutex
	m      *vm.Machine
	callee value.Value
	keep   *value.Frozen // owns what callee captured
}

func newFunction(f *vm.Fiber, name string, count int, callee value.Value) *function {
	fn := &function{name: name, count: count}
	fn.m = vm.NewMachine(f.Machine().Image(), vm.Limits{Memory: functionMemory})
	fn.m.Data = host.Of(f)
	fn.m.Use(vm.Freeze(f))
	fn.callee, fn.keep = value.Freeze(callee)
	return fn
}

// callback is a function as one connection has it.
type callback struct {
	e  *engine
	fn *function
}

// create makes fn callable on the connection, in the place of an older one of that
// name and number of arguments.
func (e *engine) create(fn *function) error {
	name, err := libc.CString(fn.name)
	if err != nil {
		return errMemory
	}
	defer libc.Xfree(e.tls, name)
	key := register(&callback{e, fn})
	e.keys = append(e.keys, key)
	const flags = sqlite3.SQLITE_UTF8 | sqlite3.SQLITE_DETERMINISTIC
	rc := sqlite3.Xsqlite3_create_function_v2(e.tls, e.db, name, int32(fn.count), flags, key, address(onCall), 0, 0, 0)
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
	var t table
	for i := range int(count) {
		v := addressAt(argv, i)
		switch sqlite3.Xsqlite3_value_type(tls, v) {
		case sqlite3.SQLITE_INTEGER:
			t.cells = append(t.cells, cell{kind: integer, n: sqlite3.Xsqlite3_value_int64(tls, v)})
		case sqlite3.SQLITE_FLOAT:
			t.cells = append(t.cells, realCell(sqlite3.Xsqlite3_value_double(tls, v)))
		case sqlite3.SQLITE_TEXT:
			p := sqlite3.Xsqlite3_value_text(tls, v)
			t.text(text, view(p, sqlite3.Xsqlite3_value_bytes(tls, v)))
		case sqlite3.SQLITE_BLOB:
			p := sqlite3.Xsqlite3_value_blob(tls, v)
			t.text(blob, view(p, sqlite3.Xsqlite3_value_bytes(tls, v)))
		default:
			t.cells = append(t.cells, cell{})
		}
	}
	c, s, err := cb.fn.call(cb.e, &t)
	if err != nil {
		c, s = cell{kind: null}, cb.fn.name+"(): "+err.Error()
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
	case c.kind == null:
		sqlite3.Xsqlite3_result_null(tls, ctx)
	case c.kind == integer:
		sqlite3.Xsqlite3_result_int64(tls, ctx, c.n)
	case c.kind == real:
		sqlite3.Xsqlite3_result_double(tls, ctx, c.real())
	case c.kind == blob:
		sqlite3.Xsqlite3_result_blob(tls, ctx, p, n, sqlite3.SQLITE_TRANSIENT)
	default:
		sqlite3.Xsqlite3_result_text(tls, ctx, p, n, sqlite3.SQLITE_TRANSIENT)
	}
}

// call runs the function; the answer is a cell and its text.
func (fn *function) call(e *engine, args *table) (cell, string, error) {
	fn.mu.Lock()
	defer fn.mu.Unlock()
	f := fn.m.NewFiber()
	defer f.Release()
	vals := make([]value.Value, len(args.cells))
	for i := range vals {
		vals[i] = column(f.Heap(), args, &args.cells[i])
	}
	if !f.Start(fn.callee, vals...) {
		return cell{}, "", f.Err()
	}
	for range functionSteps / functionSlice {
		switch f.Run(functionSlice) {
		case vm.Done:
			r := f.Result()
			c, s := bound(f, &r)
			return c, s, nil
		case vm.Failed:
			return cell{}, "", f.Err()
		case vm.Waiting:
			return cell{}, "", errors.New("a function that SQL calls can't wait")
		}
		if e.stopped() {
			return cell{}, "", errors.New("interrupted")
		}
	}
	return cell{}, "", fmt.Errorf("more than %d steps", functionSteps)
}

// register makes fn callable from SQL on every connection of d, x's transaction
// included.
func (d *database) register(ctx context.Context, x *session, fn *function) error {
	d.registering.Lock()
	defer d.registering.Unlock()
	var all []*conn
	defer func() {
		for _, c := range all {
			d.give(c, false)
		}
	}()
	for !d.memory && len(all) < readers { // all at once, so that none is left out
		c, err := d.take(ctx, false)
		if err != nil {
			return err
		}
		all = append(all, c)
	}
	w, err := x.writer(ctx)
	if err != nil {
		return err
	}
	defer x.settle(w)
	for _, c := range append(all[:len(all):len(all)], w) {
		if err := c.create(fn); err != nil {
			return err
		}
	}
	d.mu.Lock()
	d.functions = append(d.functions[:len(d.functions):len(d.functions)], fn)
	d.mu.Unlock()
	return nil
}

// registerFunction is தளம்_செயல்_பதிவு(name, count, f [, handle]).
func (b binder) registerFunction(f *vm.Fiber, a []value.Value) (value.Value, error) {
	name := host.Copy(f, &a[0])
	count, err := host.Whole(&a[1], "அளவுருக்களின் எண்ணிக்கை", "the number of arguments")
	if err != nil {
		return value.Nil, err
	}
	if count < -1 || count > maxFunctionArgs {
		return value.Nil, host.Raise("argument", "அளவுருக்களின் எண்ணிக்கை -1 முதல் 127 வரை",
			"the number of arguments is from -1 (any) to 127")
	}
	if !a[2].IsFunc() {
		return value.Nil, host.Need(f, "ஒரு செயல்", "a function", &a[2])
	}
	handle := ""
	if len(a) > 3 {
		handle = optional(f, &a[3])
	}
	d, err := b.s.find(handle)
	if err != nil {
		return failure(f, err)
	}
	fn, x := newFunction(f, name, count, a[2]), b.s.sessionOf(f, d, true)
	return wait(f, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, d.register(ctx, x, fn)
	}, func(f *vm.Fiber, _ struct{}, err error) (value.Value, error) {
		if err != nil {
			return failure(f, databaseError(err))
		}
		return host.Success(f, value.Nil)
	})
}

// maxFunctionArgs is SQLite's limit.
const maxFunctionArgs = 127

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
