package main

import (
	"fmt"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/vm"
)

// showError shows an error that reached the top level: where it was raised, the
// text there, what it says, and the calls that led to it.
func showError(c *call, r *compile.Result, e *vm.Error) {
	render := diag.Renderer{Set: r.Set, Color: c.Color}
	code := e.Diag
	if code == "" {
		code = diag.Code(e.Code) // the program's own, or a builtin's: what a catch would see
	}
	_ = render.Thrown(c.Err, code, r.Set.Span(e.Place), e.Message) // nobody is left to tell
	if e.Details != "" {
		fmt.Fprintf(c.Err, "  விவரம்  (details): %s\n", e.Details)
	}
	for _, at := range e.Trace() {
		fmt.Fprintf(c.Err, "    %s\n", at)
	}
	for e = e.Cause; e != nil; e = e.Cause {
		fmt.Fprintf(c.Err, "  காரணம்  (caused by): %v\n", e)
	}
}
