package value

import (
	"errors"
	"fmt"
	"math/bits"
	"unicode/utf8"
	"unsafe"

	"etamil/internal/decimal"
)

// JSONDepth is how deep JSON may nest where nothing else is configured.
const JSONDepth = 1024

// JSONError is why a text is not the JSON that we read, and where: Offset counts bytes.
type JSONError struct {
	Reason JSONReason
	Offset int
}

// JSONReason is the kind of mistake.
type JSONReason uint8

// The mistakes.
const (
	JSONSyntax   JSONReason = iota + 1 // something else was expected here
	JSONEnd                            // the text ends too early
	JSONTrailing                       // something stands behind the value
	JSONString                         // a control character or a bad escape in a string
	JSONUTF8                           // not UTF-8, or half a surrogate pair
	JSONNumber                         // a number beyond the decimals
	JSONDeep                           // nests too deep
	JSONLarge                          // does not fit the memory budget
)

var jsonReasons = [...]string{
	JSONSyntax:   "unexpected character",
	JSONEnd:      "unexpected end",
	JSONTrailing: "text after the value",
	JSONString:   "invalid character or escape in a string",
	JSONUTF8:     "invalid UTF-8",
	JSONNumber:   "number too large",
	JSONDeep:     "nested too deep",
	JSONLarge:    "too large",
}

// Error says it in English; the reason and offset are there for other languages.
func (e *JSONError) Error() string {
	return fmt.Sprintf("invalid JSON: %s at byte %d", jsonReasons[e.Reason], e.Offset)
}

// ReadJSON makes the value that src says, by RFC 8259 to the letter: one value, UTF-8, no
// byte order mark, no comments. Numbers are exact decimals with their scale as written
// (digits beyond 28 places are rounded half to even). Of a key that an object has twice
// the last one counts, as in JavaScript and Go. Nothing nests deeper than depth. The error
// is a *JSONError. src may be text of h; it is not kept.
func (h *Heap) ReadJSON(src string, depth int) (Value, error) {
	r := &h.pool.reader
	r.h, r.s, r.i, r.depth = h, src, 0, depth
	v, reason := r.read()
	if reason == 0 {
		if r.space(); r.i < len(src) {
			reason = JSONTrailing
		}
	}
	r.s = ""
	r.tmp, r.frames = r.tmp[:0], r.frames[:0]
	if cap(r.tmp)*slotBytes > maxKept {
		r.tmp = nil
	}
	if cap(r.frames) > maxFrames {
		r.frames = nil
	}
	if reason != 0 {
		return Nil, &JSONError{reason, r.i}
	}
	return v, nil
}

// ReadJSONBytes is ReadJSON of bytes.
func (h *Heap) ReadJSONBytes(src []byte, depth int) (Value, error) {
	return h.ReadJSON(bytesView(src), depth)
}

// jsonReader reads one value without recursion. What has been read of the containers that
// are still open stands in tmp; when one closes, its part is copied into an object of just
// the right size. No collection can come between: addresses in tmp are good.
type jsonReader struct {
	h      *Heap
	s      string
	i      int
	depth  int
	tmp    []Value
	frames []jsonFrame
	buf    []byte
	steps  [stepCache]*Class // where steps from class to class led lately
	like   [likeCache]*Class // what the objects at a place were lately
}

const (
	stepCache = 64
	likeCache = 64
)

// at is the place of the value that is read next: which field of which class, or an
// element of which list. Objects at one place are mostly alike, in one document and in
// the next, so their keys are known before they are read.
func (r *jsonReader) at() uintptr {
	if len(r.frames) == 0 {
		return 0
	}
	switch f := &r.frames[len(r.frames)-1]; {
	case f.dict:
		return 1
	case f.class == nil:
		return f.place*5 + 2
	default:
		return f.class.Address() >> 5
	}
}

// step is c.Step(name). Objects of several kinds that take turns, as the parts of one
// document do, would send Step to its map at each first key; here a step taken before is
// found by comparing two names.
func (r *jsonReader) step(c *Class, name string) *Class {
	k := uintptr(len(name))
	if k > 0 {
		k += uintptr(name[0])<<2 + uintptr(name[k-1])<<4
	}
	p := &r.steps[(k+c.Address()>>5)%stepCache]
	if d := *p; d != nil && d.parent == c && d.names[len(d.names)-1] == name {
		return d
	}
	d := c.Step(name)
	if d != nil {
		*p = d
	}
	return d
}

// jsonFrame is an open list (class nil), an open object whose fields so far make up class,
// or an open object that became a dict, which stands at tmp[from].
type jsonFrame struct {
	class *Class
	like  *Class  // what the last object at this place was, or nil
	place uintptr // see at
	from  int     // where its values begin in tmp
	dict  bool
	slot  int   // object: the field being read; -1: the next one
	key   Value // dict: the key being read
}

func (r *jsonReader) space() byte {
	for ; r.i < len(r.s); r.i++ {
		if c := r.s[r.i]; c > ' ' || c != ' ' && c != '\n' && c != '\t' && c != '\r' {
			return c
		}
	}
	return 0
}

// read reads one value.
func (r *jsonReader) read() (Value, JSONReason) {
	for {
		v, reason := r.begin()
		if reason != 0 {
			return Nil, reason
		}
		for v.M != uint64(KindUndef) { // a whole value: put it where it belongs
			if len(r.frames) == 0 {
				return v, 0
			}
			r.put(v)
			if v, reason = r.after(); reason != 0 {
				return Nil, reason
			}
		}
	}
}

// begin reads a whole scalar or empty container, or opens a container and answers Undef.
func (r *jsonReader) begin() (Value, JSONReason) {
	switch c := r.space(); c {
	case '"':
		return r.text()
	case '{', '[':
		return r.open(c)
	case 't':
		return r.word("true", True)
	case 'f':
		return r.word("false", False)
	case 'n':
		return r.word("null", Nil)
	default:
		if c == '-' || c-'0' <= 9 {
			return r.number()
		}
		return r.unexpected()
	}
}

func (r *jsonReader) unexpected() (Value, JSONReason) {
	if r.i >= len(r.s) {
		return Undef, JSONEnd
	}
	return Undef, JSONSyntax
}

func (r *jsonReader) word(w string, v Value) (Value, JSONReason) {
	if len(r.s)-r.i < len(w) {
		for r.i < len(r.s) && r.s[r.i] == w[0] {
			r.i, w = r.i+1, w[1:]
		}
		return r.unexpected()
	}
	if r.s[r.i:r.i+len(w)] != w {
		return Undef, JSONSyntax
	}
	r.i += len(w)
	return v, 0
}

func (r *jsonReader) number() (Value, JSONReason) {
	// Nearly all numbers: at most 18 digits, perhaps a sign and a point, and something else
	// behind them.
	s, i := r.s, r.i
	neg := s[i] == '-'
	if neg {
		i++
	}
	first, n := i, uint64(0)
	for ; i < len(s) && s[i]-'0' <= 9; i++ {
		n = n*10 + uint64(s[i]-'0')
	}
	digits, scale := i-first, 0
	if i < len(s) && s[i] == '.' {
		i++
		point := i
		for ; i < len(s) && s[i]-'0' <= 9; i++ {
			n = n*10 + uint64(s[i]-'0')
		}
		if scale = i - point; scale == 0 {
			digits = 0 // no number
		}
	}
	if digits > 0 && digits+scale <= 18 && (digits == 1 || s[first] != '0') && i < len(s) && s[i]|0x20 != 'e' && !partOfNumber[s[i]] {
		if neg {
			n = -n
		}
		r.i = i
		return Value{N: n, M: uint64(scale)}, 0
	}
	return r.anyNumber()
}

// partOfNumber are the characters that a number takes with it, right or wrong.
var partOfNumber = [256]bool{'.': true, '-': true, '+': true}

// anyNumber reads the others, those that are none included.
//
//go:noinline
func (r *jsonReader) anyNumber() (Value, JSONReason) {
	from := r.i
	for r.i < len(r.s) {
		c := r.s[r.i]
		if c-'0' > 9 && c != '.' && c != '-' && c != '+' && c != 'e' && c != 'E' {
			break
		}
		r.i++
	}
	n := r.s[from:r.i]
	d, err := decimal.ParseJSON(unsafe.Slice(unsafe.StringData(n), len(n)))
	if err != nil {
		r.i = from
		if errors.Is(err, decimal.ErrRange) {
			return Undef, JSONNumber
		}
		return Undef, JSONSyntax
	}
	return Value(d), 0
}

func (r *jsonReader) open(c byte) (Value, JSONReason) {
	r.i++
	if len(r.frames) >= r.depth {
		r.i--
		return Undef, JSONDeep
	}
	if r.h.exhausted() {
		return Undef, JSONLarge
	}
	if c == '[' {
		if r.space() == ']' {
			r.i++
			return r.h.NewList(0, 0), 0
		}
		r.frames = append(r.frames, jsonFrame{place: r.at(), from: len(r.tmp)})
		return Undef, 0
	}
	if r.space() == '}' {
		r.i++
		return r.h.NewRecordSize(0), 0
	}
	place := r.at()
	r.frames = append(r.frames, jsonFrame{class: Empty, like: r.like[place%likeCache], place: place, from: len(r.tmp)})
	return r.field()
}

// field reads on where a key comes. Like begin it answers Undef where a value comes, or a
// whole container.
func (r *jsonReader) field() (Value, JSONReason) {
	if f := &r.frames[len(r.frames)-1]; f.like != nil && !f.dict {
		switch stopped, reason := r.ahead(f); {
		case reason != 0:
			return Undef, reason
		case stopped:
			return r.after()
		}
	}
	return Undef, r.key()
}

// ahead reads fields, as long as they are what the last object at this place had, hold text
// or numbers, and stand close together. It stops before a key, or behind a value.
func (r *jsonReader) ahead(f *jsonFrame) (behind bool, reason JSONReason) {
	steps := f.like.steps
	for n := len(f.class.names); n < len(steps); n++ {
		d := steps[n]
		at := r.i + len(d.head)
		if d.parent != f.class || at >= len(r.s) || r.s[r.i:at] != d.head {
			return false, 0
		}
		var v Value
		switch c := r.s[at]; {
		case c == '"':
			r.i = at
			v, reason = r.text()
		case c-'0' <= 9 || c == '-':
			r.i = at
			v, reason = r.number()
		default:
			return false, 0
		}
		if reason != 0 {
			return false, reason
		}
		f.class = d
		r.tmp = append(r.tmp, v)
		if r.i >= len(r.s) || r.s[r.i] != ',' {
			return true, 0
		}
		r.i++
	}
	return false, 0
}

// put gives the value to the innermost open container.
func (r *jsonReader) put(v Value) {
	f := &r.frames[len(r.frames)-1]
	switch {
	case f.dict:
		r.h.dictSet(&r.tmp[f.from], f.key, v)
	case f.class != nil && f.slot >= 0:
		r.tmp[f.from+f.slot] = v
	default:
		r.tmp = append(r.tmp, v)
	}
}

// after reads what follows a value in a container: a comma, after which it answers Undef,
// or the end, after which it answers the container.
func (r *jsonReader) after() (Value, JSONReason) {
	f := &r.frames[len(r.frames)-1]
	c := r.space()
	if f.class == nil && !f.dict {
		switch c {
		case ',':
			r.i++
			return Undef, 0
		case ']':
			r.i++
			v := r.h.NewListOf(r.tmp[f.from:])
			if v.List().Len() != len(r.tmp)-f.from {
				return Undef, JSONLarge
			}
			r.pop(f)
			return v, 0
		}
		return r.unexpected()
	}
	switch c {
	case ',':
		r.i++
		return r.field()
	case '}':
		r.i++
		var v Value
		if f.dict {
			v = r.tmp[f.from]
			if r.h.over {
				return Undef, JSONLarge
			}
		} else {
			v = r.h.NewRecord(f.class, r.tmp[f.from:])
			r.like[f.place%likeCache] = f.class
		}
		r.pop(f)
		return v, 0
	}
	return r.unexpected()
}

func (r *jsonReader) pop(f *jsonFrame) {
	r.tmp = r.tmp[:f.from]
	r.frames = r.frames[:len(r.frames)-1]
}

// key reads a key and its colon and says where the value goes.
func (r *jsonReader) key() JSONReason {
	if r.space() != '"' {
		_, reason := r.unexpected()
		return reason
	}
	f := &r.frames[len(r.frames)-1]
	if f.like != nil && !f.dict {
		if n := len(f.class.names); n < len(f.like.steps) {
			d := f.like.steps[n]
			if d.parent == f.class && len(r.s)-r.i >= len(d.head) && r.s[r.i:r.i+len(d.head)] == d.head {
				f.class, f.slot = d, -1
				r.i += len(d.head)
				return 0
			}
		}
	}
	name, simple, reason := r.str()
	if reason != 0 {
		return reason
	}
	if r.space() != ':' {
		_, reason = r.unexpected()
		return reason
	}
	r.i++
	if !f.dict {
		f.slot = -1
		if c := r.step(f.class, name); c != nil {
			f.class = c
			return 0
		}
		if f.slot = f.class.Slot(name); f.slot >= 0 {
			return 0
		}
		// Too many fields, or too many classes in the world.
		v := r.h.NewRecord(f.class, r.tmp[f.from:])
		r.h.toDict(&v)
		r.tmp = append(r.tmp[:f.from], v)
		f.dict = true
	}
	f.key = r.h.makeText(name, simple)
	return 0
}

func (r *jsonReader) text() (Value, JSONReason) {
	s, simple, reason := r.str()
	if reason != 0 {
		return Undef, reason
	}
	if len(s) > bigBytes && (r.h.exhausted() || !r.h.Room(len(s))) {
		return Undef, JSONLarge
	}
	return r.h.makeText(s, simple), 0
}

// str reads a string, which begins here, and says what it means: a view of the source, or
// of a buffer when it has escapes, good until the next str.
func (r *jsonReader) str() (s string, simple uint64, reason JSONReason) {
	from := r.i + 1
	end, high := scanString(r.s, from)
	if end < len(r.s) && r.s[end] == '"' {
		s = r.s[from:end]
		if high != 0 {
			if !validUTF8(s) {
				r.i = from + invalidAt(s)
				return "", 0, JSONUTF8
			}
			r.i = end + 1
			return s, 0, 0
		}
		r.i = end + 1
		return s, textSimple, 0 // a raw CR is no part of a JSON string
	}
	return r.escaped(from)
}

// scanString is where the string that begins at i ends or has an escape or a control
// character; high is not 0 if it passed a byte that is not ASCII.
func scanString(s string, i int) (end int, high uint64) {
	for ; i+8 <= len(s); i += 8 {
		w := *(*uint64)(unsafe.Add(unsafe.Pointer(unsafe.StringData(s)), i))
		q, b := w^lowBits*'"', w^lowBits*'\\'
		stop := ((q-lowBits)&^q | (b-lowBits)&^b | (w-lowBits*' ')&^w) & highBits
		if stop != 0 {
			k := bits.TrailingZeros64(stop) &^ 7
			return i + k/8, high | w&highBits&(1<<k-1)
		}
		high |= w & highBits
	}
	for ; i < len(s); i++ {
		c := s[i]
		if c == '"' || c == '\\' || c < ' ' {
			break
		}
		high |= uint64(c & 0x80)
	}
	return i, high
}

// invalidAt is where s stops being UTF-8.
func invalidAt(s string) int {
	for i := 0; i < len(s); {
		c, n := utf8.DecodeRuneInString(s[i:])
		if c == utf8.RuneError && n == 1 {
			return i
		}
		i += n
	}
	return len(s)
}

// escaped reads a string with escapes into buf. from is its first byte.
//
//go:noinline
func (r *jsonReader) escaped(from int) (string, uint64, JSONReason) {
	b := r.buf[:0]
	for i := from; ; {
		end, high := scanString(r.s, i)
		if high != 0 && !validUTF8(r.s[i:end]) {
			r.i = i + invalidAt(r.s[i:end])
			return "", 0, JSONUTF8
		}
		b = append(b, r.s[i:end]...)
		i = end
		r.i = i
		if i >= len(r.s) {
			return "", 0, JSONEnd
		}
		if r.s[i] == '"' {
			r.i++
			r.buf = b
			if cap(b) > maxKept {
				r.buf = nil
			}
			s := bytesView(b)
			return s, simpleBit(s), 0
		}
		if r.s[i] != '\\' {
			return "", 0, JSONString
		}
		if i+1 >= len(r.s) {
			return "", 0, JSONEnd
		}
		c := r.s[i+1]
		i += 2
		if c == 'u' {
			u, ok := hex4(r.s, i)
			i += 4
			switch {
			case !ok:
				return "", 0, JSONString
			case u >= 0xD800 && u < 0xDC00:
				low, ok := rune(0), false
				if i+1 < len(r.s) && r.s[i] == '\\' && r.s[i+1] == 'u' {
					low, ok = hex4(r.s, i+2)
				}
				if !ok || low < 0xDC00 || low > 0xDFFF {
					return "", 0, JSONUTF8
				}
				u = (u-0xD800)<<10 + (low - 0xDC00) + 0x10000
				i += 6
			case u >= 0xDC00 && u < 0xE000:
				return "", 0, JSONUTF8
			}
			b = utf8.AppendRune(b, u)
			continue
		}
		if c = unescape[c]; c == 0 {
			return "", 0, JSONString
		}
		b = append(b, c)
	}
}

// unescape is what a letter behind a backslash means; 0 is nothing.
var unescape = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func hex4(s string, i int) (u rune, ok bool) {
	if i+4 > len(s) {
		return 0, false
	}
	for _, c := range []byte(s[i : i+4]) {
		switch {
		case c-'0' <= 9:
			c -= '0'
		case c|0x20-'a' < 6:
			c = c | 0x20 - 'a' + 10
		default:
			return 0, false
		}
		u = u<<4 | rune(c)
	}
	return u, true
}
