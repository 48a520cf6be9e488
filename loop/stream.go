package loop

import (
	"math"

	"etamil/http1"
)

// This file is for answers that are made while they are sent, and for connections
// that speak another protocol after an answer.

// Streamer makes an answer piece by piece.
type Streamer interface {
	// Room is called on x's loop when the client can be sent more: first when
	// the head has left, then each time everything has left after a Send that
	// found no room. It may send, and end, at once.
	Room(x *Exchange)
}

// Peer is a Streamer that also takes what the client sends, in a protocol of
// its own (Exchange.Upgrade).
type Peer interface {
	Streamer
	// Bytes hands over what has come. p is valid during the call only.
	Bytes(x *Exchange, p []byte)
}

// stream is the state of an answer that is being sent.
type stream struct {
	to      Streamer
	framing http1.Framing
	left    int64 // bytes that Content-Length promises and that were not sent
	flowing bool  // the head has left, and it is next on the wire
	blocked bool  // the last Send found no room
}

// forever is a deadline that never comes.
const forever = math.MaxInt64 / 2

// streamProbe is how often a client that is sent a stream is looked at for
// having ended its side, in ticks.
const streamProbe = 50

// Start begins an answer whose body s makes. It sets h's Minor, Head, KeepAlive
// and Date; h.Length is the body's, or UnknownLength. Where there is no body, as for
// HEAD, x is finished and ended is true. Otherwise the handler's time is over, no
// deadline but the write timeout holds any more, and x must be finished by End or Abort,
// also when it is cancelled. On an error, which only h can cause, nothing was sent.
func (x *Exchange) Start(h *http1.Response, s Streamer) (ended bool, err error) {
	if !x.open() {
		x.become(&stream{to: s})
		return false, nil
	}
	h.Minor = x.Req.Minor
	h.Head = x.Req.Method == http1.MethodHead
	h.KeepAlive = x.KeepAlive()
	h.Date = x.loop.date
	framing := h.Framing()
	if framing == http1.FramingClose {
		x.close = true
	}
	out, err := h.AppendHead(x.Out())
	if err != nil {
		return false, err
	}
	if framing == http1.FramingNone {
		x.settle(out, nil, borrowed)
		x.letGo()
		return true, nil
	}
	x.begin(out, &stream{to: s, framing: framing, left: h.Length})
	return false, nil
}

// Upgrade answers 101: from then on p takes what the client sends, and what it is sent
// goes out as it is. The connection ends with End.
func (x *Exchange) Upgrade(h *http1.Response, p Peer) error {
	s := &stream{to: p, framing: http1.FramingClose}
	if !x.open() {
		x.become(s)
		return nil
	}
	h.Minor, h.Head, h.KeepAlive, h.Date = 1, false, true, x.loop.date
	out, err := h.AppendHead(x.Out())
	if err != nil {
		return err
	}
	x.close, x.settled = true, true
	x.begin(out, s)
	x.conn.peer, x.conn.peerOf = p, x
	return nil
}

// begin keeps the head until x is next on the wire.
func (x *Exchange) begin(head []byte, s *stream) {
	c := x.conn
	if x.direct {
		// Loop.out may hold answers that go before.
		n := len(x.loop.out)
		x.out = append(x.out[:0], head[n:]...)
	} else {
		x.out = head
	}
	if x.close {
		c.closing = true
	}
	x.become(s)
	c.touch()
}

// become makes x one that is answered by a stream.
func (x *Exchange) become(s *stream) {
	x.stream = s
	x.deadline = forever
	x.unsuspend()
}

// Sending reports whether what Send is given goes anywhere.
func (x *Exchange) Sending() bool {
	return !x.finished && !x.answered && x.stream != nil && x.stream.flowing && !x.conn.dead && !x.conn.doomed
}

// Send sends a piece of the body, which may be reused at once, and reports whether the
// client has taken everything: if not, wait for Room before sending more. A piece is kept
// all the same, within Config.OutputBudget; one that comes before the first Room leaves with
// the head. It has no effect after the client has gone.
func (x *Exchange) Send(p []byte) (room bool) {
	if s := x.stream; s != nil && !s.flowing && s.framing != http1.FramingLength && x.open() {
		// It leaves with the head, which may stand behind other answers for long.
		n := len(x.out)
		if s.framing == http1.FramingChunked {
			x.out = http1.AppendChunk(x.out, p)
		} else {
			x.out = append(x.out, p...)
		}
		x.holdOutput(len(x.out) - n)
		return false
	}
	if !x.Sending() || len(p) == 0 {
		return x.Sending() && x.conn.queue.size == 0
	}
	s, c, l := x.stream, x.conn, x.loop
	c.flushed()
	switch s.framing {
	case http1.FramingChunked:
		l.chunk = http1.AppendChunk(l.chunk[:0], p)
		p = l.chunk
		if cap(l.chunk) > keepBuffer {
			l.chunk = nil
		}
	case http1.FramingLength:
		p = p[:min(int64(len(p)), s.left)]
		s.left -= int64(len(p))
	}
	c.write(p)
	return x.sent()
}

// SendShared is Send for bytes that never change and that many clients get: they leave together
// with what others are sent, and are copied for nobody. It is for Upgrade, where bytes are sent as they are.
func (x *Exchange) SendShared(p []byte) (room bool) {
	if !x.Sending() {
		return false
	}
	x.share(p)
	return x.sent()
}

// SendSharedChunk is SendShared for Start: chunk is p as a chunk of HTTP/1.1, which is
// what is sent where the answer is sent in chunks.
func (x *Exchange) SendSharedChunk(p, chunk []byte) (room bool) {
	if !x.Sending() || x.stream.framing != http1.FramingChunked {
		return x.Send(p)
	}
	x.share(chunk)
	return x.sent()
}

func (x *Exchange) share(p []byte) {
	x.conn.flushed()
	x.conn.writeShared(p)
}

// sent follows a write of a stream.
func (x *Exchange) sent() bool {
	c := x.conn
	if c.doomed {
		return false
	}
	if c.queue.size > 0 {
		x.stream.blocked = true
		c.touch() // its deadline
		return false
	}
	return true
}

// Waiting is how many bytes wait for the client to take them.
func (x *Exchange) Waiting() int {
	switch {
	case x.conn == nil || x.finished:
		return 0
	case x.stream != nil && !x.stream.flowing: // the queue is that of answers before it
		return len(x.out)
	}
	return x.conn.queue.size
}

// End finishes a stream. One that has not sent what its Content-Length promises
// breaks the connection, so that the client knows.
func (x *Exchange) End() {
	c, s := x.conn, x.stream
	if x.open() {
		switch {
		case s.framing == http1.FramingLength && s.left > 0:
			c.abort()
		case !s.flowing: // it never was its turn
			if s.framing == http1.FramingChunked {
				x.out, _ = http1.AppendLastChunk(x.out, nil)
			}
			x.finishStream()
		default:
			if s.framing == http1.FramingChunked {
				c.flushed()
				last, _ := http1.AppendLastChunk(x.loop.chunk[:0], nil)
				c.write(last)
			}
			x.finishStream()
		}
	}
	x.letGo()
}

func (x *Exchange) finishStream() {
	x.answered = true
	if x.conn.peerOf == x {
		x.conn.peer, x.conn.peerOf = nil, nil
	}
	x.conn.touch()
}

// flushed has what waits for c in Loop.out leave first, if it is c's.
func (c *conn) flushed() {
	if c.loop.cur == c {
		c.flush()
	}
}

// pump has the stream at the front of the ring go on, and reports whether it has ended.
func (c *conn) pump(x *Exchange) (ended bool) {
	s := x.stream
	switch {
	case !s.flowing:
		s.flowing = true
		x.freeOutput()
		c.loop.out = append(c.loop.out, x.out...)
		x.out = small(x.out)
		_, file := s.to.(*fileStream) // its first bytes go with the head
		c.flushBefore(file && s.left > 0)
		if c.doomed {
			return false
		}
		c.loop.tellRoom(x)
		if c.peer != nil && len(c.in) > 0 && !c.doomed {
			in := c.in
			c.in = nil
			c.loop.tellBytes(x, in)
		}
	case s.blocked && c.queue.size == 0 && !c.warming:
		s.blocked = false
		c.loop.tellRoom(x)
	}
	return x.answered
}

// feedPeer takes bytes of a connection that speaks another protocol.
func (c *conn) feedPeer(p []byte) {
	x := c.peerOf
	if !x.stream.flowing {
		c.in = append(c.grown(len(p)), p...)
		return
	}
	c.loop.cur = c
	c.loop.tellBytes(x, p)
	c.settle()
	c.loop.cur = nil
}

// PauseReading has what the client sends wait in the kernel, or come again. It is for
// Upgrade.
func (x *Exchange) PauseReading(pause bool) {
	c := x.conn
	if x.finished || c.dead || c.doomed || c.peerOf != x || c.peerPaused == pause {
		return
	}
	c.peerPaused = pause
	c.touch()
}

func (l *Loop) tellRoom(x *Exchange) {
	defer l.brokenStream(x)
	x.stream.to.Room(x)
}

func (l *Loop) tellBytes(x *Exchange, p []byte) {
	defer l.brokenStream(x)
	x.conn.peer.Bytes(x, p)
}

// brokenStream ends the connection of a stream whose maker has panicked: a bug in the
// handler, which costs nobody else anything.
func (l *Loop) brokenStream(x *Exchange) {
	if r := recover(); r != nil {
		l.srv.cfg.Log.Error("loop: panic", "in", "stream", "panic", r, "stack", stack())
		if x.conn != nil {
			x.conn.abort()
		}
	}
}
