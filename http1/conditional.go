package http1

import (
	"bytes"
	"strconv"
)

// Precondition evaluates the conditional fields of a request against what is
// there, in the order of RFC 9110, 13.2.2. It returns 0 to go on, 304 for a
// GET or HEAD whose copy is still good, or 412.
//
// etag is the representation's entity tag with its quotes, and W/ if it is
// weak; nil if there is none, in which case nothing matches but "*".
// modified is when it changed, in seconds since 1970; 0 if that isn't known.
// What does not exist yet has exists false: then "*" doesn't match either.
func Precondition(r *Request, exists bool, etag []byte, modified int64) (status int) {
	reads := r.Method == MethodGet || r.Method == MethodHead
	if i := r.Index("If-Match", 0); i >= 0 {
		if !matchesAny(r, "If-Match", exists, etag, strongMatch) {
			return 412
		}
	} else if since, ok := dateField(r, "If-Unmodified-Since"); ok && modified != 0 && modified > since {
		return 412
	}
	if i := r.Index("If-None-Match", 0); i >= 0 {
		if matchesAny(r, "If-None-Match", exists, etag, weakMatch) {
			if reads {
				return 304
			}
			return 412
		}
	} else if since, ok := dateField(r, "If-Modified-Since"); ok && reads && modified != 0 && modified <= since {
		return 304
	}
	return 0
}

// dateField reads a field that must be one date. Malformed and repeated ones
// count as absent, as the RFC wants it.
func dateField(r *Request, name string) (unix int64, ok bool) {
	i := r.Index(name, 0)
	if i < 0 || r.Index(name, i+1) >= 0 {
		return 0, false
	}
	return ParseDate(r.Fields[i].Value)
}

// matchesAny reports whether one of the tags in all fields called name is
// etag.
func matchesAny(r *Request, name string, exists bool, etag []byte, match func(a, b []byte) bool) bool {
	for i := r.Index(name, 0); i >= 0; i = r.Index(name, i+1) {
		list := r.Fields[i].Value
		if string(list) == "*" {
			return exists
		}
		for {
			var tag []byte
			if tag, list = nextTag(list); tag == nil {
				break
			}
			if etag != nil && match(tag, etag) {
				return true
			}
		}
	}
	return false
}

// nextTag returns the first entity tag of a list, and what follows it; nil at
// the end or where no tag begins. A tag may hold commas.
func nextTag(list []byte) (tag, rest []byte) {
	for len(list) > 0 && (list[0] == ',' || list[0] == ' ' || list[0] == '\t') {
		list = list[1:]
	}
	quote := 0
	if bytes.HasPrefix(list, []byte("W/")) {
		quote = 2
	}
	if len(list) <= quote || list[quote] != '"' {
		return nil, nil
	}
	end := bytes.IndexByte(list[quote+1:], '"')
	if end < 0 {
		return nil, nil
	}
	end += quote + 2
	return list[:end], list[end:]
}

func weakMatch(a, b []byte) bool {
	return bytes.Equal(bytes.TrimPrefix(a, []byte("W/")), bytes.TrimPrefix(b, []byte("W/")))
}

func strongMatch(a, b []byte) bool {
	return a[0] == '"' && bytes.Equal(a, b)
}

// Range evaluates the Range and If-Range fields of a GET for a representation
// of size bytes. status is 200 to send all of it, 206 to send length bytes
// from first on, or 416 if no part of it was asked for. etag and modified are
// as in [Precondition], which comes before.
//
// One range is served; a request for several gets everything, which RFC
// 9110, 14.2, allows, because many small ranges are how servers are worn out.
func Range(r *Request, etag []byte, modified, size int64) (first, length int64, status int) {
	i := r.Index("Range", 0)
	if r.Method != MethodGet || i < 0 || r.Index("Range", i+1) >= 0 || !ifRange(r, etag, modified) {
		return 0, size, 200
	}
	const unit = "bytes="
	spec := r.Fields[i].Value
	if len(spec) < len(unit) || !equalFold(spec[:len(unit)], unit) {
		return 0, size, 200
	}
	from, to := cutByte(trim(spec[len(unit):]), '-')
	if to == nil {
		return 0, size, 200
	}
	last, hasLast := parseLength(to)
	if len(from) == 0 { // the last so many bytes
		switch {
		case !hasLast:
			return 0, size, 200
		case last == 0 || size == 0:
			return 0, 0, 416
		}
		length = min(last, size)
		return size - length, length, 206
	}
	first, ok := parseLength(from)
	switch {
	case !ok || len(to) > 0 && (!hasLast || last < first):
		return 0, size, 200 // malformed, also when it is a list
	case first >= size:
		return 0, 0, 416
	case len(to) == 0 || last >= size:
		last = size - 1
	}
	return first, last - first + 1, 206
}

// ifRange reports whether the Range field counts: what the client has a part
// of must be exactly what is there now.
func ifRange(r *Request, etag []byte, modified int64) bool {
	value, ok := r.Lookup("If-Range")
	if !ok {
		return true
	}
	if len(value) > 0 && value[0] == '"' {
		return etag != nil && strongMatch(value, etag)
	}
	since, ok := ParseDate(value)
	return ok && modified != 0 && since == modified
}

// AppendContentRange appends the value of the Content-Range field for an
// answer with 206, or with 416 if length is 0.
func AppendContentRange(dst []byte, first, length, size int64) []byte {
	dst = append(dst, "bytes "...)
	if length == 0 {
		dst = append(dst, '*')
	} else {
		dst = strconv.AppendInt(dst, first, 10)
		dst = strconv.AppendInt(append(dst, '-'), first+length-1, 10)
	}
	return strconv.AppendInt(append(dst, '/'), size, 10)
}
