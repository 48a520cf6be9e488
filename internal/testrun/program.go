package testrun

import (
	"context"
	"fmt"
	"runtime/debug"
	"time"

	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/diag"
	"etamil/internal/source/load"
	"etamil/vm"
)

// program is the program of a folder, which tests ask, and the settings that hold there.
type program struct {
	file   string // "" when the folder and those above have none
	err    error  // why it can't be read
	result *compile.Result
	cfg    *config.Config
	cfgErr error
}

// programs finds the program of each folder once.
type programs struct {
	o      *Options
	byDir  map[string]*program
	byFile map[string]*program
}

// of is the program for tests in dir; compiled says that it is going to be asked.
func (ps *programs) of(dir string, compiled bool) *program {
	p := ps.byDir[dir]
	if p == nil {
		file, home := ps.o.App(dir)
		if file != "" {
			p = ps.byFile[file]
		}
		if p == nil {
			p = &program{file: file}
			p.cfg, p.cfgErr = ps.o.Config(home)
			if file != "" {
				ps.byFile[file] = p
			}
		}
		ps.byDir[dir] = p
	}
	if compiled && p.file != "" && p.result == nil && p.err == nil {
		p.compile(ps.o.Finder)
	}
	return p
}

func (p *program) compile(finder *load.Finder) {
	entry, err := load.Entry(p.file)
	if err != nil {
		p.err = err
		return
	}
	r, err := compile.Program(entry, finder, compile.Options{})
	if err != nil {
		panic(err) // a stage broke another's promise
	}
	p.result = r
}

// mistake is the first of those that keep the program from running.
func (p *program) mistake() string {
	for _, m := range p.result.Messages {
		if m.Severity() == diag.Error {
			at := p.result.Set.Place(m.Span.Start)
			return fmt.Sprintf("%s:%d:%d: %s", at.File, at.Line, at.Column, m.Both())
		}
	}
	return p.file
}

// start starts the program in a world, and returns when it can be asked. What keeps it
// from that is a failure of the test.
func (p *program) start(ctx context.Context, w *world) *Failure {
	ready, ended := make(chan struct{}), make(chan *Failure, 1)
	app := w.app(p.result, !p.result.Checked.Serves, func() { close(ready) })
	within, cancel := context.WithCancel(context.Background())
	over := make(chan struct{})
	go func() {
		defer close(over)
		defer func() {
			if x := recover(); x != nil {
				ended <- &Failure{Stage: StageProgram, Bug: fmt.Sprintf("%v\n%s", x, debug.Stack())}
			}
		}()
		err := app.Run(within)
		if e, ok := err.(*vm.Error); ok {
			ended <- &Failure{Stage: StageProgram, Error: e, Set: p.result.Set}
			return
		}
		why := "நிரல் வழங்காமல் முடிந்தது  (the program has ended without serving)"
		if err != nil {
			why = err.Error()
		}
		ended <- &Failure{Stage: StageProgram, Text: why}
	}()
	w.closers = append(w.closers, func() {
		app.Shutdown()
		cancel()
		select {
		case <-over:
		case <-time.After(2 * drainTime): // it is stuck in what can't be ended; the test is over
		}
	})
	select {
	case <-ready:
		w.line.dial = app.Dial
		return nil
	case f := <-ended:
		return f
	case <-ctx.Done():
		return &Failure{Stage: StageProgram, Timeout: true}
	}
}
