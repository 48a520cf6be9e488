package db

import (
	"context"
	"errors"
	"strings"
	"sync"

	"etamil/internal/db"
	"etamil/internal/decimal"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Bind binds the builtins of databases to l.
func (s *Service) Bind(l *vm.Linker) {
	b := binder{s, l.Type("database")}
	host.Bind(l, []host.Native{
		{ID: "db_connect", Min: 3, Max: 3, Run: b.connect},
		{ID: "db_disconnect", Min: 1, Max: 1, Run: b.disconnect},
		{ID: "db_query", Min: 3, Max: 3, Run: b.query},
		{ID: "db_execute", Min: 3, Max: 3, Run: b.execute},
		{ID: "tryQuery", Min: 2, Max: 2, Run: b.tryQuery},
		{ID: "tryExecute", Min: 2, Max: 2, Run: b.tryExecute},
		{ID: "query_async", Min: 1, Max: 3, Run: b.queryAsync},
		{ID: "registerFunction", Min: 3, Max: 4, Run: b.registerFunction},
		{ID: "database", Run: b.database},
	})
	for name, run := range map[string]vm.Native{
		"வினா": b.handleQuery, "viZA": b.handleQuery, "query_async": b.handleQuery, "query": b.handleQuery,
		"ஒன்று": b.handleOne, "oZRu": b.handleOne, "one": b.handleOne,
		"செய்": b.handleExecute, "cey": b.handleExecute, "execute": b.handleExecute,
	} {
		l.Method("database", name, 1, 2, run)
	}
	for _, name := range []string{"பல_சேர்", "pala_cEr", "insert_many"} {
		l.Method("database", name, 2, 3, b.insertMany)
	}
	b.bindTransactions(l)
	b.bindPools(l)
	b.bindStreams(l)
	b.bindListeners(l)
}

type binder struct {
	s   *Service
	typ uint32 // of the handle குறி
}

func (b binder) connect(f *vm.Fiber, a []value.Value) (value.Value, error) {
	word, source, name := host.Copy(f, &a[0]), host.Copy(f, &a[1]), optional(f, &a[2])
	return wait(f, func(context.Context) (struct{}, error) {
		return struct{}{}, b.s.connect(word, source, name)
	}, nothing)
}

func (b binder) disconnect(f *vm.Fiber, a []value.Value) (value.Value, error) {
	word := host.Copy(f, &a[0])
	return wait(f, func(context.Context) (struct{}, error) {
		return struct{}{}, b.s.disconnect(word, f)
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

// maxBytes bounds the answer of one query, as a program that forgot LIMIT must not
// take the server's memory.
const maxBytes = 256 << 20

func newStatement(f *vm.Fiber, sql, params *value.Value) (*statement, error) {
	q := &statement{Statement: db.Statement{SQL: host.Copy(f, sql), MaxBytes: maxBytes}}
	if limit := f.Heap().Limit(); limit > 0 {
		q.MaxBytes = min(maxBytes, limit)
	}
	if strings.IndexByte(q.SQL, 0) >= 0 {
		return nil, host.Raise("db.error", "SQL இல் பூஜ்ஜியக் குறியீடு உள்ளது", "the SQL holds a zero byte")
	}
	var err error
	q.Params, err = arguments(f, params)
	return q, err
}

// listOnly is for the statements of the language, whose parameters are a list.
func listOnly(f *vm.Fiber, v *value.Value) error {
	if v.IsList() {
		return nil
	}
	return host.Need(f, "மதிப்புகளின் அணி", "a list of parameters", v)
}

func (b binder) query(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if err := listOnly(f, &a[1]); err != nil {
		return value.Nil, err
	}
	return say(b, f, &a[0], &a[1], optional(f, &a[2]), forRows, giveRows)
}

func (b binder) execute(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if err := listOnly(f, &a[1]); err != nil {
		return value.Nil, err
	}
	return say(b, f, &a[0], &a[1], optional(f, &a[2]), forCount,
		func(_ *vm.Fiber, _ int64, err error) (value.Value, error) { return value.Nil, databaseError(err) })
}

// say runs SQL on the connection of that name; without one on the only connection, or
// where the configuration says if there is none.
func say[T any](b binder, f *vm.Fiber, sql, params *value.Value, name string,
	do way[T], finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	q, err := newStatement(f, sql, params)
	if err != nil {
		return value.Nil, err
	}
	if name == "" && !b.s.connected() {
		switch source, err := b.source(f); {
		case err != nil:
			return value.Nil, err
		case source != "":
			return b.with(f, nil, run(b, q, do, finish))
		}
	}
	d, err := b.s.find(name)
	if err != nil {
		return value.Nil, err
	}
	return run(b, q, do, finish)(f, d)
}

// run is the statement as with takes it.
func run[T any](b binder, q *statement, do way[T],
	finish func(*vm.Fiber, T, error) (value.Value, error)) func(*vm.Fiber, db.Database) (value.Value, error) {
	return func(f *vm.Fiber, d db.Database) (value.Value, error) {
		q.d, q.session = d, b.s.sessionOf(f, d, !db.SeemsToRead(q.SQL))
		return f.Wait(do.task(q, finish))
	}
}

// source is where the default database is said to be; "" if nobody says so.
func (b binder) source(f *vm.Fiber) (string, error) {
	if err := b.s.settle(); err != nil {
		return "", err
	}
	source := b.s.Default
	if env := host.Of(f).Env; source == "" && env != nil {
		source, _ = env("DATABASE_URL")
	}
	return source, nil
}

// giveRows is the rows of a query, or its error.
func giveRows(f *vm.Fiber, t *db.Table, err error) (value.Value, error) {
	if err != nil {
		return value.Nil, databaseError(err)
	}
	return rows(f, t, t.Len()), nil
}

// giveOne is the first row, or nil.
func giveOne(f *vm.Fiber, t *db.Table, err error) (value.Value, error) {
	if err != nil {
		return value.Nil, databaseError(err)
	}
	list := rows(f, t, 1)
	if list.List().Len() == 0 {
		return value.Nil, nil
	}
	return *list.List().At(0), nil
}

func giveCount(_ *vm.Fiber, n int64, err error) (value.Value, error) {
	if err != nil {
		return value.Nil, databaseError(err)
	}
	return value.Number(decimal.FromInt(n)), nil
}

func (b binder) tryQuery(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return attempt(b, f, a, forRows, giveRows)
}

func (b binder) tryExecute(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return attempt(b, f, a, forCount, giveCount)
}

// attempt is say with a result instead of an error.
func attempt[T any](b binder, f *vm.Fiber, a []value.Value,
	do way[T], finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	if !a[1].IsList() {
		return failure(f, paramsError("வினாவின் மதிப்புகள் ஓர் அணியாக இருக்க வேண்டும்", "the parameters must be a list"))
	}
	v, err := say(b, f, &a[0], &a[1], "", do, try(finish))
	if err != nil && !vm.Waits(err) {
		return failure(f, err)
	}
	return v, err
}

// try makes a result of what finish answers.
func try[T any](finish func(*vm.Fiber, T, error) (value.Value, error)) func(*vm.Fiber, T, error) (value.Value, error) {
	return func(f *vm.Fiber, x T, err error) (value.Value, error) {
		v, err := finish(f, x, err)
		if err != nil {
			return failure(f, err)
		}
		return host.Success(f, v)
	}
}

// failure is a failure result with what an error says.
func failure(f *vm.Fiber, err error) (value.Value, error) {
	text := err.Error()
	var e *vm.Error
	if errors.As(err, &e) {
		text = e.Message
	}
	h := f.Heap()
	return h.Fail(h.NewText(host.Valid(text))), nil
}

// queryAsync is query_async(sql, params) or query_async(database, sql, params).
func (b binder) queryAsync(f *vm.Fiber, a []value.Value) (value.Value, error) {
	var at *pool
	if x := f.HandleOf(a[0], b.typ); x != nil {
		at, _ = x.(*pool)
		a = a[1:]
	}
	if len(a) == 0 || len(a) > 2 {
		return value.Nil, host.Raise("argument", "SQL உம் மதிப்புகளும் வேண்டும்", "query_async takes SQL and its parameters")
	}
	return ask(b, f, at, a, forRows, giveRows)
}

func (b binder) handleQuery(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return ask(b, f, b.poolOf(f, a[0]), a[1:], forRows, giveRows)
}

func (b binder) handleOne(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return ask(b, f, b.poolOf(f, a[0]), a[1:], forRows, giveOne)
}

func (b binder) handleExecute(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return ask(b, f, b.poolOf(f, a[0]), a[1:], forCount, giveCount)
}

// ask runs SQL with its parameters, which may be left out, on a pool or, for nil, the
// default database.
func ask[T any](b binder, f *vm.Fiber, at *pool, a []value.Value,
	do way[T], finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	none := value.Nil
	params := &none
	if len(a) > 1 {
		params = &a[1]
	}
	q, err := newStatement(f, &a[0], params)
	if err != nil {
		return value.Nil, err
	}
	return b.with(f, at, run(b, q, do, finish))
}

// with runs what needs the database of a pool or, for nil, the default one, which is
// opened if the program has connected none.
func (b binder) with(f *vm.Fiber, at *pool, run func(*vm.Fiber, db.Database) (value.Value, error)) (value.Value, error) {
	if at != nil {
		return run(f, at.Database)
	}
	inDefault := func(f *vm.Fiber) (value.Value, error) {
		d, err := b.s.find("")
		if err != nil {
			return value.Nil, err
		}
		return run(f, d)
	}
	if b.s.connected() {
		return inDefault(f)
	}
	source, err := b.source(f)
	if err != nil {
		return value.Nil, err
	}
	return wait(f, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, b.s.connectDefault(ctx, source)
	}, func(f *vm.Fiber, _ struct{}, err error) (value.Value, error) {
		if err != nil {
			return value.Nil, err
		}
		return inDefault(f)
	})
}

// handleOf is the value that names the default database, one for each image that
// asks.
type handleOf struct {
	mu      sync.Mutex
	byImage map[*vm.Image]value.Value
}

// database is the default database, which programs call குறி.
func (b binder) database(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	o := &b.s.handle
	o.mu.Lock()
	defer o.mu.Unlock()
	img := f.Machine().Image()
	v, ok := o.byImage[img]
	if !ok {
		if o.byImage == nil {
			o.byImage = map[*vm.Image]value.Value{}
		}
		v = img.NewGlobalHandle(b.typ, b.s)
		o.byImage[img] = v
	}
	return v, nil
}
