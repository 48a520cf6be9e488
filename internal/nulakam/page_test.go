package nulakam

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/reference/nulakam.md anew")

// TestPage holds the reference page to the comments of the library. Its examples are run
// by the tests of internal/repo, as all programs of the documentation.
func TestPage(t *testing.T) {
	name := filepath.Join("..", "..", "docs", "reference", "nulakam.md")
	want := page(modules(t))
	if *update {
		if err := os.WriteFile(name, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s is out of date: go test ./internal/nulakam -update", name)
	}
}

func page(all []module) string {
	var b strings.Builder
	b.WriteString("# நூலகம் · nUlakam\n\n")
	b.WriteString("Made from the comments of internal/nulakam; `go test ./internal/nulakam -update` writes it anew.\n\n")
	b.WriteString("[../language/nulakam.md](../language/nulakam.md) says how to import these files and what wins over what.\n\n")
	b.WriteString("| file | | functions |\n|---|---|---|\n")
	for _, m := range all {
		fmt.Fprintf(&b, "| `%s` | %s · %s |", m.path, m.tamil, m.english)
		for _, f := range m.functions {
			b.WriteString(" `" + f.name + "`")
		}
		b.WriteString(" |\n")
	}
	for _, m := range all {
		fmt.Fprintf(&b, "\n## %s · %s\n\n`இறக்கு \"%s\";`\n\n%s\n", m.tamil, m.english, m.path, strings.ReplaceAll(m.about, "\n", "\n\n"))
		for _, f := range m.functions {
			fmt.Fprintf(&b, "\n### `%s(%s)`\n\n%s\n\n%s\n\n```etamil\n%s```\n\n```output\n%s```\n",
				f.name, strings.Join(f.params, ", "), f.tamil, f.english, f.program, f.output)
		}
	}
	return b.String()
}
