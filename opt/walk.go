package opt

import (
	"slices"

	"etamil/internal/ir"
)

// walk turns a loop that counts through the places of a list into one that walks over the list:
// for i from 0 to len(a)-1 with a[i] in it becomes for i, x of a.
//
// That each i is a place of a, so that a[i] needs no look at a's kind, at i's kind or at a's
// length, follows from the test of the loop alone; the machine makes that test when it takes the
// walk's next step, so nothing has to be believed, and the item has come with the step.
//
// Contract: a is a list, made outside of the loop; the loop has one way in, from a block in front
// of it, its head does nothing but count, the count begins with 0 and grows by 1 on every way back,
// and is read nowhere but inside. A walk holds its list, and a list that is held is copied when
// it is changed: so nothing that the loop leads to may do more with a than to look at it.
func walk(f *ir.Func) bool {
	if !indexes(f) {
		return false
	}
	f.Recompute()
	w := walker{mover: mover{f: f}, is: subst{f: f}}
	if !w.findLoops() {
		return false
	}
	w.users = readers(f)
	for _, l := range w.loops {
		if c, ok := w.count(l); ok && w.onlyRead(l, c.list) {
			w.turn(l, c)
		}
	}
	if w.changed {
		w.is.apply(f)
		f.Recompute()
	}
	return w.changed
}

// indexes reports whether there is an item of what is certainly a list.
func indexes(f *ir.Func) bool {
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			if v.Op == ir.OpGetIndex && v.Args[0].Type == ir.TList {
				return true
			}
		}
	}
	return false
}

// walker finds loops that count through a list.
type walker struct {
	mover
	users [][]reader // of each value, by number
	is    subst
}

// reader is who reads a value: an instruction, or the end of a block.
type reader struct {
	v  *ir.Value
	at *ir.Block
}

// readers lists who reads each value. An argument of an edge is read by its block's end.
func readers(f *ir.Func) [][]reader {
	all := make([][]reader, f.NumValues())
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			for _, a := range v.Args {
				all[a.ID] = append(all[a.ID], reader{v, b})
			}
		}
		if x := b.Term.Value; x != nil {
			all[x.ID] = append(all[x.ID], reader{nil, b})
		}
		for _, e := range b.Term.Succs {
			for _, a := range e.Args {
				all[a.ID] = append(all[a.ID], reader{nil, b})
			}
		}
	}
	return all
}

// count is what a loop does that counts through a list.
type count struct {
	i, list *ir.Value
	body    *ir.Block         // where its head goes on
	test    *ir.Value         // of the head
	steps   []*ir.Value       // what i becomes
	backs   map[*ir.Value]int // on how many ways back it becomes that
	items   []*ir.Value       // a[i]
}

// count looks whether l counts through the places of a list, and reads there.
func (w *walker) count(l *loop) (c count, ok bool) {
	head := l.head
	before := w.before(l)
	t := &head.Term
	if before == nil || t.Kind != ir.TermIf || !w.inside(t.Succs[0].To, l) || w.inside(t.Succs[1].To, l) {
		return c, false
	}
	c.body, c.test = t.Succs[0].To, t.Value
	if c.body == head || len(c.body.Preds) != 1 || c.test.Block != head || len(w.users[c.test.ID]) != 1 {
		return c, false
	}
	for _, v := range head.Instrs {
		if v != c.test && v.Op != ir.OpConst {
			return c, false
		}
	}
	// i < len(a), or i <= len(a) - 1.
	switch bound := c.test; bound.Op {
	case ir.OpLt:
		c.i, c.list = bound.Args[0], bound.Args[1]
	case ir.OpLe:
		last := bound.Args[1]
		if last.Op != ir.OpSub || !isInt(last.Args[1], 1) {
			return c, false
		}
		c.i, c.list = bound.Args[0], last.Args[0]
	default:
		return c, false
	}
	if c.list.Op != ir.OpLen || c.list.Args[0].Type != ir.TList {
		return c, false
	}
	c.list = c.list.Args[0]
	c.backs = map[*ir.Value]int{}
	place := slices.Index(head.Params, c.i)
	if place < 0 || w.inside(c.list.Block, l) {
		return c, false
	}
	for _, p := range head.Preds {
		a := p.Term.Succs[edgeTo(p, head)].Args[place]
		switch {
		case p == before:
			if !isInt(a, 0) {
				return c, false
			}
		case p.Term.Kind != ir.TermJump || a.Op != ir.OpAdd || a.Args[0] != c.i || !isInt(a.Args[1], 1):
			return c, false
		default:
			if c.backs[a]++; c.backs[a] == 1 {
				c.steps = append(c.steps, a)
			}
		}
	}
	return c, w.items(&c)
}

// items finds the items that are read with c's count, and says whether there are any, and the
// count is read nowhere else than inside.
func (w *walker) items(c *count) bool {
	for _, u := range w.users[c.i.ID] {
		if u.v == c.test {
			continue
		}
		if !w.dom.Dominates(c.body, u.at) {
			return false
		}
		if v := u.v; v != nil && v.Op == ir.OpGetIndex && v.Args[0] == c.list && v.Args[1] == c.i {
			c.items = append(c.items, v)
		}
	}
	return len(c.items) > 0
}

// onlyRead reports whether whatever the loop leads to does nothing with its list but look at it.
func (w *walker) onlyRead(l *loop, list *ir.Value) bool {
	seen := make([]bool, w.f.NumBlocks())
	work := []*ir.Block{l.head}
	seen[l.head.ID] = true
	for len(work) > 0 {
		b := work[len(work)-1]
		work = work[:len(work)-1]
		for _, e := range b.Term.Succs {
			// Where the list is made, another is made.
			if to := e.To; !seen[to.ID] && to != list.Block {
				seen[to.ID] = true
				work = append(work, to)
			}
		}
	}
	for _, u := range w.users[list.ID] {
		if !seen[u.at.ID] {
			continue
		}
		switch v := u.v; {
		case v == nil:
			return false
		case v.Op == ir.OpLen || v.Op == ir.OpIter:
		case v.Op == ir.OpGetIndex && v.Args[0] == list && v.Args[1] != list:
		default:
			return false
		}
	}
	return true
}

// turn makes l a walk.
func (w *walker) turn(l *loop, c count) {
	head, before := l.head, w.before(l)
	it := w.f.NewValue(ir.OpIter, ir.OpIter.Info().Result, c.list)
	it.Block, it.Pos, it.In = before, c.test.Pos, c.test.In
	before.Instrs = append(before.Instrs, it)

	// The count is no longer the head's.
	keyed := w.counted(&c)
	place := slices.Index(head.Params, c.i)
	head.Params = slices.Delete(head.Params, place, place+1)
	for _, p := range head.Preds {
		e := &p.Term.Succs[edgeTo(p, head)]
		e.Args = slices.Delete(slices.Clone(e.Args), place, place+1)
	}
	// A list's length, and that less one, raise no error: nobody misses them.
	for v := c.test; len(w.users[v.ID]) == 1 && v.Op != ir.OpConst && v != c.list; v = c.bound(v) {
		drop(v)
	}

	// It comes, with the item, from the walk's step; without it if nobody reads it.
	item := w.f.NewValue(ir.OpParam, ir.TAny)
	item.Block = c.body
	for _, v := range c.items {
		w.is.set(v, item)
	}
	given := []*ir.Value{item}
	if keyed {
		key := w.f.NewValue(ir.OpParam, ir.TNumber)
		key.Block = c.body
		w.is.set(c.i, key)
		given = []*ir.Value{key, item}
	}
	c.body.Params = append(given, c.body.Params...)
	head.Term.Kind, head.Term.Value, head.Term.Keyed = ir.TermNext, it, keyed
	w.changed = true
}

// bound is what v, the test, the last place or the length, is made of.
func (c *count) bound(v *ir.Value) *ir.Value {
	if v == c.test {
		return v.Args[1]
	}
	return v.Args[0]
}

// counted reports whether the count is read for something else than the test, items and the next
// step, and drops steps that nobody reads but the ways back.
func (w *walker) counted(c *count) bool {
	others := len(w.users[c.i.ID]) - len(c.items) - 1
	for _, s := range c.steps {
		if len(w.users[s.ID]) == c.backs[s] {
			drop(s)
			others--
		}
	}
	return others > 0
}

// drop takes an instruction out of its block.
func drop(v *ir.Value) {
	v.Block.Instrs = slices.DeleteFunc(v.Block.Instrs, func(x *ir.Value) bool { return x == v })
}

// edgeTo is which way out of p leads to b.
func edgeTo(p, b *ir.Block) int {
	return slices.IndexFunc(p.Term.Succs, func(e ir.Edge) bool { return e.To == b })
}

// isInt reports whether v is the whole number n, without decimal places.
func isInt(v *ir.Value, n int64) bool {
	if v.Op != ir.OpConst || v.Const.Kind != ir.ConstNumber {
		return false
	}
	x, ok := v.Const.Num.Int64()
	return ok && x == n && v.Const.Num.Scale() == 0
}
