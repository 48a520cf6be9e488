package syntax

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"etamil/internal/diag"
)

// string reads "…". The escapes are \n \t \r \" \\; any other pair stays as it
// is written, which existing programs rely on for Windows paths.
func (l *lexer) string() {
	start := l.pos
	l.pos++
	from := l.pos    // what is not yet in value
	var value []byte // what differs from the file's own bytes so far
	changed := false
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == '"':
			end := l.pos
			l.pos++
			if !changed {
				l.add(KindString, start, l.pos, -1)
				return
			}
			l.add(KindString, start, l.pos, l.keep(string(append(value, l.text[from:end]...))))
			return
		case c == '\\':
			if e, ok := escapes[l.at(1)]; ok {
				value = append(append(value, l.text[from:l.pos]...), e)
				changed = true
				l.pos += 2
				from = l.pos
				continue
			}
			l.pos++
		case c == '\r':
			value = append(value, l.text[from:l.pos]...)
			changed = true
			l.carriageReturn()
			from = l.pos
		default:
			l.plain()
		}
	}
	l.fail(diag.LexString, start, len(l.text), quote(l.text[start:]))
	l.add(KindString, start, l.pos, l.keep(string(append(value, l.text[from:]...))))
}

var escapes = map[byte]byte{'n': '\n', 't': '\t', 'r': '\r', '"': '"', '\\': '\\'}

// fText reads the text of an f-string from l.pos up to a hole or the end.
func (l *lexer) fText() {
	start := l.pos
	var b strings.Builder
	flush := func() {
		if l.pos > start {
			l.add(KindFText, start, l.pos, l.keep(b.String()))
		}
	}
	for l.pos < len(l.text) {
		switch c := l.text[l.pos]; {
		case c == '"':
			flush()
			l.closeBracket(KindFEnd, KindFStart)
			return
		case c == '{' && l.at(1) == '{':
			b.WriteByte('{')
			l.pos += 2
		case c == '{':
			flush()
			l.openBracket(KindHole, 1)
			return
		case c == '}':
			if l.at(1) == '}' {
				l.pos++
			} else {
				l.fail(diag.LexBrace, l.pos, l.pos+1)
			}
			b.WriteByte('}')
			l.pos++
		case c == '\\':
			l.fEscape(&b)
		case c == '\r':
			l.carriageReturn()
		default:
			from := l.pos
			l.plain()
			b.WriteString(l.text[from:l.pos])
		}
	}
	flush()
}

// fEscape reads one \ of an f-string.
func (l *lexer) fEscape(b *strings.Builder) {
	start := l.pos
	c := l.at(1)
	if e, ok := escapes[c]; ok {
		b.WriteByte(e)
		l.pos += 2
		return
	}
	switch c {
	case '{', '}':
		b.WriteByte(c)
		l.pos += 2
		return
	case 'u':
		if l.at(2) == '{' {
			end := l.pos + 3
			for end < len(l.text) && isHex(l.text[end]) {
				end++
			}
			digits := l.text[l.pos+3 : end]
			if end < len(l.text) && l.text[end] == '}' {
				l.pos = end + 1
				n, err := strconv.ParseUint(digits, 16, 32)
				if err != nil || n > utf8.MaxRune || n >= 0xd800 && n < 0xe000 {
					l.fail(diag.LexEscape, start, l.pos, quote(l.text[start:l.pos]))
					return
				}
				b.WriteRune(rune(n))
				return
			}
		}
	}
	l.pos++
	if l.pos < len(l.text) && l.text[l.pos] != '\r' && l.text[l.pos] != '\n' {
		l.plain()
	}
	l.fail(diag.LexEscape, start, l.pos, quote(l.text[start:l.pos]))
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

// spec reads : and the format behind it, up to the } of the hole.
func (l *lexer) spec() {
	start := l.pos
	l.pos++
	from := l.pos
	depth := 0 // of braces that should not be there
	for l.pos < len(l.text) {
		c := l.text[l.pos]
		if c == '}' {
			if depth == 0 {
				break
			}
			depth--
		}
		if c == '{' {
			depth++
		}
		if c == '{' || c == '"' {
			l.fail(diag.LexSpec, l.pos, l.pos+1, quote(string(rune(c))))
		}
		l.plain()
	}
	l.add(KindSpec, start, l.pos, l.keep(strings.ReplaceAll(l.text[from:l.pos], "\r\n", "\n")))
}
