package emit

import (
	"cmp"
	"fmt"

	"etamil/internal/code"
	"etamil/internal/ir"
	"etamil/regalloc"
)

// binary has the instruction of each operation on two registers.
var binary = [ir.NumOps]code.Op{
	ir.OpAdd: code.OpAdd, ir.OpSub: code.OpSub, ir.OpMul: code.OpMul, ir.OpDiv: code.OpDiv,
	ir.OpMod: code.OpMod, ir.OpIDiv: code.OpIDiv,
	ir.OpEq: code.OpEq, ir.OpNe: code.OpNe, ir.OpLt: code.OpLt, ir.OpLe: code.OpLe,
}

// unary has the instruction of each operation on one register.
var unary = [ir.NumOps]code.Op{
	ir.OpNeg: code.OpNeg, ir.OpNot: code.OpNot, ir.OpTruth: code.OpTruth, ir.OpLen: code.OpLen,
	ir.OpTry: code.OpTry, ir.OpTryThrow: code.OpTryThrow, ir.OpIsSet: code.OpIsSet, ir.OpIsFunc: code.OpIsFunc,
}

// readers and writers of variables outside SSA.
var variables = [ir.NumOps]code.Op{
	ir.OpGetGlobal: code.OpGetG, ir.OpGetWindow: code.OpGetW,
	ir.OpGlobalOrUndef: code.OpGetGU, ir.OpWindowOrUndef: code.OpGetWU,
}

func (e *emitter) instr(v *ir.Value, deaths uint64) {
	switch v.Op {
	case ir.OpHold:
		e.load(v.Args[0].Const, e.a.Reg(v))
	case ir.OpCapture:
		e.opBC(code.OpGetC, e.a.Reg(v), int(v.Int))
	case ir.OpCheck:
		e.pass(v, deaths)
		e.opBC(code.OpCheck, e.a.Reg(v), e.text(v.Name))
	case ir.OpNilIfUndef:
		e.op(code.OpNilUndef, 0, e.a.Reg(v), e.passed(v, deaths), 0)
	case ir.OpGetGlobal, ir.OpGetWindow, ir.OpGlobalOrUndef, ir.OpWindowOrUndef:
		e.opBC(variables[v.Op], e.a.Reg(v), int(v.Int))
	case ir.OpSetGlobal:
		e.opBC(code.OpSetG, e.consumed(v, 0, deaths, 0), int(v.Int))
	case ir.OpSetWindow:
		e.opBC(code.OpSetW, e.consumed(v, 0, deaths, 0), int(v.Int))
	case ir.OpOrGlobal:
		e.pass(v, deaths)
		e.opBC(code.OpOrG, e.a.Reg(v), int(v.Int))
	case ir.OpOrWindow:
		e.pass(v, deaths)
		e.opBC(code.OpOrW, e.a.Reg(v), int(v.Int))
	case ir.OpSlotGet:
		e.op(code.OpMove, 0, e.a.Reg(v), regalloc.Slot(e.f, v.Int), 0)
	case ir.OpSlotSet:
		slot := regalloc.Slot(e.f, v.Int)
		if x := v.Args[0]; regalloc.Const(x) {
			e.load(x.Const, slot)
		} else {
			e.moves([]regalloc.Move{{From: e.a.Reg(x), To: slot, Share: e.marks(x, dying(deaths, 0))}})
		}
	case ir.OpAdd, ir.OpSub, ir.OpMul, ir.OpDiv, ir.OpMod, ir.OpIDiv:
		e.arithmetic(v)
	case ir.OpEq, ir.OpNe, ir.OpLt, ir.OpLe:
		e.op(binary[v.Op], 0, e.a.Reg(v), e.reg(v.Args[0], 0), e.reg(v.Args[1], 1))
	case ir.OpGt:
		l, r := e.reg(v.Args[0], 0), e.reg(v.Args[1], 1)
		e.op(code.OpLt, 0, e.a.Reg(v), r, l)
	case ir.OpGe:
		l, r := e.reg(v.Args[0], 0), e.reg(v.Args[1], 1)
		e.op(code.OpLe, 0, e.a.Reg(v), r, l)
	case ir.OpNeg, ir.OpNot, ir.OpTruth, ir.OpLen, ir.OpIsSet, ir.OpIsFunc:
		e.op(unary[v.Op], 0, e.a.Reg(v), e.reg(v.Args[0], 0), 0)
	case ir.OpTry, ir.OpTryThrow:
		e.op(unary[v.Op], 0, e.a.Reg(v), e.consumed(v, 0, deaths, 0), 0)
	case ir.OpOk:
		e.op(code.OpOk, 0, e.a.Reg(v), e.consumed(v, 0, deaths, 0), 0)
	case ir.OpErr:
		e.op(code.OpErr, 0, e.a.Reg(v), e.consumed(v, 0, deaths, 0), 0)
	case ir.OpIter:
		e.op(code.OpIter, 0, e.a.Reg(v), e.consumed(v, 0, deaths, 0), 0)
	case ir.OpConcat:
		e.concat(v, deaths)
	case ir.OpGetIndex, ir.OpGetOwned:
		e.getIndex(v)
	case ir.OpGetField, ir.OpGetOwnedField:
		e.op(code.OpGetF, e.cache(), e.a.Reg(v), e.reg(v.Args[0], 0), e.text(v.Name))
	case ir.OpSetIndex:
		i := e.reg(v.Args[1], 0)
		x := e.consumed(v, 2, deaths, 1)
		e.inPlace(v, deaths)
		e.op(code.OpSetI, 0, e.a.Reg(v), i, x)
	case ir.OpSetField:
		if sum, ok := e.a.Sel.Sum(v); ok {
			e.addField(v, sum, deaths)
			return
		}
		x := e.consumed(v, 1, deaths, 0)
		e.inPlace(v, deaths)
		e.op(code.OpSetF, e.cache(), e.a.Reg(v), e.text(v.Name), x)
	case ir.OpOwnIndex:
		i := e.reg(v.Args[1], 0)
		e.inPlace(v, deaths)
		e.op(code.OpOwnI, 0, e.a.Reg(v), i, 0)
	case ir.OpOwnField:
		e.inPlace(v, deaths)
		e.opBC(code.OpOwnF, e.a.Reg(v), e.text(v.Name))
	case ir.OpAppend:
		x := e.consumed(v, 1, deaths, 0)
		e.inPlace(v, deaths)
		e.op(code.OpAppend, 0, e.a.Reg(v), x, 0)
	case ir.OpSpreadList:
		x := e.reg(v.Args[1], 0)
		e.inPlace(v, deaths)
		e.op(code.OpSpreadList, 0, e.a.Reg(v), x, 0)
	case ir.OpSpreadRecord:
		x := e.reg(v.Args[1], 0)
		e.inPlace(v, deaths)
		e.op(code.OpSpreadRecord, 0, e.a.Reg(v), x, 0)
	case ir.OpList:
		base := e.window(v, deaths)
		e.op(code.OpNewList, 0, e.a.Reg(v), base, len(v.Args))
	case ir.OpRecord:
		base := e.window(v, deaths)
		e.op(code.OpNewRecord, 0, e.a.Reg(v), base, e.pool.class(v.Name))
	case ir.OpShapeRecord:
		base := e.window(v, deaths)
		e.op(code.OpNewShape, 0, e.a.Reg(v), base, int(v.Int))
	case ir.OpToShape:
		e.op(code.OpToShape, 0, e.a.Reg(v), e.consumed(v, 0, deaths, 0), int(v.Int))
	case ir.OpFail:
		e.opBC(code.OpFail, e.text(v.Name), e.text(v.Const.Text))
	case ir.OpClosure:
		base := e.window(v, deaths)
		e.op(code.OpClosure, len(v.Args), e.a.Reg(v), base, int(v.Int))
	case ir.OpCall:
		base := e.window(v, deaths)
		callee := int(v.Int)
		e.op(code.OpCall, len(v.Args), base, callee, 0)
		e.result(v, base)
	case ir.OpCallValue:
		base := e.window(v, deaths)
		e.op(code.OpCallV, len(v.Args)-1, base, 0, 0)
		e.result(v, base)
	case ir.OpCallMember:
		base := e.window(v, deaths)
		cache := 0
		if len(e.pool.prog.Shapes) > 0 { // only methods of shapes are remembered
			cache = e.cache()
		}
		e.op(code.OpCallM, len(v.Args)-1, base, e.text(v.Name), cache)
		e.result(v, base)
	case ir.OpBuiltin:
		base := e.window(v, deaths)
		e.op(code.OpCallB, len(v.Args), base, e.pool.builtin(v.Spec.ID), 0)
		e.result(v, base)
	default:
		panic(fmt.Sprintf("emit: no instruction for %s", v.Op))
	}
}

// addField is x.f = x.f + y or x.f - y. Its errors are those of reading the
// field, adding and storing, each with its own place.
func (e *emitter) addField(v *ir.Value, sum regalloc.Sum, deaths uint64) {
	e.at(sum.Get.Pos, sum.Get.In)
	y := e.reg(sum.Y, 0)
	e.inPlace(v, deaths)
	op := code.OpAddF
	if sum.Add.Op == ir.OpSub {
		op = code.OpSubF
	}
	e.out.Sums = append(e.out.Sums, code.Sum{PC: int32(len(e.out.Code)), Add: cmp.Or(sum.Add.Pos, e.pos), Store: cmp.Or(v.Pos, e.pos)})
	e.op(op, e.cache(), e.a.Reg(v), e.text(v.Name), y)
}

// pass puts the first operand of v into the register of v, where it is looked
// at and stays as it is.
func (e *emitter) pass(v *ir.Value, deaths uint64) {
	if r, from := e.a.Reg(v), e.passed(v, deaths); r != from {
		e.op(code.OpMove, 0, r, from, 0)
	}
}

// passed returns the register of the first operand of v, which goes on as v. An
// operand that is needed further has two names then, and is marked. One that
// isn't, and has no other owner, is owned by v; unless v may be a global.
func (e *emitter) passed(v *ir.Value, deaths uint64) int {
	x := v.Args[0]
	if regalloc.Const(x) {
		e.load(x.Const, e.a.Reg(v))
		return e.a.Reg(v)
	}
	switch dies := dying(deaths, 0); {
	case !dies && e.marks(x, false):
		e.op(code.OpShare, 0, e.a.Reg(x), 0, 0)
	case dies && !e.marks(x, true) && (v.Op == ir.OpCheck || v.Op == ir.OpNilIfUndef):
		e.ownedCheck[v] = true
	}
	return e.a.Reg(x)
}

// inPlace puts the first operand of v, which v changes, into the register of
// v; it is marked first if something else may hold it.
func (e *emitter) inPlace(v *ir.Value, deaths uint64) {
	x := v.Args[0]
	r := e.a.Reg(v)
	if regalloc.Const(x) {
		e.load(x.Const, r)
		return
	}
	e.moves([]regalloc.Move{{From: e.a.Reg(x), To: r, Share: e.marks(x, dying(deaths, 0))}})
}

// consumed returns the register of operand k of v, marked if it must be; a
// constant is loaded into temp i.
func (e *emitter) consumed(v *ir.Value, k int, deaths uint64, i int) int {
	x := v.Args[k]
	r := e.reg(x, i)
	if !regalloc.Const(x) && e.consumes(v, k) && e.marks(x, dying(deaths, k)) {
		e.op(code.OpShare, 0, r, 0, 0)
	}
	return r
}

// window puts the operands of v side by side and returns the first register.
func (e *emitter) window(v *ir.Value, deaths uint64) int {
	base := e.a.Base(v)
	var moves []regalloc.Move
	for k, x := range v.Args {
		if !regalloc.Const(x) {
			share := e.consumes(v, k) && e.marks(x, dying(deaths, k))
			moves = append(moves, regalloc.Move{From: e.a.Reg(x), To: base + k, Share: share})
		}
	}
	e.moves(moves)
	for k, x := range v.Args {
		if regalloc.Const(x) {
			e.load(x.Const, base+k)
		}
	}
	return base
}

// result moves what a call left in the first register of its window.
func (e *emitter) result(v *ir.Value, base int) {
	if r := e.a.Reg(v); r != base {
		e.op(code.OpMove, 0, r, base, 0)
	}
}

// cache gives the next instruction an inline cache while there are any.
func (e *emitter) cache() int {
	if e.out.Caches >= code.MaxCaches {
		return 0
	}
	e.out.Caches++
	return e.out.Caches
}

func (e *emitter) arithmetic(v *ir.Value) {
	l, r := v.Args[0], v.Args[1]
	dst := e.a.Reg(v)
	if regalloc.Const(l) && !regalloc.Const(r) {
		if k, ok := e.smallNumber(l); ok {
			switch v.Op {
			case ir.OpAdd:
				e.op(code.OpAddK, 0, dst, e.a.Reg(r), k)
				return
			case ir.OpMul:
				e.op(code.OpMulK, 0, dst, e.a.Reg(r), k)
				return
			case ir.OpSub:
				e.op(code.OpRSubK, 0, dst, e.a.Reg(r), k)
				return
			}
		}
	}
	if k, ok := e.smallNumber(r); ok {
		var op code.Op
		switch v.Op {
		case ir.OpAdd:
			op = code.OpAddK
		case ir.OpSub:
			op = code.OpSubK
		case ir.OpMul:
			op = code.OpMulK
		case ir.OpDiv:
			op = code.OpDivK
		case ir.OpMod:
			op = code.OpModK
		case ir.OpIDiv:
			op = code.OpIDivK
		}
		divides := v.Op == ir.OpDiv || v.Op == ir.OpMod || v.Op == ir.OpIDiv
		if op != 0 && !(divides && r.Const.Num.IsZero()) {
			e.op(op, 0, dst, e.reg(l, 0), k)
			return
		}
	}
	e.op(binary[v.Op], 0, dst, e.reg(l, 0), e.reg(r, 1))
}

// concat joins two texts, or more that stand side by side. A text never changes:
// the machine writes behind the first one where there is room, which nobody who
// holds it can see. So nothing is marked.
func (e *emitter) concat(v *ir.Value, deaths uint64) {
	if len(v.Args) > 2 {
		base := e.window(v, deaths)
		e.op(code.OpConcatN, 0, e.a.Reg(v), base, len(v.Args))
		return
	}
	l, r := e.reg(v.Args[0], 0), e.reg(v.Args[1], 1)
	e.op(code.OpConcat, 0, e.a.Reg(v), l, r)
}

func (e *emitter) getIndex(v *ir.Value) {
	dst, x := e.a.Reg(v), v.Args[0]
	if i := v.Args[1]; regalloc.Const(i) && i.Const.Kind == ir.ConstNumber {
		if n, ok := i.Const.Num.Int64(); ok && i.Const.Num.Scale() == 0 && n >= 0 && n < 1<<15 {
			e.op(code.OpGetIK, 0, dst, e.reg(x, 0), int(n))
			return
		}
	}
	e.op(code.OpGetI, 0, dst, e.reg(x, 0), e.reg(v.Args[1], 1))
}
