package serve

import (
	"time"

	"etamil/internal/sched"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/loop"
	"etamil/vm"
)

// This file makes a worker the driver of the tasks that its requests start: each is a job
// like theirs, with a turn on the loop and moved off it when it computes for long.

// SchedTask implements sched.Holder: the task that the job's fiber is.
func (j *job) SchedTask() *sched.Task {
	if j.task == nil {
		j.task = &sched.Task{Data: j}
		j.task.Init(j.w, j.f)
	}
	return j.task
}

// child is the owner of a task that a request, a timer or another task has started.
type child struct{ job }

// relative is the Data of a child's fiber: it has no request of its own, but its lines in
// the log tell of which request it is part.
type relative struct{ id string }

// suspended implements owner.
func (*child) suspended() {}

// ended implements owner.
func (c *child) ended(status vm.Status) {
	t := c.task
	if t.Apart() {
		c.w.app.first.apart.Add(-1)
	}
	if t.Unasked() {
		c.w.app.taskFailed(c.whyFailed(status), c.f)
	}
	c.tellFailed(t)
	c.f = nil // Settle gives it back
	t.Settle()
}

// broken implements owner.
func (c *child) broken(p *vm.Panic) { c.w.app.logCrash("task_failed", p, c.about) }

func (c *child) about(l *logs.Line) {
	if c.f == nil {
		return
	}
	if r, ok := c.f.Data.(*relative); ok && r.id != "" {
		l.Text("id", r.id)
	}
}

// whyFailed is what has ended a function whose result nobody takes: an error, or a failure that it has
// answered, as by a ?. nil: it has come to its end.
func (j *job) whyFailed(status vm.Status) *vm.Error {
	if status == vm.Failed {
		return j.f.Err()
	}
	return j.f.Unhandled()
}

// tellFailed logs what went wrong in children whose end nobody has asked for.
func (j *job) tellFailed(t *sched.Task) {
	for _, k := range t.Failed() {
		j.w.app.taskFailed(k.Err(), j.f)
	}
}

// taskFailed logs what has ended a task about whose end nobody asks; of is a fiber of the same request, or nil.
// nil and what was asked for are no lines.
func (a *App) taskFailed(e *vm.Error, of *vm.Fiber) {
	if e == nil || e.Code == cancelledCode || e.Code == host.ExitCode {
		return
	}
	a.logError("task_failed", e, func(l *logs.Line) {
		if of != nil {
			RequestContext(of, l)
		}
	})
}

// Machine implements sched.Driver.
func (w *worker) Machine() *vm.Machine { return w.m }

// Adopt implements sched.Driver.
func (w *worker) Adopt(t, by *sched.Task) {
	c := &child{}
	c.w, c.f, c.owner, c.task = w, t.Fiber, c, t
	t.Data = &c.job
	r := &relative{}
	switch d := by.Fiber.Data.(type) {
	case *call:
		r.id = d.RequestID()
	case *relative:
		r = d
	}
	t.Fiber.Data = r
	if t.Apart() {
		w.app.first.apart.Add(1)
	}
	c.list() // until it has ended
	w.push(&c.job)
}

// Resume implements sched.Driver.
func (w *worker) Resume(t *sched.Task) { w.push(t.Data.(*job)) }

// Finish implements sched.Driver.
func (w *worker) Finish(t *sched.Task) {
	j := t.Data.(*job)
	j.last = true
	w.push(j)
}

// Halt implements sched.Driver.
func (w *worker) Halt(t *sched.Task) {
	j := t.Data.(*job)
	if !j.away && !j.queued && j.cancel != nil && j.out() {
		j.cancel()
	}
}

// Post implements sched.Driver.
func (w *worker) Post(fn func()) { w.loop.Post(loop.TaskFunc(func(*loop.Loop) { fn() })) }

// Clock implements sched.Driver.
func (w *worker) Clock() sched.Clock { return w.app.o.Host.Clock }

// Shared implements sched.Driver.
func (w *worker) Shared() *sched.Shared { return &w.app.first.shared }

// push has a job go on soon.
func (w *worker) push(j *job) {
	if j.queued {
		return
	}
	j.queued = true
	w.queue = append(w.queue, j)
	if !w.posted {
		w.posted = true
		w.loop.Post(w)
	}
}

// mostTurns is how many jobs go on before the loop looks at its sockets again.
const mostTurns = 256

// RunOnLoop gives the jobs of the queue their turns.
func (w *worker) RunOnLoop(l *loop.Loop) {
	w.runQueue(mostTurns)
	if w.posted = len(w.queue) > 0; w.posted {
		// From elsewhere: what a loop posts to itself comes before its sockets.
		go l.Post(w)
	}
}

// runQueue gives so many jobs turns, and reports whether there was one.
func (w *worker) runQueue(most int) bool {
	n := 0
	for ; n < len(w.queue) && n < most; n++ {
		j := w.queue[n]
		w.queue[n] = nil
		j.queued = false
		j.goOn()
	}
	w.queue = w.queue[:copy(w.queue, w.queue[n:])]
	return n > 0
}

// goOn gives the job a turn that no wait outside has led to: its first, one behind a wait
// for other tasks, or its last.
func (j *job) goOn() {
	defer j.saved()
	switch {
	case j.last:
		j.last = false
		j.conclude(j.task.Status())
	case j.f.Status() == vm.Waiting:
		j.local = false
		j.task.Resumed()
		j.run(j.f.Resume(slice))
	default:
		j.run(j.f.Run(slice))
	}
}

// end ends what is still in work, when the loop is gone, and counts what would not end.
func (w *worker) end(deadline time.Time) (left int) {
	w.cancelAll()
	for w.jobs != nil {
		moved := w.runQueue(mostTurns)
		for j := w.jobs; j != nil; {
			next := j.next
			if !j.queued && !j.local && (j.ready.Load() || !j.out()) && (j.task == nil || j.away || j.out()) {
				j.turn()
				moved = true
				break // the list may have changed
			}
			j = next
		}
		switch {
		case moved:
		case time.Now().After(deadline):
			for j := w.jobs; j != nil; j = j.next {
				left++
			}
			return left
		default:
			time.Sleep(time.Millisecond)
		}
	}
	return left
}

// settleApart waits for the tasks that requests have left behind, until the deadline; then
// they are cancelled.
func (a *App) settleApart(deadline time.Time) {
	for a.apart.Load() > 0 && time.Now().Before(deadline) {
		time.Sleep(idlePause)
	}
	if n := a.apart.Load(); n > 0 {
		a.warn("tasks_cut", "tasks", int(n))
	}
}

var _ sched.Driver = (*worker)(nil)
