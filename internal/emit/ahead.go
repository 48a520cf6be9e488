package emit

import (
	"etamil/internal/code"
	"etamil/internal/ir"
	"etamil/regalloc"
)

// Two instructions of which the second reads what the first one gives, and nobody else does, can
// have a third in front of them that does both and goes past them. It does that only where both
// would take the shortest way; where they wouldn't it does nothing, and they follow: so whatever is
// unusual, errors and their places included, stays theirs, and neither registers nor passes know of
// it. Which pairs deserve that is seen in bench/profile.

// ahead emits what does instruction i of b and the next one in one step, if there is such a thing.
func (e *emitter) ahead(b *ir.Block, i int, deaths []uint64) {
	v := b.Instrs[i]
	var second ir.Op
	switch v.Op {
	case ir.OpMul:
		second = ir.OpAdd
	case ir.OpGetIndex:
		second = ir.OpGetIndex
	default:
		return
	}
	w, k := e.follows(b, i)
	if v == e.second || e.pinned[v] || w == nil || w.Op != second {
		return
	}
	x, y, other := v.Args[0], v.Args[1], w.Args[1]
	switch {
	case w.Args[0] == v && dying(deaths[k], 0):
	case v.Op == ir.OpMul && other == v && dying(deaths[k], 1):
		other = w.Args[0]
	default:
		return
	}
	if regalloc.Const(x) || regalloc.Const(y) || regalloc.Const(other) {
		return
	}
	to, r := e.a.Reg(w), e.a.Reg(other)
	switch {
	case r > 255:
		return
	case v.Op == ir.OpMul:
		e.op(code.OpMulAdd, r, to, e.a.Reg(x), e.a.Reg(y))
	case mayBe(x, ir.TList) && mayBe(y, ir.TNumber) && mayBe(other, ir.TNumber):
		e.op(code.OpGetII, r, to, e.a.Reg(x), e.a.Reg(y))
	default:
		return
	}
	e.second = w
}

// follows is the instruction that comes right behind instruction i of b in bytecode, and its place.
func (e *emitter) follows(b *ir.Block, i int) (*ir.Value, int) {
	for k := i + 1; k < len(b.Instrs); k++ {
		if w := b.Instrs[k]; !regalloc.Const(w) && !e.a.Sel.Fused(w) {
			return w, k
		}
	}
	return nil, 0
}

// mayBe reports whether v can be of this kind.
func mayBe(v *ir.Value, t ir.Type) bool { return v.Type&t != 0 }
