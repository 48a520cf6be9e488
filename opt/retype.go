package opt

import "etamil/internal/ir"

// retype narrows Value.Type to the kinds a value can have when the program runs.
// It only learns: no instruction changes. It begins with nothing for every
// value and adds kinds until nothing changes (so a loop's counter that starts
// at 0 and grows by 1 is a number, although it depends on itself). What comes
// from other functions is what types has said of it.
func retype(f *ir.Func) bool {
	w := newFlow(f, make([]ir.Type, f.NumValues()), make([]int32, f.NumBlocks()))
	w.openParams()
	w.run()
	return w.apply()
}

// flow finds kinds in one function.
type flow struct {
	f     *ir.Func
	kind  []ir.Type // by value number: what has been found
	post  []*ir.Block
	place []int32     // by block number: where it stands in post
	p     *program    // the others; nil: what comes from them is in Value.Type
	out   []*ir.Value // what passes values on to others
}

func newFlow(f *ir.Func, kind []ir.Type, place []int32) flow {
	w := flow{f: f, kind: kind, post: f.Postorder(), place: place}
	for i, b := range w.post {
		place[b.ID] = int32(i)
	}
	for _, b := range f.Blocks {
		for _, e := range b.Term.Succs {
			// What an iterator or an error gives.
			for _, p := range e.To.Params[:len(e.To.Params)-len(e.Args)] {
				kind[p.ID] = p.Type
			}
		}
	}
	return w
}

// openParams says that parameters may be what their types allow.
func (w *flow) openParams() {
	for _, p := range w.f.Blocks[0].Params {
		w.kind[p.ID] = p.Type
	}
}

// run adds kinds until nothing changes. It walks in the order in which values are computed, so
// all is known behind one walk, unless a way back has brought something new.
func (w *flow) run() {
	for again := true; again; {
		again = false
		for i := len(w.post) - 1; i >= 0; i-- {
			b := w.post[i]
			for _, v := range b.Instrs {
				w.kind[v.ID] |= w.result(v)
			}
			for _, e := range b.Term.Succs {
				skip := len(e.To.Params) - len(e.Args)
				for k, a := range e.Args {
					if add(&w.kind[e.To.Params[skip+k].ID], w.kind[a.ID]) && int(w.place[e.To.ID]) >= i {
						again = true
					}
				}
			}
		}
	}
}

// apply writes down what was found and says whether anything of it is news.
func (w *flow) apply() bool {
	changed := false
	set := func(v *ir.Value) {
		changed = changed || v.Type != w.kind[v.ID]
		v.Type = w.kind[v.ID]
	}
	for _, b := range w.f.Blocks {
		for _, p := range b.Params {
			set(p)
		}
		for _, v := range b.Instrs {
			set(v)
		}
	}
	return changed
}

// returned is the kinds that the function can return.
func (w *flow) returned() (t ir.Type) {
	for _, b := range w.post {
		if b.Term.Kind == ir.TermReturn {
			t |= w.kind[b.Term.Value.ID]
		}
		for _, v := range b.Instrs {
			if v.Op == ir.OpTry {
				t |= ir.TResult // a failure
			}
		}
	}
	return t
}

// result is the kinds v can have, given those of its operands so far.
func (w *flow) result(v *ir.Value) ir.Type {
	arg := func(i int) ir.Type { return w.kind[v.Args[i].ID] }
	switch v.Op {
	case ir.OpConst:
		return v.Const.Type()
	case ir.OpHold:
		return arg(0)
	case ir.OpCheck:
		return arg(0) &^ ir.TUndef
	case ir.OpNilIfUndef:
		t := arg(0)
		if t&ir.TUndef != 0 {
			t |= ir.TNil
		}
		return t &^ ir.TUndef
	case ir.OpCall, ir.OpCapture, ir.OpGetGlobal, ir.OpGlobalOrUndef:
		if w.p == nil {
			return v.Type
		}
		return w.p.leaf(v)
	case ir.OpOrGlobal:
		if w.p == nil {
			return v.Type
		}
		return arg(0)&^ir.TUndef | w.p.leaf(v)
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
