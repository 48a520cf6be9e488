package value

import (
	"encoding/base64"
	"unsafe"
)

// AppendJSON appends v as JSON: keys in byte order, no white space, numbers with all
// digits of their scale (2.50 stays 2.50). What JSON has no word for, results, functions
// and handles, is null. A range is the list of its numbers, bytes are base64, and an error
// is its code, details and message: never where it happened. It does not recurse, and does
// not allocate once dst and w are large enough.
func (w *Writer) AppendJSON(dst []byte, v *Value) []byte {
	return w.appendJSON(dst, v, w.most(dst))
}

// appendJSON does it until dst is longer than most.
func (w *Writer) appendJSON(dst []byte, v *Value, most int) []byte {
	w.Cut = false
	dst = w.openJSON(dst, v)
next:
	for len(w.stack) > 0 {
		if len(dst) > most {
			w.cut()
			break
		}
		f := &w.stack[len(w.stack)-1]
		switch f.v.Kind() {
		case KindList:
			for l := f.v.List(); f.next < int(l.len); {
				child := l.At(f.next)
				if f.next > 0 {
					dst = append(dst, ',')
				}
				f.next++
				if dst = w.openJSON(dst, child); hasParts(child) || len(dst) > most {
					continue next
				}
			}
			dst = append(dst, ']')
		case KindRecord:
			r := f.v.Record()
			for c := r.Class(); f.next < len(c.json); {
				p := &c.json[f.next]
				child := r.Slot(p.slot)
				dst = p.append(dst)
				f.next++
				switch {
				case child.IsSmall():
					dst = child.Decimal().AppendStored(dst)
				case child.Kind() == KindText:
					dst = appendQuoted(dst, child.Str())
				default:
					if dst = w.openJSON(dst, child); hasParts(child) {
						continue next
					}
				}
				if len(dst) > most {
					continue next
				}
			}
			dst = append(dst, '}')
		case KindDict:
			for d := f.v.dict(); f.next < int(d.len); {
				e := &d.entries()[w.order[f.order+f.next]]
				if f.next > 0 {
					dst = append(dst, ',')
				}
				f.next++
				dst = append(appendQuoted(dst, e.key.Str()), ':')
				if dst = w.openJSON(dst, &e.val); hasParts(&e.val) || len(dst) > most {
					continue next
				}
			}
			w.order = w.order[:f.order]
			dst = append(dst, '}')
		case KindRange:
			for len(dst) <= most {
				x, ok := f.v.RangeAt(f.next)
				if !ok {
					break
				}
				if f.next > 0 {
					dst = append(dst, ',')
				}
				f.next++
				dst = x.Decimal().AppendStored(dst)
			}
			if len(dst) > most {
				continue next
			}
			dst = append(dst, ']')
		case KindError:
			if f.next < len(errorJSON) {
				part := &errorJSON[f.next]
				f.next++
				dst = append(dst, part.key...)
				dst = w.openJSON(dst, f.v.ErrorSlot(part.slot))
				continue next
			}
			dst = append(dst, '}')
		}
		w.stack = w.stack[:len(w.stack)-1]
	}
	w.trim()
	return dst
}

// jsonField is one step in writing a record of a class: these bytes, and then the value of
// that slot. What of a record's JSON is the same for all records of a class is made once,
// when the class is.
type jsonField struct {
	key  string // `{"a":` or `,"b":`
	slot int
	room [2][16]byte // key, where it is that short
}

func newJSONField(open, name string, slot int) jsonField {
	p := jsonField{key: string(append(appendQuoted([]byte(open), name), ':')), slot: slot}
	n := copy(p.room[0][:], p.key)
	copy(p.room[1][:], p.key[n:])
	return p
}

// append appends the bytes. Nearly all keys are short, and two stores of a fixed size are
// faster than a copy of just as many bytes as there are.
func (p *jsonField) append(dst []byte) []byte {
	n := len(dst)
	if size := len(p.key); size <= 32 && cap(dst)-n >= 32 {
		dst = dst[:n+32]
		*(*[2][16]byte)(unsafe.Pointer(&dst[n])) = p.room
		return dst[:n+size]
	}
	return append(dst, p.key...)
}

// errorJSON is what the outside sees of an error, in byte order.
var errorJSON = [...]struct {
	key  string
	slot int
}{
	{`{"code":`, ErrCode},
	{`,"details":`, ErrDetails},
	{`,"message":`, ErrMessage},
}

// hasParts reports whether openJSON made v the container that is written next.
func hasParts(v *Value) bool {
	switch v.Kind() {
	case KindList, KindDict, KindRange, KindError:
		return true
	case KindRecord:
		return len(v.Record().Class().names) > 0
	}
	return false
}

// openJSON appends the whole of a value without parts, and the beginning of any other.
func (w *Writer) openJSON(dst []byte, v *Value) []byte {
	if v.IsNumber() {
		return v.Decimal().AppendStored(dst)
	}
	switch v.Kind() {
	case KindText:
		return appendQuoted(dst, v.Str())
	case KindBool:
		if v.N != 0 {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case KindRecord: // `{` stands in the class's first key
		if !hasParts(v) {
			return append(dst, "{}"...)
		}
		w.push(v)
		return dst
	case KindError:
		w.push(v)
		return dst
	case KindList, KindRange:
		w.push(v)
		return append(dst, '[')
	case KindDict:
		w.push(v)
		return append(dst, '{')
	case KindBytes:
		dst = append(dst, '"')
		dst = base64.StdEncoding.AppendEncode(dst, v.bytes())
		return append(dst, '"')
	}
	return append(dst, "null"...)
}

// escape says how a byte that scanString stops at stands in a JSON string: 'u' as \u00xx,
// else behind a backslash.
var escape = func() (t [256]byte) {
	for c := range ' ' {
		t[c] = 'u'
	}
	for _, p := range []string{"\bb", "\ff", "\nn", "\rr", "\tt", `""`, `\\`} {
		t[p[0]] = p[1]
	}
	return t
}()

const hexDigits = "0123456789abcdef"

// appendQuoted appends s as a JSON string.
func appendQuoted(dst []byte, s string) []byte {
	if i, _ := scanString(s, 0); i == len(s) {
		n := len(dst)
		if cap(dst)-n < len(s)+2 {
			dst = append(dst, make([]byte, len(s)+2)...)
		} else {
			dst = dst[:n+len(s)+2]
		}
		dst[n], dst[n+1+len(s)] = '"', '"'
		copy(dst[n+1:], s)
		return dst
	}
	dst = append(dst, '"')
	for {
		i, _ := scanString(s, 0)
		dst = append(dst, s[:i]...)
		if i == len(s) {
			return append(dst, '"')
		}
		e := escape[s[i]]
		dst = append(dst, '\\', e)
		if e == 'u' {
			dst = append(dst, '0', '0', hexDigits[s[i]>>4], hexDigits[s[i]&15])
		}
		s = s[i+1:]
	}
}

// AppendQuoted appends s as a JSON string: for those who write JSON around values.
func AppendQuoted(dst []byte, s string) []byte { return appendQuoted(dst, s) }

// ToJSON is v as JSON text; one longer than the budget or the Writer's limit is refused.
func (h *Heap) ToJSON(v *Value) Value {
	w := &h.pool.writer
	b := w.appendJSON(w.buf[:0], v, h.most(w))
	w.keep(b)
	if w.Cut {
		h.refuse()
		return EmptyText
	}
	return h.NewTextBytes(b)
}
