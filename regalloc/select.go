package regalloc

import "etamil/internal/ir"

// Selection says which values are given no register.
type Selection struct {
	fused []bool // comparisons that a branch does itself
}

// Const reports whether v is a constant: it has no register, and is loaded
// wherever an instruction can't name it.
func Const(v *ir.Value) bool { return v.Op == ir.OpConst }

// Fused reports whether v is a comparison that the branch at the end of its
// block does itself.
func (s *Selection) Fused(v *ir.Value) bool { return v.ID < len(s.fused) && s.fused[v.ID] }

// Needs reports whether v is given a register.
func (s *Selection) Needs(v *ir.Value) bool {
	return !Const(v) && !s.Fused(v) && v.Op.Info().Result != 0
}

// Select makes the selection for f. A comparison is fused when the branch of
// its own block is its only use.
func Select(f *ir.Func) *Selection {
	uses := make([]int, f.NumValues())
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			for _, a := range v.Args {
				uses[a.ID]++
			}
		}
		if b.Term.Value != nil {
			uses[b.Term.Value.ID]++
		}
		for _, e := range b.Term.Succs {
			for _, a := range e.Args {
				uses[a.ID]++
			}
		}
	}
	s := &Selection{fused: make([]bool, f.NumValues())}
	for _, b := range f.Blocks {
		c := b.Term.Value
		if b.Term.Kind != ir.TermIf || c.Block != b || uses[c.ID] != 1 {
			continue
		}
		switch c.Op {
		case ir.OpEq, ir.OpNe, ir.OpLt, ir.OpLe, ir.OpGt, ir.OpGe:
			s.fused[c.ID] = true
		}
	}
	return s
}

// InPlace reports whether v changes its first operand and gives it back: the
// result wants the operand's register.
func InPlace(v *ir.Value) bool {
	switch v.Op {
	case ir.OpSetIndex, ir.OpSetField, ir.OpAppend, ir.OpOwnIndex, ir.OpOwnField,
		ir.OpSpreadList, ir.OpSpreadRecord, ir.OpOrGlobal, ir.OpOrWindow:
		return true
	}
	return false
}

// Window reports whether v wants its operands side by side, and whether it may
// use every register above them too.
func Window(v *ir.Value) (window, clobbers bool) {
	switch v.Op {
	case ir.OpCall, ir.OpCallValue, ir.OpCallMember:
		return true, true
	case ir.OpBuiltin, ir.OpList, ir.OpRecord, ir.OpShapeRecord, ir.OpClosure:
		return true, false
	case ir.OpConcat:
		return len(v.Args) > 2, false
	}
	return false, false
}
