package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strconv"
	"strings"

	"github.com/goccy/go-json"

	idb "etamil/internal/db"
	"etamil/internal/db/sqlite"
	"etamil/internal/diag"
	"etamil/internal/std/db"
	"etamil/internal/std/logs"
)

// shell talks SQL with one connection.
type shell struct {
	*call
	conn    idb.Conn
	dialect *idb.Dialect
	kind    string
	person  bool // somebody types
}

// What the shell itself understands.
const shellHelp = `  SELECT …;          SQL, ';' இல் முடியும்; பல வரிகளாகவும் · ends with ';', may have several lines
  .tables            அட்டவணைகள் · the tables
  .columns TABLE     ஓர் அட்டவணையின் நெடுவரிசைகள் · the columns of a table
  .quit              வெளியேறு (Ctrl-D) · leave
`

// maxShell bounds an answer, in bytes.
const maxShell = 64 << 20

// dbShell is etamil db shell.
func (c *call) dbShell(source string) int {
	isNew := db.KindOf(source) == "SQLite" && sqlite.KeyOf(source) != "" && sqlite.Exists(source) != nil
	o := db.New().Options
	o.Query, o.Lanes, o.Max = 0, 0, 1
	d, kind, err := db.Open(source, o)
	if err != nil {
		return c.dbFail(err)
	}
	defer d.Close()
	if isNew { // a name that was mistyped should be seen
		fmt.Fprintf(c.Err, "etamil: %s: புதிய தரவுதளம்  (a new database)\n", source)
		if near := nearFile(source); near != "" {
			fmt.Fprintf(c.Err, "  %s ?\n", near)
		}
	}
	conn, err := d.Take(context.Background())
	if err != nil {
		return c.dbFail(err)
	}
	defer d.Give(conn)
	s := &shell{call: c, conn: conn, kind: kind, dialect: db.DialectOf(kind)}
	if f, ok := c.In.(*os.File); ok && logs.IsTerminal(f) {
		s.person = true
		fmt.Fprintf(c.Err, "%s · .help\n", kind)
	}
	return s.talk()
}

// talk reads statements until there are no more. One that fails ends it, unless somebody types.
func (s *shell) talk() int {
	next := s.lines()
	sql := ""
	for {
		if s.person {
			prompt := "etamil> "
			if sql != "" {
				prompt = "   ...> "
			}
			fmt.Fprint(s.Err, prompt)
		}
		line, err := next()
		if err == errInterrupted {
			sql = ""
			fmt.Fprintln(s.Err)
			continue
		}
		word := strings.TrimSpace(line)
		switch {
		case strings.TrimSpace(sql) == "" && strings.HasPrefix(word, "."):
			if word == ".quit" || word == ".exit" {
				return exitOK
			}
			if code := s.own(word); code != exitOK && !s.person {
				return code
			}
		default:
			sql += line
			if strings.TrimSpace(sql) != "" && (s.dialect.Ended(sql) || err != nil) {
				if code := s.runAll(sql); code != exitOK && !s.person {
					return code
				}
				sql = ""
			}
		}
		switch {
		case err == io.EOF:
			if s.person {
				fmt.Fprintln(s.Err)
			}
			return exitOK
		case err != nil:
			return s.dbFail(err)
		}
	}
}

// errInterrupted says that Ctrl-C came instead of a line.
var errInterrupted = errors.New("interrupted")

// lines returns what reads the next line. Ctrl-C gives up what somebody has typed, as it ends a
// statement that runs; what is piped in, it ends.
func (s *shell) lines() (next func() (string, error)) {
	in := bufio.NewReader(s.In)
	if !s.person {
		return func() (string, error) { return in.ReadString('\n') }
	}
	type typed struct {
		line string
		err  error
	}
	lines := make(chan typed)
	go func() {
		for err := error(nil); err == nil; {
			var line string
			line, err = in.ReadString('\n')
			lines <- typed{line, err}
		}
	}()
	return func() (string, error) {
		interrupts := make(chan os.Signal, 1)
		signal.Notify(interrupts, os.Interrupt)
		defer signal.Stop(interrupts)
		select {
		case t := <-lines:
			return t.line, t.err
		case <-interrupts:
			return "", errInterrupted
		}
	}
}

// own does what begins with a dot.
func (s *shell) own(line string) int {
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	q := &idb.Statement{MaxBytes: maxShell}
	switch {
	case word == ".help":
		fmt.Fprint(s.Err, shellHelp)
		return exitOK
	case word == ".tables" && s.kind == "SQLite":
		q.SQL = "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
	case word == ".tables" && s.kind == "PostgreSQL":
		q.SQL = "SELECT table_schema::text AS schema, table_name::text AS name FROM information_schema.tables WHERE table_schema NOT IN ('pg_catalog', 'information_schema') ORDER BY 1, 2"
	case word == ".tables":
		q.SQL = "SELECT table_name AS name FROM information_schema.tables WHERE table_schema = database() ORDER BY 1"
	case word == ".columns" && rest != "":
		q.Params.Add(idb.Cell{Kind: idb.Chars}, rest)
		switch s.kind {
		case "SQLite":
			q.SQL = "SELECT name, type, \"notnull\", dflt_value AS \"default\", pk FROM pragma_table_info(?)"
		case "PostgreSQL":
			q.SQL = "SELECT column_name::text AS name, data_type::text AS type, is_nullable::text AS nullable, column_default::text AS \"default\" FROM information_schema.columns WHERE table_name = $1 ORDER BY table_schema, ordinal_position"
		default:
			q.SQL = "SELECT column_name AS name, column_type AS type, is_nullable AS nullable, column_default AS `default` FROM information_schema.columns WHERE table_schema = database() AND table_name = ? ORDER BY ordinal_position"
		}
	default:
		fmt.Fprintf(s.Err, "etamil: '%s' என்ற கட்டளை இல்லை: .help  (there is no '%s': .help)\n", line, line)
		return exitFail
	}
	return s.run(q)
}

// runAll runs statements one after the other, each with its answer.
func (s *shell) runAll(sql string) int {
	for _, one := range s.dialect.Split(sql) {
		if code := s.run(&idb.Statement{SQL: one, MaxBytes: maxShell}); code != exitOK {
			return code
		}
	}
	return exitOK
}

// run runs one statement; Ctrl-C ends it.
func (s *shell) run(q *idb.Statement) int {
	ctx, done := signal.NotifyContext(context.Background(), os.Interrupt)
	defer done()
	var t idb.Table
	out, err := s.conn.Run(ctx, q, &t)
	switch {
	case err != nil && s.person && errors.Is(err, context.Canceled):
		fmt.Fprintln(s.Err, "etamil: நிறுத்தப்பட்டது  (interrupted)")
		return exitFail
	case err != nil:
		return s.dbFail(err)
	case len(t.Names) > 0 && s.options.json:
		return s.rowsJSON(&t)
	case len(t.Names) > 0:
		showTable(s.Out, &t)
	case out.Wrote && s.person:
		fmt.Fprintf(s.Out, "%d வரிசைகள் மாறின  (rows changed)\n", out.Changed)
	}
	return exitOK
}

// rowsJSON writes each row as a line of JSON.
func (s *shell) rowsJSON(t *idb.Table) int {
	w := bufio.NewWriter(s.Out)
	for i := range t.Len() {
		w.WriteByte('{')
		for j, name := range t.Names {
			if j > 0 {
				w.WriteByte(',')
			}
			c := &t.Cells[i*len(t.Names)+j]
			var value any
			switch c.Kind {
			case idb.Null:
			case idb.Bool:
				value = c.N != 0
			case idb.Integer, idb.Real:
				value = json.Number(cellText(t, c))
			case idb.JSON:
				value = json.RawMessage(t.TextOf(c))
			default:
				value = cellText(t, c)
			}
			key, _ := json.Marshal(name) // a text always has a form
			b, err := json.Marshal(value)
			if err != nil { // JSON of a database that isn't
				b, _ = json.Marshal(cellText(t, c))
			}
			w.Write(key)
			w.WriteByte(':')
			w.Write(b)
		}
		w.WriteString("}\n")
	}
	if err := w.Flush(); err != nil {
		return exitFail
	}
	return exitOK
}

// cellText is a value as people read it.
func cellText(t *idb.Table, c *idb.Cell) string {
	switch c.Kind {
	case idb.Null:
		return "NULL"
	case idb.Integer:
		return strconv.FormatInt(c.N, 10)
	case idb.Real:
		return strconv.FormatFloat(c.Real(), 'g', -1, 64)
	case idb.Bool:
		return strconv.FormatBool(c.N != 0)
	case idb.Blob:
		return fmt.Sprintf("x'%x'", t.TextOf(c))
	}
	return string(t.TextOf(c))
}

// shown makes one line of a text, without what would move a terminal's cursor.
var shown = strings.NewReplacer("\n", `\n`, "\r", `\r`, "\t", `\t`, "\x1b", `\e`, "\x00", `\0`)

// showTable writes rows as a table whose columns are as wide as they look: a letter of Tamil may be
// several characters, and no or two places wide.
func showTable(out io.Writer, t *idb.Table) {
	n := len(t.Names)
	cells := make([]string, 0, len(t.Cells))
	width, right := make([]int, n), make([]bool, n)
	for j, name := range t.Names {
		width[j], right[j] = diag.Width(shown.Replace(name)), true
	}
	for i := range t.Cells {
		c := &t.Cells[i]
		text := shown.Replace(cellText(t, c))
		cells = append(cells, text)
		width[i%n] = max(width[i%n], diag.Width(text))
		if c.Kind != idb.Null && c.Kind != idb.Integer && c.Kind != idb.Real && !(c.Kind == idb.Text && looksLikeNumber(text)) {
			right[i%n] = false
		}
	}
	w := bufio.NewWriter(out)
	line := func(row []string) {
		for j, text := range row {
			if j > 0 {
				w.WriteString(" │ ")
			}
			pad := strings.Repeat(" ", width[j]-diag.Width(text))
			switch {
			case right[j]:
				w.WriteString(pad + text)
			case j == n-1: // nothing stands behind it
				w.WriteString(text)
			default:
				w.WriteString(text + pad)
			}
		}
		w.WriteByte('\n')
	}
	head := make([]string, n)
	for j, name := range t.Names {
		head[j] = shown.Replace(name)
	}
	line(head)
	for j := range n {
		if j > 0 {
			w.WriteString("─┼─")
		}
		w.WriteString(strings.Repeat("─", width[j]))
	}
	w.WriteByte('\n')
	for i := 0; i < len(cells); i += n {
		line(cells[i : i+n])
	}
	fmt.Fprintf(w, "(%d)\n", t.Len())
	_ = w.Flush() // who doesn't read it doesn't want it
}

func looksLikeNumber(s string) bool {
	_, err := strconv.ParseFloat(s, 64)
	return err == nil
}
