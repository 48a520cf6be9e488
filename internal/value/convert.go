package value

import (
	"etamil/internal/decimal"
)

// Truth is whether v counts as true: nil, 0, "", an empty list, record or bytes, false
// and every failure do not.
func (v *Value) Truth() bool {
	switch v.Kind() {
	case KindBool:
		return v.N != 0
	case KindNil, KindUndef, KindFail:
		return false
	case KindText, KindBytes:
		return v.ByteLen() > 0
	case KindList:
		return v.List().len > 0
	case KindRecord, KindDict:
		return v.FieldCount() > 0
	}
	return !v.IsNumber() || !v.Decimal().IsZero()
}

// ToNumber is v where arithmetic wants a number: itself, 1 or 0 for a boolean, what text
// says (0 if that is no number), 0 for everything else.
func (v *Value) ToNumber() decimal.Decimal {
	if v.IsNumber() {
		return v.Decimal()
	}
	switch v.Kind() {
	case KindBool:
		return decimal.FromInt(int64(v.N))
	case KindText:
		if d, err := decimal.ParseText(v.Str()); err == nil {
			return d
		}
	}
	return decimal.Decimal{}
}

// TypeName is what _typeof answers: the shape's name for a shaped record, else one of a
// fixed set of English names.
func (v *Value) TypeName() string {
	switch v.Kind() {
	case KindBool:
		return "a boolean"
	case KindNil, KindUndef:
		return "nil"
	case KindFunc, KindBuiltin, KindClosure:
		return "a function"
	case KindHandle:
		return "a handle"
	case KindText:
		return "a string"
	case KindList:
		return "an array"
	case KindRecord:
		if s := v.ShapeOf(); s != nil {
			return s.Name
		}
		return "a record"
	case KindDict:
		return "a record"
	case KindOk, KindFail:
		return "a result"
	case KindError:
		return "an error"
	case KindRange:
		return "a range"
	case KindBytes:
		return "bytes"
	case KindIter:
		return "an iterator"
	}
	return "a number"
}

// Key is v as the key of a record: itself if it is text, else as it prints (r[1.10] is the
// field "1.1").
func (h *Heap) Key(v *Value) Value { return h.ToText(v) }

// GetKey is the field of a record whose name is what key prints as; ok is false if there
// is none. It makes no text of the key.
func (h *Heap) GetKey(rec, key *Value) (field *Value, ok bool) {
	if key.IsText() {
		if rec.Kind() != KindDict {
			return rec.Field(key.Str())
		}
		if e := h.findKey(rec.dict(), key); e != nil {
			return &e.val, true
		}
		return nil, false
	}
	w := &h.pool.writer
	b := w.AppendText(w.buf[:0], key)
	w.keep(b)
	return rec.Field(bytesView(b))
}

// SetKey sets the field of the record in *slot whose name is what key prints as.
func (h *Heap) SetKey(slot, key *Value, x Value) { h.SetField(slot, h.ToText(key), x, true) }
