package loop

import "unsafe"

// queue holds the bytes of a connection that the kernel didn't take.
type queue struct {
	pieces []piece
	size   int // bytes
	held   int // bytes taken from the budget
	budget *budget
	beside func() int // bytes that the connection has taken from it besides; nil: none
}

// holds is how many bytes of the budget the connection has.
func (q *queue) holds() int {
	if q.beside == nil {
		return q.held
	}
	return q.held + q.beside()
}

// piece is some bytes that stay as they are until they have left.
type piece struct {
	b    []byte
	held int // bytes that are here only because of them, counted in the budget until all have left
}

// pieceBytes is what a place in the queue takes itself.
const pieceBytes = int(unsafe.Sizeof(piece{}))

// push appends p. It reports false, and appends nothing, when the budget has
// no room for it.
func (q *queue) push(p piece) bool {
	if len(p.b) == 0 {
		return true
	}
	if p.held > 0 {
		if !q.budget.takeMore(p.held, q.holds()) {
			return false
		}
		q.held += p.held
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
		if first.b = first.b[k:]; len(first.b) == 0 {
			q.held -= first.held
			q.budget.give(first.held)
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
