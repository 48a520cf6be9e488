package loop

// This file receives bodies that do not come along with their heads.
//
// Such a body is kept in pieces until it is whole, each about as big as all
// before it together. One growing buffer would leave garbage of twice its size
// behind: 2,000 clients that drip bodies cost 85 MB that way, for 19 MB of
// bytes. And no piece is made for what a head only promises.

// The sizes of pieces, in bytes. Those of the biggest size are used again.
const (
	pieceMin = 2 << 10
	pieceMax = 16 << 10

	keepPieces = 64 // per loop
)

// takeBody gives x the bytes of its body that are at the front of p, and
// returns how many they were.
func (c *conn) takeBody(x *Exchange, p []byte) (took int) {
	x.await100 = false
	for took < len(p) {
		last := x.room()
		if last == nil {
			return c.refuseBody(x, errBusy, p)
		}
		// What is decoded is never longer than what it is decoded from, so
		// the piece does not grow.
		src := p[took:min(len(p), took+cap(*last)-len(*last))]
		b, n, done, err := x.dec.Decode(*last, src)
		x.got += len(b) - len(*last)
		*last = b
		took += n
		if err != nil {
			return c.refuseBody(x, err, p)
		}
		if done {
			c.x = nil
			x.join()
			c.dispatch(x, took < len(p))
			return took
		}
	}
	return took
}

func (c *conn) refuseBody(x *Exchange, err error, p []byte) int {
	c.x = nil
	c.refuseExchange(x, err)
	return len(p) // nobody can tell what they mean
}

// room returns a piece that can take more, or nil when the process has no
// room for one.
func (x *Exchange) room() *[]byte {
	if n := len(x.pieces); n > 0 && len(x.pieces[n-1]) < cap(x.pieces[n-1]) {
		return &x.pieces[n-1]
	}
	size := min(max(x.got, pieceMin), pieceMax)
	if left := x.dec.Remaining(); left >= 0 {
		size = int(min(left, int64(size)))
	}
	if !x.loop.srv.bodies.take(size) {
		return nil
	}
	x.held += size
	var b []byte
	if len(x.pieces) == 0 && cap(x.body) >= size {
		b = x.body[:0:size] // of an earlier request
	} else {
		b = x.loop.piece(size)
	}
	x.pieces = append(x.pieces, b)
	return &x.pieces[len(x.pieces)-1]
}

// join makes one body of the pieces.
func (x *Exchange) join() {
	switch len(x.pieces) {
	case 0:
		return
	case 1:
		x.Body = x.pieces[0]
	default:
		x.Body = make([]byte, 0, x.got)
		for _, p := range x.pieces {
			x.Body = append(x.Body, p...)
		}
	}
	if cap(x.Body) > cap(x.body) {
		x.body = x.Body
	}
	x.dropPieces(len(x.pieces) == 1)
	x.loop.srv.bodies.give(x.held - x.got)
	x.held = x.got
}

// dropPieces gives the pieces back, apart from the first if that is the body.
func (x *Exchange) dropPieces(first bool) {
	for i, p := range x.pieces {
		if cap(p) == pieceMax && !(first && i == 0) && len(x.loop.pieces) < keepPieces {
			poison(p)
			x.loop.pieces = append(x.loop.pieces, p[:0])
		}
		x.pieces[i] = nil
	}
	x.pieces = x.pieces[:0]
}

// piece returns an empty buffer of a size.
func (l *Loop) piece(size int) []byte {
	if n := len(l.pieces); n > 0 && size == pieceMax {
		p := l.pieces[n-1]
		l.pieces[n-1] = nil
		l.pieces = l.pieces[:n-1]
		return p
	}
	return make([]byte, 0, size)
}
