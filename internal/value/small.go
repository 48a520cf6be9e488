package value

import "unsafe"

// The small objects: closures, results, errors, ranges. All are made of slots and, once
// made, never written.

// NewClosure is function index of the program with copies of the variables it captured,
// which the caller has marked as far as they are kept elsewhere.
func (h *Heap) NewClosure(function int, captures []Value) Value {
	o := h.newObject(KindClosure, uintptr(function), len(captures))
	copy(o.slots(), captures)
	return refTo(unsafe.Pointer(o), KindClosure)
}

// FuncIndex is the program's index of the function that v, of KindFunc or KindClosure, is.
func (v *Value) FuncIndex() int {
	if v.Kind() == KindFunc {
		return int(v.N)
	}
	return int(v.object().word)
}

// Captures are the captured variables of a closure.
func (v *Value) Captures() []Value { return v.object().slots() }

// Capture is captured variable i of a closure, unchecked.
func (v *Value) Capture(i int) *Value { return v.object().slot(i) }

// CaptureSlots is the offset of a closure's first captured variable and ClosureFunc that
// of its function's index, for machine code.
const (
	CaptureSlots = objectBytes
	ClosureFunc  = headerBytes
)

// Ok is the success result of x.
func (h *Heap) Ok(x Value) Value { return h.result(KindOk, x) }

// Fail is the failure result of x.
func (h *Heap) Fail(x Value) Value { return h.result(KindFail, x) }

func (h *Heap) result(k Kind, x Value) Value {
	o := h.newObject(k, 0, 1)
	*o.slot(0) = x
	return refTo(unsafe.Pointer(o), k)
}

// IsOk reports whether v is a success result, IsFail whether it is a failure result, and
// IsResult whether it is either.
func (v Value) IsOk() bool     { return v.Kind() == KindOk }
func (v Value) IsFail() bool   { return v.Kind() == KindFail }
func (v Value) IsResult() bool { return v.IsOk() || v.IsFail() }

// Inner is what a result holds.
func (v *Value) Inner() *Value { return v.object().slot(0) }

// The fields of an error value, by slot.
const (
	ErrMessage = iota // text
	ErrCode           // text: a stable name such as db.timeout
	ErrLine           // number
	ErrColumn         // number
	ErrFile           // text
	ErrStack          // list of text, innermost first
	ErrCause          // error or nil
	ErrDetails        // anything
	errSlots
)

// errorNames are the fields' names in programs: English and Tamil.
var errorNames = [errSlots][2]string{
	ErrMessage: {"message", "செய்தி"},
	ErrCode:    {"code", "குறியீடு"},
	ErrLine:    {"line", "வரி"},
	ErrColumn:  {"column", "நெடுவரிசை"},
	ErrFile:    {"file", "கோப்பு"},
	ErrStack:   {"stack", "அடுக்கு"},
	ErrCause:   {"cause", "காரணம்"},
	ErrDetails: {"details", "விவரம்"},
}

// ErrorField is the slot of the error field of that name; -1 if there is none.
func ErrorField(name string) int {
	for i := range errorNames {
		if errorNames[i][0] == name || errorNames[i][1] == name {
			return i
		}
	}
	return -1
}

// NewError is an error with the given message and code, no position, cause or details;
// ErrorSlot is where those are put before anybody else sees it.
func (h *Heap) NewError(message, code Value) Value {
	o := h.newObject(KindError, 0, errSlots)
	s := o.slots()
	for i := range s {
		s[i] = Nil
	}
	s[ErrMessage], s[ErrCode] = message, code
	s[ErrLine], s[ErrColumn] = Zero, Zero
	s[ErrFile] = EmptyText
	return refTo(unsafe.Pointer(o), KindError)
}

// ErrorSlot is a field of an error by its slot.
func (v *Value) ErrorSlot(i int) *Value { return v.object().slot(i) }

// IsError reports whether v is an error value.
func (v Value) IsError() bool { return v.Kind() == KindError }
