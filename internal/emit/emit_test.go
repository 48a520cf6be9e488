package emit_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/code"
	"etamil/internal/compile"
	"etamil/internal/source/load"
)

var update = flag.Bool("update", false, "rewrite what the tests expect")

// compiled compiles a program with everything checked that can be. Its functions stay as
// they are written: nothing is put where it is called.
func compiled(t *testing.T, text string) *code.Program {
	t.Helper()
	entry, err := load.Stdin(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	r, err := compile.Program(entry, load.NewFinder("", "", nil), compile.Options{
		Lenient: true, Verify: true, Passes: func(name string) bool { return name != "inline" },
	})
	if err != nil {
		t.Fatal(err)
	}
	if r.Code == nil {
		t.Fatal(r.Messages[0].Both())
	}
	return r.Code
}

// listing is the instructions of a program's own functions, without what the
// prelude adds.
func listing(t *testing.T, text string) string {
	t.Helper()
	p := compiled(t, text)
	own := *p
	for i, f := range p.Funcs {
		if i > 0 && (strings.Contains(f.Name, "_") || len(f.Code) == 0) {
			own.Funcs = p.Funcs[:i]
			break
		}
	}
	var w bytes.Buffer
	code.Disassemble(&w, &own)
	rest := w.String()
	if strings.HasPrefix(rest, "builtins") { // those of the prelude too
		_, rest, _ = strings.Cut(rest, "\n")
	}
	return rest
}

// testdata/*.txt hold cases: "== name", a program, "-->" and its instructions.
func TestListings(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		for _, part := range strings.Split("\n"+string(b), "\n== ")[1:] {
			name, rest, _ := strings.Cut(part, "\n")
			program, want, _ := strings.Cut(rest, "-->")
			got := strings.TrimSpace(listing(t, program))
			if got != strings.TrimSpace(want) && !*update {
				t.Errorf("%s: %s gives\n%s\nnot\n%s", file, name, got, want)
			}
			out.WriteString("== " + name + "\n" + program + "-->\n" + got + "\n\n")
		}
		if *update {
			if err := os.WriteFile(file, []byte(strings.TrimRight(out.String(), "\n")+"\n"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// count is how often an instruction stands in the functions of a program.
func count(t *testing.T, text string, ops ...code.Op) int {
	t.Helper()
	n := 0
	p := compiled(t, text)
	for _, f := range p.Funcs {
		if strings.Contains(f.Name, "_") {
			continue // the prelude's
		}
		for _, in := range f.Code {
			for _, op := range ops {
				if in.Op() == op {
					n++
				}
			}
		}
	}
	return n
}

// Where a value has one owner it is neither marked nor copied; where it gets a
// second one it is marked, once.
func TestMarks(t *testing.T) {
	for _, c := range []struct {
		name, text string
		marks      int
	}{
		{"a list that grows", `செயல் f(n) { l = []; ஒவ்வொரு i இல் வீச்சு(1, n) { l = இணை(l, i); } திரும்பு l; } அச்சு f(3);`, 0},
		{"a global list that grows", `l = []; செயல் f() { திரும்பு நீளம்(l); } ஒவ்வொரு i இல் வீச்சு(1, 3) { l = இணை(l, i); } அச்சு f();`, 0},
		{"a record changed deep inside", `செயல் f(n) { r = {a: [{b: 1}]}; ஒவ்வொரு i இல் வீச்சு(1, n) { r.a[0].b = i; } திரும்பு r; } அச்சு f(3);`, 0},
		{"a global record changed deep inside", `r = {a: [{b: 1}]}; செயல் f() { திரும்பு r.a; } ஒவ்வொரு i இல் வீச்சு(1, 3) { r.a[0].b = i; } அச்சு நீளம்(f());`, 1},
		{"a list handed on to be read", `செயல் g(l) { திரும்பு l[0]; } செயல் f() { l = [1]; x = g(l) + g(l); l[0] = x; திரும்பு l; } அச்சு f();`, 1},
		{"a copy", `செயல் f() { a = [1]; b = a; b[0] = 2; திரும்பு [a, b]; } அச்சு f();`, 1},
		{"an item kept", `செயல் f(l) { x = l[0]; திரும்பு [x]; } அச்சு f([[1]]);`, 1},
		{"text that grows", `செயல் f(n) { s = ""; ஒவ்வொரு i இல் வீச்சு(1, n) { s = s & i; } திரும்பு s; } அச்சு f(3);`, 0},
		{"a list returned at once", `செயல் f() { l = [1]; l = இணை(l, 2); திரும்பு l; } அச்சு f();`, 0},
		{"a slot changed in place", `செயல் f() { முயல் { l = []; l = இணை(l, 1); l[0] = 2; } பிழை(e) { } திரும்பு நீளம்(l); } அச்சு f();`, 1}, // the caught error's
	} {
		if n := count(t, c.text, code.OpShare, code.OpCopy); n != c.marks {
			t.Errorf("%s: %d marks, not %d\n%s", c.name, n, c.marks, listing(t, c.text))
		}
	}
}

// A function of more than 32,767 instructions jumps further than a conditional
// jump reaches.
func TestFarJumps(t *testing.T) {
	var w strings.Builder
	w.WriteString("செயல் f(x) {\n s = 0;\n (x > 0) சுற்று {\n x = x - 1;\n (x == 5) எனில் { நிறுத்து; }\n")
	for i := range 12_000 {
		fmt.Fprintf(&w, "s = s * 3 + x - %d;\n", i)
	}
	w.WriteString("}\n திரும்பு s;\n}\nஅச்சு f(3);\n")
	p := compiled(t, w.String())
	f := p.Funcs[1]
	if len(f.Code) < 1<<15 {
		t.Fatalf("only %d instructions", len(f.Code))
	}
	far := 0
	for _, in := range f.Code {
		if off, ok := in.Jump(); ok && !code.Fits(off) {
			far++
			if code.Table[in.Op()].C == 'j' {
				t.Errorf("%s jumps %d", in.Op(), off)
			}
		}
	}
	if far < 2 {
		t.Errorf("%d far jumps", far)
	}
}
