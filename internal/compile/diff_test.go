package compile_test

import (
	"bytes"
	"fmt"
	"hash/fnv"
	"maps"
	"math/rand/v2"
	"os"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"etamil/internal/compile"
	"etamil/internal/diag"
	"etamil/internal/source/load"
	"etamil/internal/std/core"
	"etamil/internal/value"
	"etamil/opt"
	"etamil/vm"
)

// outcome is what a program did.
type outcome struct {
	output string
	err    string // code, place and stack of the error that ended it
	budget bool   // it ran out of steps or memory: how far it came depends on the compiler
}

// execute compiles and runs a program. It says false if the program has mistakes.
func execute(t testing.TB, text string, o compile.Options) (outcome, bool) {
	t.Helper()
	f, message := read(t, text)
	if f == nil {
		return outcome{err: message}, false
	}
	return run(t, text, f, o)
}

// read parses and checks a program, once for all the ways to compile it; nil if it has mistakes, of
// which the last is told.
func read(t testing.TB, text string) (*compile.Front, string) {
	t.Helper()
	entry, err := load.Stdin(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	f, err := compile.Read(entry, load.NewFinder("", "", nil), compile.Options{Lenient: true})
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if m := f.SoFar().Messages; diag.HasErrors(m) {
		return nil, m[len(m)-1].Both()
	}
	return f, ""
}

// run compiles a program that has been read, and runs it. It says false if it is too large.
func run(t testing.TB, text string, front *compile.Front, o compile.Options) (outcome, bool) {
	t.Helper()
	o.Lenient, o.Verify = true, true
	r, err := front.Finish(o)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	if r.Code == nil {
		return outcome{err: r.Messages[len(r.Messages)-1].Both()}, false
	}
	l := vm.NewLinker()
	core.Bind(l)
	var out bytes.Buffer
	flooded := false
	l.Bind("print", 1, 1, func(f *vm.Fiber, a []value.Value) (value.Value, error) {
		out.Write(f.Heap().Writer().AppendText(out.AvailableBuffer(), &a[0]))
		out.WriteByte('\n')
		if flooded = flooded || out.Len() > 100_000; flooded {
			return value.Nil, vm.NewError("flooded", "too much output")
		}
		return value.Nil, nil
	})
	bound := map[string]bool{}
	for _, n := range l.Names() {
		bound[n] = true
	}
	for _, n := range r.Code.Builtins {
		if !bound[n] {
			l.Bind(n, 0, -1, func(*vm.Fiber, []value.Value) (value.Value, error) {
				return value.Nil, vm.NewError("unbound", n)
			})
		}
	}
	img, err := l.Link(r.Code)
	if err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	m := vm.NewMachine(img, vm.Limits{Steps: 20_000, Memory: 1 << 18, Depth: 100})
	f := m.NewFiber()
	f.StartMain()
	status, spent := f.Run(1<<30), false
	for status == vm.Spent { // what a used-up budget leaves to handlers, which may raise an error of their own
		status, spent = f.Run(1<<30), true
	}
	got := outcome{output: out.String(), budget: flooded || spent}
	if status != vm.Done {
		e := f.Err()
		got.err = fmt.Sprintf("%s %s:%d:%d %q", e.Code, e.Message, e.Place.Line, e.Place.Column, e.Stack)
		if e.Diag == diag.RunOutOfSteps || e.Diag == diag.RunOutOfMemory || e.Diag == diag.RunTooDeep {
			got.budget = true
		}
	}
	if strings.Contains(got.output, "out_of_") || strings.Contains(got.output, "too_deep") {
		got.budget = true // caught by the program
	}
	f.Release()
	return got, true
}

// subset chooses passes by the bits of a number.
func subset(bits int) func(string) bool {
	return func(name string) bool {
		for i, p := range opt.Passes {
			if p.Name == name {
				return bits>>i&1 != 0
			}
		}
		return false
	}
}

// ways are the compilers that must agree.
func ways(seed int) map[string]compile.Options {
	w := map[string]compile.Options{"off": {NoOpt: true}, "on": {}}
	for range 2 {
		seed = seed*1103515245 + 12345
		bits := seed >> 8 & (1<<len(opt.Passes) - 1)
		w[fmt.Sprintf("passes %b", bits)] = compile.Options{Passes: subset(bits)}
	}
	return w
}

// differs runs a program in every way and says where they disagree; "" if nowhere.
func differs(t testing.TB, text string) string {
	h := fnv.New32()
	h.Write([]byte(text))
	return differsIn(t, text, ways(int(h.Sum32())))
}

func differsIn(t testing.TB, text string, all map[string]compile.Options) string {
	front, _ := read(t, text)
	if front == nil {
		return ""
	}
	first, how := outcome{}, ""
	for _, name := range slices.Sorted(maps.Keys(all)) {
		got, ok := run(t, text, front, all[name])
		if !ok || got.budget {
			return ""
		}
		if how == "" {
			first, how = got, name
		} else if got != first {
			return fmt.Sprintf("%s: %q %s\n%s: %q %s", how, first.output, first.err, name, got.output, got.err)
		}
	}
	return ""
}

// complain reports a program that differs, made small.
func complain(t *testing.T, text string) {
	t.Helper()
	h := fnv.New32()
	h.Write([]byte(text))
	all := ways(int(h.Sum32()))
	small := shrink(text, func(s string) bool { return differsIn(t, s, all) != "" })
	t.Fatalf("%s\n%s", differsIn(t, small, all), small)
}

// Programs do the same however they are compiled.
func TestCompilersAgree(t *testing.T) {
	t.Parallel()
	n := 30
	if os.Getenv("ETAMIL_LONG") != "" {
		n = 30_000
	}
	eachProgram(t, 1, n, func(t *testing.T, data []byte) {
		if text := program(data, true); differs(t, text) != "" {
			complain(t, text)
		}
	})
}

// disagreed is set when a made-up program is found that isn't run as it should be: the other tests
// need look no further.
var disagreed atomic.Bool

// eachProgram makes up n programs' choices, by the seed, and has them tried on all processors.
func eachProgram(t *testing.T, seed uint64, n int, try func(t *testing.T, data []byte)) {
	if os.Getenv("ETAMIL_LONG") != "" {
		debug.SetGCPercent(400) // there is memory, and little of it lives
	}
	shards := runtime.GOMAXPROCS(0)
	for shard := range shards {
		t.Run(fmt.Sprint(shard), func(t *testing.T) {
			t.Parallel()
			defer func() {
				if t.Failed() {
					disagreed.Store(true)
				}
			}()
			for i := shard; i < n && !disagreed.Load(); i += shards {
				r := rand.New(rand.NewPCG(seed, uint64(i)))
				data := make([]byte, 200+r.IntN(1500))
				for k := range data {
					data[k] = byte(r.Uint32())
				}
				try(t, data)
			}
		})
	}
}

// misjudged runs a program optimised and by walking its tree; "" if both say the
// same, or one of them has to give up.
func misjudged(t testing.TB, text string) string {
	want, ok := evaluate(text)
	if !ok {
		return ""
	}
	got, ok := execute(t, text, compile.Options{})
	if !ok || got.budget {
		return ""
	}
	got.err, _, _ = strings.Cut(got.err, " ")
	if got == want {
		return ""
	}
	return fmt.Sprintf("the tree says %q %s\nthe machine %q %s", want.output, want.err, got.output, got.err)
}

// complainTree reports a program that isn't run as its tree says, made small.
func complainTree(t *testing.T, text string) {
	t.Helper()
	small := shrink(text, func(s string) bool { return misjudged(t, s) != "" })
	t.Fatalf("%s\n%s", misjudged(t, small), small)
}

// Programs do what their trees say.
func TestMachineDoesWhatTheTreeSays(t *testing.T) {
	t.Parallel()
	n := 40
	if os.Getenv("ETAMIL_LONG") != "" {
		n = 30_000
	}
	eachProgram(t, 2, n, func(t *testing.T, data []byte) {
		if text := program(data, false); misjudged(t, text) != "" {
			complainTree(t, text)
		}
	})
}

// FuzzProgram lets the fuzzer make the generator's choices. A run takes
// milliseconds, so -fuzzminimizetime=1x is a good idea: a program that differs
// is made smaller by shrink.
func FuzzProgram(f *testing.F) {
	r := rand.New(rand.NewPCG(3, 1))
	for range 8 {
		data := make([]byte, 600)
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if len(data) > 4096 {
			return
		}
		if text := program(data, true); differs(t, text) != "" {
			complain(t, text)
		}
		if text := program(data, false); misjudged(t, text) != "" {
			complainTree(t, text)
		}
	})
}
