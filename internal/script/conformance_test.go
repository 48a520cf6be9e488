package script_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/diag"
	"etamil/internal/script/scripttest"
)

// TestConformance runs the programs of testdata/conformance. Each begins with the
// sentences of the specification that it proves, and says in comments, in the order
// in which it happens, what comes of it:
//
//	// => text         a line that it prints
//	// error N001 3:5  a message of the compiler, with its line and column; it does not run
//	// warning W001 3:5
//	// fails R001 division_by_zero 3:5   the error that ends the run: row ("-" for one
//	//                 of the program's own), code and place
//	// status 3        the exit status, where it is not 0, or 1 after an error
//	// input text      a line for உள்ளிடு
//
// A program that is called main.qmz may import the other files below its directory, which
// are no tests; an error in one of them is named file:line:column. Programs run in an
// empty directory, compiled with the optimizer and without.
func TestConformance(t *testing.T) {
	root, err := filepath.Abs("../../testdata/conformance")
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	err = filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(path) != ".qmz" {
			return err
		}
		if imported(path, root) {
			return nil
		}
		name, _ := filepath.Rel(root, path)
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		ran++
		t.Run(filepath.ToSlash(name), func(t *testing.T) { conforms(t, path, string(text)) })
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if ran == 0 {
		t.Error("no programs")
	}
}

// imported reports whether a file belongs to a program called main.qmz.
func imported(path, root string) bool {
	for dir := filepath.Dir(path); dir != root; dir = filepath.Dir(dir) {
		main := filepath.Join(dir, "main.qmz")
		if _, err := os.Stat(main); err == nil {
			return main != path
		}
	}
	return false
}

func conforms(t *testing.T, path, text string) {
	if !strings.Contains(text, ".md ") && !strings.Contains(text, ".tsv ") {
		t.Error("the program quotes no sentence of the specification")
	}
	want := expected(text)
	for _, off := range []bool{false, true} {
		t.Chdir(t.TempDir())
		got := scripttest.Run(t, text, scripttest.Options{Name: path, NoOpt: off, Input: want.input, Env: map[string]string{"NAME": "value", "EMPTY": ""}})
		if s := observed(got, path); s != want.text {
			t.Errorf("optimizer off: %v\n--- got\n%s--- want\n%s--- said\n%s", off, s, want.text, got.Said())
		}
	}
}

// expectation is what the comments of a program say of it.
type expectation struct {
	text  string // as observed writes it
	input string
}

func expected(text string) (e expectation) {
	var out, said, end strings.Builder
	status := ""
	for line := range strings.Lines(text) {
		_, note, ok := strings.Cut(strings.TrimRight(line, "\r\n"), "// ")
		if !ok {
			continue
		}
		word, rest, _ := strings.Cut(note, " ")
		switch word {
		case "=>":
			out.WriteString(rest + "\n")
		case "error", "warning":
			said.WriteString(note + "\n")
		case "fails":
			end.WriteString(note + "\n")
			status = "1"
		case "status":
			status = rest
		case "input":
			e.input += rest + "\n"
		}
	}
	if status != "" && !strings.Contains(said.String(), "error") {
		end.WriteString("status " + status + "\n")
	}
	e.text = said.String() + out.String() + end.String()
	return e
}

func observed(got scripttest.Outcome, program string) string {
	var b strings.Builder
	for _, m := range got.Messages {
		word := "error"
		if m.Severity() == diag.Warning {
			word = "warning"
		}
		p := got.Set.Place(m.Span.Start)
		fmt.Fprintf(&b, "%s %s %s%d:%d\n", word, m.Code, placeIn(p.File, program), p.Line, p.Column)
	}
	if !got.Ran {
		return b.String()
	}
	b.WriteString(got.Out)
	if e := got.Err; e != nil {
		row := string(e.Diag)
		if row == "" {
			row = "-"
		}
		fmt.Fprintf(&b, "fails %s %s %s%d:%d\n", row, e.Code, placeIn(e.Place.File, program), e.Place.Line, e.Place.Column)
	}
	if got.Status != 0 {
		fmt.Fprintf(&b, "status %d\n", got.Status)
	}
	return b.String()
}

// placeIn is how a message names the file it is about: not at all for the program itself.
func placeIn(name, program string) string {
	if name == program {
		return ""
	}
	rel, err := filepath.Rel(filepath.Dir(program), name)
	if err != nil {
		rel = name
	}
	return filepath.ToSlash(rel) + ":"
}
