package value

import (
	"encoding/hex"
)

// Names tells a Writer what only the program knows. A nil function is as good as one
// that answers "".
type Names struct {
	Func    func(index int) string // of a function of the program; "" for one without a name
	Builtin func(index int) string
	Handle  func(v Value) string // how a handle prints
}

// Writer renders values. It keeps its work lists from one call to the next, so a Writer
// that is used again does not allocate. It is not safe for concurrent use. The zero Writer
// is ready.
type Writer struct {
	Names Names

	// Limit is how many bytes one call may append; 0 is no limit. A value that contains
	// itself twice at each of forty levels is small in memory and endless in print. A call
	// that passes the limit stops and sets Cut.
	Limit int
	Cut   bool

	stack []frame
	order []uint32
	buf   []byte
}

// maxKept is the largest buffer a Writer holds on to.
const maxKept = 1 << 20

// keep takes a buffer for the next call.
func (w *Writer) keep(b []byte) {
	if cap(b) <= maxKept {
		w.buf = b[:0]
	}
}

// frame is a container that is being written: what it is, what comes next, and, for a
// dict, where its order begins in Writer.order.
type frame struct {
	v     Value
	next  int
	order int
}

// Writer is the heap's worker's Writer, to set Names and Limit once for all.
func (h *Heap) Writer() *Writer { return &h.pool.writer }

// AppendText appends v as it prints. Records show their fields in byte order; text inside
// of them stands without quotes. It does not recurse.
func (w *Writer) AppendText(dst []byte, v *Value) []byte {
	if !v.IsRef() {
		w.Cut = false
		return w.appendScalar(dst, v)
	}
	if v.IsText() {
		w.Cut = false
		return append(dst, v.Str()...)
	}
	return w.appendText(dst, v, w.most(dst))
}

// appendText appends a value with parts until dst is longer than most.
func (w *Writer) appendText(dst []byte, v *Value, most int) []byte {
	w.Cut = false
	dst = w.open(dst, v)
	for len(w.stack) > 0 {
		if len(dst) > most {
			w.cut()
			break
		}
		f := &w.stack[len(w.stack)-1]
		i := f.next
		f.next++
		var child *Value
		var end byte = '}'
		switch f.v.Kind() {
		case KindList:
			if l := f.v.List(); i < int(l.len) {
				child = l.At(i)
				if i > 0 {
					dst = append(dst, ", "...)
				}
			} else {
				end = ']'
			}
		case KindRecord:
			r := f.v.Record()
			if c := r.Class(); i < len(c.order) {
				slot := int(c.order[i])
				child = r.Slot(slot)
				dst = appendField(dst, i, c.names[slot])
			}
		case KindDict:
			if d := f.v.dict(); i < int(d.len) {
				e := &d.entries()[w.order[f.order+i]]
				child = &e.val
				dst = appendField(dst, i, e.key.Str())
			} else {
				w.order = w.order[:f.order]
			}
		default: // a result
			if i == 0 {
				child = f.v.Inner()
			} else {
				end = ')'
			}
		}
		if child == nil {
			dst = append(dst, end)
			w.stack = w.stack[:len(w.stack)-1]
			continue
		}
		dst = w.open(dst, child)
	}
	w.trim()
	return dst
}

func appendField(dst []byte, i int, name string) []byte {
	if i > 0 {
		dst = append(dst, ", "...)
	}
	dst = append(dst, name...)
	return append(dst, ": "...)
}

// most is how long dst may become.
func (w *Writer) most(dst []byte) int {
	if w.Limit <= 0 {
		return maxBytes
	}
	return len(dst) + w.Limit
}

func (w *Writer) cut() {
	w.Cut = true
	w.stack, w.order = w.stack[:0], w.order[:0]
}

// maxFrames is how many frames a worker's Writer or reader holds on to between calls.
const maxFrames = 1 << 12

// trim lets go of a work list that one very deep value needed.
func (w *Writer) trim() {
	if cap(w.stack) > maxFrames {
		w.stack = nil
	}
}

// push makes v the container that is written next.
func (w *Writer) push(v *Value) {
	f := frame{v: *v, order: len(w.order)}
	if v.Kind() == KindDict {
		w.order = v.dict().appendOrder(w.order)
	}
	w.stack = append(w.stack, f)
}

// open appends the whole of a value without parts, and the beginning of any other.
func (w *Writer) open(dst []byte, v *Value) []byte {
	switch v.Kind() {
	case KindText:
		return append(dst, v.Str()...)
	case KindList:
		dst = append(dst, '[')
	case KindRecord:
		if s := v.ShapeOf(); s != nil {
			dst = append(dst, s.Name...)
		}
		dst = append(dst, '{')
	case KindDict:
		dst = append(dst, '{')
	case KindOk:
		dst = append(dst, "சரி("...)
	case KindFail:
		dst = append(dst, "தவறு("...)
	case KindError:
		v = v.ErrorSlot(ErrMessage)
		if v.IsText() {
			return append(dst, v.Str()...)
		}
		return w.appendScalar(dst, v)
	case KindRange:
		from, to, step := v.Range()
		dst = append(from.Append(append(dst, "வீச்சு("...)), ", "...)
		dst = to.Append(dst)
		if one := One; step != one.Decimal() {
			dst = step.Append(append(dst, ", "...))
		}
		return append(dst, ')')
	case KindBytes:
		return hex.AppendEncode(dst, v.bytes())
	default:
		return w.appendScalar(dst, v)
	}
	w.push(v)
	return dst
}

// appendScalar appends a value that has no parts.
func (w *Writer) appendScalar(dst []byte, v *Value) []byte {
	if v.IsNumber() {
		return v.Decimal().Append(dst)
	}
	switch v.Kind() {
	case KindBool:
		if v.N != 0 {
			return append(dst, "true"...)
		}
		return append(dst, "false"...)
	case KindNil, KindUndef:
		return append(dst, "nil"...)
	case KindFunc, KindClosure:
		return appendFunc(dst, w.Names.Func, v.FuncIndex())
	case KindBuiltin:
		return appendFunc(dst, w.Names.Builtin, int(v.N))
	case KindHandle:
		if w.Names.Handle != nil {
			return append(dst, w.Names.Handle(*v)...)
		}
	}
	return append(dst, "<>"...)
}

func appendFunc(dst []byte, names func(int) string, index int) []byte {
	dst = append(dst, "<செயல்"...)
	if names != nil {
		if s := names(index); s != "" {
			dst = append(append(dst, ' '), s...)
		}
	}
	return append(dst, '>')
}

// most is how much w may render for h: what would not fit the budget is not worth writing.
func (h *Heap) most(w *Writer) int {
	n := w.most(nil)
	if h.limit > 0 {
		n = min(n, h.limit)
	}
	return n
}

// ToText is v as text: itself if it is text, else what AppendText says. Text longer than
// the budget or the Writer's limit is refused.
func (h *Heap) ToText(v *Value) Value {
	if v.IsText() {
		return *v
	}
	return h.JoinAny(&EmptyText, v)
}

// JoinAny is a & b for any two values: the text of one behind that of the other.
func (h *Heap) JoinAny(a, b *Value) Value {
	if !a.IsText() {
		t := h.ToText(a)
		return h.JoinAny(&t, b)
	}
	if b.IsText() {
		return h.Join(a, b)
	}
	w := &h.pool.writer
	buf := w.appendText(w.buf[:0], b, h.most(w))
	w.keep(buf)
	if w.Cut {
		h.refuse()
		return EmptyText
	}
	if a.ByteLen() == 0 {
		return h.NewTextBytes(buf)
	}
	return h.JoinString(a, bytesView(buf))
}
