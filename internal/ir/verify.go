package ir

import (
	"fmt"
	"strings"
)

// Verify checks that f is well formed and returns the first thing that is
// wrong. It asks of
//
//   - blocks: they end, they stand once, the entry has the function's
//     parameters and no way in;
//   - values: each stands once, in the block it names, with a number of its
//     own, as many operands as its operation takes, and operands that give
//     something and are defined on every way to it;
//   - edges: as many arguments as the target has parameters; the body of a
//     next has no other way in;
//   - handlers: one parameter, and one way in, a try edge that every block
//     they handle comes after. So what the handler needs is defined wherever
//     an error may come from.
//
// It brings Preds up to date. Tests run it after every pass; what
// takes all functions of a program is in VerifyProgram.
func Verify(f *Func) error {
	if len(f.Blocks) == 0 {
		return fmt.Errorf("no blocks")
	}
	c := &verifier{f: f, blocks: make([]*Block, f.nextB), at: make([]place, f.nextV)}
	for _, step := range []func() error{c.graph, c.entry, c.values, c.operands, c.handlers} {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}

// VerifyProgram checks what one function says about others: the functions it
// calls and makes closures of exist, and get as many arguments and captures as
// they take. funcs[i] must have Index i.
func VerifyProgram(funcs []*Func) error {
	for i, f := range funcs {
		if f.Index != i {
			return fmt.Errorf("%s: function %d stands at %d", f.Name, f.Index, i)
		}
		for _, b := range f.Blocks {
			for _, v := range b.Instrs {
				if err := verifyCallee(funcs, v); err != nil {
					return fmt.Errorf("%s: b%d: %w", f.Name, b.ID, err)
				}
			}
		}
	}
	return nil
}

func verifyCallee(funcs []*Func, v *Value) error {
	index, want, has := v.Int, 0, len(v.Args)
	switch {
	case v.Op == OpCall:
	case v.Op == OpClosure:
	case v.Op == OpConst && v.Const.Kind == ConstFunc:
		index = int64(v.Const.Func)
	default:
		return nil
	}
	if index < 0 || index >= int64(len(funcs)) {
		return fmt.Errorf("%s: there is no function %d", v.Long(), index)
	}
	to := funcs[index]
	if to.Top {
		return fmt.Errorf("%s: the top level is no function to call", v.Long())
	}
	want = to.Captures
	if v.Op == OpCall {
		if to.Captures > 0 {
			return fmt.Errorf("%s: %s has captures: only a value of it can be called", v.Long(), to.Name)
		}
		want = to.Params
	}
	if has != want {
		return fmt.Errorf("%s: %s takes %d, not %d", v.Long(), to.Name, want, has)
	}
	return nil
}

type verifier struct {
	f      *Func
	dom    *DomTree
	blocks []*Block // by number: those that stand in the function
	at     []place  // by number
}

// place is a value and where it stands in its block; -1: a parameter.
type place struct {
	v *Value
	i int
}

// stands reports whether b is a block of the function.
func (c *verifier) stands(b *Block) bool {
	return b.ID >= 0 && b.ID < len(c.blocks) && c.blocks[b.ID] == b
}

// graph looks at blocks, the ways between them and how they end.
func (c *verifier) graph() error {
	for _, b := range c.f.Blocks {
		switch {
		case c.stands(b):
			return fmt.Errorf("b%d stands twice", b.ID)
		case b.ID < 0 || b.ID >= c.f.nextB || c.blocks[b.ID] != nil:
			return fmt.Errorf("b%d: number taken or out of range", b.ID)
		case b.Func != c.f:
			return fmt.Errorf("b%d believes it is in another function", b.ID)
		}
		c.blocks[b.ID] = b
	}
	for _, b := range c.f.Blocks {
		if h := b.Handler; h != nil && !c.stands(h) {
			return fmt.Errorf("b%d: handler b%d stands nowhere", b.ID, h.ID)
		}
		for _, e := range b.Term.Succs {
			if !c.stands(e.To) {
				return fmt.Errorf("b%d: leads to b%d, which stands nowhere", b.ID, e.To.ID)
			}
		}
		if err := c.shape(b); err != nil {
			return err
		}
	}
	c.f.Recompute()
	c.dom = c.f.Dominators()
	return nil
}

// shape looks at the end of b alone.
func (c *verifier) shape(b *Block) error {
	t := &b.Term
	ways, value := 0, false
	switch t.Kind {
	case TermNone:
		return fmt.Errorf("b%d doesn't end", b.ID)
	case TermJump:
		ways = 1
	case TermTry:
		ways = 2
	case TermIf, TermNext:
		ways, value = 2, true
	case TermReturn, TermThrow:
		value = true
	}
	switch {
	case len(t.Succs) != ways:
		return fmt.Errorf("b%d: %d ways out, not %d", b.ID, len(t.Succs), ways)
	case value && t.Value == nil:
		return fmt.Errorf("b%d: %s without a value", b.ID, t.Kind)
	case !value && t.Value != nil:
		return fmt.Errorf("b%d: %s with a value", b.ID, t.Kind)
	case t.Keyed && t.Kind != TermNext:
		return fmt.Errorf("b%d: %s with a key", b.ID, t.Kind)
	case t.Kind == TermReturn && c.f.Top:
		return fmt.Errorf("b%d: the top level returns", b.ID)
	case t.Kind == TermHalt && !c.f.Top:
		return fmt.Errorf("b%d: a function halts", b.ID)
	case t.Kind == TermNext && t.Value.Op != OpIter:
		return fmt.Errorf("b%d: next over v%d, which is no iterator", b.ID, t.Value.ID)
	}
	return nil
}

func (c *verifier) entry() error {
	entry := c.f.Blocks[0]
	switch {
	case len(entry.Preds) > 0:
		return fmt.Errorf("the entry has predecessors")
	case len(entry.Params) != c.f.Params:
		return fmt.Errorf("the entry has %d parameters, the function %d", len(entry.Params), c.f.Params)
	case entry.Handler != nil:
		return fmt.Errorf("the entry has a handler")
	case c.f.MinArgs < 0 || c.f.MinArgs > c.f.Params:
		return fmt.Errorf("%d of %d arguments may not be left out", c.f.MinArgs, c.f.Params)
	}
	return nil
}

// values looks at each value alone and notes where it stands.
func (c *verifier) values() error {
	note := func(v *Value, b *Block, i int) error {
		known := v.ID >= 0 && v.ID < len(c.at)
		switch {
		case known && c.at[v.ID].v == v:
			return fmt.Errorf("b%d: v%d stands twice", b.ID, v.ID)
		case v.Block != b:
			return fmt.Errorf("b%d: v%d believes it is in another block", b.ID, v.ID)
		case !known || c.at[v.ID].v != nil:
			return fmt.Errorf("b%d: v%d: number taken or out of range", b.ID, v.ID)
		}
		c.at[v.ID] = place{v, i}
		return nil
	}
	for _, b := range c.f.Blocks {
		for _, p := range b.Params {
			if p.Op != OpParam {
				return fmt.Errorf("b%d: v%d is no parameter", b.ID, p.ID)
			}
			if err := note(p, b, -1); err != nil {
				return err
			}
		}
		for i, v := range b.Instrs {
			if err := note(v, b, i); err != nil {
				return err
			}
			if err := c.details(v); err != nil {
				return fmt.Errorf("b%d: v%d = %s: %w", b.ID, v.ID, v.Op, err)
			}
		}
	}
	return nil
}

// details looks at what stands in v besides its operands.
func (c *verifier) details(v *Value) error {
	info := v.Op.Info()
	least, most := info.MinArgs, info.MaxArgs
	switch v.Op {
	case OpInvalid, OpParam:
		return fmt.Errorf("not an instruction")
	case OpConst:
		if v.Const.Kind > ConstUndef {
			return fmt.Errorf("no such constant")
		}
	case OpHold:
		if len(v.Args) == 1 && (v.Args[0].Op != OpConst || v.Args[0].Const.Type()&^TScalar != 0) {
			return fmt.Errorf("no constant without references")
		}
	case OpRecord:
		least = 0
		if v.Name != "" || len(v.Args) == 1 {
			least = strings.Count(v.Name, "\x00") + 1
		}
		most = least
	case OpBuiltin:
		if v.Spec == nil {
			return fmt.Errorf("no builtin")
		}
		least, most = v.Spec.Min, v.Spec.Max
	case OpSlotGet, OpSlotSet:
		if v.Int < 0 || v.Int >= int64(c.f.Slots) {
			return fmt.Errorf("slot %d of %d", v.Int, c.f.Slots)
		}
	case OpCapture:
		if v.Int < 0 || v.Int >= int64(c.f.Captures) {
			return fmt.Errorf("capture %d of %d", v.Int, c.f.Captures)
		}
	}
	if n := len(v.Args); n < least || most >= 0 && n > most {
		return fmt.Errorf("%d operands", n)
	}
	return nil
}

// operands looks at what instructions, ends and edges read.
func (c *verifier) operands() error {
	for _, b := range c.f.Blocks {
		for i, v := range b.Instrs {
			for _, a := range v.Args {
				if err := c.defined(a, b, i); err != nil {
					return err
				}
			}
		}
		t := &b.Term
		if t.Value != nil {
			if err := c.defined(t.Value, b, len(b.Instrs)); err != nil {
				return err
			}
		}
		for i, e := range t.Succs {
			given := 0
			switch {
			case t.Kind == TermNext && i == 0:
				given = 1
				if t.Keyed {
					given = 2
				}
				if len(e.To.Preds) != 1 {
					return fmt.Errorf("b%d: the body b%d of a next has %d ways in", b.ID, e.To.ID, len(e.To.Preds))
				}
			case t.Kind == TermTry && i == 1:
				given = 1
			}
			if n := len(e.Args) + given; n != len(e.To.Params) {
				return fmt.Errorf("b%d: edge to b%d gives %d arguments for %d parameters", b.ID, e.To.ID, n, len(e.To.Params))
			}
			for _, a := range e.Args {
				if err := c.defined(a, b, len(b.Instrs)); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// defined reports whether v is defined wherever b's instruction i is reached.
func (c *verifier) defined(v *Value, b *Block, i int) error {
	if v.ID < 0 || v.ID >= len(c.at) || c.at[v.ID].v != v {
		return fmt.Errorf("b%d: v%d is used but stands in no block that can be reached", b.ID, v.ID)
	}
	switch p := c.at[v.ID].i; {
	case v.Op.Info().Result == 0:
		return fmt.Errorf("b%d: v%d is used but gives nothing", b.ID, v.ID)
	case v.Block == b && p < i || v.Block != b && c.dom.Dominates(v.Block, b):
		return nil
	}
	return fmt.Errorf("b%d: v%d is used where it may not be defined", b.ID, v.ID)
}

// handlers looks at where errors go.
func (c *verifier) handlers() error {
	for _, b := range c.f.Blocks {
		if t := &b.Term; t.Kind == TermTry {
			h := t.Succs[1].To
			if len(h.Params) != 1 || len(h.Preds) != 1 {
				return fmt.Errorf("b%d: handler b%d has %d parameters and %d ways in", b.ID, h.ID, len(h.Params), len(h.Preds))
			}
		}
		h := b.Handler
		if h == nil {
			continue
		}
		if len(h.Preds) != 1 || h.Preds[0].Term.Kind != TermTry || h.Preds[0].Term.Succs[1].To != h {
			return fmt.Errorf("b%d: handler b%d isn't entered by a try", b.ID, h.ID)
		}
		if p := h.Preds[0]; p == b || !c.dom.Dominates(p, b) {
			return fmt.Errorf("b%d: can be reached without the try in b%d whose handler is b%d", b.ID, p.ID, h.ID)
		}
	}
	return nil
}
