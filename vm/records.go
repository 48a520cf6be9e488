package vm

import (
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/value"
)

// learn remembers in an instruction's cache, if it has one, where records of this
// class keep a field.
func (f *Fiber) learn(in code.Instr, r *value.Record, slot int) {
	if uint8(in>>8) == 0 {
		return // cache 0 is everybody's and never matches
	}
	c := cacheAt(pointer(&f.caches), in)
	c.class, c.found = r.ClassAddress(), slotsOffset+uintptr(slot)*slotSize
}

// getField is R[a] = R[b].K[c]: a field of a record or an error, or what a handle calls
// by that name.
func (f *Fiber) getField(in code.Instr) {
	x, name := f.reg(fieldB(in)).val(), f.constant(fieldC(in)).Str()
	if x.Kind() == value.KindRecord {
		r := x.Record()
		if i := r.Class().Slot(name); i >= 0 {
			f.learn(in, r, i)
			*f.reg(fieldA(in)).val() = *r.Slot(i)
			return
		}
	} else if field, ok := x.Field(name); ok {
		*f.reg(fieldA(in)).val() = *field
		return
	}
	if b := f.m.member(x, name); b != nil && b.property {
		f.callNative(&b.binding, fieldB(in), 1, fieldA(in))
		return
	}
	switch {
	case x.IsRecord() || x.IsError():
		f.fail(diag.RunNoField, name)
	case x.Kind() == value.KindHandle:
		f.noMember(x, name)
	default:
		f.fail(diag.RunNotRecord, name, f.kindOf(x))
	}
}

// setField is R[a].K[b] = R[c].
func (f *Fiber) setField(in code.Instr) {
	x, key, v := f.reg(fieldA(in)).val(), f.constant(fieldB(in)), f.reg(fieldC(in)).val()
	if !x.IsRecord() {
		f.fail(diag.RunNotRecord, key.Clone(), f.kindOf(x))
		return
	}
	s := x.ShapeOf()
	if s != nil && !f.mayStore(s, key.Str(), v) {
		return
	}
	f.heap.SetField(x, *key, *v, false)
	// The fast path stores whatever it is given.
	if r := f.m.img.rules(s); s == nil || r != nil && r.free(key.Str()) {
		f.learnField(in, x, key.Str())
	}
	f.checkMemory()
}

func (f *Fiber) learnField(in code.Instr, x *value.Value, name string) {
	if x.Kind() != value.KindRecord {
		return
	}
	r := x.Record()
	if i := r.Class().Slot(name); i >= 0 {
		f.learn(in, r, i)
	}
}

// part is a part of an instruction, of those that have a place for each: see code.Sum.
type part uint8

const (
	partRead part = iota // or the instruction has but one
	partAdd
	partStore
)

// addField is R[a].K[b] += R[c], or -=.
func (f *Fiber) addField(in code.Instr) {
	x, key, v := f.reg(fieldA(in)).val(), f.constant(fieldB(in)), f.reg(fieldC(in)).val()
	name := key.Str()
	field, ok := x.Field(name)
	switch {
	case !x.IsRecord():
		f.fail(diag.RunNotRecord, key.Clone(), f.kindOf(x))
		return
	case !ok:
		f.fail(diag.RunNoField, key.Clone())
		return
	}
	op := code.OpAdd
	if in.Op() == code.OpSubF {
		op = code.OpSub
	}
	defer func() { f.part = partRead }()
	f.part = partAdd
	d, ok := f.compute(op, field.ToNumber(), v.ToNumber())
	if !ok {
		return
	}
	f.part = partStore
	sum := value.Number(d)
	s := x.ShapeOf()
	if s != nil && !f.mayStore(s, name, &sum) {
		return
	}
	f.heap.SetField(x, *key, sum, false)
	// The fast path stores numbers only, and the field has just taken one: it takes any
	// other too, unless there is a rule.
	if r := f.m.img.rules(s); s == nil || r != nil && r.ruleless(name) {
		f.learnField(in, x, name)
	}
	f.checkMemory()
}

// ownField makes R[a] and its field K[bc] nobody else's, as ownIndex.
func (f *Fiber) ownField(in code.Instr) {
	x, key := f.reg(fieldA(in)).val(), f.constant(fieldBC(in))
	if !x.IsRecord() {
		f.fail(diag.RunNotRecord, key.Clone(), f.kindOf(x))
		return
	}
	f.heap.Unshare(x)
	field, ok := x.Field(key.Str())
	if !ok {
		f.fail(diag.RunNoField, key.Clone())
		return
	}
	f.ownHeld(x, key.Str(), field)
	f.checkMemory()
}

// ownHeld makes the field that x holds under a name nobody else's. A list that has to
// keep a declared type or a rule of x's shape is not written in its place: what is stored
// back at the end may be refused, and then the record must hold what it held. So such a
// list is marked, and whoever writes into it gets a copy.
func (f *Fiber) ownHeld(x *value.Value, name string, field *value.Value) {
	if field.IsList() && f.m.img.rules(x.ShapeOf()).bindsItems(name) {
		value.Share(field)
		return
	}
	f.heap.Unshare(field)
}

// spreadRecord sets every field of R[b] in the record R[a].
func (f *Fiber) spreadRecord(in code.Instr) {
	x, other := f.reg(fieldA(in)).val(), f.reg(fieldB(in)).val()
	if !x.IsRecord() || !other.IsRecord() {
		if x.IsRecord() {
			x = other
		}
		f.fail(diag.RunNotRecord, "..", f.kindOf(x))
		return
	}
	it, _ := f.heap.NewIter(other)
	s := x.ShapeOf()
	var key, val value.Value
	for f.heap.Next(&it, &key, &val) {
		value.Share(&val)
		if s != nil && !f.mayStore(s, key.Str(), &val) {
			return
		}
		f.heap.SetField(x, key, val, true)
	}
	f.checkMemory()
}

var _ = [1]struct{}{}[slotsOffset-value.RecordSlots]
var _ = [1]struct{}{}[unsafe.Offsetof(object{}.word)-value.RecordClass]
