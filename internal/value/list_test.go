package value

import "testing"

// TestAppendIsLinear: building a list copies each element a bounded number of times.
func TestAppendIsLinear(t *testing.T) {
	const n = 1_000_000
	for _, between := range []bool{false, true} {
		h := newTestHeap(t, 0)
		roots := []Value{h.NewList(0, 0)}
		for i := range n {
			if h.wantGC {
				h.Collect(roots)
			}
			x := Int(i)
			if between {
				x = h.NewText("some text")
			}
			h.Append(&roots[0], x)
		}
		l := roots[0].List()
		if l.Len() != n || !between && *l.At(n - 1) != Int(n-1) {
			t.Fatal("wrong list")
		}
		if h.Copied() > 2*n*slotBytes {
			t.Errorf("copied %d bytes for %d elements", h.Copied(), n)
		}
	}
}

// TestSharedAppendCopiesOnce: the mark costs one copy, not one for each write.
func TestSharedAppendCopiesOnce(t *testing.T) {
	h := newTestHeap(t, 0)
	a := h.NewList(0, 0)
	for i := range 1000 {
		h.Append(&a, Int(i))
	}
	Share(&a)
	b := a
	before := h.Copied()
	for i := range 1000 {
		h.Append(&b, Int(i))
		h.SetIndex(&b, i, Nil)
	}
	if got := h.Copied() - before; got > 5*1000*slotBytes {
		t.Errorf("%d bytes copied", got)
	}
	if a.List().Len() != 1000 || *a.List().At(5) != Int(5) || b.List().Len() != 2000 || !b.List().At(5).IsNil() {
		t.Error("the two lists are not two")
	}
	if a.List().TrySet(0, &Nil) || a.List().TryAppend(&Nil) {
		t.Error("a shared list was written in place")
	}
	if !b.List().TrySet(0, &One) || b.List().TrySet(2000, &One) || b.List().TrySet(-1, &One) {
		t.Error("TrySet does not know its list")
	}
}

// TestCopyMarksChildren: after a one-level copy the parts belong to both.
func TestCopyMarksChildren(t *testing.T) {
	h := newTestHeap(t, 0)
	for _, text := range []string{`[[1]]`, `{"a":[1]}`} {
		a := fromJSON(t, h, text)
		Share(&a)
		b := a
		h.Unshare(&b)
		part := func(v *Value) *Value {
			if v.IsList() {
				return v.List().At(0)
			}
			x, _ := v.Field("a")
			return x
		}
		if a == b || !IsShared(part(&a)) || *part(&a) != *part(&b) {
			t.Errorf("%s: parts are not shared", text)
		}
		h.Append(part(&b), Int(2))
		if show(a) == show(b) {
			t.Errorf("%s: a write shows in both", text)
		}
		c := b
		h.Unshare(&b) // nobody else has it: the same object
		if b != c {
			t.Errorf("%s: copied without need", text)
		}
	}
}

func TestListEdges(t *testing.T) {
	h := newTestHeap(t, 0)
	v := fromJSON(t, h, `[0,1,2,3,4]`)
	Share(&v)
	w := v
	h.RemoveAt(&w, 0)
	h.RemoveAt(&w, 3)
	if show(w) != "[1, 2, 3]" || show(v) != "[0, 1, 2, 3, 4]" {
		t.Error(show(w), show(v))
	}
	w = v
	h.Truncate(&w, 2)
	if show(w) != "[0, 1]" || show(v) != "[0, 1, 2, 3, 4]" {
		t.Error(show(w), show(v))
	}
	h.Truncate(&w, 1)
	h.AppendAll(&w, &v)
	h.AppendAll(&w, &w)
	if show(w) != "[0, 0, 1, 2, 3, 4, 0, 0, 1, 2, 3, 4]" {
		t.Error(show(w))
	}
	e := h.NewList(0, 0)
	h.AppendAll(&e, &e)
	if s := h.SliceList(&w, 12, 0); show(s) != "[]" || show(e) != "[]" || e.List().Slots() != nil {
		t.Error("empty lists")
	}
	if !h.Reserve(&e, 5000) || e.List().Cap() < 5000 || e.List().Len() != 0 {
		t.Error("Reserve")
	}
}

// TestOutgrownBlocksGoAtOnce: a growing list holds the block it is in, not those it was in.
func TestOutgrownBlocksGoAtOnce(t *testing.T) {
	h := newTestHeap(t, 0)
	v := h.NewList(0, 0)
	for i := range 500_000 {
		h.Append(&v, Int(i))
	}
	if own := v.List().Cap() * slotBytes; h.Used() > own+own/8 {
		t.Errorf("%d bytes are held by a list of %d", h.Used(), own)
	}
}
