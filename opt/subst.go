package opt

import "etamil/internal/ir"

// subst says which values are to be replaced by which. It is a forest: a value
// may be replaced by one that is replaced itself.
type subst struct {
	f   *ir.Func
	to  []*ir.Value // by value number; nil: nothing is replaced yet
	any bool
}

func newSubst(f *ir.Func) *subst { return &subst{f: f} }

// set replaces v by x, which must not lead back to v.
func (s *subst) set(v, x *ir.Value) {
	if n := s.f.NumValues(); len(s.to) < n {
		s.to = append(make([]*ir.Value, 0, n), s.to...)[:n]
	}
	s.to[v.ID] = x
	s.any = true
}

// has reports whether v is to be replaced.
func (s *subst) has(v *ir.Value) bool { return v.ID < len(s.to) && s.to[v.ID] != nil }

// find is what v is to be replaced by; v if it stays.
func (s *subst) find(v *ir.Value) *ir.Value {
	if !s.has(v) {
		return v
	}
	r := v
	for s.has(r) {
		r = s.to[r.ID]
	}
	for s.has(v) {
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
			if s.has(v) {
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
