package opt

import (
	"etamil/internal/decimal"
	"etamil/internal/ir"
)

// fold computes instructions whose operands are constants, and turns branches
// on constants into jumps.
//
// Contract: the constant is exactly what the machine would compute, scale
// included; an instruction that would raise an error (too large, division by
// zero) is left for the machine. A folded instruction becomes a constant in
// place, so its value keeps its number. It ends because each change removes an
// instruction that isn't a constant, or a branch.
func fold(f *ir.Func) bool {
	changed := false
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			if c, ok := constant(v); ok {
				v.Op, v.Args, v.Const, v.Name, v.Spec = ir.OpConst, nil, c, "", nil
				v.Type = c.Type()
				changed = true
			}
		}
	}
	changed = same(f) || changed
	cut := false
	for _, b := range f.Blocks {
		t := &b.Term
		if t.Kind != ir.TermIf || t.Value.Op != ir.OpConst {
			continue
		}
		way := 1
		if truth(t.Value.Const) {
			way = 0
		}
		b.Term = ir.Term{Kind: ir.TermJump, Succs: []ir.Edge{t.Succs[way]}, Pos: t.Pos}
		cut = true
	}
	if cut {
		f.Recompute()
	}
	return changed || cut
}

// constant is what v always is.
func constant(v *ir.Value) (ir.Const, bool) {
	for _, a := range v.Args {
		if a.Op != ir.OpConst {
			return ir.Const{}, false
		}
	}
	arg := func(i int) ir.Const { return v.Args[i].Const }
	number := func(d decimal.Decimal, ok bool) (ir.Const, bool) {
		return ir.Const{Kind: ir.ConstNumber, Num: d}, ok
	}
	boolean := func(b bool) (ir.Const, bool) { return ir.Const{Kind: ir.ConstBool, Bool: b}, true }
	numbers := len(v.Args) == 2 && arg(0).Kind == ir.ConstNumber && arg(1).Kind == ir.ConstNumber
	switch v.Op {
	case ir.OpAdd:
		if numbers {
			return number(decimal.Add(arg(0).Num, arg(1).Num))
		}
	case ir.OpSub:
		if numbers {
			return number(decimal.Sub(arg(0).Num, arg(1).Num))
		}
	case ir.OpMul:
		if numbers {
			return number(decimal.Mul(arg(0).Num, arg(1).Num))
		}
	case ir.OpDiv, ir.OpMod, ir.OpIDiv:
		if numbers {
			op := map[ir.Op]func(a, b decimal.Decimal) (decimal.Decimal, error){
				ir.OpDiv: decimal.Div, ir.OpMod: decimal.Mod, ir.OpIDiv: decimal.DivFloor,
			}[v.Op]
			d, err := op(arg(0).Num, arg(1).Num)
			return number(d, err == nil)
		}
	case ir.OpNeg:
		if arg(0).Kind == ir.ConstNumber {
			return number(decimal.Neg(arg(0).Num), true)
		}
	case ir.OpEq, ir.OpNe:
		if eq, ok := equal(arg(0), arg(1)); ok {
			return boolean(eq == (v.Op == ir.OpEq))
		}
	case ir.OpLt, ir.OpLe, ir.OpGt, ir.OpGe:
		if numbers {
			return boolean(ordered(v.Op, decimal.Cmp(arg(0).Num, arg(1).Num)))
		}
		if arg(0).Kind == ir.ConstText && arg(1).Kind == ir.ConstText {
			c := 0
			switch a, b := arg(0).Text, arg(1).Text; {
			case a < b:
				c = -1
			case a > b:
				c = 1
			}
			return boolean(ordered(v.Op, c))
		}
	case ir.OpNot:
		return boolean(!truth(arg(0)))
	case ir.OpTruth:
		return boolean(truth(arg(0)))
	case ir.OpIsSet:
		return boolean(arg(0).Kind != ir.ConstUndef)
	case ir.OpIsFunc:
		return boolean(arg(0).Kind == ir.ConstFunc || arg(0).Kind == ir.ConstBuiltin)
	case ir.OpNilIfUndef:
		if arg(0).Kind == ir.ConstUndef {
			return ir.Const{Kind: ir.ConstNil}, true
		}
		return arg(0), true
	case ir.OpCheck:
		if arg(0).Kind != ir.ConstUndef {
			return arg(0), true
		}
	case ir.OpConcat:
		var text []byte
		for i := range v.Args {
			t, ok := appendText(text, arg(i))
			if !ok || len(t) > maxFolded {
				return ir.Const{}, false
			}
			text = t
		}
		return ir.Const{Kind: ir.ConstText, Text: string(text)}, true
	}
	return ir.Const{}, false
}

// maxFolded bounds how long a text folding may make, in bytes.
const maxFolded = 1 << 16

func appendText(dst []byte, c ir.Const) ([]byte, bool) {
	switch c.Kind {
	case ir.ConstNil:
		return append(dst, "nil"...), true
	case ir.ConstBool:
		if c.Bool {
			return append(dst, "true"...), true
		}
		return append(dst, "false"...), true
	case ir.ConstNumber:
		return c.Num.Append(dst), true
	case ir.ConstText:
		return append(dst, c.Text...), true
	}
	return dst, false
}

func ordered(op ir.Op, c int) bool {
	switch op {
	case ir.OpLt:
		return c < 0
	case ir.OpLe:
		return c <= 0
	case ir.OpGt:
		return c > 0
	}
	return c >= 0
}

func equal(a, b ir.Const) (eq, ok bool) {
	plain := func(c ir.Const) bool {
		return c.Kind == ir.ConstNil || c.Kind == ir.ConstBool || c.Kind == ir.ConstNumber || c.Kind == ir.ConstText
	}
	if !plain(a) || !plain(b) {
		return false, false
	}
	if a.Kind != b.Kind {
		return false, true
	}
	switch a.Kind {
	case ir.ConstBool:
		return a.Bool == b.Bool, true
	case ir.ConstNumber:
		return decimal.Equal(a.Num, b.Num), true
	case ir.ConstText:
		return a.Text == b.Text, true
	}
	return true, true
}

func truth(c ir.Const) bool {
	switch c.Kind {
	case ir.ConstBool:
		return c.Bool
	case ir.ConstNumber:
		return !c.Num.IsZero()
	case ir.ConstText:
		return c.Text != ""
	case ir.ConstFunc, ir.ConstBuiltin:
		return true
	}
	return false
}

// same replaces instructions that give one of their operands: x + 0 and x - 0
// where x is a number (0 has no fractional digits, so the scale stays), and
// truth of what is a boolean.
func same(f *ir.Func) bool {
	is := newSubst(f)
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			switch v.Op {
			case ir.OpAdd, ir.OpSub:
				x, y := v.Args[0], v.Args[1]
				if v.Op == ir.OpAdd && zero(x) && y.Type == ir.TNumber {
					is.set(v, y)
				} else if zero(y) && x.Type == ir.TNumber {
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
			}
		}
	}
	return is.apply(f)
}

func zero(v *ir.Value) bool {
	return v.Op == ir.OpConst && v.Const.Kind == ir.ConstNumber && v.Const.Num.IsZero() && v.Const.Num.Scale() == 0
}
