package repo

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/nulakam"
	"etamil/internal/source/load"
)

// A program is an etamil block of a Markdown file. Where an output block follows it, want
// is what it prints.
type program struct {
	where    string // file:line
	text     string
	want     string
	hasWant  bool
	endsLine int // the line of its closing fence
}

// languages are the fences that may stand in our documentation. A fence with another word
// is a slip ("eTamil") that would keep its program from being tested.
var languages = []string{"", "etamil", "output", "sh", "go", "text", "json", "sql", "toml"}

// programs returns the etamil blocks of a Markdown text, and complaints about its fences.
func programs(f file) (list []program, bad []string) {
	lines := strings.Split(f.text, "\n")
	for i := 0; i < len(lines); i++ {
		word, ok := strings.CutPrefix(lines[i], "```")
		if !ok {
			continue
		}
		start := i
		for i++; i < len(lines) && lines[i] != "```"; i++ {
		}
		where := fmt.Sprintf("%s:%d", f.name, start+1)
		if i == len(lines) {
			bad = append(bad, where+": the block has no end")
			break
		}
		body := strings.Join(lines[start+1:i], "\n") + "\n"
		switch {
		case !slices.Contains(languages, word):
			bad = append(bad, where+": no block is called "+word)
		case word == "etamil":
			list = append(list, program{where: where, text: body, endsLine: i})
		case word == "output":
			last := len(list) - 1
			if last < 0 || list[last].hasWant || list[last].endsLine+2 != start {
				bad = append(bad, where+": output must follow an etamil block, one empty line between")
				continue
			}
			list[last].want, list[last].hasWant = body, true
		}
	}
	return list, bad
}

// documented returns every program of the documentation: README.md and docs/.
func documented(t *testing.T) []program {
	t.Helper()
	var all []program
	for _, f := range files(t) {
		if f.name != "README.md" && !(strings.HasPrefix(f.name, "docs/") && strings.HasSuffix(f.name, ".md")) {
			continue
		}
		list, bad := programs(f)
		for _, complaint := range bad {
			t.Error(complaint)
		}
		all = append(all, list...)
	}
	if len(all) < 10 {
		t.Fatalf("only %d programs found in the documentation: the search is broken", len(all))
	}
	return all
}

// TestProgramsCompile compiles every program in the repository: those of the
// documentation, and every .qmz file but test data, which may be wrong on purpose. There
// must be neither an error nor a warning.
func TestProgramsCompile(t *testing.T) {
	all := documented(t)
	for _, f := range files(t) {
		if strings.HasSuffix(f.name, ".qmz") && !strings.Contains("/"+f.name, "/testdata/") {
			all = append(all, program{where: f.name, text: f.text})
		}
	}
	library, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	finder := &load.Finder{Dirs: []string{library}, Lib: nulakam.Files()}
	for _, p := range all {
		file, _, _ := strings.Cut(p.where, ":")
		key := filepath.Join(library, filepath.FromSlash(file)) // its imports are looked for beside it
		result, err := compile.Program(load.File{Name: p.where, Key: key, Text: p.text}, finder, compile.Options{})
		if err != nil {
			t.Errorf("%s: %v", p.where, err)
			continue
		}
		if len(result.Messages) > 0 {
			var shown strings.Builder
			if err := (&diag.Renderer{Set: result.Set}).All(&shown, result.Messages); err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s\n%s", p.where, shown.String())
		}
		if strings.TrimSpace(p.text) == "" {
			t.Errorf("%s: an empty program", p.where)
		}
	}
}

func TestPrograms(t *testing.T) {
	list, bad := programs(file{"a.md", "# x\n```etamil\nஅச்சு 1;\n```\n\n```output\n1\n```\n```sh\nls\n```\n```etamil\nஅச்சு 2;\n```\n"})
	if len(bad) != 0 || len(list) != 2 {
		t.Fatalf("%v, %q", list, bad)
	}
	if p := list[0]; p.where != "a.md:2" || p.text != "அச்சு 1;\n" || p.want != "1\n" || !p.hasWant {
		t.Errorf("first: %+v", p)
	}
	if p := list[1]; p.where != "a.md:12" || p.hasWant {
		t.Errorf("second: %+v", p)
	}
	for _, text := range []string{
		"```eTamil\nx\n```\n", "```etamil\nx\n", "```output\nx\n```\n",
		"```etamil\nx\n```\ntext\n\n```output\nx\n```\n",
	} {
		if _, bad := programs(file{"b.md", text}); len(bad) != 1 {
			t.Errorf("%q: complaints %q, want one", text, bad)
		}
	}
}
