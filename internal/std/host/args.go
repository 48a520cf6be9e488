package host

import (
	"fmt"
	"strings"

	"etamil/internal/decimal"
	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// Both is a sentence as programs see it: Tamil, two spaces, English in parentheses.
func Both(tamil, english string) string { return tamil + "  (" + english + ")" }

// Raise is an error that a builtin raises, with a code that programs can test.
func Raise(code, tamil, english string) error { return vm.NewError(code, Both(tamil, english)) }

// Need is the error of an argument of the wrong kind: what is needed, and what v is
// instead.
func Need(f *vm.Fiber, tamil, english string, v *value.Value) error {
	return vm.Fail(diag.RunArgument, diag.Both(tamil, english), f.KindName(v))
}

// NeedList is Need for a list.
func NeedList(f *vm.Fiber, v *value.Value) error { return vm.Fail(diag.RunNotList, f.KindName(v)) }

// NeedRecord is Need for a record.
func NeedRecord(f *vm.Fiber, v *value.Value) error {
	return Need(f, "ஒரு பொருள்", "a record", v)
}

// Overflow is the error of a number beyond the decimals.
func Overflow() error { return vm.Fail(diag.RunNumberTooLarge) }

// Failure is a failure result with a sentence in it.
func Failure(f *vm.Fiber, tamil, english string) (value.Value, error) {
	h := f.Heap()
	return h.Fail(h.NewText(Both(tamil, english))), nil
}

// FailureOf is a failure result that tells what went wrong and the system's own words.
func FailureOf(f *vm.Fiber, tamil, english string, err error) (value.Value, error) {
	return Failure(f, tamil, english+": "+Valid(err.Error()))
}

// Success is a success result.
func Success(f *vm.Fiber, v value.Value) (value.Value, error) { return f.Heap().Ok(v), nil }

// Keep is a borrowed argument as a value that a result may hold.
func Keep(v *value.Value) value.Value {
	value.Share(v)
	return *v
}

// Text is v as it prints: a view that is good until the builtin returns. Text itself is
// not copied, and nothing is allocated for it.
func Text(f *vm.Fiber, v *value.Value) string {
	if v.IsText() {
		return v.Str()
	}
	t := f.Heap().ToText(v)
	return t.Str()
}

// Copy is Text as a string that may outlive the builtin, for what another goroutine gets.
func Copy(f *vm.Fiber, v *value.Value) string { return strings.Clone(Text(f, v)) }

// Valid is s with every byte that is no UTF-8 replaced: what comes from outside and must
// become text.
func Valid(s string) string { return strings.ToValidUTF8(s, "\uFFFD") }

// maxWhole bounds a Whole, far below where sums of two overflow.
const maxWhole = 1 << 53

// Whole is v as a whole number. A fraction, or a number that nothing can be counted by, is
// an error that names the argument.
func Whole(v *value.Value, tamil, english string) (int, error) {
	d := v.ToNumber()
	n, ok := d.Int64()
	if !ok || n > maxWhole || n < -maxWhole {
		return 0, Raise("argument", fmt.Sprintf("%s ஒரு முழு எண்ணாக இருக்க வேண்டும்; %s அல்ல", tamil, d), fmt.Sprintf("%s must be a whole number, not %s", english, d))
	}
	return int(n), nil
}

// Trunc is v as a whole number, its fraction dropped; what is too large counts as the
// largest.
func Trunc(v *value.Value) int {
	d := decimal.Trunc(v.ToNumber())
	n, ok := d.Int64()
	if !ok {
		n = maxWhole * int64(d.Sign())
	}
	return int(max(-maxWhole, min(n, maxWhole)))
}

// Byte is v as a byte; ok is false when it is not a whole number from 0 to 255.
func Byte(v *value.Value) (b byte, ok bool) {
	if !v.IsNumber() {
		return 0, false
	}
	n, ok := v.Decimal().Int64()
	return byte(n), ok && n >= 0 && n <= 255
}

// Bytes is v as bytes: those of a bytes value or of text, or a list of numbers. A list is
// copied, the others are a view. at is the position of an element that is no byte.
func Bytes(f *vm.Fiber, v *value.Value) (b []byte, at int, ok bool) {
	if !v.IsList() {
		if v.Kind() == value.KindBytes {
			return []byte(v.Str()), 0, true
		}
		return []byte(Text(f, v)), 0, true
	}
	l := v.List()
	b = make([]byte, l.Len())
	for i := range b {
		if b[i], ok = Byte(l.At(i)); !ok {
			return nil, i, false
		}
	}
	return b, 0, true
}

// NotByte is the error of a list's element that is no byte.
func NotByte(f *vm.Fiber, list *value.Value, at int) error {
	shown := Text(f, list.List().At(at))
	return Raise("argument",
		fmt.Sprintf("%d ஆம் இடத்தில் உள்ள '%s' ஒரு பைட்டு அல்ல; 0 முதல் 255 வரையான முழு எண் வேண்டும்", at, shown),
		fmt.Sprintf("'%s' at position %d is not a byte: a whole number from 0 to 255 is needed", shown, at))
}

// ByteList is the list of b's bytes as numbers.
func ByteList(f *vm.Fiber, b []byte) value.Value {
	h := f.Heap()
	if !h.Room(len(b) * 16) {
		return h.NewList(0, 0)
	}
	v := h.NewList(len(b), len(b))
	s := v.List().Slots()
	for i := range s {
		s[i] = value.Int(int(b[i]))
	}
	return v
}
