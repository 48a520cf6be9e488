package db

import (
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Dialect is how a database quotes.
type Dialect struct {
	Dollars    bool // $tag$ … $tag$ quotes, and $1 is a parameter: PostgreSQL
	Escapes    bool // backslashes escape in every '…': MySQL
	Backquotes bool // `name`
	Hashes     bool // # begins a comment
	Nested     bool // /* */ nest
	Ends       bool // what a trigger does ends with END: SQLite
}

// What drivers need of each dialect.
var (
	PostgreSQL = Dialect{Dollars: true, Nested: true}
	MySQL      = Dialect{Escapes: true, Backquotes: true, Hashes: true}
	SQLite     = Dialect{Backquotes: true, Ends: true}
)

// quoted is the length of what begins at s and is to be passed over: a comment, a text or a
// name in quotes. 0: nothing of the kind. before is the character in front of s.
func (d *Dialect) quoted(s string, before byte) int {
	switch c := s[0]; {
	case c == '\'':
		return d.text(s, d.Escapes || d.Dollars && before|0x20 == 'e')
	case c == '"':
		return d.text(s, d.Escapes)
	case c == '`' && d.Backquotes:
		return d.text(s, false)
	case c == '#' && d.Hashes, strings.HasPrefix(s, "--"):
		if i := strings.IndexByte(s, '\n'); i >= 0 {
			return i + 1
		}
		return len(s)
	case strings.HasPrefix(s, "/*"):
		return d.comment(s)
	case c == '$' && d.Dollars && !isWord(before):
		return dollars(s)
	}
	return 0
}

// text is the length of a text with its quotes; the quote itself stands doubled in it.
func (d *Dialect) text(s string, escapes bool) int {
	for i := 1; i < len(s); i++ {
		switch {
		case escapes && s[i] == '\\':
			i++
		case s[i] == s[0]:
			if i+1 == len(s) || s[i+1] != s[0] {
				return i + 1
			}
			i++
		}
	}
	return len(s)
}

func (d *Dialect) comment(s string) int {
	depth := 0
	for i := 0; i+1 < len(s); i++ {
		switch {
		case s[i] == '/' && s[i+1] == '*' && (depth == 0 || d.Nested):
			depth++
			i++
		case s[i] == '*' && s[i+1] == '/':
			if depth--; depth == 0 {
				return i + 2
			}
			i++
		}
	}
	return len(s)
}

// dollars is the length of a text in dollar quotes; 0 if s begins none.
func dollars(s string) int {
	i := 1
	for i < len(s) && s[i] != '$' {
		if !isWord(s[i]) || i == 1 && s[i] <= '9' {
			return 0
		}
		i++
	}
	if i == len(s) {
		return 0
	}
	tag := s[:i+1]
	if end := strings.Index(s[len(tag):], tag); end >= 0 {
		return end + 2*len(tag)
	}
	return len(s)
}

// isWord reports whether c may stand in a name; what is no ASCII may.
func isWord(c byte) bool {
	return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= utf8.RuneSelf
}

// Split cuts SQL into its statements, without the semicolons and without those that are
// empty. MySQL's bodies of procedures and triggers are one statement with what follows.
func (d *Dialect) Split(sql string) (list []string) {
	c := cutter{d: d, sql: sql}
	start := 0
	add := func(end int) {
		if s := strings.TrimSpace(sql[start:end]); !d.blank(s) {
			list = append(list, s)
		}
	}
	for i := 0; i < len(sql); {
		if n := d.quoted(sql[i:], c.before(i)); n > 0 {
			i += n
			continue
		}
		if c.ends(i) {
			add(i)
			start = i + 1
		}
		i++
	}
	add(len(sql))
	return list
}

// cutter finds the semicolons that end statements: in what a routine or a trigger does there are others.
type cutter struct {
	d     *Dialect
	sql   string
	start int  // of the statement
	semi  int  // behind the last semicolon
	body  bool // of a routine or trigger
}

// before is the character in front of i.
func (c *cutter) before(i int) byte {
	if i == 0 {
		return 0
	}
	return c.sql[i-1]
}

// ends is asked at each place outside of quotes, and reports whether a statement ends there.
func (c *cutter) ends(i int) bool {
	switch {
	case c.sql[i] != ';':
		c.body = c.body || !isWord(c.before(i)) && c.d.beginsRoutine(c.sql[c.start:i], c.sql[i:])
		return false
	case c.body && !(c.d.Ends && strings.EqualFold(strings.TrimSpace(Skip(c.sql[c.semi:i])), "END")):
		c.semi = i + 1
		return false
	}
	c.start, c.semi, c.body = i+1, i+1, false
	return true
}

// routines are what a statement makes in whose body semicolons stand.
func (d *Dialect) routines() []string {
	switch {
	case d.Hashes:
		return []string{"PROCEDURE", "FUNCTION", "TRIGGER", "EVENT"}
	case d.Ends:
		return []string{"TRIGGER"}
	}
	return nil
}

// plain are what CREATE makes without such a body; words of routines in it are names.
var plain = []string{"TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "USER", "ROLE", "SERVER", "SEQUENCE", "TABLESPACE"}

// beginsRoutine reports that s stands at the word that makes a CREATE one of a routine.
func (d *Dialect) beginsRoutine(before, s string) bool {
	for _, w := range d.routines() {
		if len(s) > len(w) && strings.EqualFold(s[:len(w)], w) && !isWord(s[len(w)]) {
			word, rest := firstWord(before)
			return word == "CREATE" && !slices.ContainsFunc(strings.Fields(strings.ToUpper(rest)), func(w string) bool { return slices.Contains(plain, w) })
		}
	}
	return false
}

// blank reports that nothing but comments stands in s.
func (d *Dialect) blank(s string) bool {
	for i := 0; i < len(s); {
		switch n := d.quoted(s[i:], 0); {
		case s[i] == '\'' || s[i] == '"' || s[i] == '`' || s[i] == '$':
			return false
		case n > 0:
			i += n
		case s[i] <= ' ':
			i++
		default:
			return false
		}
	}
	return true
}

// Prepared is SQL with the placeholders of its database, and where their values are.
type Prepared struct {
	SQL   string
	Order []int    // for each placeholder, its place in a list of parameters
	Names []string // for each placeholder, its name; nil with a list
	At    []int    // for each ?, where it stands in SQL; nil for PostgreSQL
}

// Placeholders makes of ?, $1 and, with named, :name the placeholders of the dialect: $1
// for PostgreSQL, else ?. In SQL with $1, or where a ? follows another one, a ? is an operator, of which
// PostgreSQL has some; of two the first goes.
func (d *Dialect) Placeholders(sql string, named bool) (*Prepared, error) {
	p := &Prepared{}
	var out strings.Builder
	numbered := !named && d.numbered(sql)
	place := map[string]int{} // of names, for PostgreSQL
	next, kept := 0, 0
	put := func(from, to, index int, name string) {
		out.WriteString(sql[kept:from])
		kept = to
		if d.Dollars {
			if named {
				n, ok := place[name]
				if !ok {
					n = len(p.Names)
					place[name] = n
					p.Names = append(p.Names, name)
				}
				out.WriteString("$" + strconv.Itoa(n+1))
				return
			}
			for len(p.Order) <= index {
				p.Order = append(p.Order, len(p.Order))
			}
			out.WriteString("$" + strconv.Itoa(index+1))
			return
		}
		p.At = append(p.At, out.Len())
		out.WriteByte('?')
		if named {
			p.Names = append(p.Names, name)
		} else {
			p.Order = append(p.Order, index)
		}
	}
	for i := 0; i < len(sql); {
		var before byte
		if i > 0 {
			before = sql[i-1]
		}
		if n := d.quoted(sql[i:], before); n > 0 {
			i += n
			continue
		}
		c := sql[i]
		switch {
		case c == '?' && strings.HasPrefix(sql[i:], "??"):
			out.WriteString(sql[kept : i+1])
			kept, i = i+2, i+2
			continue
		case c == '?' && !numbered:
			if named {
				return nil, ParamsError("? க்கு மதிப்புகளின் அணி தேவை", "a ? needs a list of parameters")
			}
			end := i + 1
			for end < len(sql) && sql[end] >= '0' && sql[end] <= '9' {
				end++
			}
			index := next
			if end > i+1 {
				index, _ = strconv.Atoi(sql[i+1 : end])
				index--
			} else {
				next++
			}
			if index < 0 || index > maxParameters {
				return nil, ParamsError("'"+sql[i:end]+"' க்கு மதிப்பு இல்லை", "no value for the parameter "+sql[i:end])
			}
			put(i, end, index, "")
			i = end
			continue
		case c == '$' && !named && !isWord(before):
			end := i + 1
			for end < len(sql) && sql[end] >= '0' && sql[end] <= '9' {
				end++
			}
			if end == i+1 {
				break
			}
			index, err := strconv.Atoi(sql[i+1 : end])
			if err != nil || index < 1 || index > maxParameters {
				return nil, ParamsError("'"+sql[i:end]+"' க்கு மதிப்பு இல்லை", "no value for the parameter "+sql[i:end])
			}
			put(i, end, index-1, "")
			i = end
			continue
		case (c == ':' || c == '@' || c == '$') && named && before != c && !isWord(before):
			n := nameLength(sql[i+1:])
			if n == 0 || c == '@' && i+1 < len(sql) && sql[i+1] == '@' {
				break
			}
			put(i, i+1+n, 0, sql[i+1:i+1+n])
			i += 1 + n
			continue
		case c == ':' && !named && !d.Dollars && before != ':' && nameLength(sql[i+1:]) > 0:
			name := sql[i : i+1+nameLength(sql[i+1:])]
			return nil, ParamsError("'"+name+"' க்கு மதிப்பு இல்லை; பெயர்களுக்கு ஒரு பொருளைத் தருக",
				"no value for the parameter "+name+": names need a record")
		}
		i++
	}
	out.WriteString(sql[kept:])
	p.SQL = out.String()
	return p, nil
}

// maxParameters is what the protocols of PostgreSQL and MySQL have room for.
const maxParameters = 65535

// numbered reports that sql has $1 outside of quotes.
func (d *Dialect) numbered(sql string) bool {
	for i := 0; i < len(sql); {
		var before byte
		if i > 0 {
			before = sql[i-1]
		}
		if n := d.quoted(sql[i:], before); n > 0 {
			i += n
			continue
		}
		if sql[i] == '$' && !isWord(before) && i+1 < len(sql) && sql[i+1] >= '1' && sql[i+1] <= '9' {
			return true
		}
		i++
	}
	return false
}

// nameLength is how long the name is that s begins with.
func nameLength(s string) int {
	for i, r := range s {
		if r != '_' && !unicode.IsLetter(r) && (i == 0 || !unicode.IsDigit(r) && !unicode.IsMark(r)) {
			return i
		}
	}
	return len(s)
}

// Values gives for each placeholder its place among the parameters. It is an error when
// one is left out, or a list is not just as long as the placeholders need.
func (p *Prepared) Values(q *Params) ([]int, error) {
	if q.Names != nil {
		order := make([]int, len(p.Names))
		for i, name := range p.Names {
			at, ok := q.Names[name]
			if !ok {
				return nil, ParamsError("':"+name+"' க்கு மதிப்பு இல்லை", "no value for the parameter :"+name)
			}
			order[i] = at
		}
		return order, nil
	}
	most := 0
	for _, at := range p.Order {
		most = max(most, at+1)
	}
	if most != len(q.Cells) {
		want, got := strconv.Itoa(most), strconv.Itoa(len(q.Cells))
		return nil, ParamsError("SQL இல் "+want+" மதிப்புகள் தேவை; தரப்பட்டவை "+got,
			"the SQL takes "+want+" parameters, not "+got)
	}
	return p.Order, nil
}

// Ended reports that sql ends with the semicolon of a statement, and not within quotes or the body of
// a routine or trigger: there with its END.
func (d *Dialect) Ended(sql string) bool {
	c := cutter{d: d, sql: sql}
	last, ended := byte(0), false
	for i := 0; i < len(sql); {
		if n := d.quoted(sql[i:], c.before(i)); n > 0 {
			if q := sql[i]; q == '\'' || q == '"' || q == '`' || q == '$' {
				last, ended = q, false
			}
			i += n
			continue
		}
		ends := c.ends(i)
		if sql[i] > ' ' {
			last, ended = sql[i], ends
		}
		i++
	}
	if last != ';' || ended {
		return ended
	}
	words := strings.Fields(strings.TrimRight(strings.ToUpper(sql), "; \t\r\n"))
	return d.Hashes && len(words) > 0 && words[len(words)-1] == "END"
}
