package serve

import (
	"context"
	"crypto/rand"
	"time"

	"etamil/internal/cache"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
)

// A timer that only one of several instances runs. When its gap is over, each instance tries to
// take the timer's lock for nearly as long as the gap; who gets it runs, and takes it anew while
// the run lasts and when it is over, so that there is a gap between two runs wherever they are. It is given up only
// where a run was not to begin any more: an instance that has gone is one run late, at most.

// mine reports whether this run is this instance's. It may block, and is called on a goroutine.
func (t *timer) mine() bool {
	a := t.w.app
	if !t.once() {
		return true
	}
	ok, err := t.claim()
	if err != nil && a.o.Log != nil {
		a.o.Log.Write(time.Now(), host.Warn, "timer_skipped", func(l *logs.Line) {
			t.about(l)
			l.Text("error", err.Error())
		})
	}
	return ok
}

// claim takes the timer's lock for the rest of a gap that begins now.
func (t *timer) claim() (bool, error) {
	store := t.w.app.common()
	if store == nil {
		return false, nil
	}
	return store.Lock(context.Background(), string(cache.Once)+t.place, t.token, t.gap-t.gap/10)
}

// once reports whether only one of several instances runs it.
func (t *timer) once() bool { return t.w.app.o.Common != nil && t.w.app.o.Config.TimersOnce() }

// runs is called when a run begins.
func (t *timer) runs() {
	if !t.once() {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.running = true
	t.keepLock()
}

// keepLock takes the lock anew before its time is over, as long as the run lasts. t is locked.
func (t *timer) keepLock() {
	t.lock = time.AfterFunc(t.gap/3, func() {
		_, _ = t.claim() // where the store is away, it may be back the next time
		t.mu.Lock()
		defer t.mu.Unlock()
		if t.running {
			t.keepLock()
		}
	})
}

// ran is called when a run is over.
func (t *timer) ran() {
	if !t.once() {
		return
	}
	t.mu.Lock()
	t.running = false
	t.lock.Stop()
	t.mu.Unlock()
	go t.claim()
}

// giveUp gives the lock of a run that is not to be to other instances.
func (t *timer) giveUp() {
	if a := t.w.app; t.once() {
		go func() {
			if store := a.common(); store != nil {
				_ = store.Unlock(context.Background(), string(cache.Once)+t.place, t.token) // else it ends by itself
			}
		}()
	}
}

// newToken names one instance's part in a timer.
func newToken() string { return rand.Text() }
