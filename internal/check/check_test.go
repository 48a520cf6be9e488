package check

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/syntax"
)

// mapLoader is files by name.
type mapLoader map[string]string

func (m mapLoader) Find(_, path string) (load.File, error) {
	text, ok := m[path]
	if !ok {
		return load.File{}, &load.Error{Path: path, Problem: load.Missing}
	}
	if !utf8.ValidString(text) {
		return load.File{}, &load.Error{Path: path, Problem: load.NotUTF8}
	}
	return load.File{Name: path, Key: path, Text: text}, nil
}

// checkText checks a program that must parse.
func checkText(t testing.TB, text string, files mapLoader, lenient bool) (*Program, []*diag.Message) {
	t.Helper()
	set := source.NewSet()
	file, msgs := syntax.Parse(set.Add("main.qmz", text))
	if diag.HasErrors(msgs) {
		t.Fatalf("doesn't parse: %s\n%s", show(set, msgs), text)
	}
	return Check(file, files, Options{Set: set, Key: "main.qmz", Lenient: lenient})
}

// show writes messages as file:line:column code args [-> suggestion], one a line.
func show(set *source.Set, msgs []*diag.Message) string {
	var b strings.Builder
	for _, m := range msgs {
		p := set.Place(m.Span.Start)
		file := ""
		if p.File != "main.qmz" {
			file = p.File + ":"
		}
		fmt.Fprintf(&b, "%s%d:%d %s", file, p.Line, p.Column, m.Code)
		if m.Severity() == diag.Warning {
			b.WriteString(" warning")
		}
		if m.Suggestion != "" {
			b.WriteString(" -> " + m.Suggestion)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// TestRows checks that the wrong program of each row gives exactly its code, and
// the right one nothing.
func TestRows(t *testing.T) {
	n := 0
	for _, row := range diag.Table() {
		if row.Kind != diag.Type || row.Wrong == "" {
			continue
		}
		n++
		beside := mapLoader{}
		for _, f := range row.Beside {
			beside[f.Name] = f.Text
		}
		p, msgs := checkText(t, row.Wrong, beside, false)
		if len(msgs) != 1 || msgs[0].Code != row.Code {
			t.Errorf("%s, wrong program: got\n%s", row.Code, show(p.Set, msgs))
		}
		if p, msgs := checkText(t, row.Right, beside, false); len(msgs) != 0 {
			t.Errorf("%s, right program: got\n%s", row.Code, show(p.Set, msgs))
		}
	}
	if n < 20 {
		t.Errorf("only %d rows", n)
	}
}
