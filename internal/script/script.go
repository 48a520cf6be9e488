// Package script runs a compiled program from its first statement to its end. It joins
// what such a run needs: the builtins, a machine, the world that the program sees, and a
// scheduler for what it waits for.
//
//	img, err := script.Link(result.Code, all.Bind)
//	end := script.Run(ctx, img, vm.Limits{}, host.New(log, false))
//	os.Exit(end.Status)
//
// The command `etamil run` and the tests that run programs share it, so that what a test
// has seen is what people get. It knows neither files nor the compiler, and prints
// nothing of its own.
package script

import (
	"context"
	"slices"
	"time"

	"etamil/internal/builtin"
	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/sched"
	"etamil/internal/std/host"
	"etamil/internal/std/light"
	"etamil/internal/value"
	"etamil/vm"
)

// Link links p with the builtins that bind binds. Those of a server or a database that are
// still without code stop a program with an error where it reaches them; tests are passed over.
func Link(p *code.Program, bind func(*vm.Linker)) (*vm.Image, error) {
	l := vm.NewLinker()
	bind(l)
	for _, id := range l.Missing(p) {
		bindMissing(l, id)
	}
	return l.Link(p)
}

// LinkAlone is Link with those builtins and no others; the image is nil if p names more.
func LinkAlone(p *code.Program, bind func(*vm.Linker)) (*vm.Image, error) {
	l := vm.NewLinker()
	bind(l)
	for _, id := range l.Missing(p) {
		if !ofTests(id) {
			return nil, nil
		}
		l.Bind(id, 0, -1, passOver)
	}
	return l.Link(p)
}

// ofTests reports whether a builtin makes a test, or belongs to one.
func ofTests(id string) bool { return id == "test" || id == "before" || id == "after" }

// passOver is a test, or what belongs to one, in a program that is run: only etamil test,
// which binds its own, does anything with it.
func passOver(*vm.Fiber, []value.Value) (value.Value, error) { return value.Nil, nil }

// bindMissing binds what nobody had code for. A builtin that the prelude is written for
// comes here with a wrong number of arguments only, as the compiler calls the prelude's
// functions by their number; the machine says so. Link tells of an ID that is no builtin's.
func bindMissing(l *vm.Linker, id string) {
	switch s := builtin.ByID(id); {
	case ofTests(id):
		l.Bind(id, 0, -1, passOver)
	case slices.Contains(light.Elsewhere, id):
		l.Bind(id, 0, -1, func(*vm.Fiber, []value.Value) (value.Value, error) {
			return value.Nil, vm.Fail(diag.RunUnsupported, id)
		})
	case s != nil:
		l.Bind(id, s.Min, s.Max, func(*vm.Fiber, []value.Value) (value.Value, error) {
			panic("script: " + id + " was called past the prelude")
		})
	}
}

// End is how a program ended.
type End struct {
	Status      int       // the exit status: 0, 1 after an error, or what exit was called with
	Err         *vm.Error // the error that reached the top level, or nil
	Interrupted bool      // the context was done before the program had ended
	Output      error     // the first error that writing the output met
}

// grace is how long a program may take to clean up once it is cancelled. What it waits
// for may not notice.
const grace = time.Second

// Program is a program that runs. It belongs to one goroutine at a time.
type Program struct {
	s      *sched.Scheduler
	f      *vm.Fiber
	h      *host.Host
	end    End
	exited bool
}

// Run runs img's top level until it ends, exits or fails. When ctx is done the program is
// cancelled: it still has a few steps and a moment to clean up. h must belong to this run
// alone: its Exit is replaced, and its output and log are flushed.
func Run(ctx context.Context, img *vm.Image, limits vm.Limits, h *host.Host) End {
	return prepare(img, limits, h).Finish(ctx)
}

// Begin is Run's first slice of steps. It takes less than a millisecond, and a short program
// is over then: what is only for longer ones can wait until after it. Finish must follow.
func Begin(img *vm.Image, limits vm.Limits, h *host.Host) *Program {
	p := prepare(img, limits, h)
	unwinding := true
	defer func() {
		if unwinding {
			p.flush()
		}
	}()
	p.s.Turn()
	unwinding = false
	return p
}

func prepare(img *vm.Image, limits vm.Limits, h *host.Host) *Program {
	p := &Program{s: sched.New(), h: h}
	p.s.Time, p.s.Alone = h.Clock, true
	if h.Log != nil {
		p.s.Lost = func(e *vm.Error) {
			if e.Diag != diag.RunCancelled && e.Code != host.ExitCode {
				h.Log.Failed("task_failed", e)
			}
		}
	}
	h.Exit = func(status int) {
		p.end.Status, p.exited = status, true
		p.s.Stop()
	}
	m := vm.NewMachine(img, limits)
	m.Data = h
	p.f = m.NewFiber()
	p.f.StartMain()
	p.s.Add(p.f, nil)
	return p
}

// Over reports whether p and all that it has started have ended, or it has exited.
func (p *Program) Over() bool { return p.exited || p.s.Len() == 0 }

// Finish goes on as Run does, to the end.
func (p *Program) Finish(ctx context.Context) (end End) {
	defer func() { // also while a bug in us unwinds: what was printed before it is not lost
		p.flush()
		end = p.end
	}()
	if !p.Over() {
		within, cancel := context.WithCancel(ctx)
		defer cancel() // what the program left waiting
		defer context.AfterFunc(ctx, func() { time.AfterFunc(grace, p.s.Stop) })()
		p.s.Run(within)
	}
	if !p.exited && p.f.Status() != vm.Done {
		p.end.Status, p.end.Err = 1, p.f.Err()
		p.end.Interrupted = ctx.Err() != nil
	}
	return
}

func (p *Program) flush() {
	p.end.Output = p.h.Out.Flush()
	if p.h.Log != nil {
		_ = p.h.Log.Flush() // a log that cannot be written has nobody to tell
	}
}
