package value

import (
	"fmt"
	"os/exec"
	"regexp"
	"strings"
	"testing"
)

// TestHotPathsInline: what the VM does in its loop must become part of it. The compiler's
// own word is asked for; it answers from its cache when nothing has changed.
func TestHotPathsInline(t *testing.T) {
	out, err := exec.Command("go", "build", "-gcflags=-m", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for _, f := range []string{
		"(*Heap).alloc", "(*Heap).WantGC", "Share", "IsShared", "Bool", "Int",
		"(*Value).Str", "(*Value).List", "(*Value).Record", "(*Value).Capture", "(*Value).Inner",
		"(*List).Len", "(*List).At", "(*List).Slots", "(*List).TrySet", "(*List).TryAppend",
		"(*Record).Slot", "(*Record).Class", "(*Record).ClassAddress", "(*Record).Shared",
		"Value.Kind", "Value.IsSmall", "Value.IsNumber", "Value.IsRef", "Value.IsRecord", "Value.IsFunc", "(*Class).Step",
	} {
		if !regexp.MustCompile(`can inline ` + regexp.QuoteMeta(f) + `\n`).Match(out) {
			t.Errorf("%s does not inline", f)
		}
	}
}

func TestKinds(t *testing.T) {
	h := newTestHeap(t, 0)
	closure := h.NewClosure(7, []Value{One, Nil})
	f, text, dict := Func(5), h.NewText("t"), h.NewDict(0)
	for i, c := range []struct{ got, want bool }{
		{Bool(true) == True && Bool(false) == False, true},
		{True.IsBool(), true},
		{Zero.IsBool(), false},
		{Zero.IsSmall() && Zero.IsInt() && Zero.IsNumber(), true},
		{Undef.IsUndef() && !Undef.IsNil() && Nil.IsNil(), true},
		{f.IsFunc() && Builtin(1).IsFunc() && closure.IsFunc(), true},
		{text.IsFunc() || text.IsRecord() || text.IsNumber(), false},
		{dict.IsRecord() && h.NewRecordSize(0).IsRecord(), true},
		{f.FuncIndex() == 5 && closure.FuncIndex() == 7, true},
		{*closure.Capture(0) == One && len(closure.Captures()) == 2, true},
		{h.Ok(Nil).IsOk() && h.Fail(Nil).IsFail() && h.Ok(Nil).IsResult() && !text.IsResult(), true},
		{h.NewError(Nil, Nil).IsError() && !text.IsError(), true},
		{f.IsRef() || True.IsRef() || !text.IsRef(), false},
		{h.Key(&text) == text, true},
	} {
		if c.got != c.want {
			t.Errorf("line %d: %v", i, c.got)
		}
	}
	number := Number(Int(15).Decimal())
	if k := h.Key(&number); k.Str() != "15" {
		t.Error(k.Str())
	}
	class := ClassOf("r", "p")
	r := h.NewRecord(class, []Value{One, Nil})
	if r.Record().Shared() || len(class.Names()) != 2 || class.Order()[0] != 1 {
		t.Error("record")
	}
	l := h.NewList(0, 0)
	if l.List().Shared() || l.List().TryAppend(&One) {
		t.Error("an empty list has no room")
	}
	h.Append(&l, One)
	if !l.List().TryAppend(&Nil) || show(l) != "[1, nil]" {
		t.Error("TryAppend")
	}
	if h.Limit() != 0 || h.Live() != 0 {
		t.Error("a new heap")
	}
}

// TestDictOrder: keys, values and what is printed stand in byte order even after removal,
// and when they were put in the wrong way round.
func TestDictOrder(t *testing.T) {
	h := newTestHeap(t, 0)
	d := h.NewDict(0)
	for i := 30; i > 0; i-- {
		h.SetField(&d, h.NewText(fmt.Sprintf("k%02d", i)), Int(i), true)
	}
	for i := 1; i <= 30; i++ {
		if i%10 != 0 && !h.RemoveField(&d, fmt.Sprintf("k%02d", i)) {
			t.Fatal(i)
		}
	}
	keys, values := h.Keys(&d), h.Values(&d)
	if show(keys) != "[k10, k20, k30]" || show(values) != "[10, 20, 30]" || show(d) != "{k10: 10, k20: 20, k30: 30}" {
		t.Error(show(keys), show(values), show(d))
	}
	h.RemoveField(&d, "k30")
	e := h.DeepCopy(d, nil)
	if j := h.ToJSON(&e); j.Str() != `{"k10":10,"k20":20}` || !Equal(&d, &e) {
		t.Error(j.Str())
	}
}

func TestUnequalDicts(t *testing.T) {
	h := newTestHeap(t, 0)
	build := func(keys ...string) Value {
		d := h.NewDict(0)
		for _, k := range keys {
			h.SetField(&d, h.NewText(k), One, true)
		}
		return d
	}
	a, b, c := build("x", "y"), build("y", "x"), build("x", "z")
	if !Equal(&a, &b) || Equal(&a, &c) {
		t.Error("dicts are compared wrongly")
	}
}

// TestRemovalWithoutClasses: a record that may not get another class becomes a dict.
func TestRemovalWithoutClasses(t *testing.T) {
	h := newTestHeap(t, 0)
	classes.made += dataClasses
	defer func() { classes.made -= dataClasses }()
	v := h.NewRecord(ClassOf("rw1", "rw2", "rw3"), []Value{One, Int(2), Int(3)})
	Share(&v)
	w := v
	if !h.RemoveField(&w, "rw1") || w.Kind() != KindDict || show(w) != "{rw2: 2, rw3: 3}" || show(v) != "{rw1: 1, rw2: 2, rw3: 3}" {
		t.Error(show(w), show(v))
	}
}

// TestShapesStayShapes: a shaped record keeps its shape when fields are set, also by keys
// that are computed, and loses it when one is removed.
func TestShapesStayShapes(t *testing.T) {
	h := newTestHeap(t, 0)
	v := h.NewRecord(NewShapeClass(&Shape{Name: "S", ID: 3}, "a"), []Value{One})
	h.SetField(&v, h.NewText("b"), Nil, true)
	if s := v.ShapeOf(); s == nil || s.ID != 3 || show(v) != "S{a: 1, b: nil}" {
		t.Error(show(v))
	}
	h.RemoveField(&v, "b")
	if v.ShapeOf() != nil || show(v) != "{a: 1}" {
		t.Error(show(v))
	}
}

// TestRenderedTextIsBudgeted: what would not fit is not even rendered.
func TestRenderedTextIsBudgeted(t *testing.T) {
	h := newTestHeap(t, 1<<20)
	v := h.NewText(strings.Repeat("x", 100_000))
	for range 10 {
		Share(&v)
		v = h.NewListOf([]Value{v, v})
	}
	if x := h.ToJSON(&v); x.ByteLen() != 0 || !h.Over() {
		t.Error("100 MB of JSON")
	}
	h.ClearOver()
	if x := h.ToText(&v); x.ByteLen() != 0 || !h.Over() {
		t.Error("100 MB of text")
	}
	h.ClearOver()
	h.Writer().Limit = 1000
	w := h.NewListOf([]Value{h.NewText(strings.Repeat("y", 2000)), Nil})
	if x := h.ToText(&w); x.ByteLen() != 0 || !h.Over() {
		t.Error("a limit of its own")
	}
}

func TestSpareBigBlocksAreUsedAgain(t *testing.T) {
	h := newTestHeap(t, 0)
	roots := []Value{h.NewList(5000, 5000), Nil}
	clear(roots[0].List().Slots())
	for range 20 {
		roots[1] = h.NewBytes(make([]byte, 100_000))
		h.Collect(roots)
	}
	if len(h.bigs) > 3 || h.Used() > 400_000 {
		t.Errorf("%d big blocks, %d bytes", len(h.bigs), h.Used())
	}
	h.NewBytes(make([]byte, 100_000))
	h.SetPool(new(Pool))
	h.Reset()
	if len(h.bigs) != 0 {
		t.Error("big blocks after Reset")
	}
}

func TestSearchEdges(t *testing.T) {
	h := newTestHeap(t, 0)
	ascii, tamil := h.NewText("abcabc"), h.NewText("கொகொ")
	for _, c := range []struct {
		v      Value
		needle string
		from   int
		want   int
		ok     bool
	}{
		{ascii, "c", 0, 2, true},
		{ascii, "c", 3, 5, true},
		{ascii, "c", 7, 0, false},
		{ascii, "d", 0, 0, false},
		{ascii, "", 6, 6, true},
		{ascii, "a", -5, 0, true},
		{tamil, "கொ", 1, 1, true},
		{tamil, "க", 0, 0, false},
		{tamil, "", 2, 2, true},
		{tamil, "கொ", 3, 0, false},
		{tamil, "கொ", 2, 0, false},
	} {
		got, ok := h.FindText(&c.v, c.needle, c.from)
		if ok != c.ok || ok && got != c.want {
			t.Errorf("FindText(%s, %q, %d) = %d, %v", c.v.Str(), c.needle, c.from, got, ok)
		}
	}
	long := h.NewText(strings.Repeat("கொ", 100))
	for _, v := range []Value{ascii, tamil, long} {
		n := h.TextLen(&v)
		all := h.SliceText(&v, 0, n)
		tail := h.SliceText(&v, n-1, 1<<60)
		none := []Value{h.SliceText(&v, 0, 0), h.SliceText(&v, n, 5), h.SliceText(&v, 1<<40, 1), h.SliceText(&v, 0, -1)}
		if all != v || h.TextLen(&tail) != 1 {
			t.Errorf("slices of %s", v.Str())
		}
		for _, x := range none {
			if x != EmptyText {
				t.Errorf("%q is not empty", x.Str())
			}
		}
		first := h.SliceText(&v, -3, 1)
		if l, _ := h.Letter(&v, 0); l.Str() != first.Str() {
			t.Error("a slice from before the beginning")
		}
	}
}

// TestCopiesOfDictsMark: whatever makes a second reference to the parts of a record or
// list marks them.
func TestCopiesOfDictsMark(t *testing.T) {
	h := newTestHeap(t, 0)
	inner := func() Value { return h.NewListOf([]Value{One}) }
	dict := h.NewDict(0)
	h.SetField(&dict, h.NewText("a"), inner(), true)
	plain := h.NewRecord(ClassOf("a"), []Value{inner()})
	list := h.NewListOf([]Value{inner()})
	for what, c := range map[string]struct {
		from Value
		copy func(v *Value)
	}{
		"a dict copied by a write": {dict, func(v *Value) { h.SetField(v, h.NewText("b"), Nil, true) }},
		"a record made a dict":     {plain, func(v *Value) { h.SetField(v, h.NewText("new key"), Nil, true) }},
		"a slice":                  {list, func(v *Value) { *v = h.SliceList(v, 0, 1) }},
		"values":                   {dict, func(v *Value) { *v = h.Values(v) }},
	} {
		v := c.from
		Share(&v)
		w := v
		c.copy(&w)
		part, ok := w.Field("a")
		if w.IsList() {
			part, ok = w.List().At(0), true
		}
		if !ok || !IsShared(part) {
			t.Errorf("%s: the part is not marked", what)
			continue
		}
		before := show(v)
		h.Append(part, Nil)
		if show(v) != before {
			t.Errorf("%s: a write to the copy shows in the original", what)
		}
	}
}

// TestBudgetIsMeasuredAgainLater: a fiber that lives near its budget is not collected at
// every turn.
func TestBudgetIsMeasuredAgainLater(t *testing.T) {
	const limit = 1 << 20
	h := newTestHeap(t, limit)
	roots := []Value{h.NewBytes(make([]byte, 900_000))} // its block is as large as the budget
	for range 100_000 {
		if h.wantGC {
			h.Collect(roots)
		}
		h.NewText(strings.Repeat("x", 100)) // 11 MB in all
	}
	if n := h.Collections(); n < 5 || n > 40 {
		t.Errorf("%d collections", n)
	}
}
