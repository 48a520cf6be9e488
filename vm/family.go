package vm

import (
	"strconv"
	"unsafe"

	"etamil/internal/diag"
	"etamil/internal/value"
)

// This file is about what passes between fibers. Each has memory of its own, so whatever
// passes is copied, and no fiber ever sees another change a value.

// borrowed is a Go thing that a handle of this fiber names and another fiber owns: it
// isn't closed when this one ends. Whoever passes handles on sees to it that the owner
// outlives the borrower.
type borrowed struct{ x any }

// lend is a Go thing of one fiber's as another has it.
func lend(x any) any {
	if _, ok := x.(borrowed); ok {
		return x
	}
	if _, ok := x.(Portable); ok {
		return x
	}
	return borrowed{x}
}

// Portable is a Go thing that needs no owner: a handle of it may go to any fiber of the
// process, however long that lives.
type Portable interface{ Portable() }

// StartFrom makes an idle fiber ready to call a function of another fiber's, which isn't
// running at this moment unless it is the one that asks for this in a Native. The
// function and its arguments are copied. The new fiber sees the globals as they stand
// for the other one now, has a copy of its window, and no more steps than it has left.
//
// Handles go with the copies. If apart is set, the other fiber may end first, and only
// what is Portable or lives as long as the program can go; the error says what can't.
// It is also an error when callee can't be called with these arguments.
func (f *Fiber) StartFrom(from *Fiber, apart bool, callee value.Value, args []value.Value) error {
	index := -1
	switch callee.Kind() {
	case value.KindFunc:
		index = int(callee.N)
	case value.KindClosure:
		index = callee.FuncIndex()
	}
	if index < 0 {
		bad := callee
		return Fail(diag.RunNotFunction, kindName(&bad))
	}
	q := &f.m.funcs[index]
	if n := len(args); n < int(q.minArgs) || n > int(q.params) {
		return Fail(diag.RunArity, funcName(q.fn), countText(int(q.minArgs), int(q.params)), strconv.Itoa(n))
	}
	f.see = from.snapshot()
	if f.see != nil {
		f.globals, f.frozen = uintptr(unsafe.Pointer(&f.see.values[0])), true
		f.shown = uint32(len(f.see.things))
	}
	c := &f.m.carrier
	*c = carrier{f: f, from: from, apart: apart}
	f.start(index, c.bring(callee))
	for i := range args {
		f.stack[1+i] = c.bring(args[i])
	}
	for i := len(args); i < int(q.params); i++ {
		f.stack[1+i] = value.Undef
	}
	for i := range from.win {
		f.win[i] = c.bring(from.win[i])
	}
	if from.m.limits.Steps > 0 {
		f.left = from.left + max(from.fuel, 0)
	}
	err := c.err
	*c = carrier{}
	return err
}

// Bring copies a value of another fiber's into this one's memory, with what its handles
// name. Nothing may collect on f before the copy has been put where f finds it: a Finish
// answers with it.
func (f *Fiber) Bring(from *Fiber, v value.Value) value.Value {
	c := carrier{f: f, from: from}
	return c.bring(v)
}

// Parcel is a value on its way from fiber to fiber, in memory of nobody's, with the things
// that its handles name. The zero Parcel has the number 0 in it.
type Parcel struct {
	v    value.Value
	more *cargo // nil for most: numbers and the like
}

type cargo struct {
	memory *value.Frozen
	things []any
}

// Pack makes a parcel of a value of the fiber's. If apart is set, the fiber may end before
// the parcel is opened: only handles that are Portable or live as long as the program can
// go then, others are nil and the error says which. Else what they name is lent.
func (f *Fiber) Pack(v value.Value, apart bool) (Parcel, error) {
	if !v.IsRef() && v.Kind() != value.KindHandle {
		return Parcel{v: v}, nil
	}
	more := &cargo{}
	c := carrier{from: f, apart: apart, cargo: more}
	var z value.Freezer
	v = z.FreezeWith(v, c.handle)
	more.memory = z.Done()
	return Parcel{v, more}, c.err
}

// Unpack is what is in a parcel, copied into the fiber's memory; it can be done more than
// once, in one fiber or several. What Bring says of collections holds here too.
func (f *Fiber) Unpack(p Parcel) value.Value {
	if p.more == nil {
		return p.v
	}
	return f.heap.DeepCopy(p.v, func(v value.Value) value.Value {
		if v.HandleGlobal() {
			return v
		}
		return value.Handle(f.enter(p.more.things[v.HandleIndex()]), v.HandleType(), false)
	})
}

// Empty reports whether there is no value in a parcel, as in one that was made of undef.
func (p *Parcel) Empty() bool { return p.v.IsUndef() }

// carrier copies from one fiber to another, or to a parcel.
type carrier struct {
	f, from *Fiber
	cargo   *cargo // where there is no f
	apart   bool
	err     error
}

func (c *carrier) bring(v value.Value) value.Value {
	if !v.IsRef() && v.Kind() != value.KindHandle {
		return v
	}
	return c.f.heap.DeepCopy(v, c.handle)
}

// handle is the receiver's handle for what the sender's names.
func (c *carrier) handle(v value.Value) value.Value {
	if v.HandleGlobal() {
		return v
	}
	x := c.from.thing(v)
	if x == nil {
		return value.Nil
	}
	if _, portable := x.(Portable); c.apart && !portable {
		if c.err == nil {
			c.err = Fail(diag.RunStays, c.from.m.img.TypeName(v.HandleType()))
		}
		return value.Nil
	}
	x = lend(x)
	if c.f != nil {
		return value.Handle(c.f.enter(x), v.HandleType(), false)
	}
	c.cargo.things = append(c.cargo.things, x)
	return value.Handle(uint32(len(c.cargo.things)-1), v.HandleType(), false)
}

// snapshot is the globals as they stand for the fiber, read-only. They are copied once
// for all that is started between two changes of a global.
func (f *Fiber) snapshot() *Globals {
	switch {
	case f.own == nil && f.see != nil:
		return f.see
	case f.own == nil:
		return f.m.globals
	case f.taken == nil:
		f.taken = freeze(f, false)
		f.frozen = true // the next change comes to thaw
	}
	return f.taken
}

// thaw is for a store to a global while they are frozen: it reports whether they are the
// fiber's own and were only looked at. The store is then made again.
func (f *Fiber) thaw() bool {
	if f.own == nil || f.taken == nil {
		return false
	}
	f.taken, f.frozen = nil, false
	return true
}

// Thrown is the value that ended a Failed fiber, in its memory; undef when it was ended
// from outside.
func (f *Fiber) Thrown() value.Value { return f.thrown }

// rethrown is the error of a native that raises a value which was raised before.
type rethrown struct{ v value.Value }

func (r *rethrown) Error() string { return "raised again" }

// Rethrow is the error by which a native, or a Finish, raises a value of the fiber's that
// has been raised before, here or elsewhere: place and stack stay what they were.
func (f *Fiber) Rethrow(v value.Value) error { return &rethrown{v} }

// Where says where the calls of a fiber stand that isn't running, innermost first.
func (f *Fiber) Where() []string {
	pc := f.pc
	if f.status == Waiting || f.status == Spent {
		f.pc = f.resume
	}
	places := f.stackPlaces()
	f.pc = pc
	lines := make([]string, 0, len(places))
	for _, p := range places {
		lines = append(lines, p.String())
	}
	return lines
}

// Interrupt makes an error of this row come up at the fiber's next wait, at the end of
// its slice, and again at each wait and slice, until Uninterrupt: for a part of a program
// that has had its time. Unlike Cancel, it leaves the fiber its steps.
func (f *Fiber) Interrupt(code diag.Code) { f.interrupt.Store(&code) }

// Uninterrupt ends that.
func (f *Fiber) Uninterrupt() { f.interrupt.Store(nil) }

// Stopping reports whether the fiber was told to end or interrupted.
func (f *Fiber) Stopping() bool { return f.canceled.Load() != nil || f.interrupt.Load() != nil }
