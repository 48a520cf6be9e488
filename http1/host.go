package http1

import "bytes"

// validHost reports whether s is uri-host [":" port] (RFC 9110, 7.2). An
// empty host is valid: it says that the client's URI has none. needPort asks
// for the port and a host, as in CONNECT's target.
func validHost(s []byte, needPort bool) bool {
	host, port, hasPort := s, []byte(nil), false
	if len(s) > 0 && s[0] == '[' {
		k := bytes.IndexByte(s, ']')
		if k < 0 || !validLiteral(s[1:k]) {
			return false
		}
		host, s = s[:k+1], s[k+1:]
		if len(s) > 0 {
			if s[0] != ':' {
				return false
			}
			port, hasPort = s[1:], true
		}
	} else {
		if k := bytes.IndexByte(s, ':'); k >= 0 {
			host, port, hasPort = s[:k], s[k+1:], true
		}
		if !validName(host) {
			return false
		}
	}
	if needPort && (len(host) == 0 || len(port) == 0) {
		return false
	}
	return !hasPort || validPort(port)
}

// validName reports whether s is a reg-name, which an IPv4 address is too.
func validName(s []byte) bool {
	for i := 0; i < len(s); i++ {
		if classes[s[i]]&className != 0 {
			continue
		}
		if s[i] != '%' || len(s)-i < 3 || !escapeBegins(s[i:]) {
			return false
		}
		i += 2
	}
	return true
}

// validPort allows an empty port, as the grammar does, and up to 65535.
func validPort(s []byte) bool {
	n := 0
	for _, c := range s {
		if !isDigit(c) {
			return false
		}
		if n = n*10 + int(c-'0'); n > 65535 {
			return false
		}
	}
	return true
}

// validLiteral reports whether s is what may stand in brackets: an IPv6
// address without a zone, or IPvFuture (RFC 3986, 3.2.2).
func validLiteral(s []byte) bool {
	if len(s) > 0 && lower(s[0]) == 'v' {
		version, address := cutByte(s[1:], '.')
		if len(version) == 0 || len(address) == 0 || !classHex.all(version) {
			return false
		}
		for _, c := range address {
			if c != ':' && !className.has(c) {
				return false
			}
		}
		return true
	}
	return validIPv6(s)
}

// validIPv6 counts sixteen-bit groups: eight, or fewer with one "::".
func validIPv6(s []byte) bool {
	groups, gap := 0, false
	if len(s) > 0 && s[0] == ':' {
		if len(s) < 2 || s[1] != ':' {
			return false
		}
		gap, s = true, s[2:]
	}
	for len(s) > 0 {
		n := 0
		for n < len(s) && classHex.has(s[n]) {
			n++
		}
		if n < len(s) && s[n] == '.' {
			return validIPv4(s) && enoughGroups(groups+2, gap)
		}
		if n == 0 || n > 4 {
			return false
		}
		groups++
		if s = s[n:]; len(s) == 0 {
			break
		}
		if s[0] != ':' || len(s) == 1 {
			return false
		}
		if s = s[1:]; s[0] == ':' {
			if gap {
				return false
			}
			gap, s = true, s[1:]
		}
	}
	return enoughGroups(groups, gap)
}

// enoughGroups wants the gap to stand for at least one group.
func enoughGroups(n int, gap bool) bool {
	if gap {
		return n < 8
	}
	return n == 8
}

// validIPv4 wants four numbers up to 255 without leading zeros.
func validIPv4(s []byte) bool {
	for part := range 4 {
		n, digits := 0, 0
		for digits < len(s) && digits < 4 && isDigit(s[digits]) {
			n = n*10 + int(s[digits]-'0')
			digits++
		}
		if digits == 0 || digits > 3 || n > 255 || digits > 1 && s[0] == '0' {
			return false
		}
		s = s[digits:]
		if part < 3 {
			if len(s) == 0 || s[0] != '.' {
				return false
			}
			s = s[1:]
		}
	}
	return len(s) == 0
}
