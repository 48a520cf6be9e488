package opt

import (
	"slices"

	"etamil/internal/ir"
)

// upwards orders functions so that each comes after those it calls or makes values of,
// and finds those that may call themselves (Tarjan's algorithm).
func upwards(funcs []*ir.Func) (order []*ir.Func, recursive []bool) {
	recursive = make([]bool, len(funcs))
	seen := make([]int, len(funcs)) // when it was met; 0: not yet
	low := make([]int, len(funcs))
	var open []*ir.Func
	isOpen := make([]bool, len(funcs))
	clock := 0
	var visit func(f *ir.Func)
	visit = func(f *ir.Func) {
		i := f.Index
		clock++
		seen[i], low[i] = clock, clock
		open = append(open, f)
		isOpen[i] = true
		for _, b := range f.Blocks {
			for _, v := range b.Instrs {
				k, ok := names(v)
				if !ok {
					continue
				}
				if k == i {
					recursive[i] = true
				}
				if seen[k] == 0 {
					visit(funcs[k])
					low[i] = min(low[i], low[k])
				} else if isOpen[k] {
					low[i] = min(low[i], seen[k])
				}
			}
		}
		if low[i] != seen[i] {
			return
		}
		first := slices.Index(open, f)
		for _, g := range open[first:] {
			isOpen[g.Index] = false
			recursive[g.Index] = recursive[g.Index] || len(open)-first > 1
			order = append(order, g)
		}
		open = open[:first]
	}
	for _, f := range funcs {
		if seen[f.Index] == 0 {
			visit(f)
		}
	}
	return order, recursive
}

// names is the function that v calls or makes a value of.
func names(v *ir.Value) (int, bool) {
	switch {
	case v.Op == ir.OpCall || v.Op == ir.OpClosure:
		return int(v.Int), true
	case v.Op == ir.OpConst && v.Const.Kind == ir.ConstFunc:
		return v.Const.Func, true
	}
	return 0, false
}
