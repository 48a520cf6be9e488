package opt

import (
	"fmt"
	"strings"

	"etamil/internal/ir"
)

// gvn replaces an instruction by an earlier one that computes the same from the
// same, if that stands on every way to it (Alpern, Wegman and Zadeck's value
// numbering, restricted to dominating instructions).
//
// Contract: only instructions whose result depends on their operands alone take
// part. They may raise an error: the earlier one has raised it already, if
// there is one to raise, and control hasn't come here.
func gvn(f *ir.Func) bool {
	f.Recompute()
	dom := f.Dominators()
	children := map[*ir.Block][]*ir.Block{}
	for _, b := range f.Blocks[1:] {
		if p := dom.Idom(b); p != nil {
			children[p] = append(children[p], b)
		}
	}
	is := map[*ir.Value]*ir.Value{}
	find := func(v *ir.Value) *ir.Value {
		for is[v] != nil {
			v = is[v]
		}
		return v
	}
	known := map[string]*ir.Value{}
	type frame struct {
		b    *ir.Block
		next int
		keys []string
	}
	enter := func(b *ir.Block) frame {
		fr := frame{b: b}
		for _, v := range b.Instrs {
			for i, a := range v.Args {
				v.Args[i] = find(a)
			}
			if !numbered(v) {
				continue
			}
			k := key(v)
			if old := known[k]; old != nil {
				is[v] = old
				continue
			}
			known[k] = v
			fr.keys = append(fr.keys, k)
		}
		return fr
	}
	stack := []frame{enter(f.Blocks[0])}
	for len(stack) > 0 {
		t := &stack[len(stack)-1]
		if c := children[t.b]; t.next < len(c) {
			t.next++
			stack = append(stack, enter(c[t.next-1]))
			continue
		}
		for _, k := range t.keys {
			delete(known, k)
		}
		stack = stack[:len(stack)-1]
	}
	return replace(f, is)
}

// numbered reports whether v's result depends on its operands alone, and isn't
// an object that may be changed in place.
func numbered(v *ir.Value) bool {
	switch v.Op {
	case ir.OpConst, ir.OpAdd, ir.OpSub, ir.OpMul, ir.OpDiv, ir.OpMod, ir.OpIDiv, ir.OpNeg, ir.OpEq, ir.OpNe, ir.OpLt, ir.OpLe,
		ir.OpGt, ir.OpGe, ir.OpNot, ir.OpTruth, ir.OpLen, ir.OpIsSet, ir.OpIsFunc, ir.OpGetIndex, ir.OpGetField, ir.OpCheck:
		return true
	}
	return false
}

// key names what v computes.
func key(v *ir.Value) string {
	var w strings.Builder
	fmt.Fprintf(&w, "%d", v.Op)
	if v.Op == ir.OpConst {
		c := v.Const
		fmt.Fprintf(&w, " %d %d %d %v %d %s", c.Kind, c.Num.N, c.Num.M, c.Bool, c.Func, c.Text)
		return w.String()
	}
	for _, a := range v.Args {
		fmt.Fprintf(&w, " v%d", a.ID)
	}
	if v.Op == ir.OpGetField {
		w.WriteString(" " + v.Name)
	}
	return w.String()
}
