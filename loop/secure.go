package loop

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"time"
)

// This file is TLS. The handshake, which computes and waits, is a goroutine's; after it the
// connection belongs to its loop like any other, and a socket that seals and opens
// (secureSocket) stands between: so whatever holds for connections holds for these.
//
//	accept ──> goroutine: [PROXY header], handshake ──┬── http/1.1 ──> loop
//	                                                  └── h2 ──> Config.HTTP2, on that goroutine

// wire is what a tls.Conn reads and writes. While it shakes hands these are the client's
// connection; then it belongs to a loop, which gives it what has come and takes what is to
// leave, and nothing waits; or it stays with the goroutine.
//
// It gives no byte of a record together with one of the next. So what a tls.Conn has not
// opened stands in in, and a loop need not ask it whether there is more.
type wire struct {
	net.Conn
	owner  owner
	in     []byte // has come and was not read
	record int    // bytes of a record that are not read, behind those that are; 0: in begins with a record
	out    []byte // is to leave
}

// owner says who waits for the bytes of a wire.
type owner uint8

const (
	shaking owner = iota
	goroutine
	onLoop
)

// Of a record's head: its length, and where the two bytes stand that give the rest's.
const (
	recordHead   = 5
	recordLength = 3
)

// wouldBlock is the error of a read that finds nothing now. crypto/tls goes on after
// temporary ones.
type wouldBlock struct{}

func (wouldBlock) Error() string   { return "loop: nothing has come" }
func (wouldBlock) Timeout() bool   { return true }
func (wouldBlock) Temporary() bool { return true }

func (w *wire) Read(p []byte) (int, error) {
	if w.owner == goroutine && len(w.in) == 0 {
		return w.Conn.Read(p)
	}
	if w.record == 0 {
		for len(w.in) < recordHead {
			if err := w.more(); err != nil {
				return 0, err
			}
		}
		w.record = recordHead + int(w.in[recordLength])<<8 + int(w.in[recordLength+1])
	}
	for len(w.in) == 0 {
		if err := w.more(); err != nil {
			return 0, err
		}
	}
	n := copy(p, w.in[:min(len(w.in), w.record)])
	w.in, w.record = w.in[n:], w.record-n
	return n, nil
}

// more waits for bytes behind in.
func (w *wire) more() error {
	if w.owner == onLoop {
		return wouldBlock{}
	}
	buf := append(make([]byte, 0, shakeBuffer), w.in...)
	n, err := w.Conn.Read(buf[len(buf):cap(buf)])
	w.in = buf[:len(buf)+n]
	if n > 0 {
		return nil
	}
	return err
}

// shakeBuffer is how many bytes are read at a time before a loop reads: a client's hello and more.
const shakeBuffer = 4 << 10

// whole reports whether all of a record is there, or its rest.
func (w *wire) whole() bool {
	if w.record > 0 || len(w.in) < recordHead {
		return w.record > 0 && len(w.in) >= w.record
	}
	return len(w.in) >= recordHead+int(w.in[recordLength])<<8+int(w.in[recordLength+1])
}

func (w *wire) Write(p []byte) (int, error) {
	if w.owner != onLoop {
		return w.Conn.Write(p)
	}
	w.out = append(w.out, p...)
	return len(p), nil
}

// SetWriteDeadline implements net.Conn: on a loop nothing waits.
func (w *wire) SetWriteDeadline(t time.Time) error {
	if w.owner == onLoop {
		return nil
	}
	return w.Conn.SetWriteDeadline(t)
}

// secured is a connection after its handshake, on its way to a loop.
type secured struct {
	net.Conn // the client's
	w        *wire
	tls      *tls.Conn
	remote   netip.AddrPort
}

// secure shakes hands with a client and hands it on. A client that does not speak TLS, or
// takes too long, is closed. It counts as coming already.
func (a *acceptor) secure(i int, raw net.Conn) {
	s := a.srv
	a.track(raw, true)
	gone := func() {
		s.guard.coming.Add(-1)
		s.pokeEmpty()
	}
	defer a.track(raw, false)
	w := &wire{Conn: raw}
	most := s.cfg.HeaderTimeout
	if s.draining.Load() {
		most = min(most, drainIdle*Tick)
	}
	_ = raw.SetDeadline(time.Now().Add(most)) // a socket that is open takes one
	remote, err := addrPort(raw.RemoteAddr()), error(nil)
	if f := s.cfg.Proxied; f != nil && f(remote) {
		if remote, err = w.readProxy(remote); err != nil {
			raw.Close()
			gone()
			return
		}
	}
	t := tls.Server(w, s.cfg.TLS)
	if err := t.Handshake(); err != nil {
		refusePlain(err)
		raw.Close()
		gone()
		return
	}
	a.shaken(raw)
	if t.ConnectionState().NegotiatedProtocol == "h2" && s.cfg.HTTP2 != nil {
		w.owner = goroutine
		s.guests.Add(1)
		s.guard.opened(-1)
		s.loops[i].stat.accepted.Add(1)
		gone()
		s.cfg.HTTP2(t, remote)
		s.guests.Add(-1)
		s.guard.closed()
		s.pokeEmpty()
		return
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.poller == nil {
		raw.Close()
		gone()
		return
	}
	w.owner = onLoop
	s.poller.Enroll(i, &secured{raw, w, t, remote}, gone)
}

// track knows the connections that no loop has, so that they end with the server.
func (a *acceptor) track(raw net.Conn, is bool) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case !is:
		delete(a.away, raw)
		a.served.Done()
		return
	case a.away == nil:
		a.away = map[net.Conn]bool{}
	}
	a.away[raw] = true
	a.served.Add(1)
}

// shaken follows a handshake.
func (a *acceptor) shaken(raw net.Conn) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.away[raw] = false
	_ = raw.SetDeadline(time.Time{})
}

// hurry gives those who shake hands no longer than clients that say nothing have when the server drains.
func (a *acceptor) hurry() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for raw, shaking := range a.away {
		if shaking {
			_ = raw.SetDeadline(time.Now().Add(drainIdle * Tick))
		}
	}
}

// cut ends them, and waits until they have.
func (a *acceptor) cut() {
	a.mu.Lock()
	for raw := range a.away {
		raw.Close()
	}
	a.mu.Unlock()
	a.served.Wait()
}

// readProxy reads the PROXY header before the handshake.
func (w *wire) readProxy(peer netip.AddrPort) (netip.AddrPort, error) {
	buf := make([]byte, 0, 512)
	for {
		n, client, err := parseProxy(buf)
		if err != nil {
			return peer, err
		}
		if n > 0 {
			w.in = buf[n:]
			if client.IsValid() {
				peer = client
			}
			return peer, nil
		}
		if len(buf) == cap(buf) {
			buf = append(buf, 0)[:len(buf)]
		}
		k, err := w.Conn.Read(buf[len(buf):cap(buf)])
		if err != nil {
			return peer, err
		}
		buf = buf[:len(buf)+k]
	}
}

// plainAnswer is what a client gets that speaks HTTP where TLS is spoken.
const plainAnswer = "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\nContent-Length: 53\r\n\r\nThis port speaks HTTPS: the address is https://... .\n"

// refusePlain tells such a client.
func refusePlain(err error) {
	var e tls.RecordHeaderError
	if !errors.As(err, &e) || e.Conn == nil {
		return
	}
	switch string(e.RecordHeader[:]) {
	case "GET /", "HEAD ", "POST ", "PUT /", "OPTIO", "PATCH", "DELET":
		_, _ = io.WriteString(e.Conn, plainAnswer) // nobody is left to be told
	}
}

// sealPiece is how much is sealed at a time, in bytes.
const sealPiece = 64 << 10

// secureSocket is the socket of a TLS connection.
type secureSocket struct {
	*gnetSocket
	tls    *tls.Conn
	w      *wire
	owed   int  // bytes that were sealed and have not left: whoever wrote them is told later
	sealed int  // so many bytes of the connection's queue, at its front, are sealed (unsent)
	ended  bool // the client has ended its side
}

// Write implements socket.
func (s *secureSocket) Write(p []byte) (int, error) {
	if s.owed > 0 || s.sealed > 0 || len(s.w.out) > 0 || len(p) > sealPiece {
		return s.Writev([][]byte{p})
	}
	if s.behind() {
		return 0, nil
	}
	if err := s.seal(p); err != nil {
		return 0, err
	}
	// Nobody calls this while something is queued, so what is handed back is the queue's front.
	if s.loop.batch.keep(s.gnetSocket, s.w.out, borrowed) {
		s.w.out, s.owed = nil, 0
		return len(p), nil
	}
	left, err := s.flush()
	if err != nil || left > 0 {
		return 0, err
	}
	s.owed = 0
	return len(p), nil
}

// WriteShared implements socket: each client has a key of its own.
func (s *secureSocket) WriteShared(p []byte) (int, error) { return s.Write(p) }

// WriteMore implements socket.
func (s *secureSocket) WriteMore(p []byte) (int, error) { return s.Write(p) }

// Writev implements socket. A piece counts as written when its sealed bytes have left. Until
// then the caller comes again with the same bytes, which are not sealed a second time.
func (s *secureSocket) Writev(ps [][]byte) (n int, err error) {
	if s.behind() {
		return 0, nil
	}
	l := s.loop
	if s.sealed > 0 { // nothing else leaves before, and nothing more has been sealed
		l.plain = gather(l.plain[:0], ps, 0, s.sealed)
		n, err = s.gnetSocket.Writev([][]byte{l.plain})
		if s.sealed -= n; err != nil || s.sealed > 0 {
			return n, err
		}
	}
	for {
		left, err := s.flush()
		if err != nil || left > 0 {
			return n, err
		}
		n += s.owed
		s.owed = 0
		l.plain = gather(l.plain[:0], ps, n, sealPiece)
		if len(l.plain) == 0 {
			return n, nil
		}
		if err := s.seal(l.plain); err != nil {
			return n, err
		}
	}
}

// seal makes records of p, which are to leave.
func (s *secureSocket) seal(p []byte) error {
	l := s.loop
	s.w.out = l.sealed[:0]
	_, err := s.tls.Write(p)
	l.sealed = s.w.out[:0]
	s.owed = len(p)
	return err
}

// flush has sealed bytes leave, and says how many have not.
func (s *secureSocket) flush() (left int, err error) {
	w := s.w
	if len(w.out) == 0 {
		return 0, nil
	}
	if s.behind() {
		w.out = append([]byte(nil), w.out...)
		return len(w.out), nil
	}
	k, err := took(writeNow(s.fd, w.out))
	if err != nil {
		return 0, err
	}
	if k == len(w.out) {
		w.out = nil
		return 0, nil
	}
	// The rest waits in bytes of its own: the loop's are used for others.
	w.out = append([]byte(nil), w.out[k:]...)
	return len(w.out), nil
}

// gather appends what stands in ps behind the first skip bytes, at most so many.
func gather(dst []byte, ps [][]byte, skip, most int) []byte {
	for _, p := range ps {
		if skip >= len(p) {
			skip -= len(p)
			continue
		}
		p = p[skip:]
		skip = 0
		p = p[:min(len(p), most-len(dst))]
		if dst = append(dst, p...); len(dst) == most {
			break
		}
	}
	return dst
}

// SendFile implements socket: what is sealed has to be read.
func (s *secureSocket) SendFile(fd int, at int64, n int) (int, error) {
	if s.behind() || s.sealed > 0 {
		return 0, nil
	}
	l := s.loop
	if l.file == nil {
		l.file = make([]byte, sealPiece)
	}
	k, err := readFile(fd, l.file[:min(n, sealPiece)], at)
	if err != nil {
		return 0, err
	}
	return s.Write(l.file[:k])
}

// Read implements socket: to read on after the client's end is to find that end.
func (s *secureSocket) Read(on bool) bool {
	if on && s.ended {
		s.of.doom()
	}
	return s.gnetSocket.Read(on)
}

// HalfClosed implements socket.
func (s *secureSocket) HalfClosed() bool { return s.ended || s.gnetSocket.HalfClosed() }

// CloseWrite implements socket.
func (s *secureSocket) CloseWrite() {
	_ = s.tls.CloseWrite() // into wire.out
	_, _ = s.flush()       // the socket's end says the same
	s.gnetSocket.CloseWrite()
}

// open hands over what sealed bytes hold, and reports false when the connection must end.
func (s *secureSocket) open(c *conn, sealed []byte) bool {
	w, l := s.w, s.loop
	if len(w.in) > 0 {
		sealed = append(w.in, sealed...)
	}
	w.in = sealed
	if l.opened == nil {
		l.opened = make([]byte, readBuffer)
	}
	for !c.dead && !s.ended && w.whole() {
		n, err := s.tls.Read(l.opened) // a record's at most
		if n > 0 && !l.p.ev.readable(c, l.opened[:n]) {
			return false
		}
		if err != nil {
			if _, ok := err.(wouldBlock); ok {
				break
			}
			_, _ = s.flush() // an alert, perhaps
			if err != io.EOF {
				return false
			}
			s.ended = true
			if c.ring == 0 && c.queue.size == 0 {
				s.CloseWrite()
				return false // as when a client without TLS ends its side
			}
		}
	}
	if len(w.in) > 0 { // a part of a record
		w.in = append([]byte(nil), w.in...)
	} else {
		w.in = nil
	}
	if s.owed == 0 && s.sealed == 0 && !c.dead {
		_, _ = s.flush() // answers to messages of TLS's own
	}
	return !c.dead
}

// openSecure makes a connection of a socket whose handshake is over; nil when none is taken
// any more.
func openSecure(g *gnetSocket, t *secured) *conn {
	s := &secureSocket{gnetSocket: g, tls: t.tls, w: t.w}
	c := g.loop.p.ev.opened(g.loop.index, s, t.remote)
	if c != nil {
		c.secure, c.preface = s, false
		c.loop.Post(firstRead{s, c})
	}
	return c
}

// firstRead is the Task that hands over what came with the handshake.
type firstRead struct {
	s *secureSocket
	c *conn
}

// RunOnLoop implements Task.
func (r firstRead) RunOnLoop(*Loop) {
	if !r.c.dead && !r.c.doomed && !r.s.open(r.c, nil) && !r.c.dead {
		r.c.doom()
	}
}
