package main

import (
	"etamil/internal/compile"
	"etamil/internal/diag"
)

// cmdCheck looks for mistakes without running.
func cmdCheck(c *call) int {
	r, err := c.read(compile.Options{})
	if err == nil && r.Code != nil {
		list, warnings := r.SQL()
		r.Messages = append(r.Messages, warnings...)
		if c.options.db {
			d, code := c.describer()
			if code != exitOK {
				return code
			}
			defer d.close()
			for i := range list {
				if !list[i].Elsewhere {
					r.Messages = append(r.Messages, d.hold(&list[i])...)
				}
			}
		}
		diag.Sort(r.Messages)
	}
	if !c.readable(r, err) || diag.HasErrors(r.Messages) {
		return exitFail
	}
	return exitOK
}
