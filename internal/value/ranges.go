package value

import (
	"unsafe"

	"etamil/internal/decimal"
)

// A range is the numbers from, from+step, ... up to and including to: lazy, so a loop over
// a million numbers holds three.

const (
	rangeFrom = iota
	rangeTo
	rangeStep
	rangeSlots
)

// NewRange is the range of three numbers; ok is false if step is 0.
func (h *Heap) NewRange(from, to, step decimal.Decimal) (r Value, ok bool) {
	if step.IsZero() {
		return Nil, false
	}
	o := h.newObject(KindRange, 0, rangeSlots)
	s := o.slots()
	s[rangeFrom], s[rangeTo], s[rangeStep] = Value(from), Value(to), Value(step)
	return refTo(unsafe.Pointer(o), KindRange), true
}

// Range is what a range was made of.
func (v *Value) Range() (from, to, step decimal.Decimal) {
	s := v.object().slots()
	return s[rangeFrom].Decimal(), s[rangeTo].Decimal(), s[rangeStep].Decimal()
}

// inRange reports whether x has not passed to.
func inRange(x, to, step decimal.Decimal) bool {
	if step.Sign() > 0 {
		return decimal.Cmp(x, to) <= 0
	}
	return decimal.Cmp(x, to) >= 0
}

// RangeLen is how many numbers a range has; ok is false if they are more than an int64
// counts.
func (v *Value) RangeLen() (n int, ok bool) {
	from, to, step := v.Range()
	if !inRange(from, to, step) {
		return 0, true
	}
	d, ok := decimal.Sub(to, from)
	if !ok {
		return 0, false
	}
	q, err := decimal.DivFloor(d, step)
	if err != nil {
		return 0, false
	}
	k, ok := q.Int64()
	return int(k) + 1, ok && k < 1<<62
}

// RangeList is the numbers of a range as a list, which the budget may cut short: then
// Over holds.
func (h *Heap) RangeList(v *Value) Value {
	n, ok := v.RangeLen()
	if !ok || n > maxBytes/slotBytes || !h.Room(n*slotBytes) {
		h.refuse()
		return h.NewList(0, 0)
	}
	list := h.NewList(n, n)
	items := list.List().Slots()
	next, _, step := v.Range()
	for i := range items {
		items[i] = Value(next)
		next, _ = decimal.Add(next, step) // behind the last one there may be no number
	}
	return list
}

// RangeAt is number i of a range, counted from 0; ok is false if it has none such.
func (v *Value) RangeAt(i int) (x Value, ok bool) {
	from, to, step := v.Range()
	p, ok := decimal.Mul(decimal.FromInt(int64(i)), step)
	if !ok || i < 0 {
		return Nil, false
	}
	d, ok := decimal.Add(from, p)
	return Value(d), ok && inRange(d, to, step)
}
