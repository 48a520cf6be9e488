package vm

import (
	"unsafe"

	"etamil/internal/code"
	"etamil/internal/value"
)

// This file is how run sees memory: the same slots and objects that package
// value has, with their fields in the open. TestLayout compares the two.

// slot is a value.Value: small numbers have meta < kindWide, meta being the scale.
type slot struct {
	n    int64
	meta uint64
}

// Kinds as run compares them with a whole meta word. Text, bytes and handles keep
// more than their kind there, so they aren't among them.
const (
	kindWide    = uint64(value.KindWide)
	kindBool    = uint64(value.KindBool)
	kindNil     = uint64(value.KindNil)
	kindUndef   = uint64(value.KindUndef)
	kindFunc    = uint64(value.KindFunc)
	kindList    = uint64(value.KindList)
	kindRecord  = uint64(value.KindRecord)
	kindClosure = uint64(value.KindClosure)
	kindOk      = uint64(value.KindOk)

	refBit = uint64(0x80) // set in the kind of every reference

	// An iterator over a list is the list, this as the lower half of meta, and the position as
	// the upper one.
	walkMeta  = value.WalkMeta
	walkShift = 32
)

// object is the beginning of every object made of slots; word is a record's class, a
// closure's function.
type object struct {
	kind, shared, flags, grow uint8
	len                       uint32
	word                      uintptr
}

// slotsOffset is where the slots of an object begin.
const slotsOffset = unsafe.Sizeof(object{})

// list is a list: data is the address of its items.
type list struct {
	kind, shared, flags, grow uint8
	len                       uint32
	data                      uintptr
	cap                       uint32
}

// listBytes is the size of a list without its items, which a new one has right behind it.
const listBytes = 32

// mostNewList is the size of the items of a list that run makes itself. What goes to a chunk
// that isn't full fits every chunk.
const mostNewList = 64 * slotSize

// Heads of new objects: the first word of object and list, but for the length.
const (
	listHead   = uint64(value.KindList)
	okHead     = uint64(value.KindOk) | 1<<lenShift
	recordHead = uint64(value.KindRecord)
	lenShift   = 32
)

// form is a class of the program as run makes records of it.
type form struct {
	class uintptr
	head  uint64
	bytes uintptr // that a record takes
	_     uintptr // fills up to a power of two
}

const formShift = 5

// cache remembers what a name meant last in records of the class at this address: the field at
// found bytes from a record's beginning, or, of a call, the method that is the function at found.
// One belongs to an instruction of a function and to one Machine. The zero cache matches no class.
type cache struct {
	class uintptr
	found uintptr
}

const cacheShift = 4 // log2 of a cache's size

// function is a code.Func as one Machine runs it.
type function struct {
	entry   uintptr // address of the first instruction
	k       uintptr // address of the constants
	caches  uintptr // address of this Machine's caches for it
	regs    uintptr // size of the window in bytes
	params  uint32
	minArgs uint32
	fn      *code.Func
	_       [2]uintptr // fills up to a power of two
}

const functionShift = 6

// frame is what a call leaves behind: where the caller goes on. result is where
// its result goes, in bytes from the callee's base: 0, or -16 where the called
// closure stands below the callee's window.
type frame struct {
	pc, base, fn uintptr
	result       int
}

const frameSize = unsafe.Sizeof(frame{})

var (
	_ = [1]struct{}{}[unsafe.Sizeof(slot{})-code.Scale]
	_ = [1]struct{}{}[unsafe.Sizeof(slot{})-unsafe.Sizeof(value.Value{})]
	_ = [1]struct{}{}[unsafe.Sizeof(function{})-1<<functionShift]
	_ = [1]struct{}{}[unsafe.Sizeof(cache{})-1<<cacheShift]
	_ = [1]struct{}{}[unsafe.Sizeof(form{})-1<<formShift]
)

// pointer turns a stored address into a pointer. It reads the field as a pointer
// instead of converting an integer, which checkptr and the race detector accept;
// use it on fields, where it costs nothing.
func pointer(u *uintptr) unsafe.Pointer { return *(*unsafe.Pointer)(unsafe.Pointer(u)) }

// at is the slot at an offset in bytes.
func at(base unsafe.Pointer, offset uintptr) *slot { return (*slot)(unsafe.Add(base, offset)) }

// reciprocalAt is the reciprocal of the constant at an offset in bytes.
func reciprocalAt(k unsafe.Pointer, offset uintptr) *slot {
	return (*slot)(unsafe.Add(k, -int(offset)-int(slotSize)))
}

// set copies a slot in two steps: one of 16 bytes would wait for the two stores
// that often went before it (measured: a call takes nearly twice as long).
func set(d, x *slot) {
	n, m := x.n, x.meta
	d.n = n
	d.meta = m
}

func setBool(d *slot, b bool) {
	n := int64(0)
	if b {
		n = 1
	}
	d.n = n
	d.meta = kindBool
}

func fieldA(in code.Instr) uintptr  { return uintptr(uint16(in >> 16)) }
func fieldB(in code.Instr) uintptr  { return uintptr(uint16(in >> 32)) }
func fieldC(in code.Instr) uintptr  { return uintptr(in >> 48) }
func fieldBC(in code.Instr) uintptr { return uintptr(in >> 32) }

// lowD is the register that D names, in bytes.
func lowD(in code.Instr) uintptr { return uintptr(uint8(in>>8)) << 4 }

// jumpC and jumpBC are jumps in bytes.
func jumpC(in code.Instr) int  { return int(int64(in)>>48) * 8 }
func jumpBC(in code.Instr) int { return int(int64(in)>>32) * 8 }

func objectOf(x *slot) *object { return (*object)(*(*unsafe.Pointer)(unsafe.Pointer(&x.n))) }
func listOf(x *slot) *list     { return (*list)(*(*unsafe.Pointer)(unsafe.Pointer(&x.n))) }

// share marks an object as reachable more than once. A frozen one, which others read,
// is marked from the start and not written.
func share(o *object) {
	if o.shared == 0 {
		o.shared = 1
	}
}

// slotAt is the slot of an object at an offset from its beginning.
func slotAt(o *object, offset uintptr) *slot { return (*slot)(unsafe.Add(unsafe.Pointer(o), offset)) }

// itemAt is item i of a list.
func itemAt(l *list, i uintptr) *slot { return (*slot)(unsafe.Add(pointer(&l.data), i<<4)) }

// cacheAt is the cache that D names.
func cacheAt(base unsafe.Pointer, in code.Instr) *cache {
	return (*cache)(unsafe.Add(base, uintptr(uint8(in>>8))<<cacheShift))
}

// callCacheAt is the cache that C names.
func callCacheAt(base unsafe.Pointer, in code.Instr) *cache {
	return (*cache)(unsafe.Add(base, fieldC(in)<<cacheShift))
}

// val is a slot as the value it is.
func (x *slot) val() *value.Value { return (*value.Value)(unsafe.Pointer(x)) }
