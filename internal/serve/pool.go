package serve

import (
	"context"
	"sync"

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
	j    *job
}

// do does the work. A panic is a bug in us that costs this job, and nobody else.
func (w work) do() {
	w.j.crashed = vm.Guard(func() { w.task.Do(w.ctx) })
	w.j.wake()
}

// begin starts a task of j and returns at once; j.wake is called once, from anywhere,
// when it has ended.
func (p *pool) begin(ctx context.Context, t vm.Task, j *job) {
	if s, ok := t.(vm.Starter); ok {
		if p, ok := t.(vm.Polled); ok && j.w.loop != nil {
			p.On(j.w.loop)
		}
		s.Start(ctx, j.wakeUp)
		if g, ok := t.(vm.Gatherer); ok && g.Of() != nil {
			j.w.gather(g)
		}
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.running == p.max {
		p.queue = append(p.queue, work{ctx, t, j})
		return
	}
	p.running++
	go p.run(work{ctx, t, j})
}

func (p *pool) run(w work) {
	for ok := true; ok; w, ok = p.next() {
		w.do()
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

// busy is how many goroutines do something.
func (p *pool) busy() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.running
}
