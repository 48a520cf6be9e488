package sched

import (
	"context"
	"slices"
	"strconv"
	"time"

	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// Driver gives tasks their turns.
type Driver interface {
	// Machine is where new tasks are made.
	Machine() *vm.Machine
	// Adopt takes a task that by has started: it is to have its first turn soon.
	Adopt(t, by *Task)
	// Resume has a task go on soon whose Wait is over.
	Resume(t *Task)
	// Halt ends what a task waits for outside, if it does: it then goes on.
	Halt(t *Task)
	// Finish is told that the children of a task whose fiber has ended are gone.
	Finish(t *Task)
	// Post has fn called on the driver's goroutine. It may be called from anywhere.
	Post(fn func())
	// Clock is the time of deadlines.
	Clock() Clock
	// Shared is what tasks of all drivers of a program have in common.
	Shared() *Shared
}

// Clock is where time comes from. It is safe for concurrent use.
type Clock interface {
	Now() time.Time
	// After calls wake once when d has passed, on any goroutine, unless stop came first.
	After(d time.Duration, wake func()) (stop func() bool)
}

// Task is a fiber with its place among others. A handle keeps its Task for as long as a
// value names it; what is only needed while it runs is its life, which the next one gets.
type Task struct {
	Fiber *vm.Fiber // nil once it has ended, of all but roots
	Data  any       // the driver's own

	*life // nil once it has ended, of all but roots

	driver Driver
	on     edge // whom it waits for
	seq    uint32
	bond   Bond
	root   bool
	seen   bool // somebody has asked how it ended

	refused bool // it has answered a failure
	lingers bool // the fiber has ended, children have not
	over    bool
	status  vm.Status // how it has ended
	result  vm.Parcel // what it has returned or thrown
	err     error
}

// Bond is whose a task is that another has started.
type Bond uint8

const (
	Held   Bond = iota // its starter's, which can ask how it has ended
	Unheld             // its starter's, which has kept nothing to ask with
	Apart              // nobody's child
)

// life is what a task is while it runs.
type life struct {
	group  *group
	parent *Task
	kids   *Task // the newest
	next   *Task // of the same parent
	prev   *Task
	depth  int // deadlines of the parent that it was started under

	wait      Wait // that it is in; nil: none
	ready     bool // it is to go on: its wait is over
	abandoned bool
	broken    error // why the wait can't end well
	party     party // its place in a channel's or lock's queue
	await     awaiting

	watchers  []watcher
	deadlines []*deadline
	locks     []*lock
	failed    []*Task // children that failed, and nobody has asked

	// Of the Scheduler.
	done   func(*vm.Fiber)
	cancel context.CancelFunc // of what it waits for outside
	panics *vm.Panic          // what that has panicked with
}

// lifeOf is the life of a task that begins on f: what is left of the last one's is f's.
func lifeOf(f *vm.Fiber) *life {
	l, _ := f.Kept.(*life)
	if l == nil {
		l = new(life)
		f.Kept = l
	}
	return l
}

// clear makes l ready for another task. The lists keep their room: they are short. What is
// seldom used is looked at first: storing nothing over nothing isn't free while Go's
// collector is at work.
func (l *life) clear() {
	l.group, l.parent, l.depth = nil, nil, 0
	l.kids, l.next, l.prev = nil, nil, nil
	l.wait, l.ready, l.abandoned, l.await.of = nil, false, false, nil
	if l.broken != nil {
		l.broken = nil
	}
	if l.party.t != nil || l.party.lock != nil || l.party.c != nil {
		l.party = party{}
	}
	l.watchers, l.deadlines, l.locks = l.watchers[:0], l.deadlines[:0], l.locks[:0]
	if l.failed != nil {
		l.failed = nil
	}
	if l.done != nil || l.cancel != nil || l.panics != nil {
		l.done, l.cancel, l.panics = nil, nil, nil
	}
}

// group is what the tasks of a program or request count together.
type group struct{ live int }

// watcher is told that a task has ended.
type watcher interface{ ended(t *Task) }

// Portable says that a handle of a task may go to any fiber.
func (t *Task) Portable() {}

// Init makes t the task of a fiber that nobody's task has started: a root.
func (t *Task) Init(d Driver, f *vm.Fiber) {
	l := lifeOf(f)
	l.clear()
	*t = Task{Fiber: f, Data: t.Data, driver: d, life: l, root: true}
	f.Sched = t
}

// Of is the task of a fiber, or nil.
func Of(f *vm.Fiber) *Task {
	switch x := f.Sched.(type) {
	case *Task:
		return x
	case Holder:
		return x.SchedTask()
	}
	return nil
}

// Holder is what a driver may give a root's fiber instead of a Task: most never need one.
type Holder interface{ SchedTask() *Task }

// Driver is who gives t its turns.
func (t *Task) Driver() Driver { return t.driver }

// Apart reports whether t was started to outlive who has started it.
func (t *Task) Apart() bool { return t.bond == Apart }

// Root reports whether no task has started t.
func (t *Task) Root() bool { return t.root }

// Starter is the fiber of the task that has started t and outlives it; nil: there is none.
func (t *Task) Starter() *vm.Fiber {
	if t.life == nil || t.parent == nil {
		return nil
	}
	return t.parent.Fiber
}

// Over reports whether t has ended.
func (t *Task) Over() bool { return t.over }

// Spawn starts a function as a task.
func (t *Task) Spawn(bond Bond, callee value.Value, args []value.Value) (*Task, error) {
	if t.group == nil {
		t.group = new(group)
	}
	m := t.driver.Machine()
	if most := m.Limits().Tasks; t.group.live >= most {
		return nil, vm.Fail(diag.RunTooManyTasks, strconv.Itoa(most))
	}
	f := m.NewFiber()
	if err := f.StartFrom(t.Fiber, bond == Apart, callee, args); err != nil {
		f.Release()
		return nil, err
	}
	k := &Task{Fiber: f, driver: t.driver, life: lifeOf(f), bond: bond}
	k.group = t.group
	f.Sched = k
	t.group.live++
	if bond != Apart {
		k.parent, k.next, k.depth = t, t.kids, len(t.deadlines)
		if t.kids != nil {
			t.kids.prev = k
		}
		t.kids = k
	}
	t.driver.Adopt(k, t)
	return k, nil
}

// Cancel tells t to end: an error with this code comes up in it.
func (t *Task) Cancel(code diag.Code) {
	if t.over || t.lingers {
		return
	}
	t.Fiber.Cancel(code)
	t.disturb()
}

// CancelKids cancels all children.
func (t *Task) CancelKids(code diag.Code) {
	for k := t.kids; k != nil; {
		next := k.next
		k.Cancel(code)
		k = next
	}
}

// disturb ends the wait that t is in.
func (t *Task) disturb() {
	if t.wait == nil {
		t.driver.Halt(t)
		return
	}
	if !t.abandoned {
		t.abandoned = true
		t.wait.Abandon(t)
	}
	t.wakeUp()
}

// fail ends the wait that t is in with an error.
func (t *Task) fail(err error) {
	t.broken = err
	t.disturb()
}

// Ended is called by the driver when t's fiber is Done or Failed. false says that there
// are children, which are now cancelled: the driver leaves t alone until its Finish is
// called. Then, or at once, it does what it does for an ended task, and calls Settle.
func (t *Task) Ended(status vm.Status) bool {
	t.status = status
	for len(t.locks) > 0 {
		t.locks[len(t.locks)-1].release(t)
	}
	for len(t.deadlines) > 0 {
		t.EndDeadline()
	}
	if t.kids == nil {
		return true
	}
	t.lingers = true
	t.CancelKids(diag.RunCancelled)
	if t.kids == nil { // they had nothing to do
		t.lingers = false
		return true
	}
	return false
}

// Status is how t's fiber has ended.
func (t *Task) Status() vm.Status { return t.status }

// maxFailed bounds how many children that have failed a task remembers: one that starts them without
// end must not grow by them.
const maxFailed = 64

// Unasked reports whether nobody will ask how t ends: then its driver tells what went wrong as soon as it has.
func (t *Task) Unasked() bool { return t.bond != Held }

// whyFailed is what has ended t, whose fiber is still there: an error, or a failure that it has answered, as by
// a ?. nil: it has come to its end.
func (t *Task) whyFailed() *vm.Error {
	if t.status == vm.Failed {
		return t.Fiber.Err()
	}
	return t.Fiber.Unhandled()
}

// Failed lists the children that have failed, or answered a failure, without anybody asking how they ended, the
// first of them. They are told of once: what a root leaves in its life is the next one's on its fiber.
func (t *Task) Failed() []*Task {
	list := t.failed
	t.failed = nil
	return slices.DeleteFunc(list, func(k *Task) bool { return k.seen })
}

// Err is why a task failed, or the failure that it has answered; nil: neither, or a failure that somebody was
// waiting for.
func (t *Task) Err() *vm.Error {
	if t.err == nil {
		return nil
	}
	return vm.AsError(t.err)
}

// Settle keeps how t has ended, gives a child's fiber back, and tells who waits for it.
func (t *Task) Settle() {
	t.over, t.lingers = true, false
	if t.Root() {
		return
	}
	t.group.live--
	f := t.Fiber
	t.outcome(f)
	t.Fiber = nil
	f.Release()
	p := t.parent
	if p != nil {
		t.unlink()
	}
	for i, w := range t.watchers {
		t.watchers[i] = nil
		w.ended(t)
	}
	t.life.clear()
	t.life = nil
	if p == nil {
		return
	}
	if t.err != nil && !t.seen && !t.Unasked() && !p.lingers && len(p.failed) < maxFailed {
		p.failed = append(p.failed, t)
	}
	if p.lingers && p.kids == nil {
		p.lingers = false
		p.driver.Finish(p)
	}
}

// outcome takes the result, or the error, out of the fiber. What its handles name is the
// parent's; without a parent only what needs no owner stays.
func (t *Task) outcome(f *vm.Fiber) {
	v := f.Result
	t.refused = t.status == vm.Done && f.Result().IsFail()
	switch {
	case t.status != vm.Done:
		t.err = f.Err()
		v = f.Thrown
	case t.refused && len(t.watchers) == 0 && t.bond == Held:
		t.err = f.Unhandled()
	}
	t.result, _ = f.Pack(v(), t.parent == nil)
}

// unlink takes t from its parent's children.
func (t *Task) unlink() {
	if t.prev != nil {
		t.prev.next = t.next
	} else {
		t.parent.kids = t.next
	}
	if t.next != nil {
		t.next.prev = t.prev
	}
	t.next, t.prev = nil, nil
}

// Outcome is what t, which is over, has returned, in f's memory, or the error that it has
// ended with.
func (t *Task) Outcome(f *vm.Fiber) (value.Value, error) {
	t.seen = true
	switch {
	case t.status == vm.Done:
		return f.Unpack(t.result), nil
	case t.result.Empty():
		return value.Nil, t.err
	}
	return value.Nil, f.Rethrow(f.Unpack(t.result))
}
