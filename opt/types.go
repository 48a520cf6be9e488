package opt

import (
	"slices"

	"etamil/internal/ir"
)

// types narrows Value.Type in all functions, from those that call nothing upwards: what a
// call gives is what its function returns. A function that calls itself is looked at again
// until what it returns is what its own calls were taken to give; those that call each other in
// a circle, tasks, and functions with a ?, which may return a failure instead, may return
// anything.
func types(funcs []*ir.Func) bool {
	returns := make([]ir.Type, len(funcs))
	known := make([]bool, len(funcs))
	order, recursive := upwards(funcs)
	changed := false
	for _, f := range order {
		self := f.Index
		knows := true // all that f calls, or itself only
		known[self] = true
		for _, b := range f.Blocks {
			for _, v := range b.Instrs {
				knows = knows && (v.Op != ir.OpCall || known[v.Int])
			}
		}
		if !knows || f.Task {
			returns[self] = ir.TAny
		}
		before := kinds(f)
		for {
			for _, b := range f.Blocks {
				for _, v := range b.Instrs {
					if v.Op != ir.OpCall {
						continue
					}
					t := returns[v.Int]
					if !known[v.Int] {
						t = ir.TAny
					}
					v.Type = t
				}
			}
			retype(f)
			had := returns[self]
			returns[self] |= returned(f)
			if !recursive[self] || returns[self] == had {
				break
			}
		}
		changed = changed || !slices.Equal(before, kinds(f))
	}
	return changed
}

// kinds lists what is said of f's values.
func kinds(f *ir.Func) []ir.Type {
	all := make([]ir.Type, f.NumValues())
	for _, b := range f.Blocks {
		for _, v := range b.Params {
			all[v.ID] = v.Type
		}
		for _, v := range b.Instrs {
			all[v.ID] = v.Type
		}
	}
	return all
}

// returned is the kinds that f can return.
func returned(f *ir.Func) (t ir.Type) {
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			if v.Op == ir.OpTry {
				return ir.TAny
			}
		}
		if b.Term.Kind == ir.TermReturn {
			t |= b.Term.Value.Type
		}
	}
	if t == 0 {
		return ir.TNil // it never returns
	}
	return t
}

// retype narrows Value.Type to the kinds a value can have when the program runs.
// It only learns: no instruction changes. It begins with nothing for every
// value and adds kinds until nothing changes (so a loop's counter that starts
// at 0 and grows by 1 is a number, although it depends on itself).
func retype(f *ir.Func) bool {
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
	case ir.OpCall:
		return v.Type // what its function returns
	case ir.OpBuiltin:
		// The machine goes on with nil where a builtin ran out of memory, until it looks.
		switch v.Spec.Result {
		case "number":
			return ir.TNumber | ir.TNil
		case "bool":
			return ir.TBool | ir.TNil
		}
	case ir.OpSetIndex, ir.OpOwnIndex:
		return arg(0) & (ir.TList | ir.TRecord)
	}
	return v.Op.Info().Result
}
