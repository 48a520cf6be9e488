package emit

import (
	"etamil/internal/ir"
	"etamil/regalloc"
)

// passes reports whether b does nothing but jump on: what it has is constants, and what it
// passes on is where it has to be already.
func (e *emitter) passes(b *ir.Block) bool {
	if b.Term.Kind != ir.TermJump {
		return false
	}
	for _, v := range b.Instrs {
		if !regalloc.Const(v) {
			return false
		}
	}
	if len(b.Preds) == 1 && len(b.Preds[0].Term.Succs) > 1 && len(b.Params) > 0 {
		return false // moves of the way in stand there
	}
	s := &b.Term.Succs[0]
	for i, a := range s.Args {
		if regalloc.Const(a) || e.a.Reg(a) != e.a.Reg(s.To.Params[i]) {
			return false
		}
		twice := false
		for k, o := range s.Args {
			twice = twice || k != i && o == a
		}
		if e.marks(a, !twice && !e.a.Live.Out(a, b)) {
			return false
		}
	}
	return true
}

// end follows a way forwards to blk on through blocks that only jump, up to the first that does
// more, or jumps back.
func (e *emitter) end(blk *ir.Block) *ir.Block {
	// Each block is looked at once: a long chain of else ifs ends in a long chain of joins.
	var way []*ir.Block
	for e.last[blk.ID] == nil && e.passes(blk) && !e.back(blk, blk.Term.Succs[0].To) {
		way = append(way, blk)
		blk = blk.Term.Succs[0].To
	}
	if e.last[blk.ID] == nil {
		e.last[blk.ID] = blk
	}
	blk = e.last[blk.ID]
	for _, b := range way {
		e.last[b.ID] = blk
	}
	return blk
}
