package config

import "strings"

// lines finds the line on which each key and section of a TOML text first stands, by
// path. The text has been read by a parser, so what is left to do is to tell keys from
// values; a path that is missing costs a message its line number, nothing else.
func lines(text string) map[string]int {
	s := &lineScanner{text: strings.TrimPrefix(text, "\ufeff"), line: 1, found: map[string]int{}}
	for s.pos < len(s.text) {
		s.statement()
	}
	return s.found
}

type lineScanner struct {
	text    string
	pos     int
	line    int
	section string // path of the table that we are in, with a dot; "" at the top
	found   map[string]int
}

// peek is the byte that is next; 0 at the end.
func (s *lineScanner) peek() byte {
	if s.pos < len(s.text) {
		return s.text[s.pos]
	}
	return 0
}

func (s *lineScanner) has(prefix string) bool { return strings.HasPrefix(s.text[s.pos:], prefix) }

func (s *lineScanner) next() {
	if s.peek() == '\n' {
		s.line++
	}
	s.pos++
}

// blank passes spaces, and comments and line ends too if lines is set.
func (s *lineScanner) blank(lines bool) {
	for {
		switch c := s.peek(); {
		case c == ' ' || c == '\t' || c == '\r' || lines && c == '\n':
			s.next()
		case lines && c == '#':
			s.rest()
		default:
			return
		}
	}
}

// rest passes what is left of the line.
func (s *lineScanner) rest() {
	for s.pos < len(s.text) && s.peek() != '\n' {
		s.pos++
	}
}

// statement passes a header, or a key with its value.
func (s *lineScanner) statement() {
	s.blank(true)
	if s.peek() == '[' {
		for s.peek() == '[' {
			s.next()
		}
		s.section = ""
		s.section = s.key() + "."
		s.rest()
		return
	}
	if s.pos < len(s.text) {
		s.pair(s.section)
		s.rest()
	}
}

// pair passes "key = value" in the table of that path.
func (s *lineScanner) pair(table string) {
	outer := s.section
	s.section = table
	path := s.key()
	if s.peek() == '=' {
		s.next()
		s.value(path + ".")
	}
	s.section = outer
}

// key passes a key with its dots and notes where it and what it is in stand.
func (s *lineScanner) key() string {
	path := s.section
	for {
		s.blank(false)
		switch q := s.peek(); q {
		case '"', '\'':
			path += s.quotedText()
		default:
			from := s.pos
			for s.pos < len(s.text) && !strings.ContainsRune(" \t\r\n.=[]{}#,", rune(s.peek())) {
				s.pos++
			}
			path += s.text[from:s.pos]
		}
		if s.found[path] == 0 {
			s.found[path] = s.line
		}
		s.blank(false)
		if s.peek() != '.' {
			return path
		}
		s.next()
		path += "."
	}
}

// quotedText passes a text in quotes and returns what is between them.
func (s *lineScanner) quotedText() string {
	q := s.text[s.pos : s.pos+1]
	if s.has(q + q + q) {
		q = q + q + q
	}
	s.pos += len(q)
	from := s.pos
	for s.pos < len(s.text) && !s.has(q) {
		if q[0] == '"' && s.peek() == '\\' {
			s.next()
		}
		s.next()
	}
	to := min(s.pos, len(s.text))
	s.pos = min(s.pos+len(q), len(s.text))
	for len(q) == 3 && s.peek() == q[0] { // quotes that belong to the text
		s.pos++
	}
	return s.text[from:to]
}

// value passes a value; path is that of the keys in it.
func (s *lineScanner) value(path string) {
	s.blank(false)
	switch s.peek() {
	case '"', '\'':
		s.quotedText()
	case '[':
		s.inside(']', func() { s.value(path) })
	case '{':
		s.inside('}', func() { s.pair(path) })
	default:
		for s.pos < len(s.text) && !strings.ContainsRune("\n,]}#", rune(s.peek())) {
			s.pos++
		}
	}
}

// inside passes what stands in brackets, one each after the other.
func (s *lineScanner) inside(end byte, each func()) {
	s.next()
	for {
		s.blank(true)
		before := s.pos
		switch s.peek() {
		case end:
			s.next()
			return
		case ',':
			s.next()
		default:
			each()
		}
		if s.pos == before {
			return
		}
	}
}
