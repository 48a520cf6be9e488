package db

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"etamil/internal/db"
	"etamil/internal/db/sqlite"
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
	mu     sync.Mutex
	m      *vm.Machine
	callee value.Value
	keep   *value.Frozen // owns what callee captured
}

func newFunction(f *vm.Fiber, callee value.Value) *function {
	fn := &function{}
	fn.m = vm.NewMachine(f.Machine().Image(), vm.Limits{Memory: functionMemory})
	fn.m.Data = host.Of(f)
	fn.m.Use(vm.Freeze(f))
	fn.callee, fn.keep = f.Freeze(callee)
	return fn
}

// call runs the function; the answer is a cell and its text.
func (fn *function) call(stopped func() bool, args *db.Table) (db.Cell, string, error) {
	fn.mu.Lock()
	defer fn.mu.Unlock()
	f := fn.m.NewFiber()
	defer f.Release()
	vals := make([]value.Value, len(args.Cells))
	for i := range vals {
		vals[i] = column(f.Heap(), args, &args.Cells[i])
	}
	if !f.Start(fn.callee, vals...) {
		return db.Cell{}, "", f.Err()
	}
	for range functionSteps / functionSlice {
		switch f.Run(functionSlice) {
		case vm.Done:
			r := f.Result()
			c, s := bound(f, &r)
			return c, s, nil
		case vm.Failed:
			return db.Cell{}, "", f.Err()
		case vm.Waiting:
			return db.Cell{}, "", errors.New("a function that SQL calls can't wait")
		}
		if stopped() {
			return db.Cell{}, "", errors.New("interrupted")
		}
	}
	return db.Cell{}, "", fmt.Errorf("more than %d steps", functionSteps)
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
	file, ok := d.(*sqlite.Database)
	if !ok {
		return failure(f, host.Raise("db.unsupported", "தளம்_செயல்_பதிவு SQLite இல் மட்டும்", "only SQLite can call functions of the program"))
	}
	fn, x := newFunction(f, a[2]), b.s.sessionOf(f, d, true)
	return wait(f, func(ctx context.Context) (struct{}, error) {
		c, err := x.connection(ctx)
		if err != nil {
			return struct{}{}, err
		}
		defer x.settle(c)
		return struct{}{}, file.Register(ctx, c, &sqlite.Function{Name: name, Count: count, Call: fn.call})
	}, func(f *vm.Fiber, _ struct{}, err error) (value.Value, error) {
		if err != nil {
			return failure(f, databaseError(err))
		}
		return host.Success(f, value.Nil)
	})
}

// maxFunctionArgs is SQLite's limit.
const maxFunctionArgs = 127
