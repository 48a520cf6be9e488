package emit

import (
	"etamil/internal/code"
	"etamil/internal/ir"
	"etamil/regalloc"
)

func (e *emitter) block(b *ir.Block) {
	// Moves of an edge from a block with several ways out stand here.
	if len(b.Preds) == 1 {
		p := b.Preds[0]
		if len(p.Term.Succs) > 1 {
			for i := range p.Term.Succs {
				if s := &p.Term.Succs[i]; s.To == b {
					e.entry(p, s)
				}
			}
		}
	}
	deaths := e.a.Live.Deaths(b)
	for i, v := range b.Instrs {
		if regalloc.Const(v) || e.a.Sel.Fused(v) {
			continue
		}
		e.at(v.Pos, v.In)
		e.ahead(b, i, deaths)
		e.instr(v, deaths[i])
		if e.pinned[v] {
			e.op(code.OpShare, 0, e.a.Reg(v), 0, 0)
		}
	}
	e.at(b.Term.Pos, b.Term.In)
	e.term(b)
}

// entry emits the moves at the start of the only block that edge s leads to.
func (e *emitter) entry(p *ir.Block, s *ir.Edge) {
	skip := len(s.To.Params) - len(s.Args)
	if e.pair(p) == e.temp(0) {
		// next2 has put key and value into temps.
		for i, v := range s.To.Params[:skip] {
			e.op(code.OpMove, 0, e.a.Reg(v), e.temp(i), 0)
		}
	}
	e.edge(s, func(v *ir.Value) bool { return !e.a.Live.In(v, s.To) })
}

// edge emits the moves of s. dies tells whether a value isn't needed after it.
func (e *emitter) edge(s *ir.Edge, dies func(*ir.Value) bool) {
	skip := len(s.To.Params) - len(s.Args)
	var moves []regalloc.Move
	type konst struct {
		c   ir.Const
		reg int
	}
	var consts []konst
	seen := map[*ir.Value]int{}
	for _, a := range s.Args {
		seen[a]++
	}
	for i, a := range s.Args {
		to := e.a.Reg(s.To.Params[skip+i])
		if regalloc.Const(a) {
			consts = append(consts, konst{a.Const, to})
			continue
		}
		moves = append(moves, regalloc.Move{From: e.a.Reg(a), To: to, Share: e.marks(a, dies(a) && seen[a] == 1)})
	}
	e.moves(moves)
	for _, c := range consts {
		e.load(c.c, c.reg)
	}
}

func (e *emitter) moves(moves []regalloc.Move) {
	for _, m := range regalloc.Sequence(moves, e.temp(2)) {
		switch {
		case m.From == m.To:
			e.op(code.OpShare, 0, m.From, 0, 0)
		case m.Share:
			e.op(code.OpCopy, 0, m.To, m.From, 0)
		default:
			e.op(code.OpMove, 0, m.To, m.From, 0)
		}
	}
}

// next reports whether blk is emitted right after b.
func (e *emitter) next(b, blk *ir.Block) bool {
	i := e.order[b.ID] + 1
	return i < len(e.f.Blocks) && e.f.Blocks[i] == blk
}

// back reports whether a jump from b to blk leads backwards.
func (e *emitter) back(b, blk *ir.Block) bool { return e.order[blk.ID] <= e.order[b.ID] }

func (e *emitter) term(b *ir.Block) {
	t := &b.Term
	switch t.Kind {
	case ir.TermJump:
		s := &t.Succs[0]
		e.edge(s, func(v *ir.Value) bool { return !e.a.Live.Out(v, b) })
		if e.back(b, s.To) && e.turn(b, s.To) {
			return
		}
		e.goTo(b, s.To)
	case ir.TermIf:
		e.branch(b, t.Value, t.Succs[0].To, t.Succs[1].To)
	case ir.TermReturn:
		if regalloc.Const(t.Value) && t.Value.Const.Kind == ir.ConstNil {
			e.op(code.OpRetNil, 0, 0, 0, 0)
			return
		}
		r := e.reg(t.Value, 0)
		if !regalloc.Const(t.Value) && e.marks(t.Value, true) {
			e.op(code.OpShare, 0, r, 0, 0)
		}
		e.op(code.OpRet, 0, r, 0, 0)
	case ir.TermThrow:
		r := e.reg(t.Value, 0)
		if !regalloc.Const(t.Value) && e.marks(t.Value, true) {
			e.op(code.OpShare, 0, r, 0, 0)
		}
		e.op(code.OpThrow, 0, r, 0, 0)
	case ir.TermHalt:
		e.op(code.OpHalt, 0, 0, 0, 0)
	case ir.TermTry:
		e.goTo(b, t.Succs[0].To)
	case ir.TermNext:
		body, done := t.Succs[0].To, t.Succs[1].To
		in := e.step(b, code.OpNext, code.OpNext2)
		if !e.back(b, done) {
			e.condJump(in, done)
			e.goTo(b, body)
			return
		}
		// The way out leads back to the head of a loop around this one.
		e.put(in.WithJump(1))
		e.jumpTo(code.MakeBC(code.OpJump, 0, 0), body)
		e.jumpTo(code.MakeBC(code.OpLoop, 0, 0), done)
	default:
		panic("emit: a block without an end")
	}
}

// step is the instruction that takes the next step of the walk that ends b: one for its items
// and one for keys and items.
func (e *emitter) step(b *ir.Block, item, keyed code.Op) code.Instr {
	it := e.a.Reg(b.Term.Value)
	if b.Term.Keyed {
		return code.Make(keyed, 0, it, e.pair(b), 0)
	}
	return code.Make(item, 0, it, e.a.Reg(b.Term.Succs[0].To.Params[0]), 0)
}

// pair is where the walk with keys that ends b puts key and item: into their registers if
// they are neighbours, else into temps.
func (e *emitter) pair(b *ir.Block) int {
	if b.Term.Kind != ir.TermNext || !b.Term.Keyed {
		return -1
	}
	p := b.Term.Succs[0].To.Params
	if key := e.a.Reg(p[0]); e.a.Reg(p[1]) == key+1 && len(b.Term.Succs[0].Args) == 0 {
		return key
	}
	return e.temp(0)
}

// goTo goes on at blk after b.
func (e *emitter) goTo(b, blk *ir.Block) {
	if e.next(b, blk) {
		return
	}
	if e.back(b, blk) {
		e.jumpTo(code.MakeBC(code.OpLoop, 0, 0), blk)
		return
	}
	blk = e.end(blk)
	if e.passes(blk) && blk.Handler == b.Handler {
		// It would jump back: here as well as there. The step that this costs is spent in the
		// block's name.
		head := blk.Term.Succs[0].To
		e.at(blk.Term.Pos, blk.Term.In)
		if e.back(b, head) {
			if !e.turn(b, head) {
				e.jumpTo(code.MakeBC(code.OpLoop, 0, 0), head)
			}
			return
		}
	}
	e.jumpTo(code.MakeBC(code.OpJump, 0, 0), blk)
}

// condJump emits a forward conditional jump with a 16-bit target. In far mode
// the short jump only skips over the long one that goes on when it isn't taken.
func (e *emitter) condJump(in code.Instr, blk *ir.Block) {
	if !e.far {
		e.jumpTo(in, blk)
		return
	}
	e.put(in.WithJump(1))
	e.opBC(code.OpJump, 0, 1)
	e.jumpTo(code.MakeBC(code.OpJump, 0, 0), blk)
}

// turn emits the comparison of a loop's head at the loop's end, or its step of a walk, when
// the head does nothing else. It reports whether it did.
func (e *emitter) turn(b, head *ir.Block) bool {
	if e.far {
		return false
	}
	switch head.Term.Kind {
	case ir.TermIf:
	case ir.TermNext:
		// A step can raise an error, which must go where the head's would.
		if b.Handler != head.Handler {
			return false
		}
	default:
		return false
	}
	for _, v := range head.Instrs {
		if !regalloc.Const(v) && !e.a.Sel.Fused(v) {
			return false
		}
	}
	if regalloc.Const(head.Term.Value) {
		return false
	}
	yes, no := head.Term.Succs[0].To, head.Term.Succs[1].To
	// One way must lead back into the loop, the other out.
	if !e.back(b, yes) || e.back(b, no) {
		return false
	}
	e.at(head.Term.Pos, head.Term.In)
	if head.Term.Kind == ir.TermNext {
		e.jumpTo(e.step(head, code.OpLoopNext, code.OpLoopNext2), yes)
	} else {
		e.loopIf(head.Term.Value, yes)
	}
	e.goTo(b, no)
	return true
}
