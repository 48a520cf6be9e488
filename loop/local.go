package loop

import (
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"syscall"
)

// This file is a poller without sockets, for clients in the same process
// (Config.Local): everything above it, from the first byte to the last, is
// what clients of a socket get.

// ErrClosed says that a client made by Dial, or its server, is closed.
var ErrClosed = errors.New("loop: closed")

// errNoRoom says that the process has no room for what a client of DialFrom would be sent.
var errNoRoom = errors.New("loop: no room for answers")

// Dial makes a client in this process. The server must have been made with
// Config.Local, and be Ready. It may be called from any goroutine.
func (s *Server) Dial() (*Client, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	p, ok := s.poller.(*localPoller)
	if !ok || s.draining.Load() {
		return nil, ErrClosed
	}
	c := &Client{}
	c.some = sync.NewCond(&c.mu)
	l := p.next()
	c.loop, c.ev, c.at = l, l.ev, l.index
	if !c.loop.post(c.open) {
		return nil, ErrClosed
	}
	return c, nil
}

// Client is a client in this process: an io.ReadWriteCloser. One goroutine may
// write while another reads, and any may close.
type Client struct {
	loop poster
	ev   events
	at   int // the loop's index
	from netip.AddrPort
	most int     // bytes that may wait on either side; 0: any number
	srv  *Server // of DialFrom, whose budget counts what waits; else nil
	conn *conn   // the loop's

	mu     sync.Mutex
	some   *sync.Cond // something of what follows has changed
	in     []byte     // sent by the client, not yet delivered
	out    []byte     // sent by the server
	read   int        // how much of out the client has read
	inEnd  bool       // the client sends no more
	outEnd bool       // the server sends no more
	gone   bool       // closed by either side
	full   bool       // the server waits for the client to read
	held   int        // bytes of out that are counted in the budget
	since  int64      // when the client has last read something, or had nothing to read, in ticks

	reading bool   // the loop's: bytes are to be delivered
	dead    bool   // the loop's: events.closed was called
	spare   []byte // the loop's: what in was before, so that a busy client allocates nothing
}

// poster has a loop do something; false when it has ended.
type poster interface{ post(f func()) bool }

// clientMost is how much may wait of what a client of DialFrom and the server send each
// other, in bytes.
const clientMost = 64 << 10

// DialFrom makes a client in this process beside those of sockets, for a request that came
// in another way. remote is whom it is made for. What either side sends beyond what may
// wait makes it wait. It may be called from any goroutine.
func (s *Server) DialFrom(remote netip.AddrPort) (*Client, error) {
	if s.stopped.Load() {
		return nil, ErrClosed
	}
	l := s.loops[int(s.turn.Add(1))%len(s.loops)]
	c := &Client{loop: l, ev: s, at: l.Index, from: remote, most: clientMost, srv: s}
	c.some = sync.NewCond(&c.mu)
	if !l.post(c.open) {
		return nil, ErrClosed
	}
	return c, nil
}

// post implements poster.
func (l *Loop) post(f func()) bool { return l.Post(TaskFunc(func(*Loop) { f() })) }

// Write sends p. A client of Dial does not wait for the server to read.
func (c *Client) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.most > 0 && len(c.in) >= c.most && !c.gone && !c.inEnd {
		c.some.Wait()
	}
	if c.gone || c.inEnd {
		return 0, ErrClosed
	}
	c.in = append(c.in, p...)
	if !c.loop.post(c.deliver) {
		return 0, ErrClosed
	}
	return len(p), nil
}

// CloseWrite says that the client sends no more.
func (c *Client) CloseWrite() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.inEnd = true
	c.loop.post(c.deliver) // a server that has ended needs no telling
	return nil
}

// Read waits for bytes of the server. io.EOF follows the last one; after
// Close the error is ErrClosed.
func (c *Client) Read(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.out) == 0 && !c.outEnd && !c.gone {
		c.some.Wait()
	}
	switch {
	case len(c.out) > 0:
		n := copy(p, c.out[c.read:])
		if c.full {
			c.full = false
			c.loop.post(c.room)
		}
		c.free(n)
		if c.read += n; c.read == len(c.out) {
			c.out, c.read = c.out[:0], 0
			if cap(c.out) > keepBuffer {
				c.out = nil
			}
		}
		return n, nil
	case c.outEnd:
		return 0, io.EOF
	}
	return 0, ErrClosed
}

// Close ends the client, and a Read that waits.
func (c *Client) Close() error {
	c.mu.Lock()
	c.lose()
	c.mu.Unlock()
	c.loop.post(c.end)
	return nil
}

// lose ends both directions, with what the client has not read. c is locked.
func (c *Client) lose() {
	c.gone = true
	if c.srv != nil {
		c.out, c.read = nil, 0
		c.free(c.held)
	}
	c.some.Broadcast()
}

// free gives n bytes of out back to the budget that counts them. c is locked.
func (c *Client) free(n int) {
	if c.srv != nil {
		c.srv.output.give(n)
		c.held -= n
		c.since = c.srv.clock()
	}
}

// holds is how many bytes of the output budget the client has.
func (c *Client) holds() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held
}

// stuck reports whether the client holds some, and has not read for a while.
func (c *Client) stuck(now int64) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.held > 0 && now-c.since >= stuckAfter
}

// open, deliver and end run on the loop.

func (c *Client) open() {
	c.reading = true
	if c.conn = c.ev.opened(c.at, localSocket{c}, c.from); c.conn == nil {
		c.dead = true
		c.hangUp()
		return
	}
	c.conn.preface = false
	c.conn.queue.beside = c.holds
	c.conn.loop.locals++
	if l, ok := c.loop.(*localLoop); ok {
		l.clients[c] = struct{}{}
	}
}

// room tells that the client has read.
func (c *Client) room() {
	if !c.dead && c.conn != nil {
		c.conn.RunOnLoop(c.conn.loop)
		c.conn.loop.finish()
	}
}

// deliver hands over what has come, and the end after it.
func (c *Client) deliver() {
	for c.reading && !c.dead {
		c.mu.Lock()
		p, end := c.in, c.inEnd || c.gone
		c.in, c.spare = c.spare, nil
		if c.most > 0 {
			c.some.Broadcast()
		}
		c.mu.Unlock()
		if cap(p) <= keepBuffer {
			c.spare = p[:0] // nobody looks at p after readable
		}
		switch {
		case len(p) > 0:
			if !c.ev.readable(c.conn, p) {
				c.end()
			}
		case end:
			c.end()
		default:
			return
		}
	}
}

// end closes the connection.
func (c *Client) end() {
	if c.dead || c.conn == nil {
		return
	}
	c.dead = true
	if l, ok := c.loop.(*localLoop); ok {
		delete(l.clients, c)
	}
	c.conn.loop.locals--
	c.ev.closed(c.conn)
	c.hangUp()
}

// hangUp tells the client's side.
func (c *Client) hangUp() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.outEnd, c.inEnd = true, true
	c.in = nil
	c.some.Broadcast()
}

// localSocket is a Client as its loop sees it.
type localSocket struct{ c *Client }

// within reports whether c is a client of DialFrom: a request of a connection that has been counted already.
func (c *conn) within() bool {
	s, ok := c.sock.(localSocket)
	return ok && s.c.srv != nil
}

// Write implements socket: a client of Dial takes everything at once.
func (s localSocket) Write(p []byte) (int, error) {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.c.gone {
		return 0, ErrClosed
	}
	if s.c.most > 0 {
		if left := s.c.most - (len(s.c.out) - s.c.read); left < len(p) {
			p = p[:max(left, 0)]
			s.c.full = true
		}
	}
	if c := s.c; c.srv != nil && len(p) > 0 {
		if !c.srv.output.takeMore(len(p), c.held+c.conn.queue.held+c.conn.held) {
			c.conn.loop.stat.expelled.Add(1)
			return 0, errNoRoom
		}
		if c.held == 0 {
			c.since = c.srv.clock()
		}
		c.held += len(p)
	}
	s.c.out = append(s.c.out, p...)
	s.c.some.Broadcast()
	return len(p), nil
}

// WriteShared implements socket.
func (s localSocket) WriteShared(p []byte) (int, error) { return s.Write(p) }

// Flush implements socket.
func (s localSocket) Flush() {}

// WriteMore implements socket.
func (s localSocket) WriteMore(p []byte) (int, error) { return s.Write(p) }

// Writev implements socket.
func (s localSocket) Writev(ps [][]byte) (int, error) {
	sum := 0
	for _, p := range ps {
		n, err := s.Write(p)
		if sum += n; err != nil || n < len(p) {
			return sum, err
		}
	}
	return sum, nil
}

// SendFile implements socket.
func (s localSocket) SendFile(fd int, at int64, n int) (int, error) {
	p := make([]byte, n)
	k, err := readFile(fd, p, at)
	if err != nil {
		return 0, err
	}
	return s.Write(p[:k])
}

// Read implements socket.
func (s localSocket) Read(on bool) bool {
	if on && !s.c.reading {
		s.c.loop.post(s.c.deliver)
	}
	s.c.reading = on
	return true
}

// HalfClosed implements socket.
func (s localSocket) HalfClosed() bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return s.c.inEnd
}

// Unread implements socket.
func (s localSocket) Unread() bool {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	return len(s.c.in) > 0
}

// CloseWrite implements socket.
func (s localSocket) CloseWrite() {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	s.c.outEnd = true
	s.c.some.Broadcast()
}

// Abort implements socket: nothing is kept for the client by anybody else; what a client of DialFrom has
// not read is dropped.
func (s localSocket) Abort() {
	s.c.mu.Lock()
	defer s.c.mu.Unlock()
	if s.c.srv != nil {
		s.c.lose()
	}
}

// Close implements socket.
func (s localSocket) Close() { s.c.end() }

// Fd implements socket: there is none.
func (s localSocket) Fd() int { return -1 }

// localPoller has a goroutine for each loop, and nothing to poll.
type localPoller struct {
	loops []*localLoop
	stop  chan struct{}
	once  sync.Once

	mu   sync.Mutex
	turn int
}

func newLocalPoller(loops int) *localPoller {
	p := &localPoller{stop: make(chan struct{})}
	for i := range loops {
		l := &localLoop{index: i, clients: map[*Client]struct{}{}, wake: make(chan struct{}, 1)}
		p.loops = append(p.loops, l)
	}
	return p
}

// next is the loop of the next client.
func (p *localPoller) next() *localLoop {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.turn++
	return p.loops[p.turn%len(p.loops)]
}

// Run implements poller.
func (p *localPoller) Run(ev events) error {
	var up, down sync.WaitGroup
	for _, l := range p.loops {
		l.ev = ev
		up.Add(1)
		down.Go(func() {
			ev.up(l.index)
			up.Done()
			l.run()
		})
	}
	up.Wait()
	ev.ready()
	<-p.stop
	ev.stopping()
	for _, l := range p.loops {
		l.finish()
	}
	down.Wait()
	return nil
}

// Post implements poller.
func (p *localPoller) Post(i int) bool {
	l := p.loops[i]
	return l.post(func() { l.ev.posted(i) })
}

// Enroll implements poller: nothing is accepted elsewhere.
func (p *localPoller) Enroll(_ int, c net.Conn, done func()) {
	c.Close()
	done()
}

// Heed implements poller: its loops hold no processor while they wait.
func (p *localPoller) Heed([]syscall.RawConn) {}

// Accept implements poller: nothing is accepted here either.
func (p *localPoller) Accept(bool) bool { return false }

// Comers implements poller.
func (p *localPoller) Comers() bool { return false }

// Refuse implements poller: Dial looks at draining.
func (p *localPoller) Refuse(func() bool) {}

// Watch implements poller: nobody waits for descriptors here.
func (p *localPoller) Watch(int, int, func(), func()) bool { return false }

// Unwatch implements poller.
func (p *localPoller) Unwatch(int, int) {}

// Stop implements poller.
func (p *localPoller) Stop() { p.once.Do(func() { close(p.stop) }) }

// localLoop is a goroutine and what it has to do.
type localLoop struct {
	index   int
	ev      events
	clients map[*Client]struct{} // the loop's own

	mu    sync.Mutex
	work  []func()
	over  bool
	wake  chan struct{} // holds one when there is work, or no more
	spare []func()      // the loop's own
}

// post has the loop do something, after what was posted before; it reports
// false when the loop has ended.
func (l *localLoop) post(f func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return false
	}
	l.work = append(l.work, f)
	l.poke()
	return true
}

func (l *localLoop) poke() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// finish ends the loop after what was posted before.
func (l *localLoop) finish() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.over = true
	l.poke()
}

func (l *localLoop) run() {
	for range l.wake {
		l.mu.Lock()
		work, over := l.work, l.over
		l.work = l.spare
		l.mu.Unlock()
		for _, f := range work {
			f()
		}
		clear(work)
		l.spare = work[:0]
		if over {
			break
		}
	}
	for c := range l.clients {
		c.end()
	}
}

// nobodyWaits is the watcher of a server whose clients take everything at once.
type nobodyWaits struct{}

func (nobodyWaits) watch(*conn) error { return nil }
func (nobodyWaits) forget(*conn)      {}
func (nobodyWaits) close()            {}
