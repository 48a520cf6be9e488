package serve

import (
	"slices"
	"sync"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/internal/value"
	"etamil/loop"
	"etamil/vm"
)

// timer is an இடைவெளி: its function runs on worker 0, then there is a gap, and so on.
type timer struct {
	job
	fn     value.Value
	frozen *value.Frozen
	gap    time.Duration
	place  string
	token  string // see oncetimer.go
	number int
	replay *replay // nil unless the top level runs for each run

	mu      sync.Mutex
	stopped bool
	clock   *time.Timer
	running bool        // of one that runs once: see oncetimer.go
	lock    *time.Timer // and when its lock is taken anew
}

// startTimers begins the first gaps.
func (a *App) startTimers() {
	all := a.ownWorkers()
	w := all[slices.IndexFunc(all, func(w *worker) bool { return w.loop.Index == 0 })]
	for _, t := range a.timers {
		t.w = w
		t.owner = t
		t.again()
	}
}

// again has the function run when the gap is over.
func (t *timer) again() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.stopped {
		t.clock = time.AfterFunc(t.gap, func() {
			if !t.mine() {
				t.again()
				return
			}
			if !t.w.loop.Post(loop.TaskFunc(t.tick)) {
				t.giveUp()
			}
		})
	}
}

// stop begins no gap any more. Any goroutine may call it.
func (t *timer) stop() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.stopped = true
	if t.clock != nil {
		t.clock.Stop()
	}
}

func (t *timer) tick(*loop.Loop) {
	t.mu.Lock()
	stopped := t.stopped
	t.mu.Unlock()
	if stopped {
		t.giveUp()
		return
	}
	t.runs()
	t.f = t.w.m.NewFiber()
	if !t.w.app.o.Config.EachRequest() {
		t.start(t.fn)
		return
	}
	t.replay = newReplay(-1, t.number)
	t.f.Data = &aside{replay: t.replay}
	t.f.StartWhole()
	t.first()
}

func (t *timer) start(fn value.Value) {
	if !t.f.Start(fn) {
		t.ended(vm.Failed)
		return
	}
	t.first()
}

// suspended implements owner.
func (t *timer) suspended() {}

// broken implements owner.
func (t *timer) broken(p *vm.Panic) {
	t.w.app.logCrash("timer_failed", p, t.about)
	t.ran()
}

func (t *timer) about(l *logs.Line) { l.Text("timer", t.place) }

// ended implements owner: an error is logged, and the next run will come.
func (t *timer) ended(status vm.Status) {
	e := t.f.Err()
	if r := t.replay; r != nil && !r.over && status == vm.Done {
		err := r.end(t.w.app)
		if err == nil {
			t.ending = false
			t.start(r.fn)
			return
		}
		e = vm.AsError(err)
	}
	if e != nil && e.Code != cancelledCode && e.Code != host.ExitCode {
		t.w.app.logError("timer_failed", e, t.about)
	}
	t.f.Release()
	t.f = nil
	t.ran()
	t.again()
}
