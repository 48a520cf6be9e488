package opt

import (
	"fmt"

	"etamil/internal/ir"
)

// Pass is one step, over a function (Run) or over all of a program (All): it has one of
// the two. Both report whether they changed anything.
type Pass struct {
	Name string
	Does string // one sentence
	Why  string // why it stands where it stands
	Run  func(*ir.Func) bool
	All  func([]*ir.Func) bool // funcs[i] has Index i
}

// Passes is every pass in the order in which they run. Those over the whole program
// stand first.
var Passes = []Pass{
	{Name: "inline", Does: "puts small functions where they are called", Why: "first: what was an argument is known to all that follow", All: inline},
	{Name: "types", Does: "finds the kinds that each value can have, through calls, closures and globals", Why: "before all that: that x + 0 is x, and that x needs no mark, is known of numbers only", All: types},
	{Name: "scalars", Does: "takes records and lists apart that nobody else sees", Why: "before constants: parts are values like others to all that follow", Run: scalars},
	{Name: "sccp", Does: "computes what is constant on all ways that can be taken, and drops the others", Why: "before numbering: fewer different values, fewer blocks", Run: sccp},
	{Name: "thread", Does: "leads ways past branches that a constant they bring decides", Why: "after constants are known; it leaves blocks for clean to join", Run: thread},
	{Name: "clean", Does: "joins blocks that follow each other, and skips blocks that only jump", Why: "after folding has cut ways; numbering sees longer blocks", Run: clean},
	{Name: "gvn", Does: "uses a value again instead of computing or reading it a second time", Why: "after folding, so that equal constants are one value", Run: gvn},
	{Name: "licm", Does: "moves what is the same on each turn out of loops", Why: "after numbering: less to move, and what is moved is found by its numbers", Run: licm},
	{Name: "walk", Does: "makes loops that count through a list walk over it", Why: "after licm, which asks more of loops that count than of walks, and takes the length out of their heads", Run: walk},
	{Name: "dce", Does: "drops instructions whose result nobody uses", Why: "after all that leaves such behind", Run: dce},
	{Name: "hold", Does: "loads constants that a loop stores in front of it", Why: "after dce: what is held is not computed with any more", Run: hold},
	{Name: "retype", Does: "finds kinds again", Why: "last: registers and marks are chosen by the final kinds", Run: retype},
}

// Before says which passes must stand before which, and why; a test holds the
// list against it.
var Before = []struct{ First, Then, Why string }{
	{"inline", "types", "what a parameter holds is known only where the body stands in for the call"},
	{"inline", "clean", "bodies bring blocks, and parameters that get one value"},
	{"inline", "dce", "closures that are called in sight need not be made"},
	{"inline", "scalars", "what a function returns is seen where its body stands"},
	{"scalars", "sccp", "parts may be constants"},
	{"types", "sccp", "identities such as x + 0 hold for numbers only"},
	{"sccp", "thread", "what a way brings must be known to be a constant"},
	{"thread", "clean", "what is passed by loses ways in, so blocks follow each other"},
	{"sccp", "clean", "cut branches leave blocks that follow each other"},
	{"sccp", "gvn", "equal constants must be one value"},
	{"gvn", "licm", "what is computed twice moves once"},
	{"types", "licm", "numbers may move where what holds others may not"},
	{"types", "walk", "what is walked over must be a list"},
	{"gvn", "walk", "the list that is read must be the one whose length was asked"},
	{"licm", "walk", "the length must be asked in front of the loop"},
	{"walk", "dce", "the last place need not be computed"},
	{"dce", "hold", "what nobody reads needs no register"},
	{"hold", "retype", "registers and marks are chosen by the final kinds"},
	{"licm", "dce", "constants are made again in front of loops"},
	{"gvn", "dce", "numbering leaves instructions without users"},
	{"dce", "retype", "kinds must be those of what is left"},
}

// Options choose passes.
type Options struct {
	Only   func(name string) bool        // nil: all
	After  func(pass string, f *ir.Func) // if not nil, called after each pass, with each function
	Verify bool                          // check each function after each pass; a failure panics and names the pass

	// Each, if not nil, calls do for each number below n, in any order and on any goroutines. It
	// is used for the passes over one function, if After is nil.
	Each func(n int, do func(i int))
}

// Run runs the passes over the program, and then those over each function.
func Run(funcs []*ir.Func, o Options) {
	check := func(p *Pass, f *ir.Func) {
		if !o.Verify {
			return
		}
		if err := ir.Verify(f); err != nil {
			panic(fmt.Sprintf("opt: %s broke %s: %v\n%s", p.Name, f.Name, err, f))
		}
	}
	chosen := make([]bool, len(Passes))
	for i := range Passes {
		chosen[i] = o.Only == nil || o.Only(Passes[i].Name)
	}
	for i := range Passes {
		if p := &Passes[i]; p.All != nil && chosen[i] {
			p.All(funcs)
			for _, f := range funcs {
				check(p, f)
				if o.After != nil {
					o.After(p.Name, f)
				}
			}
		}
	}
	improve := func(k int) {
		f := funcs[k]
		for i := range Passes {
			if p := &Passes[i]; p.Run != nil && chosen[i] {
				p.Run(f)
				check(p, f)
				if o.After != nil {
					o.After(p.Name, f)
				}
			}
		}
	}
	if o.Each != nil && o.After == nil {
		o.Each(len(funcs), improve)
		return
	}
	for k := range funcs {
		improve(k)
	}
}
