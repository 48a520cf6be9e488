package ir

// DomTree is the dominator tree of a function (Cooper, Harvey and Kennedy, "A
// Simple, Fast Dominance Algorithm", 2001).
type DomTree struct {
	idom     []*Block   // by block number
	order    []int      // postorder number by block number, -1 if unreachable
	children [][]*Block // by block number
	// A walk through the tree enters and leaves each block once; a block lies
	// below another if it is entered and left while the other is open.
	enter, leave []int32
}

// Dominators computes the dominator tree. Preds must be up to date.
func (f *Func) Dominators() *DomTree {
	d := &DomTree{
		idom: make([]*Block, f.nextB), order: make([]int, f.nextB), children: make([][]*Block, f.nextB),
		enter: make([]int32, f.nextB), leave: make([]int32, f.nextB),
	}
	post := f.Postorder()
	for i := range d.order {
		d.order[i] = -1
	}
	for i, b := range post {
		d.order[b.ID] = i
	}
	entry := f.Blocks[0]
	d.idom[entry.ID] = entry
	for changed := true; changed; {
		changed = false
		for i := len(post) - 1; i >= 0; i-- {
			b := post[i]
			if b == entry {
				continue
			}
			var n *Block
			for _, p := range b.Preds {
				if d.idom[p.ID] == nil {
					continue
				}
				if n == nil {
					n = p
				} else {
					n = d.meet(n, p)
				}
			}
			if d.idom[b.ID] != n {
				d.idom[b.ID] = n
				changed = true
			}
		}
	}
	for i := len(post) - 2; i >= 0; i-- {
		p := d.idom[post[i].ID].ID
		d.children[p] = append(d.children[p], post[i])
	}
	d.number(entry)
	return d
}

// number walks through the tree.
func (d *DomTree) number(entry *Block) {
	type frame struct {
		b    *Block
		next int
	}
	clock := int32(1)
	d.enter[entry.ID] = clock
	stack := []frame{{entry, 0}}
	for len(stack) > 0 {
		t := &stack[len(stack)-1]
		clock++
		if c := d.children[t.b.ID]; t.next < len(c) {
			b := c[t.next]
			t.next++
			d.enter[b.ID] = clock
			stack = append(stack, frame{b, 0})
			continue
		}
		d.leave[t.b.ID] = clock
		stack = stack[:len(stack)-1]
	}
}

func (d *DomTree) meet(a, b *Block) *Block {
	for a != b {
		for d.order[a.ID] < d.order[b.ID] {
			a = d.idom[a.ID]
		}
		for d.order[b.ID] < d.order[a.ID] {
			b = d.idom[b.ID]
		}
	}
	return a
}

// Idom returns the immediate dominator of b; nil for the entry.
func (d *DomTree) Idom(b *Block) *Block {
	p := d.idom[b.ID]
	if p == b {
		return nil
	}
	return p
}

// Children returns the blocks whose immediate dominator is b, in an order in
// which ways lead where no loop prevents it.
func (d *DomTree) Children(b *Block) []*Block { return d.children[b.ID] }

// Dominates reports whether every way to b passes a; a block dominates itself.
func (d *DomTree) Dominates(a, b *Block) bool {
	return d.enter[a.ID] > 0 && d.enter[a.ID] <= d.enter[b.ID] && d.leave[b.ID] <= d.leave[a.ID]
}

// Postorder returns the blocks so that successors come before a block where no
// loop prevents it.
func (f *Func) Postorder() []*Block {
	type frame struct {
		b *Block
		i int
	}
	seen := make([]bool, f.nextB)
	var post []*Block
	stack := []frame{{f.Blocks[0], 0}}
	seen[f.Blocks[0].ID] = true
	for len(stack) > 0 {
		t := &stack[len(stack)-1]
		if t.i < len(t.b.Term.Succs) {
			s := t.b.Term.Succs[t.i].To
			t.i++
			if !seen[s.ID] {
				seen[s.ID] = true
				stack = append(stack, frame{s, 0})
			}
			continue
		}
		post = append(post, t.b)
		stack = stack[:len(stack)-1]
	}
	return post
}
