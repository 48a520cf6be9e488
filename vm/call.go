package vm

import (
	"fmt"
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/value"
)

// callFunc enters q with its window at R[window] and n arguments in it, whatever
// run's fast path didn't like: arguments left out, no room for registers or frames, no
// fuel. result says where the result goes, from the window in bytes. The number of
// arguments has been checked.
func (f *Fiber) callFunc(q *function, window uintptr, n, result int) {
	if f.fuel <= 0 {
		f.spend()
		return
	}
	if f.ftop >= f.fend && !f.growFrames() {
		f.fail(diag.RunTooDeep, fmt.Sprint(f.m.limits.Depth))
		return
	}
	if f.r+window+q.regs > f.limit && !f.growStack(window+q.regs) {
		f.fail(diag.RunTooDeep, fmt.Sprint(f.m.limits.Depth))
		return
	}
	f.fuel--
	fr := (*frame)(pointer(&f.ftop))
	fr.pc, fr.base, fr.fn, fr.result = f.pc, f.r, f.fn, result
	f.ftop += frameSize
	f.r += window
	f.fn, f.caches, f.pc = uintptr(unsafe.Pointer(q)), q.caches, q.entry
	for i := n; i < int(q.params); i++ {
		*f.reg(uintptr(i) * slotSize).val() = value.Undef
	}
}

// takes reports whether q can be called with n arguments, and raises an error if not.
func (f *Fiber) takes(q *function, n int) bool {
	if n >= int(q.minArgs) && n <= int(q.params) {
		return true
	}
	f.fail(diag.RunArity, funcName(q.fn), countText(int(q.minArgs), int(q.params)), fmt.Sprint(n))
	return false
}

// takesSelf is takes for the member name, whose function has the value that it is a
// member of as its first argument: neither n nor the message counts it.
func (f *Fiber) takesSelf(q *function, name string, n int) bool {
	if n+1 >= int(q.minArgs) && n+1 <= int(q.params) {
		return true
	}
	f.fail(diag.RunArity, name, countText(int(q.minArgs)-1, int(q.params)-1), fmt.Sprint(n))
	return false
}

// growFrames doubles the frames; false at the depth limit.
func (f *Fiber) growFrames() bool {
	limit := f.m.limits.Depth + 1
	if len(f.frames) >= limit {
		return false
	}
	old := uintptr(unsafe.Pointer(&f.frames[0]))
	frames := make([]frame, min(2*len(f.frames), limit))
	copy(frames, f.frames)
	f.frames = frames
	f.ftop = f.ftop - old + uintptr(unsafe.Pointer(&f.frames[0]))
	f.setFrameEnd()
	return true
}

// maxStack bounds the registers of a fiber, in slots: 64 MiB. Only calls of functions with
// very large windows reach it before the depth limit.
const maxStack = 1 << 22

// growStack makes room for so many bytes from the base of the running window on, and
// moves every address of a register along. False: that would be too many.
func (f *Fiber) growStack(need uintptr) bool {
	old := uintptr(unsafe.Pointer(&f.stack[0]))
	n := 2 * len(f.stack)
	for uintptr(n-spareSlots)*slotSize < f.r-old+need {
		n *= 2
	}
	if limit := f.m.limits.Memory / int(slotSize); n > maxStack || limit > firstSlots*64 && n > limit {
		return false
	}
	stack := make([]value.Value, n)
	copy(stack, f.stack)
	f.stack = stack
	base := uintptr(unsafe.Pointer(&f.stack[0]))
	first := uintptr(unsafe.Pointer(&f.frames[0]))
	for i := range f.frames[:(f.ftop-first)/frameSize] {
		f.frames[i].base = f.frames[i].base - old + base
	}
	f.r = f.r - old + base
	f.limit = base + uintptr(n-spareSlots)*slotSize
	return true
}

// callValue calls the function in R[a] with the n arguments behind it.
func (f *Fiber) callValue(a uintptr, n int) {
	callee := f.reg(a).val()
	switch callee.Kind() {
	case value.KindFunc, value.KindClosure:
		q := f.function(callee.FuncIndex())
		if f.takes(q, n) {
			f.callFunc(q, a+slotSize, n, -int(slotSize))
		}
	case value.KindBuiltin:
		f.callNative(&f.m.img.natives[callee.N], a+slotSize, n, a)
	default:
		f.fail(diag.RunNotFunction, kindName(callee))
	}
}

// callMember calls R[a].name with the arguments behind it: a method of a's shape, a
// function that stands in a field, or a member of a's kind.
func (f *Fiber) callMember(in code.Instr) {
	if f.fuel <= 0 {
		f.spend() // now: below, the register that says what is called is overwritten
		return
	}
	a, n := fieldA(in), int(uint8(in>>8))
	x := f.reg(a).val()
	name := f.constant(fieldB(in)).Str()
	if r := f.m.img.rules(x.ShapeOf()); r != nil {
		if m, ok := r.shape.Methods[name]; ok && m.Self {
			q := f.function(m.Func)
			if f.takesSelf(q, name, n) {
				if fieldC(in) != 0 { // cache 0 is everybody's and never matches
					c := callCacheAt(pointer(&f.caches), in)
					c.class, c.found = x.Record().ClassAddress(), uintptr(unsafe.Pointer(q))
				}
				f.callFunc(q, a, n+1, 0)
			}
			return
		}
	}
	if x.IsRecord() {
		if field, ok := x.Field(name); ok {
			// The record dies here or lives on elsewhere; functions are never written,
			// so the one in the register needs no mark.
			*x = *field
			f.callValue(a, n)
			return
		}
	}
	b := f.m.member(x, name)
	switch {
	case b == nil || b.property:
		f.noMember(x, name)
	case b.function >= 0:
		q := f.function(b.function)
		if f.takesSelf(q, name, n) {
			f.callFunc(q, a, n+1, 0)
		}
	default:
		if n < b.min || b.max >= 0 && n > b.max {
			f.fail(diag.RunArity, b.name, countText(b.min, b.max), fmt.Sprint(n))
			return
		}
		args := f.slots(a, n+1)
		f.weigh(args)
		v, err := b.native(f, args)
		f.deliver(a, v, err)
	}
}

// closure makes a function value. Its captures are marked by the instructions before.
func (f *Fiber) closure(in code.Instr) {
	index, n := int(in>>48), int(uint8(in>>8))
	if n == 0 {
		*f.reg(fieldA(in)).val() = value.Func(index)
		return
	}
	*f.reg(fieldA(in)).val() = f.heap.NewClosure(index, f.slots(fieldB(in), n))
}

// try takes the value out of a success. A failure is returned to the caller, or
// raised: where the instruction says so, and at the top level, which has no caller.
func (f *Fiber) try(in code.Instr) {
	x := f.reg(fieldB(in)).val()
	switch {
	case x.IsOk():
		*f.reg(fieldA(in)).val() = value.Take(x)
	case !x.IsFail():
		f.fail(diag.RunNotResult, f.kindOf(x))
	case in.Op() == code.OpTryThrow || f.running().fn.Top:
		f.unhandled(x.Inner())
	default:
		f.ret(*x)
	}
}

// ret returns v to the caller.
func (f *Fiber) ret(v value.Value) {
	f.ftop -= frameSize
	fr := (*frame)(pointer(&f.ftop))
	*(*value.Value)(unsafe.Add(pointer(&f.r), fr.result)) = v
	f.r, f.pc, f.fn = fr.base, fr.pc, fr.fn
	f.caches = f.running().caches
}

// unhandled raises what a failure result holds: an error as it is, so that it keeps
// its code and place, and anything else under the code of a failure that nobody
// handled. A record's code and message are the error's, as when it is thrown.
func (f *Fiber) unhandled(inner *value.Value) {
	if inner.IsError() {
		f.throw(inner)
		return
	}
	f.unwind(f.unhandledError(inner, f.errorValue))
}

// Unhandled is the error that a failure is which a Done fiber has returned: for those who have started
// a function whose result nobody takes. nil: it has returned anything else.
func (f *Fiber) Unhandled() *Error {
	if f.status != Done || !f.stack[0].IsFail() {
		return nil
	}
	v := f.stack[0].Inner()
	if v.IsError() {
		return f.goError(*v, 0)
	}
	return f.goError(f.unhandledError(v, f.errorParts), 0)
}

// unhandledError makes the error of what a failure holds.
func (f *Fiber) unhandledError(inner *value.Value, make func(*Error) value.Value) value.Value {
	value.Share(inner)
	what := f.bounded(inner)
	if tamil, english, ok := diag.Halves(what); ok {
		what = diag.Both(tamil, english) // a builtin's own words, which are in both languages
	}
	v := make(&Error{Diag: diag.RunUnhandled, args: []string{what}})
	if inner.IsRecord() {
		if c := f.textField(inner, "code", "குறியீடு"); !c.IsNil() {
			*v.ErrorSlot(value.ErrCode) = c
		}
		if m := f.textField(inner, "message", "செய்தி"); !m.IsNil() {
			*v.ErrorSlot(value.ErrMessage) = m
		}
	}
	*v.ErrorSlot(value.ErrDetails) = *inner
	return v
}

// failCode raises a mistake by the name that programs know, or by its code.
func (f *Fiber) failCode(name, about string) {
	if c, ok := diag.RunCode(name); ok {
		f.fail(c, about)
		return
	}
	f.raise(&Error{Code: name, Message: about})
}

func (f *Fiber) undefined(name string) { f.fail(diag.RunUndefinedVariable, name) }

// setFrozen is a store to a global of a fiber whose globals are everybody's.
func (f *Fiber) setFrozen(in code.Instr) {
	if f.thaw() {
		set(at(pointer(&f.globals), fieldBC(in)), f.reg(fieldA(in)))
		return
	}
	f.fail(diag.RunFrozen, f.m.img.program.Globals[fieldBC(in)/slotSize])
}
