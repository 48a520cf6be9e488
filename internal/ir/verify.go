package ir

import "fmt"

// Verify checks that f is well formed: blocks end, edges give as many
// arguments as their targets have parameters, operands are defined on every
// way to their use, handlers take one parameter. It returns the first thing
// that is wrong. Tests run it after every pass.
func Verify(f *Func) error {
	f.Recompute()
	dom := f.Dominators()
	at := map[*Value]int{}
	for _, b := range f.Blocks {
		for _, p := range b.Params {
			if p.Op != OpParam || p.Block != b {
				return fmt.Errorf("b%d: v%d is not a parameter of its block", b.ID, p.ID)
			}
			at[p] = -1
		}
		for i, v := range b.Instrs {
			if v.Block != b {
				return fmt.Errorf("b%d: v%d believes it is in another block", b.ID, v.ID)
			}
			if _, dup := at[v]; dup {
				return fmt.Errorf("b%d: v%d stands twice", b.ID, v.ID)
			}
			info := v.Op.Info()
			if v.Op == OpInvalid || v.Op == OpParam {
				return fmt.Errorf("b%d: v%d is %s", b.ID, v.ID, info.Name)
			}
			if len(v.Args) < info.MinArgs || info.MaxArgs >= 0 && len(v.Args) > info.MaxArgs {
				return fmt.Errorf("b%d: v%d = %s has %d operands", b.ID, v.ID, info.Name, len(v.Args))
			}
			at[v] = i
		}
	}
	if len(f.Blocks[0].Preds) > 0 {
		return fmt.Errorf("the entry has predecessors")
	}
	if len(f.Blocks[0].Params) != f.Params {
		return fmt.Errorf("the entry has %d parameters, the function %d", len(f.Blocks[0].Params), f.Params)
	}
	defined := func(v *Value, b *Block, i int) error {
		p, ok := at[v]
		if !ok {
			return fmt.Errorf("b%d: v%d is used but stands in no block that can be reached", b.ID, v.ID)
		}
		if v.Block == b && p < i || v.Block != b && dom.Dominates(v.Block, b) {
			return nil
		}
		return fmt.Errorf("b%d: v%d is used where it may not be defined", b.ID, v.ID)
	}
	for _, b := range f.Blocks {
		for i, v := range b.Instrs {
			for _, a := range v.Args {
				if err := defined(a, b, i); err != nil {
					return err
				}
			}
		}
		if err := verifyTerm(b, defined); err != nil {
			return err
		}
		if h := b.Handler; h != nil && len(h.Params) != 1 {
			return fmt.Errorf("b%d: handler b%d has %d parameters", b.ID, h.ID, len(h.Params))
		}
	}
	return nil
}

func verifyTerm(b *Block, defined func(*Value, *Block, int) error) error {
	t := &b.Term
	want, given := 0, 0
	switch t.Kind {
	case TermNone:
		return fmt.Errorf("b%d doesn't end", b.ID)
	case TermJump:
		want = 1
	case TermIf, TermTry:
		want = 2
	case TermNext:
		want, given = 2, 1
		if t.Keyed {
			given = 2
		}
	}
	if len(t.Succs) != want {
		return fmt.Errorf("b%d: %d ways out, not %d", b.ID, len(t.Succs), want)
	}
	if t.Value != nil {
		if err := defined(t.Value, b, len(b.Instrs)); err != nil {
			return err
		}
	}
	for i, e := range t.Succs {
		n := len(e.Args)
		if i == 0 {
			n += given
		}
		if t.Kind == TermTry && i == 1 {
			n++
		}
		if n != len(e.To.Params) {
			return fmt.Errorf("b%d: edge to b%d gives %d arguments for %d parameters", b.ID, e.To.ID, n, len(e.To.Params))
		}
		for _, a := range e.Args {
			if err := defined(a, b, len(b.Instrs)); err != nil {
				return err
			}
		}
	}
	return nil
}
