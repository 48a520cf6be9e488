package early

import (
	"errors"
	"os"
	"strings"

	"etamil/internal/code"
	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/script"
	"etamil/internal/source/load"
	"etamil/internal/std/light"
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

	name  string    // of the file
	entry load.File // what is in it, if it was read
	read  bool      // Err and entry are of it
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

// errLater keeps a large file from being read before there can be room for it.
var errLater = errors.New("early: a large file is for the second attempt")

func init() {
	if len(os.Args) != 3 || os.Args[1] != "run" || strings.HasPrefix(os.Args[2], "-") {
		return
	}
	attempt = &Attempt{name: os.Args[2]}
	load.Large = func(int) error { return errLater }
	attempt.with(func(p *code.Program) (*vm.Image, error) { return script.LinkAlone(p, light.Bind) })
}

// Again is the second attempt, with more builtins and with patterns, by package second. It
// does what the first could not: read a large file, compile what seemed to be wrong, link.
func Again(bind func(*vm.Linker)) {
	if a := attempt; a != nil && !a.Ran && a.Err == nil && a.Bug == nil {
		a.with(func(p *code.Program) (*vm.Image, error) { return script.LinkAlone(p, bind) })
	}
}

// with runs the program, linked by link, and ends the process if that went without anything
// that somebody must be told.
func (a *Attempt) with(link func(*code.Program) (*vm.Image, error)) {
	a.guarded(func() { a.run(link) })
	if a.Ran && a.Bug == nil && a.End.Err == nil && a.End.Output == nil && !a.End.Interrupted {
		os.Exit(a.End.Status)
	}
}

// guarded does a part of the attempt, and keeps a panic for main to report.
func (a *Attempt) guarded(part func()) {
	defer func() {
		if x := recover(); x != nil {
			a.Bug, a.Stack = x, diag.Stack()
		}
	}()
	part()
}

// run reads, compiles and runs the file, as far as that goes.
func (a *Attempt) run(link func(*code.Program) (*vm.Image, error)) {
	if !a.read {
		var err error
		if a.entry, err = load.Entry(a.name); errors.Is(err, errLater) {
			return
		}
		if a.read, a.Err = true, err; err != nil {
			return
		}
	}
	if a.Result == nil || len(a.Result.Messages) > 0 { // that of the first attempt may be wrong
		var err error
		if a.Result, err = compile.Program(a.entry, Finder(), compile.Options{Lenient: true}); err != nil {
			panic(err) // a stage broke another's promise
		}
	}
	if len(a.Result.Messages) > 0 || a.Result.Code == nil {
		return
	}
	img, err := link(a.Result.Code)
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
