package loop

import (
	"etamil/http1"
)

// File is a part of an open file as the body of an answer. The descriptor must stay open
// until Done is called, on the loop.
type File struct {
	Fd         int
	At, Length int64
	Done       func()
}

// ReplyFile finishes x with a part of a file. What is in the system's memory goes from
// there to the socket; what is on a disk is read on a goroutine first, so that the loop
// never waits for one. A file that has become shorter breaks the connection, since the
// head has promised its length. On an error, which only h can cause, nothing was sent,
// x is not finished, and Done is not called.
func (x *Exchange) ReplyFile(h *http1.Response, f *File) error {
	h.Length = f.Length
	s := &fileStream{f: f}
	ended, err := x.Start(h, s)
	if err != nil {
		return err
	}
	if ended {
		f.Done()
		return nil
	}
	x.OnCancel = s
	if f.Length == 0 || !x.open() {
		s.end(x)
	}
	return nil
}

// fileStream is the Streamer of a file.
type fileStream struct {
	f     *File
	begun bool  // some of it was to be sent
	over  bool  // ended
	later bool  // is among the loop's tasks
	known int64 // up to where it was read, so that nobody need ask
	x     *Exchange
}

const (
	// fileTurn is how much of a file is sent before others have their turn, in bytes.
	fileTurn = 1 << 20
	// filePiece is how much is looked at for being in memory, and read when it is not.
	filePiece = 256 << 10
)

// Room implements Streamer.
func (s *fileStream) Room(x *Exchange) {
	c, f := x.conn, s.f
	c.waits = false
	if c.queue.size > 0 { // of the answers before, or of the head: sendfile would overtake it
		x.stream.blocked = true
		return
	}
	if !s.begun { // the client's time to take something begins now, though the socket may be full of what came before
		s.begun, c.movedAt = true, x.loop.wheel.now
	}
	for turn := int64(fileTurn); f.Length > 0; {
		if turn <= 0 {
			s.x, s.later = x, true
			x.stream.blocked, c.warming = true, true // nobody else calls Room meanwhile
			x.loop.Post(s)
			return
		}
		n := int(min(f.Length, filePiece))
		if f.At+int64(n) > s.known && isCold(f.Fd, f.At, n) {
			s.warm(x, n)
			return
		}
		k, err := c.sock.SendFile(f.Fd, f.At, n)
		if err != nil {
			if err == errFileShort {
				c.abort()
			} else {
				c.doom()
			}
			return
		}
		if k == 0 {
			s.wait(x)
			return
		}
		f.At += int64(k)
		f.Length -= int64(k)
		x.stream.left -= int64(k)
		turn -= int64(k)
		c.movedAt = x.loop.wheel.now
	}
	s.end(x)
}

// wait waits for the socket to take more.
func (s *fileStream) wait(x *Exchange) {
	c := x.conn
	if !c.waits {
		c.waits = true
		c.clean = false
	}
	x.stream.blocked = true
	if x.loop.srv.watcher.watch(c) != nil {
		c.doom()
	}
	c.touch()
}

// warm reads a piece, so that it is in memory, and goes on then.
func (s *fileStream) warm(x *Exchange, n int) {
	s.x, s.later = x, true
	x.stream.blocked, x.conn.warming = true, true
	fd, at := s.f.Fd, s.f.At
	s.known = at + int64(n)
	go func() {
		readThrough(fd, at, n)
		x.loop.Post(s)
	}()
}

// RunOnLoop implements Task: the piece is in memory, or the others have had their turn.
func (s *fileStream) RunOnLoop(l *Loop) {
	s.later = false
	x := s.x
	if s.over { // cancelled meanwhile
		s.finish(x)
		return
	}
	x.conn.warming = false
	x.conn.touch()
}

// CancelExchange implements Canceller.
func (s *fileStream) CancelExchange(x *Exchange, _ Reason) { s.end(x) }

// end finishes the answer.
func (s *fileStream) end(x *Exchange) {
	if s.over {
		return
	}
	s.over = true
	if s.later {
		return // the descriptor is being read from
	}
	s.finish(x)
}

func (s *fileStream) finish(x *Exchange) {
	s.f.Done()
	x.End()
}
