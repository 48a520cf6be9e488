package serve

import (
	"context"
	"sync/atomic"

	"etamil/internal/diag"
	"etamil/internal/sched"
	"etamil/loop"
	"etamil/vm"
)

// slice is how many steps a fiber gets in one turn: a tenth of a millisecond of loops.
// That is how long a handler may hold up its loop before it computes elsewhere.
const slice = 10_000

// job is a fiber and its turns. It belongs to its worker's loop, and only that touches
// it, except through wake; while it is away, the fiber belongs to the crew, and the loop
// may only cancel it.
type job struct {
	w     *worker
	f     *vm.Fiber
	owner owner

	cancel     context.CancelFunc // of the task it waits for
	wakeUp     func()             // wake, made once
	ready      atomic.Bool        // the task has ended, or the fiber is back
	crashed    *vm.Panic          // the task has panicked; set before ready
	late       *rendering         // the fiber is Done; its answer is being written elsewhere
	away       bool               // the crew has the fiber
	arrived    vm.Status          // how the crew has left it; set before ready
	computing  bool               // counted in crew.computing
	ending     bool               // the owner is being told
	held       int                // bytes counted in App.memory
	prev, next *job               // in the worker's list of those that haven't ended
	listed     bool

	task   *sched.Task // nil until somebody needs it
	queued bool        // it is among the worker's that are to have a turn
	local  bool        // it is in a wait that other tasks end
	last   bool        // its fiber has ended, and now its children have
}

// owner is what a job is done for.
type owner interface {
	// suspended is told when the job will not end in its first turn.
	suspended()
	// ended is told that the fiber is Done or Failed; it releases the fiber.
	ended(status vm.Status)
	// broken is told that ended has panicked. The job is never used again.
	broken(p *vm.Panic)
}

// first gives a fiber that was started its first turn.
func (j *job) first() {
	defer j.saved()
	j.f.Sched = j
	j.run(j.f.Run(slice))
}

// saved is deferred around everything that a job does on its loop: a panic is a bug in us
// that costs this job, and nobody else.
func (j *job) saved() {
	p := vm.Recovered(recover())
	if p == nil {
		return
	}
	if j.ending {
		j.settle()
		j.owner.broken(p)
		return
	}
	j.f.Crash(p)
	j.late = nil
	defer j.saved()
	j.run(vm.Failed)
}

// step gives the fiber steps on a goroutine of the crew.
func (j *job) step(steps int) (status vm.Status) {
	defer func() {
		if p := vm.Recovered(recover()); p != nil {
			j.f.Crash(p)
			status = vm.Failed
		}
	}()
	return j.f.Run(steps)
}

// run goes on after the fiber came to a stop with this status.
func (j *job) run(status vm.Status) {
	for {
		switch status {
		case vm.Waiting:
			if j.f.Errand() {
				status = j.f.Resume(errandSlice)
				continue
			}
			if _, ok := j.f.Task().(replayed); ok {
				status = vm.Done
				continue
			}
			j.stopComputing()
			j.list()
			if !j.weigh() {
				status = j.f.Resume(slice) // raises it
				continue
			}
			if j.task == nil {
				j.begin(j.f.Task())
				return
			}
			switch local, over := j.task.Begin(); {
			case over:
				j.task.Resumed()
				status = j.f.Resume(slice)
				continue
			case local:
				j.local = true
			default:
				j.begin(j.f.Task())
			}
		case vm.Spent:
			j.list()
			switch {
			case !j.startComputing():
				j.f.Cancel(diag.RunUnavailable)
				fallthrough
			case !j.weigh():
				status = j.f.Run(slice) // raises it
				continue
			}
			j.w.app.crew.take(j)
		default:
			if j.task == nil || j.task.Ended(status) {
				j.conclude(status)
			}
		}
		return
	}
}

// conclude tells the owner that the fiber and all that it has started have ended.
func (j *job) conclude(status vm.Status) {
	j.settle()
	if t := j.task; t != nil && t.Root() {
		j.tellFailed(t)
		j.task = nil
	}
	j.ending = true
	j.owner.ended(status)
	j.ending = false
}

// settle takes the job out of all counts.
func (j *job) settle() {
	j.stopComputing()
	j.unlist()
	j.weighNothing()
}

// begin leaves the loop until the task has ended.
func (j *job) begin(t vm.Task) {
	j.list()
	ctx, cancel := context.WithCancel(context.Background())
	j.cancel = cancel
	if j.wakeUp == nil {
		j.wakeUp = j.wake
	}
	j.w.app.pool.begin(ctx, t, j)
}

// out reports whether the loop has to wait for the job.
func (j *job) out() bool { return j.away || j.late != nil || j.f.Status() == vm.Waiting }

// RunOnLoop gives the job a turn.
func (j *job) RunOnLoop(*loop.Loop) {
	if j.listed {
		j.turn()
	}
}

func (j *job) turn() {
	defer j.saved()
	if j.task != nil && !j.away && j.late == nil {
		j.task.Resumed()
	}
	j.ready.Store(false)
	if j.away {
		j.away = false
		j.f.Move(j.w.m)
		j.run(j.arrived)
		return
	}
	j.cancel() // the task has ended: this only frees its context
	switch p := j.crashed; {
	case p != nil:
		j.crashed, j.late = nil, nil
		j.f.Crash(p)
		j.run(vm.Failed)
	case j.late != nil:
		j.run(vm.Done)
	default:
		j.run(j.f.Resume(slice))
	}
}

// wake is called from anywhere when the task has ended, or the fiber is back.
func (j *job) wake() {
	l := j.w.loop
	j.ready.Store(true)
	l.Post(j) // a loop that has ended leaves the job to worker.end
}

// end cancels the job: its fiber ends at its next wait, call or turn of a loop.
func (j *job) end(why diag.Code) {
	if j.task != nil {
		j.task.Cancel(why)
		return
	}
	j.f.Cancel(why)
	if !j.away && j.out() {
		j.cancel()
	}
}

// startComputing counts the job among those that compute; false: they are too many.
func (j *job) startComputing() bool {
	if j.computing {
		return true
	}
	j.computing = true
	c := &j.w.app.crew
	return int(c.computing.Add(1)) <= j.w.app.o.Config.MaxComputing
}

func (j *job) stopComputing() {
	if j.computing {
		j.computing = false
		j.w.app.crew.computing.Add(-1)
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
