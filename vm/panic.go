package vm

import (
	"fmt"

	"etamil/internal/diag"
)

// Panic is what something has panicked with, and where. Whoever runs a task on a goroutine
// of its own recovers it there and panics with it again where the fiber goes on: so a bug
// in a task ends what waited for it, as one in a Native does, and nothing else.
type Panic struct {
	Value any
	Stack []byte // of the goroutine
}

// String has all that a report needs.
func (p *Panic) String() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }

// Guard does a task's work and answers what it has panicked with, or nil.
func Guard(work func()) (p *Panic) {
	defer func() { p = Recovered(recover()) }()
	work()
	return nil
}

// Recovered is what a deferred function has recovered, called there: nil for nil. What a
// task has panicked with before stays as it was.
func Recovered(v any) *Panic {
	switch v := v.(type) {
	case nil:
		return nil
	case *Panic:
		return v
	}
	return &Panic{v, diag.Stack()}
}
