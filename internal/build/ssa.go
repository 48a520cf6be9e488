package build

import (
	"etamil/internal/check"
	"etamil/internal/ir"
	"etamil/internal/source"
)

// ssa finds the value of a variable at a place.
type ssa struct {
	b      *builder
	blocks []block   // by block number
	number []int32   // by value number: one more than where it stands in params; 0: nowhere
	params []passing // of those parameters that something is known of

	// Room for the beginnings of lists, which mostly stay as short.
	vars   []variable
	preds  []*ir.Block
	values []*ir.Value
}

// taken is an empty list with room for n from what room has.
func taken[T any](room *[]T, n int) []T {
	if len(*room) < n {
		*room = make([]T, 16*n)
	}
	list := (*room)[:0:n]
	*room = (*room)[n:]
	return list
}

// block is what is known of a block that is being built.
type block struct {
	defs   vars // at its end so far
	preds  []*ir.Block
	sealed bool    // all predecessors are known
	open   []unmet // parameters that wait for predecessors, in their order
}

type unmet struct {
	v *check.Var
	p *ir.Value
}

// passing is what is known of a parameter.
type passing struct {
	same  *ir.Value   // it was found to be needless: what it is
	args  []*ir.Value // by predecessor
	users []*ir.Value // parameters that it goes into
}

// vars has the values of variables: in a list as long as there are few, as in most blocks.
type vars struct {
	few  []variable
	many map[*check.Var]*ir.Value
}

type variable struct {
	v *check.Var
	x *ir.Value
}

const fewVars = 8

func (m *vars) get(v *check.Var) *ir.Value {
	if m.many != nil {
		return m.many[v]
	}
	for i := range m.few {
		if m.few[i].v == v {
			return m.few[i].x
		}
	}
	return nil
}

func (m *vars) set(v *check.Var, x *ir.Value) {
	if m.many != nil {
		m.many[v] = x
		return
	}
	for i := range m.few {
		if m.few[i].v == v {
			m.few[i].x = x
			return
		}
	}
	if len(m.few) < fewVars {
		m.few = append(m.few, variable{v, x})
		return
	}
	m.many = map[*check.Var]*ir.Value{v: x}
	for _, d := range m.few {
		m.many[d.v] = d.x
	}
	m.few = nil
}

func (s *ssa) init(b *builder) { s.b = b }

// at is what is known of b, good until a block is added.
func (s *ssa) at(b *ir.Block) *block {
	if n := s.b.f.NumBlocks(); len(s.blocks) < n {
		s.blocks = append(s.blocks, make([]block, n-len(s.blocks))...)
	}
	return &s.blocks[b.ID]
}

// of is what is known of the parameter p, good until another parameter is asked for.
func (s *ssa) of(p *ir.Value) *passing {
	if n := s.b.f.NumValues(); len(s.number) <= p.ID {
		s.number = append(s.number, make([]int32, n-len(s.number))...)
	}
	if s.number[p.ID] == 0 {
		s.params = append(s.params, passing{})
		s.number[p.ID] = int32(len(s.params))
	}
	return &s.params[s.number[p.ID]-1]
}

// pass notes one more argument of p.
func (s *ssa) pass(p, x *ir.Value) {
	k := s.of(p)
	if k.args == nil {
		k.args = taken(&s.values, 2)
	}
	k.args = append(k.args, x)
}

// same is what v was found to be, or nil.
func (s *ssa) same(v *ir.Value) *ir.Value {
	if v.ID < len(s.number) && s.number[v.ID] != 0 {
		return s.params[s.number[v.ID]-1].same
	}
	return nil
}

func (s *ssa) edge(from, to *ir.Block) {
	t := s.at(to)
	if t.preds == nil {
		t.preds = taken(&s.preds, 2)
	}
	t.preds = append(t.preds, from)
}

func (s *ssa) set(b *ir.Block, v *check.Var, x *ir.Value) {
	m := &s.at(b).defs
	if m.few == nil && m.many == nil {
		m.few = taken(&s.vars, 4)
	}
	m.set(v, x)
}

// get returns the value of v at the end of b so far. A chain of blocks with one
// predecessor each is walked without recursion: long programs have long chains.
func (s *ssa) get(b *ir.Block, v *check.Var) *ir.Value {
	var chain []*ir.Block
	var x *ir.Value
	for {
		at := s.at(b)
		if d := at.defs.get(v); d != nil {
			x = s.find(d)
			break
		}
		if !at.sealed {
			x = b.AddParam(ir.TAny | ir.TUndef)
			at.open = append(at.open, unmet{v, x})
			s.set(b, v, x)
			break
		}
		p := at.preds
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
	for _, pred := range s.at(b).preds {
		a := s.get(pred, v)
		s.pass(p, a)
		if a.Op == ir.OpParam && a != p {
			q := s.of(a)
			q.users = append(q.users, p)
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
		k := s.of(q)
		if k.same != nil || k.args == nil {
			continue
		}
		var one *ir.Value
		trivial := true
		for _, a := range k.args {
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
		k.same = one
		work = append(work, k.users...)
		if one.Op == ir.OpParam {
			users := k.users
			k = s.of(one)
			k.users = append(k.users, users...)
		}
	}
	return s.find(p)
}

// find follows needless parameters to what they stand for.
func (s *ssa) find(v *ir.Value) *ir.Value {
	r := v
	for s.same(r) != nil {
		r = s.same(r)
	}
	for v != r {
		k := s.of(v)
		v, k.same = k.same, r
	}
	return r
}

// seal says that every predecessor of b is known now.
func (s *ssa) seal(b *ir.Block) {
	at := s.at(b)
	at.sealed = true
	open := at.open
	at.open = nil
	for _, o := range open {
		s.fill(b, o.v, o.p)
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
			if s.same(p) != nil {
				continue
			}
			kept = append(kept, p)
			args := s.of(p).args
			if args == nil {
				continue // given by the caller, by next or by an error
			}
			var used map[*ir.Block]int
			for i, pred := range s.at(blk).preds {
				n := 0
				if t := pred.Term.Succs; len(t) == 2 && t[0].To == t[1].To {
					// A predecessor with two edges here is listed twice.
					if used == nil {
						used = map[*ir.Block]int{}
					}
					n = used[pred]
					used[pred]++
				}
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
