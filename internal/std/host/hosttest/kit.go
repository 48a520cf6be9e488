// Package hosttest runs builtins in a real machine, for tests: each call is a program of
// two instructions, so arity, waiting and errors are the machine's own.
package hosttest

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"etamil/internal/code"
	"etamil/internal/source"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// maxArgs is the largest number of arguments that Call can give.
const maxArgs = 6

// Kit is a machine with natives bound, a fiber to call them on, and the world they see.
type Kit struct {
	testing.TB
	*host.Host
	F       *vm.Fiber
	M       *vm.Machine
	Printed *bytes.Buffer
	Status  int // what Exit was called with; -1 before
	Environ map[string]string
	Loop    vm.Poller // where what is waited for may leave descriptors; nil: nowhere
	Now     time.Time // the clock's time; moved by sleeping
	index   map[string]int
	kept    []*value.Frozen
}

// New links what bind binds.
func New(t testing.TB, bind ...func(*vm.Linker)) *Kit {
	t.Helper()
	l := vm.NewLinker()
	for _, b := range bind {
		b(l)
	}
	k := &Kit{TB: t, Printed: &bytes.Buffer{}, Status: -1, Environ: map[string]string{}, index: map[string]int{}}
	k.Now = time.Date(2026, 1, 2, 3, 4, 5, 678_000_000, time.UTC)
	k.Host = &host.Host{
		Out:   host.NewOutput(k.Printed, true),
		In:    host.NewInput(strings.NewReader("")),
		Env:   func(name string) (string, bool) { s, ok := k.Environ[name]; return s, ok },
		Clock: clock{k},
		Exit:  func(status int) { k.Status = status },
	}
	k.Host.Started = k.Now
	p := &code.Program{Files: source.NewSet(), ByName: map[string]int{}}
	add := func(f *code.Func) {
		f.Index = len(p.Funcs)
		p.Funcs = append(p.Funcs, f)
	}
	add(&code.Func{Name: "main", Top: true, Regs: 1, Code: []code.Instr{code.Make(code.OpHalt, 0, 0, 0, 0)}})
	for _, name := range l.Names() {
		b := len(p.Builtins)
		p.Builtins = append(p.Builtins, name)
		k.index[name] = len(p.Funcs)
		for n := range maxArgs + 1 {
			add(&code.Func{Name: name, Params: n, MinArgs: n, Regs: n + 1, Code: []code.Instr{
				code.Make(code.OpCallB, n, 0, b, 0), code.Make(code.OpRet, 0, 0, 0, 0),
			}})
		}
	}
	img, err := l.Link(p)
	if err != nil {
		t.Fatal(err)
	}
	k.M = vm.NewMachine(img, vm.Limits{Memory: 16 << 20})
	k.M.Data = k.Host
	k.F = k.M.NewFiber()
	return k
}

// clock is the Kit's: whoever waits has waited at once, and the time has passed.
type clock struct{ k *Kit }

func (c clock) Now() time.Time { return c.k.Now }

func (c clock) After(d time.Duration, wake func()) func() bool {
	c.k.Now = c.k.Now.Add(d)
	wake()
	return func() bool { return false }
}

// Call calls a builtin and waits for what it waits for.
func (k *Kit) Call(id string, args ...value.Value) (value.Value, error) {
	k.Helper()
	i, ok := k.index[id]
	if !ok {
		k.Fatalf("nothing is bound to %s", id)
	}
	if !k.F.Start(value.Func(i+len(args)), args...) {
		k.Fatal(k.F.Err())
	}
	return k.finish(k.F.Run(1 << 30))
}

// Begin calls a builtin that is to wait, and answers what it waits for: the test does
// it, or not, and then goes on with F.
func (k *Kit) Begin(id string, args ...value.Value) vm.Task {
	k.Helper()
	i, ok := k.index[id]
	if !ok {
		k.Fatalf("nothing is bound to %s", id)
	}
	if !k.F.Start(value.Func(i+len(args)), args...) || k.F.Run(1<<30) != vm.Waiting {
		k.Fatalf("%s does not wait: %v", id, k.F.Err())
	}
	return k.F.Task()
}

func (k *Kit) finish(s vm.Status) (value.Value, error) {
	k.Helper()
	for {
		switch s {
		case vm.Done:
			return k.F.Result(), nil
		case vm.Failed:
			return value.Nil, k.F.Err()
		case vm.Waiting:
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
			if t, ok := k.F.Task().(vm.Polled); ok && k.Loop != nil {
				t.On(k.Loop)
				over := make(chan struct{})
				t.Start(ctx, func() { close(over) })
				if g, ok := t.(vm.Gatherer); ok && g.Of() != nil {
					g.Leave()
				}
				<-over
			} else {
				k.F.Task().Do(ctx)
			}
			cancel()
			s = k.F.Resume(1 << 30)
		default:
			k.Fatalf("the fiber is %d", s)
		}
	}
}

// Show is Call's answer as it prints; of an error its code behind "error: ".
func (k *Kit) Show(id string, args ...any) string {
	k.Helper()
	v, err := k.Call(id, k.Values(args...)...)
	if err != nil {
		e, ok := err.(*vm.Error)
		if !ok {
			k.Fatal(err)
		}
		return "error: " + e.Code
	}
	return k.Render(v)
}

// Render is v as it prints.
func (k *Kit) Render(v value.Value) string {
	return string(k.F.Heap().Writer().AppendText(nil, &v))
}

// Check is one row of a table: a builtin's ID, its arguments ([]any or nil), and what
// Show answers.
type Check [3]any

// Run holds each row.
func (k *Kit) Run(checks []Check) {
	k.Helper()
	for _, c := range checks {
		args, _ := c[1].([]any)
		if got := k.Show(c[0].(string), args...); got != c[2] {
			k.Errorf("%s%v = %s, want %s", c[0], args, got, c[2])
		}
	}
}

// Number is the text of a number, where Value is to make a number of it.
type Number string

// Value makes a value of a Go value: nil, bool, int, string, Number, []byte, []any,
// map[string]any, or a value as it is.
func (k *Kit) Value(x any) value.Value {
	k.Helper()
	h := k.F.Heap()
	switch x := x.(type) {
	case nil:
		return value.Nil
	case bool:
		return value.Bool(x)
	case int:
		return value.Int(x)
	case string:
		return h.NewText(x)
	case Number:
		v, err := h.ReadJSON(string(x), 1)
		if err != nil {
			k.Fatal(err)
		}
		return v
	case []byte:
		return h.NewBytes(x)
	case []any:
		return h.NewListOf(k.Values(x...))
	case map[string]any:
		v := h.NewRecordSize(len(x))
		for key, e := range x {
			h.SetField(&v, h.NewText(key), k.Value(e), true)
		}
		return v
	case value.Value:
		return x
	}
	k.Fatal(fmt.Sprintf("no value for a %T", x))
	return value.Nil
}

// Values makes a value of each.
func (k *Kit) Values(xs ...any) []value.Value {
	k.Helper()
	vs := make([]value.Value, len(xs))
	for i, x := range xs {
		vs[i] = k.Value(x)
	}
	return vs
}

// Keep is a value that stays good however many calls follow: any other may be moved by the
// next one.
func (k *Kit) Keep(v value.Value) value.Value {
	v, frozen := value.Freeze(v)
	k.kept = append(k.kept, frozen)
	return v
}

// Direct calls a native without the machine: nothing moves, so that the caller can look at
// what it gave afterwards. It fails the test if the native fails or waits.
func (k *Kit) Direct(run vm.Native, args ...value.Value) value.Value {
	k.Helper()
	v, err := run(k.F, args)
	if err != nil {
		k.Fatal(err)
	}
	return v
}

// Allocs is how many Go allocations one direct call of a native makes, the machine left
// out. What the arena takes is reset between calls.
func (k *Kit) Allocs(run vm.Native, args ...value.Value) float64 {
	k.Helper()
	call := func() { k.Direct(run, args...) }
	call()
	return testing.AllocsPerRun(100, call)
}
