package main

import (
	"fmt"
	"io"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/source"
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
	_ = render.Thrown(c.Err, code, placeSpan(r.Set, e.Place), e.Message) // nobody is left to tell
	if e.Details != "" {
		fmt.Fprintf(c.Err, "  விவரம்  (details): %s\n", e.Details)
	}
	showStack(c.Err, e.Stack)
	for e = e.Cause; e != nil; e = e.Cause {
		fmt.Fprintf(c.Err, "  காரணம்  (caused by): %v\n", e)
	}
}

// showStack shows the calls that led to an error. The place alone has been shown; a
// function that calls itself stands there once.
func showStack(w io.Writer, stack []string) {
	if len(stack) < 2 {
		return
	}
	for len(stack) > 0 {
		n := 1
		for n < len(stack) && stack[n] == stack[0] {
			n++
		}
		times := ""
		if n > 1 {
			times = fmt.Sprintf("  × %d", n)
		}
		fmt.Fprintf(w, "    %s%s\n", stack[0], times)
		stack = stack[n:]
	}
}

// placeSpan is the letter at a place of one of the program's files.
func placeSpan(set *source.Set, p source.Place) source.Span {
	for _, f := range set.Files() {
		if f.Name != p.File || p.Line < 1 || p.Line > f.Lines() {
			continue
		}
		offset, column := f.LineStart(p.Line), 1
		for i := range f.Line(p.Line) {
			if column == p.Column {
				at := f.Pos(offset + i)
				return source.Span{Start: at, End: at + 1}
			}
			column++
		}
	}
	return source.Span{}
}
