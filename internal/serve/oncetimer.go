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
// take the timer's lock for nearly as long as the gap; who gets it runs, and takes it anew when
// the run is over, so that there is a gap between two runs wherever they are. Nobody gives it
// up: an instance that has gone is one run late, at most.

// mine reports whether this run is this instance's. It may block, and is called on a goroutine.
func (t *timer) mine() bool {
	a := t.w.app
	if a.o.Common == nil || !a.o.Config.TimersOnce() {
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

// ran is called when a run is over.
func (t *timer) ran() {
	if a := t.w.app; a.o.Common != nil && a.o.Config.TimersOnce() {
		go t.claim()
	}
}

// newToken names one instance's part in a timer.
func newToken() string { return rand.Text() }
