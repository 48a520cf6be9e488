package host

import (
	"context"
	"os"
	"sync"
	"time"

	"etamil/internal/value"
	"etamil/vm"
)

// Host is the world around a program. A nil function stands for "there is none". It is
// read-only once fibers run; what it refers to is safe for concurrent use.
type Host struct {
	Out   *Output
	In    *Input
	Env   func(name string) (val string, ok bool)
	Clock Clock
	Log   Logger

	// Config answers a dotted path of the configuration with a string, bool, integer,
	// float64, time.Time, []any or map[string]any.
	Config func(path string) (val any, ok bool)

	// Exit ends the program with a status. Where it returns, the fiber that asked fails
	// with an error that nothing catches (its code is ExitCode).
	Exit func(status int)

	// Signals are those that the program handles itself.
	Signals *Signals

	// Locks holds the locks of programs across instances; nil: there is only this one.
	Locks Locker

	// Started is what elapsed time is counted from.
	Started time.Time
}

// Locker takes locks that only one of all instances can hold. It is safe for concurrent use.
type Locker interface {
	// Lock waits until the lock of that name is free and takes it, or fails. Whoever ends without
	// Release loses it after a while, unless Keep was called.
	Lock(ctx context.Context, name string) (Hold, error)
}

// Hold is a lock that is held.
type Hold interface {
	Keep()    // holds it until Release, however long that is; it does not block
	Release() // gives it up, soon; it does not block
}

// ExitCode is the code of the error that ends a fiber which has called exit.
const ExitCode = "exit"

// Logger takes the events of a program. fields is a record, any other value, or a nil
// pointer; it is borrowed. Log must not block.
type Logger interface {
	Log(f *vm.Fiber, level Level, event string, fields *value.Value)
	// Failed writes an error that nothing in the program has caught.
	Failed(event string, e *vm.Error)
	Flush() error
}

// Level is how much an event matters.
type Level uint8

// The levels, in rising order.
const (
	Debug Level = iota
	Info
	Warn
	Error
)

// Provider is something that has a Host: what an embedder puts into Machine.Data or
// Fiber.Data. A *Host is one itself.
type Provider interface{ Host() *Host }

// Host is h itself.
func (h *Host) Host() *Host { return h }

// New is the Host of a plain process: its standard streams, environment and clock. log
// may be nil. lines says that output is to be written at each end of a line, as on a
// terminal.
func New(log Logger, lines bool) *Host {
	h := &Host{
		Out:   NewOutput(os.Stdout, lines),
		In:    NewInput(os.Stdin),
		Env:   os.LookupEnv,
		Clock: System{},
		Log:   log,

		Signals: new(Signals),
	}
	h.Exit = func(status int) {
		_ = h.Out.Flush() // nobody is left to be told
		if h.Log != nil {
			_ = h.Log.Flush()
		}
		os.Exit(status)
	}
	h.Started = h.Clock.Now()
	return h
}

var fallback = sync.OnceValue(func() *Host { return New(nil, true) })

// Of is the Host of a fiber: the fiber's own, else its machine's, else the process's.
func Of(f *vm.Fiber) *Host {
	if p, ok := f.Data.(Provider); ok {
		if h := p.Host(); h != nil {
			return h
		}
	}
	if p, ok := f.Machine().Data.(Provider); ok {
		if h := p.Host(); h != nil {
			return h
		}
	}
	return fallback()
}

// Native is a builtin's code with what it is bound under: the ID of its row in
// internal/builtin, and how many arguments it takes (Max -1: any number).
type Native struct {
	ID       string
	Min, Max int
	Run      vm.Native
	// List: the first argument is a list, or may be one. A range that stands there is
	// given to Run as the list of its numbers.
	List bool
}

// Bind binds a table of natives.
func Bind(l *vm.Linker, natives []Native) {
	for _, n := range natives {
		run := n.Run
		if n.List {
			run = listed(run)
		}
		l.Bind(n.ID, n.Min, n.Max, run)
	}
}

func listed(run vm.Native) vm.Native {
	return func(f *vm.Fiber, a []value.Value) (value.Value, error) {
		if len(a) == 0 || a[0].Kind() != value.KindRange {
			return run(f, a)
		}
		h := f.Heap()
		list := h.RangeList(&a[0])
		if h.Over() {
			return value.Nil, nil // the machine raises the error
		}
		return run(f, append([]value.Value{list}, a[1:]...))
	}
}
