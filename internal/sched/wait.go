package sched

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"

	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// Wait is a vm.Task that other tasks end.
type Wait interface {
	vm.Task
	// Begin notes that t waits. false says that there is nothing to wait for any more:
	// Finish can be called.
	Begin(t *Task) bool
	// Abandon forgets t, and takes back what it was given but has not seen.
	Abandon(t *Task)
}

// Begin is called by the driver when t's fiber is Waiting. local says that it is in a
// Wait, which the driver's Resume will end, and over that it is to go on as if that had
// been called. What it was given is taken back if it is told to end before it goes on.
func (t *Task) Begin() (local, over bool) {
	w, ok := t.Fiber.Task().(Wait)
	if !ok {
		return false, false
	}
	t.seq++
	t.wait, t.ready, t.abandoned = w, false, false
	t.broken = nil // of a wait that was ended for another reason before it could be told
	if w.Begin(t) {
		return true, false
	}
	t.ready = true
	if t.Fiber.Stopping() { // it will not see what it was given
		t.disturb()
	}
	return true, true
}

// Resumed is called by the driver before it resumes t's fiber.
func (t *Task) Resumed() {
	t.wait, t.ready = nil, false
	t.on.Store(nil)
}

// wakeUp has t go on, once.
func (t *Task) wakeUp() {
	if t.wait != nil && !t.ready {
		t.ready = true
		t.driver.Resume(t)
	}
}

// wake is wakeUp for the wait with that number, from any driver's goroutine.
func (t *Task) wake(seq uint32, me Driver) {
	if me == t.driver {
		t.wakeIn(seq)
		return
	}
	t.driver.Post(func() { t.wakeIn(seq) })
}

// wakeIn is wakeUp if t is still in that wait.
func (t *Task) wakeIn(seq uint32) {
	if t.seq == seq && !t.over {
		t.wakeUp()
	}
}

// block is what a Wait does as an ordinary vm.Task: nothing, as every driver knows Waits.
type block struct{}

func (block) Do(context.Context) { panic("sched: a Wait was given to a goroutine") }

// takeBroken is the error that has ended f's wait, once.
func takeBroken(f *vm.Fiber) error {
	t := Of(f)
	err := t.broken
	t.broken = nil
	return err
}

// edge is the one task that a task waits for. A circle of them is a deadlock.
type edge struct{ atomic.Pointer[Task] }

// maxCircle is how far a circle is looked for.
const maxCircle = 1 << 12

// circle lists the tasks that wait for each other, from t on, if t waiting for to closes
// a circle.
func circle(t, to *Task) []*Task {
	n := 1
	for x := to; x != t; x = x.on.Load() {
		if n++; x == nil || n > maxCircle {
			return nil
		}
	}
	list := []*Task{t}
	for x := to; x != nil && x != t && len(list) < n; x = x.on.Load() { // others may be changing it
		list = append(list, x)
	}
	return list
}

// maxTold is how many tasks a deadlock's report tells of.
const maxTold = 8

// deadlock is the error about tasks that wait for each other: its details say where each
// of them stands. here is the one of the driver that asks: others may be running.
func deadlock(tasks []*Task, here Driver) error {
	var b strings.Builder
	for i, t := range tasks {
		if i == maxTold {
			b.WriteString("…\n")
			break
		}
		if t.driver != here || t.Fiber == nil {
			b.WriteString("?\n")
			continue
		}
		b.WriteString(strings.Join(t.Fiber.Where(), " < "))
		b.WriteString("\n")
	}
	e := vm.AsError(vm.Fail(diag.RunDeadlock))
	e.Details = strings.TrimSuffix(b.String(), "\n")
	return e
}

// awaiting waits for the end of one task.
type awaiting struct {
	block
	of, by *Task
}

// Await makes f wait for the end of t, and gives what it returned.
func Await(f *vm.Fiber, t *Task) (value.Value, error) {
	me := Of(f)
	switch {
	case me == nil || t.driver != me.driver:
		return value.Nil, vm.Fail(diag.RunElsewhere)
	case t.over:
		return t.Outcome(f)
	}
	me.await.of, me.await.by = t, me
	return f.Wait(&me.await)
}

func (a *awaiting) Begin(t *Task) bool {
	if a.of.over {
		return false
	}
	if tasks := circle(t, a.of); tasks != nil {
		t.broken = deadlock(tasks, t.driver)
		return false
	}
	t.on.Store(a.of)
	a.of.watchers = append(a.of.watchers, a)
	return true
}

func (a *awaiting) ended(*Task) { a.by.wakeUp() }

func (a *awaiting) Abandon(*Task) { a.of.forget(a) }

func (a *awaiting) Finish(f *vm.Fiber) (value.Value, error) {
	if err := takeBroken(f); err != nil {
		return value.Nil, err
	}
	of := a.of
	a.of = nil
	return of.Outcome(f)
}

// forget takes a watcher away.
func (t *Task) forget(w watcher) {
	if t.over {
		return
	}
	for i, x := range t.watchers {
		if x == w {
			t.watchers = append(t.watchers[:i], t.watchers[i+1:]...)
			return
		}
	}
}

// gathering waits for several tasks that were started for it. When it is decided (one has
// failed, or answered a failure where none may, or, if it wants only the first, one has ended), the rest are
// cancelled; it is over when all have ended, so that nothing of them is left.
type gathering struct {
	block
	by    *Task
	tasks []*Task
	asked func(i int) bool // whether task i may answer no failure; nil: all may
	left  int
	first bool
	won   *Task // who has decided it
}

// All makes f wait for all these children of its task, and gives the list of what they
// returned. The first that fails decides. So does the first that answers a failure, of those that asked
// says may not: then that failure stands in the list for each of them. asked may be nil.
func All(f *vm.Fiber, tasks []*Task, asked func(i int) bool) (value.Value, error) {
	return f.Wait(&gathering{by: Of(f), tasks: tasks, asked: asked})
}

// First makes f wait for the first of these children of its task to end, and gives its
// place among them and what it returned.
func First(f *vm.Fiber, tasks []*Task) (value.Value, error) {
	return f.Wait(&gathering{by: Of(f), tasks: tasks, first: true})
}

func (g *gathering) Begin(*Task) bool {
	for _, k := range g.tasks {
		if !k.over {
			g.left++
			k.watchers = append(k.watchers, g)
		}
	}
	for _, k := range g.tasks {
		if k.over {
			g.decide(k)
		}
	}
	return g.left > 0
}

// decide looks at a task that has ended.
func (g *gathering) decide(k *Task) {
	k.seen = true
	if g.won != nil || !g.first && k.status == vm.Done && !g.refuses(k) {
		return
	}
	g.won = k
	g.cancel()
}

// refuses reports whether k has answered a failure that it may not.
func (g *gathering) refuses(k *Task) bool {
	return k.refused && g.asked != nil && g.asked(slices.Index(g.tasks, k))
}

func (g *gathering) cancel() {
	for _, k := range g.tasks {
		k.Cancel(diag.RunCancelled)
	}
}

func (g *gathering) ended(k *Task) {
	g.left--
	g.decide(k)
	if g.left == 0 {
		g.by.wakeUp()
	}
}

// Abandon cancels what was started for it. Each ends as a child of the one that waits.
func (g *gathering) Abandon(*Task) {
	for _, k := range g.tasks {
		k.seen = true
		k.forget(g)
	}
	g.cancel()
}

func (g *gathering) Finish(f *vm.Fiber) (value.Value, error) {
	if err := takeBroken(f); err != nil {
		return value.Nil, err
	}
	h := f.Heap()
	switch {
	case g.won != nil && g.won.status != vm.Done:
		return g.won.Outcome(f)
	case g.first && g.won == nil: // there are none
		return h.NewListOf([]value.Value{value.Int(-1), value.Nil}), nil
	}
	list := h.NewList(0, max(2, len(g.tasks)))
	if g.won != nil && !g.first {
		v, _ := g.won.Outcome(f) // the failure that it has answered
		for range g.tasks {
			value.Share(&v)
			h.Append(&list, v)
		}
		return list, nil
	}
	if g.first {
		for i, k := range g.tasks {
			if k == g.won {
				h.Append(&list, value.Int(i))
			}
		}
		v, _ := g.won.Outcome(f) // it is Done
		h.Append(&list, v)
		return list, nil
	}
	for _, k := range g.tasks {
		v, _ := k.Outcome(f)
		h.Append(&list, v)
	}
	return list, nil
}
