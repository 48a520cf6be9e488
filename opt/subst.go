package opt

import "etamil/internal/ir"

// subst says which values are to be replaced by which. It is a forest: a value
// may be replaced by one that is replaced itself.
type subst struct {
	to  []*ir.Value // by value number
	any bool
}

func newSubst(f *ir.Func) *subst { return &subst{to: make([]*ir.Value, f.NumValues())} }

// set replaces v by x, which must not lead back to v.
func (s *subst) set(v, x *ir.Value) {
	s.to[v.ID] = x
	s.any = true
}

// find is what v is to be replaced by; v if it stays.
func (s *subst) find(v *ir.Value) *ir.Value {
	r := v
	for s.to[r.ID] != nil {
		r = s.to[r.ID]
	}
	for s.to[v.ID] != nil {
		v, s.to[v.ID] = s.to[v.ID], r
	}
	return r
}

// apply puts the other values in their places and drops those replaced, in one
// walk over f. It reports whether there were any.
func (s *subst) apply(f *ir.Func) bool {
	if !s.any {
		return false
	}
	for _, b := range f.Blocks {
		kept := b.Instrs[:0]
		for _, v := range b.Instrs {
			if s.to[v.ID] != nil {
				continue
			}
			for i, a := range v.Args {
				v.Args[i] = s.find(a)
			}
			kept = append(kept, v)
		}
		b.Instrs = kept
		if b.Term.Value != nil {
			b.Term.Value = s.find(b.Term.Value)
		}
		for _, e := range b.Term.Succs {
			for i, a := range e.Args {
				e.Args[i] = s.find(a)
			}
		}
	}
	return true
}
