package diag_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/diag"
	"etamil/internal/script/scripttest"
)

// TestRowsAreTrue holds every row's programs to it. The wrong one gives its code and no
// other: when it is checked, or, for a row of the machine, when it is run. The right one
// gives nothing at all. The rows of the lexer and the parser are held in internal/syntax
// too, where their messages can be seen alone.
func TestRowsAreTrue(t *testing.T) {
	tried := 0
	for _, row := range diag.Table() {
		if row.Wrong == "" {
			continue
		}
		tried++
		t.Run(string(row.Code), func(t *testing.T) {
			t.Chdir(t.TempDir())
			if err := os.WriteFile("நூல்.qmz", nil, 0o666); err != nil { // what P015 imports
				t.Fatal(err)
			}
			for _, f := range row.Beside {
				if err := os.WriteFile(f.Name, []byte(f.Text), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if row.Kind == diag.Run {
				wrongWhenRun(t, row)
			} else {
				wrongWhenChecked(t, row)
			}
			// A program that serves is only checked: nobody is there to ask it.
			got := scripttest.Run(t, row.Right, scripttest.Options{Strict: true})
			if !got.Ran || len(got.Messages) > 0 || got.Err != nil && got.Err.Diag != diag.RunUnsupported {
				t.Errorf("the right program gives\n%s", got.Said())
			}
		})
	}
	if tried < 100 {
		t.Errorf("only %d rows have programs", tried)
	}
}

func wrongWhenChecked(t *testing.T, row diag.Row) {
	got := scripttest.Run(t, row.Wrong, scripttest.Options{Strict: true})
	found := false
	for _, m := range got.Messages {
		found = found || m.Code == row.Code
		if m.Code != row.Code && row.Code != diag.LexTooManyMistakes { // the others are what is too many
			t.Errorf("the wrong program gives %s too: %s", m.Code, m.Both())
		}
	}
	if !found {
		t.Errorf("the wrong program gives not %s but\n%s", row.Code, got.Said())
	}
	if got.Ran != (row.Severity == diag.Warning) {
		t.Errorf("the wrong program ran: %v", got.Ran)
	}
}

func wrongWhenRun(t *testing.T, row diag.Row) {
	for _, noOpt := range []bool{false, true} {
		got := scripttest.Run(t, row.Wrong, scripttest.Options{NoOpt: noOpt})
		if !got.Ran || got.Code() != row.Code {
			t.Errorf("optimiser off %v: the wrong program gives %q: %s", noOpt, got.Code(), got.Said())
		}
	}
}

var update = flag.Bool("update", false, "write the documentation anew")

func TestFilesAreFresh(t *testing.T) {
	for name, want := range diag.Files() {
		path := filepath.Join("..", "..", filepath.FromSlash(name))
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is out of date: go test ./internal/diag -update", name)
		}
	}
}

// TestExplainShowsWhatCannotBeSeen: a page must not do to the terminal what it warns of.
func TestExplainShowsWhatCannotBeSeen(t *testing.T) {
	for code, want := range map[diag.Code]string{
		diag.LexBidi: "a⟨U+202E⟩b", diag.LexUTF8: "\"⟨FF⟩\"", diag.LexReturn: "1;⟨U+000D⟩அச்சு", diag.LexInvisible: "அச்சு⟨U+00A0⟩1",
	} {
		if page, _ := diag.Explain(code); !strings.Contains(page, want) {
			t.Errorf("%s does not show %s:\n%s", code, want, page)
		}
	}
}
