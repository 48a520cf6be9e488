package opt

import "etamil/internal/ir"

// sccp finds values that are the same constant on every way that can be taken, and computes
// them; branches on such become jumps, and what no way leads to is dropped (Wegman and
// Zadeck's sparse conditional constant propagation, on parameters of blocks). It begins with
// the entry and follows only ways that what is known so far allows, so that a variable which
// no taken way changes is a constant around a loop as well.
//
// Then it replaces instructions that give one of their operands whatever that is
// (identity.go).
//
// Contract: a constant is exactly what the machine would compute, scale included; an
// instruction that would raise an error (too large, division by zero) is left for the
// machine. A computed instruction becomes a constant in place, so its value keeps its number.
//
// A walk goes through the blocks in the order in which they run, and another is needed only
// if a way back has brought something new; after maxRounds, which takes a program made for it,
// nothing is changed.
func sccp(f *ir.Func) bool {
	p := propagation{
		f: f, known: make([]fact, f.NumValues()), reached: make([]bool, f.NumBlocks()),
		place: make([]int32, f.NumBlocks()),
	}
	changed := p.run() && p.apply()
	return same(f) || changed
}

const maxRounds = 32

// fact is what has been found of a value so far.
type fact struct {
	state state
	c     *ir.Const // isConst
}

type state uint8

const (
	unseen  state = iota // no way to it has been taken
	isConst              // always this
	varies
)

type propagation struct {
	f       *ir.Func
	known   []fact  // by value number
	reached []bool  // by block number
	place   []int32 // by block number: where it stands in Postorder
	again   bool    // something came to a block that had been walked through already
	args    []*ir.Const
}

// run finds what is constant; false if it gave up.
func (p *propagation) run() bool {
	post := p.f.Postorder()
	for i, b := range post {
		p.place[b.ID] = int32(i)
	}
	p.reached[p.f.Blocks[0].ID] = true
	for _, v := range p.f.Blocks[0].Params {
		p.known[v.ID].state = varies
	}
	for range maxRounds {
		p.again = false
		for i := len(post) - 1; i >= 0; i-- {
			if p.reached[post[i].ID] {
				p.block(post[i])
			}
		}
		if !p.again {
			return true
		}
	}
	return false
}

// block computes b's instructions and goes on along the ways that can be taken.
func (p *propagation) block(b *ir.Block) {
	for _, v := range b.Instrs {
		k := &p.known[v.ID]
		switch {
		case k.state == varies:
		case v.Op == ir.OpConst:
			*k = fact{isConst, &v.Const}
		case k.state == unseen:
			if c, ok := p.compute(v); ok {
				*k = fact{isConst, keep(c)}
			} else {
				k.state = varies
			}
		default: // it was a constant: is it still?
			if c, ok := p.compute(v); !ok || c != *k.c {
				*k = fact{state: varies}
			}
		}
	}
	t := &b.Term
	if t.Kind == ir.TermIf {
		if k := p.known[t.Value.ID]; k.state == isConst {
			p.edge(b, &t.Succs[way(k.c)])
			return
		}
	}
	for i := range t.Succs {
		p.edge(b, &t.Succs[i])
	}
}

func keep(c ir.Const) *ir.Const { return &c }

// way is the number of the way out of a branch on c.
func way(c *ir.Const) int {
	if c.Truth() {
		return 0
	}
	return 1
}

// compute is what v gives, if its operands are constants, or always.
func (p *propagation) compute(v *ir.Value) (c ir.Const, ok bool) {
	if c, ok := byKinds(v); ok {
		return c, true
	}
	p.args = p.args[:0]
	for _, a := range v.Args {
		k := p.known[a.ID]
		if k.state != isConst {
			return c, false
		}
		p.args = append(p.args, k.c)
	}
	return evaluate(v.Op, p.args)
}

// edge takes e, a way out of b.
func (p *propagation) edge(b *ir.Block, e *ir.Edge) {
	news := !p.reached[e.To.ID]
	p.reached[e.To.ID] = true
	skip := len(e.To.Params) - len(e.Args)
	for i, q := range e.To.Params {
		k := &p.known[q.ID]
		if k.state == varies {
			continue
		}
		if i < skip { // given by an iterator or an error
			k.state, news = varies, true
			continue
		}
		switch a := p.known[e.Args[i-skip].ID]; {
		case a.state == unseen || k.state == isConst && a.state == isConst && *k.c == *a.c:
		case k.state == unseen:
			*k, news = a, true
		default:
			*k, news = fact{state: varies}, true
		}
	}
	if news && p.place[e.To.ID] >= p.place[b.ID] {
		p.again = true
	}
}

// apply puts constants in place, and cuts ways that are never taken.
func (p *propagation) apply() bool {
	changed, cut, params := false, false, 0
	for _, b := range p.f.Blocks {
		if !p.reached[b.ID] {
			continue
		}
		for _, q := range b.Params {
			if p.known[q.ID].state == isConst {
				params++
			}
		}
		for _, v := range b.Instrs {
			if k := p.known[v.ID]; k.state == isConst && v.Op != ir.OpConst {
				v.Op, v.Args, v.Const, v.Name, v.Spec = ir.OpConst, nil, *k.c, "", nil
				v.Type = k.c.Type()
				changed = true
			}
		}
		t := &b.Term
		if t.Kind != ir.TermIf {
			continue
		}
		if k := p.known[t.Value.ID]; k.state == isConst {
			b.Term = ir.Term{Kind: ir.TermJump, Succs: []ir.Edge{t.Succs[way(k.c)]}, Pos: t.Pos, In: t.In}
			cut = true
		}
	}
	if cut {
		p.f.Recompute()
	}
	if params > 0 {
		changed = p.params() || changed
	}
	return changed || cut
}

// params replaces parameters that are constants, where anything reads them, by constants in
// the same block. What nobody reads is dropped by dce.
func (p *propagation) params() bool {
	read := make([]bool, p.f.NumValues())
	for _, b := range p.f.Blocks {
		eachRead(b, func(at **ir.Value) { read[(*at).ID] = true })
	}
	is := newSubst(p.f)
	for _, b := range p.f.Blocks {
		var made []*ir.Value
		for _, q := range b.Params {
			k := p.known[q.ID]
			if k.state != isConst || !read[q.ID] {
				continue
			}
			c := p.f.NewValue(ir.OpConst, k.c.Type())
			c.Const, c.Block = *k.c, b
			made = append(made, c)
			is.set(q, c)
		}
		if made != nil {
			b.Instrs = append(made, b.Instrs...)
		}
	}
	return is.apply(p.f)
}
