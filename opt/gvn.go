package opt

import (
	"sync"

	"etamil/internal/ir"
)

// gvn replaces an instruction by an earlier one that computes the same from the
// same, if that stands on every way to it (Alpern, Wegman and Zadeck's value
// numbering, restricted to dominating instructions).
//
// Contract: the earlier one depends on its operands alone, or reads what nothing between
// the two can have changed (memory.go). It may raise an error: then it has raised it
// already, if there is one to raise, and control hasn't come here. Builtins take part if
// their table says that they depend on their arguments alone, and if they give a number or
// truth value.
//
// What a branch has decided is known on both of its ways: another branch on the same is
// cut. A comparison that its block's branch reads, and nothing else, isn't replaced by an
// earlier one: the branch does it itself, while a result that two branches read would need a
// register.
//
// Nor is a sum that is only handed to a call taken from before.
//
// No copy becomes necessary. A variable's value that goes into something else is read again:
// x = append(x, v) happens in place only if its x is read for it alone. And what was read
// out of a container isn't kept in hand over what would have it marked.
func gvn(f *ir.Func) bool {
	f.Recompute()
	tables := tablePool.Get().(*tables)
	n := numbering{
		f: f, dom: f.Dominators(), is: newSubst(f), tables: tables,
		memory: newMemory(f), kept: keptReads(f),
	}
	// Down and up the dominator tree: what a block computes is known below it.
	type frame struct {
		b    *ir.Block
		next int
		had  int
	}
	stack := []frame{{b: f.Blocks[0]}}
	n.enter(f.Blocks[0])
	for len(stack) > 0 {
		t := &stack[len(stack)-1]
		if c := n.dom.Children(t.b); t.next < len(c) {
			b := c[t.next]
			t.next++
			had := len(n.undo)
			n.enter(b)
			stack = append(stack, frame{b: b, had: had})
			continue
		}
		n.leave(t.had)
		stack = stack[:len(stack)-1]
	}
	n.leave(0)
	tablePool.Put(tables)
	changed := n.is.apply(f)
	for _, c := range n.cuts {
		t := &c.b.Term
		c.b.Term = ir.Term{Kind: ir.TermJump, Succs: []ir.Edge{t.Succs[c.way]}, Pos: t.Pos, In: t.In}
	}
	if n.cuts != nil {
		f.Recompute()
	}
	return changed || n.cuts != nil
}

// cut is a branch that always takes one way.
type cut struct {
	b   *ir.Block
	way int
}

// expr names what an instruction computes.
type expr struct {
	op   ir.Op
	a, b int32 // numbers of the operands; -1: none
	name string
	// States in which the result is the same; 0: all.
	vars, parts int32
}

type numbering struct {
	f   *ir.Func
	dom *ir.DomTree
	is  *subst
	*tables
	memory *memory
	kept   []bool // by value number: a read of a variable that goes into something else

	decided []int8 // by value number: what a branch above found, see decide; nil: nothing yet
	uses    []int32
	reads   []*ir.Value // see onlyReaders
	cuts    []cut
}

// tables is what is known at a block. All of it is forgotten at the end of a function, so
// they serve the next one.
type tables struct {
	consts map[ir.Const]*ir.Value
	exprs  map[expr]*ir.Value
	undo   []entry // what was put into the maps, oldest first
}

var tablePool = sync.Pool{New: func() any {
	return &tables{consts: map[ir.Const]*ir.Value{}, exprs: map[expr]*ir.Value{}}
}}

// entry is one of the maps: a constant's, or an expression's; or a decision.
type entry struct {
	c    *ir.Value
	k    expr
	what *ir.Value
}

// What is decided of a value.
const (
	open int8 = iota
	isTrue
	isFalse
)

// decide notes what the only way to b says about what is tested there.
func (n *numbering) decide(b *ir.Block) {
	if len(b.Preds) != 1 {
		return
	}
	t := &b.Preds[0].Term
	if t.Kind != ir.TermIf || t.Succs[0].To == t.Succs[1].To {
		return
	}
	v := n.is.find(t.Value)
	if k, ok := comparison(v); ok {
		if old := n.exprs[k]; old != nil {
			v = old
		}
	}
	if n.decided == nil {
		n.decided = make([]int8, n.f.NumValues())
	}
	if n.decided[v.ID] == open {
		n.decided[v.ID] = isFalse
		if t.Succs[0].To == b {
			n.decided[v.ID] = isTrue
		}
		n.undo = append(n.undo, entry{what: v})
	}
}

// test cuts the branch of b if what it tests, which is v or the same, has been decided.
func (n *numbering) test(b *ir.Block, v *ir.Value) bool {
	if n.decided == nil || n.decided[v.ID] == open {
		return false
	}
	n.cuts = append(n.cuts, cut{b, int(n.decided[v.ID] - isTrue)})
	return true
}

// comparison names what v compares, if it does.
func comparison(v *ir.Value) (expr, bool) {
	switch v.Op {
	case ir.OpEq, ir.OpNe, ir.OpLt, ir.OpLe, ir.OpGt, ir.OpGe:
		return key(v, 0, 0)
	}
	return expr{}, false
}

// branches reports whether v is a comparison that the branch of its block reads, and
// nothing else.
func (n *numbering) branches(v *ir.Value) bool {
	if _, ok := comparison(v); !ok || v.Block.Term.Kind != ir.TermIf || v.Block.Term.Value != v {
		return false
	}
	if n.uses == nil {
		n.uses = countReads(n.f)
	}
	return n.uses[v.ID] == 1
}

// handed reports whether v is a sum that is computed to be handed to a call, and for nothing
// else. It is computed where the call wants it, in one instruction; what is kept from before
// would have to be moved there, in one as well, and would need a register meanwhile.
func (n *numbering) handed(v *ir.Value) bool {
	switch v.Op {
	case ir.OpAdd, ir.OpSub:
	default:
		return false
	}
	if n.reads == nil {
		n.reads = onlyReaders(n.f)
	}
	u := n.reads[v.ID]
	if u == nil || u == v {
		return false
	}
	switch u.Op {
	case ir.OpCall, ir.OpCallValue, ir.OpCallMember:
		return true
	}
	return false
}

// onlyReaders gives, by value number, the instruction that reads a value, if one does and
// nothing else: nil if nothing does, the value itself if there are several or it is an end that
// reads it.
func onlyReaders(f *ir.Func) []*ir.Value {
	reads := make([]*ir.Value, f.NumValues())
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			for _, a := range v.Args {
				if reads[a.ID] == nil {
					reads[a.ID] = v
				} else {
					reads[a.ID] = a
				}
			}
		}
		if v := b.Term.Value; v != nil {
			reads[v.ID] = v
		}
		for _, e := range b.Term.Succs {
			for _, a := range e.Args {
				reads[a.ID] = a
			}
		}
	}
	return reads
}

// countReads counts, by value number, the places that read a value.
func countReads(f *ir.Func) []int32 {
	uses := make([]int32, f.NumValues())
	for _, b := range f.Blocks {
		eachRead(b, func(at **ir.Value) { uses[(*at).ID]++ })
	}
	return uses
}

func (n *numbering) enter(b *ir.Block) {
	n.decide(b)
	vars, parts := n.memory.at(b)
	var tested *ir.Value // a comparison that stays, as an earlier one
	for _, v := range b.Instrs {
		for i, a := range v.Args {
			v.Args[i] = n.is.find(a)
		}
		vars, parts = n.memory.after(v, vars, parts)
		if v.Op == ir.OpConst {
			if old := n.consts[v.Const]; old != nil {
				n.is.set(v, old)
			} else {
				n.consts[v.Const] = v
				n.undo = append(n.undo, entry{c: v})
			}
			continue
		}
		k, ok := key(v, vars, parts)
		if !ok {
			continue
		}
		switch old := n.exprs[k]; {
		case old == nil:
			n.exprs[k] = v
			n.undo = append(n.undo, entry{k: k})
		case n.branches(v):
			tested = old
		case n.handed(v):
		case n.kept == nil || !n.kept[v.ID]:
			n.is.set(v, old)
		}
	}
	if b.Term.Kind != ir.TermIf {
		return
	}
	v := b.Term.Value
	if tested == nil {
		n.test(b, n.is.find(v))
	} else if n.test(b, tested) {
		n.is.set(v, tested)
	}
}

// leave forgets all but the first had of what is known.
func (n *numbering) leave(had int) {
	for _, u := range n.undo[had:] {
		switch {
		case u.c != nil:
			delete(n.consts, u.c.Const)
		case u.what != nil:
			n.decided[u.what.ID] = open
		default:
			delete(n.exprs, u.k)
		}
	}
	n.undo = n.undo[:had]
}

// key names what v computes in these states. It says false if v's result isn't to be used
// again: it depends on more, or is an object that may be changed in place.
func key(v *ir.Value, vars, parts int32) (k expr, ok bool) {
	k = expr{op: v.Op, a: -1, b: -1}
	held := v.Type&^ir.TScalar != 0 // it may have to be marked
	switch v.Op {
	case ir.OpAdd, ir.OpSub, ir.OpMul, ir.OpDiv, ir.OpMod, ir.OpIDiv, ir.OpNeg, ir.OpEq, ir.OpNe, ir.OpLt, ir.OpLe,
		ir.OpGt, ir.OpGe, ir.OpNot, ir.OpTruth, ir.OpLen, ir.OpIsSet, ir.OpIsFunc:
		held = false
	case ir.OpGetIndex, ir.OpCheck:
	case ir.OpGetField:
		k.name = v.Name
	case ir.OpGetGlobal, ir.OpGetWindow, ir.OpGlobalOrUndef, ir.OpWindowOrUndef:
		k.a, k.vars = int32(v.Int), vars
	case ir.OpBuiltin:
		if !scalarBuiltin(v) || len(v.Args) < 1 || len(v.Args) > 2 {
			return k, false
		}
		k.name, held = v.Spec.ID, false
	default:
		return k, false
	}
	if held {
		k.parts = parts
	}
	if len(v.Args) > 0 {
		k.a = int32(v.Args[0].ID)
	}
	if len(v.Args) > 1 {
		k.b = int32(v.Args[1].ID)
	}
	return k, true
}

// keptReads finds the reads of variables that go into something else, or on to another
// block; nil if f reads none.
func keptReads(f *ir.Func) []bool {
	any := false
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			any = any || readsVariable(v)
		}
	}
	if !any {
		return nil
	}
	kept := make([]bool, f.NumValues())
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			for i, a := range v.Args {
				if v.Consumes(i) && readsVariable(a) {
					kept[a.ID] = true
				}
			}
		}
		if v := b.Term.Value; v != nil && readsVariable(v) {
			kept[v.ID] = true
		}
		for _, e := range b.Term.Succs {
			for _, a := range e.Args {
				kept[a.ID] = kept[a.ID] || readsVariable(a)
			}
		}
	}
	return kept
}

func readsVariable(v *ir.Value) bool {
	switch v.Op {
	case ir.OpGetGlobal, ir.OpGetWindow, ir.OpGlobalOrUndef, ir.OpWindowOrUndef:
		return true
	}
	return false
}

// scalarBuiltin reports whether v's result depends on its arguments alone and is a number
// or truth value.
func scalarBuiltin(v *ir.Value) bool {
	return v.Op == ir.OpBuiltin && v.Spec != nil && v.Effect()&(ir.ReadsMem|ir.WritesMem) == 0 &&
		(v.Spec.Result == "number" || v.Spec.Result == "bool")
}
