package multipart

import (
	"bytes"
	"strings"
	"unicode/utf8"
)

// Error is why a body is no form, or too much of one.
type Error struct {
	Large          bool // it goes beyond a limit
	Tamil, English string
}

// Error says it in English.
func (e *Error) Error() string { return e.English }

func malformed(reason string) error {
	return &Error{Tamil: "படிவம் சிதைந்துள்ளது", English: "the form is malformed: " + reason}
}

func tooLarge(tamil, english string) error { return &Error{true, tamil, english} }

// Part is the head of one part.
type Part struct {
	Name    string // of the form's field
	File    string // the file's name without folders, as the client says; "" when it is no file
	Type    string // its media type, as the client says
	HasFile bool   // a file's name was given, even an empty one
}

// Sink takes what a Reader finds. An error ends the reading.
type Sink interface {
	Begin(p Part) error
	Data(p []byte) error // valid during the call
	End() error
}

// What a form may hold besides its content.
const (
	boundaryMost = 70      // bytes (RFC 2046, 5.1.1)
	headMost     = 8 << 10 // bytes of one part's head
)

// Reader reads a body from its front to its end.
type Reader struct {
	sink  Sink
	delim []byte // CRLF, two hyphens, the boundary
	state readerState
	match int    // how much of delim the last bytes were
	given int    // how much of that ended a line before, and is no data
	head  []byte // of a part, with the line that is coming
	line  int    // where that begins
	part  Part
	err   error
}

type readerState uint8

const (
	inPreamble readerState = iota
	afterDelim             // hyphens end the form, a line's end begins a part
	afterHyphen
	inPadding
	padCR
	inHead
	inData
	inEpilogue
)

// NewReader makes a Reader of bodies with that boundary, the parameter of their Content-Type.
func NewReader(boundary string, sink Sink) (*Reader, error) {
	if boundary == "" || len(boundary) > boundaryMost || boundary[len(boundary)-1] == ' ' {
		return nil, malformed("the boundary is none")
	}
	for i := range len(boundary) {
		if !isBoundary(boundary[i]) {
			return nil, malformed("the boundary is none")
		}
	}
	// The first delimiter may stand at the very front, as if a line had ended before it.
	return &Reader{sink: sink, delim: []byte("\r\n--" + boundary), match: 2, given: 2}, nil
}

func isBoundary(b byte) bool {
	return 'a' <= b && b <= 'z' || 'A' <= b && b <= 'Z' || '0' <= b && b <= '9' || strings.IndexByte("'()+_,-./:=? ", b) >= 0
}

// Feed reads the next bytes. After an error, which every later call repeats, it reads nothing.
func (r *Reader) Feed(p []byte) error {
	for len(p) > 0 && r.err == nil {
		var n int
		n, r.err = r.step(p)
		p = p[n:]
	}
	return r.err
}

// Close says that no more bytes come: an error if that is too early.
func (r *Reader) Close() error {
	if r.err == nil && r.state != inEpilogue {
		r.err = malformed("the form has no end")
	}
	return r.err
}

// step reads some of p, and says how much.
func (r *Reader) step(p []byte) (n int, err error) {
	b := p[0]
	switch r.state {
	case inPreamble, inData:
		return r.content(p)
	case afterDelim:
		switch b {
		case '-':
			r.state = afterHyphen
		default:
			r.state = inPadding
			return 0, nil
		}
	case afterHyphen:
		if b != '-' {
			return 0, malformed("a line goes on behind a boundary")
		}
		r.state = inEpilogue
	case inPadding:
		switch b {
		case ' ', '\t':
		case '\r':
			r.state = padCR
		default:
			return 0, malformed("a line goes on behind a boundary")
		}
	case padCR:
		if b != '\n' {
			return 0, malformed("a line has no end")
		}
		r.state, r.part = inHead, Part{}
		r.head, r.line = r.head[:0], 0
	case inHead:
		return r.heading(p)
	case inEpilogue:
		return len(p), nil // RFC 2046: to be ignored
	}
	return 1, nil
}

// content reads data, or what comes before the first part, until the delimiter behind it.
func (r *Reader) content(p []byte) (n int, err error) {
	if r.match > 0 {
		for n < len(p) && r.match < len(r.delim) && p[n] == r.delim[r.match] {
			n++
			r.match++
		}
		switch {
		case r.match == len(r.delim):
			return n, r.delimited()
		case n == len(p):
			return n, nil
		}
		// Nowhere but at its front has the delimiter a CR, so nothing of it can begin within.
		was := r.delim[r.given:r.match]
		r.match, r.given = 0, 0
		return n, r.data(was)
	}
	if i := bytes.Index(p, r.delim); i >= 0 {
		if err := r.data(p[:i]); err != nil {
			return 0, err
		}
		return i + len(r.delim), r.delimited()
	}
	at := len(p)
	if i := bytes.LastIndexByte(p[max(0, len(p)-len(r.delim)+1):], '\r'); i >= 0 {
		i += max(0, len(p)-len(r.delim)+1)
		if bytes.HasPrefix(r.delim, p[i:]) {
			at, r.match = i, len(p)-i
		}
	}
	return len(p), r.data(p[:at])
}

func (r *Reader) data(p []byte) error {
	if r.state == inPreamble || len(p) == 0 {
		return nil
	}
	return r.sink.Data(p)
}

// delimited follows a whole delimiter.
func (r *Reader) delimited() error {
	was := r.state
	r.state, r.match, r.given = afterDelim, 0, 0
	if was == inData {
		return r.sink.End()
	}
	return nil
}

// heading reads lines of a part's head.
func (r *Reader) heading(p []byte) (n int, err error) {
	i := bytes.IndexByte(p, '\n')
	if n = i + 1; i < 0 {
		n = len(p)
	}
	if len(r.head)+n > headMost {
		return 0, tooLarge("படிவத்தின் ஒரு பகுதியின் தலைப்பு மிக நீண்டது", "a part's head is too long")
	}
	r.head = append(r.head, p[:n]...)
	if i < 0 {
		return n, nil
	}
	line := r.head[r.line:]
	if len(line) < 2 || line[len(line)-2] != '\r' || bytes.IndexByte(line[:len(line)-2], '\r') >= 0 {
		return n, malformed("a line of a part's head does not end with CRLF")
	}
	line = line[:len(line)-2]
	r.line = len(r.head)
	if len(line) > 0 {
		return n, r.field(line)
	}
	if r.part.Name == "" {
		return n, malformed("a part has no name")
	}
	// The delimiter's CRLF may be the one that ends the head.
	r.state, r.match, r.given = inData, 2, 2
	return n, r.sink.Begin(r.part)
}

// field takes in a line of a part's head.
func (r *Reader) field(line []byte) error {
	name, v, ok := bytes.Cut(line, []byte(":"))
	if !ok || !isToken(name) {
		return malformed("a line of a part's head is none")
	}
	for _, b := range v {
		if b < ' ' && b != '\t' || b == 0x7f {
			return malformed("a part's head holds a control character")
		}
	}
	text := strings.Trim(string(v), " \t")
	if !utf8.ValidString(text) {
		text = strings.ToValidUTF8(text, "\uFFFD")
	}
	switch {
	case bytes.EqualFold(name, []byte("Content-Disposition")):
		if r.part.Name != "" || r.part.HasFile {
			return malformed("a part has two dispositions")
		}
		return r.disposition(text)
	case bytes.EqualFold(name, []byte("Content-Type")):
		r.part.Type = text
	}
	return nil
}

func isToken(b []byte) bool {
	for _, c := range b {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return len(b) > 0
}

// disposition reads `form-data; name="…"; filename="…"`.
func (r *Reader) disposition(s string) error {
	kind, s, _ := strings.Cut(s, ";")
	if !strings.EqualFold(strings.Trim(kind, " \t"), "form-data") {
		return malformed("a part is no field of a form")
	}
	named := false
	for s = strings.TrimLeft(s, " \t;"); s != ""; s = strings.TrimLeft(s, " \t;") {
		name, rest, ok := strings.Cut(s, "=")
		if name = strings.TrimRight(name, " \t"); !ok || !isToken([]byte(name)) {
			return malformed("a part's disposition is malformed")
		}
		var v string
		if v, s, ok = parameter(strings.TrimLeft(rest, " \t")); !ok {
			return malformed("a part's disposition is malformed")
		}
		switch strings.ToLower(name) {
		case "name":
			if named {
				return malformed("a part has two names")
			}
			named, r.part.Name = true, v
		case "filename":
			if r.part.HasFile {
				return malformed("a part has two names")
			}
			r.part.HasFile, r.part.File = true, baseName(v)
		} // others are to be ignored, filename* too (RFC 7578, 4.2)
	}
	return nil
}

// parameter cuts a value, quoted or not, off the front of s, and with it the ';' behind it.
func parameter(s string) (v, rest string, ok bool) {
	if !strings.HasPrefix(s, `"`) {
		v, rest, _ = strings.Cut(s, ";")
		v = strings.TrimRight(v, " \t")
		return v, rest, isToken([]byte(v)) || !strings.ContainsAny(v, "\" \t\\") && v != ""
	}
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"':
			rest = strings.TrimLeft(s[i+1:], " \t")
			return b.String(), strings.TrimPrefix(rest, ";"), rest == "" || rest[0] == ';'
		case c == '\\' && i+1 < len(s) && (s[i+1] == '"' || s[i+1] == '\\'):
			i++
			b.WriteByte(s[i])
		default: // a path of Windows has backslashes that escape nothing
			b.WriteByte(c)
		}
	}
	return "", "", false
}

// baseName is a file's name without the folders that it may come with.
func baseName(s string) string {
	s = s[strings.LastIndexAny(s, `/\`)+1:]
	if s == "." || s == ".." {
		return ""
	}
	return s
}
