package vm

import (
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/value"
)

const instrSize = unsafe.Sizeof(code.Instr(0))

// slow does the instruction before pc, for which run's fast path was not made. It
// finds all it needs on the fiber, and leaves there where to go on.
//
// The collector runs here and nowhere else, before the instruction begins: then
// everything that lives is in a register, a global or the window, and no native has
// an address in its hand.
//
//go:noinline
func (f *Fiber) slow(in code.Instr) {
	if f.heap.WantGC() {
		if !f.collect() {
			return
		}
		f.look()
	}
	op := in.Op()
	switch op {
	case code.OpCheck:
		f.undefined(f.constant(fieldBC(in)).Clone())
	case code.OpGetG, code.OpOrG:
		f.undefined(f.m.img.program.Globals[fieldBC(in)/slotSize])
	case code.OpGetW, code.OpOrW:
		f.undefined(f.m.img.program.Window[fieldBC(in)/slotSize])
	case code.OpSetG:
		f.setFrozen(in)
	case code.OpIsFunc:
		setBool(f.reg(fieldA(in)), f.reg(fieldB(in)).val().IsFunc())

	case code.OpAdd, code.OpSub, code.OpMul, code.OpDiv, code.OpMod, code.OpIDiv:
		f.arith(op, fieldA(in), f.reg(fieldB(in)).val(), f.reg(fieldC(in)).val())
	case code.OpAddK, code.OpSubK, code.OpMulK, code.OpDivK, code.OpModK, code.OpIDivK:
		f.arith(plain[op], fieldA(in), f.reg(fieldB(in)).val(), f.constant(fieldC(in)))
	case code.OpRSubK:
		f.arith(code.OpSub, fieldA(in), f.constant(fieldC(in)), f.reg(fieldB(in)).val())
	case code.OpNeg:
		f.arith(code.OpSub, fieldA(in), &value.Value{}, f.reg(fieldB(in)).val())
	case code.OpConcat:
		*f.reg(fieldA(in)).val() = f.heap.JoinAny(f.reg(fieldB(in)).val(), f.reg(fieldC(in)).val())
		f.checkMemory()
	case code.OpConcatN:
		f.concatN(in)

	case code.OpEq, code.OpNe, code.OpLt, code.OpLe:
		setBool(f.reg(fieldA(in)), f.holds(op, f.reg(fieldB(in)).val(), f.reg(fieldC(in)).val()))
	case code.OpNot:
		setBool(f.reg(fieldA(in)), !f.reg(fieldB(in)).val().Truth())
	case code.OpTruth:
		setBool(f.reg(fieldA(in)), f.reg(fieldB(in)).val().Truth())
	case code.OpJT, code.OpJF:
		if f.reg(fieldA(in)).val().Truth() == (op == code.OpJT) {
			f.pc += uintptr(jumpBC(in))
		}
	case code.OpJEq, code.OpJNe, code.OpJLt, code.OpJNLt, code.OpJLe, code.OpJNLe:
		if f.holds(op, f.reg(fieldA(in)).val(), f.reg(fieldB(in)).val()) {
			f.pc += uintptr(jumpC(in))
		}
	case code.OpJEqK, code.OpJNeK, code.OpJLtK, code.OpJNLtK, code.OpJLeK, code.OpJNLeK,
		code.OpJGtK, code.OpJNGtK, code.OpJGeK, code.OpJNGeK:
		if f.holds(op, f.reg(fieldA(in)).val(), f.constant(fieldB(in))) {
			f.pc += uintptr(jumpC(in))
		}

	case code.OpLoop:
		f.spend()
	case code.OpLoopT, code.OpLoopF:
		if f.reg(fieldA(in)).val().Truth() == (op == code.OpLoopT) {
			f.back(jumpBC(in))
		}
	case code.OpLoopLt, code.OpLoopLe:
		if f.holds(op, f.reg(fieldA(in)).val(), f.reg(fieldB(in)).val()) {
			f.back(jumpC(in))
		}
	case code.OpLoopLtK, code.OpLoopLeK, code.OpLoopGtK, code.OpLoopGeK:
		if f.holds(op, f.reg(fieldA(in)).val(), f.constant(fieldB(in))) {
			f.back(jumpC(in))
		}
	case code.OpForLt, code.OpForLe:
		f.forLoop(op, in, f.reg(fieldB(in)).val())
	case code.OpForLtK, code.OpForLeK:
		f.forLoop(op, in, f.constant(fieldB(in)))

	case code.OpNewList:
		*f.reg(fieldA(in)).val() = f.heap.NewListOf(f.slots(fieldB(in), int(fieldC(in))))
		f.checkMemory()
	case code.OpNewRecord:
		c := f.m.img.program.Classes[fieldC(in)]
		*f.reg(fieldA(in)).val() = f.heap.NewRecord(c, f.slots(fieldB(in), c.Len()))
	case code.OpNewShape:
		f.newShape(in)
	case code.OpToShape:
		f.toShape(in)
	case code.OpSpreadList:
		f.spreadList(in)
	case code.OpSpreadRecord:
		f.spreadRecord(in)
	case code.OpGetI:
		f.getIndex(fieldA(in), f.reg(fieldB(in)).val(), f.reg(fieldC(in)).val())
	case code.OpGetIK:
		i := value.Int(int(int64(in) >> 48))
		f.getIndex(fieldA(in), f.reg(fieldB(in)).val(), &i)
	case code.OpSetI:
		f.setIndex(in)
	case code.OpGetF:
		f.getField(in)
	case code.OpSetF:
		f.setField(in)
	case code.OpAddF, code.OpSubF:
		f.addField(in)
	case code.OpOwnI:
		f.ownIndex(in)
	case code.OpOwnF:
		f.ownField(in)
	case code.OpAppend:
		f.appendItem(in)
	case code.OpLen:
		f.length(in)

	case code.OpClosure:
		f.closure(in)
	case code.OpCall:
		f.callFunc(f.function(int(uint16(in>>32))), fieldA(in), int(uint8(in>>8)), 0)
	case code.OpCallV:
		f.callValue(fieldA(in), int(uint8(in>>8)))
	case code.OpCallM:
		f.callMember(in)
	case code.OpCallB:
		a := fieldA(in)
		f.callNative(&f.m.img.natives[uint16(in>>32)], a, int(uint8(in>>8)), a)

	case code.OpTry, code.OpTryThrow:
		f.try(in)
	case code.OpOk:
		*f.reg(fieldA(in)).val() = f.heap.Ok(*f.reg(fieldB(in)).val())
	case code.OpErr:
		*f.reg(fieldA(in)).val() = f.heap.Fail(*f.reg(fieldB(in)).val())
	case code.OpThrow:
		f.throw(f.reg(fieldA(in)).val())
	case code.OpFail:
		f.failCode(f.constant(fieldA(in)).Str(), f.constant(fieldBC(in)).Clone())
	case code.OpIter:
		f.iter(in)
	case code.OpNext, code.OpNext2:
		switch {
		case f.reg(fieldA(in)).val().Kind() == value.KindHandle:
			f.walk(in)
		case !f.next(in):
			f.pc += uintptr(jumpC(in))
		}
	case code.OpLoopNext, code.OpLoopNext2:
		switch {
		case f.fuel <= 0:
			f.spend() // before anything is taken
		case f.reg(fieldA(in)).val().Kind() == value.KindHandle:
			f.walk(in)
		case f.next(in):
			f.back(jumpC(in))
		}
	default:
		panic("vm: instruction " + op.String() + " is run by nobody")
	}
}

// reg is the register at an offset in bytes.
func (f *Fiber) reg(offset uintptr) *slot { return at(pointer(&f.r), offset) }

// slots are n registers from an offset on.
func (f *Fiber) slots(offset uintptr, n int) []value.Value {
	return unsafe.Slice((*value.Value)(unsafe.Add(pointer(&f.r), offset)), n)
}

// constant is the constant at an offset in bytes.
func (f *Fiber) constant(offset uintptr) *value.Value {
	q := (*function)(pointer(&f.fn))
	return at(pointer(&q.k), offset).val()
}

// running is the function that runs.
func (f *Fiber) running() *function { return (*function)(pointer(&f.fn)) }

// function is a function of the program by its number.
func (f *Fiber) function(i int) *function { return &f.m.funcs[i] }

// collect frees what the fiber doesn't use any more. It reports false when it has
// raised an error instead: what is used is more than the budget allows.
func (f *Fiber) collect() bool {
	base := uintptr(unsafe.Pointer(&f.stack[0]))
	top := int((f.r-base)/slotSize) + f.running().fn.Regs
	f.roots = [...][]value.Value{f.stack[:top], f.own, f.win, f.held}
	if len(f.handles) > f.sweepAt && !f.pinned {
		f.sweep(f.heap.CollectNamed(len(f.handles), f.shown, f.roots[:]...))
	} else {
		f.heap.Collect(f.roots[:]...)
	}
	// What calls left behind above the top now has addresses of freed memory in it. A
	// window may be read before it is written, so it has to go.
	clear(f.stack[top:])
	return f.checkMemory()
}

// checkMemory raises an error when the memory budget is used up.
func (f *Fiber) checkMemory() bool {
	if !f.heap.Over() {
		return true
	}
	f.memoryOver()
	return false
}
