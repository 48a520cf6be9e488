package loop

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"github.com/panjf2000/gnet/v2"
	"github.com/panjf2000/gnet/v2/pkg/logging"
	"golang.org/x/sys/unix"
)

// This file is all of this package's use of gnet, behind the interfaces of
// poller.go. What in gnet v2.10.0 shapes it:
//
//   - An accept(2) that fails ends the whole engine. So accepting is paused
//     before descriptors run out (guard.go), and Run's caller restarts it.
//   - It can neither pause reading nor accepting. Its loops' epoll
//     descriptors can: one epoll_ctl on the loop, or from any goroutine.
//     They are private ints, read by reflection once per loop and tried out
//     before they are trusted. gnet itself changes the interest of a socket
//     only from its own write path, which is never used here.
//   - Its loops wait in epoll_wait(2), which is dear in Go (wait_linux.go). So
//     a loop that has nothing to do but wait does it here, in stay, on the
//     same descriptor, and goes back to gnet for whatever is gnet's: to accept,
//     to run what was enqueued, to end. Its descriptor for that serves several
//     loops as a bell too; whether gnet has rung it, another private int says.
//   - Where that fails (another system, another gnet), the engine is run
//     without listeners and connections are enrolled by our own acceptor.

// readBuffer is the size of each loop's one read buffer, in bytes: the most
// that one event hands over.
const readBuffer = 64 << 10

// gnetPoller is the poller on gnet.
type gnetPoller struct {
	gnet.BuiltinEventEngine
	address string // "tcp://host:port", or "" to accept nothing itself
	count   int    // loops
	log     *slog.Logger
	ev      events

	mu       sync.Mutex
	engine   gnet.Engine
	booted   bool
	stopped  bool
	meeting  bool // OnTick is meeting the loops
	stop     chan struct{}
	failed   error                       // why the loops could not be reached; read after the engine's end
	loops    atomic.Pointer[[]*gnetLoop] // by index; replaced as a whole under mu
	oneByOne bool                        // Config.OneByOne

	met     atomic.Bool // all loops are there
	doors   atomic.Pointer[[]syscall.RawConn]
	leaving atomic.Bool // the engine ends
}

// gnetLoop is one of gnet's event loops.
type gnetLoop struct {
	p     *gnetPoller
	index int
	el    gnet.EventLoop
	epoll int   // the loop's epoll descriptor, or -1
	lns   []int // its listeners' descriptors
	event int   // the descriptor that tells the loop of tasks, or -1

	called *atomic.Int32 // gnet's own: not 0 while event tells of tasks

	gnetAccept func(fd int) error // nil: only gnet itself accepts
	admitted   *gnetSocket        // what it has opened

	wait   *waiter       // nil: gnet waits
	socks  []*gnetSocket // by descriptor, for stay
	buf    []byte        // what stay reads into
	batch  *batch        // nil: each read and write is a system call of its own
	inside atomic.Bool   // in stay, or about to leave it
	doors  []int         // listeners whose events are acted on in stay; see Heed
	posted atomic.Bool   // Post was called
	asked  atomic.Int32  // tasks of gnet's own that must be run
	guests guests
	coming atomic.Bool // homing is queued
	chores bool        // gnet is at what was queued, and until the queue is empty

	plain, sealed, opened, file []byte // of TLS connections, during one call; nil without any
}

// meetTime is far more than a loop needs to take a connection.
const meetTime = 10 * time.Second

// control marks the connections that are made only to meet every loop.
type control struct{}

func newGnetPoller(address string, loops int, log *slog.Logger) *gnetPoller {
	p := &gnetPoller{address: address, count: loops, log: log, stop: make(chan struct{})}
	p.loops.Store(new([]*gnetLoop))
	p.doors.Store(new([]syscall.RawConn))
	return p
}

func (p *gnetPoller) options() []gnet.Option {
	return []gnet.Option{
		gnet.WithNumEventLoop(p.count),
		gnet.WithReusePort(true),
		gnet.WithReuseAddr(true),
		gnet.WithTicker(p.address != ""), // for OnTick
		gnet.WithReadBufferCap(readBuffer),
		// Accepted sockets stay on the loop that accepted them, so this
		// decides only where the control connections go: one to each.
		gnet.WithLoadBalancing(gnet.RoundRobin),
		gnet.WithLogger(gnetLog{p.log}),
		gnet.WithLogLevel(logging.ErrorLevel),
	}
}

// Run implements poller.
func (p *gnetPoller) Run(ev events) error {
	p.ev = ev
	defer p.closeWaiters()
	if p.address != "" {
		err := gnet.Run(p, p.address, p.options()...)
		return errors.Join(err, p.failed)
	}
	client, err := gnet.NewClient(p, p.options()...)
	if err != nil {
		return err
	}
	if err := client.Start(); err != nil {
		return err
	}
	p.failed = p.meet(func(c net.Conn) error {
		_, err := client.EnrollContext(c, control{})
		return err
	})
	if p.failed == nil {
		<-p.stop
	}
	return errors.Join(client.Stop(), p.failed)
}

// Stop implements poller.
func (p *gnetPoller) Stop() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.stopped {
		return
	}
	p.stopped = true
	p.leave()
	close(p.stop)
	// gnet would never let go of a connection that is on its way to a loop when the engine
	// ends: a meeting comes to its end first, and then ends the engine.
	if p.booted && p.address != "" && !p.meeting {
		p.shutdown()
	}
}

// shutdown tells a listening engine to end, without gnet's wait of half a
// second: a cancelled context makes its Stop return after the telling.
func (p *gnetPoller) shutdown() {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := p.engine.Stop(ctx); err != nil && !errors.Is(err, context.Canceled) {
		p.log.Error("loop: stopping gnet", "error", err)
	}
}

// OnBoot implements gnet.EventHandler. No loop exists yet.
func (p *gnetPoller) OnBoot(e gnet.Engine) gnet.Action {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.engine, p.booted = e, true
	if p.stopped && p.address != "" {
		return gnet.Shutdown
	}
	return gnet.None
}

// OnShutdown implements gnet.EventHandler. The loops still run; soon after,
// gnet closes their descriptors, whose numbers anybody may get next.
func (p *gnetPoller) OnShutdown(gnet.Engine) {
	p.leave()
	p.ev.stopping()
}

// leave gives all loops back to gnet for good.
func (p *gnetPoller) leave() {
	p.leaving.Store(true)
	for _, l := range *p.loops.Load() {
		l.guests.close(l.unwatch)
		l.interrupt()
	}
}

func (p *gnetPoller) closeWaiters() {
	for _, l := range *p.loops.Load() {
		if l.wait != nil {
			l.wait.close()
			l.batch.close()
		}
	}
}

// OnTick implements gnet.EventHandler. Its one call is the first moment at
// which gnet's loops are known to exist.
func (p *gnetPoller) OnTick() (time.Duration, gnet.Action) {
	p.mu.Lock()
	p.meeting = !p.stopped
	p.mu.Unlock()
	if !p.meeting {
		return 0, gnet.Shutdown
	}
	p.failed = p.meet(func(c net.Conn) error {
		done, err := p.engine.Register(gnet.NewContext(gnet.NewNetConnContext(context.Background(), c), control{}))
		if err != nil {
			return err
		}
		select {
		case r := <-done:
			return r.Err
		case <-time.After(meetTime):
			return errors.New("loop: an event loop does not take a connection")
		}
	})
	p.mu.Lock()
	p.meeting = false
	stopped := p.stopped
	p.mu.Unlock()
	if p.failed != nil || stopped {
		return 0, gnet.Shutdown
	}
	return 365 * 24 * time.Hour, gnet.None
}

// meet sends one control connection to each loop, by way of gnet's load
// balancing: a loop's handle can be had only from a connection on it.
func (p *gnetPoller) meet(enroll func(net.Conn) error) error {
	var ours []net.Conn
	defer func() {
		for _, c := range ours {
			c.Close()
		}
	}()
	for range p.count {
		near, far, err := connPair()
		if err != nil {
			return err
		}
		ours = append(ours, far) // closing it makes gnet close the near one
		if err := enroll(near); err != nil {
			return err
		}
	}
	select {
	case <-p.stop:
		return nil
	default:
	}
	if got := len(*p.loops.Load()); got != p.count {
		return fmt.Errorf("loop: reached %d of %d event loops", got, p.count)
	}
	p.met.Store(true)
	p.ev.ready()
	return nil
}

// connPair returns two connected stream sockets.
func connPair() (a, b net.Conn, err error) {
	fds, err := unix.Socketpair(unix.AF_UNIX, unix.SOCK_STREAM, 0)
	if err != nil {
		return nil, nil, os.NewSyscallError("socketpair", err)
	}
	for i, c := range []*net.Conn{&a, &b} {
		f := os.NewFile(uintptr(fds[i]), "control")
		unix.CloseOnExec(fds[i])
		conn, e := net.FileConn(f) // it has a descriptor of its own
		f.Close()
		if e != nil && err == nil {
			err = e
		}
		*c = conn
	}
	if err != nil {
		for _, c := range []net.Conn{a, b} {
			if c != nil {
				c.Close()
			}
		}
		return nil, nil, err
	}
	return a, b, nil
}

// loopOf finds our side of gnet's loop, and makes it when a connection on
// that loop is met for the first time. It is called on that loop.
func (p *gnetPoller) loopOf(c gnet.Conn) *gnetLoop {
	el := c.EventLoop()
	for _, l := range *p.loops.Load() {
		if l.el == el {
			return l
		}
	}
	epoll, event, called, lns := -1, -1, (*atomic.Int32)(nil), []int(nil)
	if fd, efd, wake, fds, err := pollerOf(el); err == nil && setInterest(fd, c.Fd(), true) == nil {
		epoll, event, called, lns = fd, efd, wake, fds
	} else if p.address != "" {
		p.log.Error("loop: can't pause what gnet reads and accepts", "error", err)
	}
	l := &gnetLoop{p: p, el: el, epoll: epoll, event: event, called: called, lns: lns}
	if epoll >= 0 && event >= 0 {
		w, err := newWaiter(epoll, event, p.count == 1, func() bool { return l.posted.Load() || l.wanted() }, func() bool { return p.ev.alone(l.index) })
		if err != nil {
			p.log.Warn("loop: gnet waits itself", "error", err)
		} else {
			l.wait, l.buf = w, make([]byte, readBuffer)
			l.guests.open()
			l.gnetAccept = accepter(reflect.ValueOf(el).UnsafePointer())
			if !p.oneByOne {
				if l.batch, err = newBatch(l); err != nil {
					p.log.Debug("loop: reads and writes one by one", "error", err)
				}
			}
		}
	}
	p.mu.Lock()
	old := *p.loops.Load()
	l.index = len(old)
	loops := append(append([]*gnetLoop{}, old...), l)
	p.loops.Store(&loops)
	p.mu.Unlock()
	for _, fd := range lns {
		limitUnsent(fd)
	}
	p.ev.up(l.index)
	return l
}

// pollerOf reads from a gnet loop its epoll descriptor, the descriptor that
// tells it of tasks, what says that it does, and its listeners'. TestGnetFields fails when gnet's
// fields change.
func pollerOf(el gnet.EventLoop) (epoll, event int, called *atomic.Int32, listeners []int, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = errNoEpoll
		}
	}()
	v := reflect.ValueOf(el).Elem()
	for _, k := range v.FieldByName("listeners").MapKeys() {
		listeners = append(listeners, int(k.Int()))
	}
	poller := v.FieldByName("poller").Elem()
	wake := poller.FieldByName("wakeupCall")
	if wake.Kind() != reflect.Int32 {
		return -1, -1, nil, nil, errNoEpoll
	}
	called = (*atomic.Int32)(unsafe.Pointer(wake.UnsafeAddr()))
	return int(poller.FieldByName("fd").Int()), int(poller.FieldByName("efd").Int()), called, listeners, nil
}

var errNoEpoll = errors.New("loop: gnet's event loop does not have the expected fields")

// canPause tries, on an engine that listens to nothing, whether the epoll
// descriptor of a gnet loop can be found and used.
func canPause(log *slog.Logger) bool {
	t := trial{p: newGnetPoller("", 1, log)}
	return t.p.Run(&t) == nil && t.ok
}

// trial is the receiver of the events of canPause's engine.
type trial struct {
	p  *gnetPoller
	ok bool
}

func (t *trial) up(int) {}

func (t *trial) ready() {
	t.ok = (*t.p.loops.Load())[0].epoll >= 0
	t.p.Stop()
}

func (t *trial) opened(int, socket, netip.AddrPort) *conn { return nil }
func (t *trial) readable(*conn, []byte) bool              { return false }
func (t *trial) closed(*conn)                             {}
func (t *trial) alone(int) bool                           { return false }
func (t *trial) posted(int)                               {}
func (t *trial) unsent(*conn, []byte, ownership, error)   {}
func (t *trial) stopping()                                {}

// Post implements poller.
func (p *gnetPoller) Post(i int) bool {
	l := (*p.loops.Load())[i]
	l.posted.Store(true)
	if l.inside.Load() {
		l.wait.interrupt()
		return true
	}
	return l.el.Execute(context.Background(), l) == nil
}

// Run implements gnet.Runnable: it answers a Post.
func (l *gnetLoop) Run(context.Context) error {
	l.p.ev.posted(l.index)
	return nil
}

// Watch implements poller.
func (p *gnetPoller) Watch(i, fd int, ready, gone func()) bool {
	l := (*p.loops.Load())[i]
	if !l.guests.add(fd, guest{ready, gone}, l.watch) {
		return false
	}
	if !l.inside.Load() { // gnet, which waits, would not know what to do with an event
		l.comeBack()
	}
	return true
}

// comeBack has gnet bring a loop that has guests to stay, when it has done what it has queued before.
func (l *gnetLoop) comeBack() {
	l.guests.some(func() { // while there are some, gnet has not closed its descriptors
		if !l.coming.CompareAndSwap(false, true) {
			return
		}
		if err := l.el.Execute(context.Background(), (*homing)(l)); err != nil && !l.p.leaving.Load() {
			l.p.log.Error("loop: waiting for others' descriptors", "error", err)
		}
	})
}

// home brings a loop to stay when gnet has gone through the events that it holds. What it did with them later could be wrong: of a
// client that is not read from any more, since its request is in work, it would find the end, and close it; and it would close who has the
// number of one that was reset.
func (l *gnetLoop) home() {
	if l.inside.Load() || l.p.leaving.Load() || !l.coming.CompareAndSwap(false, true) {
		return
	}
	if err := l.el.Execute(context.Background(), (*homing)(l)); err != nil && !l.p.leaving.Load() {
		l.p.log.Error("loop: waiting in gnet's place", "error", err)
	}
}

// homing is a loop on its way back to stay.
type homing gnetLoop

// Run implements gnet.Runnable.
func (h *homing) Run(context.Context) error {
	l := (*gnetLoop)(h)
	l.coming.Store(false)
	if l.wanted() {
		runtime.Gosched() // to who will say that it isn't any more
	}
	l.chores = true
	l.stay()
	l.chores = false
	return nil
}

// Unwatch implements poller.
func (p *gnetPoller) Unwatch(i, fd int) {
	l := (*p.loops.Load())[i]
	l.guests.drop(fd, l.unwatch)
}

// Enroll implements poller.
func (p *gnetPoller) Enroll(i int, c net.Conn, done func()) {
	if a, ok := c.RemoteAddr().(*net.TCPAddr); ok {
		// At the end gnet would put the string, which package net shares,
		// into its pool of byte slices.
		a.Zone = ""
	}
	if !p.met.Load() { // the engine has been started again, and has no loops yet
		c.Close()
		done()
		return
	}
	l := (*p.loops.Load())[i]
	l.asked.Add(1)
	l.interrupt()
	ctx := context.Background()
	if s, ok := c.(*secured); ok {
		c = s.Conn
		ctx = gnet.NewContext(ctx, s)
	}
	opened, err := l.el.Enroll(ctx, c)
	if err != nil {
		l.asked.Add(-1)
		p.log.Error("loop: enrolling a connection", "error", err)
		c.Close()
		done()
		return
	}
	go func() {
		if r := <-opened; r.Err != nil {
			p.log.Error("loop: enrolling a connection", "error", r.Err)
		}
		l.asked.Add(-1)
		done()
	}()
}

// Heed implements poller.
func (p *gnetPoller) Heed(doors []syscall.RawConn) { p.doors.Store(&doors) }

// Accept implements poller.
func (p *gnetPoller) Accept(on bool) bool {
	paused := false
	for _, l := range *p.loops.Load() {
		for _, fd := range l.lns {
			paused = setInterest(l.epoll, fd, on) == nil || paused
		}
	}
	return paused
}

// Comers implements poller.
func (p *gnetPoller) Comers() bool {
	for _, l := range *p.loops.Load() {
		if slices.ContainsFunc(l.lns, comers) {
			return true
		}
	}
	return false
}

// Refuse implements poller.
func (p *gnetPoller) Refuse(giveUp func() bool) {
	var fds []int
	for _, l := range *p.loops.Load() {
		fds = append(fds, l.lns...)
	}
	refuse(fds, giveUp)
}

// OnOpen implements gnet.EventHandler.
func (p *gnetPoller) OnOpen(g gnet.Conn) ([]byte, gnet.Action) {
	l := p.loopOf(g)
	if _, ok := g.Context().(control); ok {
		return nil, gnet.None
	}
	s := &gnetSocket{conn: g, loop: l, fd: g.Fd(), reading: true}
	var c *conn
	if t, ok := g.Context().(*secured); ok {
		c = openSecure(s, t)
	} else {
		c = p.ev.opened(l.index, s, addrPort(g.RemoteAddr()))
	}
	if c == nil {
		return nil, gnet.Close
	}
	g.SetContext(c)
	s.of = c
	if l.wait != nil {
		for len(l.socks) <= s.fd {
			l.socks = append(l.socks, nil)
		}
		l.socks[s.fd] = s
		if l.inside.Load() {
			l.admitted = s
		} else {
			l.home()
		}
	}
	return nil, gnet.None
}

func addrPort(a net.Addr) netip.AddrPort {
	if t, ok := a.(*net.TCPAddr); ok {
		ap := t.AddrPort()
		return netip.AddrPortFrom(ap.Addr().Unmap(), ap.Port())
	}
	return netip.AddrPort{}
}

// OnTraffic implements gnet.EventHandler.
func (p *gnetPoller) OnTraffic(g gnet.Conn) gnet.Action {
	c, ok := g.Context().(*conn)
	if !ok {
		return gnet.Close
	}
	// Taking everything leaves gnet's own buffer of leftovers empty, so the
	// bytes are always those of the one read, in place.
	b, _ := g.Next(-1)
	s := socketOf(c)
	open := s.take(b)
	if l := s.loop; l.wait != nil {
		l.home()
	}
	if !open {
		return gnet.Close
	}
	return gnet.None
}

// OnClose implements gnet.EventHandler.
func (p *gnetPoller) OnClose(g gnet.Conn, _ error) gnet.Action {
	if c, ok := g.Context().(*conn); ok {
		if s := socketOf(c); s.loop.wait != nil {
			s.loop.socks[s.fd] = nil
		}
		p.ev.closed(c)
	}
	return gnet.None
}

// gnetSocket is the socket of a gnet connection. It writes to the descriptor
// itself: gnet's own write path would change what the socket is polled for,
// and after a close writes into whichever client got the descriptor next.
// The same would hold here: conn.go checks its dead flag before every call.
type gnetSocket struct {
	conn    gnet.Conn
	loop    *gnetLoop
	of      *conn
	fd      int
	reading bool
	owed    bool // bytes that its batch has kept
}

// socketOf is the gnet connection below c's socket.
func socketOf(c *conn) *gnetSocket {
	if c.secure != nil {
		return c.secure.gnetSocket
	}
	return c.sock.(*gnetSocket)
}

// take hands over what has been read, and reports whether the connection stays open.
func (s *gnetSocket) take(p []byte) bool {
	if s.of.secure != nil {
		return s.of.secure.open(s.of, p)
	}
	return s.loop.p.ev.readable(s.of, p)
}

func (s *gnetSocket) Fd() int { return s.fd }

func (s *gnetSocket) Write(p []byte) (int, error) { return s.write(p, borrowed) }

func (s *gnetSocket) WriteShared(p []byte) (int, error) { return s.write(p, shared) }

func (s *gnetSocket) write(p []byte, o ownership) (int, error) {
	if s.loop.batch.keep(s, p, o) {
		return len(p), nil
	}
	if s.behind() {
		return 0, nil
	}
	return took(writeNow(s.fd, p))
}

func (s *gnetSocket) WriteMore(p []byte) (int, error) {
	if s.behind() {
		return 0, nil
	}
	return took(writeMoreNow(s.fd, p))
}

func (s *gnetSocket) Writev(ps [][]byte) (int, error) {
	if s.behind() {
		return 0, nil
	}
	return took(writevNow(s.fd, ps))
}

func (s *gnetSocket) SendFile(fd int, at int64, n int) (int, error) {
	if s.behind() {
		return 0, nil
	}
	return sendFile(s.fd, fd, at, n)
}

// Flush sends what its batch has kept for it.
func (s *gnetSocket) Flush() {
	if s.owed {
		s.loop.batch.send()
	}
}

// behind is Flush, and reports whether not all of that left: then nothing can be sent now.
func (s *gnetSocket) behind() bool {
	if !s.owed {
		return false
	}
	s.Flush()
	return s.of.queue.size > 0 || s.of.doomed
}

// took turns "nothing now" from an error into 0.
func took(n int, err error) (int, error) {
	if err == nil {
		return n, nil
	}
	if err == unix.EAGAIN || err == unix.EINTR {
		return 0, nil
	}
	return 0, err
}

func (s *gnetSocket) Read(on bool) bool {
	if s.loop.epoll < 0 {
		return false
	}
	if s.reading != on {
		if setInterest(s.loop.epoll, s.fd, on) != nil {
			return false
		}
		s.reading = on
	}
	return true
}

func (s *gnetSocket) HalfClosed() bool { return halfClosed(s.fd) }

func (s *gnetSocket) Unread() bool { return unread(s.fd) }

func (s *gnetSocket) CloseWrite() {
	s.Flush()
	_ = unix.Shutdown(s.fd, unix.SHUT_WR)
}

func (s *gnetSocket) Abort() {
	s.Flush()
	_ = unix.SetsockoptLinger(s.fd, unix.SOL_SOCKET, unix.SO_LINGER, &unix.Linger{Onoff: 1})
}

func (s *gnetSocket) Close() {
	s.Flush()
	if err := s.loop.el.Close(s.conn); err != nil {
		s.loop.p.log.Error("loop: closing a connection", "error", err)
	}
}

// staleEvent begins what gnet says of an event of a connection that is gone.
const staleEvent = "received event["

// gnetLog passes gnet's own words on.
type gnetLog struct{ to *slog.Logger }

func (l gnetLog) Debugf(string, ...any) {}
func (l gnetLog) Infof(string, ...any)  {}
func (l gnetLog) Warnf(format string, args ...any) {
	if strings.HasPrefix(format, staleEvent) {
		return // closed in stay, after gnet had heard of it
	}
	l.to.Warn("gnet: " + fmt.Sprintf(format, args...))
}
func (l gnetLog) Errorf(format string, args ...any) {
	l.to.Error("gnet: " + fmt.Sprintf(format, args...))
}
func (l gnetLog) Fatalf(format string, args ...any) { l.Errorf(format, args...) }
