package serve

import (
	"context"
	"sync"
	"time"

	"etamil/vm"
)

// maxGoroutines bounds how many tasks that block are done at the same time; the others
// wait for their turn.
const maxGoroutines = 256

// pool does tasks that block. It keeps no goroutine without work.
type pool struct {
	max int

	mu      sync.Mutex
	queue   []work
	running int
}

type work struct {
	ctx  context.Context
	task vm.Task
	wake func()
}

// begin starts a task and returns at once; wake is called once, from anywhere, when it
// has ended.
func (p *pool) begin(ctx context.Context, t vm.Task, wake func()) {
	if s, ok := t.(vm.Starter); ok {
		s.Start(ctx, wake)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == p.max {
		p.queue = append(p.queue, work{ctx, t, wake})
		return
	}
	p.running++
	go p.run(work{ctx, t, wake})
}

func (p *pool) run(w work) {
	for ok := true; ok; w, ok = p.next() {
		w.task.Do(w.ctx)
		w.wake()
	}
}

// next is the work that a goroutine does next; without any it ends.
func (p *pool) next() (w work, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 {
		p.queue = nil
		p.running--
		return work{}, false
	}
	w = p.queue[0]
	p.queue[0] = work{}
	p.queue = p.queue[1:]
	return w, true
}

// wait waits until nothing is done any more, or the deadline.
func (p *pool) wait(deadline time.Time) {
	for time.Now().Before(deadline) {
		p.mu.Lock()
		n := p.running
		p.mu.Unlock()
		if n == 0 {
			return
		}
		time.Sleep(time.Millisecond)
	}
}
