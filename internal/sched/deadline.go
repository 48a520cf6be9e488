package sched

import (
	"time"

	"etamil/internal/diag"
)

// deadline is a காலக்கெடு that a task is in.
type deadline struct {
	stop    func() bool
	expired bool
	ended   bool
}

// BeginDeadline gives what t does from here to EndDeadline so much time. When it is over,
// the error timeout comes up in every wait of t, and what t has started since ends.
func (t *Task) BeginDeadline(d time.Duration) {
	at := len(t.deadlines)
	l := &deadline{}
	t.deadlines = append(t.deadlines, l)
	if d <= 0 {
		t.expire(at)
		return
	}
	l.stop = t.driver.Clock().After(d, func() {
		t.driver.Post(func() {
			if !l.ended {
				t.expire(at)
				t.disturb()
			}
		})
	})
}

// expire marks a deadline as over.
func (t *Task) expire(at int) {
	t.deadlines[at].expired = true
	t.Fiber.Interrupt(diag.RunTimeout)
	for k := t.kids; k != nil; {
		next := k.next
		if k.depth > at {
			k.Cancel(diag.RunTimeout)
		}
		k = next
	}
}

// EndDeadline ends the innermost deadline.
func (t *Task) EndDeadline() {
	n := len(t.deadlines) - 1
	l := t.deadlines[n]
	t.deadlines[n] = nil
	t.deadlines = t.deadlines[:n]
	l.ended = true
	if l.stop != nil {
		l.stop()
	}
	if !l.expired {
		return
	}
	for _, outer := range t.deadlines {
		if outer.expired {
			return
		}
	}
	t.Fiber.Uninterrupt()
}

// InDeadline reports whether t is in a deadline that it has begun.
func (t *Task) InDeadline() bool { return len(t.deadlines) > 0 }
