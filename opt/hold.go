package opt

import "etamil/internal/ir"

// maxHeld is how many registers a function gives to constants.
const maxHeld = 32

// hold loads constants once in front of a loop that would load them on each turn.
//
// A constant has no register: an instruction names it, or it is loaded for a moment. What can't
// name it are the instructions that put something away: an item, a field, what is appended. In a
// loop that moment comes on each turn, and is a fourth of the loop that crosses out a sieve.
//
// Contract: where such an operand is a constant that holds no reference, and the loop has one way
// in from outside, it becomes the result of a hold in front of the outermost such loop; equal
// constants share one. What may be named by an instruction stays as it is, and so do operands that
// must stand side by side, as arguments of a call: they are put there on each turn in any case. So
// do constants with references, as what is held and stored would be marked as shared on each turn.
func hold(f *ir.Func) bool {
	if !stores(f) {
		return false
	}
	f.Recompute()
	m := mover{f: f}
	if !m.findLoops() {
		return false
	}
	h := holder{m: &m}
	for _, b := range f.Blocks {
		l := m.outermost(b)
		if l == nil {
			continue
		}
		for _, v := range b.Instrs {
			if k := stored(v); k >= 0 && v.Args[k].Op == ir.OpConst {
				h.hold(v, k, m.before(l))
			}
		}
	}
	return len(h.made) > 0
}

// stored is which operand v puts away; -1: none, or where it is put it stands among others.
func stored(v *ir.Value) int {
	switch v.Op {
	case ir.OpSetIndex:
		return 2
	case ir.OpSetField, ir.OpAppend:
		return 1
	}
	return -1
}

// stores reports whether there is any constant to hold.
func stores(f *ir.Func) bool {
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			if k := stored(v); k >= 0 && v.Args[k].Op == ir.OpConst {
				return true
			}
		}
	}
	return false
}

// outermost is the outermost loop around b that has a block in front of it; nil: none has.
func (m *mover) outermost(b *ir.Block) (found *loop) {
	for l := m.of[b.ID]; l != nil; l = l.parent {
		if m.before(l) != nil {
			found = l
		}
	}
	return found
}

type holder struct {
	m    *mover
	made []*ir.Value
}

// hold makes operand k of v, a constant, come from a hold at the end of b.
func (h *holder) hold(v *ir.Value, k int, b *ir.Block) {
	c := v.Args[k]
	if c.Const.Type()&^ir.TScalar != 0 {
		return
	}
	for _, x := range h.made {
		if x.Block == b && x.Args[0].Const == c.Const {
			v.Args[k] = x
			return
		}
	}
	if len(h.made) == maxHeld {
		return
	}
	f := h.m.f
	own := f.NewValue(ir.OpConst, c.Type)
	own.Const, own.Block = c.Const, b
	x := f.NewValue(ir.OpHold, c.Const.Type(), own)
	x.Block = b
	b.Instrs = append(b.Instrs, own, x)
	h.made = append(h.made, x)
	v.Args[k] = x
}
