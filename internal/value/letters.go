package value

import (
	"strings"
	"unsafe"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Letters are extended grapheme clusters (UAX #29): what a reader calls one letter, "க்"
// and "கொ" and a family emoji included. Nearly all text is ASCII or plain Tamil, whose
// clusters two table look-ups find; everything else goes to uax29.

// Tamil letters and signs are three bytes, E0 AE 80 to E0 AF BF; tamilMark says which of
// those 128 are signs that belong to the letter before them.
var tamilMark = func() (t [128]bool) {
	for _, r := range "\u0b82\u0bbe\u0bbf\u0bc0\u0bc1\u0bc2\u0bc6\u0bc7\u0bc8\u0bca\u0bcb\u0bcc\u0bcd\u0bd7" {
		t[r-0x0b80] = true
	}
	return t
}()

const tamilLetter, tamilSign = 1, 2

// tamilAt says what begins at s[i:]: a Tamil letter, a Tamil sign, or (0) neither.
func tamilAt(s string, i int) (is, place int) {
	if i+2 < len(s) && s[i] == 0xE0 && s[i+1]&0xFE == 0xAE {
		place = int(s[i+1]&1)<<6 | int(s[i+2]&0x3F)
		if tamilMark[place] {
			return tamilSign, place
		}
		return tamilLetter, place
	}
	return 0, 0
}

// NextLetter is the length in bytes of the first letter of s, which must be valid UTF-8;
// 0 if s is empty. It does not allocate.
func NextLetter(s string) int {
	if len(s) == 0 {
		return 0
	}
	if c := s[0]; c < 0x80 {
		if len(s) == 1 || s[1] < 0x80 && c != '\r' {
			return 1
		}
		if c >= ' ' && c != 0x7F {
			if is, _ := tamilAt(s, 1); is == tamilLetter {
				return 1
			}
		}
		return slowLetter(s)
	}
	if is, _ := tamilAt(s, 0); is == tamilLetter {
		i := 3
		for {
			if i == len(s) || s[i] < 0x80 {
				return i
			}
			is, _ := tamilAt(s, i)
			if is == tamilLetter {
				return i
			}
			if is == 0 {
				break // a joiner, or another script: uax29 knows
			}
			i += 3
		}
	}
	return slowLetter(s)
}

//go:noinline
func slowLetter(s string) int {
	n, _, _ := graphemes.SplitFunc(unsafe.Slice(unsafe.StringData(s), len(s)), true)
	return n
}

// CountLetters is the number of letters of s, which must be valid UTF-8.
func CountLetters(s string) int {
	if simpleBit(s) != 0 {
		return len(s)
	}
	n := 0
	for len(s) > 0 {
		s = s[NextLetter(s):]
		n++
	}
	return n
}

// letterIndex remembers where every markEvery-th letter of one text begins, so that
// `for i .. length(x)` with x[i] in it is linear, in whatever order it goes. A heap keeps
// two, for loops over a pair of texts. Text never changes, so an index is good while its
// text stays where it is.
type letterIndex struct {
	n, m  uint64   // the text; m is 0 when there is none
	count int      // letters
	marks []uint32 // byte offset of letter i*markEvery
	// The letter asked for last, and where it begins: the next one is nearly always the
	// one behind it.
	letter, off int
}

const (
	markEvery = 32

	// shortLetters is up to how many bytes a text is walked without an index.
	shortLetters = 48
)

func (h *Heap) dropLetters() {
	for i := range h.letters {
		x := &h.letters[i]
		x.m = 0
		if cap(x.marks) > maxMarks {
			x.marks = nil
		}
	}
}

// maxMarks bounds what a heap holds on to between requests.
const maxMarks = 1 << 12

// index is the letterIndex of v.
func (h *Heap) index(v *Value) *letterIndex {
	x := &h.letters[0]
	if x.n == v.N && x.m == v.M {
		return x
	}
	h.letters[0], h.letters[1] = h.letters[1], h.letters[0]
	if x.n == v.N && x.m == v.M {
		return x
	}
	x.build(v)
	return x
}

func (x *letterIndex) build(v *Value) {
	s := v.Str()
	x.n, x.m = v.N, v.M
	x.marks = x.marks[:0]
	x.letter, x.off = 0, 0
	n := 0
	for i := 0; i < len(s); {
		if n%markEvery == 0 {
			x.marks = append(x.marks, uint32(i))
		}
		i += NextLetter(s[i:])
		n++
	}
	x.count = n
}

// offset is where letter i of s, the indexed text, begins; i may be count.
func (x *letterIndex) offset(s string, i int) int {
	if i >= x.count {
		return len(s)
	}
	n, off := x.letter, x.off
	if i < n || i-n > markEvery {
		n = i &^ (markEvery - 1)
		off = int(x.marks[n/markEvery])
	}
	for ; n < i; n++ {
		off += NextLetter(s[off:])
	}
	x.letter, x.off = n, off
	return off
}

// letterAt is the number of the letter that begins at byte off; ok is false if none does.
func (x *letterIndex) letterAt(s string, off int) (i int, ok bool) {
	if off >= len(s) {
		return x.count, off == len(s)
	}
	lo, hi := 0, len(x.marks) // the last mark not behind off
	for hi-lo > 1 {
		if mid := (lo + hi) / 2; int(x.marks[mid]) <= off {
			lo = mid
		} else {
			hi = mid
		}
	}
	n, at := lo*markEvery, int(x.marks[lo])
	for at < off {
		at += NextLetter(s[at:])
		n++
	}
	return n, at == off
}

// TextLen is the number of letters of v, which must be text.
func (h *Heap) TextLen(v *Value) int {
	if v.IsSimple() {
		return v.ByteLen()
	}
	if v.ByteLen() <= shortLetters {
		return CountLetters(v.Str())
	}
	return h.index(v).count
}

// letterSpan is where letter i of v begins and ends in bytes; ok is false if there is no
// such letter.
func (h *Heap) letterSpan(v *Value, i int) (from, to int, ok bool) {
	s := v.Str()
	if i < 0 {
		return 0, 0, false
	}
	if v.IsSimple() {
		return i, i + 1, i < len(s)
	}
	if len(s) <= shortLetters {
		for ; i > 0 && from < len(s); i-- {
			from += NextLetter(s[from:])
		}
	} else {
		from = h.index(v).offset(s, i)
	}
	return from, from + NextLetter(s[from:]), from < len(s)
}

// Letter is letter i of v, which must be text; ok is false if there is none.
func (h *Heap) Letter(v *Value, i int) (letter Value, ok bool) {
	from, to, ok := h.letterSpan(v, i)
	if !ok {
		return Nil, false
	}
	return h.subText(v, from, to), true
}

// SliceText is the text of count letters of v from the given one on; what lies beyond the
// end is left out.
func (h *Heap) SliceText(v *Value, from, count int) Value {
	s := v.Str()
	from = max(from, 0)
	if count <= 0 || from >= len(s) {
		return EmptyText
	}
	var a, b int
	switch {
	case v.IsSimple():
		a, b = from, min(len(s), from+min(count, len(s)))
	case len(s) <= shortLetters:
		for ; from > 0 && a < len(s); from-- {
			a += NextLetter(s[a:])
		}
		for b = a; count > 0 && b < len(s); count-- {
			b += NextLetter(s[b:])
		}
	default:
		x := h.index(v)
		a, b = x.offset(s, from), x.offset(s, from+min(count, x.count))
	}
	return h.subText(v, a, b)
}

// subText is the text of bytes from to to of v.
func (h *Heap) subText(v *Value, from, to int) Value {
	if from == 0 && to == v.ByteLen() {
		return *v
	}
	return h.NewText(v.Str()[from:to])
}

// FindText is the number of the first letter, not before letter from, at which needle
// stands in v with both ends on letter boundaries; ok is false if it stands nowhere. An
// empty needle stands everywhere.
func (h *Heap) FindText(v *Value, needle string, from int) (letter int, ok bool) {
	s := v.Str()
	from = max(from, 0)
	if v.IsSimple() {
		if from > len(s) {
			return 0, false
		}
		i := strings.Index(s[from:], needle)
		return from + i, i >= 0
	}
	x := h.index(v)
	if from > x.count {
		return 0, false
	}
	for at := x.offset(s, from); at <= len(s); at++ {
		i := strings.Index(s[at:], needle)
		if i < 0 {
			return 0, false
		}
		at += i
		if n, ok := x.letterAt(s, at); ok {
			if _, ok = x.letterAt(s, at+len(needle)); ok {
				return n, true
			}
		}
	}
	return 0, false
}

// Matches walks over the places where a text stands in another, letter-aligned and
// without overlap, in one pass and without allocating.
type Matches struct {
	s, sub string
	at     int // search from here
	edge   int // a letter boundary not behind at
	simple bool
}

// FindAll starts a walk over the places where sub, which must not be empty, stands in s.
func FindAll(s, sub string) Matches {
	return Matches{s: s, sub: sub, simple: simpleBit(s) != 0}
}

// Next is the next place, in bytes.
func (m *Matches) Next() (from, to int, ok bool) {
	for m.at <= len(m.s) {
		i := strings.Index(m.s[m.at:], m.sub)
		if i < 0 {
			break
		}
		from = m.at + i
		to = from + len(m.sub)
		if m.simple {
			m.at = to
			return from, to, true
		}
		m.edge = lastEdge(m.s, m.edge, from)
		if m.edge == from && lastEdge(m.s, from, to) == to {
			m.at, m.edge = to, to
			return from, to, true
		}
		m.at = from + 1
	}
	m.at = len(m.s) + 1
	return 0, 0, false
}

// lastEdge is the last letter boundary of s not behind off, walking from the boundary edge.
func lastEdge(s string, edge, off int) int {
	for edge < off {
		n := NextLetter(s[edge:])
		if edge+n > off {
			break
		}
		edge += n
	}
	return edge
}
