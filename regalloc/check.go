package regalloc

import (
	"fmt"
	"slices"

	"etamil/internal/ir"
)

// Check proves a: it follows every way through f, keeping book of which value
// each register holds, and sees that each operand is in its register where it
// is read. It returns the first operand that isn't.
//
// What a register holds at the start of a block is what all ways there agree
// on; Check begins with "anything" for each block but the entry and takes away
// until nothing changes.
func Check(f *ir.Func, a *Assignment) error {
	c := &checker{f: f, a: a, in: make([]state, f.NumBlocks())}
	entry := make(state, a.Regs)
	for i, p := range f.Blocks[0].Params {
		if a.Reg(p) != i {
			return fmt.Errorf("regalloc: argument %d of %s is in R%d", i, f.Name, a.Reg(p))
		}
		entry[i] = p
	}
	c.in[f.Blocks[0].ID] = entry
	for changed := true; changed; {
		changed = false
		for _, b := range f.Blocks {
			in := c.in[b.ID]
			if in == nil {
				continue
			}
			out, handled, err := c.block(b, in.clone())
			if err != nil {
				return err
			}
			if h := b.Handler; h != nil {
				// The error is put into the register of the handler's parameter.
				c.put(handled, h.Params[0])
				if c.meet(h, handled) {
					changed = true
				}
			}
			for i := range b.Term.Succs {
				e := &b.Term.Succs[i]
				s := out.clone()
				if b.Term.Kind == ir.TermTry && i == 1 {
					continue // its state comes from the blocks it handles
				}
				if err := c.edge(b, e, s); err != nil {
					return err
				}
				if c.meet(e.To, s) {
					changed = true
				}
			}
		}
	}
	return nil
}

// state says which value each register holds, by its number; nil: that isn't known.
type state []*ir.Value

func (s state) clone() state { return slices.Clone(s) }

type checker struct {
	f  *ir.Func
	a  *Assignment
	in []state // by block number: what is known at its start; nil: no way there has been followed
}

// meet keeps what the states so far and s agree on.
func (c *checker) meet(b *ir.Block, s state) bool {
	old := c.in[b.ID]
	if old == nil {
		c.in[b.ID] = s.clone()
		return true
	}
	changed := false
	for r, v := range old {
		if v != nil && s[r] != v {
			old[r] = nil
			changed = true
		}
	}
	return changed
}

// put notes that v's register holds v.
func (c *checker) put(s state, v *ir.Value) {
	if c.a.Has(v) {
		s[c.a.Reg(v)] = v
	}
}

func (c *checker) use(b *ir.Block, s state, v *ir.Value) error {
	if Const(v) {
		return nil
	}
	if r := c.a.Reg(v); s[r] != v {
		have := "something else"
		if s[r] != nil {
			have = fmt.Sprintf("v%d", s[r].ID)
		}
		return fmt.Errorf("regalloc: %s b%d: v%d should be in R%d, which holds %s", c.f.Name, b.ID, v.ID, r, have)
	}
	return nil
}

// block follows the instructions of b. handled is what all points at which an
// error may leave b agree on.
func (c *checker) block(b *ir.Block, s state) (out, handled state, err error) {
	handled = s.clone()
	for _, v := range b.Instrs {
		if Const(v) || c.a.Sel.Fused(v) {
			continue
		}
		for _, x := range c.a.Sel.Args(v) {
			if err := c.use(b, s, x); err != nil {
				return nil, nil, err
			}
		}
		if w, clobbers := Window(v); w {
			base := c.a.Base(v)
			end := len(s)
			if !clobbers {
				end = min(end, base+len(v.Args))
			}
			clear(s[min(base, end):end])
		}
		c.put(s, v)
		for r, x := range handled {
			if s[r] != x {
				handled[r] = nil
			}
		}
	}
	var failed error
	TermOperands(c.a.Sel, b, func(x *ir.Value) {
		if e := c.use(b, s, x); e != nil && failed == nil {
			failed = e
		}
	})
	return s, handled, failed
}

// edge follows the moves of e.
func (c *checker) edge(b *ir.Block, e *ir.Edge, s state) error {
	skip := len(e.To.Params) - len(e.Args)
	for _, x := range e.Args {
		if err := c.use(b, s, x); err != nil {
			return err
		}
	}
	for _, p := range e.To.Params[:skip] {
		c.put(s, p)
	}
	for i := range e.Args {
		c.put(s, e.To.Params[skip+i])
	}
	return nil
}
