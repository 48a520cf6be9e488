package serve

import (
	"strings"
	"unsafe"

	"etamil/internal/value"
	"etamil/vm"
)

// spoken is what a record of headers has become as lines. A handler says the same headers with
// nearly every answer, in a record that is made anew each time: the same class with the same
// texts gives the same lines, which need not be checked and written again.
type spoken struct {
	class   *value.Class // nil: nothing yet
	text    []byte       // the values, one after the other
	ends    [spokenFields]uint16
	lines   []byte
	content string
	missed  uint8
}

const (
	spokenPlaces = 16
	spokenFields = 8
	spokenMost   = 256 // bytes of all values
	spokenWait   = 16  // misses before a place is given to others: who says something else each time must not cost memory
)

// appendHeaders is appendFields with what was said before.
func (w *worker) appendHeaders(dst []byte, f *vm.Fiber, headers *value.Value) (out []byte, content string, err error) {
	if headers.Kind() != value.KindRecord {
		return appendFields(dst, f, headers)
	}
	r := headers.Record()
	e := &w.spoken[uintptr(unsafe.Pointer(r.Class()))>>5%spokenPlaces]
	if e.fits(r) {
		return append(dst, e.lines...), e.content, nil
	}
	at := len(dst)
	out, content, err = appendFields(dst, f, headers)
	if err == nil {
		e.learn(r, out[at:], content)
	}
	return out, content, err
}

// fits reports whether e is what r says.
func (e *spoken) fits(r *value.Record) bool {
	class := r.Class()
	if e.class != class {
		return false
	}
	at := uint16(0)
	for i, end := range e.ends[:len(class.Names())] {
		if v := r.Slot(i); v.Kind() != value.KindText || v.Str() != view(e.text[at:end]) {
			return false
		}
		at = end
	}
	return true
}

// learn remembers what r has become, unless it is too much or too soon.
func (e *spoken) learn(r *value.Record, lines []byte, content string) {
	if e.missed++; e.class != nil && e.missed < spokenWait {
		return
	}
	class := r.Class()
	e.class, e.missed, e.text = nil, 0, e.text[:0]
	n := len(class.Names())
	if n > spokenFields {
		return
	}
	for i := range n {
		v := r.Slot(i)
		if v.Kind() != value.KindText || len(e.text)+v.ByteLen() > spokenMost {
			return
		}
		e.text = append(e.text, v.Str()...)
		e.ends[i] = uint16(len(e.text))
	}
	e.class, e.lines, e.content = class, append(e.lines[:0], lines...), strings.Clone(content)
}
