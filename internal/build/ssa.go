package build

import (
	"etamil/internal/check"
	"etamil/internal/ir"
	"etamil/internal/source"
)

// ssa finds the value of a variable at a place.
type ssa struct {
	b      *builder
	defs   map[*ir.Block]map[*check.Var]*ir.Value // at the end of each block so far
	preds  map[*ir.Block][]*ir.Block
	sealed map[*ir.Block]bool                     // all predecessors are known
	open   map[*ir.Block]map[*check.Var]*ir.Value // parameters that wait for predecessors
	same   map[*ir.Value]*ir.Value                // parameters found to be needless: what they are
	users  map[*ir.Value][]*ir.Value              // parameters that a parameter goes into
	args   map[*ir.Value][]*ir.Value              // of a parameter, by predecessor
}

func (s *ssa) init(b *builder) {
	s.b = b
	s.defs = map[*ir.Block]map[*check.Var]*ir.Value{}
	s.preds = map[*ir.Block][]*ir.Block{}
	s.sealed = map[*ir.Block]bool{}
	s.open = map[*ir.Block]map[*check.Var]*ir.Value{}
	s.same = map[*ir.Value]*ir.Value{}
	s.users = map[*ir.Value][]*ir.Value{}
	s.args = map[*ir.Value][]*ir.Value{}
}

func (s *ssa) edge(from, to *ir.Block) { s.preds[to] = append(s.preds[to], from) }

func (s *ssa) set(b *ir.Block, v *check.Var, x *ir.Value) {
	m := s.defs[b]
	if m == nil {
		m = map[*check.Var]*ir.Value{}
		s.defs[b] = m
	}
	m[v] = x
}

// get returns the value of v at the end of b so far. A chain of blocks with one
// predecessor each is walked without recursion: long programs have long chains.
func (s *ssa) get(b *ir.Block, v *check.Var) *ir.Value {
	var chain []*ir.Block
	var x *ir.Value
	for {
		if d := s.defs[b][v]; d != nil {
			x = s.find(d)
			break
		}
		if !s.sealed[b] {
			x = b.AddParam(ir.TAny | ir.TUndef)
			if s.open[b] == nil {
				s.open[b] = map[*check.Var]*ir.Value{}
			}
			s.open[b][v] = x
			s.set(b, v, x)
			break
		}
		p := s.preds[b]
		if len(p) == 0 {
			x = s.undef(b)
			s.set(b, v, x)
			break
		}
		if len(p) == 1 {
			chain = append(chain, b)
			b = p[0]
			continue
		}
		x = b.AddParam(ir.TAny | ir.TUndef)
		s.set(b, v, x)
		x = s.fill(b, v, x)
		s.set(b, v, x)
		break
	}
	for _, c := range chain {
		s.set(c, v, x)
	}
	return x
}

// undef puts a constant in front of the entry block, or of a block that can't
// be reached.
func (s *ssa) undef(b *ir.Block) *ir.Value {
	v := s.b.f.NewValue(ir.OpConst, ir.TUndef)
	v.Const = ir.Const{Kind: ir.ConstUndef}
	v.Block = b
	b.Instrs = append([]*ir.Value{v}, b.Instrs...)
	return v
}

// fill asks every predecessor of b for v, the arguments of the parameter p.
func (s *ssa) fill(b *ir.Block, v *check.Var, p *ir.Value) *ir.Value {
	for _, pred := range s.preds[b] {
		a := s.get(pred, v)
		s.args[p] = append(s.args[p], a)
		if a.Op == ir.OpParam && a != p {
			s.users[a] = append(s.users[a], p)
		}
	}
	return s.simplify(p)
}

// simplify replaces a parameter whose arguments are all one value, or itself.
func (s *ssa) simplify(p *ir.Value) *ir.Value {
	work := []*ir.Value{p}
	for len(work) > 0 {
		q := work[len(work)-1]
		work = work[:len(work)-1]
		if s.same[q] != nil || s.args[q] == nil {
			continue
		}
		var one *ir.Value
		trivial := true
		for _, a := range s.args[q] {
			a = s.find(a)
			if a == q || a == one {
				continue
			}
			if one != nil {
				trivial = false
				break
			}
			one = a
		}
		if !trivial || one == nil {
			continue
		}
		s.same[q] = one
		if one.Op == ir.OpParam {
			s.users[one] = append(s.users[one], s.users[q]...)
		}
		work = append(work, s.users[q]...)
	}
	return s.find(p)
}

// find follows needless parameters to what they stand for.
func (s *ssa) find(v *ir.Value) *ir.Value {
	r := v
	for s.same[r] != nil {
		r = s.same[r]
	}
	for s.same[v] != nil {
		v, s.same[v] = s.same[v], r
	}
	return r
}

// seal says that every predecessor of b is known now.
func (s *ssa) seal(b *ir.Block) {
	s.sealed[b] = true
	open := s.open[b]
	delete(s.open, b)
	// In the order of the parameters, so that the result doesn't depend on
	// the order of a map.
	for _, p := range append([]*ir.Value(nil), b.Params...) {
		for v, q := range open {
			if q == p {
				s.fill(b, v, p)
			}
		}
	}
}

// read returns the value of v here; it may be undef.
func (b *builder) read(v *check.Var, pos source.Pos) *ir.Value {
	if s, ok := b.slot[v]; ok {
		x := b.add(ir.OpSlotGet, pos)
		x.Int, x.Name = s, v.Name
		return x
	}
	return b.ssa.get(b.cur, v)
}

// write gives v a value from here on.
func (b *builder) write(v *check.Var, x *ir.Value, pos source.Pos) {
	if s, ok := b.slot[v]; ok {
		b.slotSet(s, x, pos)
		return
	}
	if v.Func == nil && !b.here[v] {
		op := ir.OpSetGlobal
		if v.Window {
			op = ir.OpSetWindow
		}
		g := b.named(op, v.Name, pos, x)
		g.Int = int64(v.Index)
		return
	}
	b.ssa.set(b.cur, v, x)
}

func (b *builder) slotSet(s int64, x *ir.Value, pos source.Pos) {
	v := b.add(ir.OpSlotSet, pos, x)
	v.Int = s
}

// finish puts the arguments of parameters on the edges, drops needless
// parameters, and removes checks of what is certainly set.
func (b *builder) finish() {
	f, s := b.f, &b.ssa
	for _, blk := range f.Blocks {
		kept := blk.Params[:0]
		for _, p := range blk.Params {
			if s.same[p] != nil {
				continue
			}
			kept = append(kept, p)
			args := s.args[p]
			if args == nil {
				continue // given by the caller, by next or by an error
			}
			used := map[*ir.Block]int{}
			for i, pred := range s.preds[blk] {
				// A predecessor with two edges here is listed twice.
				n := used[pred]
				used[pred]++
				for e := range pred.Term.Succs {
					if pred.Term.Succs[e].To != blk {
						continue
					}
					if n == 0 {
						pred.Term.Succs[e].Args = append(pred.Term.Succs[e].Args, args[i])
						break
					}
					n--
				}
			}
		}
		blk.Params = kept
	}
	for _, blk := range f.Blocks {
		for _, v := range blk.Instrs {
			b.resolve(v.Args)
		}
		if blk.Term.Value != nil {
			blk.Term.Value = s.find(blk.Term.Value)
		}
		for _, e := range blk.Term.Succs {
			b.resolve(e.Args)
		}
	}
	f.Recompute()
	dropChecks(f)
}

func (b *builder) resolve(args []*ir.Value) {
	for i, a := range args {
		args[i] = b.ssa.find(a)
	}
}
