package opt

import (
	"slices"

	"etamil/internal/ir"
)

// How large things may get, in instructions.
const (
	inlineSize  = 32   // of a function without a loop, to be inlined
	passedSize  = 160  // of one with loops, that is given a function we know
	inlineRoom  = 400  // that one function may grow by
	inlineLimit = 8000 // of a function to be inlined into
	growth      = 600  // that a program may grow by, and
	growthShare = 48   // one more for so many that it has: what is compiled costs time
)

// inline puts the body of a function where it is called, if it is small, or if it is
// given a function that we know and that is small: map(list, f) becomes the loop, with
// f's body in it. What is called is known from a call's number, or because the value
// that is called is a closure made in sight.
//
// Contract: a call costs no step any more and isn't counted among the calls that may be
// open; all else stays. Each copied instruction has a Site that says where the call
// stood, so that errors name the same places and stacks the same calls. Errors in the
// body go where those of the call went: its blocks get the handler of the call's block.
// Arguments take the places of parameters, and what a closure holds that of captures;
// nothing is copied, as a value is changed in place only where it isn't needed further
// (emit).
//
// Not inlined: what can call itself, in any number of steps; tasks; bodies with a try,
// whose variables have registers of their own; bodies with a ?, which returns. The top
// level gets loops, and other bodies only in its loops, as all else there runs once.
//
// It takes the functions from those that call nothing upwards, so that what is copied
// is done already, and the innermost get of what a large program may grow by first. It
// ends because no body is copied into a copy of itself.
func inline(funcs []*ir.Func) bool {
	order, recursive := upwards(funcs)
	n := inliner{funcs: funcs, of: make([]*body, len(funcs)), growth: growth, recursive: recursive}
	for _, f := range funcs {
		n.growth += f.NumValues() / growthShare
	}
	changed := false
	for _, f := range order {
		changed = n.into(f) || changed
		n.of[f.Index] = n.describe(f)
	}
	return changed
}

// body is what is known of a function that may be inlined.
type body struct {
	size  int
	loops bool
	calls []bool // by parameter: it is called as a function
}

type inliner struct {
	funcs     []*ir.Func
	growth    int     // what is left of what the program may grow by
	of        []*body // by function; nil: not seen yet, or not to be inlined
	recursive []bool

	// Of the function at hand:
	f    *ir.Func
	room int
	is   map[*ir.Value]*ir.Value // results of calls that were replaced
}

// describe says what inlining f means; nil: it can't be inlined.
func (n *inliner) describe(f *ir.Func) *body {
	if f.Top || f.Task || f.Slots > 0 || n.recursive[f.Index] {
		return nil
	}
	d := &body{calls: make([]bool, f.Params)}
	params := f.Blocks[0].Params
	for _, b := range f.Blocks {
		if b.Term.Kind == ir.TermTry {
			return nil
		}
		d.size++
		for _, v := range b.Instrs {
			switch v.Op {
			case ir.OpConst:
				continue
			case ir.OpTry:
				return nil
			case ir.OpCallValue:
				if k := slices.Index(params, through(v.Args[0])); k >= 0 {
					d.calls[k] = true
				}
			}
			d.size++
		}
		if d.size > passedSize {
			return nil
		}
	}
	if d.size > inlineSize && !slices.Contains(d.calls, true) {
		return nil
	}
	// A loop has an edge to a block that is not left yet when all is walked in depth.
	place := make([]int, f.NumBlocks())
	post := f.Postorder()
	for i, b := range post {
		place[b.ID] = i
	}
	for i, b := range post {
		for _, e := range b.Term.Succs {
			d.loops = d.loops || place[e.To.ID] >= i
		}
	}
	if d.loops {
		f.Recompute()
		f.FindLoops()
	}
	return d
}

// through is v before it was looked at.
func through(v *ir.Value) *ir.Value {
	for v.Op == ir.OpCheck || v.Op == ir.OpNilIfUndef {
		v = v.Args[0]
	}
	return v
}

// into inlines calls in f.
func (n *inliner) into(f *ir.Func) bool {
	if f.NumValues() > inlineLimit || !n.mayCall(f) {
		return false
	}
	f.Recompute()
	if f.Top {
		f.FindLoops()
	}
	n.f, n.room, n.is = f, inlineRoom, map[*ir.Value]*ir.Value{}
	changed := false
	// Blocks that are added, with what was copied and what stood behind a call, are
	// looked at in their turn.
	for i := 0; i < len(f.Blocks); i++ {
		b := f.Blocks[i]
		for k := 0; k < len(b.Instrs); k++ {
			v := b.Instrs[k]
			for j, a := range v.Args {
				v.Args[j] = n.now(a)
			}
			c, ok := n.callee(v)
			if !ok || !n.fits(c, v) || f.Top && b.Loop == 0 && !n.of[c.f.Index].loops {
				continue
			}
			changed = true
			n.copy(c, b, k)
			k-- // the copied instructions, or the next, stand here now
		}
	}
	if !changed {
		return false
	}
	is := newSubst(f)
	for v, x := range n.is {
		is.set(v, x)
	}
	is.apply(f)
	f.Recompute()
	return true
}

// mayCall reports whether anything in f is a call that may be replaced.
func (n *inliner) mayCall(f *ir.Func) bool {
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			if v.Op == ir.OpCallValue || v.Op == ir.OpCall && n.of[v.Int] != nil {
				return true
			}
		}
	}
	return false
}

// now is v, or what took its place.
func (n *inliner) now(v *ir.Value) *ir.Value {
	for n.is[v] != nil {
		v = n.is[v]
	}
	return v
}

// known is a function that a value is, with what it holds.
type known struct {
	f    *ir.Func
	args []*ir.Value // of the call
	held []*ir.Value // what a closure holds
}

// value is the function that v is, if that is known.
func (n *inliner) value(v *ir.Value) (known, bool) {
	switch v = through(n.now(v)); {
	case v.Op == ir.OpClosure:
		return known{f: n.funcs[v.Int], held: v.Args}, true
	case v.Op == ir.OpConst && v.Const.Kind == ir.ConstFunc:
		return known{f: n.funcs[v.Const.Func]}, true
	}
	return known{}, false
}

// callee is what v calls, if v is a call of what can be inlined.
func (n *inliner) callee(v *ir.Value) (c known, ok bool) {
	switch v.Op {
	case ir.OpCall:
		c, ok = known{f: n.funcs[v.Int], args: v.Args}, true
	case ir.OpCallValue:
		c, ok = n.value(v.Args[0])
		c.args = v.Args[1:]
		// With the wrong number of arguments it stays, and raises an error.
		ok = ok && len(c.args) >= c.f.MinArgs && len(c.args) <= c.f.Params
	}
	return c, ok && n.of[c.f.Index] != nil
}

// fits reports whether it pays to inline c for the call v, and there is room.
func (n *inliner) fits(c known, v *ir.Value) bool {
	d := n.of[c.f.Index]
	for s := v.In; s != nil; s = s.In {
		if s.Func == c.f.Index {
			return false // through a function it was given, it calls itself
		}
	}
	if d.size > min(n.room, n.growth) {
		return false
	}
	if d.size <= inlineSize && !d.loops {
		return true
	}
	for i, calls := range d.calls {
		if !calls || i >= len(c.args) {
			continue
		}
		if given, ok := n.value(c.args[i]); ok {
			if g := n.of[given.f.Index]; g != nil && g.size <= inlineSize && !g.loops {
				return true
			}
		}
	}
	return false
}

// copy puts the body of c where instruction k of b calls it. If the body is one block
// its instructions stand in b; else b ends with those of its first block, the others
// are added, and what stood behind the call moves to a new block whose parameter is the
// result.
func (n *inliner) copy(c known, b *ir.Block, k int) {
	f, call := n.f, b.Instrs[k]
	n.room -= n.of[c.f.Index].size
	n.growth -= n.of[c.f.Index].size
	m := copier{n: n, c: c, call: call, sites: map[*ir.Site]*ir.Site{nil: {Func: c.f.Index, Pos: call.Pos, In: call.In}}}
	m.values = make([]*ir.Value, c.f.NumValues())
	entry := c.f.Blocks[0]
	before, behind := b.Instrs[:k:k], b.Instrs[k+1:]
	b.Instrs = before
	for i, p := range entry.Params {
		if i < len(c.args) {
			m.values[p.ID] = n.now(c.args[i])
		} else {
			m.values[p.ID] = b.AddConst(ir.Const{Kind: ir.ConstUndef}, call.Pos)
		}
	}
	if len(c.f.Blocks) == 1 && entry.Term.Kind == ir.TermReturn {
		m.instrs(entry, b)
		b.Instrs = append(b.Instrs, behind...)
		n.is[call] = m.value(entry.Term.Value)
		return
	}
	done := f.NewBlock()
	done.Handler, done.Loop, done.Term = b.Handler, b.Loop, b.Term
	done.Instrs = behind
	for _, v := range behind {
		v.Block = done
	}
	m.done = done
	m.blocks = make([]*ir.Block, c.f.NumBlocks())
	m.blocks[entry.ID] = b
	for _, x := range c.f.Blocks[1:] {
		y := f.NewBlock()
		y.Handler, y.Loop = b.Handler, b.Loop+x.Loop
		m.blocks[x.ID] = y
		for _, p := range x.Params {
			m.values[p.ID] = y.AddParam(p.Type)
		}
	}
	// A value is copied before it is used elsewhere than in a parameter.
	order := slices.Clone(c.f.Postorder())
	slices.Reverse(order)
	for _, x := range order {
		m.instrs(x, m.blocks[x.ID])
	}
	for _, x := range order {
		m.term(x, m.blocks[x.ID])
	}
	// The call becomes the parameter, and its users need not know.
	call.Op, call.Args, call.Name, call.Int, call.Type = ir.OpParam, nil, "", 0, ir.TAny
	call.Pos, call.In, call.Block = 0, nil, done
	done.Params = []*ir.Value{call}
}

// copier copies one body for one call.
type copier struct {
	n      *inliner
	c      known
	call   *ir.Value
	done   *ir.Block
	values []*ir.Value // by number in the body
	blocks []*ir.Block
	sites  map[*ir.Site]*ir.Site
}

func (m *copier) value(v *ir.Value) *ir.Value { return m.n.now(m.values[v.ID]) }

// site is where what came from s comes from in the copy.
func (m *copier) site(s *ir.Site) *ir.Site {
	t := m.sites[s]
	if t == nil {
		t = &ir.Site{Func: s.Func, Pos: s.Pos, In: m.site(s.In)}
		m.sites[s] = t
	}
	return t
}

// instrs appends copies of x's instructions to y.
func (m *copier) instrs(x, y *ir.Block) {
	for _, v := range x.Instrs {
		if v.Op == ir.OpCapture {
			m.values[v.ID] = m.n.now(m.c.held[v.Int])
			continue
		}
		w := m.n.f.NewValue(v.Op, v.Type, make([]*ir.Value, len(v.Args))...)
		for i, a := range v.Args {
			w.Args[i] = m.value(a)
		}
		w.Const, w.Name, w.Int, w.Spec, w.Pos = v.Const, v.Name, v.Int, v.Spec, v.Pos
		w.Block, w.In = y, m.site(v.In)
		m.values[v.ID] = w
		y.Instrs = append(y.Instrs, w)
	}
}

// term ends y as x ends; a return goes on behind the call.
func (m *copier) term(x, y *ir.Block) {
	t := x.Term
	if t.Kind == ir.TermReturn {
		y.Jump(m.done, m.value(t.Value))
		return
	}
	if t.Value != nil {
		t.Value = m.value(t.Value)
	}
	t.In = m.site(t.In)
	t.Succs = slices.Clone(t.Succs)
	for i, e := range t.Succs {
		e.To, e.Args = m.blocks[e.To.ID], slices.Clone(e.Args)
		for k, a := range e.Args {
			e.Args[k] = m.value(a)
		}
		t.Succs[i] = e
	}
	y.Term = t
}
