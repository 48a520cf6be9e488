package serve

import (
	"sync"
	"sync/atomic"

	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/vm"
)

// crew are the goroutines on which handlers compute that have not ended within their
// first slice on the loop. There are never more than max, each with a Machine of its own;
// without work there are none. Jobs take turns, a slice each, so that a short one is not
// held up by those that never end.
type crew struct {
	app *App
	max int

	computing atomic.Int32 // jobs that compute, here or on their way

	mu      sync.Mutex
	queue   []*job
	running int
	idle    []*vm.Machine

	processors processors
}

// computer is the Data of a crew's Machine.
type computer struct{ app *App }

// Host is the world that the program sees.
func (c *computer) Host() *host.Host { return c.app.o.Host }

// take gives a job to the crew. Until it is back on its loop (job.ready), only the
// fiber's Cancel may be called on it.
func (c *crew) take(j *job) {
	j.away = true
	c.mu.Lock()
	defer c.mu.Unlock()
	c.queue = append(c.queue, j)
	if c.running < c.max {
		c.running++
		go c.run()
	}
}

func (c *crew) run() {
	c.processors.need(c.max)
	m := c.machine()
	for j := c.next(nil, m); j != nil; j = c.next(j, m) {
		j.f.Move(m)
		if status := j.step(slice); status == vm.Spent {
			j.weigh()
		} else {
			j.arrived = status
			j.wake() // it is its loop's again
			j = nil
		}
	}
}

// next puts a job that isn't through behind the others, and says who is next; nil ends
// the goroutine.
func (c *crew) next(j *job, m *vm.Machine) *job {
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.queue) == 0 {
		if j == nil {
			c.queue = nil
			c.running--
			c.idle = append(c.idle, m)
			if c.running == 0 {
				c.processors.spare(c.max)
			}
		}
		return j
	}
	if j != nil {
		c.queue = append(c.queue, j)
	}
	j = c.queue[0]
	c.queue[0] = nil
	c.queue = c.queue[1:]
	return j
}

// machine is one that nobody uses.
func (c *crew) machine() *vm.Machine {
	c.mu.Lock()
	if n := len(c.idle); n > 0 {
		m := c.idle[n-1]
		c.idle = c.idle[:n-1]
		c.mu.Unlock()
		return m
	}
	c.mu.Unlock()
	m := vm.NewMachine(c.app.img, c.app.machine)
	if c.app.globals != nil {
		m.Use(c.app.globals)
	}
	m.Data, m.Guest = &computer{c.app}, true
	return m
}

// busy is how many of the crew compute.
func (c *crew) busy() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.running
}

// errandSlice is how many steps a fiber gets with an errand: a handler that computes and
// asks its request for something again and again need not move for each.
const errandSlice = 1_000

// weigh counts what the fiber holds among that of all fibers that have not ended in their
// first slice, and cancels it when that is more than there may be. It reports whether
// there was room.
func (j *job) weigh() bool {
	n := j.f.Memory()
	grown := int64(n - j.held)
	j.held = n
	used := j.w.app.memory.Add(grown)
	if grown <= 0 || used <= int64(j.w.app.o.Config.MemoryTotal) || used == int64(n) {
		return true // one alone has a limit of its own
	}
	j.f.Cancel(diag.RunUnavailable)
	return false
}

// weighNothing is weigh for a fiber that has ended.
func (j *job) weighNothing() {
	if j.held != 0 {
		j.w.app.memory.Add(int64(-j.held))
		j.held = 0
	}
}
