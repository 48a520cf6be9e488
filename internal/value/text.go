package value

import (
	"strings"
	"unsafe"
)

// Text is UTF-8 behind a header. A value that is text knows its own length (M bits 32..63)
// and whether each of its bytes is one letter (textSimple: ASCII without CR); the object
// knows how many bytes are in use. So several texts can share one object when each is a
// prefix of the next: `x = x & y` writes y behind x where there is room, and whoever still
// holds the shorter text sees what it always saw. Bytes once written never change, which
// is why text needs no copy-on-write.
//
// header.grow is log2 of the block's size, header included, where there is room to grow;
// 0 means that the block ends with the bytes in use, rounded up to 16.

// maxText bounds one text; the budget is nearly always smaller.
const maxText = maxBytes - 1024

// Str is the text of v, which must be of KindText or KindBytes, without copying: good
// until the next collection or the end of the fiber. Who keeps it longer clones it. It
// stays good while the text is joined to others.
func (v *Value) Str() string {
	return unsafe.String((*byte)(unsafe.Add(*(*unsafe.Pointer)(unsafe.Pointer(&v.N)), headerBytes)), int(v.M>>textShift))
}

// Clone is a copy of the text that lives as long as Go likes.
func (v *Value) Clone() string { return strings.Clone(v.Str()) }

// ByteLen is the length in bytes of text or bytes.
func (v Value) ByteLen() int { return int(v.M >> textShift) }

// IsSimple reports whether each byte of the text is one letter: then letter i is byte i.
func (v Value) IsSimple() bool { return v.M&textSimple != 0 }

func (v *Value) bytes() []byte {
	s := v.Str()
	return unsafe.Slice(unsafe.StringData(s), len(s))
}

// textRef is the text of n bytes in the object at p.
func textRef(p unsafe.Pointer, n int, simple uint64) Value {
	return Value{uint64(uintptr(p)), uint64(KindText) | simple | uint64(n)<<textShift}
}

// simpleBit is textSimple if every byte of s is one letter.
func simpleBit(s string) uint64 {
	i := 0
	for ; i+8 <= len(s); i += 8 {
		w := *(*uint64)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))
		if w&highBits != 0 || hasByte(w, '\r') {
			return 0
		}
	}
	for ; i < len(s); i++ {
		if s[i] >= 0x80 || s[i] == '\r' {
			return 0
		}
	}
	return textSimple
}

const (
	highBits = 0x8080808080808080
	lowBits  = 0x0101010101010101
)

// hasByte reports whether one of the eight bytes of w, all below 0x80, is c.
func hasByte(w uint64, c byte) bool {
	x := w ^ lowBits*uint64(c)
	return (x-lowBits)&^x&highBits != 0
}

// newText makes a text or bytes object with n bytes in use, to be filled in. Above
// bigBytes it is a big block. n is at most maxText; whether the budget allows it is the
// caller's question.
func (h *Heap) newText(k Kind, n int) unsafe.Pointer {
	size := round16(headerBytes + uintptr(n))
	if size > bigBytes {
		return h.newRoomyText(k, n, n)
	}
	p := h.alloc(max(size, objectBytes))
	*(*header)(p) = header{kind: k, len: uint32(n)}
	return p
}

// newRoomyText makes a text object with n bytes in use and room for at least room.
func (h *Heap) newRoomyText(k Kind, n, room int) unsafe.Pointer {
	size := headerBytes + room
	if size > bigBytes {
		m, _ := h.newBig(size)
		p := unsafe.Pointer(&m[1])
		*(*header)(p) = header{kind: k, flags: flagBig, grow: log2(len(m) * slotBytes), len: uint32(n)}
		return p
	}
	size = ceilPow2(size)
	p := h.alloc(uintptr(size))
	*(*header)(p) = header{kind: k, grow: log2(size), len: uint32(n)}
	return p
}

func log2(n int) (k uint8) {
	for 1<<k < n {
		k++
	}
	return k
}

// textRoom is how many bytes the text object has room for.
func textRoom(o *header) int {
	n := int(round16(headerBytes + uintptr(o.len)))
	if o.grow != 0 {
		n = 1 << o.grow
		if o.flags&flagBig != 0 {
			n -= bigPrefix
		}
	}
	return n - headerBytes
}

// payload are n bytes of the object at p from byte at.
func payload(p unsafe.Pointer, at, n int) []byte {
	return unsafe.Slice((*byte)(unsafe.Add(p, headerBytes+at)), n)
}

// NewText makes text of a copy of s, which must be valid UTF-8.
func (h *Heap) NewText(s string) Value {
	if len(s) <= 1 {
		if len(s) == 0 {
			return EmptyText
		}
		if s[0] < 0x80 {
			return asciiText[s[0]]
		}
	}
	if len(s) > bigBytes/2 && !h.Room(len(s)) {
		return EmptyText
	}
	return h.makeText(s, simpleBit(s))
}

// makeText is NewText when it is known what simpleBit says and that the budget allows it.
func (h *Heap) makeText(s string, simple uint64) Value {
	p := h.newText(KindText, len(s))
	copy(payload(p, 0, len(s)), s)
	return textRef(p, len(s), simple)
}

// NewTextBytes is NewText of bytes.
func (h *Heap) NewTextBytes(b []byte) Value { return h.NewText(bytesView(b)) }

// NewBytes makes a bytes value of a copy of b.
func (h *Heap) NewBytes(b []byte) Value {
	if len(b) > bigBytes/2 && !h.Room(len(b)) {
		b = nil
	}
	p := h.newText(KindBytes, len(b))
	copy(payload(p, 0, len(b)), b)
	return Value{uint64(uintptr(p)), uint64(KindBytes) | uint64(len(b))<<textShift}
}

// bytesView is b as a string without copying: for calls that keep nothing.
func bytesView(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Join is a & b for two texts. It writes b behind a where a's object ends with a and has
// room, or is the arena's last; where it must copy a text that was itself joined, it
// leaves room for the next time. So a text that grows by a piece at a time is built in
// linear time.
func (h *Heap) Join(a, b *Value) Value {
	s := b.Str()
	if len(s) == 0 {
		return *a
	}
	if a.M>>textShift == 0 {
		return *b
	}
	return h.joinString(a, s, b.M&textSimple)
}

// JoinString is a & s, as Join. s must not be a view of text of h unless it is whole
// letters of valid UTF-8; it may lie anywhere.
func (h *Heap) JoinString(a *Value, s string) Value {
	if len(s) == 0 {
		return *a
	}
	return h.joinString(a, s, simpleBit(s))
}

func (h *Heap) joinString(a *Value, s string, simple uint64) Value {
	o := a.header()
	n := a.ByteLen()
	all := n + len(s)
	simple &= a.M
	if int(o.len) == n && o.flags&flagFrozen == 0 {
		p := a.ptr()
		room := textRoom(o)
		if all > room && o.flags&flagBig == 0 {
			// The arena's last object may grow into the free rest of the chunk.
			end := uintptr(p) + headerBytes + uintptr(room)
			if more := round16(headerBytes+uintptr(all)) - headerBytes - uintptr(room); end == h.cur && more <= h.end-end && headerBytes+all <= bigBytes {
				h.cur += more
				o.grow = 0
				room = all
			}
		}
		if all <= room {
			copy(payload(p, n, len(s)), s)
			o.len = uint32(all)
			o.flags |= flagJoined
			return textRef(p, all, simple)
		}
	}
	return h.joinCopy(a, s, simple)
}

//go:noinline
func (h *Heap) joinCopy(a *Value, s string, simple uint64) Value {
	n := a.ByteLen()
	all := n + len(s)
	room := all
	if a.header().flags&flagJoined != 0 {
		room = 2 * all
	}
	if room > bigBytes/2 {
		if all > maxText || h.limit > 0 && all > h.limit {
			h.refuse()
			return EmptyText
		}
		if room > maxText || h.limit > 0 && room > h.limit {
			room = all
		}
	}
	var p unsafe.Pointer
	if room > all {
		p = h.newRoomyText(KindText, all, room)
	} else {
		p = h.newText(KindText, all)
	}
	(*header)(p).flags |= flagJoined
	b := payload(p, 0, all)
	copy(b, a.Str())
	copy(b[n:], s)
	h.copied += n
	return textRef(p, all, simple)
}

// JoinAll is the text of all parts, which must be texts, one after the other, with sep
// between them: one copy of each.
func (h *Heap) JoinAll(parts []Value, sep string) Value {
	if len(parts) == 0 {
		return EmptyText
	}
	if len(parts) == 1 {
		return parts[0]
	}
	n := len(sep) * (len(parts) - 1)
	simple := uint64(textSimple)
	if len(sep) > 0 {
		simple = simpleBit(sep)
	}
	for i := range parts {
		n += parts[i].ByteLen()
		if parts[i].ByteLen() > 0 {
			simple &= parts[i].M
		}
	}
	if n == 0 {
		return EmptyText
	}
	if n > bigBytes/2 && (n > maxText || !h.Room(n)) {
		h.refuse()
		return EmptyText
	}
	p := h.newText(KindText, n)
	b := payload(p, 0, n)
	for i := range parts {
		if i > 0 {
			b = b[copy(b, sep):]
		}
		b = b[copy(b, parts[i].Str()):]
	}
	return textRef(p, n, simple)
}
