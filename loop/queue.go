package loop

// queue holds the bytes of a connection that the kernel didn't take.
type queue struct {
	pieces []piece
	size   int // bytes
	held   int // those of them that count in the budget
	budget *budget
}

// piece is some bytes that stay as they are until they have left.
type piece struct {
	b       []byte
	counted bool // they are here only for this client
}

// push appends p. It reports false, and appends nothing, when p counts and
// the budget has no room for it.
func (q *queue) push(p piece) bool {
	if len(p.b) == 0 {
		return true
	}
	if p.counted {
		if !q.budget.takeMore(len(p.b), q.held) {
			return false
		}
		q.held += len(p.b)
	}
	q.pieces = append(q.pieces, p)
	q.size += len(p.b)
	return true
}

// pop takes the first n bytes away.
func (q *queue) pop(n int) {
	q.size -= n
	for n > 0 {
		first := &q.pieces[0]
		k := min(n, len(first.b))
		n -= k
		if first.counted {
			q.held -= k
			q.budget.give(k)
		}
		if first.b = first.b[k:]; len(first.b) == 0 {
			*first = piece{}
			q.pieces = q.pieces[1:]
		}
	}
	if len(q.pieces) == 0 {
		q.pieces = nil // an idle connection keeps nothing
	}
}

// drop empties q.
func (q *queue) drop() {
	q.budget.give(q.held)
	q.pieces, q.size, q.held = nil, 0, 0
}
