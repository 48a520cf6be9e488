package ir_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/compile"
	"etamil/internal/ir"
	"etamil/internal/source/load"
	"etamil/internal/vectors"
)

// programs is every program at hand: the vectors and what the benchmarks run.
func programs(t *testing.T) map[string]string {
	t.Helper()
	dir, err := vectors.Dir()
	if err != nil {
		t.Fatal(err)
	}
	list, err := vectors.Load(filepath.Join(dir, "vectors.txt"))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, v := range list {
		all["vector "+v.Name] = v.Program
	}
	files, err := filepath.Glob(filepath.Join("..", "..", "bench", "programs", "*.qmz"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no programs of the benchmarks: %v", err)
	}
	for _, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		all[filepath.Base(name)] = string(text)
	}
	return all
}

// stage is the text of a program's functions after a stage; "" if it has mistakes.
func stage(t *testing.T, text string, s compile.Stage) string {
	t.Helper()
	entry, err := load.Stdin(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	var w bytes.Buffer
	r, err := compile.Program(entry, load.NewFinder("", "", nil), compile.Options{Lenient: true, Verify: true, Show: &w, Stage: s})
	if err != nil {
		t.Fatal(err)
	}
	if r.Code == nil {
		return ""
	}
	return w.String()
}

// What String writes, Parse reads, for everything that is built and optimised.
func TestParseReadsWhatStringWrites(t *testing.T) {
	n := 0
	for name, text := range programs(t) {
		for _, s := range []compile.Stage{compile.IR, compile.Opt} {
			want := stage(t, text, s)
			if want == "" {
				continue
			}
			funcs, err := ir.Parse(want)
			if err != nil {
				t.Fatalf("%s: %v\n%s", name, err, want)
			}
			var w strings.Builder
			for _, f := range funcs {
				w.WriteString(f.String() + "\n")
				if err := ir.Verify(f); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			}
			if w.String() != want {
				t.Errorf("%s: read as\n%s\nnot\n%s", name, w.String(), want)
			}
			if err := ir.VerifyProgram(funcs); err != nil {
				t.Errorf("%s: %v", name, err)
			}
			n++
		}
	}
	if n < 400 {
		t.Errorf("only %d programs", n)
	}
}

// Every operation, kind of constant, type and end of a block has a text.
const everything = `func 2 "f\"\n" captures=1 min=1 slots=2 task open {
b7(v0 any, v1 any?):
	v2 = const 2.50
	v3 = const -79228162514264337593543950335
	v4 = const "a \"b\"\x00ௐ"
	v5 = const true
	v6 = const false
	v8 = const nil
	v9 = const undef
	v10 = const func#3
	v11 = const builtin "length"
	v12 = capture #0
	slotset #1 v9
	v13 = slotget #1
	v14 = add v0, v2 : number|undef
	v15 = builtin "print" v4
	v16 = record "a\x00b" v2, v3
	fail "index" "x"
	v17 = iter v0
	jump b1(v0, v17)
b1(v18 number|text, v19 none):
	next2 v17 b2 else b3(v18)
b2(v20 number, v21 any):
	try b4 catch b5
b4(): handler=b5
	if v20 b6 else b6
b6(): handler=b5
	throw v21
b5(v22 any):
	return v22
b3(v23 number|text|bool|nil|list|record|result|func|other|undef):
	return v23
}
`

func TestParseEverything(t *testing.T) {
	funcs, err := ir.Parse("// a comment\n\n" + everything)
	if err != nil {
		t.Fatal(err)
	}
	want := strings.Replace(everything, "number|text|bool|nil|list|record|result|func|other|undef", "any?", 1)
	if got := funcs[0].String(); got != want {
		t.Errorf("read as\n%s", got)
	}
	if f := funcs[0]; f.Params != 2 || f.MinArgs != 1 || f.Captures != 1 || f.Slots != 2 || !f.Task || !f.Open || f.Index != 2 {
		t.Errorf("head %+v", f)
	}
}

func TestParseMistakes(t *testing.T) {
	in := func(body string) string { return "func 0 \"f\" {\nb0(v0 any):\n" + body + "\n}\n" }
	for _, c := range []struct{ text, want string }{
		{"b0():", "line 1: \"func\" wanted"},
		{"func 0 \"f\" bottom {", "line 1: \"bottom\" in the head"},
		{"func 0 f {", "text in quotes wanted"},
		{"func 0 \"f\" {\nb0():\nreturn v1\n}", "line 4: v1 is used but defined nowhere"},
		{"func 0 \"f\" {\nb0():\njump b1\n}", "line 4: b1 is named but stands nowhere"},
		{"func 0 \"f\" {\n}", "line 2: a function without blocks"},
		{"func 0 \"f\" {\nb0():\nhalt\n", "line 4: function \"f\" doesn't end"},
		{in("v1 = add v0, v0"), "line 4: b0 doesn't end"},
		{in("v1 = add v0, v0\nb1():\nreturn v0"), "line 4: b0 doesn't end"},
		{in("return v0\nv1 = not v0"), "line 4: a block wanted"},
		{in("v1 = frob v0"), "no operation \"frob\""},
		{in("v1 = halt"), "no operation \"halt\""},
		{in("not v0"), "not gives a result"},
		{in("v1 = setglobal #0 \"x\" v0"), "setglobal gives no result"},
		{in("v0 = not v0"), "v0 is defined twice"},
		{in("return v0\nb0():"), "b0 stands twice"},
		{in("v1 = add v0 v0"), "\",\" wanted"},
		{in("v1 = add v0, x"), "\"v\" wanted"},
		{in("v1 = const 1e"), "no constant \"1e\""},
		{in("v1 = const \"x"), "text in quotes wanted"},
		{in("v1 = add v0, v0 : nummer"), "\"nummer\" is no kind of value"},
		{in("v1 = builtin \"nothing\""), "no builtin \"nothing\""},
		{in("if v0 b1 b2"), "\"else\" wanted"},
		{in("return v0 v0"), "is left over"},
	} {
		_, err := ir.Parse(c.text)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\ngives %v, not %q", c.text, err, c.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(everything)
	f.Add("func 0 \"f\" top {\nb0():\n\thalt\n}\n")
	f.Fuzz(func(t *testing.T, text string) {
		funcs, err := ir.Parse(text)
		if err != nil {
			return
		}
		for _, fn := range funcs {
			again, err := ir.Parse(fn.String())
			if err != nil || len(again) != 1 || again[0].String() != fn.String() {
				t.Errorf("%s\nread again: %v", fn, err)
			}
			ir.Verify(fn)
		}
	})
}
