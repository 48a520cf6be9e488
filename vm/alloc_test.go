//go:build !race && !invariants

package vm

import (
	"testing"

	"etamil/internal/value"
)

// TestNothingIsAllocated holds what a request is made of to no Go allocation at all:
// taking a fiber, arithmetic, comparison, calls, fields, lists, text, and giving the
// fiber back. (The race detector allocates on its
// own account, and the invariants build for checks.)
func TestNothingIsAllocated(t *testing.T) {
	for name, body := range map[string]string{
		"nothing":    "retnil",
		"arithmetic": "loadi R0, 7\n loadk R1, 2.50\nL:\n add R2, R0, R1\n mul R2, R2, R1\n divk R2, R2, 3\n sub R2, R2, R0\n modk R3, R0, 4\n forltk R0, 100, L, 1\n ret R2",
		"comparison": "loadi R0, 7\n loadk R1, 2.50\nL:\n lt R2, R0, R1\n eq R3, R0, R1\n jlek R0, 99.5, M\nM:\n forltk R0, 100, L, 1\n ret R2",
		"calls":      "loadi R0, 0\nL:\n move R1, R0\n call R1, @twice, 1\n closure R2, R0, @twice, 0\n move R3, R1\n callv R2, 1\n forltk R0, 100, L, 1\n ret R2",
		"closures":   "loadi R0, 0\nL:\n move R1, R0\n closure R2, R0, @sum, 2\n loadi R3, 1\n callv R2, 1\n forltk R0, 20, L, 1\n ret R2",
		"fields":     "class \"x\" \"y\"\n loadi R0, 0\n loadi R1, 1\n newrec R1, R0, C0\nL:\n getf R2, R1, \"x\", x1\n addf R1, \"y\", R2, x2\n setf R1, \"x\", R0, x3\n forltk R0, 100, L, 1\n ret R1",
		"records":    "class \"x\" \"y\"\n loadi R0, 0\nL:\n loadi R1, 1\n loadi R2, 2\n newrec R1, R1, C0\n copy R2, R1\n setf R1, \"x\", R0, x1\n forltk R0, 50, L, 1\n ret R1",
		"methods":    "shape \"P\" x:number double=@double\n loadi R0, 0\n newshape R1, R0, S0\nL:\n copy R2, R1\n callm R2, \"double\", x1, 0\n forltk R0, 100, L, 1\n ret R2",
		"shapes":     "shape \"P\" x:number t:text l:list<number>\nshape \"Q\" p:P n:number~1~200 a:any~1~200\n loadi R0, 1\nL:\n copy R1, R0\n loadk R2, \"கல்\"\n newlist R3, R0, 1\n newshape R1, R1, S0\n copy R2, R0\n loadk R3, \"சொல்\"\n newshape R1, R1, S1\n setf R1, \"n\", R0, x1\n addf R1, \"n\", R0, x2\n forltk R0, 50, L, 1\n ret R1",
		"lists":      "loadi R0, 0\n newlist R1, R0, 0\nL:\n append R1, R0\n forltk R0, 100, L, 1\n iter R2, R1\n loadi R4, 0\nM:\n next R2, R3, E\n add R4, R4, R3\n loop M\nE:\n getik R3, R1, 5\n ret R4",
		"text":       "loadi R0, 0\n loadk R1, \"கல்\"\nL:\n loadk R2, \"லும்\"\n concat R1, R1, R2\n concat R1, R1, R0\n forltk R0, 20, L, 1\n jeqk R1, \"x\", E\nE:\n ret R1",
		"builtins":   "loadi R0, 0\nL:\n move R1, R0\n callb R1, $id, 1\n forltk R0, 100, L, 1\n ret R1",
	} {
		img := image(t, program(body))
		m := NewMachine(img, Limits{})
		top := m.NewFiber()
		top.StartMain()
		finish(top, 100)
		m.Use(Freeze(top))
		top.Release()
		fn := value.Func(img.program.ByName["f"])
		request := func() {
			f := m.NewFiber()
			f.Start(fn)
			if f.Run(1<<30) != Done {
				t.Fatalf("%s: %v", name, f.Err())
			}
			f.Release()
		}
		request()
		if n := testing.AllocsPerRun(20, request); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
