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

// isErrand reports whether t is no wait, but a native's way home: a fiber that was told to end goes there as well. What
// ends a block, such as a lock's, is a native that must have run.
func isErrand(t Task) bool {
	_, ok := t.(*errand)
	return ok
}

// Errand reports whether the fiber waits for nothing but to be on its own worker: once it
// has moved home, whoever runs it resumes it at once.
func (f *Fiber) Errand() bool { return isErrand(f.task) }

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
