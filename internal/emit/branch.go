package emit

import (
	"etamil/internal/code"
	"etamil/internal/ir"
	"etamil/regalloc"
)

// A comparison as the machine has it: two registers, or a register and a
// constant, with jumps for true, not true, and true at a loop's end (0: none).
type comparison struct {
	a, b           int
	yes, no, again code.Op
}

// compare chooses instructions for l op r. The order of operands is turned
// round where only the other way exists; not true is not the same as the
// opposite comparison, since some pairs aren't ordered at all.
func (e *emitter) compare(v *ir.Value) comparison {
	l, r := v.Args[0], v.Args[1]
	op := v.Op
	if regalloc.Const(l) && !regalloc.Const(r) {
		l, r = r, l
		switch op {
		case ir.OpLt:
			op = ir.OpGt
		case ir.OpLe:
			op = ir.OpGe
		case ir.OpGt:
			op = ir.OpLt
		case ir.OpGe:
			op = ir.OpLe
		}
	}
	k, ok := e.smallNumber(r)
	if op == ir.OpEq || op == ir.OpNe {
		k, ok = e.small(r)
	}
	if ok {
		c := comparison{a: e.reg(l, 0), b: k}
		switch op {
		case ir.OpEq:
			c.yes, c.no = code.OpJEqK, code.OpJNeK
		case ir.OpNe:
			c.yes, c.no = code.OpJNeK, code.OpJEqK
		case ir.OpLt:
			c.yes, c.no, c.again = code.OpJLtK, code.OpJNLtK, code.OpLoopLtK
		case ir.OpLe:
			c.yes, c.no, c.again = code.OpJLeK, code.OpJNLeK, code.OpLoopLeK
		case ir.OpGt:
			c.yes, c.no, c.again = code.OpJGtK, code.OpJNGtK, code.OpLoopGtK
		case ir.OpGe:
			c.yes, c.no, c.again = code.OpJGeK, code.OpJNGeK, code.OpLoopGeK
		}
		return c
	}
	c := comparison{a: e.reg(l, 0), b: e.reg(r, 1)}
	switch op {
	case ir.OpGt:
		c.a, c.b, op = c.b, c.a, ir.OpLt
	case ir.OpGe:
		c.a, c.b, op = c.b, c.a, ir.OpLe
	}
	switch op {
	case ir.OpEq:
		c.yes, c.no = code.OpJEq, code.OpJNe
	case ir.OpNe:
		c.yes, c.no = code.OpJNe, code.OpJEq
	case ir.OpLt:
		c.yes, c.no, c.again = code.OpJLt, code.OpJNLt, code.OpLoopLt
	case ir.OpLe:
		c.yes, c.no, c.again = code.OpJLe, code.OpJNLe, code.OpLoopLe
	}
	return c
}

// branch ends b by going to yes if cond is true, else to no.
func (e *emitter) branch(b *ir.Block, cond *ir.Value, yes, no *ir.Block) {
	if regalloc.Const(cond) {
		if cond.Const.Truth() {
			e.goTo(b, yes)
		} else {
			e.goTo(b, no)
		}
		return
	}
	yesBack, noBack := e.back(b, yes), e.back(b, no)
	switch {
	case yesBack && !noBack:
		e.loopIf(cond, yes)
		e.goTo(b, no)
	case yesBack || e.next(b, yes):
		// Go on at yes, jump to no: over a loop instruction if that leads back.
		e.jumpIf(b, cond, false, no)
		e.goTo(b, yes)
	default:
		e.jumpIf(b, cond, true, yes)
		e.goTo(b, no)
	}
}

// jumpIf jumps to blk if cond is as want says.
func (e *emitter) jumpIf(b *ir.Block, cond *ir.Value, want bool, blk *ir.Block) {
	if e.back(b, blk) {
		// A way back must spend a step: jump over it in the other case.
		e.condSkip(cond, !want)
		e.jumpTo(code.MakeBC(code.OpLoop, 0, 0), blk)
		return
	}
	blk = e.end(blk)
	if !e.a.Sel.Fused(cond) {
		op := code.OpJF
		if want {
			op = code.OpJT
		}
		e.jumpTo(code.MakeBC(op, e.a.Reg(cond), 0), blk)
		return
	}
	c := e.compare(cond)
	op := c.no
	if want {
		op = c.yes
	}
	e.condJump(code.Make(op, 0, c.a, c.b, 0), blk)
}

// condSkip jumps over the next instruction if cond is as want says.
func (e *emitter) condSkip(cond *ir.Value, want bool) {
	if !e.a.Sel.Fused(cond) {
		op := code.OpJF
		if want {
			op = code.OpJT
		}
		e.opBC(op, e.a.Reg(cond), 1)
		return
	}
	c := e.compare(cond)
	op := c.no
	if want {
		op = c.yes
	}
	e.op(op, 0, c.a, c.b, 1)
}

// loopIf jumps back to blk if cond is true, and spends a step.
func (e *emitter) loopIf(cond *ir.Value, blk *ir.Block) {
	if !e.a.Sel.Fused(cond) {
		e.jumpTo(code.MakeBC(code.OpLoopT, e.a.Reg(cond), 0), blk)
		return
	}
	c := e.compare(cond)
	if c.again == 0 || e.far {
		e.op(c.no, 0, c.a, c.b, 1)
		e.jumpTo(code.MakeBC(code.OpLoop, 0, 0), blk)
		return
	}
	if e.counting(c, blk) {
		return
	}
	e.jumpTo(code.Make(c.again, 0, c.a, c.b, 0), blk)
}

// forOf is the counting form of a comparison at a loop's end.
var forOf = map[code.Op]code.Op{
	code.OpLoopLt: code.OpForLt, code.OpLoopLe: code.OpForLe,
	code.OpLoopLtK: code.OpForLtK, code.OpLoopLeK: code.OpForLeK,
}

// counting joins the addition of a small whole number to the counter, if that
// was the last instruction, with the comparison.
func (e *emitter) counting(c comparison, blk *ir.Block) bool {
	n := len(e.out.Code)
	op, ok := forOf[c.again]
	if !ok || n == e.begun {
		return false // another block's instruction: a jump may lead behind it
	}
	last := e.out.Code[n-1]
	if last.Op() != code.OpAddK && last.Op() != code.OpSubK {
		return false
	}
	o, _ := last.Operands()
	if o.A != c.a || o.B != c.a {
		return false
	}
	k := e.out.K[o.C]
	d := int(int64(k.N))
	if last.Op() == code.OpSubK {
		d = -d
	}
	if !k.IsInt() || d < -128 || d > 127 {
		return false
	}
	e.drop()
	e.jumpTo(code.Make(op, d, c.a, c.b, 0), blk)
	return true
}
