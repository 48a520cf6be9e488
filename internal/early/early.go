package early

import (
	"os"
	"runtime/debug"
	"strings"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/script"
	"etamil/internal/source/load"
	"etamil/internal/std/logs"
	"etamil/vm"
)

// Attempt is what has been done with the program of a command line.
type Attempt struct {
	Result *compile.Result // what the compiler made of it, nil if it could not be read
	Err    error           // why it could not be read
	Ran    bool            // it has been run, and End says how that went
	End    End
	Bug    any    // a panic, which is a bug in us; nil for none
	Stack  []byte // where Bug was
}

// attempt is of the command line of this process, nil if it isn't for this package.
var attempt *Attempt

// Take hands over what has been done with the command line of this process: once, and nil
// if that is nothing.
func Take() *Attempt {
	a := attempt
	attempt = nil
	return a
}

func init() {
	if len(os.Args) != 3 || os.Args[1] != "run" || strings.HasPrefix(os.Args[2], "-") {
		return
	}
	attempt = new(Attempt)
	attempt.guarded(func() { attempt.run(os.Args[2]) })
	if a := attempt; a.Ran && a.Bug == nil && a.End.Err == nil && a.End.Output == nil && !a.End.Interrupted {
		os.Exit(a.End.Status)
	}
}

// guarded does a part of the attempt, and keeps a panic for main to report.
func (a *Attempt) guarded(part func()) {
	defer func() {
		if x := recover(); x != nil {
			a.Bug, a.Stack = x, debug.Stack()
		}
	}()
	part()
}

// run reads, compiles and runs a file, as far as that goes without main.
func (a *Attempt) run(name string) {
	entry, err := load.Entry(name)
	if err != nil {
		a.Err = err
		return
	}
	if a.Result, err = compile.Program(entry, Finder(), compile.Options{Lenient: true}); err != nil {
		panic(err) // a stage broke another's promise
	}
	if len(a.Result.Messages) > 0 || a.Result.Code == nil {
		return
	}
	img, err := script.LinkAlone(a.Result.Code)
	if err != nil {
		panic(err) // the compiler named a builtin that nobody has
	}
	if img == nil {
		return
	}
	a.Ran = true
	p := begin(img, vm.Limits{}, World{os.Stdin, os.Stdout, os.Stderr, logs.IsTerminal(os.Stdout), diag.ColorFor(os.Stderr), logs.IsTerminal(os.Stderr)})
	if p.Over() {
		a.End = p.finish()
		return
	}
	// The goroutine of the inits is bound to its thread until main, which would make each
	// wait of the program a change of threads.
	done := make(chan struct{})
	go func() {
		defer close(done)
		a.guarded(func() { a.End = p.finish() })
	}()
	<-done
}
