package regalloc

import "etamil/internal/ir"

// SplitEdges puts an empty block on each edge from a block with several ways
// out to a block with several ways in, when arguments are passed on it: the
// moves then have a place of their own. Then it lays the blocks out.
func SplitEdges(f *ir.Func) {
	f.Recompute()
	for _, b := range append([]*ir.Block(nil), f.Blocks...) {
		if len(b.Term.Succs) < 2 {
			continue
		}
		for i := range b.Term.Succs {
			e := &b.Term.Succs[i]
			if len(e.Args) == 0 || len(e.To.Preds) < 2 {
				continue
			}
			if b.Term.Kind == ir.TermNext && i == 0 || b.Term.Kind == ir.TermTry && i == 1 {
				panic("regalloc: the body of a next, and a handler, have one way in")
			}
			n := f.NewBlock()
			n.Handler = b.Handler
			n.Jump(e.To, e.Args...)
			*e = ir.Edge{To: n}
		}
	}
	f.Recompute()
	f.Layout()
}
