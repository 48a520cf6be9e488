package transfer

import (
	"context"
	"regexp"
	"strings"
	"sync"

	"etamil/internal/db"
)

// table is a table of the source.
type table struct {
	name    string
	columns []column
	key     []string // the primary key
	unique  [][]string
	indexes []index
	foreign []foreign
	rows    int64
	there   bool // in the target, without rows
}

type column struct {
	name, declared, value string // value: its DEFAULT, "" for none
	notNull               bool
	identity              bool // it is the number of the row
	kind                  string
}

type index struct {
	name    string
	columns []string
	unique  bool
}

type foreign struct {
	table    string
	from, to []string
	update   string
	delete   string
}

// readSchema reads the tables of a SQLite database. Of what is left behind it tells note.
func readSchema(ctx context.Context, c db.Conn, note func(tamil, english string)) ([]*table, error) {
	t, err := ask(ctx, c, "SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name")
	if err != nil {
		return nil, err
	}
	var tables []*table
	for _, r := range rowsOf(t) {
		kind, name, sql := r.text(0), r.text(1), strings.ToUpper(r.text(2))
		switch {
		case kind == "table" && strings.HasPrefix(sql, "CREATE VIRTUAL"):
			note("'"+name+"' ஒரு மெய்நிகர் அட்டவணை: நகலாகாது", "'"+name+"' is a virtual table: not copied")
		case kind == "table":
			x := &table{name: name}
			if err := x.read(ctx, c, note); err != nil {
				return nil, err
			}
			if strings.Contains(sql, "CHECK") {
				note("'"+name+"' இன் CHECK நிபந்தனைகள் நகலாகா", "the CHECK constraints of '"+name+"' are not copied")
			}
			tables = append(tables, x)
		case kind == "view" || kind == "trigger":
			note("'"+name+"' ("+kind+") நகலாகாது", "the "+kind+" '"+name+"' is not copied")
		}
	}
	return ordered(tables), nil
}

// read asks SQLite for everything about one table.
func (x *table) read(ctx context.Context, c db.Conn, note func(tamil, english string)) error {
	t, err := ask(ctx, c, "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?)", x.name)
	if err != nil {
		return err
	}
	keys := map[int64]string{}
	for _, r := range rowsOf(t) {
		if hidden := r.number(5); hidden > 1 {
			note("'"+x.name+"."+r.text(0)+"' கணிக்கப்படும் நெடுவரிசை: அதன் மதிப்புகள் மட்டுமே நகலாகும்", "'"+x.name+"."+r.text(0)+"' is a generated column: only its values are copied")
		}
		x.columns = append(x.columns, column{name: r.text(0), declared: r.text(1), notNull: r.number(2) != 0 || r.number(4) > 0, value: r.text(3)})
		if n := r.number(4); n > 0 {
			keys[n] = r.text(0)
		}
	}
	for n := int64(1); keys[n] != ""; n++ {
		x.key = append(x.key, keys[n])
	}
	for i := range x.columns {
		col := &x.columns[i]
		col.identity = len(x.key) == 1 && x.key[0] == col.name && strings.EqualFold(col.declared, "INTEGER")
		if col.value != "" && !plainDefault().MatchString(col.value) {
			note("'"+x.name+"."+col.name+"' இன் DEFAULT நகலாகாது: "+col.value, "the DEFAULT of '"+x.name+"."+col.name+"' is not copied: "+col.value)
			col.value = ""
		}
	}
	if err := x.readIndexes(ctx, c, note); err != nil {
		return err
	}
	if err := x.readForeign(ctx, c); err != nil {
		return err
	}
	n, err := ask(ctx, c, "SELECT count(*) FROM "+db.SQLite.Name(x.name))
	if err != nil {
		return err
	}
	x.rows = rowsOf(n)[0].number(0)
	for i := range x.columns {
		if err := x.columns[i].choose(ctx, c, x.name); err != nil {
			return err
		}
	}
	return nil
}

// plainDefault is a DEFAULT that means the same in both databases.
var plainDefault = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)^('([^']|'')*'|[-+]?[0-9]+(\.[0-9]+)?|NULL|TRUE|FALSE|CURRENT_TIMESTAMP|CURRENT_DATE|CURRENT_TIME)$`)
})

func (x *table) readIndexes(ctx context.Context, c db.Conn, note func(tamil, english string)) error {
	t, err := ask(ctx, c, "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?)", x.name)
	if err != nil {
		return err
	}
	for _, r := range rowsOf(t) {
		i := index{name: r.text(0), unique: r.number(1) != 0}
		parts, err := ask(ctx, c, "SELECT name FROM pragma_index_info(?)", i.name)
		if err != nil {
			return err
		}
		whole := r.number(3) == 0
		for _, p := range rowsOf(parts) {
			whole = whole && !p.null(0) // NULL: an expression
			i.columns = append(i.columns, p.text(0))
		}
		switch origin := r.text(2); {
		case origin == "pk":
		case origin == "u":
			x.unique = append(x.unique, i.columns)
		case !whole:
			note("'"+i.name+"' என்ற குறியீடு நகலாகாது", "the index '"+i.name+"' is not copied: it is of an expression or of some rows")
		default:
			x.indexes = append(x.indexes, i)
		}
	}
	return nil
}

func (x *table) readForeign(ctx context.Context, c db.Conn) error {
	t, err := ask(ctx, c, "SELECT id, \"table\", \"from\", \"to\", on_update, on_delete FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq", x.name)
	if err != nil {
		return err
	}
	last := int64(-1)
	for _, r := range rowsOf(t) {
		if id := r.number(0); id != last {
			x.foreign = append(x.foreign, foreign{table: r.text(1), update: r.text(4), delete: r.text(5)})
			last = id
		}
		f := &x.foreign[len(x.foreign)-1]
		f.from = append(f.from, r.text(2))
		if !r.null(3) {
			f.to = append(f.to, r.text(3))
		}
	}
	return nil
}

// ordered puts a table behind those that it refers to, as far as they don't refer to each other.
func ordered(tables []*table) []*table {
	byName := map[string]*table{}
	for _, x := range tables {
		byName[strings.ToLower(x.name)] = x
	}
	var list []*table
	seen := map[*table]bool{}
	var visit func(x *table)
	visit = func(x *table) {
		if x == nil || seen[x] {
			return
		}
		seen[x] = true
		for _, f := range x.foreign {
			visit(byName[strings.ToLower(f.table)])
		}
		list = append(list, x)
	}
	for _, x := range tables {
		visit(x)
	}
	return list
}
