package db

import (
	"context"
	"errors"
	"strings"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"etamil/internal/decimal"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Bind binds the builtins of databases to l.
func (s *Service) Bind(l *vm.Linker) {
	b := binder{s, l.Type("database.session"), l.Type("database")}
	l.Bind("db_connect", 3, 3, b.connect)
	l.Bind("db_disconnect", 1, 1, b.disconnect)
	l.Bind("db_query", 3, 3, b.query)
	l.Bind("db_execute", 3, 3, b.execute)
	l.Bind("tryQuery", 2, 2, b.tryQuery)
	l.Bind("tryExecute", 2, 2, b.tryExecute)
	l.Bind("query_async", 1, 3, b.queryAsync)
	l.Bind("registerFunction", 3, 4, b.registerFunction)
	l.Bind("database", 0, 0, b.handle)
	l.Method("database", "query_async", 1, 2, b.handleQuery)
	l.Method("database", "one", 1, 2, b.handleOne)
	l.Method("database", "execute", 1, 2, b.handleExecute)
}

type binder struct {
	s       *Service
	session uint32 // handle types
	typ     uint32
}

func (b binder) connect(f *vm.Fiber, a []value.Value) (value.Value, error) {
	word, source, name := host.Copy(f, &a[0]), host.Copy(f, &a[1]), optional(f, &a[2])
	return host.Do(f, func(context.Context) (struct{}, error) {
		return struct{}{}, b.s.connect(word, source, name)
	}, nothing)
}

func (b binder) disconnect(f *vm.Fiber, a []value.Value) (value.Value, error) {
	word := host.Copy(f, &a[0])
	return host.Do(f, func(context.Context) (struct{}, error) {
		return struct{}{}, b.s.disconnect(word)
	}, nothing)
}

func nothing(_ *vm.Fiber, _ struct{}, err error) (value.Value, error) { return value.Nil, err }

// optional is an argument that may be nil.
func optional(f *vm.Fiber, v *value.Value) string {
	if v.IsNil() {
		return ""
	}
	return host.Copy(f, v)
}

// prepare copies a statement out of the fiber. create: the default database is
// opened if none is.
func (b binder) prepare(f *vm.Fiber, sql, params *value.Value, name string, create bool) (*statement, error) {
	q := &statement{sql: host.Copy(f, sql)}
	var err error
	if q.args, err = arguments(f, params); err != nil {
		return nil, err
	}
	source := ""
	if env := host.Of(f).Env; create && env != nil {
		source, _ = env("DATABASE_URL")
	}
	if q.d, err = b.s.find(name, create, source); err != nil {
		return nil, err
	}
	q.s = b.s.sessionOf(f, q.d, b.session, kindOf(q.sql) == begins)
	return q, nil
}

func (b binder) query(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[1].IsList() {
		return value.Nil, host.Need(f, "மதிப்புகளின் அணி", "a list of parameters", &a[1])
	}
	q, err := b.prepare(f, &a[0], &a[1], optional(f, &a[2]), false)
	if err != nil {
		return value.Nil, err
	}
	return host.Do(f, q.query, give)
}

func (b binder) execute(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[1].IsList() {
		return value.Nil, host.Need(f, "மதிப்புகளின் அணி", "a list of parameters", &a[1])
	}
	q, err := b.prepare(f, &a[0], &a[1], optional(f, &a[2]), false)
	if err != nil {
		return value.Nil, err
	}
	return host.Do(f, q.execute, func(_ *vm.Fiber, _ int64, err error) (value.Value, error) {
		return value.Nil, databaseError(err)
	})
}

// give is the rows of a query, or its error.
func give(f *vm.Fiber, t *table, err error) (value.Value, error) {
	if err != nil {
		return value.Nil, databaseError(err)
	}
	return rows(f, t), nil
}

func giveCount(_ *vm.Fiber, n int64, err error) (value.Value, error) {
	if err != nil {
		return value.Nil, databaseError(err)
	}
	return value.Number(decimal.FromInt(n)), nil
}

func (b binder) tryQuery(f *vm.Fiber, a []value.Value) (value.Value, error) {
	q, err := b.prepareTry(f, a)
	if err != nil {
		return failure(f, err)
	}
	return host.Do(f, q.query, func(f *vm.Fiber, t *table, err error) (value.Value, error) {
		if err != nil {
			return failure(f, databaseError(err))
		}
		return host.Success(f, rows(f, t))
	})
}

func (b binder) tryExecute(f *vm.Fiber, a []value.Value) (value.Value, error) {
	q, err := b.prepareTry(f, a)
	if err != nil {
		return failure(f, err)
	}
	return host.Do(f, q.execute, func(f *vm.Fiber, n int64, err error) (value.Value, error) {
		if err != nil {
			return failure(f, databaseError(err))
		}
		return host.Success(f, value.Number(decimal.FromInt(n)))
	})
}

func (b binder) prepareTry(f *vm.Fiber, a []value.Value) (*statement, error) {
	if !a[1].IsList() {
		return nil, host.Raise("db.params", "வினாவின் மதிப்புகள் ஓர் அணியாக இருக்க வேண்டும்", "the parameters must be a list")
	}
	return b.prepare(f, &a[0], &a[1], "", false)
}

// failure is a failure result with what an error says.
func failure(f *vm.Fiber, err error) (value.Value, error) {
	var e *vm.Error
	h := f.Heap()
	if errors.As(err, &e) {
		return h.Fail(h.NewText(e.Message)), nil
	}
	return h.Fail(h.NewText(host.Valid(err.Error()))), nil
}

// queryAsync is query_async(sql, params) or query_async(database, sql, params).
func (b binder) queryAsync(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if f.HandleOf(a[0], b.typ) != nil {
		a = a[1:]
	}
	if len(a) == 0 || len(a) > 2 {
		return value.Nil, host.Raise("argument", "SQL உம் மதிப்புகளும் வேண்டும்", "query_async needs SQL and its parameters")
	}
	return b.ask(f, a, give)
}

func (b binder) ask(f *vm.Fiber, a []value.Value, finish func(*vm.Fiber, *table, error) (value.Value, error)) (value.Value, error) {
	none := value.Nil
	params := &none
	if len(a) > 1 {
		params = &a[1]
	}
	q, err := b.prepare(f, &a[0], params, "", true)
	if err != nil {
		return value.Nil, err
	}
	return host.Do(f, q.query, finish)
}

// handle is the default database, which programs call குறி.
func (b binder) handle(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	return f.NewHandle(b.typ, b.s), nil
}

func (b binder) handleQuery(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return b.ask(f, a[1:], give)
}

func (b binder) handleOne(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return b.ask(f, a[1:], func(f *vm.Fiber, t *table, err error) (value.Value, error) {
		if err != nil {
			return value.Nil, databaseError(err)
		}
		if len(t.rows) == 0 {
			return value.Nil, nil
		}
		t.rows = t.rows[:1]
		list := rows(f, t)
		return *list.List().At(0), nil
	})
}

func (b binder) handleExecute(f *vm.Fiber, a []value.Value) (value.Value, error) {
	none := value.Nil
	params := &none
	if len(a) > 2 {
		params = &a[2]
	}
	q, err := b.prepare(f, &a[1], params, "", true)
	if err != nil {
		return value.Nil, err
	}
	return host.Do(f, q.execute, giveCount)
}

// databaseError gives an error of the database the code that programs test.
func databaseError(err error) error {
	var known *vm.Error
	if err == nil || errors.As(err, &known) {
		return err
	}
	code := "db.error"
	var e *sqlite.Error
	switch {
	case errors.Is(err, errClosed):
		code = "db.closed"
	case errors.Is(err, context.DeadlineExceeded):
		code = "db.timeout"
	case errors.As(err, &e):
		switch e.Code() & 0xff {
		case sqlite3.SQLITE_CONSTRAINT:
			code = "db.constraint"
		case sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED:
			code = "db.busy"
		case sqlite3.SQLITE_INTERRUPT:
			code = "db.cancelled"
		case sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR:
			code = "db.disk"
		}
	}
	text := strings.TrimSpace(host.Valid(err.Error()))
	return host.Raise(code, "தரவுதளப் பிழை", "database error: "+text)
}
