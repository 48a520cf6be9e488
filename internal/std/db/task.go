package db

import (
	"context"

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
	do     func(context.Context) (T, error)
	finish func(*vm.Fiber, T, error) (value.Value, error)
	out    T
	err    error
	panics *vm.Panic
}

// Start implements vm.Starter.
func (w *task[T]) Start(ctx context.Context, wake func()) {
	go func() {
		w.panics = vm.Guard(func() { w.Do(ctx) })
		wake()
	}()
}

func (w *task[T]) Do(ctx context.Context) { w.out, w.err = w.do(ctx) }

func (w *task[T]) Finish(f *vm.Fiber) (value.Value, error) {
	if w.panics != nil {
		panic(w.panics)
	}
	return w.finish(f, w.out, w.err)
}

// wait makes the fiber wait for do, which runs on another goroutine and knows nothing
// of the fiber; finish makes the answer on the fiber's worker.
func wait[T any](f *vm.Fiber, do func(context.Context) (T, error), finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	return f.Wait(&task[T]{do: do, finish: finish})
}
