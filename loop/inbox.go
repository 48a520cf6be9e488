package loop

import (
	"sync"
	"sync/atomic"
)

// Task is something to be done on a loop's goroutine. It is an interface
// rather than a function so that a pointer the caller holds anyway (a fiber,
// an operation) can be posted without an allocation.
type Task interface {
	RunOnLoop(l *Loop)
}

// TaskFunc makes a Task of a function; that allocates.
type TaskFunc func(l *Loop)

// RunOnLoop calls f.
func (f TaskFunc) RunOnLoop(l *Loop) { f(l) }

// inbox is the one door by which anything comes to a loop from outside:
// completions, ticks, sockets that can be written again, hand-overs. All
// that arrives while the loop is busy is run as one batch, for one wake-up.
type inbox struct {
	mu     sync.Mutex
	tasks  []Task
	spare  []Task // the other buffer of the two, owned by the loop
	posted bool   // a wake-up is under way
	up     bool   // the loop can be woken
	gone   bool   // the loop will never run again
}

// put adds t and reports whether the loop must be woken, and whether t will
// be run at all.
//
// waking counts the wake-ups that are not through; the caller takes each off
// again.
func (b *inbox) put(t Task, waking *atomic.Int32) (wake, accepted bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.gone {
		return false, false
	}
	b.tasks = append(b.tasks, t)
	wake = b.up && !b.posted
	if wake {
		b.posted = true
		waking.Add(1)
	}
	return wake, true
}

// take returns what has arrived, in order. The result is valid until the next
// call; entries should be cleared as they are run.
func (b *inbox) take() []Task {
	b.mu.Lock()
	defer b.mu.Unlock()
	tasks := b.tasks
	b.tasks, b.spare = b.spare[:0], tasks
	b.posted = false
	return tasks
}

// open lets the loop be woken and reports whether it should be at once,
// because something came before.
func (b *inbox) open() (wake bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.up, b.posted = true, len(b.tasks) > 0
	return b.posted
}

// shut stops wake-ups: what comes now waits for open, or for the last take.
func (b *inbox) shut() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.up, b.posted = false, false
}

// close refuses further tasks and returns those that were left.
func (b *inbox) close() []Task {
	b.mu.Lock()
	defer b.mu.Unlock()
	tasks := b.tasks
	b.tasks, b.up, b.gone = nil, false, true
	return tasks
}

// pending reports whether something waits to be taken.
func (b *inbox) pending() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.tasks) > 0
}
