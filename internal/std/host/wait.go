package host

import (
	"context"
	"sync"
	"time"

	"etamil/internal/value"
	"etamil/vm"
)

// work is a vm.Task made of two functions.
type work[T any] struct {
	do     func(context.Context) (T, error)
	finish func(*vm.Fiber, T, error) (value.Value, error)
	out    T
	err    error
}

func (w *work[T]) Do(ctx context.Context)                  { w.out, w.err = w.do(ctx) }
func (w *work[T]) Finish(f *vm.Fiber) (value.Value, error) { return w.finish(f, w.out, w.err) }

// Do makes the fiber wait for do, which runs on another goroutine and must not touch the
// fiber or its values: whatever it needs of them is copied before. finish makes the
// builtin's answer of what do answered, on the fiber's worker.
func Do[T any](f *vm.Fiber, do func(context.Context) (T, error), finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	return f.Wait(&work[T]{do: do, finish: finish})
}

// pause is a task that a clock ends, or the fiber's cancellation.
type pause struct {
	clock  Clock
	d      time.Duration
	finish func(*vm.Fiber) (value.Value, error)

	once sync.Once
	mu   sync.Mutex
	drop func() bool // forgets the wait for the cancellation
}

// Start sets the timer.
func (p *pause) Start(ctx context.Context, wake func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	end := func() { p.once.Do(wake) }
	stop := p.clock.After(p.d, end)
	p.drop = context.AfterFunc(ctx, func() {
		stop()
		end()
	})
}

// Do is the same for a scheduler that does not know Start.
func (p *pause) Do(ctx context.Context) {
	done := make(chan struct{})
	p.Start(ctx, func() { close(done) })
	<-done
}

// Finish makes the answer. A program that sleeps in an endless loop must leave nothing
// behind in its context.
func (p *pause) Finish(f *vm.Fiber) (value.Value, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.drop()
	return p.finish(f)
}

// Sleep makes the fiber wait for that long by its host's clock; finish makes the answer.
// What the program has printed is written first, so that whoever watches sees it.
func Sleep(f *vm.Fiber, d time.Duration, finish func(*vm.Fiber) (value.Value, error)) (value.Value, error) {
	h := Of(f)
	_ = h.Out.Flush() // what is lost is counted there
	return f.Wait(&pause{clock: h.Clock, d: max(d, 0), finish: finish})
}

// forever is a task that only cancellation ends.
type forever struct{}

func (forever) Start(ctx context.Context, wake func()) { context.AfterFunc(ctx, wake) }
func (forever) Do(ctx context.Context)                 { <-ctx.Done() }

func (forever) Finish(*vm.Fiber) (value.Value, error) { return value.Nil, nil }

// Never makes the fiber wait until it is cancelled.
func Never(f *vm.Fiber) (value.Value, error) { return f.Wait(forever{}) }
