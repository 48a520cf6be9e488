package serve

import (
	"runtime"
	"sync"
	"time"
)

// processors has Go run more goroutines at a time while a crew computes. With as many as
// the machine has, a loop that wakes up would wait until one that computes has used up
// its slice. But all the time they would cost each request of a server of several loops
// with little to do some 5 µs: Go looks for work for each of them whenever a loop of
// gnet's goes to sleep.
type processors struct {
	mu     sync.Mutex
	raised bool
	timer  *time.Timer
}

// spareAfter is how long nobody must have computed before they are given up: to change
// their number stops the process for a moment.
const spareAfter = 5 * time.Second

// need has n more from now on.
func (p *processors) need(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.timer != nil {
		p.timer.Stop()
		p.timer = nil
	}
	if !p.raised {
		p.raised = true
		moreProcessors(n)
	}
}

// spare gives them up in a while, if nobody needs them until then.
func (p *processors) spare(n int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var t *time.Timer
	t = time.AfterFunc(spareAfter, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.timer == t && p.raised {
			p.timer, p.raised = nil, false
			moreProcessors(-n)
		}
	})
	p.timer = t
}

// changing keeps servers of one process, as in tests, from losing each other's changes.
var changing sync.Mutex

func moreProcessors(n int) {
	changing.Lock()
	defer changing.Unlock()
	runtime.GOMAXPROCS(runtime.GOMAXPROCS(0) + n)
}
