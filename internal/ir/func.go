package ir

import "etamil/internal/source"

// NewFunc returns a function without blocks.
func NewFunc(name string, index int) *Func { return &Func{Name: name, Index: index} }

// NewBlock adds an empty block. Blocks run in any order; the order in Blocks
// is the layout that emit keeps.
func (f *Func) NewBlock() *Block {
	b := &Block{ID: f.nextB, Func: f}
	f.nextB++
	f.Blocks = append(f.Blocks, b)
	f.shape = shape{}
	return b
}

// NewValue makes a value that stands in no block yet.
func (f *Func) NewValue(op Op, t Type, args ...*Value) *Value {
	if len(f.values) == 0 {
		f.values = make([]Value, min(8+f.nextV/2, 64))
	}
	v := &f.values[0]
	f.values = f.values[1:]
	v.ID, v.Op, v.Type, v.Args = f.nextV, op, t, f.operands(args)
	f.nextV++
	return v
}

// operands is a copy of args.
func (f *Func) operands(args []*Value) []*Value {
	n := len(args)
	if n == 0 {
		return nil
	}
	if len(f.args) < n {
		f.args = make([]*Value, max(n, min(8+f.nextV, 128)))
	}
	kept := f.args[:n:n]
	f.args = f.args[n:]
	copy(kept, args)
	return kept
}

// NumValues is one more than the greatest value number in use: the size of a
// table indexed by Value.ID.
func (f *Func) NumValues() int { return f.nextV }

// NumBlocks is one more than the greatest block number in use.
func (f *Func) NumBlocks() int { return f.nextB }

// AddParam adds a parameter to b.
func (b *Block) AddParam(t Type) *Value {
	v := b.Func.NewValue(OpParam, t)
	v.Block = b
	b.Params = append(b.Params, v)
	return v
}

// Add appends an instruction whose result has the kinds its Op allows.
func (b *Block) Add(op Op, pos source.Pos, args ...*Value) *Value {
	v := b.Func.NewValue(op, infos[op].Result, args...)
	v.Block = b
	v.Pos = pos
	b.Instrs = append(b.Instrs, v)
	return v
}

// AddConst appends a constant.
func (b *Block) AddConst(c Const, pos source.Pos) *Value {
	v := b.Add(OpConst, pos)
	v.Const = c
	v.Type = c.Type()
	return v
}

// Type returns the kind of c.
func (c Const) Type() Type {
	switch c.Kind {
	case ConstNil:
		return TNil
	case ConstBool:
		return TBool
	case ConstNumber:
		return TNumber
	case ConstText:
		return TText
	case ConstUndef:
		return TUndef
	}
	return TFunc
}

// Jump ends b with a jump.
func (b *Block) Jump(to *Block, args ...*Value) {
	b.Term = Term{Kind: TermJump, Succs: []Edge{{to, args}}}
}

// If ends b with a choice on the truth of v.
func (b *Block) If(v *Value, yes, no *Block, pos source.Pos) {
	b.Term = Term{Kind: TermIf, Value: v, Succs: []Edge{{To: yes}, {To: no}}, Pos: pos}
}

// Recompute drops blocks that can't be reached and derives Preds.
// Passes call it after changing the graph.
func (f *Func) Recompute() {
	// By block number: 0 if it can't be reached, else one more than how many of its Preds
	// are known to be as they were.
	seen := make([]int32, f.nextB)
	stack := make([]*Block, 1, 16)
	stack[0] = f.Blocks[0]
	seen[f.Blocks[0].ID] = 1
	for len(stack) > 0 {
		b := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		for i := range b.Term.Succs {
			if to := b.Term.Succs[i].To; seen[to.ID] == 0 {
				seen[to.ID] = 1
				stack = append(stack, to)
			}
		}
	}
	kept := f.Blocks[:0]
	for _, b := range f.Blocks {
		if seen[b.ID] != 0 {
			kept = append(kept, b)
		}
	}
	for i := len(kept); i < len(f.Blocks); i++ {
		f.Blocks[i] = nil
	}
	f.Blocks = kept
	same := len(kept) == f.shape.blocks
	for _, b := range kept {
		for i := range b.Term.Succs {
			to := b.Term.Succs[i].To
			n := int(seen[to.ID]) - 1
			if n < len(to.Preds) {
				same = same && to.Preds[n] == b
				to.Preds[n] = b
			} else {
				same = false
				to.Preds = append(to.Preds, b)
			}
			seen[to.ID]++
		}
	}
	for _, b := range kept {
		if n := int(seen[b.ID]) - 1; n < len(b.Preds) {
			same = false
			b.Preds = b.Preds[:n]
		}
	}
	if !same {
		f.shape = shape{blocks: len(kept)}
	}
}

// FindLoops sets Loop from Preds: a back edge is one whose target dominates its source; the
// blocks that reach the source without passing the target are in the loop. All
// back edges to one target are one loop.
func (f *Func) FindLoops() {
	dom := f.Dominators()
	in := make([]*Block, f.nextB) // by block number: the last loop it was found in
	var work []*Block
	for _, b := range f.Blocks {
		b.Loop = 0
	}
	for _, head := range f.Blocks {
		for _, p := range head.Preds {
			if dom.Dominates(head, p) {
				work = append(work, p)
			}
		}
		if len(work) == 0 {
			continue
		}
		in[head.ID] = head
		head.Loop++
		for len(work) > 0 {
			x := work[len(work)-1]
			work = work[:len(work)-1]
			if in[x.ID] == head {
				continue
			}
			in[x.ID] = head
			x.Loop++
			work = append(work, x.Preds...)
		}
	}
}
