package ir

// DomTree is the dominator tree of a function (Cooper, Harvey and Kennedy, "A
// Simple, Fast Dominance Algorithm", 2001).
type DomTree struct {
	idom  []*Block // by block number
	order []int    // postorder number by block number, -1 if unreachable
}

// Dominators computes the dominator tree. Preds must be up to date.
func (f *Func) Dominators() *DomTree {
	d := &DomTree{idom: make([]*Block, f.nextB), order: make([]int, f.nextB)}
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
	return d
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

// Dominates reports whether every way to b passes a; a block dominates itself.
func (d *DomTree) Dominates(a, b *Block) bool {
	if d.order[a.ID] < 0 || d.order[b.ID] < 0 {
		return false
	}
	for d.order[b.ID] < d.order[a.ID] {
		b = d.idom[b.ID]
	}
	return a == b
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
