package value

import (
	"fmt"
	"strings"
	"sync"
	"testing"
)

func TestClassesAreShared(t *testing.T) {
	a, b := ClassOf("x", "y"), ClassOf("x", "y")
	if a != b || a == ClassOf("y", "x") {
		t.Error("one order of fields is one class")
	}
	if a.Slot("y") != 1 || a.Slot("z") != -1 || a.Len() != 2 || a.Shape() != nil {
		t.Error("a class does not know its fields")
	}
	key := a.Key(1)
	if key.Str() != "y" || !IsFrozen(&key) {
		t.Error("a class does not know its names as text")
	}
	if a.Step("x") != nil {
		t.Error("a field twice")
	}
	s := NewShapeClass(&Shape{Name: "S"}, "x", "y")
	if s == a || s.Shape().Name != "S" || s.With("z").Shape() != s.Shape() {
		t.Error("a shape's class is its own")
	}
	wide := Empty
	for i := range MaxFields {
		wide = wide.With(fmt.Sprint("f", i))
	}
	if wide.Step("one more") != nil || wide.Slot("f63") != 63 || wide.Slot("f") != -1 {
		t.Error("too many fields")
	}
}

// TestClassesConcurrently: several workers meet the same new classes at once.
func TestClassesConcurrently(t *testing.T) {
	var wg sync.WaitGroup
	got := make([]*Class, 8)
	for k := range got {
		wg.Add(1)
		go func() {
			defer wg.Done()
			c := Empty
			for i := range 40 {
				c = c.Step(fmt.Sprint("concurrent", i))
				c.Step(fmt.Sprint("other", k))
			}
			got[k] = c
		}()
	}
	wg.Wait()
	for _, c := range got {
		if c == nil || c != got[0] {
			t.Fatal("one list of names became several classes")
		}
	}
}

func TestRecordFields(t *testing.T) {
	h := newTestHeap(t, 0)
	class := ClassOf("b", "a")
	v := h.NewRecord(class, []Value{Int(1), Int(2)})
	if v.Record().ClassAddress() != class.Address() || *v.Record().Slot(1) != Int(2) {
		t.Error("a record is not where its class says")
	}
	if show(v) != "{a: 2, b: 1}" || v.FieldCount() != 2 {
		t.Error(show(v))
	}
	Share(&v)
	w := v
	h.AddField(&w, class.With("c"), Int(3))
	h.SetField(&w, h.NewText("a"), Int(9), false)
	if show(w) != "{a: 9, b: 1, c: 3}" || show(v) != "{a: 2, b: 1}" {
		t.Error(show(w), show(v))
	}
	if !h.RemoveField(&w, "b") || h.RemoveField(&w, "b") || show(w) != "{a: 9, c: 3}" {
		t.Error(show(w))
	}
	if w.Record().Class() != ClassOf("a", "c") {
		t.Error("a removed field leaves a class of its own")
	}
	if _, ok := w.Field("b"); ok {
		t.Error("a removed field is there")
	}
	text := h.NewText("no record")
	if _, ok := text.Field("a"); ok {
		t.Error("text has fields")
	}
	keys, values := h.Keys(&w), h.Values(&w)
	if show(keys) != "[a, c]" || show(values) != "[9, 3]" {
		t.Error(show(keys), show(values))
	}
}

// TestComputedKeys: keys that are data make a dict, which behaves as any record.
func TestComputedKeys(t *testing.T) {
	h := newTestHeap(t, 0)
	roots := []Value{h.NewRecordSize(0), Nil}
	h.SetField(&roots[0], h.NewText("plain"), Int(0), false)
	before := len(classes.all)
	const n = 5000
	for i := range n {
		key := Number(Int(i).Decimal())
		h.SetKey(&roots[0], &key, Int(i))
		if h.wantGC {
			h.Collect(roots)
		}
	}
	if len(classes.all) > before {
		t.Errorf("%d classes for keys that are data", len(classes.all)-before)
	}
	v := &roots[0]
	if v.Kind() != KindDict || !v.IsRecord() || v.TypeName() != "a record" || v.FieldCount() != n+1 {
		t.Fatalf("kind %d, %d fields", v.Kind(), v.FieldCount())
	}
	for i := range n {
		key := Int(i)
		if x, ok := h.GetKey(v, &key); !ok || *x != Int(i) {
			t.Fatalf("key %d is lost", i)
		}
	}
	Share(v)
	roots[1] = *v
	for i := range n - 10 {
		if !h.RemoveField(&roots[1], fmt.Sprint(i+10)) {
			t.Fatalf("key %d was not there", i+10)
		}
	}
	h.Collect(roots)
	if got := show(roots[1]); got != "{0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 7, 8: 8, 9: 9, plain: 0}" {
		t.Error(got)
	}
	if roots[0].FieldCount() != n+1 {
		t.Error("removing from a copy took from the original")
	}
	small := fromJSON(t, h, show2JSON(h, roots[1]))
	if !Equal(&small, &roots[1]) || !Equal(&roots[1], &small) {
		t.Error("a dict and a record with the same fields are not equal")
	}
	h.SetField(&roots[1], h.NewText("0"), Int(1), false)
	if Equal(&small, &roots[1]) || Equal(&roots[1], &small) {
		t.Error("a dict and a record with other fields are equal")
	}
	// Putting in and taking out for ever must not grow without bound.
	d := h.NewDict(0)
	for i := range 100_000 {
		h.SetField(&d, h.NewText(fmt.Sprint("k", i)), Nil, true)
		h.RemoveField(&d, fmt.Sprint("k", i))
	}
	if d.dict().room > 64 || d.FieldCount() != 0 {
		t.Errorf("an empty dict with room for %d", d.dict().room)
	}
}

func show2JSON(h *Heap, v Value) string {
	v = h.ToJSON(&v)
	return v.Clone()
}

// TestClassesAreBounded: JSON with ever new keys cannot fill the memory with classes.
// Afterwards programs' own classes still work.
func TestClassesAreBounded(t *testing.T) {
	h := newTestHeap(t, 0)
	for i := range 4 * dataClasses {
		v := fromJSON(t, h, fmt.Sprintf(`{"bound%d":1,"a":2}`, i))
		if i%1000 == 0 && show(v) != fmt.Sprintf("{a: 2, bound%d: 1}", i) {
			t.Error(show(v))
		}
	}
	if classes.made > dataClasses {
		t.Errorf("%d classes", classes.made)
	}
	if ClassOf("bounded", "by", "nothing").Len() != 3 {
		t.Error("a compiler's class was refused")
	}
	v := h.NewRecordSize(0)
	for _, name := range strings.Fields("these fields are new to the world") {
		h.SetField(&v, h.NewText(name), Nil, false)
	}
	if v.Kind() != KindRecord {
		t.Error("a program's record became a dict because of what came over the wire")
	}
	classes.made = 0 // other tests count on it
}

// TestFieldsBeyondAClass: the 65th field makes a dict.
func TestFieldsBeyondAClass(t *testing.T) {
	h := newTestHeap(t, 0)
	v := h.NewRecordSize(0)
	for i := range 100 {
		h.SetField(&v, h.NewText(fmt.Sprint("wide", i)), Int(i), false)
	}
	if v.Kind() != KindDict || v.FieldCount() != 100 {
		t.Errorf("kind %d with %d fields", v.Kind(), v.FieldCount())
	}
	if x, ok := v.Field("wide64"); !ok || *x != Int(64) {
		t.Error("field 64")
	}
}

// TestFrozenIsReadByMany: readers of one frozen value do not write to it.
func TestFrozenIsReadByMany(t *testing.T) {
	h := newTestHeap(t, 0)
	src := fromJSON(t, h, `{"list":[1,[2],{"a":"text"}],"text":"கொ","wide":{}}`)
	wide, _ := src.Field("wide")
	for i := range 100 {
		h.SetField(wide, h.NewText(fmt.Sprint(i)), Int(i), true)
	}
	v, keep := Freeze(src)
	want := show(src)
	h.Release()
	var wg sync.WaitGroup
	for range 4 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			pool := new(Pool)
			h := NewHeap(pool, 0)
			for range 50 {
				x := v
				Share(&x)
				roots := []Value{x, h.DeepCopy(x, nil)}
				h.Collect(roots)
				if show(roots[0]) != want || show(roots[1]) != want || roots[0] != v {
					t.Error("a frozen value changed")
				}
				list, _ := x.Field("list")
				l := *list
				h.Append(&l, Nil)
				h.SetField(&x, h.NewText("new"), Nil, false)
				wide, _ := v.Field("wide")
				y := *wide
				h.SetField(&y, h.NewText("5"), Nil, true)
				h.RemoveField(&y, "6")
				it, _ := h.NewIter(&y)
				var key, val Value
				n := 0
				for h.Next(&it, &key, &val) {
					n++
				}
				if n != 99 || show(v) != want {
					t.Error("a write to a frozen value shows")
				}
				h.Reset()
			}
		}()
	}
	wg.Wait()
	if keep.Bytes() == 0 {
		t.Error("no memory")
	}
}

func TestDeepCopyHandles(t *testing.T) {
	h := newTestHeap(t, 0)
	v := h.NewListOf([]Value{Handle(5, 2, false), h.Ok(Handle(6, 3, true))})
	drop := func(x Value) Value {
		if x.HandleGlobal() {
			return x
		}
		return Nil
	}
	c := NewHeap(new(Pool), 0).DeepCopy(v, drop)
	if !c.List().At(0).IsNil() || *c.List().At(1).Inner() != Handle(6, 3, true) || *v.List().At(0) != Handle(5, 2, false) {
		t.Error("handles were not asked about")
	}
	x := *c.List().At(1).Inner()
	if x.HandleIndex() != 6 || x.HandleType() != 3 || !x.HandleGlobal() {
		t.Error("a handle lost its parts")
	}
	if h.DeepCopy(Handle(5, 2, false), drop) != Nil || h.DeepCopy(Handle(5, 2, false), nil) != Handle(5, 2, false) {
		t.Error("a bare handle was not asked about")
	}
}
