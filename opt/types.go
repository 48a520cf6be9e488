package opt

import (
	"slices"

	"etamil/internal/ir"
)

// types narrows Value.Type in all functions of a program, and looks through calls both ways: what
// a parameter can be is what the calls of its function give it, and what a call gives is what its
// function returns. The same holds for what a closure keeps and what globals are set to.
//
// It begins with nothing for every value and adds kinds until nothing changes, in all functions at
// once, so what calls itself, or each other in a circle, is no exception.
//
// Contract: it only learns, no instruction changes. A parameter is narrowed only if all that can
// call its function is in sight: the function is no value anywhere, nothing outside of the program
// knows it (ir.Func.Open), and the program calls it at all. A later pass may drop calls, and copy
// them, but adds none that give other kinds.
func types(funcs []*ir.Func) bool {
	p := newProgram(funcs)
	p.solve()
	changed := false
	for i := range p.flows {
		w := &p.flows[i]
		before := kinds(w.f)
		w.apply()
		changed = changed || !slices.Equal(before, kinds(w.f))
	}
	return changed
}

// kinds lists what is said of f's values.
func kinds(f *ir.Func) []ir.Type {
	all := make([]ir.Type, f.NumValues())
	for _, b := range f.Blocks {
		for _, v := range b.Params {
			all[v.ID] = v.Type
		}
		for _, v := range b.Instrs {
			all[v.ID] = v.Type
		}
	}
	return all
}

// program is what is known so far of how functions look to each other.
type program struct {
	flows   []flow
	order   []*ir.Func  // each behind those it calls
	gives   []ir.Type   // what each returns
	keeps   [][]ir.Type // what closures of each hold
	globals map[int64]ir.Type
	callers [][]int         // of each
	readers map[int64][]int // of each global
	again   []bool          // something that it reads has changed
	left    int             // how many of those there are
}

func newProgram(funcs []*ir.Func) *program {
	n, values, blocks := len(funcs), 0, 0
	for _, f := range funcs {
		values += f.NumValues()
		blocks += f.NumBlocks()
	}
	p := &program{
		flows: make([]flow, n), gives: make([]ir.Type, n), keeps: make([][]ir.Type, n),
		globals: map[int64]ir.Type{}, callers: make([][]int, n), readers: map[int64][]int{},
		again: make([]bool, n),
	}
	p.order, _ = upwards(funcs)
	kind, place := make([]ir.Type, values), make([]int32, blocks)
	for i, f := range funcs {
		w := &p.flows[i]
		*w = newFlow(f, kind[:f.NumValues()], place[:f.NumBlocks()])
		w.p = p
		kind, place = kind[f.NumValues():], place[f.NumBlocks():]
		p.keeps[i] = make([]ir.Type, f.Captures)
		p.look(w)
	}
	for i, open := range opened(funcs) {
		if open {
			p.flows[i].openParams()
		}
	}
	return p
}

// look finds where w's function meets others.
func (p *program) look(w *flow) {
	i := w.f.Index
	note := func(list []int) []int {
		if n := len(list); n > 0 && list[n-1] == i {
			return list
		}
		return append(list, i)
	}
	for _, b := range w.f.Blocks {
		for _, v := range b.Instrs {
			switch v.Op {
			case ir.OpCall:
				p.callers[v.Int] = note(p.callers[v.Int])
				w.out = append(w.out, v)
			case ir.OpClosure:
				if len(v.Args) > 0 {
					w.out = append(w.out, v)
				}
			case ir.OpSetGlobal:
				w.out = append(w.out, v)
			case ir.OpGetGlobal, ir.OpGlobalOrUndef, ir.OpOrGlobal:
				p.readers[v.Int] = note(p.readers[v.Int])
			}
		}
	}
}

// opened finds the functions whose parameters can be anything: those that are values, that others
// than the program call, or that nothing leads to.
func opened(funcs []*ir.Func) []bool {
	open, led := make([]bool, len(funcs)), make([]bool, len(funcs))
	for _, f := range funcs {
		open[f.Index] = open[f.Index] || f.Open || f.Top
		for _, b := range f.Blocks {
			for _, v := range b.Instrs {
				if k, ok := names(v); ok && v.Op != ir.OpCall {
					open[k] = true
				}
			}
		}
	}
	var work []int
	lead := func(i int) {
		if !led[i] {
			led[i] = true
			work = append(work, i)
		}
		for len(work) > 0 {
			f := funcs[work[len(work)-1]]
			work = work[:len(work)-1]
			for _, b := range f.Blocks {
				for _, v := range b.Instrs {
					if k, ok := names(v); ok && !led[k] {
						led[k] = true
						work = append(work, k)
					}
				}
			}
		}
	}
	for i := range funcs {
		if open[i] {
			lead(i)
		}
	}
	for i := range funcs {
		if !led[i] {
			open[i] = true
			lead(i)
		}
	}
	return open
}

// solve adds kinds until nothing changes. The first walk is from those that call nothing upwards,
// since what they return mostly doesn't depend on what they are given; the next, of those to which
// something has come, downwards, and so on.
func (p *program) solve() {
	for i := range p.again {
		p.again[i] = true
	}
	p.left = len(p.again)
	for up := true; p.left > 0; up = !up {
		for k := range p.order {
			if !up {
				k = len(p.order) - 1 - k
			}
			if i := p.order[k].Index; p.again[i] {
				p.again[i] = false
				p.left--
				p.flows[i].run()
				p.tell(&p.flows[i])
			}
		}
	}
}

// tell passes on what has been found of w's values.
func (p *program) tell(w *flow) {
	wake := func(i int) {
		if !p.again[i] {
			p.again[i] = true
			p.left++
		}
	}
	for _, v := range w.out {
		switch v.Op {
		case ir.OpCall:
			to := &p.flows[v.Int]
			for k, a := range v.Args {
				if q := to.f.Blocks[0].Params[k]; add(&to.kind[q.ID], w.kind[a.ID]) {
					wake(int(v.Int))
				}
			}
		case ir.OpClosure:
			for k, a := range v.Args {
				if add(&p.keeps[v.Int][k], w.kind[a.ID]) {
					wake(int(v.Int))
				}
			}
		case ir.OpSetGlobal:
			if t := p.globals[v.Int]; add(&t, w.kind[v.Args[0].ID]) {
				p.globals[v.Int] = t
				for _, i := range p.readers[v.Int] {
					wake(i)
				}
			}
		}
	}
	if i := w.f.Index; add(&p.gives[i], w.returned()) {
		for _, k := range p.callers[i] {
			wake(k)
		}
	}
}

// add puts kinds into a set and says whether there were new ones.
func add(to *ir.Type, t ir.Type) bool {
	had := *to
	*to |= t
	return *to != had
}

// leaf is what v gives, as far as that isn't decided by its operands but by other functions.
func (p *program) leaf(v *ir.Value) ir.Type {
	switch v.Op {
	case ir.OpCall:
		return p.gives[v.Int]
	case ir.OpCapture:
		return kept(p.keeps[v.Block.Func.Index][v.Int])
	case ir.OpGlobalOrUndef:
		return kept(p.globals[v.Int]) | ir.TUndef
	default: // OpGetGlobal, OpOrGlobal
		return kept(p.globals[v.Int]) &^ ir.TUndef
	}
}

// kept is what may be found where values of these kinds are kept for other fibers too: some
// handles can't go there, and no copy is made when memory runs out, so that nil comes instead.
func kept(t ir.Type) ir.Type {
	if t&^ir.TScalar != 0 {
		t |= ir.TNil
	}
	return t
}
