package loop

import (
	"bytes"
	"errors"
	"net"
	"net/netip"
	"slices"
	"syscall"
	"testing"
	"time"
)

// rig is a server with one loop whose goroutine is the test's: nothing
// happens but what the test does, and time passes only by pass.
type rig struct {
	*testing.T
	s   *Server
	l   *Loop
	all []*fakeSocket // that were connected
}

// fakePoller runs nothing: rig calls the events itself.
type fakePoller struct{}

func (fakePoller) Run(events) error                    { return nil }
func (fakePoller) Post(int) bool                       { return true }
func (fakePoller) Enroll(int, net.Conn, func())        {}
func (fakePoller) Heed([]syscall.RawConn)              {}
func (fakePoller) Accept(bool) bool                    { return true }
func (fakePoller) Comers() bool                        { return false }
func (fakePoller) Refuse(func() bool)                  {}
func (fakePoller) Watch(int, int, func(), func()) bool { return false }
func (fakePoller) Unwatch(int, int)                    {}
func (fakePoller) Stop()                               {}

// fakeWatcher notes who waits for room.
type fakeWatcher map[*conn]bool

func (w fakeWatcher) watch(c *conn) error { w[c] = true; return nil }
func (w fakeWatcher) forget(c *conn)      { delete(w, c) }
func (w fakeWatcher) close()              {}

func newRig(t *testing.T, cfg Config, h Handler) *rig {
	t.Helper()
	cfg.Addr, cfg.Workers = "127.0.0.1:0", 1
	s, err := New(cfg, h)
	if err != nil {
		t.Fatal(err)
	}
	s.poller, s.watcher = fakePoller{}, fakeWatcher{}
	s.up(0)
	s.loops[0].setDate(time.Unix(1_000_000_000, 0))
	return &rig{T: t, s: s, l: s.loops[0]}
}

// fakeSocket is a client, seen from the loop.
type fakeSocket struct {
	r *rig
	c *conn

	got      bytes.Buffer // what the client has been sent
	room     int          // how many bytes it takes, before it takes none
	soon     int          // how many more, once a write has found too little room
	writes   int          // calls of Write and Writev that took something
	last     [][]byte     // what the last Writev was given
	broken   bool         // writing fails
	defers   bool         // a write counts at once and is done at the end of the event, as by a batch
	kept     []byte       // what was so written
	of       ownership    // whose it is
	settling bool         // it is being written

	reading, halfClosed, ended, aborted, closed bool
	unread                                      bool // bytes have come, and the loop is late
}

func (r *rig) connect() *fakeSocket { return r.connectFrom(netip.AddrPort{}) }

func (r *rig) connectFrom(peer netip.AddrPort) *fakeSocket {
	f := &fakeSocket{r: r, room: 1 << 30, reading: true}
	f.c = r.s.opened(0, f, peer)
	r.all = append(r.all, f)
	return f
}

// in delivers bytes from the client.
func (f *fakeSocket) in(s string) {
	f.r.Helper()
	if f.closed {
		f.r.Fatal("bytes for a closed connection")
	}
	if !f.reading {
		f.r.Fatal("bytes for a connection that is not read")
	}
	p := []byte(s)
	f.unread = false
	if !f.r.s.readable(f.c, p) && !f.closed {
		f.Close()
	}
	f.event()
	for i := range p {
		p[i] = '!' // the buffer is used again at once
	}
}

// takes lets the client take n more bytes and tells the watcher's news.
func (f *fakeSocket) takes(n int) {
	f.room += n
	if w := f.r.s.watcher.(fakeWatcher); w[f.c] {
		delete(w, f.c)
		f.r.l.Post(f.c)
		f.r.run()
	}
}

// event ends an event: f writes what it has deferred.
func (f *fakeSocket) event() {
	if f.Flush(); f.r.l.dirty != nil || len(f.r.l.doomed) > 0 {
		f.r.s.posted(0)
	}
}

// Flush writes what was deferred.
func (f *fakeSocket) Flush() {
	if p := f.kept; p != nil {
		f.kept, f.settling = nil, true
		n, err := f.Write(p)
		f.settling = false
		if n < len(p) {
			f.r.s.unsent(f.c, p[n:], f.of, err)
		}
	}
}

// behind is gnetSocket.behind.
func (f *fakeSocket) behind() bool {
	owed := f.kept != nil
	f.Flush()
	return owed && (f.c.queue.size > 0 || f.c.doomed)
}

// run does what was posted.
func (r *rig) run() {
	r.s.posted(0)
	for _, f := range r.all {
		f.event()
	}
}

// pass lets time pass.
func (r *rig) pass(d time.Duration) {
	for range int64(d / Tick) {
		r.l.wheel.advance(r.l.wheel.now+1, (*conn).expire)
		r.l.finish()
		for _, f := range r.all {
			f.event()
		}
	}
}

func (f *fakeSocket) sent() string {
	s := f.got.String()
	f.got.Reset()
	return s
}

func (f *fakeSocket) Write(p []byte) (int, error)       { return f.write(p, borrowed) }
func (f *fakeSocket) WriteShared(p []byte) (int, error) { return f.write(p, shared) }

func (f *fakeSocket) write(p []byte, o ownership) (int, error) {
	f.live("Write")
	if f.behind() {
		return 0, nil
	}
	if f.defers && f.c != nil && (!f.c.closing || f.c.peer != nil) && !f.settling {
		if f.kept, f.of = p, o; o != shared {
			f.kept = slices.Clone(p)
		}
		return len(p), nil
	}
	if f.broken {
		return 0, errors.New("broken pipe")
	}
	n := min(len(p), f.room)
	f.room -= n
	if n > 0 {
		f.writes++
	}
	f.got.Write(p[:n])
	if n < len(p) {
		f.room, f.soon = f.room+f.soon, 0
	}
	return n, nil
}

func (f *fakeSocket) WriteMore(p []byte) (int, error) { return f.Write(p) }

func (f *fakeSocket) Writev(ps [][]byte) (int, error) {
	f.last = slices.Clone(ps)
	return f.Write(bytes.Join(ps, nil))
}

func (f *fakeSocket) SendFile(fd int, at int64, n int) (int, error) {
	f.live("SendFile")
	p := make([]byte, n)
	if f.behind() {
		return 0, nil
	}
	k, err := readFile(fd, p, at)
	if err != nil {
		return 0, err
	}
	return f.Write(p[:k])
}

func (f *fakeSocket) Read(on bool) bool {
	f.live("Read")
	f.reading = on
	return true
}

func (f *fakeSocket) HalfClosed() bool { f.live("HalfClosed"); return f.halfClosed }

func (f *fakeSocket) Unread() bool { f.live("Unread"); return f.unread }

func (f *fakeSocket) CloseWrite() { f.live("CloseWrite"); f.Flush(); f.ended = true }

func (f *fakeSocket) Abort() { f.live("Abort"); f.Flush(); f.aborted = true }

// Close is called by the loop, and by the test for a client that has gone.
func (f *fakeSocket) Close() {
	f.live("Close")
	f.Flush()
	f.r.s.closed(f.c)
	f.closed = true
}

func (f *fakeSocket) Fd() int { return -1 }

// live fails the test when a dead connection is used: in a real server its
// descriptor may be another client's by now.
func (f *fakeSocket) live(what string) {
	if f.closed {
		f.r.Errorf("%s on a closed connection", what)
	}
}

// waiting is a handler that keeps requests for paths that begin with /wait,
// and echoes the others.
type waiting struct {
	kept    []*Exchange
	reasons []Reason
}

func (w *waiting) Serve(l *Loop, x *Exchange) {
	if bytes.HasPrefix(x.Req.Path, []byte("/wait")) {
		x.OnCancel = w
		w.kept = append(w.kept, x)
		return
	}
	echoNow(x)
}

func (w *waiting) CancelExchange(x *Exchange, why Reason) { w.reasons = append(w.reasons, why) }

// finish has the i-th kept request answered, by way of the inbox.
func (w *waiting) finish(r *rig, i int) {
	x := w.kept[i]
	x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
	r.run()
}
