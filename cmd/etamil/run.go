package main

import (
	"context"
	"fmt"
	"strconv"

	"etamil/internal/compile"
	"etamil/internal/sched"
	"etamil/internal/std/all"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
	"etamil/vm"
)

// cmdRun runs a program to its end. Its output is on Out; an error that reached
// its top level is shown on Err, with the calls that led there.
func cmdRun(c *call) int {
	steps, err := strconv.Atoi(c.options.steps)
	if err != nil || steps < 0 {
		return c.wrong("--steps ஒரு முழு எண்", "--steps is a whole number")
	}
	r, ok := c.compile(compile.Options{Lenient: true, NoOpt: c.options.opt == "off"})
	if !ok {
		return exitFail
	}
	linker := vm.NewLinker()
	all.Bind(linker)
	img, err := linker.Link(r.Code)
	if err != nil {
		panic(err) // the compiler named a builtin that nobody has
	}
	m := vm.NewMachine(img, vm.Limits{Steps: steps})
	h := host.New(logs.New(c.Err, logs.Options{}), false)
	h.Out, h.In = host.NewOutput(c.Out, c.Lines), host.NewInput(c.In)
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	exited := -1
	h.Exit = func(status int) {
		exited = status
		cancel()
	}
	m.Data = h
	f := m.NewFiber()
	f.StartMain()
	status := sched.Run(ctx, f)
	if err := h.Out.Flush(); err != nil && status == vm.Done {
		fmt.Fprintf(c.Err, "etamil: வெளியீட்டை எழுத முடியவில்லை  (cannot write the output): %v\n", err)
		return exitFail
	}
	if exited >= 0 {
		return exited
	}
	if status != vm.Done {
		showError(c, r, f.Err())
		return exitFail
	}
	return exitOK
}
