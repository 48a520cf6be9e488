package http1

import (
	"encoding/binary"
	"math/bits"
)

// class says in which places a byte may stand. One table look-up answers for
// all of them.
type class uint8

const (
	classToken  class = 1 << iota // tchar: methods, field names, codings (RFC 9110, 5.6.2)
	classPath                     // a target before its '?'
	classQuery                    // a target after its '?'
	classValue                    // a field value: visible, obs-text, space, tab
	classHex                      // a hexadecimal digit
	className                     // reg-name of a host, without percent escapes (RFC 3986, 3.2.2)
	classCookie                   // cookie-octet (RFC 6265, 4.1.1)
	classQuoted                   // qdtext: inside a quoted string, without backslash and quote
)

// The targets browsers send go beyond RFC 3986: the URL standard leaves
// these bytes unescaped. In a path '\' stays refused, since some would read
// it as '/'.
const (
	extraInPath  = "[]|"
	extraInQuery = "[]|^`{}\\"
)

const (
	unreserved = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~"
	subDelims  = "!$&'()*+,;="
)

var classes = makeClasses()

func makeClasses() (t [256]class) {
	set := func(c class, bytes string) {
		for i := range len(bytes) {
			t[bytes[i]] |= c
		}
	}
	set(classToken, "!#$%&'*+-.^_`|~ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")
	set(classPath, unreserved+subDelims+":@/"+extraInPath)
	set(classQuery, unreserved+subDelims+":@/?"+extraInQuery)
	set(classHex, "0123456789ABCDEFabcdef")
	set(className, unreserved+subDelims)
	for i := range 256 {
		c := byte(i)
		visible := c > ' ' && c < 0x7f
		if visible || c >= 0x80 || c == ' ' || c == '\t' {
			t[c] |= classValue
			if c != '"' && c != '\\' {
				t[c] |= classQuoted
			}
		}
		if visible && c != '"' && c != ',' && c != ';' && c != '\\' {
			t[c] |= classCookie
		}
	}
	return t
}

func (k class) has(c byte) bool { return classes[c]&k != 0 }

// all reports whether every byte of s is in the class.
func (k class) all(s []byte) bool {
	for _, c := range s {
		if classes[c]&k == 0 {
			return false
		}
	}
	return true
}

const (
	everyByte = 0x0101010101010101
	topBits   = 0x8080808080808080
)

// valueEnd returns the index of the first byte of b, from i on, that a field
// value can't hold, or len(b).
//
// It looks at eight bytes at a time: nearly all bytes of a request are in
// values, and this halves the time of a ten-field head (BenchmarkParse).
func valueEnd(b []byte, i int) int {
	for i+8 <= len(b) {
		x := binary.LittleEndian.Uint64(b[i:])
		del := x ^ 0x7f*everyByte
		// The lowest top bit left is at the first byte below 0x20 or equal
		// to 0x7f; borrows can only raise false alarms above a true one.
		odd := ((x - 0x20*everyByte) &^ x) | ((del - everyByte) &^ del)
		if odd &= topBits; odd == 0 {
			i += 8
			continue
		}
		i += bits.TrailingZeros64(odd) / 8
		if b[i] != '\t' {
			return i
		}
		i++
	}
	for i < len(b) && classes[b[i]]&classValue != 0 {
		i++
	}
	return i
}

// equalFold reports whether b is s, apart from the case of ASCII letters.
func equalFold(b []byte, s string) bool {
	if len(b) != len(s) {
		return false
	}
	for i := range len(b) {
		if x, y := b[i], s[i]; x != y && lower(x) != lower(y) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c | 0x20
	}
	return c
}

// trim takes the spaces and tabs off both ends.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for n := len(b); n > 0 && (b[n-1] == ' ' || b[n-1] == '\t'); n-- {
		b = b[:n-1]
	}
	return b
}

func isDigit(c byte) bool { return c-'0' <= 9 }

// unhex returns the value of a hexadecimal digit, which c must be.
func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return (c | 0x20 - 'a') + 10
}

// cutByte splits b at the first sep; rest is nil when there is none.
func cutByte(b []byte, sep byte) (first, rest []byte) {
	for i, c := range b {
		if c == sep {
			return b[:i], b[i+1:]
		}
	}
	return b, nil
}
