package opt

import (
	"slices"
	"strconv"
	"strings"

	"etamil/internal/ir"
)

// scalars takes records and lists apart that only this function sees, and of which it only
// reads and sets parts by name or by a constant number: each part becomes a value of its own.
// That is what is left of a function that returns two things once it is inlined, of [a, b] = [b, a],
// and of a record that a loop counts in.
//
// Contract: no part is read or set that isn't there, so no error is lost. What goes to a call,
// into a container, a variable or out of the function stays whole, and so does what reaches a block on
// only some ways, or with other fields. Not made, it takes no memory: only the budget tells.
//
// All are taken to be candidates first, parameters of blocks that get one included; then those are
// taken away that are used otherwise, until nothing changes. Then there is one walk in the order
// in which values are computed.
func scalars(f *ir.Func) bool {
	if !makes(f) {
		return false
	}
	s := &splitter{f: f, goes: goes(f), of: make([]*aggregate, f.NumValues()), post: f.Postorder(), is: newSubst(f)}
	s.collect()
	for s.reject() {
	}
	if !slices.ContainsFunc(s.of, func(w *aggregate) bool { return w != nil }) {
		return false
	}
	s.split()
	retype(f)
	return true
}

// makes reports whether f makes any record or list.
func makes(f *ir.Func) bool {
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			if (v.Op == ir.OpRecord || v.Op == ir.OpList) && len(v.Args) > 0 && len(v.Args) <= maxParts {
				return true
			}
		}
	}
	return false
}

// goes finds what is read otherwise than by its parts, or by blocks it is passed to.
func goes(f *ir.Func) []bool {
	goes := make([]bool, f.NumValues())
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			for i, a := range v.Args {
				if i == 0 {
					switch v.Op {
					case ir.OpGetField, ir.OpGetIndex, ir.OpSetField, ir.OpSetIndex, ir.OpCheck, ir.OpNilIfUndef:
						continue
					}
				}
				goes[a.ID] = true
			}
		}
		if v := b.Term.Value; v != nil {
			goes[v.ID] = true
		}
	}
	return goes
}

// maxParts is how many parts something may have to be taken apart: each may need a register.
const maxParts = 16

// aggregate is a value that can be taken apart.
type aggregate struct {
	list  bool
	keys  []string    // of a list: numbers
	parts []*ir.Value // in the order of keys, once it is taken apart
}

type splitter struct {
	f    *ir.Func
	goes []bool       // by value number: something else sees it
	of   []*aggregate // by value number; nil: not to be taken apart
	post []*ir.Block
	is   *subst
}

// part is the number of the part that v, which reads or sets one, is about; false if there is
// none, or it isn't known.
func (w *aggregate) part(v *ir.Value) (int, bool) {
	key := v.Name
	switch v.Op {
	case ir.OpGetField, ir.OpSetField:
		if w.list {
			return 0, false
		}
	default:
		i := v.Args[1]
		if !w.list || i.Op != ir.OpConst || i.Const.Kind != ir.ConstNumber || i.Const.Num.Scale() != 0 {
			return 0, false
		}
		n, ok := i.Const.Num.Int64()
		return int(n), ok && n >= 0 && n < int64(len(w.keys))
	}
	i := slices.Index(w.keys, key)
	return i, i >= 0
}

func (w *aggregate) like(x *aggregate) bool { return w.list == x.list && slices.Equal(w.keys, x.keys) }

// collect finds candidates.
func (s *splitter) collect() {
	for again := true; again; {
		again = false
		for i := len(s.post) - 1; i >= 0; i-- {
			b := s.post[i]
			for _, v := range b.Instrs {
				if s.of[v.ID] == nil {
					s.of[v.ID] = s.candidate(v)
				}
			}
			for k := range b.Term.Succs {
				e := &b.Term.Succs[k]
				skip := len(e.To.Params) - len(e.Args)
				for i, a := range e.Args {
					p := e.To.Params[skip+i]
					if w := s.of[a.ID]; w != nil && s.of[p.ID] == nil {
						s.of[p.ID] = &aggregate{list: w.list, keys: w.keys}
						again = true
					}
				}
			}
		}
	}
}

func (s *splitter) candidate(v *ir.Value) *aggregate {
	if s.goes[v.ID] {
		return nil // as most do
	}
	switch v.Op {
	case ir.OpRecord:
		if len(v.Args) > 0 && len(v.Args) <= maxParts {
			return &aggregate{keys: strings.Split(v.Name, "\x00")}
		}
	case ir.OpList:
		if len(v.Args) > 0 && len(v.Args) <= maxParts {
			w := &aggregate{list: true}
			for i := range v.Args {
				w.keys = append(w.keys, strconv.Itoa(i))
			}
			return w
		}
	case ir.OpSetField, ir.OpSetIndex, ir.OpCheck, ir.OpNilIfUndef:
		if w := s.of[v.Args[0].ID]; w != nil {
			return &aggregate{list: w.list, keys: w.keys}
		}
	}
	return nil
}

// reject takes candidates away that are used otherwise, and says whether there were any.
func (s *splitter) reject() bool {
	any := false
	drop := func(v *ir.Value) {
		if s.of[v.ID] != nil {
			s.of[v.ID] = nil
			any = true
		}
	}
	for _, b := range s.post {
		for _, v := range b.Instrs {
			for i, a := range v.Args {
				w := s.of[a.ID]
				if w == nil {
					if i == 0 && v.Op != ir.OpRecord && v.Op != ir.OpList {
						drop(v) // it was made from one
					}
					continue
				}
				ok := false
				if i == 0 {
					switch v.Op {
					case ir.OpGetField, ir.OpGetIndex:
						_, ok = w.part(v)
					case ir.OpSetField, ir.OpSetIndex:
						_, ok = w.part(v)
						ok = ok && s.of[v.ID] != nil
					case ir.OpCheck, ir.OpNilIfUndef:
						ok = s.of[v.ID] != nil
					}
				}
				if !ok {
					drop(a)
				}
			}
		}
		if v := b.Term.Value; v != nil {
			drop(v)
		}
		for k := range b.Term.Succs {
			e := &b.Term.Succs[k]
			skip := len(e.To.Params) - len(e.Args)
			for i, p := range e.To.Params {
				if i < skip {
					drop(p)
					continue
				}
				a := e.Args[i-skip]
				if w, x := s.of[p.ID], s.of[a.ID]; w == nil || x == nil || !w.like(x) {
					drop(p)
					drop(a)
				}
			}
		}
	}
	return any
}

// split takes apart what is left.
func (s *splitter) split() {
	for _, b := range s.post {
		for _, p := range b.Params {
			if w := s.of[p.ID]; w != nil {
				for range w.keys {
					q := s.f.NewValue(ir.OpParam, ir.TAny)
					q.Block = b
					w.parts = append(w.parts, q)
				}
			}
		}
	}
	for i := len(s.post) - 1; i >= 0; i-- {
		b := s.post[i]
		kept := b.Instrs[:0]
		for _, v := range b.Instrs {
			if !s.instr(v) {
				kept = append(kept, v)
			}
		}
		b.Instrs = kept
	}
	for _, b := range s.post {
		for k := range b.Term.Succs {
			e := &b.Term.Succs[k]
			var args []*ir.Value
			for _, a := range e.Args {
				if w := s.whole(a); w != nil {
					args = append(args, w.parts...)
				} else {
					args = append(args, a)
				}
			}
			e.Args = args
		}
	}
	for _, b := range s.post {
		var params []*ir.Value
		for _, p := range b.Params {
			if w := s.whole(p); w != nil {
				params = append(params, w.parts...)
			} else {
				params = append(params, p)
			}
		}
		b.Params = params
	}
	s.is.apply(s.f)
}

// whole is what v is, if it is taken apart.
func (s *splitter) whole(v *ir.Value) *aggregate {
	if v.ID < len(s.of) {
		return s.of[v.ID]
	}
	return nil
}

// instr says whether v is no more; what reads a part is that part.
func (s *splitter) instr(v *ir.Value) bool {
	if w := s.of[v.ID]; w != nil {
		switch v.Op {
		case ir.OpRecord, ir.OpList:
			w.parts = v.Args
		case ir.OpSetField, ir.OpSetIndex:
			from := s.of[v.Args[0].ID]
			i, _ := from.part(v)
			w.parts = slices.Clone(from.parts)
			w.parts[i] = v.Args[len(v.Args)-1]
		default:
			w.parts = s.of[v.Args[0].ID].parts
		}
		return true
	}
	if v.Op != ir.OpGetField && v.Op != ir.OpGetIndex {
		return false
	}
	from := s.whole(v.Args[0])
	if from == nil {
		return false
	}
	i, _ := from.part(v)
	s.is.set(v, from.parts[i])
	return true
}
