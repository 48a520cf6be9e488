package regalloc

import "etamil/internal/ir"

// Selection says which values are given no register, because another
// instruction does their work.
type Selection struct {
	fused []bool      // comparisons that a branch does itself; parts of sums
	sums  map[int]Sum // by number of the setfield
}

// Sum is a setfield that adds to the field or subtracts from it, as one
// instruction: x.f = x.f + Y.
type Sum struct {
	Add *ir.Value // the add or sub that isn't needed
	Y   *ir.Value // what is added
	Get *ir.Value // the getfield that isn't needed
}

// Const reports whether v is a constant: it has no register, and is loaded
// wherever an instruction can't name it.
func Const(v *ir.Value) bool { return v.Op == ir.OpConst }

// Fused reports whether another instruction does v's work: v is a comparison
// that the branch at the end of its block does, or a part of a Sum.
func (s *Selection) Fused(v *ir.Value) bool { return v.ID < len(s.fused) && s.fused[v.ID] }

// Sum returns what the setfield v adds to its field, if it does.
func (s *Selection) Sum(v *ir.Value) (sum Sum, ok bool) {
	if v.Op != ir.OpSetField {
		return sum, false
	}
	sum, ok = s.sums[v.ID]
	return sum, ok
}

// Args returns what v reads: its operands, or, of a setfield that adds to its
// field, the record and what is added.
func (s *Selection) Args(v *ir.Value) []*ir.Value {
	if sum, ok := s.Sum(v); ok {
		return []*ir.Value{v.Args[0], sum.Y}
	}
	return v.Args
}

// Needs reports whether v is given a register.
func (s *Selection) Needs(v *ir.Value) bool {
	return !Const(v) && !s.Fused(v) && v.Op.Info().Result != 0
}

// Select makes the selection for f. A comparison is fused when the branch of
// its own block is its only use. For sums see findSum.
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
		for i, v := range b.Instrs {
			if v.Op == ir.OpSetField {
				s.findSum(b, i, uses)
			}
		}
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

// findSum looks whether instruction i of b, a setfield, stores into a field what
// was read from it a moment ago, with something added or subtracted. Nothing
// that can raise an error or has an effect may stand between the two, so that
// errors come in the same order; and all three come from one function, as one instruction
// stands in one.
func (s *Selection) findSum(b *ir.Block, i int, uses []int) {
	set := b.Instrs[i]
	x, sum := set.Args[0], set.Args[1]
	if sum.Op != ir.OpAdd && sum.Op != ir.OpSub || sum.Block != b || uses[sum.ID] != 1 {
		return
	}
	isGet := func(v *ir.Value) bool {
		return v.Op == ir.OpGetField && v.In == set.In && sum.In == set.In && v.Name == set.Name && v.Block == b && v.Args[0] == x && uses[v.ID] == 1
	}
	get, y := sum.Args[0], sum.Args[1]
	if !isGet(get) {
		if get, y = y, get; sum.Op == ir.OpSub || !isGet(get) {
			return
		}
	}
	for k := i - 1; b.Instrs[k] != get; k-- {
		if v := b.Instrs[k]; v != sum && v.Effect() != 0 && !hasField(v) {
			return
		}
	}
	s.fused[get.ID], s.fused[sum.ID] = true, true
	if s.sums == nil {
		s.sums = map[int]Sum{}
	}
	s.sums[set.ID] = Sum{sum, y, get}
}

// hasField reports whether v reads a field that is certainly there, as it has
// just been set.
func hasField(v *ir.Value) bool {
	if v.Op != ir.OpGetField {
		return false
	}
	x := v.Args[0]
	for range 8 {
		if x.Op != ir.OpSetField {
			return false
		}
		if x.Name == v.Name {
			return true
		}
		x = x.Args[0]
	}
	return false
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
