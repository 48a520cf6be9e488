package check

import (
	"cmp"
	"slices"
	"strings"

	"etamil/internal/builtin"
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// SQL is a statement for a database that stands in the program's text as it is.
type SQL struct {
	Text string
	At   source.Span
	// Params are the parameters; Count is how many there are, -1 if that isn't known. With Named they are
	// a record's, and Names are its keys.
	Params []SQLParam
	Count  int
	Named  bool
	Names  []string
	// Elsewhere: it may be for another database than the default one.
	Elsewhere bool
}

// SQLParam is a parameter, with what its literal says.
type SQLParam struct {
	At   source.Span
	Kind ParamKind
	Text string // of ParamText
}

// ParamKind is the kind of a literal.
type ParamKind uint8

// The kinds of literals.
const (
	ParamComputed ParamKind = iota // no literal
	ParamWhole
	ParamFraction
	ParamText
	ParamBool
)

// paramOf looks at a parameter.
func paramOf(x syntax.Expr) SQLParam {
	p := SQLParam{At: x.Span()}
	switch x := x.(type) {
	case *syntax.Number:
		p.Kind = ParamFraction
		if _, whole := x.Value.Int64(); whole {
			p.Kind = ParamWhole
		}
	case *syntax.String:
		p.Kind, p.Text = ParamText, x.Value
	case *syntax.Bool:
		p.Kind = ParamBool
	}
	return p
}

// SQLOf lists the SQL of a program in the order of its text, and warns of what only one kind of database takes.
func SQLOf(p *Program) ([]SQL, []*diag.Message) {
	c := findSQL(p)
	return c.list, c.warnings()
}

func findSQL(p *Program) *sqlFinder {
	c := &sqlFinder{p: p}
	files := []*syntax.File{p.Entry}
	for _, f := range p.Imports {
		if f != nil && !slices.Contains(files, f) {
			files = append(files, f)
		}
	}
	for _, f := range files {
		for _, s := range f.Body {
			walk(s, p.Late, c.visit)
		}
	}
	for i := range c.list {
		s := &c.list[i]
		s.Elsewhere = s.Elsewhere && c.pools
	}
	slices.SortFunc(c.list, func(a, b SQL) int {
		return cmp.Compare(a.At.Start, b.At.Start)
	})
	return c
}

// sqlFinder goes over a program.
type sqlFinder struct {
	p     *Program
	list  []SQL
	pools bool     // it makes pools
	texts []string // that stand in it: one may name a driver
}

func (c *sqlFinder) visit(n any) bool {
	switch n := n.(type) {
	case *syntax.DBOp:
		switch n.Op {
		case syntax.DBQuery, syntax.DBExecute:
			c.add(n.SQL, n.Params, n.Handle != nil)
		case syntax.DBConnect:
			c.texts = append(c.texts, n.Driver)
		}
	case *syntax.String:
		c.texts = append(c.texts, n.Value)
	case *syntax.Filled:
		c.makesPool(n.Name)
	case *syntax.Call:
		c.call(n)
	}
	return true
}

// named are the drivers that the program says it is for.
func (c *sqlFinder) named() map[string]bool {
	named := map[string]bool{}
	for _, text := range c.texts {
		scheme, _, _ := strings.Cut(strings.ToLower(text), "://")
		for _, d := range sqlDrivers {
			for _, w := range d.words {
				if w == scheme || w == text {
					named[d.name] = true
				}
			}
		}
	}
	return named
}

func (c *sqlFinder) makesPool(id *syntax.Ident) {
	if u := c.p.Uses[id]; u != nil && u.Builtin != nil && u.Builtin.ID == "pool_create" {
		c.pools = true
	}
}

func (c *sqlFinder) call(n *syntax.Call) {
	param := func(i int) syntax.Expr {
		if i < len(n.Args) {
			return n.Args[i]
		}
		return nil
	}
	switch f := n.Fun.(type) {
	case *syntax.Ident:
		c.makesPool(f)
		u := c.p.Uses[f]
		if u == nil || u.Builtin == nil || u.Local != nil || u.Global != nil || u.Func != nil {
			return
		}
		switch u.Builtin.ID {
		case "tryQuery", "tryExecute":
			c.add(param(0), param(1), false)
		case "query_async":
			if _, ok := param(0).(*syntax.String); ok || len(n.Args) < 2 {
				c.add(param(0), param(1), false)
			} else {
				c.add(param(1), param(2), true)
			}
		}
	case *syntax.Field:
		m := databaseMember(f.Key.Text)
		if m == nil {
			return
		}
		sql, ok := param(0).(*syntax.String)
		own := isDefault(c.p, f.X)
		if !ok || !own && !looksLikeSQL(sql.Value) {
			return
		}
		params := param(1)
		if m.ID == "stream" && len(n.Args) == 2 {
			params = nil
		}
		c.add(sql, params, !own)
	}
}

// databaseMember is the member of databases of that name that takes SQL, or nil.
func databaseMember(name string) *builtin.Member {
	if m := builtin.HandleOf("database").Member(name); m != nil {
		switch m.ID {
		case "query_async", "one", "execute", "stream":
			return m
		}
	}
	return nil
}

// isDefault reports that x is the default database.
func isDefault(p *Program, x syntax.Expr) bool {
	id, ok := x.(*syntax.Ident)
	if !ok {
		return false
	}
	u := p.Uses[id]
	return u != nil && u.Local == nil && u.Global == nil && u.Builtin != nil && u.Builtin.Result == "database"
}

// looksLikeSQL reports that text begins as SQL does: x.query(…) may be anybody's.
func looksLikeSQL(text string) bool {
	list := strings.Fields(text)
	if len(list) < 2 {
		return false
	}
	switch strings.ToUpper(list[0]) {
	case "SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "CREATE", "ALTER", "DROP", "VALUES", "REPLACE", "MERGE":
		return true
	}
	return false
}

// add notes SQL, if it is a literal, with what is known of its parameters.
func (c *sqlFinder) add(x, params syntax.Expr, elsewhere bool) {
	text, ok := x.(*syntax.String)
	if !ok {
		return
	}
	s := SQL{Text: text.Value, At: text.Span(), Elsewhere: elsewhere}
	switch p := params.(type) {
	case nil:
	case *syntax.List:
		for _, e := range p.Items {
			if e.Spread {
				s.Count = -1
				break
			}
			s.Params = append(s.Params, paramOf(e.X))
			s.Count++
		}
	case *syntax.Record:
		s.Named = true
		for _, e := range p.Entries {
			if e.Spread {
				s.Count = -1
				break
			}
			s.Names = append(s.Names, e.Key.Text)
			s.Params = append(s.Params, paramOf(e.X))
			s.Count++
		}
	default:
		s.Count = -1
	}
	c.list = append(c.list, s)
}

// sqlDrivers are the databases, with the words that name them in a program, and what stands only in their SQL: words in
// capitals, with signs as words of their own.
var sqlDrivers = []struct {
	name  string
	words []string
	only  []string
}{
	{"PostgreSQL", []string{"postgres", "postgresql", "போச்குரசீகுல்", "pOckuracIkul", "_PostgreSQL"},
		[]string{":: ", "ILIKE", "DISTINCT ON", "SERIAL", "BIGSERIAL", "JSONB", "BYTEA", "TIMESTAMPTZ", "GENERATE_SERIES (", "SIMILAR TO", "= ANY (", "ARRAY [", "PG_SLEEP (", "PG_NOTIFY (", "UNNEST ("}},
	{"MySQL", []string{"mysql", "mariadb", "மைசீகுல்", "mYcIkul", "_MySQL"},
		[]string{"ON DUPLICATE KEY", "AUTO_INCREMENT", "INSERT IGNORE", "STRAIGHT_JOIN", "UNIX_TIMESTAMP (", "SEPARATOR", "DATE_FORMAT (", "LAST_INSERT_ID ("}},
	{"SQLite", []string{"sqlite", "சீகுலைட்", "cIkulYt", "_SQLite", "கவி_மொழி", "kavi_mozi", "_SQL", ":memory:"},
		[]string{"AUTOINCREMENT", "INSERT OR", "PRAGMA", "STRFTIME (", "JULIANDAY (", "GLOB", "SQLITE_SCHEMA", "SQLITE_MASTER", "WITHOUT ROWID", "LAST_INSERT_ROWID (", "TYPEOF (", "RANDOMBLOB ("}},
}

// warnings are of SQL that only one database takes, in a program that nowhere says which it is for.
func (c *sqlFinder) warnings() (list []*diag.Message) {
	if len(c.list) == 0 {
		return nil
	}
	named := c.named()
	for _, s := range c.list {
		words := sqlWords(s.Text)
	drivers:
		for _, d := range sqlDrivers {
			if named[d.name] {
				continue
			}
			for _, only := range d.only {
				if strings.Contains(words, " "+only+" ") || strings.HasSuffix(only, " ") && strings.Contains(words, " "+only) {
					list = append(list, diag.New(diag.WarnSQLDriver, s.At, strings.TrimRight(only, " ("), d.name))
					break drivers
				}
			}
		}
	}
	return list
}

// sqlWords is SQL in capitals, with one space around each word and sign, and without texts, names in
// quotes and comments.
func sqlWords(sql string) string {
	var b strings.Builder
	b.WriteByte(' ')
	word := func(c byte) bool {
		return c == '_' || c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
	}
	for i := 0; i < len(sql); {
		c := sql[i]
		switch {
		case c <= ' ':
			i++
		case strings.HasPrefix(sql[i:], "--"), strings.HasPrefix(sql[i:], "/*"):
			end := "\n"
			if c == '/' {
				end = "*/"
			}
			n := strings.Index(sql[i+2:], end)
			if n < 0 {
				return b.String()
			}
			i += 2 + n + len(end)
		case c == '\'' || c == '"' || c == '`':
			n := strings.IndexByte(sql[i+1:], c)
			if n < 0 {
				return b.String()
			}
			b.WriteString("'' ")
			i += n + 2
		case strings.HasPrefix(sql[i:], "::"):
			b.WriteString(":: ")
			i += 2
		case word(c):
			start := i
			for i < len(sql) && word(sql[i]) {
				i++
			}
			b.WriteString(strings.ToUpper(sql[start:i]) + " ")
		default:
			b.WriteString(string(c) + " ")
			i++
		}
	}
	return b.String()
}
