package cache

import (
	"sync"
	"time"
)

// Gate keeps callers from a server that doesn't answer: after some failures in a row
// everybody is refused at once, but for one now and then who tries. It is safe for concurrent use.
type Gate struct {
	mu     sync.Mutex
	failed int
	until  time.Time // when the next may try
	pause  time.Duration
}

const (
	gateFailures   = 4                      // in a row, until the gate closes
	gateFirstPause = 50 * time.Millisecond  // before the first try
	gateLastPause  = 500 * time.Millisecond // between two tries, at most
)

// Enter reports whether a caller may try.
func (g *Gate) Enter() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.failed < gateFailures {
		return true
	}
	now := time.Now()
	if now.Before(g.until) {
		return false
	}
	g.pause = min(2*g.pause, gateLastPause)
	g.until = now.Add(g.pause) // for this one to come back with news
	return true
}

// Leave says what has come of it.
func (g *Gate) Leave(down bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !down {
		g.failed, g.pause = 0, 0
		return
	}
	g.failed++
	if g.failed == gateFailures {
		g.pause = gateFirstPause
		g.until = time.Now().Add(g.pause)
	}
}
