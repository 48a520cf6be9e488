package vm

import (
	"errors"

	"etamil/internal/code"
	"etamil/internal/decimal"
	"etamil/internal/diag"
	"etamil/internal/value"
)

// plain gives the instruction that does the same with a register for a constant.
var plain = [code.NumOps]code.Op{
	code.OpAddK: code.OpAdd, code.OpSubK: code.OpSub, code.OpMulK: code.OpMul,
	code.OpDivK: code.OpDiv, code.OpModK: code.OpMod, code.OpIDivK: code.OpIDiv,
}

// arith computes x op y for any two values: what isn't a number is read as one.
func (f *Fiber) arith(op code.Op, to uintptr, x, y *value.Value) {
	if x.IsNumber() && y.IsNumber() {
		// Numbers of different scales come here all the time.
		var d decimal.Decimal
		var ok bool
		switch op {
		case code.OpAdd:
			d, ok = decimal.Add(x.Decimal(), y.Decimal())
		case code.OpSub:
			d, ok = decimal.Sub(x.Decimal(), y.Decimal())
		case code.OpMul:
			d, ok = decimal.Mul(x.Decimal(), y.Decimal())
		}
		if ok {
			*f.reg(to).val() = value.Number(d)
			return
		}
	}
	d, ok := f.compute(op, x.ToNumber(), y.ToNumber())
	if ok {
		*f.reg(to).val() = value.Number(d)
	}
}

// compute raises the error itself when it answers false.
func (f *Fiber) compute(op code.Op, a, b decimal.Decimal) (d decimal.Decimal, ok bool) {
	var err error
	switch op {
	case code.OpAdd:
		d, ok = decimal.Add(a, b)
	case code.OpSub:
		d, ok = decimal.Sub(a, b)
	case code.OpMul:
		d, ok = decimal.Mul(a, b)
	case code.OpDiv:
		d, err = decimal.Div(a, b)
		ok = err == nil
	case code.OpMod:
		d, err = decimal.Mod(a, b)
		ok = err == nil
	case code.OpIDiv:
		d, err = decimal.DivFloor(a, b)
		ok = err == nil
	}
	switch {
	case ok:
	case errors.Is(err, decimal.ErrDivideByZero):
		f.fail(diag.RunDivisionByZero)
	default:
		f.fail(diag.RunNumberTooLarge)
	}
	return d, ok
}

// holds reports whether what a comparing instruction asks is so. The instructions
// with "not" are true where the others are false, also for values without an order.
func (f *Fiber) holds(op code.Op, x, y *value.Value) bool {
	switch op {
	case code.OpEq, code.OpJEq, code.OpJEqK:
		return value.Equal(x, y)
	case code.OpNe, code.OpJNe, code.OpJNeK:
		return !value.Equal(x, y)
	case code.OpLt, code.OpJLt, code.OpJLtK, code.OpLoopLt, code.OpLoopLtK:
		return less(x, y)
	case code.OpJNLt, code.OpJNLtK:
		return !less(x, y)
	case code.OpLe, code.OpJLe, code.OpJLeK, code.OpLoopLe, code.OpLoopLeK:
		return lessEqual(x, y)
	case code.OpJNLe, code.OpJNLeK:
		return !lessEqual(x, y)
	case code.OpJGtK, code.OpLoopGtK:
		return less(y, x)
	case code.OpJNGtK:
		return !less(y, x)
	case code.OpJGeK, code.OpLoopGeK:
		return lessEqual(y, x)
	case code.OpJNGeK:
		return !lessEqual(y, x)
	}
	panic("vm: " + op.String() + " compares nothing")
}

// less and lessEqual are false for values that have no order.
func less(x, y *value.Value) bool {
	if x.IsNumber() && y.IsNumber() {
		return decimal.Cmp(x.Decimal(), y.Decimal()) < 0
	}
	c, ok := value.Compare(x, y)
	return ok && c < 0
}

func lessEqual(x, y *value.Value) bool {
	if x.IsNumber() && y.IsNumber() {
		return decimal.Cmp(x.Decimal(), y.Decimal()) <= 0
	}
	c, ok := value.Compare(x, y)
	return ok && c <= 0
}

// back takes a loop's jump, which spends a step.
func (f *Fiber) back(jump int) {
	if f.fuel <= 0 {
		f.spend()
		return
	}
	f.fuel--
	f.pc += uintptr(jump)
}

// forLoop is a counting loop over numbers that aren't both whole and small, or one that
// found no fuel. Nothing is changed before it is known that there is enough.
func (f *Fiber) forLoop(op code.Op, in code.Instr, limit *value.Value) {
	counter := f.reg(fieldA(in)).val()
	d, ok := f.compute(code.OpAdd, counter.ToNumber(), decimal.FromInt(int64(int8(in>>8))))
	if !ok {
		return
	}
	sum := value.Number(d)
	again := less(&sum, limit)
	if op == code.OpForLe || op == code.OpForLeK {
		again = lessEqual(&sum, limit)
	}
	if again {
		if f.fuel <= 0 {
			f.spend()
			return
		}
		f.fuel--
		f.pc += uintptr(jumpC(in))
	}
	*counter = sum
}

// concatN joins the texts of several registers. Each is written behind the one before:
// the first join makes the text, or finds room behind the first part, so that a text
// which grows by a few pieces at a time is built in linear time.
func (f *Fiber) concatN(in code.Instr) {
	parts := f.slots(fieldB(in), int(fieldC(in)))
	joined := value.EmptyText
	for i := range parts {
		joined = f.heap.JoinAny(&joined, &parts[i])
	}
	*f.reg(fieldA(in)).val() = joined
	f.checkMemory()
}
