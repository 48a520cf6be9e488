package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"syscall"

	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/script"
	"etamil/internal/serve"
	"etamil/internal/std/db"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/vm"
)

// cmdRun runs a program to its end. Its output is on Out; an error that reached
// its top level is shown on Err, with the calls that led there.
func cmdRun(c *call) int {
	limits, ok := c.limits()
	if !ok {
		return exitUsage
	}
	r, ok := c.compile(compile.Options{Lenient: true, NoOpt: c.options.opt == "off"})
	if !ok {
		return exitFail
	}
	databases := db.New()
	defer databases.Close()
	// The server's statements are known here too, and say where they work.
	img, err := script.Link(r.Code, func(l *vm.Linker) {
		serve.Bind(l)
		databases.Bind(l)
	})
	if err != nil {
		panic(err) // the compiler named a builtin that nobody has
	}
	h := host.New(logs.New(c.Err, logs.Options{Color: c.Color}), false)
	h.Out, h.In = host.NewOutput(c.Out, c.Lines), host.NewInput(c.In)
	ctx, done := interruptible()
	defer done()
	end := script.Run(ctx, img, limits, h)
	switch {
	case end.Interrupted:
		var by stopSignal
		errors.As(context.Cause(ctx), &by)
		return 128 + int(by.Signal) // as shells have it
	case end.Err != nil:
		showError(c, r, end.Err)
	case errors.Is(end.Output, syscall.EPIPE):
		return max(end.Status, exitFail) // who read it has gone, and knows
	case end.Output != nil:
		fmt.Fprintf(c.Err, "etamil: வெளியீட்டை எழுத முடியவில்லை  (cannot write the output): %v\n", end.Output)
		return max(end.Status, exitFail)
	}
	return end.Status
}

// limits reads --steps and --memory. What is wrong with them has been said when ok is
// false.
func (c *call) limits() (l vm.Limits, ok bool) {
	steps, err := strconv.Atoi(c.options.steps)
	if err != nil || steps < 0 {
		c.wrong("--steps ஒரு முழு எண்", "--steps is a whole number")
		return l, false
	}
	memory, ok := config.Bytes(c.options.memory)
	if !ok {
		c.wrong("--memory க்கு 64MiB போன்ற ஓர் அளவு வேண்டும்", "--memory is a size such as 64MiB")
		return l, false
	}
	return vm.Limits{Steps: steps, Memory: int(memory)}, true
}

// stopSignal is why a program was interrupted.
type stopSignal struct{ syscall.Signal }

func (s stopSignal) Error() string { return s.String() }

// interruptible is a context that ends when somebody wants the program to end: at Ctrl-C,
// or when asked by the system. The second time ends the process where it stands.
func interruptible() (ctx context.Context, done func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	over := make(chan struct{})
	go func() {
		defer signal.Stop(signals)
		select {
		case s := <-signals:
			by, _ := s.(syscall.Signal)
			cancel(stopSignal{by})
		case <-over:
		}
	}()
	return ctx, func() {
		close(over)
		cancel(nil)
	}
}
