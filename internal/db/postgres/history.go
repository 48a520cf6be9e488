package postgres

import (
	"math"
	"sync/atomic"
	"time"

	"etamil/internal/db"
)

// slow is how long the statements that stay on lanes may take.
const slow = 2 * time.Millisecond

// A statement that was slow is tried again on a lane after a while, and if it is slow again after twice the time: on a machine that is busy for a moment
// they all are.
const (
	firstAway = time.Minute
	lastAway  = time.Hour
)

// never is when a statement comes back that lanes can't run.
const never = math.MaxInt64

// history is what is known of a statement. Safe for concurrent use.
type history struct {
	refused    atomic.Bool  // it belongs to the pool
	back       atomic.Int64 // until then, by the clock in nanoseconds
	away       atomic.Int64 // how long it was to stay away the last time
	runs, late atomic.Int32
}

// refuse has the statement go by the pool for good.
func (h *history) refuse() {
	h.back.Store(never)
	h.refused.Store(true)
}

// isRefused reports whether the statement is to go by the pool now.
func (h *history) isRefused() bool {
	if !h.refused.Load() {
		return false
	}
	back := h.back.Load()
	if time.Now().UnixNano() < back || !h.back.CompareAndSwap(back, never) {
		return true
	}
	h.runs.Store(0)
	h.late.Store(0)
	h.refused.Store(false)
	return false
}

// of is the history of a statement with that key.
func (l *lanes) of(key string) *history {
	l.known.RLock()
	h := l.history[key]
	l.known.RUnlock()
	if h != nil {
		return h
	}
	l.known.Lock()
	defer l.known.Unlock()
	if h = l.history[key]; h != nil {
		return h
	}
	if len(l.history) >= maxHistory {
		clear(l.history)
	}
	h = &history{}
	h.back.Store(never)
	h.refused.Store(len(key) > maxLaneSQL || setsState(key))
	l.history[key] = h
	return h
}

// maxHistory bounds what is remembered; SQL with values in it would never end.
const maxHistory = 4096

// maxLaneSQL is the longest SQL that goes by a lane: longer is hardly one of the many quick ones.
const maxLaneSQL = 8 << 10

// long reports parameters that would hold up others: the loop that writes them, and a server that is
// writing answers and not reading.
func long(p *db.Params) bool {
	n := 0
	for _, text := range p.Texts {
		n += len(text)
	}
	return n > longest
}

// setsState reports that SQL may leave something behind on its connection, or wait for
// others there, though it reads.
func setsState(sql string) bool {
	for _, word := range []string{"advisory", "set_config", "pg_sleep", "setval", "nextval", "currval", "lastval", "for update", "for share", "for no key", "for key", "pg_notify"} {
		if containsFold(sql, word) {
			return true
		}
	}
	return false
}

// took notes how long each of n runs kept its lane. One that is late more than once in twenty times
// goes by the pool for a while.
func (h *history) took(d time.Duration, n int) {
	late := d > slow
	if late {
		n = 1 // seen once
	}
	runs := h.runs.Add(int32(n))
	if late {
		if late := h.late.Add(1); late >= 3 && late*20 > runs && h.refused.CompareAndSwap(false, true) {
			away := min(max(2*time.Duration(h.away.Load()), firstAway), lastAway)
			h.away.Store(int64(away))
			h.back.Store(time.Now().Add(away).UnixNano())
		}
	}
	if runs >= 1000 { // what was long ago matters less
		h.runs.Store(runs / 2)
		h.late.Store(h.late.Load() / 2)
	}
}
