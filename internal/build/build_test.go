package build

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/check"
	"etamil/internal/diag"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

var update = flag.Bool("update", false, "rewrite testdata")

// built is a program's functions as text.
func built(t *testing.T, text string) string {
	t.Helper()
	set := source.NewSet()
	tree, msgs := syntax.Parse(set.Add("t.qmz", text))
	p, more := check.Check(tree, nil, check.Options{Set: set, Lenient: true})
	if msgs = append(msgs, more...); diag.HasErrors(msgs) {
		t.Fatalf("%s\n%s", text, msgs[0].Both())
	}
	var w strings.Builder
	for _, fn := range p.Funcs {
		f, wants := Func(p, fn)
		if wants {
			t.Errorf("%s wants a prelude", fn.Name)
		}
		w.WriteString(f.String())
	}
	return w.String()
}

// Each file of testdata is a program and, after a line ----, the SSA that it
// becomes. A remark at the top says what is to be seen in it.
func TestGolden(t *testing.T) {
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no testdata: %v", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			text, want, _ := strings.Cut(string(b), "----\n")
			got := built(t, text)
			if *update {
				if err := os.WriteFile(name, []byte(text+"----\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("%s\ngot\n%s\nwant\n%s", text, got, want)
			}
		})
	}
}

// A chain of thousands of statements needs neither deep recursion nor quadratic
// time.
func TestLongProgram(t *testing.T) {
	var w strings.Builder
	for range 20000 {
		w.WriteString("(x) எனில் { x = x + 1; } இன்றேல் { x = 2; }\n")
	}
	if got := built(t, "x = 1;\n"+w.String()+"அச்சு x;\n"); !strings.Contains(got, "halt") {
		t.Error("the program has no end")
	}
}

// A function that means a builtin which is written in eTamil is to be built again when that is known;
// one that nothing leads to takes as many arguments as it says.
func TestWantsAndEmpty(t *testing.T) {
	set := source.NewSet()
	tree, _ := syntax.Parse(set.Add("t.qmz", "செயல் f(a, b = 1) { திரும்பு வரிசையாக்கு(a, b); }\nசெயல் g(a) { திரும்பு வரிசையாக்கு(a); }"))
	p, msgs := check.Check(tree, nil, check.Options{Set: set})
	if diag.HasErrors(msgs) {
		t.Fatal(msgs[0].Both())
	}
	p.Written = map[string]bool{"sort_2": true}
	for _, fn := range p.Funcs {
		if _, wants := Func(p, fn); wants != (fn.Name == "f") {
			t.Errorf("%q wants: %v", fn.Name, wants)
		}
		f := Empty(fn)
		if err := ir.Verify(f); err != nil || f.Params != len(fn.Params) || f.MinArgs != fn.MinArgs() || f.Index != fn.Index {
			t.Errorf("%v\n%s", err, f)
		}
	}
	p.Prelude = map[string]*check.Func{}
	for _, fn := range p.Funcs {
		if _, wants := Func(p, fn); wants {
			t.Errorf("%q wants what is there", fn.Name)
		}
	}
}
