package value

import "unsafe"

// header opens every object. What len counts depends on the kind: slots for the objects
// made of slots, elements for a list, live entries for a dict, bytes for text.
//
// While a collection runs, a moved object's second word is its new address.
type header struct {
	kind   Kind
	shared uint8 // 1: more than one reference may exist; sticky
	flags  uint8
	grow   uint8 // text: log2 of the block's size when it has room to grow, else 0
	len    uint32
}

const (
	flagFrozen  = 1 << iota // lives outside every arena; never written, never moved
	flagMoved               // the second word is the new address
	flagBig                 // the object, or a list's or dict's data, is a block of its own
	flagJoined              // text made by joining: worth room to grow when joined again
	flagMulti               // frozen, and referred to more than once inside its block
	flagOrdered             // dict: entries stand in the order of their keys, none removed
)

const (
	headerBytes = 8
	slotBytes   = 16
)

var _ = [1]struct{}{}[unsafe.Sizeof(header{})-headerBytes]

// ptr is the address held in v as a pointer. It reads the slot as a pointer rather than
// converting an integer: checkptr, vet and the race detector accept that, and it costs
// nothing, since v is in memory anyway.
func (v *Value) ptr() unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(&v.N)) }

func (v *Value) header() *header { return (*header)(*(*unsafe.Pointer)(unsafe.Pointer(&v.N))) }

// pointer turns a stored address into a pointer.
func pointer(u *uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(u)) }

// refTo is the value that refers to the object at p.
func refTo(p unsafe.Pointer, k Kind) Value { return Value{uint64(uintptr(p)), uint64(k)} }

// Share marks the object v refers to as reachable more than once, so that the next write
// through any reference copies it first. It must be called before the second reference
// exists. The mark is written only where it is not set: frozen objects, which other
// threads read, carry it from the start.
func Share(v *Value) {
	if v.M&refBit != 0 {
		if h := v.header(); h.shared == 0 {
			h.shared = 1
		}
	}
}

// Take is what the result v holds, for who consumes v: it is marked if anybody else may
// hold the result, and is the caller's own otherwise.
func Take(v *Value) Value {
	inner := v.Inner()
	if v.header().shared != 0 {
		Share(inner)
	}
	return *inner
}

// IsShared reports whether a write through v would copy first. Values that refer to
// nothing are never shared.
func IsShared(v *Value) bool { return v.M&refBit != 0 && v.header().shared != 0 }

// IsFrozen reports whether v's object lives in a frozen block.
func IsFrozen(v *Value) bool { return v.M&refBit != 0 && v.header().flags&flagFrozen != 0 }

// shareAll marks what the slots refer to: they are about to be copied.
func shareAll(s []Value) {
	for i := range s {
		Share(&s[i])
	}
}

// object is the layout of everything made of slots: records, closures, results, errors,
// ranges and iterators. header.len is the number of slots, all of them initialised.
// word is the class of a record, the function of a closure, the position of an iterator.
type object struct {
	header
	word uintptr
}

const objectBytes = 16

var _ = [1]struct{}{}[unsafe.Sizeof(object{})-objectBytes]

func (v *Value) object() *object { return (*object)(*(*unsafe.Pointer)(unsafe.Pointer(&v.N))) }

// slots are the object's slots. Without any, an address behind the object might be behind
// its chunk: nobody's.
func (o *object) slots() []Value {
	if o.len == 0 {
		return nil
	}
	return unsafe.Slice((*Value)(unsafe.Add(unsafe.Pointer(o), objectBytes)), int(o.len))
}

// slot is the slot i, unchecked.
func (o *object) slot(i int) *Value {
	return (*Value)(unsafe.Add(unsafe.Pointer(o), objectBytes+i*slotBytes))
}

// newObject makes an object of n slots, which the caller fills before anything else.
func (h *Heap) newObject(k Kind, word uintptr, n int) *object {
	o := (*object)(h.alloc(objectBytes + uintptr(n)*slotBytes))
	o.header = header{kind: k, len: uint32(n)}
	o.word = word
	return o
}
