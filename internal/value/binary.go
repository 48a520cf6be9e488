package value

import (
	"encoding/binary"
	"errors"
	"unicode/utf8"

	"etamil/internal/decimal"
)

// The binary form of a value: what leaves the process and comes back exactly as it was.
// Each value is one byte that says what it is, and then
//
//	small    128 + scale: the coefficient as a zigzag varint
//	wide     160 + scale: one byte of sign, 4 and 8 bytes of coefficient, high byte first
//	text     't', length, bytes        bytes   'b', length, bytes
//	list     'l', length, elements     record  'r', length, (length, name, value)…
//	success  's', value                failure 'f', value
//	range    'g', from, to, step       nil, true and false: 'N', 'T', 'F'
//
// Lengths are varints. The form never changes for what it can say; new kinds get new bytes.
const (
	binarySmall = 128
	binaryWide  = 160
	maxScale    = 28
)

// BinaryReason says why a value has no binary form.
type BinaryReason uint8

// The reasons.
const (
	BinaryFine   BinaryReason = iota
	BinaryKind                // it holds a function, a handle or an error
	BinaryLarge               // it takes more bytes than there may be
	BinaryDeep                // it is nested too deeply
	BinaryShaped              // it has a form, which says nothing of shapes
)

// AppendBinary appends the binary form of v, as long as that takes no more than limit bytes. A
// record of a shape is written as a plain record, and the reason says so; dst is whole then too.
func AppendBinary(dst []byte, v *Value, limit int) ([]byte, BinaryReason) {
	w := binaryWriter{dst: dst, most: len(dst) + limit}
	w.write(v, JSONDepth)
	return w.dst, w.reason
}

type binaryWriter struct {
	dst    []byte
	most   int
	reason BinaryReason
}

func (w *binaryWriter) failed() bool { return w.reason != BinaryFine && w.reason != BinaryShaped }

func (w *binaryWriter) text(kind byte, s string) {
	if len(w.dst)+len(s) > w.most {
		w.reason = BinaryLarge
		return
	}
	if kind != 0 {
		w.dst = append(w.dst, kind)
	}
	w.dst = append(binary.AppendUvarint(w.dst, uint64(len(s))), s...)
}

func (w *binaryWriter) field(name string, v *Value, depth int) {
	w.text(0, name)
	if !w.failed() {
		w.write(v, depth)
	}
}

func (w *binaryWriter) write(v *Value, depth int) {
	switch {
	case len(w.dst) >= w.most:
		w.reason = BinaryLarge
		return
	case depth == 0:
		w.reason = BinaryDeep
		return
	}
	switch k := v.Kind(); k {
	case KindNil:
		w.dst = append(w.dst, 'N')
	case KindBool:
		w.dst = append(w.dst, "FT"[v.N])
	case KindText:
		w.text('t', v.Str())
	case KindBytes:
		w.text('b', v.Str())
	case KindList:
		l := v.List()
		w.dst = binary.AppendUvarint(append(w.dst, 'l'), uint64(l.Len()))
		for i := 0; i < l.Len() && !w.failed(); i++ {
			w.write(l.At(i), depth-1)
		}
	case KindRecord:
		c := v.Record().Class()
		if c.shape != nil {
			w.reason = BinaryShaped
		}
		w.dst = binary.AppendUvarint(append(w.dst, 'r'), uint64(len(c.names)))
		for i := 0; i < len(c.names) && !w.failed(); i++ {
			w.field(c.names[i], v.Record().Slot(i), depth-1)
		}
	case KindDict:
		d := v.dict()
		w.dst = binary.AppendUvarint(append(w.dst, 'r'), uint64(d.len))
		es := d.entries()
		for i := 0; i < int(d.used) && !w.failed(); i++ {
			if !es[i].key.IsUndef() {
				w.field(es[i].key.Str(), &es[i].val, depth-1)
			}
		}
	case KindOk, KindFail:
		w.dst = append(w.dst, "sf"[k-KindOk])
		w.write(v.Inner(), depth-1)
	case KindRange:
		w.dst = append(w.dst, 'g')
		from, to, step := v.Range()
		for _, d := range [...]decimal.Decimal{from, to, step} {
			w.number(Number(d))
		}
	default:
		if !v.IsNumber() {
			w.reason = BinaryKind
			return
		}
		w.number(*v)
	}
}

func (w *binaryWriter) number(v Value) {
	if v.IsSmall() {
		w.dst = binary.AppendVarint(append(w.dst, binarySmall+byte(v.M)), int64(v.N))
		return
	}
	neg, hi, lo, scale := v.Decimal().Parts()
	sign := byte(0)
	if neg {
		sign = 1
	}
	w.dst = append(w.dst, binaryWide+byte(scale), sign)
	w.dst = binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint32(w.dst, hi), lo)
}

// ErrBinary is the error of bytes that are no value's binary form.
var ErrBinary = errors.New("these bytes are no value")

// ReadBinary makes the value that b, all of it, is the binary form of. b may come from anywhere
// and isn't kept.
func (h *Heap) ReadBinary(b []byte) (Value, error) {
	r := binaryReader{h: h, b: b}
	v, ok := r.read(JSONDepth)
	switch {
	case h.Over():
		return Nil, nil // the machine raises the error
	case !ok || len(r.b) > 0:
		return Nil, ErrBinary
	}
	return v, nil
}

type binaryReader struct {
	h *Heap
	b []byte
}

// take takes n bytes; nil if there are not so many.
func (r *binaryReader) take(n int) ([]byte, bool) {
	if n < 0 || n > len(r.b) {
		return nil, false
	}
	b := r.b[:n]
	r.b = r.b[n:]
	return b, true
}

// length reads a length, of something whose parts take at least least bytes each.
func (r *binaryReader) length(least int) (int, bool) {
	n, size := binary.Uvarint(r.b)
	if size <= 0 || n > uint64(len(r.b)-size)/uint64(least) {
		return 0, false
	}
	r.b = r.b[size:]
	return int(n), true
}

func (r *binaryReader) bytes() ([]byte, bool) {
	n, ok := r.length(1)
	if !ok {
		return nil, false
	}
	return r.take(n)
}

// text reads text, which must be valid.
func (r *binaryReader) text() (Value, bool) {
	b, ok := r.bytes()
	if !ok || !utf8.Valid(b) {
		return Nil, false
	}
	return r.h.NewTextBytes(b), true
}

func (r *binaryReader) read(depth int) (Value, bool) {
	b, ok := r.take(1)
	if !ok || depth == 0 || r.h.Over() {
		return Nil, ok && depth > 0
	}
	switch b[0] {
	case 'N':
		return Nil, true
	case 'T':
		return True, true
	case 'F':
		return False, true
	case 't':
		return r.text()
	case 'b':
		b, ok := r.bytes()
		if !ok {
			return Nil, false
		}
		return r.h.NewBytes(b), true
	case 'l':
		return r.list(depth)
	case 'r':
		return r.record(depth)
	case 's', 'f':
		v, ok := r.read(depth - 1)
		if b[0] == 's' {
			return r.h.Ok(v), ok
		}
		return r.h.Fail(v), ok
	case 'g':
		var d [3]decimal.Decimal
		for i := range d {
			v, ok := r.read(1)
			if !ok || !v.IsNumber() {
				return Nil, false
			}
			d[i] = v.Decimal()
		}
		return r.h.NewRange(d[0], d[1], d[2])
	}
	return r.number(b[0])
}

func (r *binaryReader) number(kind byte) (Value, bool) {
	switch {
	case kind >= binarySmall && kind <= binarySmall+maxScale:
		n, size := binary.Varint(r.b)
		if size <= 0 {
			return Nil, false
		}
		r.b = r.b[size:]
		return Number(decimal.New(n, int(kind-binarySmall))), true
	case kind >= binaryWide && kind <= binaryWide+maxScale:
		b, ok := r.take(13)
		if !ok || b[0] > 1 {
			return Nil, false
		}
		return Number(decimal.FromParts(b[0] == 1, binary.BigEndian.Uint32(b[1:]), binary.BigEndian.Uint64(b[5:]), int(kind-binaryWide))), true
	}
	return Nil, false
}

func (r *binaryReader) list(depth int) (Value, bool) {
	n, ok := r.length(1)
	if !ok {
		return Nil, false
	}
	list := r.h.NewList(0, n)
	for range n {
		v, ok := r.read(depth - 1)
		if !ok {
			return Nil, false
		}
		if r.h.Over() {
			break // the machine raises the error
		}
		r.h.Append(&list, v)
	}
	return list, true
}

func (r *binaryReader) record(depth int) (Value, bool) {
	n, ok := r.length(2)
	if !ok {
		return Nil, false
	}
	rec := r.h.NewRecordSize(n)
	for range n {
		key, ok := r.text()
		if !ok {
			return Nil, false
		}
		v, ok := r.read(depth - 1)
		if !ok {
			return Nil, false
		}
		if r.h.Over() {
			break
		}
		r.h.SetField(&rec, key, v, false)
	}
	return rec, true
}
