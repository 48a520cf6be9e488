package serve

import (
	"context"
	"sync/atomic"
	"time"

	"etamil/internal/diag"
	"etamil/loop"
	"etamil/vm"
)

// slice is how many steps a fiber gets in one turn: a tenth of a millisecond of loops,
// so that a neighbour's request waits no longer than that for each fiber that computes.
const slice = 10_000

// job is a fiber and its turns on a worker. Only the worker's loop touches it, except
// through wake.
type job struct {
	w     *worker
	f     *vm.Fiber
	owner owner

	cancel     context.CancelFunc // of the task it waits for
	wakeUp     func()             // wake, made once
	ready      atomic.Bool        // the task has ended
	late       *rendering         // the fiber is Done; its answer is being written elsewhere
	computing  bool               // counted in worker.computing
	prev, next *job               // in the worker's list of those that haven't ended
	listed     bool
}

// owner is what a job is done for.
type owner interface {
	// suspended is told when the job will not end in its first turn.
	suspended()
	// ended is told that the fiber is Done or Failed; it releases the fiber.
	ended(status vm.Status)
}

// run goes on after the fiber came to a stop with this status.
func (j *job) run(status vm.Status) {
	switch status {
	case vm.Waiting:
		j.stopComputing()
		j.begin(j.f.Task())
	case vm.Spent:
		j.list()
		if !j.computing {
			j.computing = true
			if j.w.computing++; j.w.computing > j.w.app.o.Config.MaxComputing {
				j.f.Cancel(diag.RunOutOfSteps)
			}
		}
		j.w.loop.Post(j)
	default:
		j.stopComputing()
		j.unlist()
		j.owner.ended(status)
	}
}

// begin leaves the loop until the task has ended.
func (j *job) begin(t vm.Task) {
	j.list()
	ctx, cancel := context.WithCancel(context.Background())
	j.cancel = cancel
	if j.wakeUp == nil {
		j.wakeUp = j.wake
	}
	j.w.app.pool.begin(ctx, t, j.wakeUp)
}

// waits reports whether a task is being done for the job.
func (j *job) waits() bool { return j.late != nil || j.f.Status() == vm.Waiting }

// RunOnLoop gives the job a turn.
func (j *job) RunOnLoop(*loop.Loop) {
	if j.listed {
		j.turn()
	}
}

func (j *job) turn() {
	if !j.waits() {
		j.run(j.f.Run(slice))
		return
	}
	j.ready.Store(false)
	j.cancel() // the task has ended: this only frees its context
	if j.late != nil {
		j.run(vm.Done)
		return
	}
	j.run(j.f.Resume(slice))
}

// wake is called from anywhere when the task has ended.
func (j *job) wake() {
	j.ready.Store(true)
	j.w.loop.Post(j) // a loop that has ended leaves the job to worker.end
}

// end cancels the job: its fiber ends at its next wait, call or turn of a loop.
func (j *job) end(why diag.Code) {
	j.f.Cancel(why)
	if j.waits() {
		j.cancel()
	}
}

func (j *job) stopComputing() {
	if j.computing {
		j.computing = false
		j.w.computing--
	}
}

// list puts the job among those that the worker ends when it is stopped.
func (j *job) list() {
	if j.listed {
		return
	}
	j.listed = true
	j.next = j.w.jobs
	if j.next != nil {
		j.next.prev = j
	}
	j.w.jobs = j
	j.owner.suspended()
}

func (j *job) unlist() {
	if !j.listed {
		return
	}
	j.listed = false
	if j.prev != nil {
		j.prev.next = j.next
	} else {
		j.w.jobs = j.next
	}
	if j.next != nil {
		j.next.prev = j.prev
	}
	j.prev, j.next = nil, nil
}

// last ends the job without its loop, which is gone, and reports whether that was
// possible before the deadline.
func (j *job) last(deadline time.Time) bool {
	for j.listed {
		for j.waits() && !j.ready.Load() {
			if time.Now().After(deadline) {
				return false
			}
			time.Sleep(time.Millisecond)
		}
		j.turn()
	}
	return true
}
