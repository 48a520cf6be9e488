package opt

import "etamil/internal/ir"

// clean makes the graph smaller: a parameter that always gets one value is that
// value; a block with one way in, from a block with one way out, is joined to
// it; an empty block that only jumps on is skipped.
//
// Contract: no instruction is dropped or reordered, and blocks with different
// handlers stay apart. It ends because each change removes a parameter or a
// block.
func clean(f *ir.Func) bool {
	changed := false
	for again := true; again; {
		again = params(f)
		again = join(f) || again
		again = skip(f) || again
		changed = changed || again
	}
	return changed
}

// params drops parameters whose arguments are all one value, or themselves.
func params(f *ir.Func) bool {
	f.Recompute()
	changed := false
	for again := true; again; {
		again = false
		is := map[*ir.Value]*ir.Value{}
		for _, b := range f.Blocks[1:] {
			kept := []int{}
			for i, p := range b.Params {
				one, ok := only(b, i)
				if ok && is[one] == nil && one != p {
					is[p] = one
					continue
				}
				kept = append(kept, i)
			}
			if len(kept) == len(b.Params) {
				continue
			}
			for _, pred := range b.Preds {
				for s := range pred.Term.Succs {
					e := &pred.Term.Succs[s]
					if e.To != b {
						continue
					}
					skip := len(b.Params) - len(e.Args)
					var args []*ir.Value
					for _, i := range kept {
						if i >= skip {
							args = append(args, e.Args[i-skip])
						}
					}
					e.Args = args
				}
			}
			// A predecessor with two edges is listed twice; its edges are done.
			var ps []*ir.Value
			for _, i := range kept {
				ps = append(ps, b.Params[i])
			}
			b.Params = ps
			break // edges of other blocks may pass what was dropped: replace first
		}
		if len(is) > 0 {
			replace(f, is)
			again, changed = true, true
		}
	}
	return changed
}

// only returns the one value that parameter i of b gets on every way.
func only(b *ir.Block, i int) (*ir.Value, bool) {
	var one *ir.Value
	for _, pred := range b.Preds {
		for _, e := range pred.Term.Succs {
			if e.To != b {
				continue
			}
			skip := len(b.Params) - len(e.Args)
			if i < skip {
				return nil, false
			}
			a := e.Args[i-skip]
			if a == b.Params[i] || a == one {
				continue
			}
			if one != nil {
				return nil, false
			}
			one = a
		}
	}
	return one, one != nil
}

// join appends to each block the block that only it leads to.
func join(f *ir.Func) bool {
	changed := false
	for _, b := range f.Blocks {
		for b.Term.Kind == ir.TermJump {
			n := b.Term.Succs[0].To
			if n == b || len(n.Preds) != 1 || n.Handler != b.Handler || n == f.Blocks[0] {
				break
			}
			is := map[*ir.Value]*ir.Value{}
			for i, p := range n.Params {
				is[p] = b.Term.Succs[0].Args[i]
			}
			for _, v := range n.Instrs {
				v.Block = b
			}
			b.Instrs = append(b.Instrs, n.Instrs...)
			b.Term = n.Term
			n.Instrs, n.Term = nil, ir.Term{Kind: ir.TermHalt}
			n.Params = nil
			replace(f, is)
			f.Recompute()
			changed = true
			return true || changed
		}
	}
	return changed
}

// skip sends what leads to an empty block, without parameters, on to where that
// jumps. The entry, and bodies of next and try, are left alone.
func skip(f *ir.Func) bool {
	for _, b := range f.Blocks[1:] {
		if len(b.Instrs) > 0 || len(b.Params) > 0 || b.Term.Kind != ir.TermJump {
			continue
		}
		to := b.Term.Succs[0]
		if to.To == b {
			continue
		}
		ok := len(b.Preds) > 0
		for _, p := range b.Preds {
			if p.Term.Kind == ir.TermTry || p.Term.Kind == ir.TermNext {
				ok = false
			}
			// Two edges to one block with different arguments would need to be
			// told apart later; SplitEdges does that, if only one passes any.
			for _, e := range p.Term.Succs {
				if e.To == to.To {
					ok = false
				}
			}
		}
		if !ok {
			continue
		}
		for _, p := range b.Preds {
			for i := range p.Term.Succs {
				if p.Term.Succs[i].To == b {
					p.Term.Succs[i] = ir.Edge{To: to.To, Args: append([]*ir.Value(nil), to.Args...)}
				}
			}
		}
		f.Recompute()
		return true
	}
	return false
}
