package nulakam

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/source/load"
)

// notYet are files that older programs import and that need what the language has no
// builtins for: an HTTP client.
var notYet = []string{"nUlakam/cawkili/fabric.qmz"}

// TestNames holds the library to the names and parameters that existing programs use.
func TestNames(t *testing.T) {
	have := map[string]string{}
	for _, m := range modules(t) {
		for _, f := range m.functions {
			have[m.path+" "+f.name] = strings.Join(f.params, ", ")
		}
	}
	b, err := os.ReadFile(filepath.Join("testdata", "names.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := 0
	for line := range strings.Lines(string(b)) {
		row := strings.Split(strings.TrimSuffix(line, "\n"), "\t")
		if row[0] == "path" || slices.Contains(notYet, row[0]) {
			continue
		}
		rows++
		params, ok := have[row[0]+" "+row[1]]
		switch {
		case !ok:
			t.Errorf("%s has no %s", row[0], row[1])
		case params != row[2]:
			t.Errorf("%s: %s(%s), want (%s)", row[0], row[1], params, row[2])
		}
	}
	if rows < 200 {
		t.Errorf("only %d names: the table is cut", rows)
	}
}

// TestCompiles: no file gives a message, alone or opened by a program.
func TestCompiles(t *testing.T) {
	finder := load.NewFinder("", "", Files())
	for _, p := range paths(t) {
		entry := load.File{Name: "a.qmz", Key: filepath.Join(t.TempDir(), "a.qmz"), Text: `இறக்கு "` + p + `";` + "\nஅச்சு 1;\n"}
		r, err := compile.Program(entry, finder, compile.Options{Verify: true})
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Messages) > 0 {
			var shown strings.Builder
			if err := (&diag.Renderer{Set: r.Set}).All(&shown, r.Messages); err != nil {
				t.Fatal(err)
			}
			t.Errorf("%s\n%s", p, shown.String())
		}
	}
}

// TestApart: two files can be opened together, save those that older programs know by the
// same name; and what a file keeps to itself has a name of its own, so that copies of the
// library on disk, which are spliced into the program, work as well.
func TestApart(t *testing.T) {
	before := map[string]string{"உள்ளதா": ""} // of AvaNam.qmz and aNi.qmz
	for _, p := range paths(t) {
		for line := range strings.Lines(text(t, p)) {
			name, _, ok := declared(line)
			if !ok {
				continue
			}
			if other, twice := before[name]; twice && other != "" {
				t.Errorf("%s is defined in %s and %s", name, other, p)
			} else if !twice {
				before[name] = p
			}
		}
	}
}
