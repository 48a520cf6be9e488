package opt

import (
	"strings"

	"etamil/internal/decimal"
	"etamil/internal/ir"
)

// evaluate is what an instruction gives for constants, exactly as the machine would compute
// it; ok is false where the machine has to do it: there is no such constant, or it would raise
// an error.
func evaluate(op ir.Op, args []*ir.Const) (c ir.Const, ok bool) {
	number := func(d decimal.Decimal, ok bool) (ir.Const, bool) {
		return ir.Const{Kind: ir.ConstNumber, Num: d}, ok
	}
	boolean := func(b bool) (ir.Const, bool) { return ir.Const{Kind: ir.ConstBool, Bool: b}, true }
	numbers := len(args) == 2 && args[0].Kind == ir.ConstNumber && args[1].Kind == ir.ConstNumber
	switch op {
	case ir.OpAdd:
		if numbers {
			return number(decimal.Add(args[0].Num, args[1].Num))
		}
	case ir.OpSub:
		if numbers {
			return number(decimal.Sub(args[0].Num, args[1].Num))
		}
	case ir.OpMul:
		if numbers {
			return number(decimal.Mul(args[0].Num, args[1].Num))
		}
	case ir.OpDiv:
		if numbers {
			d, err := decimal.Div(args[0].Num, args[1].Num)
			return number(d, err == nil)
		}
	case ir.OpMod:
		if numbers {
			d, err := decimal.Mod(args[0].Num, args[1].Num)
			return number(d, err == nil)
		}
	case ir.OpIDiv:
		if numbers {
			d, err := decimal.DivFloor(args[0].Num, args[1].Num)
			return number(d, err == nil)
		}
	case ir.OpNeg:
		if args[0].Kind == ir.ConstNumber {
			return number(decimal.Neg(args[0].Num), true)
		}
	case ir.OpEq, ir.OpNe:
		if eq, ok := equal(args[0], args[1]); ok {
			return boolean(eq == (op == ir.OpEq))
		}
	case ir.OpLt, ir.OpLe, ir.OpGt, ir.OpGe:
		if numbers {
			return boolean(ordered(op, decimal.Cmp(args[0].Num, args[1].Num)))
		}
		if args[0].Kind == ir.ConstText && args[1].Kind == ir.ConstText {
			return boolean(ordered(op, strings.Compare(args[0].Text, args[1].Text)))
		}
	case ir.OpNot:
		return boolean(!args[0].Truth())
	case ir.OpTruth:
		return boolean(args[0].Truth())
	case ir.OpIsSet:
		return boolean(args[0].Kind != ir.ConstUndef)
	case ir.OpIsFunc:
		return boolean(args[0].Kind == ir.ConstFunc || args[0].Kind == ir.ConstBuiltin)
	case ir.OpNilIfUndef:
		if args[0].Kind == ir.ConstUndef {
			return ir.Const{Kind: ir.ConstNil}, true
		}
		return *args[0], true
	case ir.OpCheck:
		if args[0].Kind != ir.ConstUndef {
			return *args[0], true
		}
	case ir.OpConcat:
		var text []byte
		for _, a := range args {
			t, ok := appendText(text, a)
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

func appendText(dst []byte, c *ir.Const) ([]byte, bool) {
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

func equal(a, b *ir.Const) (eq, ok bool) {
	plain := func(c *ir.Const) bool {
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
