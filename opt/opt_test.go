package opt

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/ir"
)

var update = flag.Bool("update", false, "rewrite what the passes' tests expect")

// A test file has cases, each of them
//
//	== what the case is about
//	-- before --
//	func …
//	-- after --
//	func …
//
// with the function as the pass gets it and as it leaves it.
type testCase struct{ name, before, after string }

func cases(t *testing.T, text string) []testCase {
	t.Helper()
	var all []testCase
	for _, part := range strings.Split("\n"+text, "\n== ")[1:] {
		name, rest, _ := strings.Cut(part, "\n")
		head, after, ok := strings.Cut(rest, "-- after --\n")
		_, before, ok2 := strings.Cut(head, "-- before --\n")
		if !ok || !ok2 {
			t.Fatalf("case %q lacks a section", name)
		}
		all = append(all, testCase{name, before, strings.TrimRight(after, "\n") + "\n"})
	}
	return all
}

// Every pass does what its file shows, keeps functions well formed, says rightly
// whether it changed anything, and has nothing left to do the second time.
func TestPasses(t *testing.T) {
	for _, p := range Passes {
		t.Run(p.Name, func(t *testing.T) {
			file := filepath.Join("testdata", p.Name+".txt")
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			list := cases(t, string(text))
			if len(list) == 0 {
				t.Fatal("no cases")
			}
			for i, c := range list {
				funcs, err := ir.Parse(c.before)
				if err != nil || len(funcs) != 1 && p.All == nil {
					t.Fatalf("%s: %v", c.name, err)
				}
				run, whole := p.All, ir.VerifyProgram
				if run == nil {
					run = func(all []*ir.Func) bool { return p.Run(all[0]) }
					whole = func([]*ir.Func) error { return nil } // what it calls isn't shown
				}
				verify := func() error {
					for _, f := range funcs {
						if err := ir.Verify(f); err != nil {
							return fmt.Errorf("%s: %w\n%s", f.Name, err, f)
						}
					}
					return whole(funcs)
				}
				text := func() string {
					var all []string
					for _, f := range funcs {
						all = append(all, f.String())
					}
					return strings.Join(all, "")
				}
				if err := verify(); err != nil {
					t.Fatalf("%s: before: %v", c.name, err)
				}
				before := text()
				changed := run(funcs)
				if err := verify(); err != nil {
					t.Errorf("%s: after: %v", c.name, err)
				}
				got := text()
				if changed != (got != before) {
					t.Errorf("%s: says that it changed something: %v", c.name, changed)
				}
				if got != c.after && !*update {
					t.Errorf("%s: gives\n%s\nnot\n%s", c.name, got, c.after)
				}
				list[i].after = got
				if run(funcs) || text() != got {
					t.Errorf("%s: the second time it gives\n%s\nafter\n%s", c.name, text(), got)
				}
			}
			if *update {
				var w strings.Builder
				for _, c := range list {
					w.WriteString("== " + c.name + "\n-- before --\n" + c.before + "-- after --\n" + c.after + "\n")
				}
				if err := os.WriteFile(file, []byte(strings.TrimRight(w.String(), "\n")+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// The reasons for the order hold, and every pass says what it is for.
func TestOrder(t *testing.T) {
	at := map[string]int{}
	for i, p := range Passes {
		if p.Name == "" || p.Does == "" || p.Why == "" || (p.Run == nil) == (p.All == nil) {
			t.Errorf("pass %d (%q) lacks a word", i, p.Name)
		}
		if _, twice := at[p.Name]; twice {
			t.Errorf("pass %q stands twice", p.Name)
		}
		at[p.Name] = i
		if p.All != nil && i > 0 && Passes[i-1].All == nil {
			t.Errorf("%s, over the whole program, stands behind one over a function", p.Name)
		}
	}
	for _, b := range Before {
		first, ok1 := at[b.First]
		then, ok2 := at[b.Then]
		switch {
		case !ok1 || !ok2:
			t.Errorf("%s before %s: no such pass", b.First, b.Then)
		case first >= then:
			t.Errorf("%s must stand before %s: %s", b.First, b.Then, b.Why)
		case b.Why == "":
			t.Errorf("%s before %s: no reason", b.First, b.Then)
		}
	}
}

// A pass that breaks a function is named, with the function.
func TestRunNamesWhatBroke(t *testing.T) {
	funcs, err := ir.Parse("func 0 \"f\" {\nb0(v0 any):\n\tv1 = not v0\n\treturn v1\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	saved := Passes
	defer func() { Passes = saved }()
	Passes = []Pass{{Name: "breaker", Run: func(f *ir.Func) bool { f.Blocks[0].Instrs = nil; return true }}}
	defer func() {
		if m, ok := recover().(string); !ok || !strings.Contains(m, "breaker broke f: ") {
			t.Errorf("panic %q", m)
		}
	}()
	Run(funcs, Options{Verify: true})
}

// Only the chosen passes run.
func TestOnly(t *testing.T) {
	funcs, err := ir.Parse("func 0 \"f\" {\nb0():\n\tv0 = const 1\n\tv1 = const 2\n\tv2 = add v0, v1\n\treturn v2\n}\n")
	if err != nil {
		t.Fatal(err)
	}
	Run(funcs, Options{Only: func(name string) bool { return name == "sccp" }})
	if s := funcs[0].String(); !strings.Contains(s, "v2 = const 3") || !strings.Contains(s, "v0 = const 1") {
		t.Errorf("folded and nothing else:\n%s", s)
	}
}
