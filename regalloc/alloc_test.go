package regalloc

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"etamil/internal/ir"
)

var update = flag.Bool("update", false, "rewrite what the tests expect")

func parse(t testing.TB, text string) *ir.Func {
	t.Helper()
	funcs, err := ir.Parse(text)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return funcs[0]
}

// testdata/*.txt hold functions and, behind a line "-->", the registers they get.
func TestAllocate(t *testing.T) {
	files, err := filepath.Glob(filepath.Join("testdata", "*.txt"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no test data: %v", err)
	}
	for _, name := range files {
		t.Run(filepath.Base(name), func(t *testing.T) {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			in, want, _ := strings.Cut(string(b), "-->\n")
			f := parse(t, in)
			if err := ir.Verify(f); err != nil {
				t.Fatal(err)
			}
			SplitEdges(f)
			a := Allocate(f)
			if err := Check(f, a); err != nil {
				t.Error(err)
			}
			got := a.String(f)
			if *update {
				if err := os.WriteFile(name, []byte(in+"-->\n"+got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if got != want {
				t.Errorf("registers\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// random writes a function of n blocks. Values are used where they are
// certainly defined: the block's own, its parameters, or those of the entry. With
// a handler the entry is a try, and errors of some blocks go to the last one.
func random(r *rand.Rand, n int, handler bool) string {
	var w strings.Builder
	w.WriteString("func 0 \"f\" slots=2 {\n")
	next := 3
	params := make([]int, n) // how many parameters a block has
	for i := range params {
		params[i] = r.IntN(4)
	}
	params[0] = 3
	if handler {
		params[1] = 0
	}
	before := []int{0, 1, 2} // values of the entry: they are defined everywhere
	for b := range n {
		fmt.Fprintf(&w, "b%d(", b)
		known := append([]int(nil), before...)
		for i := range params[b] {
			v := i
			if b > 0 {
				v = next
				next++
			}
			if i > 0 {
				w.WriteString(", ")
			}
			fmt.Fprintf(&w, "v%d any", v)
			known = append(known, v)
		}
		w.WriteString("):")
		if handler && b > 0 && r.IntN(3) > 0 {
			fmt.Fprintf(&w, " handler=b%d", n)
		}
		w.WriteString("\n")
		use := func() int { return known[r.IntN(len(known))] }
		def := func(format string, args ...any) {
			fmt.Fprintf(&w, "\tv%d = %s\n", next, fmt.Sprintf(format, args...))
			known = append(known, next)
			if b == 0 {
				before = append(before, next)
			}
			next++
		}
		for range r.IntN(8) {
			switch r.IntN(12) {
			case 0:
				def("const %d", r.IntN(5))
			case 1:
				def("call #0 v%d, v%d, v%d", use(), use(), use())
			case 2:
				def("list v%d, v%d", use(), use())
			case 3:
				def("append v%d, v%d", use(), use())
			case 4:
				def("setindex v%d, v%d, v%d", use(), use(), use())
			case 5:
				def("builtin \"isOk\" v%d", use())
			case 6:
				fmt.Fprintf(&w, "\tslotset #%d v%d\n", r.IntN(2), use())
			case 7:
				def("slotget #%d", r.IntN(2))
			case 8:
				def("callvalue v%d, v%d", use(), use())
			case 9:
				def("concat v%d, v%d, v%d", use(), use(), use())
			default:
				def("%s v%d, v%d", []string{"add", "sub", "lt", "eq", "getindex"}[r.IntN(5)], use(), use())
			}
		}
		edge := func() string {
			to := 1 + r.IntN(n-1)
			var args []string
			for range params[to] {
				args = append(args, fmt.Sprintf("v%d", use()))
			}
			if len(args) == 0 {
				return fmt.Sprintf("b%d", to)
			}
			return fmt.Sprintf("b%d(%s)", to, strings.Join(args, ", "))
		}
		kind := r.IntN(5)
		if handler && b == 0 {
			fmt.Fprintf(&w, "\ttry b1 catch b%d\n", n)
			continue
		}
		switch kind {
		case 0:
			fmt.Fprintf(&w, "\treturn v%d\n", use())
		case 1, 2:
			fmt.Fprintf(&w, "\tjump %s\n", edge())
		default:
			fmt.Fprintf(&w, "\tif v%d %s else %s\n", use(), edge(), edge())
		}
	}
	if handler {
		fmt.Fprintf(&w, "b%d(v%d any):\n", n, next)
		fmt.Fprintf(&w, "\tv%d = list v%d, v%d, v%d\n", next+1, next, before[r.IntN(len(before))], before[r.IntN(len(before))])
		fmt.Fprintf(&w, "\treturn v%d\n", next+1)
	}
	w.WriteString("}\n")
	return w.String()
}

// Whatever the function, the registers that it gets pass the proof.
func TestAllocateAtRandom(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for range 400 {
		text := random(r, 2+r.IntN(12), r.IntN(2) == 0)
		f := parse(t, text)
		if err := ir.Verify(f); err != nil {
			t.Fatalf("the test's own function: %v\n%s", err, text)
		}
		SplitEdges(f)
		a := Allocate(f)
		if err := Check(f, a); err != nil {
			t.Fatalf("%v\n%s\n%s", err, text, a.String(f))
		}
	}
}

// The proof finds a register changed at random: two values that are alive at
// once, of which one is read after the other was written, can't share one.
func TestCheckRefuses(t *testing.T) {
	const text = `func 0 "f" {
b0(v0 any, v1 any):
	v2 = add v0, v1
	jump b1(v2, v0)
b1(v3 any, v4 any):
	v5 = sub v3, v1
	v6 = call #0 v5, v4
	v7 = lt v6, v3
	if v7 b1(v5, v6) else b2
b2():
	v8 = list v3, v1, v6
	return v8
}
`
	make := func() (*ir.Func, *Assignment, map[int]*ir.Value) {
		f := parse(t, text)
		SplitEdges(f)
		a := Allocate(f)
		byID := map[int]*ir.Value{}
		for _, b := range f.Blocks {
			for _, v := range b.Params {
				byID[v.ID] = v
			}
			for _, v := range b.Instrs {
				byID[v.ID] = v
			}
		}
		return f, a, byID
	}
	f, a, _ := make()
	if err := Check(f, a); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		damage func(a *Assignment, v map[int]*ir.Value)
		want   string
	}{
		{"an argument elsewhere", func(a *Assignment, v map[int]*ir.Value) { a.reg[0] = 5 }, "argument 0 of f is in R5"},
		{"a result over what is needed later", func(a *Assignment, v map[int]*ir.Value) { a.reg[5] = a.reg[1] }, "v1 should be in"},
		{"a window over what is needed later", func(a *Assignment, v map[int]*ir.Value) { a.base[6] = 0 }, "should be in R"},
		{"two parameters in one register", func(a *Assignment, v map[int]*ir.Value) { a.reg[4] = a.reg[3] }, "should be in"},
		{"a list's window over its operand's home", func(a *Assignment, v map[int]*ir.Value) { a.reg[6] = a.reg[3] }, "should be in"},
	} {
		f, a, v := make()
		c.damage(a, v)
		if err := Check(f, a); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, not %q", c.name, err, c.want)
		}
	}
}

// An error may leave from anywhere inside a try: what its handler reads must
// stay where it is in all of it.
func TestCheckHandlers(t *testing.T) {
	const text = `func 0 "f" {
b0(v0 any):
	v1 = add v0, v0
	try b1 catch b2
b1(): handler=b2
	v2 = add v0, v0
	v3 = call #0 v2
	return v3
b2(v4 any):
	return v1
}
`
	f := parse(t, text)
	SplitEdges(f)
	a := Allocate(f)
	if err := Check(f, a); err != nil {
		t.Fatal(err)
	}
	a.reg[2] = a.reg[1] // dead on the way that b1 takes, needed by its handler
	if err := Check(f, a); err == nil || !strings.Contains(err.Error(), "v1 should be in") {
		t.Errorf("%v", err)
	}
}

// huge is one function with as many variables that live all through it, and
// that many branches.
func huge(vars, branches int) string {
	var w strings.Builder
	w.WriteString("func 0 \"f\" {\nb0(v0 any):\n")
	next := 1
	for range vars {
		fmt.Fprintf(&w, "\tv%d = add v0, v0\n", next)
		next++
	}
	b := 0
	for i := range branches {
		fmt.Fprintf(&w, "\tif v%d b%d else b%d\n", 1+i%vars, b+1, b+2)
		fmt.Fprintf(&w, "b%d():\n\tv%d = add v%d, v0\n\tv%d = call #0 v%d\n\tjump b%d\n", b+1, next, 1+i*7%vars, next+1, next, b+2)
		fmt.Fprintf(&w, "b%d():\n\tv%d = add v%d, v0\n", b+2, next+2, 1+i*3%vars)
		next += 3
		b += 2
	}
	fmt.Fprintf(&w, "\tv%d = add v1, v0\n", next)
	for i := 2; i <= vars; i++ {
		fmt.Fprintf(&w, "\tv%d = add v%d, v%d\n", next+i-1, next+i-2, i)
	}
	fmt.Fprintf(&w, "\treturn v%d\n}\n", next+vars-1)
	return w.String()
}

// The work grows with the function, not with the product of its parts.
func BenchmarkAllocateHuge(b *testing.B) {
	for _, c := range []struct{ vars, branches int }{{200, 500}, {2000, 500}, {2000, 5000}} {
		b.Run(fmt.Sprintf("%d variables, %d branches", c.vars, c.branches), func(b *testing.B) {
			f := parse(b, huge(c.vars, c.branches))
			SplitEdges(f)
			for b.Loop() {
				Allocate(f)
			}
		})
	}
}
