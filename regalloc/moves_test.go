package regalloc

import "testing"

// All sets of moves between up to five registers, duplicates of sources
// included: doing them one after the other leaves what doing them at once does.
func TestSequenceExhaustively(t *testing.T) {
	const n, temp = 5, 9
	// from[to] is the register that goes into to; n: nothing does.
	var from [n]int
	count := 0
	var try func(to int)
	try = func(to int) {
		if to < n {
			for from[to] = 0; from[to] <= n; from[to]++ {
				try(to + 1)
			}
			return
		}
		count++
		var moves []Move
		var regs, want [temp + 1]int
		for r := range n {
			regs[r], want[r] = r+100, r+100
		}
		for to, f := range from {
			if f < n {
				moves = append(moves, Move{From: f, To: to})
				want[to] = f + 100
			}
		}
		seq := Sequence(moves, temp)
		for _, m := range seq {
			regs[m.To] = regs[m.From]
		}
		for r := range n {
			if regs[r] != want[r] {
				t.Fatalf("%v as %v: R%d holds %d, not %d", moves, seq, r, regs[r], want[r])
			}
		}
		// A move more than asked for, for each circle, and none to itself.
		if len(seq) > len(moves)+2 {
			t.Fatalf("%v takes %d moves", moves, len(seq))
		}
		for _, m := range seq {
			if m.From == m.To {
				t.Fatalf("%v moves R%d to itself", moves, m.To)
			}
		}
	}
	try(0)
	if count != 7776 {
		t.Errorf("%d sets of moves", count)
	}
}

// A mark is made exactly where it was asked for, also when the value goes
// through temp, and on a value that stays where it is.
func TestSequenceKeepsMarks(t *testing.T) {
	for _, moves := range [][]Move{
		{{0, 1, true}, {1, 0, false}},
		{{0, 1, false}, {1, 0, true}},
		{{0, 0, true}},
		{{0, 1, true}, {0, 2, true}, {1, 3, false}},
		{{0, 1, true}, {1, 2, true}, {2, 0, true}},
	} {
		shared := map[int]bool{} // values that are marked
		regs := map[int]int{0: 0, 1: 1, 2: 2, 3: 3}
		for _, m := range Sequence(moves, 9) {
			v := regs[m.From]
			if m.Share {
				shared[v] = true
			}
			regs[m.To] = v
		}
		for _, m := range moves {
			if shared[m.From] != anyShared(moves, m.From) {
				t.Errorf("%v: value of R%d marked: %v", moves, m.From, shared[m.From])
			}
		}
	}
}

func anyShared(moves []Move, from int) bool {
	for _, m := range moves {
		if m.From == from && m.Share {
			return true
		}
	}
	return false
}
