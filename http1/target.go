package http1

import (
	"bytes"
	"encoding/binary"
)

// requestLine reads the request line at b[p:] into r and returns where the
// next line begins, or 0 when b does not hold all of it. Bytes below seen
// have been found good by an earlier call.
func (r *Request) requestLine(b []byte, p, seen int, lim *Limits) (next int, err *Error) {
	m, err := scanMethod(b, p, lim.Method)
	if err != nil || m == 0 {
		return 0, err
	}
	t := m + 1
	end, query, err := scanTarget(b, t, seen, lim.Target)
	if err != nil || end == 0 {
		return 0, err
	}
	minor, next, err := scanVersion(b, end+1)
	if err != nil || next == 0 {
		return 0, err
	}
	r.MethodText = b[p:m]
	r.Method = MethodOf(r.MethodText)
	r.Minor = minor
	r.Target = b[t:end]
	r.Path = r.Target
	if query > 0 {
		r.Path, r.Query = b[t:query], b[query+1:end]
	}
	// The version comes before the form, so that the first line of HTTP/2,
	// "PRI * HTTP/2.0", gets the 505 it asks for.
	if b[t] != '/' || r.Method == MethodConnect {
		err = r.otherForm()
	}
	return next, err
}

// scanMethod returns where the space after the method is, or 0 for more.
func scanMethod(b []byte, p, most int) (end int, err *Error) {
	if len(b)-p >= 4 && string(b[p:p+4]) == "GET " && most >= 3 {
		return p + 3, nil
	}
	stop := min(len(b), p+most+1)
	i := p
	for i < stop && classes[b[i]]&classToken != 0 {
		i++
	}
	if i == stop {
		if stop == p+most+1 {
			return 0, ErrMethodTooLong
		}
		return 0, nil
	}
	if b[i] != ' ' || i == p {
		return 0, ErrMethod
	}
	return i, nil
}

// scanTarget returns where the space after the target at b[t:] is, or 0 for
// more, and where the target's first '?' is, or 0 without one.
func scanTarget(b []byte, t, seen, most int) (end, query int, err *Error) {
	b = b[:min(len(b), t+most+1)]
	i, allowed := t, classPath
	if seen = min(seen, len(b)); seen-2 > t {
		i = seen - 2 // an escape may have been cut
		if k := bytes.IndexByte(b[t:i], ' '); k >= 0 {
			i = t + k
		}
		if k := bytes.IndexByte(b[t:i], '?'); k >= 0 {
			query, allowed = t+k, classQuery
		}
	}
	for i < len(b) {
		c := b[i]
		if classes[c]&allowed != 0 {
			i++
			continue
		}
		switch c {
		case '%':
			if !escapeBegins(b[i:]) {
				return 0, 0, ErrEscape
			}
			i += 3
		case '?':
			query, allowed = i, classQuery
			i++
		case ' ':
			if i == t {
				return 0, 0, ErrTarget
			}
			return i, query, nil
		default:
			return 0, 0, ErrTarget
		}
	}
	if len(b) == t+most+1 {
		return 0, 0, ErrTargetTooLong
	}
	return 0, 0, nil
}

// escapeBegins reports whether b, which begins with '%', begins with a
// percent escape other than %00, or is too short to tell.
//
// %00 is refused in the query as well: no text of ours holds a NUL, and what
// is written in C further on would end at it.
func escapeBegins(b []byte) bool {
	if len(b) > 1 && classes[b[1]]&classHex == 0 {
		return false
	}
	return len(b) < 3 || classes[b[2]]&classHex != 0 && (b[1] != '0' || b[2] != '0')
}

// Versions as they stand in eight bytes of a request line.
var (
	version11 = binary.LittleEndian.Uint64([]byte("HTTP/1.1"))
	version10 = binary.LittleEndian.Uint64([]byte("HTTP/1.0"))
)

// scanVersion reads "HTTP/1.1" and the line end at b[v:] and returns where
// the next line begins, or 0 for more.
func scanVersion(b []byte, v int) (minor uint8, next int, err *Error) {
	const shape = "HTTP/d.d\r\n"
	if len(b)-v >= len(shape) && b[v+8] == '\r' && b[v+9] == '\n' {
		switch binary.LittleEndian.Uint64(b[v:]) {
		case version11:
			return 1, v + len(shape), nil
		case version10:
			return 0, v + len(shape), nil
		}
	}
	for i := range len(shape) {
		if v+i >= len(b) {
			return 0, 0, nil
		}
		switch c := b[v+i]; {
		case shape[i] == 'd':
			if !isDigit(c) {
				return 0, 0, ErrVersion
			}
		case shape[i] == c:
		case i < len("HTTP/d.d"):
			return 0, 0, ErrVersion
		default:
			return 0, 0, ErrLineEnd
		}
	}
	if b[v+5] != '1' {
		return 0, 0, ErrOtherVersion
	}
	return 1, v + len(shape), nil // 1.2 to 1.9. RFC 9110, 2.5: as the highest minor version we know
}

// otherForm reads a target that doesn't begin with '/', or is CONNECT's.
func (r *Request) otherForm() *Error {
	t := r.Target
	switch {
	case r.Method == MethodConnect:
		if r.Query != nil || !validHost(t, true) {
			return ErrTargetForm
		}
		r.Form, r.Host, r.Path = FormAuthority, t, nil
	case string(t) == "*":
		if r.Method != MethodOptions {
			return ErrTargetForm
		}
		r.Form = FormAsterisk
	default:
		return r.absoluteForm()
	}
	return nil
}

// absoluteForm splits http://host:port/path. Other schemes are refused: this
// is no proxy. Userinfo is refused by validHost, as RFC 9110, 4.2.4 advises.
func (r *Request) absoluteForm() *Error {
	n := len("http://")
	if len(r.Path) > n && lower(r.Path[n-3]) == 's' {
		n = len("https://")
	}
	if len(r.Path) <= n || !equalFold(r.Path[:n], "http://") && !equalFold(r.Path[:n], "https://") {
		return ErrTargetForm
	}
	host := r.Path[n:]
	if k := bytes.IndexByte(host, '/'); k >= 0 {
		host, r.Path = host[:k], host[k:]
	} else if r.Method == MethodOptions && r.Query == nil {
		r.Path = asteriskPath // RFC 9112, 3.2.4
	} else {
		r.Path = rootPath
	}
	if len(host) == 0 || host[0] == ':' || !validHost(host, false) {
		return ErrTargetForm
	}
	r.Form, r.Host = FormAbsolute, host
	return nil
}
