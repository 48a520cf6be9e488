package http1

import "bytes"

// AppendPath appends the path a router should see to dst: percent escapes
// decoded once, then dot segments resolved (RFC 3986, 5.2.4), so that an
// escaped dot or slash can't climb past a check. raw is [Request.Path].
//
//	/a/./b/../c   ->  /a/c
//	/a/%2e%2e/b   ->  /b
//	/../../etc    ->  /etc
//	/a%252Fb      ->  /a%2Fb
//	/a//b/        ->  /a//b/
//
// The result begins with '/' unless raw is "*". It holds no NUL and no dot
// segment, but may hold any other byte, also '/', '\\' and invalid UTF-8 that
// were escaped. [ErrEscape] answers %00 and malformed escapes; [ErrTarget] a
// raw that is neither "*" nor begins with '/', or that holds a NUL.
//
// Where [IsCleanPath] says yes, the result would be raw itself.
func AppendPath(dst, raw []byte) ([]byte, error) {
	if string(raw) == "*" {
		return append(dst, raw...), nil
	}
	if len(raw) == 0 || raw[0] != '/' {
		return dst, ErrTarget
	}
	start := len(dst)
	dots := false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch c {
		case '%':
			if len(raw)-i < 3 || !escapeBegins(raw[i:]) {
				return dst[:start], ErrEscape
			}
			c = unhex(raw[i+1])<<4 | unhex(raw[i+2])
			i += 2
		case 0:
			return dst[:start], ErrTarget
		}
		dots = dots || c == '.' && dst[len(dst)-1] == '/'
		dst = append(dst, c)
	}
	if dots {
		dst = dst[:start+resolveDots(dst[start:])]
	}
	return dst, nil
}

// IsCleanPath reports whether raw has no escape and nothing that looks like a
// dot segment, so that [AppendPath] would only copy it. Most paths are.
func IsCleanPath(raw []byte) bool {
	if len(raw) == 0 || raw[0] != '/' {
		return string(raw) == "*"
	}
	before := byte(0)
	for _, c := range raw {
		if c == '%' || c == '.' && before == '/' || c == 0 {
			return false
		}
		before = c
	}
	return true
}

// resolveDots takes the dot segments out of p in place and returns how long
// it is then. p begins with '/'.
func resolveDots(p []byte) (n int) {
	for i := 0; i < len(p); {
		end := len(p)
		if k := bytes.IndexByte(p[i+1:], '/'); k >= 0 {
			end = i + 1 + k
		}
		switch segment := p[i:end]; string(segment) {
		case "/.":
		case "/..":
			n = max(0, bytes.LastIndexByte(p[:n], '/'))
		default:
			n += copy(p[n:], segment)
			i = end
			continue
		}
		if i = end; i == len(p) {
			p[n] = '/' // a directory stays one
			n++
		}
	}
	return n
}
