package check

// flow is what is known, at one point of a function, of which of its variables
// are set. Variables are numbered by the function they belong to.
//
//	def    set on every path that leads here
//	maybe  set on some path
//	dead   no path leads here (after a return, a break, …)
type flow struct {
	def, maybe bits
	dead       bool
}

func (f flow) clone() flow { return flow{f.def.clone(), f.maybe.clone(), f.dead} }

// join is what is known where two paths meet. It may reuse a.
func join(a, b flow) flow {
	switch {
	case a.dead && b.dead:
		a.maybe.union(b.maybe)
		return a
	case a.dead:
		b.maybe.union(a.maybe)
		return b
	case b.dead:
		a.maybe.union(b.maybe)
		return a
	}
	a.def.intersect(b.def)
	a.maybe.union(b.maybe)
	return a
}

// bits is a set of small numbers.
type bits []uint64

func (b bits) has(i int) bool { return i>>6 < len(b) && b[i>>6]&(1<<(i&63)) != 0 }

func (b *bits) add(i int) {
	for len(*b) <= i>>6 {
		*b = append(*b, 0)
	}
	(*b)[i>>6] |= 1 << (i & 63)
}

func (b bits) clone() bits { return append(bits(nil), b...) }

func (b *bits) union(c bits) {
	for len(*b) < len(c) {
		*b = append(*b, 0)
	}
	for i, w := range c {
		(*b)[i] |= w
	}
}

func (b bits) intersect(c bits) {
	for i := range b {
		if i < len(c) {
			b[i] &= c[i]
		} else {
			b[i] = 0
		}
	}
}
