package opt

import "etamil/internal/ir"

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
// No copy becomes necessary. A variable's value that goes into something else is read again:
// x = append(x, v) happens in place only if its x is read for it alone. And what was read
// out of a container isn't kept in hand over what would have it marked.
func gvn(f *ir.Func) bool {
	f.Recompute()
	n := numbering{
		dom: f.Dominators(), is: newSubst(f),
		consts: map[ir.Const]*ir.Value{}, exprs: map[expr]*ir.Value{},
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
	return n.is.apply(f)
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
	dom    *ir.DomTree
	is     *subst
	consts map[ir.Const]*ir.Value
	exprs  map[expr]*ir.Value
	memory *memory
	kept   []bool  // by value number: a read of a variable that goes into something else
	undo   []entry // what was put into the maps, oldest first
}

// entry is one of the maps: a constant's, or an expression's.
type entry struct {
	c *ir.Value
	k expr
}

func (n *numbering) enter(b *ir.Block) {
	vars, parts := n.memory.at(b)
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
		case n.kept == nil || !n.kept[v.ID]:
			n.is.set(v, old)
		}
	}
}

// leave forgets all but the first had of what is known.
func (n *numbering) leave(had int) {
	for _, u := range n.undo[had:] {
		if u.c != nil {
			delete(n.consts, u.c.Const)
		} else {
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
