package vm

import (
	"slices"
	"strings"
	"testing"

	"etamil/internal/value"
)

// start makes a fiber of a program ready to call "f".
func start(t testing.TB, text string, limits Limits, args ...value.Value) *Fiber {
	t.Helper()
	img := image(t, text)
	f := NewMachine(img, limits).NewFiber()
	if !f.Start(value.Func(img.program.ByName["f"]), args...) {
		t.Fatal(f.Err())
	}
	return f
}

func TestErrorSaysWhere(t *testing.T) {
	f := start(t, `
func "f" regs=3
  line 1
  loadi R0, 7
  line 2
  call R0, @inner, 1
  ret R0
func "inner" params=1 regs=3
  line 4
  loadi R1, 0
  line 5
  div R0, R0, R1
  ret R0
`, Limits{})
	finish(f, 1000)
	e := f.Err()
	if e == nil {
		t.Fatal("no error")
	}
	if got, want := e.Error(), "test.qmz:5:1: பூஜ்ஜியத்தால் வகுக்க முடியாது  (division by zero)"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if want := []string{"inner (test.qmz:5:1)", "f (test.qmz:2:1)"}; !slices.Equal(e.Stack, want) {
		t.Errorf("stack %q, want %q", e.Stack, want)
	}
	if e.Code != "division_by_zero" || e.Diag != "R001" {
		t.Errorf("code %q, row %q", e.Code, e.Diag)
	}
}

func TestStackIsBounded(t *testing.T) {
	f := start(t, `
func "f" regs=2
  line 1
  call R0, @f, 0
  ret R0
`, Limits{Depth: 1000})
	finish(f, 1<<20)
	e := f.Err()
	if e == nil || e.Code != "too_deep" {
		t.Fatalf("got %v", e)
	}
	if n := len(e.Stack); n != maxPlaces+1 {
		t.Errorf("%d places in the stack", n)
	}
	if got := e.Stack[maxPlaces/2]; got != "… 977 …" {
		t.Errorf("the middle is %q", got)
	}
	if got := english(e); got != "calls are nested deeper than 1000: endless recursion?" {
		t.Errorf("message %q", got)
	}
}

func TestHandlers(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"caught", `
func "f" regs=3
A:
  fail "unknown_function", "g"
B:
  getf R1, R0, "code", x0
  ret R1
  handler A, B, B, R0`, "unknown_function"},
		{"the Tamil names of the fields", `
func "f" regs=3
A:
  line 7
  fail "unknown_function", "g"
B:
  getf R1, R0, "குறியீடு", x0
  getf R2, R0, "வரி", x0
  newlist R1, R1, 2
  ret R1
  handler A, B, B, R0`, "[unknown_function, 7]"},
		{"from a callee", `
func "f" regs=3
A:
  call R2, @g, 0
B:
  getf R1, R0, "code", x0
  ret R1
  handler A, B, B, R0
func "g" regs=1
  loadi R0, 0
  div R0, R0, R0
  ret R0`, "division_by_zero"},
		{"inner before outer", `
func "f" regs=3
A:
  callb R1, $boom, 0
B:
  loadk R0, "inner"
  ret R0
C:
  loadk R0, "outer"
  ret R0
  handler A, B, B, R0
  handler A, C, C, R0`, "inner"},
		{"thrown in a handler", `
func "f" regs=3
A:
  callb R1, $boom, 0
B:
  throw R0
C:
  getf R0, R0, "code", x0
  ret R0
  handler A, B, B, R0
  handler A, C, C, R0`, "test.boom"},
		{"a native that waited", `
func "f" regs=3
A:
  callb R1, $waitfail, 0
B:
  getf R0, R0, "code", x0
  ret R0
  handler A, B, B, R0`, "test.late"},
		{"registers keep their values", `
func "f" regs=5
  loadi R1, 5
  loadk R2, "அ"
A:
  callb R3, $boom, 0
B:
  newlist R0, R1, 2
  ret R0
  handler A, B, B, R0`, "[5, அ]"},
		{"outside the range", `
func "f" regs=3
A:
  loadi R0, 1
B:
  fail "mine", "x"
  handler A, B, B, R0`, "! mine"},
		{"a handler before its range", `
func "f" regs=4
  loadi R1, 0
  jump A
H:
  addk R1, R1, 1
  jltk R1, 5, A
  ret R1
A:
  callb R2, $boom, 0
B:
  retnil
  handler A, B, H, R0`, "5"},
		{"a thrown text", `
func "f" regs=3
A:
  loadk R0, "என் பிழை"
  throw R0
B:
  getf R1, R0, "message", x0
  ret R1
  handler A, B, B, R0`, "என் பிழை"},
		{"a thrown record", `
class "code" "message" "details"
func "f" regs=5
A:
  loadk R0, "not_found"
  loadk R1, "இல்லை"
  loadi R2, 4
  newrec R0, R0, C0
  throw R0
B:
  getf R1, R0, "message", x0
  getf R2, R0, "code", x0
  getf R3, R0, "details", x0
  newlist R1, R1, 3
  ret R1
  handler A, B, B, R0`, "[இல்லை, not_found, 4]"},
		{"a thrown number", `
func "f" regs=5
A:
  loadi R0, 42
  throw R0
B:
  getf R2, R0, "code", x0
  getf R3, R0, "details", x0
  newlist R1, R2, 2
  ret R1
  handler A, B, B, R0`, "[thrown, 42]"},
		{"a failure with a code", `
class "code"
func "f" regs=5
A:
  loadk R0, "not_found"
  newrec R0, R0, C0
  err R0, R0
  trythrow R1, R0
B:
  getf R2, R0, "code", x0
  ret R2
  handler A, B, B, R0`, "not_found"},
		{"a failure that holds an error", `
func "f" regs=5
A:
  callb R1, $boom, 0
B:
  err R1, R0
C:
  trythrow R1, R1
D:
  getf R2, R0, "code", x0
  ret R2
  handler A, B, B, R0
  handler C, D, D, R0`, "test.boom"},
	} {
		if got := call(t, c.text); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// TestThrowKeepsPlace rethrows an error, as a finally block does.
func TestThrowKeepsPlace(t *testing.T) {
	f := start(t, `
func "f" regs=3
  line 1
A:
  callb R1, $boom, 0
B:
  line 9
  throw R0
  handler A, B, B, R0
`, Limits{})
	finish(f, 100)
	if e := f.Err(); e == nil || e.Place.Line != 1 {
		t.Errorf("got %v, want line 1", f.Err())
	}
}

func TestThrownValueOutside(t *testing.T) {
	f := start(t, "class \"a\"\nfunc \"f\" regs=3\n  line 2\n  loadi R0, 1\n  newrec R0, R0, C0\n  throw R0\n", Limits{})
	finish(f, 100)
	e := f.Err()
	if e == nil || english(e) != "thrown: {a: 1}" || e.Details != "{a: 1}" || e.Code != "thrown" {
		t.Errorf("got %+v", e)
	}
}

func TestTopLevel(t *testing.T) {
	for body, want := range map[string]string{
		"loadi R0, 1\n halt":                           "nil",
		"loadi R0, 1\n err R0, R0\n try R0, R0\n halt": "! unhandled",
		"fail \"return_outside\", \"\"":                "! return_outside",
		"loadi R0, 1\n setg R0, %g\n call R0, @peek, 0\n setw R0, %w\n getw R1, %w\n halt": "nil",
		"call R0, @peek, 0\n halt": "! undefined_variable",
	} {
		img := image(t, "globals g\nwindow w\nfunc \"main\" regs=3 top\n"+body+"\nfunc \"peek\" regs=1\n  getg R0, %g\n  ret R0\n")
		f := NewMachine(img, Limits{}).NewFiber()
		f.StartMain()
		finish(f, 100)
		if got := outcome(f); got != want {
			t.Errorf("%s: %s, want %s", body, got, want)
		}
	}
}

func TestStartRefuses(t *testing.T) {
	img := image(t, "func \"f\" params=2 min=1 regs=2\n  newlist R0, R0, 2\n  ret R0\n")
	m := NewMachine(img, Limits{})
	f := m.NewFiber()
	fn := value.Func(img.program.ByName["f"])
	for _, c := range []struct {
		callee value.Value
		args   []value.Value
		want   string
	}{
		{value.Int(5), nil, "! not_function"},
		{fn, nil, "! arity"},
		{fn, []value.Value{value.One, value.One, value.One}, "! arity"},
		{fn, []value.Value{value.One, value.One}, "[1, 1]"},
	} {
		ok := f.Start(c.callee, c.args...)
		if ok == strings.HasPrefix(c.want, "!") {
			t.Errorf("Start answers %v, want %s", ok, c.want)
		}
		finish(f, 10)
		if got := outcome(f); got != c.want {
			t.Errorf("%s, want %s", got, c.want)
		}
		f.Reset()
	}
}
