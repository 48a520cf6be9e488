package vm

import (
	"testing"

	"etamil/internal/value"
)

// ticket is Portable, as tasks and channels are.
type ticket struct{ n int }

func (*ticket) Portable() {}

// TestHandlesThatNobodyNamesGo: what is Portable leaves the table with a collection, wherever
// else values that name others stand; what is closed at the end stays until then.
func TestHandlesThatNobodyNamesGo(t *testing.T) {
	img := image(t, "func \"f\" regs=1\n  halt\n")
	f := NewMachine(img, Limits{}).NewFiber()
	h := f.Heap()
	f.StartMain()
	f.private = true
	d := &door{}
	closed := f.NewHandle(1, d)
	list := h.NewListOf([]value.Value{f.NewHandle(2, &ticket{1}), h.NewListOf([]value.Value{f.NewHandle(2, &ticket{2})})})
	f.Hold(0, list)
	f.stack[0] = f.NewHandle(2, &ticket{3})
	for i := range 100_000 {
		last := f.NewHandle(2, &ticket{i})
		if f.HandleOf(last, 2).(*ticket).n != i {
			t.Fatalf("handle %d names another", i)
		}
		if h.WantGC() && !f.collect() {
			t.Fatal("not collected")
		}
	}
	if len(f.handles) > 2*firstSweep {
		t.Errorf("the table has %d places", len(f.handles))
	}
	list = f.Held(0)
	inner := list.List().At(1).List()
	for i, v := range []value.Value{*list.List().At(0), *inner.At(0), f.stack[0]} {
		if x, _ := f.HandleOf(v, 2).(*ticket); x == nil || x.n != i+1 {
			t.Errorf("%d is gone", i+1)
		}
	}
	if f.HandleOf(closed, 1) != d || d.closed != 0 {
		t.Error("what is to be closed is gone")
	}
	f.Release()
	if d.closed != 1 {
		t.Errorf("closed %d times", d.closed)
	}
}

// TestManyHandlesAreLookedThroughSeldom: those that live cost a number of collections that
// grows with the logarithm.
func TestManyHandlesAreLookedThroughSeldom(t *testing.T) {
	img := image(t, "func \"f\" regs=1\n  halt\n")
	f := NewMachine(img, Limits{}).NewFiber()
	h := f.Heap()
	f.StartMain()
	list := h.NewList(0, 2)
	for i := range 50_000 {
		h.Append(&list, f.NewHandle(2, &ticket{i}))
		f.stack[0] = list
		if len(f.handles) > f.sweepAt && !f.collect() {
			t.Fatal("not collected")
		}
		list = f.stack[0]
	}
	if n := h.Collections(); n > 40 {
		t.Errorf("%d collections", n)
	}
	for i := range 50_000 {
		if f.HandleOf(*list.List().At(i), 2).(*ticket).n != i {
			t.Fatalf("handle %d names another", i)
		}
	}
	f.stack[0] = value.Nil
	f.collect()
	f.sweepAt = 0
	f.collect()
	if len(f.handles) != 0 {
		t.Errorf("%d places are left", len(f.handles))
	}
}

// TestFrozenHandles: what the top level leaves to all is found by all, and what a private
// fiber freezes stays as long as the fiber.
func TestFrozenHandles(t *testing.T) {
	img := image(t, "globals g\nfunc \"f\" regs=1\n  getg R0, %g\n  ret R0\n")
	m := NewMachine(img, Limits{})
	f := m.NewFiber()
	f.StartMain()
	f.own[0] = f.NewHandle(2, &ticket{1})
	v, _ := f.Freeze(f.NewHandle(2, &ticket{2}))
	m.Use(Freeze(f))
	f.Release()
	g := m.NewFiber()
	g.Start(value.Func(img.program.ByName["f"]))
	finish(g, 100)
	if x, _ := g.HandleOf(g.Result(), 2).(*ticket); x == nil || x.n != 1 {
		t.Error("the global is gone")
	}
	if x, _ := g.HandleOf(v, 2).(*ticket); x == nil || x.n != 2 {
		t.Error("the frozen value names nothing")
	}

	p := m.NewFiber()
	p.StartMain()
	p.private = true
	v, _ = p.Freeze(p.NewHandle(2, &ticket{3}))
	p.sweepAt = 0
	p.collect()
	if x, _ := p.HandleOf(v, 2).(*ticket); x == nil || x.n != 3 {
		t.Error("what a private fiber has frozen is gone")
	}
}

// TestParcels: what a parcel's handles name goes with it, more than once, and what needs an
// owner only where it has one.
func TestParcels(t *testing.T) {
	img := image(t, "func \"f\" regs=1\n  halt\n")
	m := NewMachine(img, Limits{})
	from, to := m.NewFiber(), m.NewFiber()
	from.StartMain()
	from.private = true
	to.StartMain()
	to.private = true
	h := from.Heap()
	d := &door{}
	v := h.NewListOf([]value.Value{from.NewHandle(2, &ticket{1}), from.NewHandle(1, d), value.Int(5)})
	near, err := from.Pack(v, false)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := from.Pack(v, true); err == nil {
		t.Error("a door has gone where nobody owns it")
	}
	to.NewHandle(2, &ticket{9})
	for range 2 {
		u := to.Unpack(near)
		l := u.List()
		if x, _ := to.HandleOf(*l.At(0), 2).(*ticket); x == nil || x.n != 1 {
			t.Error("the ticket is not there")
		}
		if to.HandleOf(*l.At(1), 1) != d || !value.Equal(l.At(2), &[]value.Value{value.Int(5)}[0]) {
			t.Error("the door or the number is not there")
		}
	}
	to.Release()
	if d.closed != 0 {
		t.Error("who borrows has closed")
	}
	from.Release()
	if d.closed != 1 {
		t.Errorf("closed %d times", d.closed)
	}
	if n := img.GlobalHandles(); n != 0 {
		t.Errorf("%d handles stay as long as the program", n)
	}
}
