package vm

import (
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/value"
)

// This file is walks over handles, such as a channel: what comes is asked for one by one, and
// may have to be waited for.

// WalkName is the method of a handle that `ஒவ்வொரு` walks over: without arguments, it gives what
// comes next, or value.Undef when nothing comes any more. It may wait.
const WalkName = "_walk"

// toWalk, as the place for a native's answer, says that it is the step of the walk whose
// instruction stands before pc.
const toWalk = ^uintptr(0)

// walk takes the next step of a walk over the handle in R[a].
func (f *Fiber) walk(in code.Instr) {
	a := fieldA(in)
	x := f.reg(a).val()
	b := f.m.member(x, WalkName)
	if op := in.Op(); b == nil || op == code.OpNext2 || op == code.OpLoopNext2 {
		f.fail(diag.RunNotIterable, f.kindOf(x)) // what comes has no keys
		return
	}
	v, err := b.native(f, f.slots(a, 1))
	f.deliver(toWalk, v, err)
}

// walked goes on in the loop with what a step has given, or behind it.
func (f *Fiber) walked(v value.Value) {
	in := *(*code.Instr)(unsafe.Add(pointer(&f.pc), -int(instrSize)))
	loops := in.Op() == code.OpLoopNext
	if v.IsUndef() {
		if !loops {
			f.pc += uintptr(jumpC(in))
		}
		return
	}
	if loops {
		switch { // what was taken can't be taken again, so the step is spent in any case
		case f.fuel > 0:
			f.fuel--
		case f.left > 0:
			f.left--
		default:
			f.overdrawn(diag.RunOutOfSteps)
			return
		}
		f.pc += uintptr(jumpC(in))
	}
	*f.reg(fieldB(in)).val() = v
}
