package opt

import "etamil/internal/ir"

// clean makes the graph smaller: a parameter that always gets one value is that
// value (copies are gone then: SSA has no others); a block with one way in, from
// a block with one way out, is joined to it; an empty block that only jumps on
// is skipped.
//
// Contract: no instruction is dropped or reordered, and blocks with different
// handlers stay apart. Each of the three is one walk over the function; they are
// repeated while one of them changes something, which ends because each change
// removes a parameter or a block, and is rare after the second time.
func clean(f *ir.Func) bool {
	f.Recompute()
	changed := false
	for {
		a := params(f)
		b := join(f)
		c := skip(f)
		if !a && !b && !c {
			return changed
		}
		changed = true
	}
}

// params drops parameters whose arguments are all one value, or themselves.
// Dropping one may make another needless: then there is another round.
func params(f *ir.Func) bool {
	is := newSubst(f)
	one := make([]*ir.Value, f.NumValues()) // of a parameter: its argument; itself: there are several
	for again := true; again; {
		again = false
		any := false
		for _, b := range f.Blocks {
			for i := range b.Term.Succs {
				e := &b.Term.Succs[i]
				skip := len(e.To.Params) - len(e.Args)
				for k, p := range e.To.Params {
					if k < skip { // given by an iterator or an error
						one[p.ID] = p
						continue
					}
					if one[p.ID] == p || is.has(p) {
						continue
					}
					any = true
					switch a := is.find(e.Args[k-skip]); {
					case a == p:
					case one[p.ID] == nil:
						one[p.ID] = a
					case one[p.ID] != a:
						one[p.ID] = p
					}
				}
			}
		}
		if !any {
			break
		}
		for _, b := range f.Blocks[1:] {
			for _, p := range b.Params {
				a := one[p.ID]
				if a == nil || a == p || is.has(p) {
					continue
				}
				if a = is.find(a); a != p {
					is.set(p, a)
					again = true
				}
			}
		}
		clear(one)
	}
	if !is.any {
		return false
	}
	for _, b := range f.Blocks {
		for s := range b.Term.Succs {
			e := &b.Term.Succs[s]
			skip := len(e.To.Params) - len(e.Args)
			kept := e.Args[:0]
			for i, a := range e.Args {
				if !is.has(e.To.Params[skip+i]) {
					kept = append(kept, a)
				}
			}
			e.Args = kept
		}
	}
	for _, b := range f.Blocks {
		kept := b.Params[:0]
		for _, p := range b.Params {
			if !is.has(p) {
				kept = append(kept, p)
			}
		}
		b.Params = kept
	}
	return is.apply(f)
}

// joins reports whether b can be joined to the block before it.
func joins(f *ir.Func, b *ir.Block) bool {
	if len(b.Preds) != 1 || b == f.Blocks[0] {
		return false
	}
	p := b.Preds[0]
	return p != b && p.Term.Kind == ir.TermJump && p.Handler == b.Handler
}

// join appends to each block the block that only it leads to, and so on.
func join(f *ir.Func) bool {
	is := newSubst(f)
	var gone []*ir.Block
	for _, b := range f.Blocks {
		if joins(f, b) {
			continue // it is joined from the head of its chain
		}
		for b.Term.Kind == ir.TermJump && joins(f, b.Term.Succs[0].To) {
			n := b.Term.Succs[0].To
			for i, p := range n.Params {
				is.set(p, b.Term.Succs[0].Args[i])
			}
			for _, v := range n.Instrs {
				v.Block = b
			}
			b.Instrs = append(b.Instrs, n.Instrs...)
			b.Term = n.Term
			// What came from n comes from b: joins needs to know that of blocks
			// with one way in, Recompute finds the others.
			for _, e := range n.Term.Succs {
				if len(e.To.Preds) == 1 {
					e.To.Preds[0] = b
				}
			}
			n.Instrs, n.Params, n.Term = nil, nil, ir.Term{Kind: ir.TermHalt}
			gone = append(gone, n)
		}
	}
	if len(gone) == 0 {
		return false
	}
	is.apply(f)
	f.Recompute()
	return true
}

// skip sends what leads to an empty block, without parameters, on to where that
// jumps. Bodies of next and try, and handlers, are left alone. So is a block
// with another handler than the one before it: a jump back spends a step, and
// running out of steps is an error too.
func skip(f *ir.Func) bool {
	s := skipper{last: make([]*ir.Block, f.NumBlocks()), state: make([]int8, f.NumBlocks())}
	changed := false
	for _, b := range f.Blocks {
		if b.Term.Kind == ir.TermTry || b.Term.Kind == ir.TermNext {
			continue
		}
		for i := range b.Term.Succs {
			e := &b.Term.Succs[i]
			if !s.empty(e.To) || e.To.Handler != b.Handler {
				continue
			}
			last := s.find(e.To)
			if last == nil {
				continue
			}
			to := last.Term.Succs[0]
			// Two edges to one block would have to be told apart later.
			double := false
			for k := range b.Term.Succs {
				double = double || k != i && b.Term.Succs[k].To == to.To
			}
			if double {
				continue
			}
			*e = ir.Edge{To: to.To, Args: append([]*ir.Value(nil), to.Args...)}
			changed = true
		}
	}
	if changed {
		f.Recompute()
	}
	return changed
}

// skipper finds ways through empty blocks.
type skipper struct {
	last  []*ir.Block // by block number: the last of the empty blocks that follow it
	state []int8      // by block number: on the way that is being walked; in a circle
}

const (
	onTheWay = 1
	inCircle = 2
)

func (s *skipper) empty(b *ir.Block) bool {
	return len(b.Instrs) == 0 && len(b.Params) == 0 && b.Term.Kind == ir.TermJump && s.state[b.ID] != inCircle
}

// find returns the last of the empty blocks that follow each other from b on, b
// itself if none follows, and nil for a block in a circle of empty blocks: an
// endless loop that does nothing stays as it is.
func (s *skipper) find(b *ir.Block) *ir.Block {
	var way []*ir.Block
	for x := b; s.last[x.ID] == nil; {
		s.state[x.ID] = onTheWay
		way = append(way, x)
		n := x.Term.Succs[0].To
		if s.empty(n) && s.state[n.ID] == onTheWay {
			for i := len(way) - 1; ; i-- {
				s.state[way[i].ID] = inCircle
				if way[i] == n {
					way = way[:i]
					break
				}
			}
			break
		}
		if !s.empty(n) || n.Handler != x.Handler {
			s.last[x.ID] = x
			break
		}
		x = n
	}
	for i := len(way) - 1; i >= 0; i-- {
		x := way[i]
		s.state[x.ID] = 0
		if s.last[x.ID] == nil {
			s.last[x.ID] = x
			if n := x.Term.Succs[0].To; s.last[n.ID] != nil {
				s.last[x.ID] = s.last[n.ID]
			}
		}
	}
	return s.last[b.ID]
}
