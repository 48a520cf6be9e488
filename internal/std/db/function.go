package db

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"

	"modernc.org/sqlite"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// sqlSteps bounds one call of a registered function: SQL that calls it for each
// row must not hold a connection for ever.
const sqlSteps = 1_000_000

// function is a function of the program that SQL can call. SQLite calls it in
// the middle of a statement, so it runs on a machine of its own, one call at a
// time, and can't wait: it must be pure.
type function struct {
	mu     sync.Mutex
	m      *vm.Machine
	callee value.Value
	keep   *value.Frozen // owns what callee captured
}

func newFunction(f *vm.Fiber, callee value.Value) *function {
	fn := &function{m: vm.NewMachine(f.Machine().Image(), vm.Limits{})}
	fn.callee, fn.keep = value.Freeze(callee)
	return fn
}

// call runs the function for SQLite.
func (fn *function) call(_ *sqlite.FunctionContext, args []driver.Value) (driver.Value, error) {
	fn.mu.Lock()
	defer fn.mu.Unlock()
	f := fn.m.NewFiber()
	defer f.Release()
	vals := make([]value.Value, len(args))
	for i, x := range args {
		vals[i] = column(f.Heap(), x)
	}
	if !f.Start(fn.callee, vals...) {
		return nil, f.Err()
	}
	switch f.Run(sqlSteps) {
	case vm.Done:
		r := f.Result()
		return bound(f, &r)
	case vm.Failed:
		return nil, f.Err()
	case vm.Spent:
		return nil, fmt.Errorf("more than %d steps", sqlSteps)
	}
	return nil, errors.New("a function that SQL calls can't wait")
}

// register makes fn callable from SQL on every connection of d. Connections know
// functions from their beginning only, so all are opened again; what is in
// memory is carried over.
func (d *database) register(ctx context.Context, name string, count int32, fn *function) error {
	w, err := d.take(ctx, true)
	if err != nil {
		return err
	}
	if err := d.driver.RegisterDeterministicScalarFunction(name, count, fn.call); err != nil {
		d.give(w, true)
		return err
	}
	fresh, err := d.reopen(w, false)
	if err != nil {
		d.give(w, true)
		return err
	}
	d.give(fresh, true)
	if d.memory {
		return nil
	}
	for range readers {
		r, err := d.take(ctx, false)
		if err != nil {
			return err
		}
		fresh, err := d.reopen(r, true)
		if err != nil {
			d.give(r, false)
			return err
		}
		d.give(fresh, false)
	}
	return nil
}

// memoryImage is a connection that can give and take a whole database.
type memoryImage interface {
	Serialize() ([]byte, error)
	Deserialize([]byte) error
}

// reopen opens a connection in the place of old and closes old.
func (d *database) reopen(old *conn, readOnly bool) (*conn, error) {
	fresh, err := d.connect(readOnly)
	if err != nil {
		return nil, err
	}
	if d.memory {
		image, err := old.Conn.(memoryImage).Serialize()
		if err == nil && len(image) > 0 {
			err = fresh.Conn.(memoryImage).Deserialize(image)
		}
		if err != nil {
			_ = fresh.close() // it is empty
			return nil, err
		}
	}
	return fresh, old.close()
}

// registerFunction is தளம்_செயல்_பதிவு(name, count, f [, handle]).
func (b binder) registerFunction(f *vm.Fiber, a []value.Value) (value.Value, error) {
	name := host.Copy(f, &a[0])
	count, err := host.Whole(&a[1], "அளவுருக்களின் எண்ணிக்கை", "the number of arguments")
	if err != nil {
		return value.Nil, err
	}
	if !a[2].IsFunc() {
		return value.Nil, host.Need(f, "ஒரு செயல்", "a function", &a[2])
	}
	handle := ""
	if len(a) > 3 {
		handle = optional(f, &a[3])
	}
	d, err := b.s.find(handle, false, "")
	if err != nil {
		return failure(f, err)
	}
	fn := newFunction(f, a[2])
	return host.Do(f, func(ctx context.Context) (struct{}, error) {
		return struct{}{}, d.register(ctx, name, int32(min(max(count, -1), 127)), fn)
	}, func(f *vm.Fiber, _ struct{}, err error) (value.Value, error) {
		if err != nil {
			return failure(f, databaseError(err))
		}
		return host.Success(f, value.Nil)
	})
}
