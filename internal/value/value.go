package value

import (
	"unsafe"

	"etamil/internal/decimal"
)

// Value is one slot: what a register, a list element, a record field or a captured
// variable holds. It has no Go pointer in it: Go's collector never scans it, and
// storing one needs no write barrier. doc.go has the picture.
//
// The zero Value is the number 0, the language's default.
type Value struct{ N, M uint64 }

// Kind is what a value is: the low byte of M.
type Kind uint8

// Kinds below KindBool are numbers and belong to package decimal. Kinds from KindText on
// are references: N is the address of an object of the arena or of a frozen block.
const (
	KindSmall   Kind = 0  // 0..28: decimal of that scale, N an int64
	KindWide    Kind = 29 // 29..57: decimal of scale kind-29 with more than 63 bits
	KindBool    Kind = 64 // N is 0 or 1
	KindNil     Kind = 65
	KindUndef   Kind = 66 // a name never set; programs never see it
	KindFunc    Kind = 67 // N is the function's index in the program
	KindBuiltin Kind = 68 // N is the builtin's index
	KindHandle  Kind = 69 // N's low 32 bits: index in a table of Go things; M: see Handle

	KindText    Kind = 128
	KindList    Kind = 129
	KindRecord  Kind = 130
	KindDict    Kind = 131 // a record whose keys are data
	KindClosure Kind = 132
	KindOk      Kind = 133
	KindFail    Kind = 134
	KindError   Kind = 135
	KindRange   Kind = 136
	KindBytes   Kind = 137
	KindIter    Kind = 138 // what a for-each walks with, but not over a list (iter.go); programs never see it
)

const (
	kindMask = 0xff
	refBit   = 0x80

	// M of a text or bytes value: see text.go.
	textSimple = 1 << 8 // every byte is one letter
	textShift  = 32     // bits 32..63: length in bytes

	// M of a handle.
	handleGlobal = 1 << 9
	handleShift  = 32
)

var _ = [1]struct{}{}[unsafe.Sizeof(Value{})-16] // the VM and its machine code count on 16 bytes

// The values that are always the same.
var (
	Nil   = Value{0, uint64(KindNil)}
	Undef = Value{0, uint64(KindUndef)}
	False = Value{0, uint64(KindBool)}
	True  = Value{1, uint64(KindBool)}
	Zero  = Value{}
	One   = Value{N: 1}
)

// Bool is the boolean b.
func Bool(b bool) Value {
	if b {
		return True
	}
	return False
}

// Int is the number i, of scale 0.
func Int(i int) Value { return Value{N: uint64(i)} }

// Number is the number d.
func Number(d decimal.Decimal) Value { return Value(d) }

// Func is the function with that index in its program, as a value.
func Func(index int) Value { return Value{uint64(index), uint64(KindFunc)} }

// Builtin is the builtin with that index, as a value.
func Builtin(index int) Value { return Value{uint64(index), uint64(KindBuiltin)} }

// Handle names a Go thing of the given type that stands at index in a table: the
// program's when global, else the fiber's.
func Handle(index uint32, typ uint32, global bool) Value {
	m := uint64(KindHandle) | uint64(typ)<<handleShift
	if global {
		m |= handleGlobal
	}
	return Value{uint64(index), m}
}

// HandleIndex is the place of a handle in its table.
func (v Value) HandleIndex() uint32 { return uint32(v.N) }

// HandleType is the type id a handle was made with.
func (v Value) HandleType() uint32 { return uint32(v.M >> handleShift) }

// HandleGlobal reports whether a handle's table is the program's, not the fiber's.
func (v Value) HandleGlobal() bool { return v.M&handleGlobal != 0 }

// Kind is the value's kind; numbers answer their decimal kind, 0..57.
func (v Value) Kind() Kind { return Kind(v.M) }

// IsNumber reports whether v is a decimal number.
func (v Value) IsNumber() bool { return Kind(v.M) < KindBool }

// IsSmall reports whether v is a number whose coefficient is the int64 in N and whose
// scale is M: what the VM's fast paths test.
func (v Value) IsSmall() bool { return v.M < uint64(KindWide) }

// IsInt reports whether v is a whole number held as scale 0 in an int64.
func (v Value) IsInt() bool { return v.M == 0 }

// IsNil reports whether v is nil.
func (v Value) IsNil() bool { return v.M == uint64(KindNil) }

// IsUndef reports whether v stands for a name that was never set.
func (v Value) IsUndef() bool { return v.M == uint64(KindUndef) }

// IsBool reports whether v is true or false.
func (v Value) IsBool() bool { return v.M == uint64(KindBool) }

// IsText reports whether v is text.
func (v Value) IsText() bool { return Kind(v.M) == KindText }

// IsList reports whether v is a list.
func (v Value) IsList() bool { return Kind(v.M) == KindList }

// IsRecord reports whether v is a record, of either representation.
func (v Value) IsRecord() bool { return Kind(v.M)&^1 == KindRecord }

// IsRef reports whether v refers to an object.
func (v Value) IsRef() bool { return v.M&refBit != 0 }

// IsFunc reports whether v can be called.
func (v Value) IsFunc() bool {
	k := Kind(v.M)
	return k == KindFunc || k == KindBuiltin || k == KindClosure
}

// Decimal is v as a number. v must be one.
func (v Value) Decimal() decimal.Decimal { return decimal.Decimal(v) }
