package http1

import "strconv"

// Cookies walks over the name=value pairs of all Cookie fields of a request.
// The slices point into the request; values are not decoded, but lose the
// quotes around them:
//
//	for c := http1.CookiesOf(&r); c.Next(); {
//		use(c.Name, c.Value)
//	}
//
// As RFC 6265, 5.4, advises for servers, what isn't a pair is skipped, so
// that one strange cookie doesn't lose the others. A name may come twice.
type Cookies struct {
	Name, Value []byte
	r           *Request
	field       int // the next field to look at
	rest        []byte
}

// CookiesOf begins a walk over r's cookies.
func CookiesOf(r *Request) Cookies { return Cookies{r: r} }

// Next goes to the next cookie and reports whether there is one.
func (c *Cookies) Next() bool {
	for {
		if len(c.rest) == 0 {
			i := c.r.Index("Cookie", c.field)
			if i < 0 {
				return false
			}
			c.field, c.rest = i+1, c.r.Fields[i].Value
			continue
		}
		var pair []byte
		pair, c.rest = cutByte(c.rest, ';')
		name, value := cutByte(pair, '=')
		if name = trim(name); value == nil || len(name) == 0 || !classToken.all(name) {
			continue
		}
		value = trim(value)
		if n := len(value); n >= 2 && value[0] == '"' && value[n-1] == '"' {
			value = value[1 : n-1]
		}
		c.Name, c.Value = name, value
		return true
	}
}

// Cookie returns the value of the first cookie called name; cookie names are
// case-sensitive.
func (r *Request) Cookie(name string) (value []byte, ok bool) {
	for c := CookiesOf(r); c.Next(); {
		if string(c.Name) == name {
			return c.Value, true
		}
	}
	return nil, false
}

// SameSite says to which requests a browser adds a cookie.
type SameSite uint8

const (
	SameSiteUnset SameSite = iota // the browser's default
	SameSiteLax
	SameSiteStrict
	SameSiteNone // needs Secure
)

// SetCookie is a cookie to be kept by the client.
type SetCookie struct {
	Name, Value string
	Path        string // "" for the request's
	Domain      string // "" for this host only
	MaxAge      int    // seconds to keep it; 0 until the browser closes, below 0 to forget it now
	Secure      bool   // only over TLS
	HTTPOnly    bool   // not for scripts
	Partitioned bool   // one jar for each top-level site; needs Secure
	SameSite    SameSite
}

// AppendValue appends the value of a Set-Cookie field. It answers
// [ErrCookieToWrite] for a name that is no token, for bytes in the value,
// path or domain that would end them, and for what browsers would drop: a
// __Secure- or __Host- name, SameSite=None or Partitioned without what they
// need (RFC 6265bis). Values with other bytes must be encoded before.
func (c *SetCookie) AppendValue(dst []byte) ([]byte, error) {
	if !c.valid() {
		return dst, ErrCookieToWrite
	}
	dst = append(dst, c.Name...)
	dst = append(dst, '=')
	dst = append(dst, c.Value...)
	if c.Path != "" {
		dst = append(append(dst, "; Path="...), c.Path...)
	}
	if c.Domain != "" {
		dst = append(append(dst, "; Domain="...), c.Domain...)
	}
	if c.MaxAge != 0 {
		dst = strconv.AppendInt(append(dst, "; Max-Age="...), int64(max(c.MaxAge, 0)), 10)
	}
	if c.Secure {
		dst = append(dst, "; Secure"...)
	}
	if c.HTTPOnly {
		dst = append(dst, "; HttpOnly"...)
	}
	switch c.SameSite {
	case SameSiteLax:
		dst = append(dst, "; SameSite=Lax"...)
	case SameSiteStrict:
		dst = append(dst, "; SameSite=Strict"...)
	case SameSiteNone:
		dst = append(dst, "; SameSite=None"...)
	}
	if c.Partitioned {
		dst = append(dst, "; Partitioned"...)
	}
	return dst, nil
}

func (c *SetCookie) valid() bool {
	if c.Name == "" || !allIn(c.Name, classToken) || !allIn(c.Value, classCookie) ||
		!plainAttribute(c.Path) || !plainAttribute(c.Domain) {
		return false
	}
	if hasPrefixFold(c.Name, "__secure-") && !c.Secure ||
		hasPrefixFold(c.Name, "__host-") && (!c.Secure || c.Path != "/" || c.Domain != "") {
		return false
	}
	return c.Secure || c.SameSite != SameSiteNone && !c.Partitioned
}

func allIn(s string, k class) bool {
	for i := range len(s) {
		if !k.has(s[i]) {
			return false
		}
	}
	return true
}

// plainAttribute reports whether s ends where it should: it holds no ';' and
// no control byte.
func plainAttribute(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c == ';' || c == 0x7f {
			return false
		}
	}
	return true
}

func hasPrefixFold(s, prefix string) bool {
	if len(s) < len(prefix) {
		return false
	}
	for i := range len(prefix) {
		if lower(s[i]) != prefix[i] {
			return false
		}
	}
	return true
}
