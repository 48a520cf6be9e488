package opt

import "etamil/internal/ir"

// memory says at which places of a function a read gives the same as at others. A state
// is a number: two places with the same one have nothing between them, on any way, that
// could make a difference. There are two kinds of state.
//
// Variables: what globals and window names hold. A set, a call, and a builtin that writes
// make a new one.
//
// Parts: what may be kept in hand without a mark. A list, record or text that was read out
// of a container, or out of a variable, and is still needed behind a call, a change of a part,
// or the change of a variable's value in place, is marked where it is read (emit, own.go), and
// a marked object is copied when it is changed. So such a read isn't used again behind one
// of those: reading once more is cheap, and a copy on each turn of a loop isn't. Values never
// change, so this state is about what things cost, not about what they give.
type memory struct {
	vars, parts []int32 // by block number: the states at its beginning
	taken       map[taken]bool
	any         bool // there is anything that makes a new state
}

// taken names a variable.
type taken struct {
	slot, window bool
	n            int64
}

// newMemory looks at f; Preds must be up to date.
func newMemory(f *ir.Func) *memory {
	m := &memory{}
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			switch v.Op {
			case ir.OpSetGlobal, ir.OpSetWindow, ir.OpSlotSet:
				m.any = true
				if v.Args[0].Type&^ir.TScalar != 0 {
					if m.taken == nil {
						m.taken = map[taken]bool{}
					}
					m.taken[variable(v)] = true
				}
			}
			m.any = m.any || m.setsVars(v) || m.changesParts(v)
		}
	}
	if !m.any {
		return m
	}
	m.vars, m.parts = make([]int32, f.NumBlocks()), make([]int32, f.NumBlocks())
	endVars, endParts := make([]int32, f.NumBlocks()), make([]int32, f.NumBlocks())
	done := make([]bool, f.NumBlocks())
	post := f.Postorder()
	for i := len(post) - 1; i >= 0; i-- {
		b := post[i]
		vars, parts := int32(-1), int32(-1) // the entry's
		for k, p := range b.Preds {
			switch {
			case k == 0 && done[p.ID] && !(p.Term.Kind == ir.TermTry && p.Term.Succs[1].To == b):
				vars, parts = endVars[p.ID], endParts[p.ID]
				continue
			case k > 0 && done[p.ID] && endVars[p.ID] == vars && endParts[p.ID] == parts:
				continue
			}
			vars, parts = fresh(b.ID, true), fresh(b.ID, true)
			break
		}
		m.vars[b.ID], m.parts[b.ID] = vars, parts
		for _, v := range b.Instrs {
			vars, parts = m.after(v, vars, parts)
		}
		endVars[b.ID], endParts[b.ID] = vars, parts
		done[b.ID] = true
	}
	return m
}

// fresh is a state that only the block, or the instruction, with this number makes.
func fresh(id int, block bool) int32 {
	if block {
		return int32(id)*2 + 1
	}
	return int32(id) * 2
}

func variable(v *ir.Value) taken {
	switch v.Op {
	case ir.OpSlotGet, ir.OpSlotSet:
		return taken{slot: true, n: v.Int}
	case ir.OpGetWindow, ir.OpSetWindow:
		return taken{window: true, n: v.Int}
	}
	return taken{n: v.Int}
}

// at gives the states at the beginning of b.
func (m *memory) at(b *ir.Block) (vars, parts int32) {
	if !m.any {
		return -1, -1
	}
	return m.vars[b.ID], m.parts[b.ID]
}

// after gives the states behind v.
func (m *memory) after(v *ir.Value, vars, parts int32) (int32, int32) {
	if m.setsVars(v) {
		vars = fresh(v.ID, false)
	}
	if m.changesParts(v) {
		parts = fresh(v.ID, false)
	}
	return vars, parts
}

func (m *memory) setsVars(v *ir.Value) bool {
	switch v.Op {
	case ir.OpSetGlobal, ir.OpSetWindow, ir.OpCall, ir.OpCallValue, ir.OpCallMember:
		return true
	case ir.OpBuiltin:
		return v.Effect()&ir.WritesMem != 0
	}
	return false
}

func (m *memory) changesParts(v *ir.Value) bool {
	switch v.Op {
	case ir.OpCall, ir.OpCallValue, ir.OpCallMember, ir.OpOwnIndex, ir.OpOwnField:
		return true
	case ir.OpGetGlobal, ir.OpGetWindow, ir.OpSlotGet:
		return m.taken[variable(v)]
	}
	return false
}
