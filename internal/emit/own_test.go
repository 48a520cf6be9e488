package emit

import (
	"testing"

	"etamil/internal/ir"
)

// TestTaken: the value of a variable is changed in place, without a mark, if what looks at
// the variable in between is over before the change and keeps nothing.
func TestTaken(t *testing.T) {
	for _, c := range []struct {
		name, between string
		taken         bool
	}{
		{"nothing", `v2 = const 1
	v3 = append v0, v2
	setglobal #0 "l" v3`, true},
		{"its length", `v1 = getglobal #0 "l"
	v2 = len v1
	v3 = append v0, v2
	setglobal #0 "l" v3`, true},
		{"a sum with an item of it", `v1 = getglobal #0 "l"
	v2 = const 0
	v4 = getindex v1, v2
	v5 = add v4, v2
	v3 = append v0, v5
	setglobal #0 "l" v3`, true},
		{"an item of it that is kept", `v1 = getglobal #0 "l"
	v2 = const 0
	v4 = getindex v1, v2
	v3 = append v0, v4
	setglobal #0 "l" v3`, false},
		{"itself, kept", `v1 = getglobal #0 "l"
	v3 = append v0, v1
	setglobal #0 "l" v3`, false},
		{"itself, put into a list", `v1 = getglobal #0 "l"
	v2 = list v1
	v4 = len v2
	v3 = append v0, v4
	setglobal #0 "l" v3`, false},
		{"its length, asked after the change", `v1 = getglobal #0 "l"
	v2 = const 1
	v3 = append v0, v2
	v4 = len v1
	setglobal #0 "l" v3
	setglobal #1 "n" v4`, false},
		{"its length, asked elsewhere", `v1 = getglobal #0 "l"
	v2 = const 1
	v3 = append v0, v2
	setglobal #0 "l" v3
	jump b1()
b1():
	v4 = len v1
	setglobal #1 "n" v4`, false},
		{"read after the change", `v2 = const 1
	v3 = append v0, v2
	v1 = getglobal #0 "l"
	v4 = len v1
	setglobal #0 "l" v3
	setglobal #1 "n" v4`, false},
		{"a call", `v2 = call #0
	v3 = append v0, v2
	setglobal #0 "l" v3`, false},
		{"another variable", `v1 = getglobal #1 "m"
	v3 = append v0, v1
	setglobal #0 "l" v3`, true},
	} {
		funcs, err := ir.Parse("func 0 \"\" top {\nb0():\n\tv0 = getglobal #0 \"l\"\n\t" + c.between + "\n\thalt\n}\n")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		e := &emitter{f: funcs[0], unowned: map[*ir.Value]bool{}}
		e.findTaken()
		if got := e.unowned[funcs[0].Blocks[0].Instrs[0]]; got != c.taken {
			t.Errorf("%s: taken %v, want %v", c.name, got, c.taken)
		}
	}
}
