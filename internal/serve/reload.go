package serve

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"etamil/http1"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/internal/ws"
	"etamil/loop"
	"etamil/vm"
)

// This file puts another program in the place of the one that is served, while the loops go
// on and no request is lost.
//
//	Reload ──> next's top level ──> attach: a worker for each loop ──> swap ──> retire
//	              fails: the old one stays                            on each loop   the old one's
//	                                                                                 last request
//
// Each App is one generation. The first has the loops, and knows all that still live. A
// request belongs to the generation whose worker its loop had when it came, until it is
// answered: so it sees one program, whatever happens meanwhile.

// generation is what an App knows of the others.
type generation struct {
	first    *App                // the one that has the loops
	current  atomic.Pointer[App] // the first's: who gets new requests
	replaces sync.Mutex          // the first's: one reload at a time

	attached    chan struct{} // closed when requests have begun to come
	retired     chan struct{} // closed when the last request is over, and another has taken the place
	ownLimits   bool          // some route has a body limit of its own, or takes bodies as they come
	largestForm int           // the largest body limit that there is

	living sync.Mutex     // guards all and closed
	all    []*App         // the first's: the generations of which something may still run
	closed bool           // the first's: there will be no others
	others sync.WaitGroup // the first's: those of all that came later
}

// errStopping is why nothing is reloaded any more.
var errStopping = errors.New("serve: the server is stopping")

// errNotServing is why a program can't take another's place.
var errNotServing = errors.New("serve: the program has ended without serving")

// isAttached reports whether requests have begun to come.
func (a *App) isAttached() bool {
	select {
	case <-a.attached:
		return true
	default:
		return false
	}
}

// generations are those of which something may still run.
func (a *App) generations() []*App {
	a.living.Lock()
	defer a.living.Unlock()
	return slices.Clone(a.all)
}

// Reload runs next's top level, and has next answer every request that comes from then on;
// those in work are answered by the program that began them, within the drain's time. When
// next ends before it serves, with an error or without, nothing changes and the error says
// why. a is the App whose Run serves; next is a new one, whose Run must not be called.
// Reload returns when next serves; one at a time.
func (a *App) Reload(next *App) error {
	a.replaces.Lock()
	defer a.replaces.Unlock()
	<-a.attached
	next.first = a
	if !a.admitted(next) {
		next.over(errStopping)
		return errStopping
	}
	failed := make(chan error, 1)
	go func() {
		err := next.run()
		if err == nil && !next.isAttached() {
			err = errNotServing
			if a.Stopping() {
				err = errStopping
			}
		}
		next.over(err)
		failed <- err
	}()
	select {
	case <-next.attached:
		return nil
	case err := <-failed:
		if next.isAttached() { // both have happened
			return nil
		}
		return err
	}
}

// admitted takes up another generation; false when the server has ended.
func (a *App) admitted(next *App) bool {
	a.living.Lock()
	defer a.living.Unlock()
	if a.closed {
		return false
	}
	a.all = append(a.all, next)
	a.others.Add(1)
	return true
}

// attach serves as one of a later generation: it returns when the server has ended, or another
// has taken its place.
func (a *App) attach() error {
	first := a.first
	first.mu.Lock()
	srv, ended, stopping := first.srv, first.ended, first.stopping
	first.mu.Unlock()
	if stopping {
		return nil
	}
	limits := http1.DefaultLimits
	c, old := a.o.Config, first.current.Load()
	limits.BodyBytes, limits.HeaderBytes, limits.HeaderCount = c.BodyLimit, c.HeaderLimit, c.HeaderCount
	a.bodyLimits(limits)
	for _, t := range old.timers {
		t.stop()
	}
	var swapped sync.WaitGroup
	first.current.Store(a)
	for _, l := range srv.Loops() {
		w := a.newWorker(l)
		swapped.Add(1)
		if !l.Post(loop.TaskFunc(func(l *loop.Loop) { l.Data = w; swapped.Done() })) {
			swapped.Done()
		}
	}
	swapped.Wait()
	a.startTimers()
	close(a.attached)
	go old.retire()
	select {
	case <-ended:
	case <-a.retired:
	}
	return nil
}

// retire ends a generation whose place another has taken: it waits for its requests, and
// cancels those that take longer than a drain may.
func (a *App) retire() {
	deadline := time.Now().Add(a.o.Config.DrainTimeout)
	a.onLoops(func(w *worker) {
		w.endStreams()
		w.endSockets(ws.Restart)
	})
	for !a.idle() {
		if time.Now().After(deadline) {
			a.onLoops((*worker).cancelAll)
			for last := time.Now().Add(a.lastWait); !a.idle() && time.Now().Before(last); {
				time.Sleep(idlePause)
			}
			break
		}
		time.Sleep(idlePause)
	}
	a.onLoops(func(w *worker) { w.files.close() })
	a.keepCounts()
	close(a.retired)
}

// leaving reports whether the server ends, or another has taken a's place: what would last for long is told to end,
// and what begins now ends at once.
func (a *App) leaving() bool { return a.first.Stopping() || a.first.current.Load() != a }

// idlePause is how often a generation that ends is asked whether it has.
const idlePause = 10 * time.Millisecond

// idle reports whether none of a's requests and timers is in work.
func (a *App) idle() bool {
	var busy atomic.Bool
	a.onLoops(func(w *worker) {
		if w.calls > 0 || w.jobs != nil {
			busy.Store(true)
		}
	})
	return !busy.Load()
}

// onLoops has each of a's workers do something on its loop, and waits for them; a loop that
// has ended does nothing.
func (a *App) onLoops(do func(*worker)) {
	var all sync.WaitGroup
	for _, w := range a.ownWorkers() {
		all.Add(1)
		if !w.loop.Post(loop.TaskFunc(func(*loop.Loop) { do(w); all.Done() })) {
			all.Done()
		}
	}
	all.Wait()
}

// ownWorkers are a's workers, one for each loop once it serves.
func (a *App) ownWorkers() []*worker {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.workers
}

// over follows the end of a generation's top level. The first, whose Run is the server's,
// waits for the loops.
func (a *App) over(err error) {
	first := a.first
	first.mu.Lock()
	ended := first.ended
	first.mu.Unlock()
	if a.isAttached() {
		if a != first.current.Load() {
			<-a.retired
		}
		if e := (*vm.Error)(nil); a != first && errors.As(err, &e) && e.Code != host.ExitCode {
			a.logError("program_failed", e, func(*logs.Line) {})
		}
	}
	if a == first && ended != nil {
		<-ended
	}
	a.closeFolders()
	if a.o.Ended != nil {
		a.o.Ended()
	}
	first.living.Lock()
	i := slices.Index(first.all, a)
	if i >= 0 {
		first.all = slices.Delete(first.all, i, i+1)
	}
	first.closed = first.closed || a == first
	first.living.Unlock()
	if a == first {
		first.others.Wait()
	} else if i >= 0 {
		first.others.Done()
	}
}
