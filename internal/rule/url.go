package rule

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// isURL reports whether s is the whole address of something on the web: http or https, a
// host, and no white space (RFC 3986, in any script).
//
// net/url would read it too. But what it imports is set up late among the packages of a
// program, and a program that internal/early runs would have to wait for it.
func isURL(s string) bool {
	for _, c := range s {
		if unicode.IsSpace(c) || unicode.IsControl(c) {
			return false
		}
	}
	scheme, rest, ok := strings.Cut(s, "://")
	if !ok || !strings.EqualFold(scheme, "http") && !strings.EqualFold(scheme, "https") || !utf8.ValidString(s) {
		return false
	}
	rest, fragment, _ := strings.Cut(rest, "#")
	rest, _, _ = strings.Cut(rest, "?") // a query may have any form
	path := ""
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		rest, path = rest[:i], rest[i:]
	}
	if i := strings.LastIndexByte(rest, '@'); i >= 0 {
		if !isUser(rest[:i]) {
			return false
		}
		rest = rest[i+1:]
	}
	return isHostPort(rest) && escapesAreWhole(path) && escapesAreWhole(fragment)
}

// isHostPort reports whether s is a host, in brackets if it is an IPv6 address, with a
// port or without.
func isHostPort(s string) bool {
	if inside, ok := strings.CutPrefix(s, "["); ok {
		address, port, closed := strings.Cut(inside, "]")
		return closed && isIPv6(address) && isPort(port)
	}
	if i := strings.IndexByte(s, ':'); i >= 0 {
		if !isPort(s[i:]) {
			return false
		}
		s = s[:i]
	}
	s, ok := unescapeHost(s)
	return ok && isHost(s)
}

// isPort reports whether s is nothing, or a colon and digits, or none of these.
func isPort(s string) bool {
	return s == "" || s[0] == ':' && strings.Trim(s[1:], "0123456789") == ""
}

// isUser reports whether s may stand before the @ of an address.
func isUser(s string) bool {
	for i := range len(s) {
		if c := s[i]; !isLetterOrDigit(c) && !strings.ContainsRune("-._~!$&'()*+,;=:@%", rune(c)) {
			return false
		}
	}
	return escapesAreWhole(s)
}

func isLetterOrDigit(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'z'
}

// escapesAreWhole reports whether two hexadecimal digits follow each percent sign.
func escapesAreWhole(s string) bool {
	for i := strings.IndexByte(s, '%'); i >= 0; i = strings.IndexByte(s, '%') {
		if len(s) < i+3 || hex(s[i+1]) < 0 || hex(s[i+2]) < 0 {
			return false
		}
		s = s[i+3:]
	}
	return true
}

// unescapeHost reads the escapes in the name of a host, where only bytes beyond ASCII may
// be written so.
func unescapeHost(s string) (name string, ok bool) {
	if strings.IndexByte(s, '%') < 0 {
		return s, true
	}
	if !escapesAreWhole(s) {
		return "", false
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '%' {
			c = byte(hex(s[i+1])<<4 | hex(s[i+2]))
			if c < utf8.RuneSelf {
				return "", false
			}
			i += 2
		}
		b = append(b, c)
	}
	return string(b), utf8.Valid(b)
}

// hex is what a hexadecimal digit stands for, -1 for another character.
func hex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c|0x20 && c|0x20 <= 'f':
		return int(c|0x20-'a') + 10
	}
	return -1
}

// isIPv6 reports whether s is such an address (RFC 4291, 2.2): eight groups of hexadecimal
// digits, of which :: leaves out one or more, and the last two of which may be an IPv4
// address. A zone has no meaning on the web.
func isIPv6(s string) bool {
	const groups = 8
	before, after, short := strings.Cut(s, "::")
	if !short {
		n, ok := countGroups(before, true)
		return ok && n == groups
	}
	n, ok := 0, true
	if before != "" {
		n, ok = countGroups(before, false)
	}
	m, ok2 := 0, true
	if after != "" {
		m, ok2 = countGroups(after, true)
	}
	return ok && ok2 && n+m < groups
}

// countGroups counts the groups of a part of an IPv6 address. The last part may end with
// an IPv4 address, which counts as two.
func countGroups(s string, last bool) (n int, ok bool) {
	if i := strings.LastIndexByte(s, ':'); last && strings.IndexByte(s[i+1:], '.') >= 0 {
		if !isIPv4(s[i+1:]) {
			return 0, false
		}
		if i < 0 {
			return 2, true
		}
		s, n = s[:i], 2
	}
	for group := range strings.SplitSeq(s, ":") {
		if len(group) == 0 || len(group) > 4 {
			return 0, false
		}
		for i := range len(group) {
			if hex(group[i]) < 0 {
				return 0, false
			}
		}
		n++
	}
	return n, true
}

// isIPv4 reports whether s is four numbers up to 255, with no zero before them.
func isIPv4(s string) bool {
	n := 0
	for number := range strings.SplitSeq(s, ".") {
		if n++; number == "" || len(number) > 3 || len(number) > 1 && number[0] == '0' || strings.Trim(number, "0123456789") != "" || len(number) == 3 && number > "255" {
			return false
		}
	}
	return n == 4
}
