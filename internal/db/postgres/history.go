package postgres

import (
	"sync/atomic"
	"time"

	"etamil/internal/db"
)

// slow is how long the statements that stay on lanes may take.
const slow = 2 * time.Millisecond

// history is what is known of a statement. Safe for concurrent use.
type history struct {
	refused    atomic.Bool // it belongs to the pool
	runs, late atomic.Int32
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
// goes by the pool from then on.
func (h *history) took(d time.Duration, n int) {
	late := d > slow
	if late {
		n = 1 // seen once
	}
	runs := h.runs.Add(int32(n))
	if late {
		if late := h.late.Add(1); late >= 3 && late*20 > runs {
			h.refused.Store(true)
		}
	}
	if runs >= 1000 { // what was long ago matters less
		h.runs.Store(runs / 2)
		h.late.Store(h.late.Load() / 2)
	}
}
