package sched

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"time"

	"etamil/internal/diag"
	"etamil/vm"
)

// Slice is how many steps a fiber gets in one turn: about half a millisecond of loops.
const Slice = 50_000

// Run runs one started fiber to its end and answers Done or Failed. When ctx is done,
// the fiber is cancelled.
func Run(ctx context.Context, f *vm.Fiber) vm.Status {
	s := New()
	s.Add(f, nil)
	s.Run(ctx)
	return f.Status()
}

// Scheduler runs any number of fibers of one Machine, and the tasks that they start. It is
// a Driver.
type Scheduler struct {
	// Time is what deadlines are held to; nil is the system's clock.
	Time Clock
	// Alone says that nobody but the tasks of this Scheduler can let one of them go on
	// that waits for another: when all do, it is a deadlock.
	Alone bool
	// Common is what its tasks share with those of other drivers; nil: nothing.
	Common *Shared
	// Lost is told of each error, or failure that was answered, of a task about whose end nobody has asked:
	// at once where nobody can, else when the one that has started it ends. It may be nil.
	Lost func(e *vm.Error)
	// Pick chooses which of n tasks is next, in the order in which they became ready; nil
	// takes the first. Tests try other orders with it.
	Pick func(n int) int
	// Loop is where its tasks may leave descriptors; nil: nowhere.
	Loop vm.Poller
	// Idle is called when no task is ready, and reports whether it has let anything happen;
	// nil does nothing. Tests move their clock in it.
	Idle func() bool

	m      *vm.Machine
	ready  []*Task // from head on
	head   int
	held   *Task              // waits since Turn, and begins that with Run
	tops   map[*Task]struct{} // roots, and tasks apart, that haven't ended
	shared Shared
	out    int // tasks that wait outside, and deadlines

	news    atomic.Bool // there is any of the following: most turns find none, and take no lock
	mu      sync.Mutex
	woken   []*Task       // what they have waited for outside has ended
	posted  []func()      // see Post
	stopped bool          // Run is to return
	wake    chan struct{} // holds one when there is any of these
}

// New returns a Scheduler without fibers.
func New() *Scheduler {
	return &Scheduler{tops: map[*Task]struct{}{}, wake: make(chan struct{}, 1)}
}

// Add takes a started fiber. done, which may be nil, is called on Run's goroutine when
// the fiber and all that it has started have ended; it may Add others. Add is called on
// that goroutine too, or before Run. All fibers are of one Machine.
func (s *Scheduler) Add(f *vm.Fiber, done func(*vm.Fiber)) {
	s.m = f.Machine()
	t := &Task{}
	t.Init(s, f)
	t.done = done
	s.tops[t] = struct{}{}
	s.ready = append(s.ready, t)
}

// Len is how many fibers, and tasks started apart, haven't ended.
func (s *Scheduler) Len() int { return len(s.tops) }

// Stop makes Run return after the turn that it is in, and leave the fibers as they are:
// the program is to end now, whatever they do. It may be called from anywhere.
func (s *Scheduler) Stop() {
	s.mu.Lock()
	s.stopped = true
	s.news.Store(true)
	s.mu.Unlock()
	s.signal()
}

// Run returns when every fiber has ended, or after Stop. When ctx is done, all are
// cancelled; they still have the few steps that a cancelled fiber gets.
func (s *Scheduler) Run(ctx context.Context) {
	if t := s.held; t != nil {
		s.held = nil
		s.after(ctx, t, vm.Waiting)
	}
	over := ctx.Done()
	for len(s.tops) > 0 {
		if over != nil {
			select {
			case <-over:
				s.cancel(ctx)
				over = nil
			default:
			}
		}
		if s.head == len(s.ready) && (s.Idle == nil || s.news.Load() || !s.Idle()) {
			if s.Alone && s.out == 0 && !s.news.Load() {
				s.deadlock()
				continue
			}
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
		if s.head < len(s.ready) {
			s.turn(ctx, s.next())
		}
	}
}

// Turn gives the first fiber a slice of steps, before Run and without its context: what the
// fiber waits for begins with Run, which must follow unless Len is 0. So who runs many short
// programs can make the context for the long ones only.
func (s *Scheduler) Turn() {
	t := s.next()
	if status := t.Fiber.Run(Slice); status == vm.Waiting {
		s.held = t
	} else {
		s.after(context.Background(), t, status)
	}
}

// next takes a task out of the queue.
func (s *Scheduler) next() *Task {
	if s.Pick != nil {
		i := s.head + s.Pick(len(s.ready)-s.head)
		t := s.ready[i]
		copy(s.ready[s.head+1:i+1], s.ready[s.head:i])
		s.ready[s.head] = t
	}
	t := s.ready[s.head]
	s.ready[s.head] = nil
	if s.head++; s.head == len(s.ready) {
		s.ready, s.head = s.ready[:0], 0
	}
	return t
}

// turn gives a task a slice of steps.
func (s *Scheduler) turn(ctx context.Context, t *Task) {
	switch {
	case t.lingers:
		s.over(t) // its children are gone
	case t.Fiber.Status() == vm.Waiting:
		t.Resumed()
		s.after(ctx, t, t.Fiber.Resume(Slice))
	default:
		s.after(ctx, t, t.Fiber.Run(Slice))
	}
}

// takeWoken takes what came from outside. It reports false when there is to be no going
// on.
func (s *Scheduler) takeWoken(ctx context.Context) bool {
	if !s.news.Load() {
		return true
	}
	s.mu.Lock()
	woken, posted, stopped := s.woken, s.posted, s.stopped
	s.news.Store(stopped)
	s.woken, s.posted = nil, nil
	s.mu.Unlock()
	if stopped {
		return false
	}
	for _, fn := range posted {
		fn()
	}
	for _, t := range woken {
		s.out--
		t.cancel() // the wait is over: this only frees its context
		t.cancel = nil
		if t.panics != nil {
			panic(t.panics)
		}
		s.push(t)
	}
	return true
}

// after does what a fiber's status asks for.
func (s *Scheduler) after(ctx context.Context, t *Task, status vm.Status) {
	switch status {
	case vm.Spent:
		s.push(t)
	case vm.Waiting:
		switch local, over := t.Begin(); {
		case over:
			s.push(t)
		case !local:
			s.begin(ctx, t)
		}
	default:
		if t.Ended(status) {
			s.over(t)
		}
	}
}

// begin starts what a fiber waits for outside, and returns at once. When it is finished,
// or ctx is done and it has given up, the fiber is resumed. It outlives ctx by as long as
// it takes to notice.
func (s *Scheduler) begin(ctx context.Context, t *Task) {
	s.out++
	ctx, t.cancel = context.WithCancel(ctx)
	task := t.Fiber.Task()
	if starter, ok := task.(vm.Starter); ok {
		if p, ok := task.(vm.Polled); ok && s.Loop != nil {
			p.On(s.Loop)
		}
		starter.Start(ctx, func() { s.wakeUp(t) })
		if g, ok := task.(vm.Gatherer); ok && g.Of() != nil {
			g.Leave()
		}
		return
	}
	go func() {
		t.panics = vm.Guard(func() { task.Do(ctx) })
		s.wakeUp(t)
	}()
}

// over is the end of a task and of all that it has started.
func (s *Scheduler) over(t *Task) {
	root, f := t.Root(), t.Fiber
	if root || t.Apart() {
		delete(s.tops, t)
	}
	if s.Lost != nil {
		s.tellLost(t)
	}
	t.Settle()
	if root && t.done != nil {
		t.done(f)
	}
}

// tellLost tells what nobody has asked about, of t and what it has started.
func (s *Scheduler) tellLost(t *Task) {
	if t.Unasked() {
		if e := t.whyFailed(); e != nil {
			s.Lost(e)
		}
	}
	for _, k := range t.Failed() {
		s.Lost(k.Err())
	}
}

func (s *Scheduler) push(t *Task) { s.ready = append(s.ready, t) }

// Machine implements Driver.
func (s *Scheduler) Machine() *vm.Machine { return s.m }

// Adopt implements Driver.
func (s *Scheduler) Adopt(t, _ *Task) {
	if t.Apart() {
		s.tops[t] = struct{}{}
	}
	s.push(t)
}

// Resume implements Driver.
func (s *Scheduler) Resume(t *Task) { s.push(t) }

// Finish implements Driver.
func (s *Scheduler) Finish(t *Task) { s.over(t) }

// Halt implements Driver.
func (s *Scheduler) Halt(t *Task) {
	if t.cancel != nil {
		t.cancel()
	}
}

// Post implements Driver.
func (s *Scheduler) Post(fn func()) {
	s.mu.Lock()
	s.posted = append(s.posted, fn)
	s.news.Store(true)
	s.mu.Unlock()
	s.signal()
}

// Shared implements Driver.
func (s *Scheduler) Shared() *Shared {
	if s.Common != nil {
		return s.Common
	}
	return &s.shared
}

// Clock implements Driver.
func (s *Scheduler) Clock() Clock { return counted{s} }

// counted is the clock, and counts what is to come from it.
type counted struct{ s *Scheduler }

func (c counted) Now() time.Time {
	if c.s.Time == nil {
		return time.Now()
	}
	return c.s.Time.Now()
}

// After is called on the driver's goroutine, and so is stop.
func (c counted) After(d time.Duration, wake func()) func() bool {
	c.s.out++
	counting := true
	done := func() {
		if counting {
			counting = false
			c.s.out--
		}
	}
	fired := func() {
		wake()
		c.s.Post(done) // not before: with nothing to come any more it would be a deadlock
	}
	var stop func() bool
	if c.s.Time == nil {
		stop = time.AfterFunc(d, fired).Stop
	} else {
		stop = c.s.Time.After(d, fired)
	}
	return func() bool {
		ok := stop()
		if ok {
			done()
		}
		return ok
	}
}

func (s *Scheduler) wakeUp(t *Task) {
	s.mu.Lock()
	s.woken = append(s.woken, t)
	s.news.Store(true)
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
	for t := range s.tops {
		if t.lingers {
			continue
		}
		t.Cancel(code)
	}
}

// deadlock tells the tasks at the top that they wait for nothing that could come.
func (s *Scheduler) deadlock() {
	var all []*Task
	for t := range s.tops {
		all = t.appendWaiting(all)
	}
	for t := range s.tops {
		if !t.lingers {
			t.fail(deadlock(all, s))
			return
		}
	}
	// What lingers waits for children that were cancelled already: each of them is in a
	// wait that it has begun since. It can't happen, as such a wait fails at once.
	panic("sched: cancelled tasks wait for each other")
}

// appendWaiting appends t and its children, if they wait for others.
func (t *Task) appendWaiting(list []*Task) []*Task {
	if t.wait != nil {
		list = append(list, t)
	}
	for k := t.kids; k != nil; k = k.next {
		list = k.appendWaiting(list)
	}
	return list
}
