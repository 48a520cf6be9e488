package build

import "etamil/internal/ir"

// dropChecks removes tests of values that are certainly set, and narrows the
// types of block parameters that never are undef. It assumes the best (nothing
// is undef) and spreads the exceptions until nothing changes.
func dropChecks(f *ir.Func) {
	undef := make([]bool, f.NumValues())
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			switch v.Op {
			case ir.OpConst:
				undef[v.ID] = v.Const.Kind == ir.ConstUndef
			case ir.OpSlotGet, ir.OpGlobalOrUndef, ir.OpWindowOrUndef:
				undef[v.ID] = true
			}
		}
	}
	for _, p := range f.Blocks[0].Params {
		undef[p.ID] = p.Type&ir.TUndef != 0
	}
	for changed := true; changed; {
		changed = false
		for _, b := range f.Blocks {
			for _, e := range b.Term.Succs {
				skip := len(e.To.Params) - len(e.Args)
				for i, a := range e.Args {
					p := e.To.Params[skip+i]
					if undef[a.ID] && !undef[p.ID] {
						undef[p.ID] = true
						changed = true
					}
				}
			}
		}
	}
	same := map[*ir.Value]*ir.Value{}
	for _, b := range f.Blocks {
		if b != f.Blocks[0] {
			for _, p := range b.Params {
				if !undef[p.ID] {
					p.Type &^= ir.TUndef
				}
			}
		}
		kept := b.Instrs[:0]
		for _, v := range b.Instrs {
			for i, a := range v.Args {
				if r := same[a]; r != nil {
					v.Args[i] = r
				}
			}
			switch v.Op {
			case ir.OpCheck, ir.OpOrGlobal, ir.OpOrWindow, ir.OpNilIfUndef:
				if !undef[v.Args[0].ID] {
					same[v] = v.Args[0]
					continue
				}
			case ir.OpIsSet:
				if !undef[v.Args[0].ID] {
					v.Op, v.Args, v.Type = ir.OpConst, nil, ir.TBool
					v.Const = ir.Const{Kind: ir.ConstBool, Bool: true}
				}
			}
			kept = append(kept, v)
		}
		b.Instrs = kept
	}
	// A use may stand in a block that comes before its definition in the list.
	find := func(v *ir.Value) *ir.Value {
		for same[v] != nil {
			v = same[v]
		}
		return v
	}
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			for i, a := range v.Args {
				v.Args[i] = find(a)
			}
		}
		if b.Term.Value != nil {
			b.Term.Value = find(b.Term.Value)
		}
		for _, e := range b.Term.Succs {
			for i, a := range e.Args {
				e.Args[i] = find(a)
			}
		}
	}
}
