package opt

import (
	"fmt"

	"etamil/internal/ir"
)

// Pass is one step over a function. Run reports whether it changed anything.
type Pass struct {
	Name string
	Does string // one sentence
	Why  string // why it stands where it stands
	Run  func(*ir.Func) bool
}

// Passes is every pass in the order in which they run.
var Passes = []Pass{
	{"types", "finds the kinds that each value can have", "first: folding x + 0 and skipping marks need to know that x is a number", types},
	{"fold", "computes what is constant, and drops branches that are never taken", "before numbering: fewer different values, fewer blocks", fold},
	{"clean", "joins blocks that follow each other, and skips blocks that only jump", "after folding has cut ways; numbering sees longer blocks", clean},
	{"gvn", "uses a value again instead of computing it a second time", "after folding, so that equal constants are one value", gvn},
	{"dce", "drops instructions whose result nobody uses", "after all that leaves such behind", dce},
	{"retype", "finds kinds again", "last: registers and marks are chosen by the final kinds", types},
}

// Before says which passes must stand before which, and why; a test holds the
// list against it.
var Before = []struct{ First, Then, Why string }{
	{"types", "fold", "identities such as x + 0 hold for numbers only"},
	{"fold", "clean", "cut branches leave blocks that follow each other"},
	{"fold", "gvn", "equal constants must be one value"},
	{"gvn", "dce", "numbering leaves instructions without users"},
	{"dce", "retype", "kinds must be those of what is left"},
}

// Options choose passes.
type Options struct {
	Only   func(name string) bool // nil: all
	Verify bool                   // check each function after each pass; a failure panics and names the pass
}

// Run runs the passes over each function.
func Run(funcs []*ir.Func, o Options) {
	for _, f := range funcs {
		for _, p := range Passes {
			if o.Only != nil && !o.Only(p.Name) {
				continue
			}
			p.Run(f)
			if o.Verify {
				if err := ir.Verify(f); err != nil {
					panic(fmt.Sprintf("opt: %s broke %s: %v\n%s", p.Name, f.Name, err, f))
				}
			}
		}
	}
}
