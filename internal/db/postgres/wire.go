package postgres

import (
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"os"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"etamil/internal/db"
)

// wire is the socket below a connection, without TLS. At first it is Go's, and whoever reads waits as a goroutine. When somebody on an event loop
// asks for the first time it is taken out of Go's hands, and from then on an answer can also be left to
// that loop: it gathers there, and is decoded where it lies when all of it has come. Who reads by a goroutine can still do so.
//
// The mutex guards everything, the descriptor's life as well, so that it is never somebody else's when it is used.
type wire struct {
	plain   net.Conn     // Go's; nil since it was taken
	goes    bool         // it stays Go's: there are no loops that wait for it
	readers atomic.Int32 // who is in Read; pgx leaves somebody there after a write that was slow

	mu     sync.Mutex
	fd     int // -1: closed
	local  net.Addr
	remote net.Addr

	in    []byte // what has come, from at on not read yet
	at    int
	seen  frames
	err   error // the end of what comes
	quick bool  // who reads has all that it needs, and must not wait

	on    db.Poller
	want  int          // how many answers will have ended when that is over which is waited for
	whole func(q bool) // who waits; told once, with true on the loop, with false elsewhere: not all has come

	readBy, writeBy time.Time
	clock           *time.Timer // of readBy, when nobody reads
}

const (
	// inMost is how much of an answer gathers on a loop; of a longer one a goroutine takes the rest.
	inMost = 64 << 10
	// glance is how long a goroutine waits for the socket before it looks for what else may have happened.
	glance = 20 * time.Millisecond
)

// wired is the DialFunc of connections that loops may use.
func wired(dial func(context.Context, string, string) (net.Conn, error)) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return &wire{plain: c, fd: -1, local: c.LocalAddr(), remote: c.RemoteAddr()}, nil
	}
}

// take takes the socket out of Go's hands, if the loop of p waits for it. Nobody else uses it at that time, and nothing is on its way.
func (w *wire) take(p db.Poller) bool {
	if w.goes {
		return false
	}
	w.goes = true
	s, ok := w.plain.(syscall.Conn)
	if !ok {
		return false
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	fd := -1
	if e := raw.Control(func(f uintptr) { fd, err = unix.FcntlInt(f, unix.F_DUPFD_CLOEXEC, 0) }); e != nil || err != nil {
		return false
	}
	if unix.SetNonblock(fd, true) != nil {
		unix.Close(fd)
		return false
	}
	if !w.watch(p, fd) {
		w.goes = false // another loop may
		unix.Close(fd)
		return false
	}
	w.plain.Close() // Go's poller forgets it; the socket stays
	w.fd, w.plain = fd, nil
	return true
}

// stay has the loop of p told of what comes from now on, and reports whether it is. It may take the socket, so it comes before
// there is anybody who might set a deadline meanwhile.
func (w *wire) stay(p db.Poller) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return p != nil && w.readers.Load() == 0 && w.err == nil && w.stayWith(p)
}

// begin, behind stay, writes a message with one Sync, and has whole called once when all of the answer has come, or can't be
// waited for on the loop. If it reports false, nothing has been sent, and whole will not be called. b stays as it is until whole is called.
func (w *wire) begin(b []byte, whole func(quick bool)) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.on == nil || w.err != nil { // the loop has ended meanwhile, or the connection
		return false
	}
	w.want, w.whole = w.seen.answers+1, whole
	n, err := writeNow(w.fd, b)
	switch {
	case err != nil || n <= 0:
		w.whole = nil
		return false
	case n < len(b):
		w.whole = nil
		go func() {
			_, _ = w.Write(b[n:]) // who reads is told
			whole(false)
		}()
	}
	return true
}

// stayWith has the loop of p told of what comes.
func (w *wire) stayWith(p db.Poller) bool {
	switch {
	case w.plain != nil:
		return w.take(p)
	case w.fd < 0:
		return false
	case w.on == p:
		return true
	case w.on != nil:
		w.on.Unwatch(w.fd)
	}
	return w.watch(p, w.fd)
}

// watch has the loop of p told of what comes on fd.
func (w *wire) watch(p db.Poller, fd int) bool {
	w.on = p
	if !p.Watch(fd, w.ready, func() { w.gone(p) }) {
		w.on = nil
	}
	return w.on != nil
}

// ready is called on the loop when something has come.
func (w *wire) ready() {
	w.mu.Lock()
	if w.whole == nil {
		w.mu.Unlock()
		return // it is for who reads, or for whoever comes next
	}
	w.fill()
	over, quick := w.over()
	w.quick = over != nil && quick
	w.mu.Unlock()
	if over == nil {
		return
	}
	if !quick {
		go over(false)
		return
	}
	over(true)
}

// taken is called by who was told on the loop, when it has read what it waited for.
func (w *wire) taken() {
	w.mu.Lock()
	w.quick = false
	w.mu.Unlock()
}

// lay is how long the end of what has come lay there.
func (w *wire) lay() time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.fd < 0 {
		return 0
	}
	return lay(w.fd)
}

// fill reads all that has come. The end of it is told of once, perhaps with what comes before, so it stops at nothing less than an
// answer that is whole, or nothing.
func (w *wire) fill() {
	for w.err == nil && len(w.in)-w.at <= inMost && w.seen.answers < w.want {
		if w.at == len(w.in) {
			w.in, w.at = w.in[:0], 0
		}
		if cap(w.in)-len(w.in) < inLeast/2 {
			w.in, w.at = append(make([]byte, 0, max(2*cap(w.in), inLeast)), w.in[w.at:]...), 0
		}
		room := w.in[len(w.in):cap(w.in)]
		n := w.get(room)
		if n <= 0 {
			return
		}
		w.in = w.in[:len(w.in)+n]
	}
}

// inLeast is what in begins with.
const inLeast = 8 << 10

// get reads once, and returns 0 when there is nothing, now or any more.
func (w *wire) get(p []byte) int {
	n, err := readNow(w.fd, p)
	switch {
	case n > 0:
		w.seen.pass(p[:n])
		return n
	case err == nil:
		w.err = io.EOF
	case err != unix.EAGAIN && err != unix.EINTR:
		w.err = os.NewSyscallError("read", err)
	}
	return 0
}

// over is who is to be told now, if anybody, and whether all that he waits for is there.
func (w *wire) over() (over func(bool), quick bool) {
	quick = w.seen.answers >= w.want
	if quick || w.err != nil || w.seen.asks || len(w.in)-w.at > inMost {
		over, w.whole = w.whole, nil
	}
	return over, quick
}

// giveUp has who waits for a loop wait elsewhere.
func (w *wire) giveUp() {
	w.mu.Lock()
	over := w.whole
	w.whole = nil
	w.mu.Unlock()
	if over != nil {
		go over(false)
	}
}

// gone is called when the loop of p has ended.
func (w *wire) gone(p db.Poller) {
	w.mu.Lock()
	theirs := w.on == p
	if theirs {
		w.on = nil
	}
	w.mu.Unlock()
	if theirs {
		w.giveUp()
	}
}

// Read implements net.Conn.
func (w *wire) Read(p []byte) (int, error) {
	w.readers.Add(1)
	defer w.readers.Add(-1)
	if w.plain != nil {
		return w.plain.Read(p)
	}
	for {
		if n, err := w.read(p); n > 0 || err != nil {
			return n, err
		}
		w.wait(unix.POLLIN, w.deadline(&w.readBy))
	}
}

// read reads what is there.
func (w *wire) read(p []byte) (n int, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.at < len(w.in):
		n = copy(p, w.in[w.at:])
		if w.at += n; w.at == len(w.in) {
			if w.at = 0; cap(w.in) > inMost {
				w.in = nil
			}
			w.in = w.in[:0]
		}
		return n, nil
	case w.fd < 0:
		return 0, net.ErrClosed
	case w.err != nil:
		return 0, w.err
	case w.quick:
		return 0, errShort // and never a loop that waits
	case past(w.readBy):
		return 0, os.ErrDeadlineExceeded
	case len(p) == 0:
		return 0, nil
	}
	return w.get(p), w.err
}

var errShort = errors.New("an answer of the server is not whole")

// Write implements net.Conn.
func (w *wire) Write(p []byte) (done int, err error) {
	if w.plain != nil {
		return w.plain.Write(p)
	}
	for {
		n, err := w.write(p[done:])
		if done += n; err != nil || done == len(p) {
			return done, err
		}
		w.wait(unix.POLLOUT, w.deadline(&w.writeBy))
	}
}

// write writes what is taken.
func (w *wire) write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.fd < 0:
		return 0, net.ErrClosed
	case past(w.writeBy):
		return 0, os.ErrDeadlineExceeded
	}
	n, err := writeNow(w.fd, p)
	if err == unix.EAGAIN || err == unix.EINTR {
		err = nil
	}
	return max(n, 0), err
}

// wait waits for the socket a while, and no longer than until by.
func (w *wire) wait(events int16, by time.Time) {
	w.mu.Lock()
	fds := []unix.PollFd{{Fd: int32(w.fd), Events: events}} // closed, it may be another's by then: who looks finds out
	w.mu.Unlock()
	most := glance
	if !by.IsZero() {
		most = min(most, max(time.Until(by), 0))
	}
	_, _ = unix.Poll(fds, int((most+time.Millisecond-1)/time.Millisecond))
}

func (w *wire) deadline(of *time.Time) time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return *of
}

func past(t time.Time) bool { return !t.IsZero() && !time.Now().Before(t) }

// Close implements net.Conn.
func (w *wire) Close() error {
	if w.plain != nil {
		return w.plain.Close()
	}
	w.mu.Lock()
	if w.fd < 0 {
		w.mu.Unlock()
		return net.ErrClosed
	}
	if w.on != nil {
		w.on.Unwatch(w.fd)
		w.on = nil
	}
	fd := w.fd
	w.fd = -1
	if w.clock != nil {
		w.clock.Stop()
	}
	err := os.NewSyscallError("close", unix.Close(fd))
	w.mu.Unlock()
	w.giveUp()
	return err
}

// quiet is quiet for a wire.
func (w *wire) quiet() bool {
	if w.plain != nil {
		return quiet(w.plain)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.fd >= 0 && w.err == nil && w.at == len(w.in) && nothingOn(w.fd)
}

// LocalAddr implements net.Conn.
func (w *wire) LocalAddr() net.Addr { return w.local }

// RemoteAddr implements net.Conn.
func (w *wire) RemoteAddr() net.Addr { return w.remote }

// SetDeadline implements net.Conn.
func (w *wire) SetDeadline(t time.Time) error {
	return errors.Join(w.SetReadDeadline(t), w.SetWriteDeadline(t))
}

// SetReadDeadline implements net.Conn. It holds for what a loop waits for as well.
func (w *wire) SetReadDeadline(t time.Time) error {
	if w.plain != nil {
		return w.plain.SetReadDeadline(t)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.readBy = t
	if t.IsZero() {
		if w.clock != nil {
			w.clock.Stop()
		}
		return nil
	}
	if w.clock == nil {
		w.clock = time.AfterFunc(time.Until(t), w.late)
	} else {
		w.clock.Reset(time.Until(t))
	}
	return nil
}

// late is called at readBy.
func (w *wire) late() {
	if past(w.deadline(&w.readBy)) {
		w.giveUp() // who reads then is told
	}
}

// SetWriteDeadline implements net.Conn.
func (w *wire) SetWriteDeadline(t time.Time) error {
	if w.plain != nil {
		return w.plain.SetWriteDeadline(t)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.writeBy = t
	return nil
}

// frames counts the messages in what the server sends.
type frames struct {
	head    [5]byte
	got     int // bytes of head
	left    int // bytes of the message that are to come
	answers int // ReadyForQuery
	asks    bool
}

// pass follows the next bytes.
func (f *frames) pass(p []byte) {
	for {
		if f.got == len(f.head) {
			n := min(f.left, len(p))
			if f.left -= n; f.left > 0 {
				return
			}
			p, f.got = p[n:], 0
			switch f.head[0] {
			case 'Z':
				f.answers++
				f.asks = false
			case 'G': // CopyInResponse: it waits for us
				f.asks = true
			}
		}
		if len(p) == 0 {
			return
		}
		n := copy(f.head[f.got:], p)
		p = p[n:]
		if f.got += n; f.got == len(f.head) {
			f.left = max(int(binary.BigEndian.Uint32(f.head[1:]))-4, 0)
		}
	}
}
