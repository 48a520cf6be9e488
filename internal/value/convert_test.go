package value

import (
	"testing"

	"etamil/internal/decimal"
)

// samples are one of everything, with what is known of it.
func samples(h *Heap) []struct {
	v           Value
	truth       bool
	number      string
	name, print string
} {
	rng, _ := h.NewRange(Int(1).Decimal(), Int(5).Decimal(), One.Decimal())
	steps, _ := h.NewRange(Int(5).Decimal(), Int(1).Decimal(), Int(-2).Decimal())
	shaped := h.NewRecord(NewShapeClass(&Shape{Name: "வாடிக்கையாளர்", ID: 1}, "b", "a"), []Value{Int(1), h.NewText("x")})
	list := h.NewListOf([]Value{Int(1), h.NewText(`"q"`), Nil, True})
	rec := h.NewRecord(ClassOf("b", "a", "அ"), []Value{Int(1), list, Nil})
	dict := h.NewDict(0)
	h.SetField(&dict, h.NewText("10"), Int(1), true)
	h.SetField(&dict, h.NewText("9"), Int(2), true)
	wide := Number(decimal.Max)
	half := Number(decimal.New(150, 2))
	err := h.NewError(h.NewText("went wrong"), h.NewText("internal"))
	type sample = struct {
		v           Value
		truth       bool
		number      string
		name, print string
	}
	return []sample{
		{Zero, false, "0", "a number", "0"},
		{Number(decimal.New(0, 2)), false, "0", "a number", "0"},
		{Int(-3), true, "-3", "a number", "-3"},
		{half, true, "1.5", "a number", "1.5"},
		{wide, true, "79228162514264337593543950335", "a number", "79228162514264337593543950335"},
		{True, true, "1", "a boolean", "true"},
		{False, false, "0", "a boolean", "false"},
		{Nil, false, "0", "nil", "nil"},
		{Undef, false, "0", "nil", "nil"},
		{EmptyText, false, "0", "a string", ""},
		{h.NewText("0"), true, "0", "a string", "0"},
		{h.NewText("poy"), true, "0", "a string", "poy"},
		{h.NewText(" +5.50 "), true, "5.5", "a string", " +5.50 "},
		{h.NewText(".5"), true, "0.5", "a string", ".5"},
		{h.NewText("5."), true, "5", "a string", "5."},
		{h.NewText("1e3"), true, "1000", "a string", "1e3"},
		{h.NewText("1_000"), true, "1000", "a string", "1_000"},
		{h.NewText("௧"), true, "0", "a string", "௧"},
		{h.NewList(0, 0), false, "0", "an array", "[]"},
		{h.NewListOf([]Value{Zero}), true, "0", "an array", "[0]"},
		{list, true, "0", "an array", `[1, "q", nil, true]`},
		{h.NewRecordSize(3), false, "0", "a record", "{}"},
		{rec, true, "0", "a record", `{a: [1, "q", nil, true], b: 1, அ: nil}`},
		{dict, true, "0", "a record", "{10: 1, 9: 2}"},
		{h.NewDict(9), false, "0", "a record", "{}"},
		{shaped, true, "0", "வாடிக்கையாளர்", "வாடிக்கையாளர்{a: x, b: 1}"},
		{h.Ok(Zero), true, "0", "a result", "சரி(0)"},
		{h.Fail(h.NewText("no")), false, "0", "a result", "தவறு(no)"},
		{h.Ok(h.Fail(list)), true, "0", "a result", `சரி(தவறு([1, "q", nil, true]))`},
		{Func(2), true, "0", "a function", "<செயல் f2>"},
		{Func(9), true, "0", "a function", "<செயல்>"},
		{Builtin(1), true, "0", "a function", "<செயல் நீளம்>"},
		{h.NewClosure(2, []Value{One}), true, "0", "a function", "<செயல் f2>"},
		{Handle(3, 4, false), true, "0", "a handle", "<pool>"},
		{err, true, "0", "an error", "went wrong"},
		{h.NewError(Nil, Nil), true, "0", "an error", "nil"},
		{rng, true, "0", "a range", "வீச்சு(1, 5)"},
		{steps, true, "0", "a range", "வீச்சு(5, 1, -2)"},
		{h.NewBytes(nil), false, "0", "bytes", ""},
		{h.NewBytes([]byte("\x00\xff")), true, "0", "bytes", "00ff"},
	}
}

func testNames() Names {
	return Names{
		Func: func(i int) string {
			if i == 2 {
				return "f2"
			}
			return ""
		},
		Builtin: func(int) string { return "நீளம்" },
		Handle:  func(Value) string { return "<pool>" },
	}
}

func TestConversions(t *testing.T) {
	h := newTestHeap(t, 0)
	w := Writer{Names: testNames()}
	for _, s := range samples(h) {
		v := s.v
		if got := v.Truth(); got != s.truth {
			t.Errorf("%s: truth %v, want %v", s.print, got, s.truth)
		}
		if got := v.ToNumber().String(); got != s.number {
			t.Errorf("%s: number %s, want %s", s.print, got, s.number)
		}
		if got := v.TypeName(); got != s.name {
			t.Errorf("%s: type %q, want %q", s.print, got, s.name)
		}
		if got := string(w.AppendText([]byte("> "), &v)); got != "> "+s.print {
			t.Errorf("printed %q, want %q", got, s.print)
		}
	}
	f := Func(2)
	if got := show(f); got != "<செயல்>" {
		t.Errorf("without names a function prints %q", got)
	}
	f = Handle(1, 1, false)
	if got := show(f); got != "<>" {
		t.Errorf("without names a handle prints %q", got)
	}
}

// TestSamplesSurvive: everything moves, freezes, crosses and stays itself.
func TestSamplesSurvive(t *testing.T) {
	h := newTestHeap(t, 0)
	w := Writer{Names: testNames()}
	all := samples(h)
	roots := make([]Value, len(all))
	for i := range all {
		roots[i] = all[i].v
	}
	h.Collect(roots)
	other := NewHeap(new(Pool), 0)
	for i, s := range all {
		frozen, keep := Freeze(roots[i])
		copied := other.DeepCopy(frozen, nil)
		for what, v := range map[string]Value{"moved": roots[i], "frozen": frozen, "copied": copied} {
			if got := string(w.AppendText(nil, &v)); got != s.print || v.Kind() != s.v.Kind() || v.TypeName() != s.name {
				t.Errorf("%s, %s is %s", what, s.print, got)
			}
			if !Equal(&v, &roots[i]) {
				t.Errorf("%s, %s is not equal to itself", what, s.print)
			}
			if what == "frozen" && v.IsRef() && (!IsFrozen(&v) || !IsShared(&v)) {
				t.Errorf("%s: frozen, it can be written to", s.print)
			}
		}
		_ = keep
	}
	for i := range roots {
		for j := range roots {
			if eq := Equal(&roots[i], &roots[j]); eq != (i == j) && all[i].print != all[j].print {
				t.Errorf("%s == %s is %v", all[i].print, all[j].print, eq)
			}
		}
	}
}

func TestKeysAreText(t *testing.T) {
	h := newTestHeap(t, 0)
	v := h.NewRecordSize(0)
	for _, c := range []struct {
		key  Value
		name string
	}{
		{Number(decimal.New(110, 2)), "1.1"},
		{Int(1), "1"},
		{True, "true"},
		{h.NewListOf([]Value{One}), "[1]"},
		{h.NewText("x"), "x"},
	} {
		key := c.key
		h.SetKey(&v, &key, key)
		if _, ok := v.Field(c.name); !ok {
			t.Errorf("no field %s in %s", c.name, show(v))
		}
		if x, ok := h.GetKey(&v, &key); !ok || !Equal(x, &key) {
			t.Errorf("%s is not found by the value it was put under", c.name)
		}
	}
	missing := h.NewListOf([]Value{Nil})
	if _, ok := h.GetKey(&v, &missing); ok {
		t.Error("a key that is not there")
	}
}

func TestEqual(t *testing.T) {
	h := newTestHeap(t, 0)
	one := h.NewRecord(ClassOf("a", "b"), []Value{Int(1), Int(2)})
	two := h.NewRecord(ClassOf("b", "a"), []Value{Int(2), Int(1)})
	s1, s2 := NewShapeClass(&Shape{Name: "S"}, "a", "b"), NewShapeClass(&Shape{Name: "S"}, "a", "b")
	ab := []Value{Int(1), Int(2)}
	closure := h.NewClosure(1, ab)
	list := func(s string) Value { return fromJSON(t, h, s) }
	cases := []struct {
		a, b Value
		want bool
	}{
		{Number(decimal.New(110, 2)), Number(decimal.New(11, 1)), true},
		{list(`[1.10,{"a":2.0}]`), list(`[1.1,{"a":2}]`), true},
		{Int(5), h.NewText("5"), false},
		{True, Int(1), false},
		{True, False, false},
		{Nil, False, false},
		{Nil, Nil, true},
		{h.NewText("அ"), h.NewText("அ"), true},
		{h.NewText("a"), h.NewText("b"), false},
		{list(`[1,2]`), list(`[2,1]`), false},
		{list(`[1,2]`), list(`[1,2,3]`), false},
		{list(`[[[]],{"a":[{}]}]`), list(`[[[]],{"a":[{}]}]`), true},
		{list(`[[[]],{"a":[{}]}]`), list(`[[[]],{"a":[[]]}]`), false},
		{one, two, true},
		{one, list(`{"a":1,"c":2}`), false},
		{h.NewRecord(s1, ab), h.NewRecord(s1, ab), true},
		{h.NewRecord(s1, ab), h.NewRecord(s2, ab), false},
		{h.NewRecord(s1, ab), one, false},
		{h.Ok(Int(1)), h.Ok(Number(decimal.New(10, 1))), true},
		{h.Ok(Int(1)), h.Fail(Int(1)), false},
		{h.Ok(Int(1)), Int(1), false},
		{Func(1), Func(1), true},
		{Func(1), Func(2), false},
		{Func(1), Builtin(1), false},
		{closure, closure, true},
		{closure, h.NewClosure(1, ab), true},
		{closure, h.NewClosure(2, ab), false},
		{closure, h.NewClosure(1, ab[:1]), false},
		{h.NewBytes([]byte("a")), h.NewText("a"), false},
		{Handle(1, 2, true), Handle(1, 2, false), false},
	}
	for i, c := range cases {
		if Equal(&c.a, &c.b) != c.want || Equal(&c.b, &c.a) != c.want {
			t.Errorf("case %d: %s == %s is not %v", i, show(c.a), show(c.b), c.want)
		}
	}
}

func TestCompare(t *testing.T) {
	h := newTestHeap(t, 0)
	text := h.NewText
	for _, c := range []struct {
		a, b  Value
		order int
		ok    bool
	}{
		{Int(1), Int(2), -1, true},
		{Number(decimal.New(10, 1)), Int(1), 0, true},
		{text("10"), text("9"), -1, true},
		{text("Z"), text("a"), -1, true},
		{text("a"), text("அ"), -1, true},
		{text("a"), text("a"), 0, true},
		{Int(9), text("10"), -1, true},
		{text("junk"), Int(0), 0, true},
		{Nil, Nil, 0, false},
		{True, False, 0, false},
		{True, Int(0), 0, false},
		{text("a"), Nil, 0, false},
		{h.NewList(0, 0), h.NewList(0, 0), 0, false},
	} {
		if got, ok := Compare(&c.a, &c.b); got != c.order || ok != c.ok {
			t.Errorf("Compare(%s, %s) = %d, %v", show(c.a), show(c.b), got, ok)
		}
		if got, ok := Compare(&c.b, &c.a); got != -c.order || ok != c.ok {
			t.Errorf("Compare(%s, %s) = %d, %v", show(c.b), show(c.a), got, ok)
		}
	}
}

func TestErrorFields(t *testing.T) {
	h := newTestHeap(t, 0)
	e := h.NewError(h.NewText("m"), h.NewText("c"))
	*e.ErrorSlot(ErrLine) = Int(7)
	*e.ErrorSlot(ErrCause) = h.NewError(h.NewText("inner"), Nil)
	for _, c := range []struct{ english, tamil, want string }{
		{"message", "செய்தி", "m"},
		{"code", "குறியீடு", "c"},
		{"line", "வரி", "7"},
		{"column", "நெடுவரிசை", "0"},
		{"file", "கோப்பு", ""},
		{"stack", "அடுக்கு", "nil"},
		{"cause", "காரணம்", "inner"},
		{"details", "விவரம்", "nil"},
	} {
		for _, name := range []string{c.english, c.tamil} {
			if x, ok := e.Field(name); !ok || show(*x) != c.want {
				t.Errorf("field %s of an error is not %s", name, c.want)
			}
		}
	}
	if _, ok := e.Field("msg"); ok {
		t.Error("an error has a field msg")
	}
}
