package main

import "etamil/internal/compile"

// cmdCheck looks for mistakes without running.
func cmdCheck(c *call) int {
	if _, ok := c.compile(compile.Options{}); !ok {
		return exitFail
	}
	return exitOK
}
