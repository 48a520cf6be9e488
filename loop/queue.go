package loop

// queue holds the bytes of a connection that the kernel didn't take. It
// keeps count in the process-wide budget.
type queue struct {
	pieces [][]byte
	size   int
	budget *budget
}

// push appends p, which must stay as it is until it has left.
func (q *queue) push(p []byte) {
	if len(p) == 0 {
		return
	}
	q.pieces = append(q.pieces, p)
	q.size += len(p)
	q.budget.force(len(p))
}

// pop takes the first n bytes away.
func (q *queue) pop(n int) {
	q.size -= n
	q.budget.give(n)
	for n > 0 {
		first := q.pieces[0]
		if n < len(first) {
			q.pieces[0] = first[n:]
			return
		}
		n -= len(first)
		q.pieces[0] = nil
		q.pieces = q.pieces[1:]
	}
	if len(q.pieces) == 0 {
		q.pieces = nil // an idle connection keeps nothing
	}
}

// drop empties q.
func (q *queue) drop() {
	q.budget.give(q.size)
	q.pieces, q.size = nil, 0
}
