package sched

import (
	"context"
	"errors"
	"sync"

	"etamil/internal/diag"
	"etamil/vm"
)

// Slice is how many steps a fiber gets in one turn: about half a millisecond of loops.
const Slice = 50_000

// begin starts what a Waiting fiber waits for, and returns at once. When it is finished,
// or ctx is done and the task has given up, the fiber is resumed.
func (s *Scheduler) begin(ctx context.Context, e *entry) {
	t := e.f.Task()
	if starter, ok := t.(vm.Starter); ok {
		starter.Start(ctx, func() { s.wakeUp(e) })
		return
	}
	go func() {
		e.panics = vm.Guard(func() { t.Do(ctx) })
		s.wakeUp(e)
	}()
}

// Run runs one started fiber to its end and answers Done or Failed. When ctx is done,
// the fiber is cancelled.
func Run(ctx context.Context, f *vm.Fiber) vm.Status {
	s := New()
	s.Add(f, nil)
	s.Run(ctx)
	return f.Status()
}

// Scheduler runs any number of fibers of one Machine.
type Scheduler struct {
	ready []*entry
	live  map[*entry]struct{}

	mu      sync.Mutex
	woken   []*entry      // tasks have ended
	stopped bool          // Run is to return
	wake    chan struct{} // holds one when woken isn't empty or stopped
}

// entry is a fiber that hasn't ended.
type entry struct {
	f      *vm.Fiber
	done   func(*vm.Fiber)
	cancel context.CancelFunc // of the task it waits for
	panics *vm.Panic          // what that has panicked with
}

// New returns a Scheduler without fibers.
func New() *Scheduler {
	return &Scheduler{live: map[*entry]struct{}{}, wake: make(chan struct{}, 1)}
}

// Add takes a started fiber. done, which may be nil, is called on Run's goroutine when
// the fiber has ended; it may Add others. Add is called on that goroutine too, or before
// Run.
func (s *Scheduler) Add(f *vm.Fiber, done func(*vm.Fiber)) {
	e := &entry{f: f, done: done}
	s.live[e] = struct{}{}
	s.ready = append(s.ready, e)
}

// Len is how many fibers haven't ended.
func (s *Scheduler) Len() int { return len(s.live) }

// Stop makes Run return after the turn that it is in, and leave the fibers as they are:
// the program is to end now, whatever they do. It may be called from anywhere.
func (s *Scheduler) Stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	s.signal()
}

// Run returns when every fiber has ended, or after Stop. When ctx is done, all are
// cancelled; they still have the few steps that a cancelled fiber gets.
func (s *Scheduler) Run(ctx context.Context) {
	over := ctx.Done()
	for len(s.live) > 0 {
		if over != nil {
			select {
			case <-over:
				s.cancel(ctx)
				over = nil
			default:
			}
		}
		if len(s.ready) == 0 {
			select {
			case <-s.wake:
			case <-over:
				s.cancel(ctx)
				over = nil
			}
		}
		if !s.takeWoken(ctx) {
			return
		}
		if len(s.ready) > 0 {
			e := s.ready[0]
			s.ready = s.ready[1:]
			s.after(ctx, e, e.f.Run(Slice))
		}
	}
}

// takeWoken goes on with the fibers whose tasks have ended. It reports false when there
// is to be no going on.
func (s *Scheduler) takeWoken(ctx context.Context) bool {
	s.mu.Lock()
	woken, stopped := s.woken, s.stopped
	s.woken = nil
	s.mu.Unlock()
	if stopped {
		return false
	}
	for _, e := range woken {
		e.cancel() // the task has ended: this only frees its context
		e.cancel = nil
		if e.panics != nil {
			panic(e.panics)
		}
		s.after(ctx, e, e.f.Resume(Slice))
	}
	return true
}

// after does what a fiber's status asks for.
func (s *Scheduler) after(ctx context.Context, e *entry, status vm.Status) {
	switch status {
	case vm.Spent:
		s.ready = append(s.ready, e)
	case vm.Waiting:
		// A task outlives the scheduler's context by as long as it takes to notice.
		tctx, cancel := context.WithCancel(ctx)
		e.cancel = cancel
		s.begin(tctx, e)
	default:
		delete(s.live, e)
		if e.done != nil {
			e.done(e.f)
		}
	}
}

func (s *Scheduler) wakeUp(e *entry) {
	s.mu.Lock()
	s.woken = append(s.woken, e)
	s.mu.Unlock()
	s.signal()
}

func (s *Scheduler) signal() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// cancel ends all fibers, and what they wait for.
func (s *Scheduler) cancel(ctx context.Context) {
	code := diag.RunCancelled
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		code = diag.RunTimeout
	}
	for e := range s.live {
		e.f.Cancel(code)
		if e.cancel != nil {
			e.cancel()
		}
	}
}
