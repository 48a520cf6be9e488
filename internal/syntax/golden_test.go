package syntax

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/diag"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestGolden reads testdata/*.golden: programs and the trees, or mistakes, they
// give. readings.golden holds every row of section 5 of the grammar.
//
//	==== remark
//	program
//	----
//	tree, then mistakes
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		entries := strings.Split("\n"+string(text), "\n==== ")
		var out strings.Builder
		out.WriteString(strings.TrimPrefix(entries[0], "\n"))
		for i, entry := range entries[1:] {
			title, rest, _ := strings.Cut(entry, "\n")
			program, want, _ := strings.Cut(rest, "\n----")
			got := outcome(program)
			if i > 0 || entries[0] != "" {
				out.WriteString("\n")
			}
			fmt.Fprintf(&out, "==== %s\n%s\n----\n%s", title, program, strings.TrimSuffix(got, "\n"))
			if strings.TrimSpace(got) != strings.TrimSpace(want) && !*update {
				t.Errorf("%s: %s\n%s\ngot\n%s\nwant\n%s", path, title, program, got, want)
			}
		}
		if *update {
			if err := os.WriteFile(path, []byte(out.String()+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// outcome is the tree of a program and its mistakes as text.
func outcome(program string) string {
	file, messages, set := parse(program)
	var b strings.Builder
	if err := Fprint(&b, file); err != nil {
		return err.Error()
	}
	for _, m := range messages {
		p := set.Place(m.Span.Start)
		fmt.Fprintf(&b, "%d:%d %s %s", p.Line, p.Column, m.Code, m.Text(diag.English))
		if m.Suggestion != "" {
			fmt.Fprintf(&b, " [%s]", m.Suggestion)
		}
		b.WriteByte('\n')
		for _, n := range m.Notes {
			p := set.Place(n.Span.Start)
			fmt.Fprintf(&b, "  %d:%d %s\n", p.Line, p.Column, n.English)
		}
	}
	return b.String()
}
