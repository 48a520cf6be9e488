package opt

import (
	"slices"

	"etamil/internal/ir"
)

// guardSize is how many instructions the test of a loop may have, besides constants, to
// be made a second time in front of it.
const guardSize = 4

// guardWalks is how many values may be looked at for guards: each is a walk over the function.
const guardWalks = 1 << 20

// licm moves out of a loop what gives the same on each turn.
//
// Contract: an instruction that can't raise an error moves in front of the loop,
// wherever in the loop it stands. One that can moves only if it is certain to run before
// anything else in the loop that raises an error or has an effect; where only the loop's
// own test stands before it, that test is made once more in front of the loop (a guard)
// and what is moved stands behind it. Code moves only between blocks with the same
// handler. Reads of globals move if nothing in the loop can write them.
//
// Nothing is moved that could make a copy necessary: what is read out of a container
// stays in a loop in which a call, or a nested change, may change the parts of a container
// in place, since emit marks what must live across those (own.go, findPinned), and a marked
// object is copied when it is changed. Comparisons that their block's branch does
// itself, and constants, stay: they have no register, and moved they would take one.
//
// Loops are taken from the innermost outwards, so that what an inner loop gave up can move
// on; each block is looked at for its innermost loop only. A loop has to have one way in
// from outside.
func licm(f *ir.Func) bool {
	f.Recompute()
	m := mover{f: f, uses: make([]use, f.NumValues()), walks: guardWalks / (1 + f.NumValues())}
	if !m.findLoops() {
		return false
	}
	m.countUses()
	for _, l := range m.loops {
		m.loop(l)
	}
	if m.changed {
		f.Recompute()
	}
	return m.changed
}

// loop is a natural loop.
type loop struct {
	head   *ir.Block
	parent *loop
	own    []*ir.Block // those of which this is the innermost loop, in the order in which they run
	facts  loopFacts   // of all its blocks
}

// loopFacts is what a loop may change.
type loopFacts struct {
	calls   bool           // anything at all that a read of a variable can see
	parts   bool           // parts of containers, in place
	globals map[int64]bool // globals that it sets
	window  map[int64]bool
}

// use counts who reads a value.
type use struct {
	n      int
	branch *ir.Block // the block whose branch reads it
}

type mover struct {
	f       *ir.Func
	dom     *ir.DomTree
	loops   []*loop     // innermost first
	of      []*loop     // by block number: the innermost
	blocks  int         // how many block numbers there were; the others are guards' blocks
	heads   []*ir.Block // of the loops that guards' blocks lead to, in their order
	uses    []use
	scratch []*ir.Value
	walks   int // how many guards may still be made
	changed bool
}

// findLoops finds the loops that have a way in from outside and says whether there are any.
func (m *mover) findLoops() bool {
	post := m.f.Postorder()
	// A function without a way back, as most are, is done here.
	order := make([]int, m.f.NumBlocks())
	for i, b := range post {
		order[b.ID] = i
	}
	back := false
	for _, b := range post {
		for _, e := range b.Term.Succs {
			back = back || order[e.To.ID] >= order[b.ID]
		}
	}
	if !back {
		return false
	}
	m.dom = m.f.Dominators()
	m.blocks = m.f.NumBlocks()
	m.of = make([]*loop, m.blocks)
	in := make([]*loop, m.f.NumBlocks()) // the last loop a block was found in
	var work []*ir.Block
	// Postorder has heads of inner loops before those of the loops around them.
	for _, head := range post {
		for _, p := range head.Preds {
			if m.dom.Dominates(head, p) {
				work = append(work, p)
			}
		}
		if len(work) == 0 {
			continue
		}
		l := &loop{head: head}
		in[head.ID] = l
		m.join(head, l)
		for len(work) > 0 {
			x := work[len(work)-1]
			work = work[:len(work)-1]
			if in[x.ID] == l {
				continue
			}
			in[x.ID] = l
			m.join(x, l)
			work = append(work, x.Preds...)
		}
		m.loops = append(m.loops, l)
	}
	for i := len(post) - 1; i >= 0; i-- {
		if l := m.of[post[i].ID]; l != nil {
			l.own = append(l.own, post[i])
		}
	}
	for _, l := range m.loops {
		for _, b := range l.own {
			for _, v := range b.Instrs {
				l.facts.note(v)
			}
		}
		if l.parent != nil {
			l.parent.facts.add(&l.facts)
		}
	}
	return len(m.loops) > 0
}

// join says that b is in l, which lies around all loops that b was found in before.
func (m *mover) join(b *ir.Block, l *loop) {
	x := m.of[b.ID]
	if x == nil {
		m.of[b.ID] = l
		return
	}
	for x.parent != nil && x != l {
		x = x.parent
	}
	if x != l {
		x.parent = l
	}
}

// note adds what v may change.
func (c *loopFacts) note(v *ir.Value) {
	set := func(m *map[int64]bool) {
		if *m == nil {
			*m = map[int64]bool{}
		}
		(*m)[v.Int] = true
	}
	switch v.Op {
	case ir.OpSetGlobal:
		set(&c.globals)
		c.parts = c.parts || v.Args[0].Type&^ir.TScalar != 0 // what is read and stored back is changed in place
	case ir.OpSetWindow:
		set(&c.window)
		c.parts = c.parts || v.Args[0].Type&^ir.TScalar != 0
	case ir.OpSlotSet:
		c.parts = c.parts || v.Args[0].Type&^ir.TScalar != 0
	case ir.OpOwnIndex, ir.OpOwnField:
		c.parts = true
	case ir.OpCall, ir.OpCallValue, ir.OpCallMember:
		c.calls, c.parts = true, true
	case ir.OpBuiltin:
		if v.Effect()&ir.WritesMem != 0 {
			c.calls = true
		}
	}
}

func (c *loopFacts) add(d *loopFacts) {
	c.calls = c.calls || d.calls
	c.parts = c.parts || d.parts
	merge := func(to *map[int64]bool, from map[int64]bool) {
		for k := range from {
			if *to == nil {
				*to = map[int64]bool{}
			}
			(*to)[k] = true
		}
	}
	merge(&c.globals, d.globals)
	merge(&c.window, d.window)
}

func (m *mover) countUses() {
	for _, b := range m.f.Blocks {
		for _, v := range b.Instrs {
			for _, a := range v.Args {
				m.uses[a.ID].n++
			}
		}
		if b.Term.Value != nil {
			u := &m.uses[b.Term.Value.ID]
			u.n++
			if b.Term.Kind == ir.TermIf {
				u.branch = b
			}
		}
		for _, e := range b.Term.Succs {
			for _, a := range e.Args {
				m.uses[a.ID].n++
			}
		}
	}
}

// inside reports whether b is in l.
func (m *mover) inside(b *ir.Block, l *loop) bool {
	for x := m.of[b.ID]; x != nil; x = x.parent {
		if x == l {
			return true
		}
	}
	return false
}

// same reports whether v gives the same on each turn of l, and may leave it.
func (m *mover) same(v *ir.Value, l *loop) bool {
	if v.Block.Handler != l.head.Handler {
		return false
	}
	reads := false // it gives what something else holds
	switch v.Op {
	case ir.OpCapture, ir.OpIsSet, ir.OpIsFunc, ir.OpNot, ir.OpTruth, ir.OpNeg,
		ir.OpAdd, ir.OpSub, ir.OpMul, ir.OpDiv, ir.OpMod, ir.OpIDiv, ir.OpLen:
	case ir.OpEq, ir.OpNe, ir.OpLt, ir.OpLe, ir.OpGt, ir.OpGe:
		if u := m.uses[v.ID]; u.n == 1 && u.branch == v.Block {
			return false
		}
	case ir.OpGetField, ir.OpGetIndex:
		reads = true
	case ir.OpGetGlobal, ir.OpGlobalOrUndef:
		if reads = true; l.facts.calls || l.facts.globals[v.Int] {
			return false
		}
	case ir.OpGetWindow, ir.OpWindowOrUndef:
		if reads = true; l.facts.calls || l.facts.window[v.Int] {
			return false
		}
	case ir.OpBuiltin:
		if !scalarBuiltin(v) {
			return false
		}
	default:
		return false
	}
	if reads && l.facts.parts && v.Type&^ir.TScalar != 0 {
		return false
	}
	return m.outside(v.Args, l)
}

// outside reports whether values are defined outside of l. Constants are everywhere.
func (m *mover) outside(values []*ir.Value, l *loop) bool {
	for _, a := range values {
		if a.Op != ir.OpConst && m.inside(a.Block, l) {
			return false
		}
	}
	return true
}

// loop moves what it can out of l.
func (m *mover) loop(l *loop) {
	before := m.before(l)
	if before == nil {
		return
	}
	p := &place{m: m, l: l, at: before}
	end, quiet := m.certain(p, l.head)
	if quiet {
		m.path(p, end)
	}
	for _, b := range l.own {
		for _, v := range m.instrs(b) {
			if v.Effect()&(ir.CanTrap|ir.WritesMem) == 0 && m.same(v, l) {
				p.take(v)
			}
		}
	}
}

// before is the block in front of l: one that only leads there, with the same handler. It
// is nil if there is none and none can be made.
func (m *mover) before(l *loop) *ir.Block {
	var only *ir.Block
	for _, p := range l.head.Preds {
		if m.inside(p, l) {
			continue
		}
		if only != nil {
			return nil
		}
		only = p
	}
	if only == nil || only.Handler != l.head.Handler || only.Term.Kind != ir.TermJump {
		return nil
	}
	return only
}

// instrs is what stands in b, to walk over while things move; good until the next call.
func (m *mover) instrs(b *ir.Block) []*ir.Value {
	m.scratch = append(m.scratch[:0], b.Instrs...)
	return m.scratch
}

// place is where instructions of a loop go.
type place struct {
	m  *mover
	l  *loop
	at *ir.Block
}

// take moves v, and the constants it needs, behind what stands in p already.
func (p *place) take(v *ir.Value) {
	for i, a := range v.Args {
		v.Args[i] = p.constant(a)
	}
	i := slices.Index(v.Block.Instrs, v)
	v.Block.Instrs = slices.Delete(v.Block.Instrs, i, i+1)
	v.Block = p.at
	p.at.Instrs = append(p.at.Instrs, v)
	p.m.changed = true
}

// constant is a, or the same constant made in p if a stands in the loop.
func (p *place) constant(a *ir.Value) *ir.Value {
	if a.Op != ir.OpConst || !p.m.inside(a.Block, p.l) {
		return a
	}
	for _, c := range p.at.Instrs {
		if c.Op == ir.OpConst && c.Const == a.Const {
			return c
		}
	}
	return p.m.copy(a, p.at, a.Args)
}

// copy makes v once more at the end of b.
func (m *mover) copy(v *ir.Value, b *ir.Block, args []*ir.Value) *ir.Value {
	c := m.f.NewValue(v.Op, v.Type, args...)
	c.Const, c.Name, c.Int, c.Spec, c.Pos, c.In, c.Block = v.Const, v.Name, v.Int, v.Spec, v.Pos, v.In, b
	b.Instrs = append(b.Instrs, c)
	m.uses = append(m.uses, use{n: 2}) // never a branch's alone
	return c
}

// certain moves what it can from b, which is certain to run when p does, and gives b, and
// whether nothing is left there that can raise an error or has an effect.
func (m *mover) certain(p *place, b *ir.Block) (*ir.Block, bool) {
	for _, v := range m.instrs(b) {
		switch {
		case m.same(v, p.l):
			p.take(v)
		case v.Effect()&(ir.CanTrap|ir.WritesMem) != 0:
			return b, false
		}
	}
	return b, true
}

// path follows the way from the loop's head that is taken on the first turn, if there is a
// turn, and moves what is certain to run on it.
func (m *mover) path(p *place, b *ir.Block) {
	l := p.l
	for range len(l.own) {
		var next *ir.Block
		switch t := &b.Term; {
		case t.Kind == ir.TermJump:
			next = t.Succs[0].To
		case t.Kind == ir.TermIf && b == l.head:
			stay := 0
			if !m.inside(t.Succs[0].To, l) {
				stay = 1
			}
			next = t.Succs[stay].To
			if !m.inside(next, l) || m.inside(t.Succs[1-stay].To, l) {
				return
			}
			if next == l.head || m.of[next.ID] != l || !m.worth(next, l) || !m.guard(p, stay) {
				return
			}
		default:
			return
		}
		if next == l.head || m.of[next.ID] != l {
			return
		}
		quiet := false
		if b, quiet = m.certain(p, next); !quiet {
			return
		}
	}
}

// worth reports whether b begins with something that can only move behind a guard.
func (m *mover) worth(b *ir.Block, l *loop) bool {
	for _, v := range b.Instrs {
		if v.Effect()&(ir.CanTrap|ir.WritesMem) != 0 {
			return m.same(v, l)
		}
	}
	return false
}

// guard makes the test of p's loop once more in front of it, so that what comes behind
// runs only if there is a first turn, and moves p there. It says false, and does nothing,
// if the test can't be copied, or the way out is shared with others.
//
// The way out has two ways in then, so what the head computes and what is read behind the
// loop becomes a parameter there.
func (m *mover) guard(p *place, stay int) bool {
	head, out := p.l.head, p.l.head.Term.Succs[1-stay]
	if len(out.To.Preds) != 1 || out.To.ID >= m.blocks {
		return false
	}
	size := 0
	for _, v := range head.Instrs {
		if v.Op != ir.OpConst {
			size++
		}
		if v.Effect() != 0 || size > guardSize {
			return false
		}
	}
	// On the first turn, what the head has is:
	first := map[*ir.Value]*ir.Value{}
	for i, a := range p.at.Term.Succs[0].Args {
		first[head.Params[i]] = a
	}
	if m.begins(head, stay, first) {
		return true // there is a first turn: no test is needed
	}
	read, ok := m.readBehind(p.l, out.To)
	if !ok {
		return false
	}
	m.changed = true
	value := func(v *ir.Value) *ir.Value {
		if x := first[v]; x != nil {
			return x
		}
		return v
	}
	// Constants of the head may be read behind the loop too.
	kept := head.Instrs[:0:0]
	for _, v := range head.Instrs {
		if v.Op == ir.OpConst {
			v.Block = p.at
			p.at.Instrs = append(p.at.Instrs, v)
		} else {
			kept = append(kept, v)
		}
	}
	head.Instrs = kept
	for _, v := range kept {
		var args []*ir.Value
		for _, a := range v.Args {
			args = append(args, value(a))
		}
		first[v] = m.copy(v, p.at, args)
	}
	// What is read behind the loop comes through parameters.
	is := newSubst(m.f)
	exit := &head.Term.Succs[1-stay]
	var skipped []*ir.Value
	for _, a := range exit.Args {
		skipped = append(skipped, value(a))
	}
	for _, v := range read {
		q := out.To.AddParam(v.Type)
		m.uses = append(m.uses, use{n: m.uses[v.ID].n})
		is.set(v, q)
		skipped = append(skipped, value(v))
	}
	if is.any {
		m.replaceBehind(p.l, is)
		exit.Args = append(slices.Clone(exit.Args), read...)
	}
	was := p.at
	n := m.f.NewBlock()
	n.Handler = head.Handler
	m.of = append(m.of, p.l.parent)
	n.Term = was.Term
	n.Preds = append(n.Preds, was)
	head.Preds[slices.Index(head.Preds, was)] = n
	out.To.Preds = append(out.To.Preds, was)
	t := ir.Term{Kind: ir.TermIf, Value: value(head.Term.Value), Succs: make([]ir.Edge, 2), Pos: head.Term.Pos, In: head.Term.In}
	t.Succs[stay] = ir.Edge{To: n}
	t.Succs[1-stay] = ir.Edge{To: out.To, Args: skipped}
	was.Term = t
	if u := &m.uses[t.Value.ID]; t.Value.Block == was {
		*u = use{n: 1, branch: was}
	}
	m.heads = append(m.heads, head)
	if l := p.l.parent; l != nil {
		l.own = slices.Insert(l.own, slices.Index(l.own, was)+1, n)
	}
	p.at = n
	return true
}

// begins reports whether the first turn's test, with constants for what it is about, lets
// the loop begin.
func (m *mover) begins(head *ir.Block, stay int, first map[*ir.Value]*ir.Value) bool {
	test := head.Term.Value
	if test.Block != head {
		return false
	}
	var args []*ir.Const
	for _, a := range test.Args {
		if x := first[a]; x != nil {
			a = x
		}
		if a.Op != ir.OpConst {
			return false
		}
		args = append(args, &a.Const)
	}
	c, ok := evaluate(test.Op, args)
	return ok && c.Truth() == (stay == 0)
}

// behind reports whether every way to b passes out, which is the way out of a loop. Guards
// that were made meanwhile don't change that: the ways they add lead past heads of loops
// only, and a way out is none. Their blocks stand where the heads stand that they lead to.
func (m *mover) behind(out, b *ir.Block) bool {
	if b.ID >= m.blocks {
		b = m.heads[b.ID-m.blocks]
	}
	return m.dom.Dominates(out, b)
}

// readBehind gives what l's head has and blocks outside of l read. It says false if one
// of them can be reached otherwise than through out.
func (m *mover) readBehind(l *loop, out *ir.Block) (read []*ir.Value, ok bool) {
	if m.walks--; m.walks < 0 {
		return nil, false
	}
	seen := map[*ir.Value]bool{}
	ok = true
	for _, b := range m.f.Blocks {
		if m.inside(b, l) {
			continue
		}
		eachRead(b, func(at **ir.Value) {
			v := *at
			if v.Block != l.head || v.Op == ir.OpConst {
				return
			}
			ok = ok && m.behind(out, b)
			if !seen[v] {
				seen[v] = true
				read = append(read, v)
			}
		})
	}
	return read, ok
}

// replaceBehind puts other values in the places of those that blocks outside of l read.
func (m *mover) replaceBehind(l *loop, is *subst) {
	for _, b := range m.f.Blocks {
		if !m.inside(b, l) {
			eachRead(b, func(at **ir.Value) { *at = is.find(*at) })
		}
	}
}

// eachRead calls f for each place in b that reads a value.
func eachRead(b *ir.Block, f func(**ir.Value)) {
	for _, v := range b.Instrs {
		for i := range v.Args {
			f(&v.Args[i])
		}
	}
	if b.Term.Value != nil {
		f(&b.Term.Value)
	}
	for _, e := range b.Term.Succs {
		for i := range e.Args {
			f(&e.Args[i])
		}
	}
}
