package vm

import (
	"context"
	"math/rand/v2"
	"testing"

	"etamil/internal/code"
	"etamil/internal/code/codetest"
	"etamil/internal/value"
)

// mutable is a program with every kind of instruction and with calls, handlers, loops and
// closures to go wrong in.
func mutable() string {
	text := "globals g h\nwindow w v\nbuiltins id count boom wait fill door\nclass \"x\" \"y\"\nclass \"go\"\nshape \"P\" x:number y:any? double=@double\n"
	text += `
func "main" regs=8 top
  loadi R0, 3
  call R0, @f, 1
  setg R0, %g
  halt
func "f" params=1 regs=12 caches=10
  newlist R1, R0, 1
  loadi R2, 0
A:
  append R1, R2
  copy R3, R1
  seti R3, R2, R0
  geti R4, R3, R2
  add R4, R4, R2
  jltk R4, 100, C
  mulk R4, R4, 0.5
C:
  concat R5, R4, R3
  loadi R6, 1
  loadk R7, "அஆஇ"
  newrec R6, R6, C0
  getf R8, R6, "y", x1
  setf R6, "z", R8, x2
  addf R6, "x", R2, x3
  newshape R8, R2, S0
  callm R8, "double", x10, 0
  closure R8, R4, @sum, 2
  loadi R9, 5
  callv R8, 1
  move R9, R2
  callb R9, $id, 1
  iter R9, R1
N:
  next2 R9, R10, O
  loop N
O:
  setw R8, %w
  getwu R10, %v
  isset R10, R10
  jt R10, P
  ok R10, R5
  try R10, R10
P:
  callb R10, $wait, 1
  forltk R2, 3, A, 1
  callb R10, $boom, 0
B:
  getf R1, R0, "code", x4
  len R3, R1
  eq R4, R1, R3
  not R4, R4
  jf R4, Q
  newlist R5, R1, 1
  loadi R3, 0
  owni R5, R3
Q:
  call R6, @two, 1
  throw R6
D:
  getik R1, R6, 0
  getf R2, R0, "details", x5
  concatn R1, R1, 2
  ret R1
  handler A, B, B, R0
  handler Q, D, D, R0
`
	return text + helperFuncs
}

// runWild links a program that may have been changed in any way. If it is refused, good;
// else it runs, for a bounded number of steps and slices, and must neither panic nor read
// what isn't its own (the invariants build poisons that, the race detector and checkptr
// look for it).
func runWild(t *testing.T, p *code.Program) {
	img, err := testLinker().Link(p)
	if err != nil {
		return
	}
	m := NewMachine(img, Limits{Steps: 3000, Memory: 1 << 18, Depth: 50})
	f := m.NewFiber()
	f.StartMain()
	for turns := 0; turns < 2000; turns++ {
		switch f.Run(97) {
		case Done, Failed:
			f.Reset()
			f.Release()
			return
		}
		for f.Status() == Waiting {
			f.Task().Do(context.Background())
			f.Resume(97)
		}
	}
	t.Fatal("a program with a budget of 3000 steps goes on for ever")
}

// mutate changes a program's code in a few places: mostly to what may well be verified,
// since what is refused tests little.
func mutate(p *code.Program, rnd *rand.Rand) {
	for range 1 + rnd.IntN(3) {
		fn := p.Funcs[rnd.IntN(len(p.Funcs))]
		i := rnd.IntN(len(fn.Code))
		in := &fn.Code[i]
		if in.Op() >= code.NumOps {
			return // it was spoilt a moment ago
		}
		switch rnd.IntN(8) {
		case 0: // another instruction with operands of the same shapes
			row := code.Table[in.Op()]
			for op := code.Op(rnd.IntN(int(code.NumOps))); ; op = (op + 1) % code.NumOps {
				if r := code.Table[op]; r.A == row.A && r.B == row.B && r.C == row.C && r.BC == row.BC && r.D == row.D {
					*in = *in&^0xff | code.Instr(op)
					break
				}
			}
		case 1, 2, 3, 4: // another register or constant
			row := code.Table[in.Op()]
			field := rnd.IntN(3)
			n := 0
			switch []byte{row.A, row.B, row.C}[field] {
			case 'r', 'w', 'u':
				n = fn.Regs
			case 'k':
				n = len(fn.K)
			}
			if n > 0 {
				shift := 16 * (1 + field)
				*in = *in&^(0xffff<<shift) | code.Instr(rnd.IntN(n)*code.Scale)<<shift
			}
		case 5: // another count or jump
			shift := 8 + 8*rnd.IntN(7)
			*in = *in&^(0xff<<shift) | code.Instr(rnd.IntN(8))<<shift
		case 6: // an instruction from elsewhere
			from := p.Funcs[rnd.IntN(len(p.Funcs))]
			*in = from.Code[rnd.IntN(len(from.Code))]
		case 7: // any byte
			shift := 8 * rnd.IntN(8)
			*in ^= code.Instr(rnd.IntN(256)) << shift
		}
	}
}

func TestChangedPrograms(t *testing.T) {
	n := 6_000
	if testing.Short() || value.Invariants {
		n = 2_000
	}
	accepted := 0
	for seed := range n {
		p := codetest.Must(mutable())
		mutate(p, rand.New(rand.NewPCG(uint64(seed), 7)))
		if code.Verify(p) == nil {
			accepted++
		}
		runWild(t, p)
	}
	// If nearly all were refused, this would test nothing.
	if accepted < n/20 {
		t.Errorf("only %d of %d changed programs were run", accepted, n)
	}
}

func FuzzVerifiedPrograms(f *testing.F) {
	f.Add(uint64(1), []byte{0, 0, 0})
	f.Add(uint64(2), []byte{3, 2, 48, 9, 5, 1})
	f.Fuzz(func(t *testing.T, seed uint64, edits []byte) {
		p := codetest.Must(mutable())
		mutate(p, rand.New(rand.NewPCG(seed, 0)))
		for i := 0; i+3 <= len(edits) && i < 30; i += 3 {
			fn := p.Funcs[int(edits[i])%len(p.Funcs)]
			in := &fn.Code[int(edits[i+1])%len(fn.Code)]
			*in ^= code.Instr(edits[i+2]) << (8 * (int(edits[i]) >> 5 & 7))
		}
		runWild(t, p)
	})
}
