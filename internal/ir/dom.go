package ir

// DomTree is the dominator tree of a function (Cooper, Harvey and Kennedy, "A
// Simple, Fast Dominance Algorithm", 2001).
type DomTree struct {
	idom  []*Block // by block number
	order []int32  // postorder number by block number, -1 if unreachable
	// Those whose immediate dominator is block i: kids[first[i]:first[i+1]].
	kids  []*Block
	first []int32
	// A walk through the tree enters and leaves each block once; a block lies
	// below another if it is entered and left while the other is open.
	enter, leave []int32
}

// Dominators gives the dominator tree, which is good until the graph changes. Preds must be
// up to date.
func (f *Func) Dominators() *DomTree {
	if f.shape.dom == nil {
		f.shape.dom = f.dominators()
	}
	return f.shape.dom
}

func (f *Func) dominators() *DomTree {
	n := f.nextB
	numbers := make([]int32, 4*n+1)
	d := &DomTree{
		idom: make([]*Block, n), order: numbers[:n:n], enter: numbers[n : 2*n : 2*n], leave: numbers[2*n : 3*n : 3*n],
		first: numbers[3*n:],
	}
	post := f.Postorder()
	for i := range d.order {
		d.order[i] = -1
	}
	for i, b := range post {
		d.order[b.ID] = int32(i)
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
	// Counted, summed up, and filled from behind.
	for _, b := range post[:len(post)-1] {
		d.first[d.idom[b.ID].ID]++
	}
	for i := range n {
		d.first[i+1] += d.first[i]
	}
	d.kids = make([]*Block, len(post)-1)
	for _, b := range post[:len(post)-1] {
		p := d.idom[b.ID].ID
		d.first[p]--
		d.kids[d.first[p]] = b
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
		if c := d.Children(t.b); t.next < len(c) {
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
func (d *DomTree) Children(b *Block) []*Block { return d.kids[d.first[b.ID]:d.first[b.ID+1]] }

// Dominates reports whether every way to b passes a; a block dominates itself.
func (d *DomTree) Dominates(a, b *Block) bool {
	return d.enter[a.ID] > 0 && d.enter[a.ID] <= d.enter[b.ID] && d.leave[b.ID] <= d.leave[a.ID]
}

// Postorder returns the blocks so that successors come before a block where no
// loop prevents it. The slice is good until the graph changes, and not to be written to.
func (f *Func) Postorder() []*Block {
	if f.shape.post == nil {
		f.shape.post = f.postorder()
	}
	return f.shape.post
}

func (f *Func) postorder() []*Block {
	type frame struct {
		b *Block
		i int
	}
	seen := make([]bool, f.nextB)
	post := make([]*Block, 0, len(f.Blocks))
	stack := make([]frame, 1, 16)
	stack[0] = frame{f.Blocks[0], 0}
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
