package host

import (
	"context"
	"sync"
	"time"

	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// ending is what ends a wait: the work or the cancellation of the fiber, whichever comes
// first. A fiber that goes on leaves nothing behind in its context.
type ending struct {
	once sync.Once
	mu   sync.Mutex
	drop func() bool // forgets the wait for the cancellation
}

// watch wakes the fiber when ctx is done, after stop; what it answers wakes it for
// another reason. The first counts.
func (e *ending) watch(ctx context.Context, wake func(), stop func()) (end func()) {
	end = func() { e.once.Do(wake) }
	drop := context.AfterFunc(ctx, func() {
		if stop != nil {
			stop()
		}
		end()
	})
	e.mu.Lock()
	e.drop = drop
	e.mu.Unlock()
	return end
}

// over is called by Finish.
func (e *ending) over() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.drop()
}

// block is Do for a Starter: for a scheduler that does not know Start.
func block(ctx context.Context, s vm.Starter) {
	done := make(chan struct{})
	s.Start(ctx, func() { close(done) })
	<-done
}

// work is a task made of two functions.
type work[T any] struct {
	ending
	do     func(context.Context) (T, error)
	finish func(*vm.Fiber, T, error) (value.Value, error)
	drop   func(T) // gives up what was made for a fiber that does not wait any more; nil: nothing
	ended  bool    // guarded by mu, as are the next four
	given  bool    // nobody will see what was made
	out    T
	err    error
	panics *vm.Panic
}

// Start does the work on a goroutine of its own. The fiber of a program that was
// cancelled does not wait for it: what blocks for ever, such as a pipe that nobody writes
// to, would hold it for ever.
func (w *work[T]) Start(ctx context.Context, wake func()) {
	end := w.watch(ctx, wake, nil)
	go func() {
		var out T
		var err error
		panics := vm.Guard(func() { out, err = w.do(ctx) })
		w.mu.Lock()
		w.out, w.err, w.panics, w.ended = out, err, panics, true
		given := w.given
		w.mu.Unlock()
		if given {
			w.giveUp()
		}
		end()
	}()
}

func (w *work[T]) Do(ctx context.Context) { block(ctx, w) }

func (w *work[T]) Finish(f *vm.Fiber) (value.Value, error) {
	w.over()
	w.mu.Lock()
	out, err, panics, ended := w.out, w.err, w.panics, w.ended
	w.mu.Unlock()
	if panics != nil {
		panic(panics)
	}
	if !ended {
		w.Drop() // it may end yet
		return value.Nil, vm.Fail(diag.RunCancelled)
	}
	return w.finish(f, out, err)
}

// Drop implements vm.Dropper.
func (w *work[T]) Drop() {
	w.mu.Lock()
	w.given = true
	ended := w.ended
	w.mu.Unlock()
	if ended {
		w.giveUp()
	}
}

// giveUp is called once, after the work has ended.
func (w *work[T]) giveUp() {
	if w.drop != nil && w.err == nil && w.panics == nil {
		w.drop(w.out)
	}
}

// Do makes the fiber wait for do, which runs on another goroutine and must not touch the
// fiber or its values: whatever it needs of them is copied before. finish makes the
// builtin's answer of what do answered, on the fiber's worker.
func Do[T any](f *vm.Fiber, do func(context.Context) (T, error), finish func(*vm.Fiber, T, error) (value.Value, error)) (value.Value, error) {
	return f.Wait(&work[T]{do: do, finish: finish})
}

// pause is a task that a clock ends.
type pause struct {
	ending
	clock  Clock
	d      time.Duration
	finish func(*vm.Fiber) (value.Value, error)
	timer  func() bool // stops it; guarded by mu
}

// Start sets the timer.
func (p *pause) Start(ctx context.Context, wake func()) {
	end := p.watch(ctx, wake, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.timer != nil {
			p.timer()
		}
	})
	stop := p.clock.After(p.d, end)
	p.mu.Lock()
	p.timer = stop
	p.mu.Unlock()
}

func (p *pause) Do(ctx context.Context) { block(ctx, p) }

// Finish makes the answer.
func (p *pause) Finish(f *vm.Fiber) (value.Value, error) {
	p.over()
	return p.finish(f)
}

// Sleep makes the fiber wait for that long by its host's clock; finish makes the answer.
// What the program has printed is written first, so that whoever watches sees it.
func Sleep(f *vm.Fiber, d time.Duration, finish func(*vm.Fiber) (value.Value, error)) (value.Value, error) {
	h := Of(f)
	_ = h.Out.Flush() // what is lost is counted there
	return f.Wait(&pause{clock: h.Clock, d: max(d, 0), finish: finish})
}
