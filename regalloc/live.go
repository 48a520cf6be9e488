package regalloc

import (
	"math/bits"

	"etamil/internal/ir"
)

// Liveness knows which values are needed where.
type Liveness struct {
	f     *ir.Func
	sel   *Selection
	index []int32 // of values that live in more than one block, by ID; else -1
	vals  []*ir.Value
	in    []bitset // by block number: needed at the start
	out   []bitset // needed at the end, after the branch

	needed []*ir.Block // see Deaths
	deaths []uint64
}

type bitset []uint64

func (s bitset) has(i int32) bool { return s[i>>6]>>(i&63)&1 != 0 }
func (s bitset) add(i int32)      { s[i>>6] |= 1 << (i & 63) }
func (s bitset) del(i int32)      { s[i>>6] &^= 1 << (i & 63) }

func (s bitset) each(f func(int32)) {
	for w, x := range s {
		for x != 0 {
			f(int32(w<<6 + bits.TrailingZeros64(x)))
			x &= x - 1
		}
	}
}

// operands calls use for each value that v reads from a register. What is fused
// reads nothing itself.
func operands(sel *Selection, v *ir.Value, use func(*ir.Value)) {
	if sel.Fused(v) {
		return
	}
	for _, a := range sel.Args(v) {
		if !Const(a) {
			use(a)
		}
	}
}

// TermOperands calls use for each value that the end of b reads, arguments of
// its edges left out.
func TermOperands(sel *Selection, b *ir.Block, use func(*ir.Value)) {
	v := b.Term.Value
	if v == nil || Const(v) {
		return
	}
	if !sel.Fused(v) {
		use(v)
		return
	}
	for _, a := range v.Args {
		if !Const(a) {
			use(a)
		}
	}
}

// Live computes liveness by going round the blocks backwards until nothing
// changes. What a handler needs at its start is needed everywhere in the
// blocks that it handles, as an error may leave any of their instructions.
func Live(f *ir.Func, sel *Selection) *Liveness {
	l := &Liveness{f: f, sel: sel, index: make([]int32, f.NumValues())}
	for i := range l.index {
		l.index[i] = -1
	}
	crosses := func(v *ir.Value, b *ir.Block) {
		if v.Block != b && l.index[v.ID] < 0 {
			l.index[v.ID] = int32(len(l.vals))
			l.vals = append(l.vals, v)
		}
	}
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			operands(sel, v, func(a *ir.Value) { crosses(a, b) })
		}
		TermOperands(sel, b, func(a *ir.Value) { crosses(a, b) })
		for _, e := range b.Term.Succs {
			for _, a := range e.Args {
				if !Const(a) {
					crosses(a, b)
				}
			}
		}
	}
	words := (len(l.vals) + 63) / 64
	l.in = make([]bitset, f.NumBlocks())
	l.out = make([]bitset, f.NumBlocks())
	all := make(bitset, 3*words*len(f.Blocks))
	bits64 := func() (s bitset) {
		s, all = all[:words:words], all[words:]
		return s
	}
	for _, b := range f.Blocks {
		l.in[b.ID] = bits64()
		l.out[b.ID] = bits64()
	}
	// needed within a block before any definition, and defined in it
	gen := make([]bitset, f.NumBlocks())
	for _, b := range f.Blocks {
		g := bits64()
		use := func(a *ir.Value) {
			if i := l.index[a.ID]; i >= 0 && a.Block != b {
				g.add(i)
			}
		}
		for _, v := range b.Instrs {
			operands(sel, v, use)
		}
		TermOperands(sel, b, use)
		for _, e := range b.Term.Succs {
			for _, a := range e.Args {
				if !Const(a) {
					use(a)
				}
			}
		}
		gen[b.ID] = g
	}
	post := f.Postorder()
	for changed := true; changed; {
		changed = false
		for _, b := range post {
			out, in := l.out[b.ID], l.in[b.ID]
			for _, e := range b.Term.Succs {
				for w, x := range l.in[e.To.ID] {
					out[w] |= x
				}
			}
			if b.Handler != nil {
				for w, x := range l.in[b.Handler.ID] {
					out[w] |= x
				}
			}
			for w := range in {
				x := out[w] | gen[b.ID][w]
				if x == in[w] {
					continue
				}
				// What the block defines isn't needed at its start.
				n := x
				for y := x &^ in[w]; y != 0; y &= y - 1 {
					i := w<<6 + bits.TrailingZeros64(y)
					if l.vals[i].Block == b {
						n &^= 1 << (i & 63)
					}
				}
				if n != in[w] {
					in[w] |= n
					changed = true
				}
			}
		}
	}
	return l
}

// In reports whether v is needed at the start of b.
func (l *Liveness) In(v *ir.Value, b *ir.Block) bool {
	i := l.index[v.ID]
	return i >= 0 && l.in[b.ID].has(i)
}

// Out reports whether v is needed after the end of b.
func (l *Liveness) Out(v *ir.Value, b *ir.Block) bool {
	i := l.index[v.ID]
	return i >= 0 && l.out[b.ID].has(i)
}

// A Set is a set of values of one function of which some live in more than one
// block.
type Set struct {
	has   []bool // by value number
	cross bitset // those that live in more than one block
}

// NewSet returns the set of the values for which is holds.
func (l *Liveness) NewSet(is func(*ir.Value) bool) *Set {
	s := &Set{has: make([]bool, l.f.NumValues()), cross: make(bitset, (len(l.vals)+63)/64)}
	for _, b := range l.f.Blocks {
		for _, v := range b.Instrs {
			if is(v) {
				s.has[v.ID] = true
				if i := l.index[v.ID]; i >= 0 {
					s.cross.add(i)
				}
			}
		}
	}
	return s
}

// Has reports whether v is in s.
func (s *Set) Has(v *ir.Value) bool { return s.has[v.ID] }

// EachOut calls f for each value of s that is needed after the end of b.
func (l *Liveness) EachOut(b *ir.Block, s *Set, f func(*ir.Value)) {
	for w, x := range l.out[b.ID] {
		for x &= s.cross[w]; x != 0; x &= x - 1 {
			f(l.vals[w<<6+bits.TrailingZeros64(x)])
		}
	}
}

// Deaths finds, for each instruction of b, which operands are not needed after
// it. Bit i of the result stands for operand i; operands from 63 on are always
// taken to be needed. Of an operand that stands twice, neither dies. The result is good until
// the next call.
func (l *Liveness) Deaths(b *ir.Block) []uint64 {
	if len(b.Instrs) > cap(l.deaths) {
		l.deaths = make([]uint64, len(b.Instrs))
	}
	deaths := l.deaths[:len(b.Instrs)]
	clear(deaths)
	// A value is needed further down this block if it was marked while this
	// block was walked: the marks of other blocks say nothing.
	if l.needed == nil {
		l.needed = make([]*ir.Block, l.f.NumValues())
	}
	need := func(v *ir.Value) { l.needed[v.ID] = b }
	alive := func(v *ir.Value) bool { return l.needed[v.ID] == b || l.Out(v, b) }
	TermOperands(l.sel, b, need)
	for _, e := range b.Term.Succs {
		for _, a := range e.Args {
			need(a)
		}
	}
	for i := len(b.Instrs) - 1; i >= 0; i-- {
		v := b.Instrs[i]
		if l.sel.Fused(v) {
			continue
		}
		args := l.sel.Args(v)
		for k, a := range args {
			if Const(a) || k >= 63 || alive(a) {
				continue
			}
			twice := false
			for m, o := range args {
				twice = twice || m != k && o == a
			}
			if !twice {
				deaths[i] |= 1 << k
			}
		}
		for _, a := range args {
			need(a)
		}
	}
	return deaths
}
