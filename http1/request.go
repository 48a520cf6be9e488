package http1

import "bytes"

// Form is which of the four shapes a request target has (RFC 9112, 3.2).
type Form uint8

const (
	FormOrigin    Form = iota // /path?query
	FormAbsolute              // http://host/path?query
	FormAuthority             // host:port, for CONNECT
	FormAsterisk              // *, for OPTIONS
)

// Field is one field line. Name is as sent, Value has no space around it.
// In a [Request] both point into the buffer that was parsed.
type Field struct {
	Name, Value []byte
}

// Request is one request head. The zero value is ready for [Request.Parse],
// which may be called again and again: the storage of Fields is reused.
//
// The slices point into the buffer given to Parse and are valid as long as
// its bytes stay; [Request.Rebase] moves them to a copy. Whoever holds a
// Request may only read what they point at, and must not append to them.
type Request struct {
	Method     Method
	Form       Form
	Minor      uint8  // 0 for HTTP/1.0; 1 for HTTP/1.1 and later HTTP/1.x, which are to be read as 1.1
	MethodText []byte // the method as sent

	Target []byte // the whole request target as sent
	Path   []byte // the target's path, before '?', not decoded; "/" or "*" where an absolute form has none; empty for CONNECT
	Query  []byte // what follows the first '?'; nil without one
	Host   []byte // host[:port] from the target or else the Host field; empty when neither names one

	Fields []Field // all field lines in the order sent

	ContentLength  int64 // bytes in the body by Content-Length, math.MaxInt64 when it says more; -1 without one
	Chunked        bool  // the body comes in chunks
	KeepAlive      bool  // the client lets the connection stay open after the answer
	ExpectContinue bool  // the client waits for 100 Continue before it sends the body
	Upgrade        bool  // the Connection field names Upgrade

	remembered bool // Fields and Host point into what a Repeats keeps
}

var (
	rootPath     = []byte("/")
	asteriskPath = []byte("*")
)

// Parse reads one request head from the front of buf into r and returns how
// many bytes it took. 0 and no error mean that buf does not hold a whole head
// yet: read more and call again with all bytes. An error is always an *[Error];
// the connection's other bytes can't be understood after one.
//
// seen is how many bytes of buf an earlier call has answered 0 for, or 0. It
// saves judging them again: the line that isn't complete is found by a search
// for its beginning, many bytes at a time, and only the new bytes are looked
// at one by one (BenchmarkDrip). The answer is the same for every seen.
//
// r holds a request only after an answer above 0. Parse keeps nothing but
// slices of buf, and does not allocate once r.Fields has grown.
func (r *Request) Parse(buf []byte, seen int, lim *Limits) (n int, err error) {
	return r.ParseRepeated(buf, seen, lim, nil)
}

// ParseRepeated is Parse with the same answers, and with what has been read before: Fields and
// Host may point into what known keeps. r.Fields itself is r's own.
func (r *Request) ParseRepeated(buf []byte, seen int, lim *Limits, known *Repeats) (n int, err error) {
	n, e := r.parse(buf, seen, lim, known)
	if e != nil {
		return 0, e
	}
	return n, nil
}

func (r *Request) parse(buf []byte, seen int, lim *Limits, known *Repeats) (int, *Error) {
	if seen < 0 || seen > len(buf) {
		seen = 0
	}
	start, err := skipEmptyLines(buf)
	if err != nil || start < 0 {
		return 0, err
	}
	// Whole lines below seen were found good, so go on with the line that
	// was incomplete. When that completes the head, the rest is parsed once
	// more to fill r: that is cheaper than keeping half a request in every
	// connection.
	line := start
	if seen > start {
		line = max(start, lastLF(buf[:seen])+1)
	}
	resumed := line > start
	*r = Request{Fields: r.Fields[:0], ContentLength: -1}
	first := 0 // where the field lines begin
	if resumed {
		first = start + bytes.IndexByte(buf[start:], '\n') + 1
	} else {
		line, err = r.requestLine(buf, start, seen, lim)
		if err != nil || line == 0 {
			return 0, err
		}
		first = line
	}
	b := buf
	if len(b)-first > lim.HeaderBytes {
		b = b[:first+lim.HeaderBytes]
	}
	var h head
	if known = known.of(r); known != nil && !resumed {
		if k := known.find(b[first:], lim); k != nil {
			k.take(r)
			if err := k.head.finish(r); err != nil {
				return 0, err
			}
			return first + len(k.text), nil
		}
	}
	for {
		if line == len(b) {
			return 0, wantMore(b, buf)
		}
		if b[line] == '\r' {
			if line+1 == len(b) {
				return 0, wantMore(b, buf)
			}
			if b[line+1] != '\n' {
				return 0, ErrLineEnd
			}
			break
		}
		colon, eol, err := fieldLine(b, line, seen, lim.FieldName)
		if err != nil {
			return 0, err
		}
		if eol == 0 {
			return 0, wantMore(b, buf)
		}
		if !resumed {
			name, value := b[line:colon], trim(b[colon+1:eol])
			if len(r.Fields) < lim.HeaderCount {
				r.addField(name, value)
			} else {
				h.tooMany = true
			}
			switch len(name) {
			case 4, 6, 10, 14, 17: // the lengths of the names that note knows
				h.note(r, name, value)
			}
		}
		line = eol + 2
	}
	if resumed {
		return r.parse(buf, 0, lim, known)
	}
	if err := h.finish(r); err != nil {
		return 0, err
	}
	if known != nil {
		known.note(buf[first:line+2], r, &h, lim)
	}
	return line + 2, nil
}

// addField stores the slices one by one. Appending a Field made on the stack
// cost a fifth of a four-field request (BenchmarkParse): the copy's wide
// loads wait for the narrow stores just made.
func (r *Request) addField(name, value []byte) {
	n := len(r.Fields)
	if n == cap(r.Fields) {
		r.Fields = append(r.Fields, Field{})
	}
	r.Fields = r.Fields[:n+1]
	f := &r.Fields[n]
	f.Name, f.Value = name, value
}

// wantMore is nil when a longer buffer may complete the head, and an error
// when b had to be cut off at the limit.
func wantMore(b, buf []byte) *Error {
	if len(b) < len(buf) {
		return ErrHeaderTooLarge
	}
	return nil
}

// skipEmptyLines returns where the request line begins, or -1 if buf may
// still be inside the empty lines before it.
func skipEmptyLines(buf []byte) (start int, err *Error) {
	for i := 0; ; i += 2 {
		if i == len(buf) {
			return -1, nil
		}
		if buf[i] != '\r' {
			return i, nil
		}
		if i == 2*emptyLinesMax {
			return 0, ErrEmptyLines
		}
		if i+1 == len(buf) {
			return -1, nil
		}
		if buf[i+1] != '\n' {
			return 0, ErrLineEnd
		}
	}
}

// lastLF is bytes.LastIndexByte for '\n'. That one goes byte by byte, which
// would make a long line quadratic for a sender of one byte at a time;
// IndexByte is vectorised.
func lastLF(b []byte) int {
	const block = 256
	for end := len(b); end > 0; {
		begin := max(0, end-block)
		if bytes.IndexByte(b[begin:end], '\n') >= 0 {
			return begin + bytes.LastIndexByte(b[begin:end], '\n')
		}
		end = begin
	}
	return -1
}

// fieldLine reads the field line at b[i:]. It returns where its colon and its
// CR are; eol == 0 means that the line is not complete. Bytes below seen
// have been found good by an earlier call with the same i.
//
// It is used for head and trailer lines alike.
func fieldLine(b []byte, i, seen, nameMax int) (colon, eol int, err *Error) {
	colon = -1
	from := 0
	if seen > i {
		if k := bytes.IndexByte(b[i:min(seen, len(b))], ':'); k >= 0 {
			colon = i + k
			from = min(seen, len(b)) - 1 // a CR may have been the last byte seen
		}
	}
	if colon < 0 {
		stop := min(len(b), i+nameMax+1)
		for colon = i; colon < stop && classes[b[colon]]&classToken != 0; {
			colon++
		}
		if colon == stop {
			if stop == i+nameMax+1 {
				return 0, 0, ErrHeaderTooLarge
			}
			return 0, 0, nil
		}
		if b[colon] == '\n' {
			return 0, 0, ErrLineEnd
		}
		if b[colon] != ':' || colon == i {
			return 0, 0, ErrFieldName
		}
	}
	eol = valueEnd(b, max(colon+1, from))
	if eol == len(b) {
		return 0, 0, nil
	}
	if b[eol] != '\r' {
		if b[eol] == '\n' {
			return 0, 0, ErrLineEnd
		}
		return 0, 0, ErrFieldValue
	}
	if eol+1 == len(b) {
		return 0, 0, nil
	}
	if b[eol+1] != '\n' {
		return 0, 0, ErrLineEnd
	}
	return colon, eol, nil
}

// Lookup returns the value of the first field called name, in any case.
func (r *Request) Lookup(name string) (value []byte, ok bool) {
	if i := r.Index(name, 0); i >= 0 {
		return r.Fields[i].Value, true
	}
	return nil, false
}

// Index returns the index of the first field called name, in any case, at or
// after index from, or -1. It walks over repeated fields:
//
//	for i := r.Index("Accept", 0); i >= 0; i = r.Index("Accept", i+1) {
func (r *Request) Index(name string, from int) int {
	for i := from; i < len(r.Fields); i++ {
		if equalFold(r.Fields[i].Name, name) {
			return i
		}
	}
	return -1
}

// Rebase makes every slice of r that points into from point to the same
// place in to, and leaves those that point into what a [Repeats] keeps. from must be the buffer that was given to Parse, with the
// same capacity, and to a copy of at least the bytes that Parse took.
//
// The loop parses in gnet's buffer and then copies the request once into
// memory that lives as long as its handler; moving the slices is an eighth of
// parsing again (BenchmarkRebase).
func (r *Request) Rebase(from, to []byte) {
	// A slice cut from a buffer keeps the buffer's end, so the difference of
	// the capacities is where it begins.
	end := cap(from)
	if !r.remembered {
		r.rebaseFields(end, to)
	}
	r.MethodText = moved(r.MethodText, end, to)
	r.Target = moved(r.Target, end, to)
	if len(r.Path) > 0 && r.pathIsSent() {
		r.Path = moved(r.Path, end, to)
	}
	r.Query = moved(r.Query, end, to)
}

func (r *Request) rebaseFields(end int, to []byte) {
	for i := range r.Fields {
		f := &r.Fields[i]
		name, value := end-cap(f.Name), end-cap(f.Value)
		f.Name = to[name : name+len(f.Name)]
		f.Value = to[value : value+len(f.Value)]
	}
	r.Host = moved(r.Host, end, to)
}

func moved(s []byte, end int, to []byte) []byte {
	if s == nil {
		return nil
	}
	i := end - cap(s)
	return to[i : i+len(s)]
}

// pathIsSent tells whether Path is part of the target, not one of the two
// fixed paths that stand for a missing one.
func (r *Request) pathIsSent() bool {
	p := &r.Path[0]
	return p != &rootPath[0] && p != &asteriskPath[0]
}
