package vm

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unsafe"

	"etamil/internal/diag"
	"etamil/internal/value"
)

const deepText = `
func "f" params=1 regs=4
  jgtk R0, 0, go
  ret R0
go:
  loadk R1, "கீழே"
  subk R2, R0, 1
  call R2, @f, 1
  addk R2, R2, 1
  jeqk R1, "கீழே", ok
  fail "mine", "a register of a caller has changed"
ok:
  ret R2
`

func TestDeepRecursion(t *testing.T) {
	cases := []struct {
		depth, limit int
		want         string
	}{
		{100, 100, "100"}, {101, 100, "! too_deep"},
		{10_000, 0, "10000"}, {10_001, 0, "! too_deep"}, {200_000, 200_000, "200000"},
	}
	if value.Invariants {
		cases = cases[:2] // a collection at every step of a deep recursion takes for ever
	}
	for _, c := range cases {
		if got := callWith(t, deepText, Limits{Depth: c.limit}, 1<<30, value.Int(c.depth)); got != c.want {
			t.Errorf("%d deep with a limit of %d: %s, want %s", c.depth, c.limit, got, c.want)
		}
	}
}

// TestLargeWindows fills the registers before the depth limit is reached.
func TestLargeWindows(t *testing.T) {
	text := "func \"f\" regs=4000\n  call R3999, @f, 0\n  ret R0\n"
	if got := call(t, text); got != "! too_deep" {
		t.Errorf("got %s", got)
	}
	if got := callWith(t, text, Limits{Memory: 1 << 20}, 1<<30); got != "! too_deep" {
		t.Errorf("with little memory: %s", got)
	}
}

// TestStackGrowth moves the registers in the middle of calls of each kind, with values in
// them that must move along.
func TestStackGrowth(t *testing.T) {
	text := `
class "go"
func "f" params=1 regs=12
  jgtk R0, 0, go
  newlist R0, R0, 0
  ret R0
go:
  loadk R1, "ஒரு உரை "
  concat R1, R1, R0
  newlist R2, R1, 1
  subk R5, R0, 1
  closure R6, R0, @viaclosure, 2
  move R7, R5
  callv R6, 1
  append R6, R1
  append R6, R2
  ret R6
func "viaclosure" params=1 regs=8 captures=2
  getc R1, 0
  closure R2, R0, @f, 0
  newrec R2, R2, C0
  move R3, R0
  callm R2, "go", x0, 1
  getc R4, 0
  jeq R4, R1, ok
  fail "mine", "a capture has changed"
ok:
  ret R2
`
	// window R0.. of the closure: captures are R0, R1 of f.
	got := callWith(t, text, Limits{}, 7, value.Int(60))
	if !strings.HasPrefix(got, "[ஒரு உரை 1, [ஒரு உரை 1], ஒரு உரை 2,") || strings.Count(got, "ஒரு உரை") != 120 {
		t.Errorf("got %.200s", got)
	}
}

func TestSteps(t *testing.T) {
	endless := "func \"f\" regs=2\n  loadi R0, 0\nL:\n  addk R0, R0, 1\n  loop L\n"
	if got := callWith(t, endless, Limits{Steps: 1000}, 64); got != "! out_of_steps" {
		t.Errorf("an endless loop: %s", got)
	}
	// A budget counts exactly, whatever the slices: the call of g and n-1 turns back
	// take n steps.
	exact := "func \"f\" params=1 regs=2\n  call R1, @g, 0\n  loadi R1, 0\nL:\n  forlt R1, R0, L, 1\n  ret R1\nfunc \"g\" regs=1\n  retnil\n"
	for _, slice := range []int{1, 2, 3, 50, 1000} {
		for n := 1; n < 10; n++ {
			if got := callWith(t, exact, Limits{Steps: n}, slice, value.Int(n)); got != fmt.Sprint(n) {
				t.Errorf("%d steps in slices of %d: %s", n, slice, got)
			}
			if got := callWith(t, exact, Limits{Steps: n - 1}, slice, value.Int(n)); n > 1 && got != "! out_of_steps" {
				t.Errorf("%d steps with a budget of %d in slices of %d: %s", n, n-1, slice, got)
			}
		}
	}
}

func TestSpentCanGoOn(t *testing.T) {
	f := start(t, "func \"f\" regs=2\n  loadi R0, 0\nL:\n  forltk R0, 1000, L, 1\n  ret R0\n", Limits{})
	turns := 0
	for f.Run(10) == Spent {
		turns++
	}
	if turns != 99 || outcome(f) != "1000" {
		t.Errorf("%d slices, %s", turns, outcome(f))
	}
}

// TestBudgetIsCaughtOnce tries to swallow the error of each budget in a loop.
func TestBudgetIsCaughtOnce(t *testing.T) {
	swallow := func(body string) string {
		return "func \"f\" regs=6\n  loadi R2, 0\nL:\n" + body + "\nB:\n  retnil\nH:\n  addk R2, R2, 1\n  setw R2, %w\n  loop L\n  handler L, B, H, R0\n"
	}
	for _, c := range []struct {
		name, body, code string
		fatal            bool
	}{
		{"steps", "M:\n  loop M", "out_of_steps", true},
		// This one is noticed in the handler, which nothing guards.
		{"steps of errors", "  fail \"mine\", \"x\"", "out_of_steps", false},
		{"memory in one piece", "  loadi R1, 1000000\n  callb R1, $fill, 1", "out_of_memory", true},
		{"memory bit by bit", "  newlist R3, R3, 0\n  loadi R1, 1000\nM:\n  newlist R1, R3, 1\n  append R3, R1\n  loop M", "out_of_memory", true},
		{"memory in text", "  loadk R1, \"0123456789abcdef\"\nM:\n  concat R1, R1, R1\n  loop M", "out_of_memory", true},
	} {
		text := "window w\n" + swallow(c.body)
		img := image(t, text)
		limits := Limits{Steps: 1_000_000, Memory: 1 << 20}
		if value.Invariants {
			limits = Limits{Steps: 20_000, Memory: 1 << 15} // each step collects
		}
		if !c.fatal {
			limits.Steps = 10_000
		}
		f := NewMachine(img, limits).NewFiber()
		f.Start(value.Func(img.program.ByName["f"]))
		finish(f, 500)
		if got := outcome(f); got != "! "+c.code || f.Err().Fatal != c.fatal {
			t.Errorf("%s: %s, fatal %v", c.name, got, f.Err() != nil && f.Err().Fatal)
		}
		if caught := f.win[0]; c.name != "steps of errors" && caught != value.One {
			t.Errorf("%s: caught %v times, want once", c.name, caught.N)
		}
	}
}

// TestMemoryIsFreed makes much more than its budget, of which little lives.
func TestMemoryIsFreed(t *testing.T) {
	text := `
func "f" regs=6
  loadi R0, 0
L:
  loadk R1, "சில எழுத்துகள்"
  concat R1, R1, R0
  newlist R2, R1, 1
  forltk R0, 200000, L, 1
  ret R2
`
	f := start(t, text, Limits{Memory: 1 << 20})
	finish(f, 1<<30)
	if got := outcome(f); got != "[சில எழுத்துகள்199999]" {
		t.Errorf("got %s", got)
	}
	if f.heap.Collections() == 0 {
		t.Error("nothing was collected")
	}
}

// TestGrowingIsLinear counts what is copied while a list and a text grow.
func TestGrowingIsLinear(t *testing.T) {
	for name, text := range map[string]string{
		"list":    "newlist R1, R1, 0\n loadi R2, 0\nL:\n append R1, R2\n forlt R2, R0, L, 1\n ret R1",
		"concat":  "loadk R1, \"\"\n loadk R3, \"அடுத்தது\"\n loadi R2, 0\nL:\n concat R1, R1, R3\n forlt R2, R0, L, 1\n ret R1",
		"concatn": "loadk R1, \"\"\n loadi R2, 0\nL:\n move R3, R1\n move R4, R2\n loadk R5, \"அடுத்தது\"\n concatn R1, R3, 3\n forlt R2, R0, L, 1\n ret R1",
	} {
		f := start(t, "func \"f\" params=1 regs=6\n"+text, Limits{}, value.Int(20_000))
		finish(f, 1<<30)
		if f.Status() != Done {
			t.Fatalf("%s: %v", name, f.Err())
		}
		v := f.Result()
		size := 16 * 20_000
		if v.IsText() {
			size = v.ByteLen()
		}
		if n := f.heap.Copied(); n > 3*size {
			t.Errorf("%s: %d bytes were copied to make %d", name, n, size)
		}
	}
}

func TestCancel(t *testing.T) {
	endless := "func \"f\" regs=2\n  loadi R0, 0\nL:\n  addk R0, R0, 1\n  loop L\n"
	f := start(t, endless, Limits{})
	f.Run(100)
	f.Cancel(diag.RunTimeout)
	f.Cancel(diag.RunCancelled) // the first counts
	if f.Run(100); outcome(f) != "! timeout" {
		t.Errorf("got %s", outcome(f))
	}

	// What catches a cancellation has few steps left, and can't wait.
	stubborn := `
func "f" regs=3
  loadi R2, 0
L:
  addk R2, R2, 1
  loop L
B:
  retnil
H:
  jump L2
L2:
  callb R1, $wait, 1
  loop L2
C:
H2:
  loop L2
  handler L, B, H, R0
  handler L2, C, H2, R0
`
	f = start(t, stubborn, Limits{})
	f.Run(100)
	f.Cancel(diag.RunCancelled)
	turns := 0
	for f.Run(100) == Spent {
		if turns++; turns > 1000 {
			t.Fatal("a cancelled fiber goes on for ever")
		}
	}
	if got := outcome(f); got != "! out_of_steps" || !f.Err().Fatal {
		t.Errorf("got %s", got)
	}
}

func TestCancelWhileWaiting(t *testing.T) {
	f := start(t, "func \"f\" regs=3\n  loadi R0, 1\n  callb R0, $wait, 1\n  ret R0\n", Limits{})
	if f.Run(100) != Waiting {
		t.Fatalf("status %d", f.Status())
	}
	f.Cancel(diag.RunCancelled)
	w := f.Task().(*later)
	w.Do(context.Background())
	if f.Resume(100); outcome(f) != "! cancelled" || w.dropped != 1 {
		t.Errorf("got %s; what was made for it was given up %d times", outcome(f), w.dropped)
	}
	f = start(t, "func \"f\" regs=3\n  loadi R0, 1\n  callb R0, $wait, 1\n  ret R0\n", Limits{})
	f.Run(100)
	w = f.Task().(*later)
	w.Do(context.Background())
	if f.Resume(100); f.Status() != Done || w.dropped != 0 {
		t.Errorf("got %s; what it has got was given up %d times", outcome(f), w.dropped)
	}
}

// TestWaitEverywhere suspends in the middle of nested calls of every kind, moves the fiber
// to another machine each time, and collects.
func TestWaitEverywhere(t *testing.T) {
	text := `
class "go"
shape "P" x:number m=@method
func "f" params=1 regs=6
  callb R0, $wait, 1
  move R1, R0
  call R1, @plain, 1
  closure R3, R0, @captured, 1
  move R4, R1
  callv R3, 1
  closure R1, R0, @plain, 0
  newrec R1, R1, C0
  move R2, R3
  callm R1, "go", x0, 1
  loadi R2, 5
  newshape R2, R2, S0
  move R3, R1
  callm R2, "m", x0, 1
A:
  callb R3, $waitfail, 0
B:
  getf R3, R0, "code", x0
  newlist R2, R2, 2
  ret R2
  handler A, B, B, R0
func "plain" params=1 regs=3
  loadk R1, "-"
  callb R0, $waittwice, 1
  concat R0, R0, R1
  ret R0
func "captured" params=1 regs=3 captures=1
  callb R0, $wait, 1
  getc R1, 0
  concat R0, R1, R0
  ret R0
func "method" params=2 regs=4
  callb R1, $wait, 1
  getf R2, R0, "x", x0
  concat R0, R1, R2
  ret R0
`
	img := image(t, text)
	machines := []*Machine{NewMachine(img, Limits{}), NewMachine(img, Limits{})}
	f := machines[0].NewFiber()
	f.Start(value.Func(img.program.ByName["f"]), value.Int(7))
	waits := 0
	f.Run(3)
	for f.Status() == Waiting || f.Status() == Spent {
		f.Move(machines[waits%2])
		waits++
		if f.Status() == Spent {
			f.Run(3)
			continue
		}
		f.Task().Do(context.Background())
		f.Resume(3)
	}
	if got, want := outcome(f), "[77--5, test.late]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	if waits < 8 {
		t.Errorf("it waited %d times", waits)
	}
}

func TestHandlesAreClosed(t *testing.T) {
	img := image(t, "func \"f\" regs=3\n  callb R0, $door, 0\n  ret R0\n")
	m := NewMachine(img, Limits{})
	top := m.NewFiber()
	top.StartMain()
	m.Use(Freeze(top))
	f := m.NewFiber()
	f.Start(value.Func(img.program.ByName["f"]))
	finish(f, 100)
	d := f.handles[0].(*door)
	if outcome(f) != "<door>" || d.closed != 0 {
		t.Errorf("got %s, closed %d times", outcome(f), d.closed)
	}
	f.Release()
	if d.closed != 1 {
		t.Errorf("closed %d times", d.closed)
	}
}

func TestCloseAtEnd(t *testing.T) {
	m := NewMachine(image(t, ""), Limits{})
	for _, top := range []bool{true, false} {
		d := &door{}
		f := m.NewFiber()
		if top {
			f.StartMain()
		}
		f.CloseAtEnd(d)
		f.Run(100)
		if d.closed != 0 {
			t.Errorf("top %v: closed before the end", top)
		}
		f.Release()
		if d.closed != 1 {
			t.Errorf("top %v: closed %d times", top, d.closed)
		}
	}
}

func TestGlobalHandles(t *testing.T) {
	img := image(t, "func \"f\" params=1 regs=3\n  callm R0, \"open\", x0, 0\n  ret R0\n")
	d := &door{}
	v := img.NewGlobalHandle(0, d)
	f := NewMachine(img, Limits{}).NewFiber()
	for i := range 3 {
		f.Start(value.Func(img.program.ByName["f"]), v)
		finish(f, 100)
		if got := outcome(f); got != fmt.Sprint(i+1) {
			t.Errorf("got %s", got)
		}
		f.Reset()
	}
	if d.closed != 0 {
		t.Error("a global handle was closed with a fiber")
	}
}

const freezeText = `
class "a"
globals list twice
window request count
func "main" regs=4 top
  loadi R0, 1
  newlist R0, R0, 1
  setg R0, %list
  closure R0, R0, @addto, 1
  setg R0, %twice
  loadi R0, 0
  setw R0, %count
  halt
func "addto" params=1 regs=3 captures=1
  getc R1, 0
  append R1, R0
  ret R1
func "f" params=1 regs=4
  setw R0, %request
  getw R1, %count
  addk R1, R1, 1
  setw R1, %count
  getg R2, %list
  append R2, R0
  call R3, @seen, 0
  newlist R0, R1, 3
  ret R0
func "seen" regs=2
  getw R0, %request
  ret R0
func "spoil" regs=2
  loadi R0, 1
  setg R0, %list
  ret R0
`

// TestFreeze runs the top level once and then requests, of which none sees another.
func TestFreeze(t *testing.T) {
	img := image(t, freezeText)
	m := NewMachine(img, Limits{})
	top := m.NewFiber()
	top.StartMain()
	finish(top, 100)
	if top.Status() != Done {
		t.Fatal(top.Err())
	}
	g := Freeze(top)
	top.Release()
	others := []*Machine{m, NewMachine(img, Limits{})}
	for _, m := range others {
		m.Use(g)
	}
	fn := value.Func(img.program.ByName["f"])
	for i := range 6 {
		f := others[i%2].NewFiber()
		f.Start(fn, value.Int(i))
		finish(f, 100)
		if got, want := outcome(f), fmt.Sprintf("[1, [1, %d], %d]", i, i); got != want {
			t.Errorf("request %d: %s, want %s", i, got, want)
		}
		f.Release()
	}
	f := m.NewFiber()
	f.Start(value.Func(img.program.ByName["spoil"]))
	finish(f, 100)
	if got := outcome(f); got != "! frozen" {
		t.Errorf("a store to a frozen global: %s", got)
	}
	f.Reset()
	closure, ok := m.Get("twice")
	if !ok {
		t.Fatal("no global twice")
	}
	f.Start(closure, value.Int(9))
	finish(f, 100)
	if got := outcome(f); got != "[1, 9]" {
		t.Errorf("a frozen closure: %s", got)
	}
	if _, ok := m.Get("nothing"); ok {
		t.Error("a global that isn't there")
	}
}

// TestTwoWorkers runs requests on two machines at once, which share the image and the
// frozen globals. The race detector looks on.
func TestTwoWorkers(t *testing.T) {
	img := image(t, freezeText)
	m := NewMachine(img, Limits{})
	top := m.NewFiber()
	top.StartMain()
	finish(top, 100)
	g := Freeze(top)
	fn := value.Func(img.program.ByName["f"])
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			m := NewMachine(img, Limits{})
			m.Use(g)
			for i := range 500 {
				f := m.NewFiber()
				f.Start(fn, value.Int(i))
				finish(f, 3)
				if got, want := outcome(f), fmt.Sprintf("[1, [1, %d], %d]", i, i); got != want {
					t.Errorf("request %d: %s, want %s", i, got, want)
				}
				f.Release()
			}
		})
	}
	wg.Wait()
}

// TestSuspendedFiberIsSmall counts what a fiber that waits holds on to.
func TestSuspendedFiberIsSmall(t *testing.T) {
	f := start(t, "func \"f\" regs=3\n  loadi R0, 1\n  callb R0, $wait, 1\n  ret R0\n", Limits{})
	f.Run(100)
	bytes := int(unsafe.Sizeof(*f)) + cap(f.stack)*int(slotSize) + cap(f.frames)*int(frameSize) + cap(f.win)*int(slotSize) + f.heap.Used()
	if f.Status() != Waiting || bytes > 4<<10 {
		t.Errorf("status %d, %d bytes, want at most 4096", f.Status(), bytes)
	}
}

func TestNativesMayNotCallBack(t *testing.T) {
	l := testLinker()
	l.Bind("id", 1, 1, func(f *Fiber, args []value.Value) (value.Value, error) {
		g := f.Machine().NewFiber()
		g.Start(args[0])
		g.Run(10)
		return value.Nil, nil
	})
	img, err := l.Link(image(t, "func \"f\" regs=2\n  closure R0, R0, @f, 0\n  callb R0, $id, 1\n  ret R0\n").program)
	if err != nil {
		t.Fatal(err)
	}
	f := NewMachine(img, Limits{}).NewFiber()
	f.Start(value.Func(img.program.ByName["f"]))
	defer func() {
		if recover() == nil {
			t.Error("a native called back")
		}
	}()
	f.Run(10)
}

// TestHandlesOfTheTopLevel stay when the fiber that made them is gone.
func TestHandlesOfTheTopLevel(t *testing.T) {
	img := image(t, "globals d\nfunc \"main\" regs=2 top\n  callb R0, $door, 0\n  setg R0, %d\n  halt\nfunc \"f\" regs=2\n  getg R0, %d\n  callm R0, \"open\", x0, 0\n  ret R0\n")
	m := NewMachine(img, Limits{})
	top := m.NewFiber()
	top.StartMain()
	finish(top, 100)
	m.Use(Freeze(top))
	top.Release()
	for i := range 2 {
		f := m.NewFiber()
		f.Start(value.Func(img.program.ByName["f"]))
		finish(f, 100)
		if got := outcome(f); got != fmt.Sprint(i+1) {
			t.Errorf("got %s", got)
		}
		f.Release()
	}
	d := img.handles.list()[0].(*door)
	if d.closed != 0 {
		t.Error("closed with the fiber")
	}
	if err := img.Close(); err != nil || d.closed != 1 {
		t.Errorf("closed %d times, %v", d.closed, err)
	}
}

// TestEndlessValueIsCut shows a value in an error's message that is small in memory and
// has 2^40 items in print.
func TestEndlessValueIsCut(t *testing.T) {
	f := start(t, "func \"f\" regs=4\n  loadi R0, 1\n  newlist R0, R0, 1\n  loadi R2, 0\nL:\n  share R0\n  move R1, R0\n  newlist R0, R0, 2\n  forltk R2, 40, L, 1\n  throw R0\n", Limits{})
	finish(f, 1000)
	if e := f.Err(); e == nil || len(e.Message) > 2*maxShown+100 || len(e.Details) > maxShown+10 {
		t.Errorf("got %v", f.Err())
	}
}

func TestMoveNeedsTheSameProgram(t *testing.T) {
	a, b := image(t, deepText), image(t, deepText)
	f := NewMachine(a, Limits{}).NewFiber()
	defer func() {
		if recover() == nil {
			t.Error("a fiber was moved to another program")
		}
	}()
	f.Move(NewMachine(b, Limits{}))
}

func TestLinkSaysWhatIsMissing(t *testing.T) {
	img := image(t, "func \"f\" regs=1\n  retnil\n")
	_, err := NewLinker().Link(img.program)
	if err == nil || !strings.Contains(err.Error(), `"boom"`) || !strings.Contains(err.Error(), `"wait"`) {
		t.Errorf("got %v", err)
	}
	l := testLinker()
	l.MethodFunc("text", "bad", "f")
	if _, err := l.Link(img.program); err == nil || !strings.Contains(err.Error(), "cannot be the member bad") {
		t.Errorf("got %v", err)
	}
}

// TestCachesAreTheMachines: what instructions learn stays with the Machine that ran them. The code
// is everybody's and isn't written.
func TestCachesAreTheMachines(t *testing.T) {
	img := image(t, program("shape \"P\" x:number double=@double\n loadi R0, 5\n newshape R1, R0, S0\n getf R2, R1, \"x\", x1\n setf R1, \"x\", R2, x2\n callm R1, \"double\", x3, 0\n ret R1"))
	code := slices.Clone(img.code)
	first, second := NewMachine(img, Limits{}), NewMachine(img, Limits{})
	run := func(m *Machine) {
		f := m.NewFiber()
		f.Start(value.Func(img.program.ByName["f"]))
		if f.Run(1<<20) != Done || f.Result() != value.Int(10) {
			t.Fatalf("%v %v", f.Result(), f.Err())
		}
		f.Release()
	}
	known := func(m *Machine) (n int) {
		for _, c := range m.caches {
			if c.class != 0 {
				n++
			}
		}
		return n
	}
	run(first)
	if a, b := known(first), known(second); a != 2 || b != 0 {
		t.Errorf("the first machine's instructions have learnt %d things, the other's %d", a, b)
	}
	run(second)
	run(first)
	for i := range first.caches {
		a, b := first.caches[i], second.caches[i]
		if a.class != b.class {
			t.Errorf("cache %d: classes %x and %x", i, a.class, b.class)
		}
		if method := a.found > 1<<16; method && a.found == b.found {
			t.Errorf("cache %d: both machines call one function, which belongs to one of them", i)
		}
	}
	if !slices.Equal(code, img.code) {
		t.Error("code was written")
	}
}
