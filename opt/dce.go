package opt

import "etamil/internal/ir"

// dce drops instructions whose result nobody uses, and parameters that nobody
// reads.
//
// Contract: an instruction stays if it can raise an error, changes anything, or
// is needed by one that stays. Arithmetic on what is known to be numbers can
// still be too large, so it stays too.
func dce(f *ir.Func) bool {
	f.Recompute()
	live := make([]bool, f.NumValues())
	var work []*ir.Value
	need := func(v *ir.Value) {
		if v != nil && !live[v.ID] {
			live[v.ID] = true
			work = append(work, v)
		}
	}
	args := make([][]*ir.Value, f.NumValues()) // of a parameter
	for _, b := range f.Blocks {
		if b == f.Blocks[0] {
			for _, p := range b.Params {
				need(p)
			}
		}
		for _, v := range b.Instrs {
			if v.Effect()&(ir.CanTrap|ir.WritesMem) != 0 {
				need(v)
			}
		}
		need(b.Term.Value)
		for _, e := range b.Term.Succs {
			skip := len(e.To.Params) - len(e.Args)
			for k, p := range e.To.Params {
				if k < skip {
					need(p) // given by an iterator or an error
				} else {
					args[p.ID] = append(args[p.ID], e.Args[k-skip])
				}
			}
		}
	}
	for len(work) > 0 {
		v := work[len(work)-1]
		work = work[:len(work)-1]
		for _, a := range v.Args {
			need(a)
		}
		for _, a := range args[v.ID] {
			need(a)
		}
	}
	changed := false
	for _, b := range f.Blocks {
		for i := range b.Term.Succs {
			e := &b.Term.Succs[i]
			skip := len(e.To.Params) - len(e.Args)
			kept := e.Args[:0]
			for k, a := range e.Args {
				if live[e.To.Params[skip+k].ID] {
					kept = append(kept, a)
				}
			}
			e.Args = kept
		}
	}
	for _, b := range f.Blocks {
		params := b.Params[:0]
		for _, p := range b.Params {
			if live[p.ID] {
				params = append(params, p)
			} else {
				changed = true
			}
		}
		b.Params = params
		instrs := b.Instrs[:0]
		for _, v := range b.Instrs {
			if live[v.ID] {
				instrs = append(instrs, v)
			} else {
				changed = true
			}
		}
		b.Instrs = instrs
	}
	return changed
}
