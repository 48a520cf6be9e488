package db

import (
	"context"
	"errors"

	"etamil/internal/db"
	"etamil/internal/value"
	"etamil/vm"
)

// task is a vm.Task made of two functions. Unlike host.Do's it is over only when its
// work is, also when the fiber is cancelled: SQLite stops when it is told to, and a
// fiber must not go on, or end, while a statement of its own is still running.
//
// It has a goroutine of its own, whatever the scheduler does with others. Statements
// that wait for the writer, in goroutines of which there are only so many, would leave
// none for the transaction that has the writer, which they wait for.
type task[T any] struct {
	begin  func(ctx context.Context, on db.Poller, end func(T, error)) (began bool) // nil: only do
	of     db.Async                                                                 // begin's
	on     db.Poller                                                                // nil: none
	do     func(context.Context) (T, error)
	finish func(*vm.Fiber, T, error) (value.Value, error)
	drop   func(T) // gives up what was made for a fiber that has been told to end; nil: nothing
	out    T
	err    error
	panics *vm.Panic
}

// Start implements vm.Starter. What the database's own goroutines can do has none here.
func (w *task[T]) Start(ctx context.Context, wake func()) {
	if w.begin != nil && w.begin(ctx, w.on, func(out T, err error) {
		w.out, w.err = out, err
		wake()
	}) {
		return
	}
	spawn(func() {
		w.panics = vm.Guard(func() { w.Do(ctx) })
		wake()
	})
}

// On implements vm.Polled.
func (w *task[T]) On(p vm.Poller) { w.on = p }

// Leave implements vm.Gatherer.
func (w *task[T]) Leave() {
	if w.of != nil {
		w.of.Leave(w.on)
	}
}

// Of implements vm.Gatherer.
func (w *task[T]) Of() any { return w.of }

func (w *task[T]) Do(ctx context.Context) { w.out, w.err = w.do(ctx) }

// Drop implements vm.Dropper.
func (w *task[T]) Drop() {
	if w.drop != nil && w.err == nil && w.panics == nil {
		w.drop(w.out)
	}
}

func (w *task[T]) Finish(f *vm.Fiber) (value.Value, error) {
	if w.panics != nil {
		panic(w.panics)
	}
	var bug *db.Panic // on a goroutine of the database's
	if errors.As(w.err, &bug) {
		panic(&vm.Panic{Value: bug.Value, Stack: bug.Stack})
	}
	return w.finish(f, w.out, w.err)
}

// wait makes the fiber wait for do, which runs on another goroutine and knows nothing
// of the fiber; finish makes the answer on the fiber's worker.
func wait[T any](f *vm.Fiber, do func(context.Context) (T, error), finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	return f.Wait(&task[T]{do: do, finish: finish})
}

// waitFor is wait for what must be given up: drop does so, and must not block, where the fiber has been
// told to end before it could have it.
func waitFor[T any](f *vm.Fiber, do func(context.Context) (T, error), drop func(T), finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	return f.Wait(&task[T]{do: do, drop: drop, finish: finish})
}
