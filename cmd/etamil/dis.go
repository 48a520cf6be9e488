package main

import "etamil/internal/compile"

// cmdDis shows a program as a stage of the compiler sees it.
func cmdDis(c *call) int {
	o := compile.Options{Lenient: true, NoOpt: c.options.opt == "off", Stage: compile.Stage(c.options.stage), Show: c.Out, Marks: true}
	if _, ok := c.compile(o); !ok {
		return exitFail
	}
	return exitOK
}
