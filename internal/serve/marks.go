package serve

import (
	"bytes"
	"strings"

	"etamil/http1"
)

// marks are what the lines of a handler's headers mean to us.
type marks struct {
	etag     []byte // the ETag's value
	modified int64  // Last-Modified in seconds since 1970; 0 without one
	said     uint32 // which lines of the security block it says itself

	encoded     bool // Content-Encoding: the body is as it should be sent
	noTransform bool // Cache-Control
	noStore     bool
	ranges      bool // Accept-Ranges: bytes
	noRanges    bool // Accept-Ranges is something else, or it is a part already
	id          bool // X-Request-Id
	cors        bool // Access-Control-Allow-Origin
}

// scan reads whole lines, as appendFields makes them.
func (a *answers) scan(lines []byte) (m marks) {
	for len(lines) > 0 {
		end := bytes.IndexByte(lines, '\n')
		line := lines[:end-1]
		lines = lines[end+1:]
		colon := bytes.IndexByte(line, ':')
		name, value := line[:colon], line[colon+2:]
		switch {
		case is(name, "ETag"):
			if isTag(value) {
				m.etag = value
			}
		case is(name, "Last-Modified"):
			m.modified, _ = http1.ParseDate(value)
		case is(name, "Cache-Control"):
			m.noTransform = m.noTransform || contains(value, "no-transform")
			m.noStore = m.noStore || contains(value, "no-store")
		case is(name, "Accept-Ranges"):
			m.ranges = is(value, "bytes")
			m.noRanges = !m.ranges
		case is(name, "Content-Range"):
			m.noRanges = true
		case is(name, "Content-Encoding"):
			m.encoded = true
		case is(name, "X-Request-Id"):
			m.id = true
		case is(name, "Access-Control-Allow-Origin"):
			m.cors = true
		default:
			if i := a.security.index(name); i >= 0 {
				m.said |= 1 << i
			}
		}
	}
	return m
}

func is(b []byte, s string) bool { return len(b) == len(s) && strings.EqualFold(view(b), s) }

// contains reports whether a list of words in lower case or not has one.
func contains(list []byte, word string) bool {
	for len(list) >= len(word) {
		if is(list[:len(word)], word) {
			return true
		}
		list = list[1:]
	}
	return false
}

// isTag reports whether a value is an entity tag, which has quotes.
func isTag(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("W/"))
	return len(b) >= 2 && b[0] == '"' && bytes.IndexByte(b[1:], '"') == len(b)-2
}

// asks says what of this a request is about, so that most are done with in one look.
type asks struct{ condition, part bool }

func asksOf(r *http1.Request) (a asks) {
	for i := range r.Fields {
		name := r.Fields[i].Name
		switch {
		case len(name) > 3 && name[0]|0x20 == 'i' && name[1]|0x20 == 'f' && name[2] == '-':
			a.condition = true
		case len(name) == len("Range") && is(name, "Range"):
			a.part = true
		}
	}
	return a
}
