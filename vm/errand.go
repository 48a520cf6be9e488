package vm

import (
	"context"

	"etamil/internal/value"
)

// errand is a Task for the fiber itself: a native that may run on the fiber's own worker
// only. Its arguments stand in the fiber's registers, which don't change while it waits.
type errand struct {
	native Native
	args   []value.Value
}

// Do implements Task; an errand is done when the fiber is at home.
func (e *errand) Do(context.Context) {}

// Finish implements Task.
func (e *errand) Finish(f *Fiber) (value.Value, error) { return e.native(f, e.args) }

// Errand reports whether the fiber waits for nothing but to be on its own worker: once it
// has moved home, whoever runs it resumes it at once.
func (f *Fiber) Errand() bool {
	_, ok := f.task.(*errand)
	return ok
}

// AtHome makes a native that touches what belongs to a worker (a request, its answer, the
// tasks that run there) one that can be called anywhere: on a Machine that is a Guest's,
// the fiber goes home first.
func AtHome(n Native) Native {
	return func(f *Fiber, args []value.Value) (value.Value, error) {
		if f.m.Guest {
			return f.Wait(&errand{n, args})
		}
		return n(f, args)
	}
}
