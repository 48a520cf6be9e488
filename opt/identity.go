package opt

import "etamil/internal/ir"

// same replaces instructions that give one of their operands: x + 0, x - 0 and x * 1 where x
// is a number (0 and 1 have no fractional digits, so the scale stays), truth of what is a
// boolean, and checks of what is certainly set. A branch on the opposite of something is one
// on that thing, with its ways exchanged; a boolean that is compared with a constant is itself,
// or its opposite.
func same(f *ir.Func) bool {
	is := newSubst(f)
	changed := false
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			switch v.Op {
			case ir.OpAdd, ir.OpSub, ir.OpMul:
				x, y := v.Args[0], v.Args[1]
				n := int64(0)
				if v.Op == ir.OpMul {
					n = 1
				}
				if v.Op != ir.OpSub && whole(x, n) && y.Type == ir.TNumber {
					is.set(v, y)
				} else if whole(y, n) && x.Type == ir.TNumber {
					is.set(v, x)
				}
			case ir.OpTruth:
				if v.Args[0].Type == ir.TBool {
					is.set(v, v.Args[0])
				}
			case ir.OpCheck, ir.OpNilIfUndef:
				if v.Args[0].Type&ir.TUndef == 0 {
					is.set(v, v.Args[0])
				}
			case ir.OpNot:
				if x := v.Args[0]; x.Op == ir.OpNot && x.Args[0].Type == ir.TBool {
					is.set(v, x.Args[0])
				}
			case ir.OpEq, ir.OpNe:
				x, c := v.Args[0], v.Args[1]
				if x.Op == ir.OpConst {
					x, c = c, x
				}
				if x.Type != ir.TBool || c.Op != ir.OpConst || c.Const.Kind != ir.ConstBool {
					continue
				}
				if c.Const.Bool == (v.Op == ir.OpEq) {
					is.set(v, x)
				} else {
					v.Op, v.Args, changed = ir.OpNot, []*ir.Value{x}, true
				}
			}
		}
	}
	changed = is.apply(f) || changed
	for _, b := range f.Blocks {
		t := &b.Term
		for t.Kind == ir.TermIf && (t.Value.Op == ir.OpNot || t.Value.Op == ir.OpTruth) {
			if t.Value.Op == ir.OpNot {
				t.Succs[0], t.Succs[1] = t.Succs[1], t.Succs[0]
			}
			t.Value = t.Value.Args[0]
			changed = true
		}
	}
	return changed
}

// whole reports whether v is the constant n without fractional digits.
func whole(v *ir.Value, n int64) bool {
	if v.Op != ir.OpConst || v.Const.Kind != ir.ConstNumber || v.Const.Num.Scale() != 0 {
		return false
	}
	i, ok := v.Const.Num.Int64()
	return ok && i == n
}

// byKinds is what v gives for the kinds that its operands can have, whatever they are.
func byKinds(v *ir.Value) (c ir.Const, ok bool) {
	c.Kind = ir.ConstBool
	switch v.Op {
	case ir.OpIsSet:
		t := v.Args[0].Type
		c.Bool = t&ir.TUndef == 0
		return c, c.Bool || t == ir.TUndef
	case ir.OpIsFunc:
		return c, v.Args[0].Type&(ir.TFunc|ir.TOther|ir.TUndef) == 0
	case ir.OpEq, ir.OpNe:
		// Values of different kinds aren't equal.
		const plain = ir.TNumber | ir.TText | ir.TBool | ir.TNil
		x, y := v.Args[0].Type, v.Args[1].Type
		c.Bool = v.Op == ir.OpNe
		return c, x&y == 0 && (x|y)&^plain == 0 && x != 0 && y != 0
	}
	return c, false
}
