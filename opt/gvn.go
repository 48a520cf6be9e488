package opt

import "etamil/internal/ir"

// gvn replaces an instruction by an earlier one that computes the same from the
// same, if that stands on every way to it (Alpern, Wegman and Zadeck's value
// numbering, restricted to dominating instructions).
//
// Contract: only instructions whose result depends on their operands alone take
// part. They may raise an error: the earlier one has raised it already, if
// there is one to raise, and control hasn't come here.
func gvn(f *ir.Func) bool {
	f.Recompute()
	n := numbering{
		dom: f.Dominators(), is: newSubst(f),
		consts: map[ir.Const]*ir.Value{}, exprs: map[expr]*ir.Value{},
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
}

type numbering struct {
	dom    *ir.DomTree
	is     *subst
	consts map[ir.Const]*ir.Value
	exprs  map[expr]*ir.Value
	undo   []*ir.Value // what was put into the maps, oldest first
}

func (n *numbering) enter(b *ir.Block) {
	for _, v := range b.Instrs {
		for i, a := range v.Args {
			v.Args[i] = n.is.find(a)
		}
		var old *ir.Value
		switch {
		case v.Op == ir.OpConst:
			if old = n.consts[v.Const]; old == nil {
				n.consts[v.Const] = v
			}
		case numbered(v):
			k := key(v)
			if old = n.exprs[k]; old == nil {
				n.exprs[k] = v
			}
		default:
			continue
		}
		if old != nil {
			n.is.set(v, old)
		} else {
			n.undo = append(n.undo, v)
		}
	}
}

// leave forgets all but the first had of what is known.
func (n *numbering) leave(had int) {
	for _, v := range n.undo[had:] {
		if v.Op == ir.OpConst {
			delete(n.consts, v.Const)
		} else {
			delete(n.exprs, key(v))
		}
	}
	n.undo = n.undo[:had]
}

// numbered reports whether v's result depends on its operands alone, and isn't
// an object that may be changed in place.
func numbered(v *ir.Value) bool {
	switch v.Op {
	case ir.OpAdd, ir.OpSub, ir.OpMul, ir.OpDiv, ir.OpMod, ir.OpIDiv, ir.OpNeg, ir.OpEq, ir.OpNe, ir.OpLt, ir.OpLe,
		ir.OpGt, ir.OpGe, ir.OpNot, ir.OpTruth, ir.OpLen, ir.OpIsSet, ir.OpIsFunc, ir.OpGetIndex, ir.OpGetField, ir.OpCheck:
		return true
	}
	return false
}

func key(v *ir.Value) expr {
	k := expr{op: v.Op, a: int32(v.Args[0].ID), b: -1}
	if len(v.Args) > 1 {
		k.b = int32(v.Args[1].ID)
	}
	if v.Op == ir.OpGetField {
		k.name = v.Name
	}
	return k
}
