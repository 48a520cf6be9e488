package regalloc

import (
	"math/bits"
	"slices"
	"sort"
	"sync"

	"etamil/internal/ir"
)

// Assignment says where each value is.
type Assignment struct {
	Sel  *Selection
	Live *Liveness
	reg  []int32     // by value number; -1: none
	base map[int]int // first register of the window of an operation, by value number
	Regs int         // size of the function's window
}

// Reg returns the register of v.
func (a *Assignment) Reg(v *ir.Value) int { return int(a.reg[v.ID]) }

// Has reports whether v has a register.
func (a *Assignment) Has(v *ir.Value) bool { return a.reg[v.ID] >= 0 }

// Base returns the first register of the window of v (see Window).
func (a *Assignment) Base(v *ir.Value) int { return a.base[v.ID] }

// Slot returns the register of the variable that is kept out of SSA.
func Slot(f *ir.Func, slot int64) int { return f.Params + int(slot) }

// Allocate gives each value of f a register. Edges must be split. Arguments
// are in the first registers, slots follow them.
func Allocate(f *ir.Func) *Assignment {
	sel := Select(f)
	a := &Assignment{Sel: sel, Live: Live(f, sel), reg: make([]int32, f.NumValues()), base: map[int]int{}}
	for i := range a.reg {
		a.reg[i] = -1
	}
	s := scans.Get().(*scan)
	s.begin(f, a)
	s.intervals()
	s.run()
	s.f, s.a = nil, nil
	scans.Put(s)
	return a
}

// interval is where a value lives, from its definition up to, not including,
// end. Instruction i of a block reads at 2i and writes at 2i+1, counted from
// the block's first position. A value need not be alive everywhere between: a
// loop's variable that is read after the loop isn't, after the loop's body has
// computed its next value. Its ranges leave such places out.
type interval struct {
	v          *ir.Value
	start, end int32
}

// span is a range of positions, its end not included.
type span struct{ from, to int32 }

// want is what a value would like.
type want struct {
	window *ir.Value // operation whose window it goes into
	at     int       // which register of that window
	end    int32
}

type scan struct {
	f     *ir.Func
	a     *Assignment
	list  []interval
	wants []want
	from  [][]*ir.Value // arguments of block parameters, by number
	to    [][]*ir.Value // block parameters that values are passed to, by number
	pos   []int32       // where a value is defined
	live  [][]span      // ranges of each value, by number, in order
	held  [][]span      // ranges in which each register is taken, in order

	here []span // where each value that the block at hand touches is alive in it

	free   bitset  // registers that are free now
	active []int32 // end of each taken register, by register
	busy   minHeap // taken registers by end
	regs   int
}

// scans keeps the tables of scans that are over for those to come.
var scans = sync.Pool{New: func() any { return new(scan) }}

// begin empties the tables for f.
func (s *scan) begin(f *ir.Func, a *Assignment) {
	n := f.NumValues()
	s.f, s.a, s.regs = f, a, 0
	s.list, s.free, s.active, s.busy = s.list[:0], s.free[:0], s.active[:0], s.busy[:0]
	s.wants, s.pos, s.here = room(s.wants, n), room(s.pos, n), room(s.here, n)
	s.from, s.to, s.live = lists(s.from, n), lists(s.to, n), lists(s.live, n)
}

// room is s with the length n and nothing in it.
func room[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	s = s[:n]
	clear(s)
	return s
}

// lists is s with n empty lists.
func lists[T any](s [][]T, n int) [][]T {
	if cap(s) < n {
		return make([][]T, n)
	}
	s = s[:n]
	for i := range s {
		clear(s[i])
		s[i] = s[i][:0]
	}
	return s
}

func (s *scan) intervals() {
	l := s.a.Live
	here := s.here
	var touched []*ir.Value
	touch := func(v *ir.Value, from, to int32) {
		h := &here[v.ID]
		if h.to == 0 {
			*h = span{from, to}
			touched = append(touched, v)
			return
		}
		h.from = min(h.from, from)
		h.to = max(h.to, to)
	}
	// A value that lives through a block from end to end has a range that was
	// opened where it began to and is closed where it no longer does: a function
	// with thousands of variables costs a block only what the block touches.
	open := make(bitset, len(l.in[s.f.Blocks[0].ID]))
	since := make([]int32, len(l.vals))
	p := int32(0)
	for _, b := range s.f.Blocks {
		first := p
		last := first + int32(2*len(b.Instrs)) + 4
		p = last
		in, out := l.in[b.ID], l.out[b.ID]
		through := func(v *ir.Value) bool { return l.In(v, b) && l.Out(v, b) }
		for w := range open {
			for x := open[w] &^ in[w]; x != 0; x &= x - 1 {
				i := w<<6 + bits.TrailingZeros64(x)
				s.addSpan(l.vals[i], span{since[i], first})
			}
			for x := in[w] &^ open[w]; x != 0; x &= x - 1 {
				since[w<<6+bits.TrailingZeros64(x)] = first
			}
			for x := in[w] &^ out[w]; x != 0; x &= x - 1 {
				i := w<<6 + bits.TrailingZeros64(x)
				touch(l.vals[i], since[i], first+1)
			}
			open[w] = out[w]
		}
		from := func(v *ir.Value) int32 {
			if h := here[v.ID]; h.to != 0 {
				return h.from
			}
			return first
		}
		use := func(v *ir.Value, to int32) {
			if !through(v) {
				touch(v, from(v), to)
			}
		}
		for _, v := range b.Params {
			s.pos[v.ID] = first
			touch(v, first, first+1)
		}
		for i, v := range b.Instrs {
			at := first + 2 + int32(2*i)
			operands(s.a.Sel, v, func(x *ir.Value) { use(x, at+1) })
			if InPlace(v) {
				// The first operand's register is written while the others are
				// still to be read.
				for k, x := range s.a.Sel.Args(v) {
					if k > 0 && !Const(x) {
						use(x, at+2)
					}
				}
			}
			s.pos[v.ID] = at + 1
			if s.a.Sel.Needs(v) {
				touch(v, at+1, at+2)
			}
			if w, _ := Window(v); w {
				for k, x := range v.Args {
					if !Const(x) {
						s.wants[x.ID].window, s.wants[x.ID].at = v, k
					}
				}
			}
		}
		at := last - 2
		TermOperands(s.a.Sel, b, func(x *ir.Value) { use(x, at+1) })
		for _, e := range b.Term.Succs {
			skip := len(e.To.Params) - len(e.Args)
			for i, x := range e.Args {
				if Const(x) {
					continue
				}
				// The moves of a branch are made where it arrives.
				to := at + 1
				if len(b.Term.Succs) > 1 {
					to = last
				}
				use(x, to)
				p := e.To.Params[skip+i]
				s.to[x.ID] = append(s.to[x.ID], p)
				s.from[p.ID] = append(s.from[p.ID], x)
			}
		}
		for _, v := range touched {
			r := here[v.ID]
			here[v.ID] = span{}
			if i := l.index[v.ID]; i >= 0 && out.has(i) {
				since[i] = r.from // it goes on
				continue
			}
			s.addSpan(v, r)
		}
		touched = touched[:0]
	}
	for w := range open {
		for x := open[w]; x != 0; x &= x - 1 {
			i := w<<6 + bits.TrailingZeros64(x)
			s.addSpan(l.vals[i], span{since[i], p})
		}
	}
	add := func(v *ir.Value) {
		if r := s.live[v.ID]; len(r) > 0 {
			s.list = append(s.list, interval{v, r[0].from, r[len(r)-1].to})
		}
	}
	for _, b := range s.f.Blocks {
		// Parameters that can stay where an argument is choose first.
		for _, first := range [2]bool{true, false} {
			for _, v := range b.Params {
				if first == s.placedBefore(v) {
					add(v)
				}
			}
		}
		for _, v := range b.Instrs {
			if s.a.Sel.Needs(v) {
				add(v)
			}
		}
	}
	slices.SortStableFunc(s.list, func(a, b interval) int { return int(a.start - b.start) })
}

// placedBefore reports whether an argument of the parameter p is defined before p.
func (s *scan) placedBefore(p *ir.Value) bool {
	for _, x := range s.from[p.ID] {
		if s.pos[x.ID] < s.pos[p.ID] {
			return true
		}
	}
	return false
}

// addSpan notes that v lives in r as well, which comes after what is known.
func (s *scan) addSpan(v *ir.Value, r span) {
	live := s.live[v.ID]
	if n := len(live); n > 0 && live[n-1].to == r.from {
		live[n-1].to = r.to
		return
	}
	s.live[v.ID] = append(live, r)
}

func (s *scan) run() {
	fixed := s.f.Params + s.f.Slots
	s.grow(fixed)
	for r := s.f.Params; r < fixed; r++ {
		s.take(r, 1<<30, []span{{0, 1 << 30}})
	}
	for _, iv := range s.list {
		s.release(iv.start)
		v := iv.v
		r := -1
		if v.Block == s.f.Blocks[0] && v.Op == ir.OpParam {
			for i, p := range v.Block.Params {
				if p == v {
					r = i
				}
			}
		} else {
			r = s.choose(iv)
		}
		s.take(r, iv.end, s.live[v.ID])
		s.a.reg[v.ID] = int32(r)
		s.wants[v.ID].end = iv.end
	}
	s.a.Regs = max(s.regs, 1)
}

// choose picks a register for iv: one it would like, or the lowest free one.
func (s *scan) choose(iv interval) int {
	v := iv.v
	base := -1
	if w, _ := Window(v); w {
		base = s.windowAt(v, iv.start)
		s.a.base[v.ID] = base
		n := len(v.Args)
		if v.Op == ir.OpList || v.Op == ir.OpRecord || v.Op == ir.OpShapeRecord || v.Op == ir.OpClosure || v.Op == ir.OpConcat {
			s.grow(base + n)
		} else {
			s.grow(base + n + 1)
		}
		s.regs = max(s.regs, len(s.active))
	}
	try := func(r int) bool { return r >= 0 && s.fits(r, v) }
	// A value that goes on to several blocks, as one that leaves a loop or stays does, would
	// best be where the first of them that has a register has it: the loop's.
	// Where it only passes through another block on its way there, that is looked through.
	for _, p := range s.to[v.ID] {
		if r := int(s.a.reg[p.ID]); r >= 0 && try(r) {
			return r
		}
	}
	for _, p := range s.to[v.ID] {
		for _, q := range s.to[p.ID] {
			if r := int(s.a.reg[q.ID]); r >= 0 && s.a.reg[p.ID] < 0 && try(r) {
				return r
			}
		}
	}
	for _, p := range s.to[v.ID] {
		for _, x := range s.from[p.ID] {
			if r := int(s.a.reg[x.ID]); x != v && r >= 0 && try(r) {
				return r
			}
		}
	}
	for _, x := range s.from[v.ID] {
		if r := int(s.a.reg[x.ID]); r >= 0 && try(r) {
			return r
		}
	}
	if (InPlace(v) || v.Op == ir.OpConcat || v.Op == ir.OpCheck || v.Op == ir.OpNilIfUndef) && len(v.Args) > 0 && !Const(v.Args[0]) {
		if r := int(s.a.reg[v.Args[0].ID]); try(r) {
			return r
		}
	}
	if w := s.wants[v.ID]; w.window != nil && w.window.Block == v.Block {
		// Where its window will begin if nothing else comes in between.
		at := s.pos[w.window.ID]
		if iv.end <= at {
			r := s.windowAt(w.window, at) + w.at
			s.grow(r + 1)
			if try(r) {
				s.regs = max(s.regs, r+1)
				return r
			}
		}
	}
	if base >= 0 && try(base) {
		return base
	}
	for w, x := range s.free {
		if x != 0 {
			return w<<6 + bits.TrailingZeros64(x)
		}
	}
	r := len(s.active)
	s.grow(r + 1)
	return r
}

// windowAt returns where the window of v, which stands at pos, is best: above all that is needed
// after it, or where its first operand is if that had to go a little higher, as then the
// others stand behind it.
func (s *scan) windowAt(v *ir.Value, pos int32) int {
	r := s.above(pos)
	if len(v.Args) == 0 || Const(v.Args[0]) || v.Args[0].Block != v.Block {
		return r
	}
	x := v.Args[0]
	if w := s.wants[x.ID]; w.window == v && w.at == 0 {
		if first := int(s.a.reg[x.ID]); first > r && first <= r+mostHigher {
			return first
		}
	}
	return r
}

// mostHigher is how many registers may be left unused below a window.
const mostHigher = 8

// above returns the lowest register such that it and all above it are not
// needed after pos, as far as values are placed yet.
func (s *scan) above(pos int32) int {
	for r := len(s.active) - 1; r >= 0; r-- {
		if s.active[r] > pos {
			return r + 1
		}
	}
	return 0
}

func (s *scan) grow(n int) {
	for len(s.active) < n {
		r := len(s.active)
		s.active = append(s.active, 0)
		if r < len(s.held) {
			s.held[r] = s.held[r][:0]
		} else {
			s.held = append(s.held, nil)
		}
		if r>>6 >= len(s.free) {
			s.free = append(s.free, 0)
		}
		s.free.add(int32(r))
	}
}

// fits reports whether register r is free wherever v is alive.
func (s *scan) fits(r int, v *ir.Value) bool {
	if r >= len(s.active) || s.free.has(int32(r)) {
		return true
	}
	held := s.held[r]
	for _, x := range s.live[v.ID] {
		i := sort.Search(len(held), func(i int) bool { return held[i].to > x.from })
		if i < len(held) && held[i].from < x.to {
			return false
		}
	}
	return true
}

func (s *scan) take(r int, end int32, where []span) {
	s.grow(r + 1)
	s.free.del(int32(r))
	s.active[r] = max(s.active[r], end)
	s.busy.push(busy{end, int32(r)})
	s.regs = max(s.regs, r+1)
	held := s.held[r]
	for _, x := range where {
		i := sort.Search(len(held), func(i int) bool { return held[i].from > x.from })
		held = slices.Insert(held, i, x)
	}
	s.held[r] = held
}

// release frees the registers whose values have ended.
func (s *scan) release(now int32) {
	for len(s.busy) > 0 && s.busy[0].end <= now {
		b := s.busy.pop()
		if s.active[b.reg] == b.end {
			s.free.add(b.reg)
			s.active[b.reg] = 0
			s.held[b.reg] = s.held[b.reg][:0]
		}
	}
}

type busy struct {
	end int32
	reg int32
}

// minHeap is a binary heap with the earliest end on top.
type minHeap []busy

func (h *minHeap) push(b busy) {
	*h = append(*h, b)
	i := len(*h) - 1
	for i > 0 {
		p := (i - 1) / 2
		if (*h)[p].end <= (*h)[i].end {
			break
		}
		(*h)[p], (*h)[i] = (*h)[i], (*h)[p]
		i = p
	}
}

func (h *minHeap) pop() busy {
	old := *h
	top := old[0]
	n := len(old) - 1
	old[0] = old[n]
	*h = old[:n]
	i := 0
	for {
		c := 2*i + 1
		if c >= n {
			break
		}
		if c+1 < n && (*h)[c+1].end < (*h)[c].end {
			c++
		}
		if (*h)[i].end <= (*h)[c].end {
			break
		}
		(*h)[i], (*h)[c] = (*h)[c], (*h)[i]
		i = c
	}
	return top
}
