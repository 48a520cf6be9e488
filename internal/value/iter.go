package value

import (
	"unsafe"

	"etamil/internal/decimal"
)

// An iterator is what a for-each keeps in a register. It holds the collection as it was when
// the loop began: the mark it puts on it makes every later write copy.
//
// Over a list it is the list itself with the position in the upper half of M, which makes no
// object; to whoever doesn't know better it is that list. Over anything else it is an object,
// so that it moves with the rest, and word is the position.
const (
	walkBit   = 1 << 8
	walkShift = 32
)

// WalkMeta is the lower half of M of an iterator over a list, for the VM.
const WalkMeta = uint32(KindList) | walkBit

// isWalk reports whether v is an iterator over a list.
func (v *Value) isWalk() bool { return uint32(v.M) == WalkMeta }

// IsIter reports whether v is an iterator.
func (v *Value) IsIter() bool { return v.isWalk() || v.Kind() == KindIter }

const (
	iterOver = iota // what is walked over; a range: its end
	iterAux         // dict: bytes with the order of its entries; range: its step
	iterNext        // range: the next number
	iterSlots
)

// NewIter starts a walk over *v: the elements of a list, the fields of a record in byte
// order of their names, the letters of text, the numbers of a range. ok is false for
// anything else. The collection is marked shared.
func (h *Heap) NewIter(v *Value) (it Value, ok bool) {
	Share(v)
	return h.NewIterUnmarked(v)
}

// NewIterUnmarked is NewIter where nothing else holds the collection, or nothing can
// change it while the walk goes on, or it is marked already: the compiler sees to that.
func (h *Heap) NewIterUnmarked(v *Value) (it Value, ok bool) {
	var aux, next Value
	over := *v
	switch v.Kind() {
	case KindList:
		return Value{v.N, uint64(WalkMeta)}, true
	case KindRecord, KindText:
	case KindDict:
		order := v.dict().appendOrder(h.pool.writer.order[:0])
		aux = h.NewBytes(unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(order))), len(order)*4))
		h.pool.writer.order = order[:0]
	case KindRange:
		from, to, step := v.Range()
		over, aux, next = Value(to), Value(step), Value(from)
		if !inRange(from, to, step) {
			over = Nil
		}
	default:
		return Nil, false
	}
	o := h.newObject(KindIter, 0, iterSlots)
	s := o.slots()
	s[iterOver], s[iterAux], s[iterNext] = over, aux, next
	return refTo(unsafe.Pointer(o), KindIter), true
}

// Next puts the next key and value of the walk in *it into *key and *val; false when there
// are none left. key is the position in a list, text or range, the name of a record's
// field. It may allocate: a letter that is not ASCII.
//
// What *val refers to is not marked: it is borrowed from the collection. Who stores it, or
// writes through it, calls Share first.
func (h *Heap) Next(it, key, val *Value) bool {
	if it.isWalk() {
		l, i := it.List(), int(it.M>>walkShift)
		if i >= int(l.len) {
			return false
		}
		*key, *val = Int(i), *l.At(i)
		it.M += 1 << walkShift
		return true
	}
	o := it.object()
	over := o.slot(iterOver)
	i := int(o.word)
	switch over.Kind() {
	case KindRecord:
		r := over.Record()
		c := r.Class()
		if i >= len(c.order) {
			return false
		}
		slot := int(c.order[i])
		*key, *val = c.keys[slot], *r.Slot(slot)
	case KindDict:
		aux := o.slot(iterAux)
		order := aux.Str()
		if i*4 >= len(order) {
			return false
		}
		e := over.dict().entries()[*(*uint32)(unsafe.Add(unsafe.Pointer(unsafe.StringData(order)), i*4))]
		*key, *val = e.key, e.val
	case KindText:
		return h.nextLetter(o, over, key, val)
	default:
		if over.IsNil() {
			return false
		}
		return nextNumber(o, over, key, val)
	}
	o.word++
	return true
}

// nextLetter walks over text: word is the byte offset, iterAux counts the letters.
func (h *Heap) nextLetter(o *object, over, key, val *Value) bool {
	s := over.Str()
	from := int(o.word)
	if from >= len(s) {
		return false
	}
	n := 1
	if !over.IsSimple() {
		n = NextLetter(s[from:])
	}
	o.word += uintptr(n)
	aux := o.slot(iterAux)
	*key = *aux
	aux.N++
	*val = h.NewText(s[from : from+n])
	return true
}

// nextNumber walks over a range. The end is remembered by setting what is walked over to
// nil, since the number behind the last one need not exist.
func nextNumber(o *object, over, key, val *Value) bool {
	x, to, step := o.slot(iterNext), over.Decimal(), o.slot(iterAux).Decimal()
	*key, *val = Int(int(o.word)), *x
	o.word++
	next, ok := decimal.Add(x.Decimal(), step)
	if !ok || !inRange(next, to, step) {
		*over = Nil
		return true
	}
	*x = Value(next)
	return true
}
