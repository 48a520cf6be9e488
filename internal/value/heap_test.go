package value

import (
	"strconv"
	"strings"
	"testing"
)

func newTestHeap(t *testing.T, limit int) *Heap {
	setMangle(t)
	return NewHeap(new(Pool), limit)
}

// show is v as it prints.
func show(v Value) string { return string(new(Writer).AppendText(nil, &v)) }

// fromJSON is the value that the text says.
func fromJSON(t testing.TB, h *Heap, s string) Value {
	t.Helper()
	v, err := h.ReadJSON(s, JSONDepth)
	if err != nil {
		t.Fatalf("%s: %v", s, err)
	}
	return v
}

func TestResetKeepsOneSmallChunk(t *testing.T) {
	h := newTestHeap(t, 0)
	if h.Used() != 0 {
		t.Errorf("an unused heap holds %d bytes", h.Used())
	}
	for i := range 10_000 {
		h.NewText("text " + strconv.Itoa(i))
	}
	h.NewText(strings.Repeat("x", 100_000))
	h.Reset()
	if got := h.Used(); got != 2<<10 {
		t.Errorf("after Reset %d bytes are held, want 2 KiB", got)
	}
	h.Release()
	if h.Used() != 0 || h.chunks != nil {
		t.Errorf("after Release %d bytes are held", h.Used())
	}
	// A first object that does not fit the small chunk must not make a large one stay.
	h.NewText(strings.Repeat("x", 20_000))
	h.Reset()
	if got := h.Used(); got > 2<<10 {
		t.Errorf("after a large first object %d bytes stay", got)
	}
}

// TestBudget: garbage is not held against a fiber, what lives is.
func TestBudget(t *testing.T) {
	const limit = 1 << 20
	h := newTestHeap(t, limit)
	roots := []Value{Nil}
	for range 200_000 { // 20 MB in all
		if h.wantGC {
			h.Collect(roots)
		}
		roots[0] = h.NewText(strings.Repeat("x", 100))
		if h.Over() {
			t.Fatal("over the budget with 100 bytes alive")
		}
	}
	if h.Collections() < 10 {
		t.Errorf("%d collections", h.Collections())
	}
	if h.Used() > 2*limit {
		t.Errorf("%d bytes in use, twice the budget is %d", h.Used(), 2*limit)
	}
	roots[0] = h.NewList(0, 0)
	n := 0
	for ; !h.Over() && n < 1_000_000; n++ {
		if h.wantGC {
			h.Collect(roots)
		}
		h.Append(&roots[0], h.NewText("0123456789"))
	}
	// An element takes 48 bytes here, up to 64 with the room to grow.
	if n < limit/64 || n > 3*limit/48 {
		t.Errorf("over the budget after %d elements", n)
	}
	h.ClearOver()
	if h.Over() {
		t.Error("ClearOver did not")
	}
}

// TestRefusal: what cannot fit whatever is collected is refused at once, and the answer is
// small and valid.
func TestRefusal(t *testing.T) {
	const limit = 1 << 20
	big := strings.Repeat("x", 2*limit)
	half := strings.Repeat("x", 700_000)
	cases := map[string]func(h *Heap) Value{
		"text":      func(h *Heap) Value { return h.NewText(big) },
		"bytes":     func(h *Heap) Value { return h.NewBytes([]byte(big)) },
		"list":      func(h *Heap) Value { return h.NewList(limit, limit) },
		"huge list": func(h *Heap) Value { return h.NewList(1<<40, 1<<40) },
		"join": func(h *Heap) Value {
			v := h.NewText(half)
			return h.Join(&v, &v)
		},
		"join all": func(h *Heap) Value {
			v := h.NewText(half)
			return h.JoinAll([]Value{v, v}, "")
		},
		"JSON": func(h *Heap) Value {
			v, err := h.ReadJSON("["+strings.Repeat("{},", 3_000_000)+"{}]", 10)
			if err == nil || err.(*JSONError).Reason != JSONLarge {
				t.Errorf("JSON: error %v", err)
			}
			return v
		},
	}
	for name, f := range cases {
		h := newTestHeap(t, limit)
		v := f(h)
		if !h.Over() || !h.WantGC() {
			t.Errorf("%s: not refused", name)
		}
		if s := show(v); len(s) > 10 {
			t.Errorf("%s: refused, and yet it is %.30s", name, s)
		}
		if h.Used() > 4*limit {
			t.Errorf("%s: %d bytes taken", name, h.Used())
		}
	}
}

// TestRefusedAppend: a list that may not grow any more stays as it is.
func TestRefusedAppend(t *testing.T) {
	h := newTestHeap(t, 1<<20)
	v := h.NewList(0, 0)
	for i := range 200_000 {
		h.Append(&v, Int(i))
	}
	n := v.List().Len()
	if !h.Over() || n < 50_000 || n > 70_000 { // 65,536 elements are the budget
		t.Errorf("over %v with %d elements", h.Over(), n)
	}
	if last := v.List().At(n - 1); *last != Int(n-1) {
		t.Errorf("the last element is %s", show(*last))
	}
	// The same when the write would have to copy first.
	Share(&v)
	w := v
	h.ClearOver()
	h.SetLimit(1 << 19)
	h.Append(&w, Nil)
	h.SetIndex(&w, n-1, True)
	if w.List().Len() != n+1 || v.List().Len() != n || *v.List().At(n - 1) != Int(n-1) || !h.WantGC() {
		t.Error("a copy beyond the budget went wrong")
	}
}

func TestCollectKeepsWhatLives(t *testing.T) {
	h := newTestHeap(t, 0)
	roots := []Value{fromJSON(t, h, `{"a":[1,{"b":"text"},"கொ"],"n":null}`), h.NewText(strings.Repeat("y", 50_000))}
	want := show(roots[0])
	extra := h.NewRecordSize(0)
	for range 5 {
		for range 1000 {
			h.NewText("garbage")
		}
		h.CollectWith(func(visit func(*Value)) { visit(&extra) }, roots[:1], roots[1:])
		if got := show(roots[0]); got != want {
			t.Fatalf("got %s, want %s", got, want)
		}
		if show(extra) != "{}" || roots[1].ByteLen() != 50_000 || show(roots[1])[49_999] != 'y' {
			t.Fatal("a root is lost")
		}
	}
	if h.Live() > 80_000 {
		t.Errorf("%d bytes live", h.Live())
	}
	// What two references share is moved once, marks stay, frozen things do not move.
	Share(&roots[0])
	f, keep := Freeze(h.NewText("frozen text"))
	roots = []Value{roots[0], roots[0], f, Handle(7, 3, true)}
	h.Collect(roots)
	if roots[0] != roots[1] || !IsShared(&roots[0]) {
		t.Error("one object became two, or lost its mark")
	}
	if roots[2] != f || roots[3] != Handle(7, 3, true) || keep.Bytes() == 0 {
		t.Error("a frozen value or a handle changed")
	}
}

// deep is a list in a list in a list.
func deep(h *Heap, n int) Value {
	v := h.NewListOf(nil)
	for range n {
		v = h.NewListOf([]Value{v})
	}
	return v
}

// TestDepth: nothing that walks values recurses.
func TestDepth(t *testing.T) {
	const n = 1_000_000
	h := newTestHeap(t, 0)
	roots := []Value{deep(h, n), deep(h, n)}
	h.Collect(roots)
	if !Equal(&roots[0], &roots[1]) {
		t.Error("equal values are not")
	}
	var w Writer
	if got := w.AppendText(nil, &roots[0]); len(got) != 2*n+2 || got[n] != '[' || got[n+1] != ']' {
		t.Errorf("prints %d bytes", len(got))
	}
	if got := w.AppendJSON(nil, &roots[0]); len(got) != 2*n+2 {
		t.Errorf("%d bytes of JSON", len(got))
	}
	v, f := Freeze(roots[0])
	if got := w.AppendText(nil, &v); len(got) != 2*n+2 || f.Bytes() < n*48 {
		t.Errorf("frozen, %d bytes print", len(got))
	}
	if _, err := h.ReadJSON(strings.Repeat("[", n)+strings.Repeat("]", n), 2*n); err != nil {
		t.Error(err)
	}
	if p := h.pool; cap(w.stack)+cap(p.reader.frames) > 2*maxFrames || cap(p.collector.work) > maxWork {
		t.Error("work lists of a deep value are kept")
	}
}

// TestManyPaths: a value that contains itself twice at each of 60 levels has 2^60 paths
// and 60 objects.
func TestManyPaths(t *testing.T) {
	h := newTestHeap(t, 0)
	build := func() Value {
		v := h.NewText(strings.Repeat("x", 1000))
		for range 60 {
			Share(&v)
			v = h.NewListOf([]Value{v, v})
		}
		return v
	}
	roots := []Value{build(), build()}
	h.Collect(roots)
	if h.Live() > 20_000 {
		t.Errorf("%d bytes live", h.Live())
	}
	if !Equal(&roots[0], &roots[1]) {
		t.Error("equal values are not")
	}
	v, f := Freeze(roots[0])
	if f.Bytes() > 20_000 {
		t.Errorf("frozen in %d bytes", f.Bytes())
	}
	roots[0] = h.DeepCopy(v, nil)
	h.Collect(roots)
	if h.Live() > 20_000 || !Equal(&roots[0], &roots[1]) {
		t.Errorf("copied, %d bytes live", h.Live())
	}
	w := Writer{Limit: 1 << 16}
	if got := w.AppendText(nil, &roots[0]); !w.Cut || len(got) > 1<<16+1100 {
		t.Errorf("printed %d bytes, cut %v", len(got), w.Cut)
	}
	if got := w.AppendJSON(nil, &roots[0]); !w.Cut || len(got) > 1<<16+1100 {
		t.Errorf("%d bytes of JSON, cut %v", len(got), w.Cut)
	}
	v = Int(5)
	if got := w.AppendText(nil, &v); string(got) != "5" {
		t.Errorf("after a cut, 5 prints as %s", got)
	}
	// The copy's second references are marked: a write must not show through the other.
	inner := *roots[0].List().At(0)
	h.SetIndex(&inner, 0, Int(1))
	if got := roots[0].List().At(1).List().At(0); got.IsNumber() {
		t.Error("a write to one part of a copy changed another")
	}
}

func TestPoolsAreBounded(t *testing.T) {
	pool := new(Pool)
	h := NewHeap(pool, 0)
	for range 3 {
		for range 600 {
			h.NewList(0, 2000)
		}
		for range 40 {
			h.NewList(0, 100_000)
		}
		h.Reset()
	}
	held := pool.held * slotBytes
	for c, l := range pool.chunks {
		held += len(l) * chunkSlots[c] * slotBytes
	}
	if held > 40<<20 {
		t.Errorf("the pool holds %d bytes", held)
	}
}
