package main

import (
	"errors"
	"fmt"
	"strconv"
	"syscall"

	"etamil/internal/compile"
	"etamil/internal/config"
	"etamil/internal/early"
	_ "etamil/internal/early/second"
	"etamil/internal/script"
	"etamil/internal/serve"
	"etamil/internal/std/all"
	"etamil/internal/std/cache"
	"etamil/internal/std/db"
	"etamil/vm"
)

// cmdRun runs a program to its end. Its output is on Out; an error that reached
// its top level is shown on Err, with the calls that led there. What internal/early has
// done of it already is not done again.
func cmdRun(c *call) int {
	limits, ok := c.limits()
	if !ok {
		return exitUsage
	}
	a := early.Take()
	if a == nil {
		a = new(early.Attempt)
		a.Result, a.Err = c.read(compile.Options{Lenient: true, NoOpt: c.options.opt == "off"})
	}
	if a.Bug != nil {
		return reportBug(c.Err, a.Bug, a.Stack)
	}
	if !a.Ran {
		if !c.readable(a.Result, a.Err) {
			return exitFail
		}
		a.End = c.runProgram(a.Result, limits)
	}
	return c.ended(a.Result, a.End)
}

// runProgram runs a program that may use all that there is.
func (c *call) runProgram(r *compile.Result, limits vm.Limits) early.End {
	databases := db.New()
	databases.Read = func(s *db.Service) error { return c.databasesBeside(c.args[0], s) } // when the program first needs them
	defer databases.Close()
	kept := cache.New(func() cache.Options { return c.cacheBeside(c.args[0]) }) // the settings are read when it is first used
	defer kept.Close()
	// The server's statements are known here too, and say where they work.
	img, err := script.Link(r.Code, func(l *vm.Linker) {
		all.Bind(l)
		serve.Bind(l)
		databases.Bind(l)
		kept.Bind(l)
	})
	if err != nil {
		panic(err) // the compiler named a builtin that nobody has
	}
	return early.Run(img, limits, early.World{In: c.In, Out: c.Out, Err: c.Err, Lines: c.Lines, Color: c.Color, Watched: c.Watched})
}

// ended says how a program ended, if that needs words, and is the exit code.
func (c *call) ended(r *compile.Result, end early.End) int {
	switch {
	case end.Interrupted:
		return exitSignal + int(end.Signal)
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
