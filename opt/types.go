package opt

import "etamil/internal/ir"

// types narrows Value.Type to the kinds a value can have when the program runs.
// It only learns: no instruction changes. It begins with nothing for every
// value and adds kinds until nothing changes (so a loop's counter that starts
// at 0 and grows by 1 is a number, although it depends on itself).
func types(f *ir.Func) bool {
	old := make([]ir.Type, f.NumValues())
	kind := make([]ir.Type, f.NumValues())
	entry := f.Blocks[0]
	for _, b := range f.Blocks {
		for _, p := range b.Params {
			old[p.ID] = p.Type
			if b == entry || given(b, p) {
				kind[p.ID] = p.Type
			}
		}
		for _, v := range b.Instrs {
			old[v.ID] = v.Type
		}
	}
	// In the order in which values are computed: then most are right at once, and
	// only loops need another round.
	post := f.Postorder()
	for changed := true; changed; {
		changed = false
		set := func(v *ir.Value, t ir.Type) {
			if t |= kind[v.ID]; t != kind[v.ID] {
				kind[v.ID] = t
				changed = true
			}
		}
		for i := len(post) - 1; i >= 0; i-- {
			b := post[i]
			for _, v := range b.Instrs {
				set(v, result(v, kind))
			}
			for _, e := range b.Term.Succs {
				skip := len(e.To.Params) - len(e.Args)
				for i, a := range e.Args {
					set(e.To.Params[skip+i], kind[a.ID])
				}
			}
		}
	}
	changed := false
	for _, b := range f.Blocks {
		for _, p := range b.Params {
			if b != entry {
				p.Type = kind[p.ID]
			}
			changed = changed || p.Type != old[p.ID]
		}
		for _, v := range b.Instrs {
			v.Type = kind[v.ID]
			changed = changed || v.Type != old[v.ID]
		}
	}
	return changed
}

// given reports whether p gets its value from an iterator or an error.
func given(b *ir.Block, p *ir.Value) bool {
	for _, pred := range b.Preds {
		for _, e := range pred.Term.Succs {
			if e.To != b {
				continue
			}
			for _, q := range b.Params[:len(b.Params)-len(e.Args)] {
				if q == p {
					return true
				}
			}
		}
	}
	return false
}

// result is the kinds v can have, given those of its operands so far.
func result(v *ir.Value, kind []ir.Type) ir.Type {
	arg := func(i int) ir.Type { return kind[v.Args[i].ID] }
	switch v.Op {
	case ir.OpConst:
		return v.Const.Type()
	case ir.OpCheck:
		return arg(0) &^ ir.TUndef
	case ir.OpNilIfUndef:
		t := arg(0)
		if t&ir.TUndef != 0 {
			t |= ir.TNil
		}
		return t &^ ir.TUndef
	case ir.OpSetIndex, ir.OpOwnIndex:
		return arg(0) & (ir.TList | ir.TRecord)
	}
	return v.Op.Info().Result
}
