package vm

import (
	"testing"

	"etamil/internal/value"
)

// TestHold: what is held outlives collections, can be written by nobody else, and goes with
// the run.
func TestHold(t *testing.T) {
	img := image(t, "func \"f\" regs=1\n  halt\n")
	f := NewMachine(img, Limits{}).NewFiber()
	h := f.Heap()
	f.StartMain()
	text := "a text that is too long to stand in a slot of its own"
	f.Hold(2, h.NewListOf([]value.Value{h.NewText(text)}))
	if !f.collect() || h.Collections() == 0 {
		t.Fatal("nothing was collected")
	}
	v := f.Held(2)
	if !v.IsList() || v.List().At(0).Str() != text {
		t.Fatal("the value is gone")
	}
	h.Append(&v, value.Int(1))
	if again := f.Held(2); again.List().Len() != 1 {
		t.Errorf("a write through one copy shows in the other: %d", again.List().Len())
	}
	if v := f.Held(0); !v.IsNil() {
		t.Error("a place that holds nothing holds something")
	}
	if v := f.Held(9); !v.IsNil() {
		t.Error("a place beyond all holds something")
	}
	f.Reset()
	if v := f.Held(2); !v.IsNil() {
		t.Error("Reset has left a value")
	}
}
