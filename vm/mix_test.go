package vm

import (
	"math"
	"math/rand/v2"
	"testing"

	"etamil/internal/code"
	"etamil/internal/decimal"
	"etamil/internal/value"
)

// mix does what slow does, and knows every instruction that compares or adds.
func TestMix(t *testing.T) {
	// The function is there for its registers and its constant, which the test overwrites.
	img := image(t, "func \"f\" params=2 regs=6\n loadk R2, 1.5\n loop L1\nL1:\n ret R2\n")
	f := NewMachine(img, Limits{}).NewFiber()
	f.Start(value.Func(img.program.ByName["f"]), value.Int(0), value.Int(0))
	r := rand.New(rand.NewPCG(7, 7))
	edges := []int64{0, 1, -1, 9, 10, -10, math.MaxInt64, math.MinInt64, math.MaxInt64 / 10, math.MinInt64 / 10, math.MaxInt64/10 + 1, 1e18, -1e18}
	number := func(wide bool) value.Value {
		n := int64(r.Uint64()) >> r.IntN(64)
		if r.IntN(3) == 0 {
			n = edges[r.IntN(len(edges))]
		}
		scale := r.IntN(4)
		if r.IntN(4) == 0 {
			scale = r.IntN(29)
		}
		switch k := r.IntN(20); {
		case k == 0:
			return value.Nil
		case k == 1:
			return value.Bool(n > 0)
		case k == 2 && wide:
			return value.Number(decimal.FromParts(n < 0, r.Uint32(), r.Uint64(), scale))
		}
		return value.Number(decimal.New(n, scale))
	}
	k := (*slot)(pointer(&(*function)(pointer(&f.fn)).k))
	type after struct {
		regs [4]slot
		pc   uintptr
		fuel int
	}
	ops, adding := 0, 0
	for op := range code.Op(code.NumOps) {
		how := mixes[op]
		if how == (mix{}) {
			continue
		}
		ops++
		if how.do >= mixSum {
			adding++
		}
		in := code.Make(op, 0, 1, 2, 2)
		switch {
		case how.constant && how.y == inC:
			in = code.Make(op, 0, 3, 2, 0)
		case how.constant:
			in = code.Make(op, 0, 2, 0, 2)
		case how.x == inB:
			in = code.Make(op, 0, 3, 1, 2)
		}
		// Sums of wide numbers may be too large, which ends the fiber.
		for range 3000 {
			regs := [4]slot{1: slotOf(number(how.do < mixSum)), 2: slotOf(number(how.do < mixSum))}
			*k = slotOf(number(how.do < mixSum))
			if how.constant && k.meta >= kindWide {
				continue // the compiler names no others
			}
			do := func(step func(code.Instr)) after {
				pc, window := f.pc, (*[4]slot)(pointer(&f.r))
				*window, f.fuel, f.began = regs, 5, 0 // no slice ends by the clock
				step(in)
				a := after{*window, f.pc - pc, f.fuel}
				f.pc = pc
				return a
			}
			if slow, fast := do(f.slow), do(f.mix); slow != fast {
				t.Fatalf("%s of %v, %v and %v: slow gives %v, mix %v", op, regs[1], regs[2], *k, slow, fast)
			}
		}
	}
	if ops != 31 || adding != 5 {
		t.Errorf("%d instructions, %d of them computing", ops, adding)
	}
	f.Release()
}

func slotOf(v value.Value) slot { return slot{int64(v.N), v.M} }
