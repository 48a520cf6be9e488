package ir

// Layout orders Blocks so that a block comes after its dominators, a loop's
// blocks stand together and its exits after them, and the first way out of a
// branch comes first where it can. It sets Loop; Preds must be up to date.
func (f *Func) Layout() {
	f.FindLoops()
	type frame struct {
		b    *Block
		next []*Block
	}
	seen := make([]bool, f.nextB)
	// What is visited last comes first, so the ways out are visited from the
	// shallowest loop to the deepest, and otherwise from the last to the first.
	ways := func(b *Block) []*Block {
		var w []*Block
		for i := len(b.Term.Succs) - 1; i >= 0; i-- {
			w = append(w, b.Term.Succs[i].To)
		}
		if len(w) == 2 && w[0].Loop > w[1].Loop {
			w[0], w[1] = w[1], w[0]
		}
		return w
	}
	var post []*Block
	stack := []frame{{f.Blocks[0], ways(f.Blocks[0])}}
	seen[f.Blocks[0].ID] = true
	for len(stack) > 0 {
		t := &stack[len(stack)-1]
		if len(t.next) > 0 {
			s := t.next[0]
			t.next = t.next[1:]
			if !seen[s.ID] {
				seen[s.ID] = true
				stack = append(stack, frame{s, ways(s)})
			}
			continue
		}
		post = append(post, t.b)
		stack = stack[:len(stack)-1]
	}
	f.Blocks = f.Blocks[:0]
	for i := len(post) - 1; i >= 0; i-- {
		f.Blocks = append(f.Blocks, post[i])
	}
}
