package opt

import "etamil/internal/ir"

// thread sends ways that bring a constant to a block which only branches on it straight to
// where that branch would go: x = a and b; if x … needs no x on the ways where a is false.
//
// Contract: the block has no instructions but constants, and one parameter, which its branch
// reads and nothing else; so what is behind the block reads nothing of it. It has the handler
// of the block before it, as a way back spends a step, which may fail. A way is moved unless
// that gives a branch two ways to one block, which passes that add arguments could not tell
// apart. It is one walk; chains of such blocks are gone after it, as a moved way is looked at
// again where it leads then, a bounded number of times.
func thread(f *ir.Func) bool {
	var uses []int32
	changed := false
	for _, b := range f.Blocks {
		if b.Term.Kind != ir.TermJump && b.Term.Kind != ir.TermIf {
			continue
		}
		for i := range b.Term.Succs {
			e := &b.Term.Succs[i]
			for range maxThreads {
				t := e.To
				if t == f.Blocks[0] || t.Term.Kind != ir.TermIf || len(t.Params) != 1 || len(e.Args) != 1 || t.Term.Value != t.Params[0] ||
					e.Args[0].Op != ir.OpConst || t.Handler != b.Handler {
					break
				}
				if uses == nil {
					uses = countReads(f)
				}
				if uses[t.Params[0].ID] != 1 || !quiet(t, uses) {
					break
				}
				to := t.Term.Succs[way(&e.Args[0].Const)]
				double := false
				for k := range b.Term.Succs {
					double = double || k != i && b.Term.Succs[k].To == to.To
				}
				if double {
					break
				}
				for _, a := range to.Args {
					uses[a.ID]++
				}
				uses[e.Args[0].ID]--
				*e = ir.Edge{To: to.To, Args: append([]*ir.Value(nil), to.Args...)}
				changed = true
			}
		}
	}
	if changed {
		f.Recompute()
	}
	return changed
}

// maxThreads is how many times one way is moved.
const maxThreads = 8

// quiet reports whether t has nothing but constants that are read nowhere.
func quiet(t *ir.Block, uses []int32) bool {
	for _, v := range t.Instrs {
		if v.Op != ir.OpConst || uses[v.ID] > 0 {
			return false
		}
	}
	return true
}
