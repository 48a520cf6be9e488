package loop

import (
	"errors"
	"fmt"
	"math"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// Server owns the listeners, the loops and all connections. Its methods may
// be called from any goroutine.
type Server struct {
	cfg     Config
	handler Handler
	start   time.Time

	ticks    deadlines
	inFlight int64 // suspended requests of one loop
	bodies   budget
	output   budget

	guard   *guard
	watcher interface {
		watch(*conn) error
		forget(*conn)
		close()
	}
	loops []*Loop

	mu        sync.RWMutex // held for reading while poller is used from outside its loops
	poller    poller       // nil while none runs
	acceptors []*acceptor
	addr      net.Addr

	readyOnce sync.Once
	readyCh   chan struct{}
	runOnce   atomic.Bool
	draining  atomic.Bool
	stopped   atomic.Bool
	empty     chan struct{} // poked when the last connection has gone
	ended     chan struct{} // closed when Run has ended

	// newPoller makes what Run runs; tests replace it.
	newPoller func(address string, loops int) poller
	canPause  func() bool
}

// deadlines are the timeouts of a Config, in ticks.
type deadlines struct {
	header, body, idle, handler, write, halfClose, linger int64
}

// ErrStopped says that a server can't run, since it has run before.
var ErrStopped = errors.New("loop: the server has run")

// New checks cfg and makes a server; Run starts it.
func New(cfg Config, h Handler) (*Server, error) {
	cfg, err := cfg.withDefaults()
	if err != nil {
		return nil, err
	}
	s := &Server{
		cfg:     cfg,
		handler: h,
		start:   time.Now(),
		ticks: deadlines{
			header:    ticks(cfg.HeaderTimeout),
			body:      ticks(cfg.BodyTimeout),
			idle:      ticks(cfg.IdleTimeout),
			handler:   ticks(cfg.HandlerTimeout),
			write:     ticks(cfg.WriteTimeout),
			halfClose: ticks(cfg.HalfClose),
			linger:    ticks(cfg.Linger),
		},
		inFlight: int64((cfg.MaxInFlight + cfg.Workers - 1) / cfg.Workers),
		readyCh:  make(chan struct{}),
		empty:    make(chan struct{}, 1),
		ended:    make(chan struct{}),
	}
	s.bodies.limit, s.output.limit = cfg.BodyBudget, cfg.OutputBudget
	if s.guard, err = newGuard(cfg.MaxConns, cfg.SpareFiles, cfg.Workers); err != nil {
		return nil, err
	}
	s.newPoller = func(address string, loops int) poller { return newGnetPoller(address, loops, cfg.Log) }
	s.canPause = func() bool { return canPause(cfg.Log) }
	for i := range cfg.Workers {
		s.loops = append(s.loops, newLoop(s, i))
	}
	return s, nil
}

// clock is the time in ticks since the server was made.
func (s *Server) clock() int64 { return int64(time.Since(s.start) / Tick) }

// Loops are the server's loops, by index.
func (s *Server) Loops() []*Loop { return s.loops }

// Ready is closed when all loops run and connections are accepted.
func (s *Server) Ready() <-chan struct{} { return s.readyCh }

// Addr is the address that is listened on: TCP, or else Unix. It is nil
// before Ready.
func (s *Server) Addr() net.Addr {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.addr
}

// Draining reports whether Drain or Stop has been called: the time to fail
// readiness checks.
func (s *Server) Draining() bool { return s.draining.Load() }

// Run listens and serves until Stop or the end of Drain, and then returns
// nil. It returns an error when it can't listen. It can be called once.
func (s *Server) Run() error {
	if !s.runOnce.CompareAndSwap(false, true) {
		return ErrStopped
	}
	defer close(s.ended)
	address, err := s.listen()
	if err == nil {
		var w *watcher
		w, err = newWatcher()
		s.watcher = w
	}
	if err != nil {
		s.closeAcceptors()
		s.closeLoops()
		return err
	}
	stopClock := s.startClock()
	err = s.supervise(address)
	s.closeAcceptors()
	stopClock()
	s.watcher.close()
	s.closeLoops()
	return err
}

// supervise runs pollers until the server is stopped. One that ends by
// itself, which gnet's does when accept(2) fails, is replaced: its
// connections are lost, the server is not.
func (s *Server) supervise(address string) error {
	for {
		p := s.newPoller(address, len(s.loops))
		s.mu.Lock()
		s.poller = p
		s.mu.Unlock()
		if s.stopped.Load() {
			return nil
		}
		s.guard.use(func(on bool) { p.Accept(on) })
		began := time.Now()
		err := p.Run(s)
		s.stopping() // if it did not come that far
		if s.stopped.Load() || s.draining.Load() {
			return nil // no connection is left to wait for
		}
		select {
		case <-s.readyCh:
		default:
			if err == nil {
				err = errors.New("loop: the poller has ended")
			}
			return err
		}
		s.cfg.Log.Error("loop: the poller has ended and is started again", "error", err, "after", time.Since(began))
		time.Sleep(restartPause)
	}
}

// restartPause keeps a poller that can't run from being started in a spin.
const restartPause = 50 * time.Millisecond

// listen opens what is accepted by ourselves and returns the address that
// the poller should listen on, or "".
func (s *Server) listen() (address string, err error) {
	if s.cfg.Unix != "" {
		ln, err := listenUnix(s.cfg.Unix)
		if err != nil {
			return "", err
		}
		s.addAcceptor(ln)
	}
	if s.cfg.Addr == "" {
		return "", nil
	}
	// Whether the address is free, and which port 0 means, is asked by a
	// listener without SO_REUSEPORT: with it, two servers that were started
	// by mistake would share their clients.
	ln, err := net.Listen("tcp", s.cfg.Addr)
	if err != nil {
		if !s.cfg.ShareAddr {
			return "", err
		}
		host, port, e := net.SplitHostPort(s.cfg.Addr)
		if e != nil || port == "0" {
			return "", err
		}
		a, e := net.ResolveTCPAddr("tcp", net.JoinHostPort(host, port))
		if e != nil {
			return "", e
		}
		s.setAddr(a)
		return "tcp://" + s.cfg.Addr, nil
	}
	s.setAddr(ln.Addr())
	if !s.canPause() {
		s.cfg.Log.Warn("loop: reading can't be paused here; connections are accepted by the server itself")
		s.addAcceptor(ln)
		return "", nil
	}
	a := ln.Addr().(*net.TCPAddr)
	if err := ln.Close(); err != nil {
		return "", err
	}
	if a.IP.IsUnspecified() && a.IP.To4() == nil {
		return fmt.Sprintf("tcp://:%d", a.Port), nil // both families
	}
	return "tcp://" + a.String(), nil
}

func (s *Server) setAddr(a net.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addr = a
}

func (s *Server) addAcceptor(ln net.Listener) {
	a := newAcceptor(s, ln)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acceptors = append(s.acceptors, a)
	if s.addr == nil {
		s.addr = ln.Addr()
	}
}

func (s *Server) closeAcceptors() {
	for _, a := range s.acceptors {
		a.close(0)
	}
}

// closeLoops runs what was posted last, on this goroutine: the loops' own are
// gone, and so are all connections.
func (s *Server) closeLoops() {
	for _, l := range s.loops {
		// Those tasks may post others, but not for ever.
		for i := 0; i < 100 && l.inbox.pending(); i++ {
			l.run()
		}
		for _, t := range l.inbox.close() {
			l.do(t)
		}
		if l.started && s.cfg.OnLoopStop != nil {
			s.cfg.OnLoopStop(l)
		}
	}
}

// startClock posts a tick to each loop, ten times a second.
func (s *Server) startClock() (stop func()) {
	quit, done := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(done)
		t := time.NewTicker(Tick)
		defer t.Stop()
		for {
			select {
			case <-t.C:
				s.postTicks()
			case <-quit:
				return
			}
		}
	}()
	return func() {
		close(quit)
		<-done
	}
}

func (s *Server) postTicks() {
	now := int64(time.Since(s.start))
	for _, l := range s.loops {
		// A loop that has not done the last one gets no second.
		if l.tick.posted.CompareAndSwap(0, now) && !l.Post(&l.tick) {
			l.tick.posted.Store(0)
		}
	}
}

// Stop ends the server at once, cutting every connection, and waits until
// Run has ended. It must not be called on a loop.
func (s *Server) Stop() {
	s.draining.Store(true)
	s.stopped.Store(true)
	if !s.runOnce.Load() {
		return
	}
	s.mu.RLock()
	p := s.poller
	s.mu.RUnlock()
	if p != nil {
		p.Stop()
	}
	<-s.ended
}

// Drain ends the server without losing a request: no new connections, each
// answer is the last of its connection, idle connections are closed. It
// returns when the last connection has gone, or after timeout, when what is
// still in work is cancelled with ServerStops. The server is stopped then.
// It returns how many connections were cut.
func (s *Server) Drain(timeout time.Duration) (cut int) {
	late := time.NewTimer(timeout)
	defer late.Stop()
	s.draining.Store(true)
	for _, l := range s.loops {
		l.Post(TaskFunc(func(l *Loop) { l.wheel.each((*conn).drainSoon) }))
	}
	s.refuse()
	for !s.guard.empty() {
		select {
		case <-s.empty:
			continue
		case <-s.ended:
			return 0
		case <-late.C:
		}
		cut = int(s.guard.open.Load())
		s.cancelAll()
		break
	}
	s.Stop()
	return cut
}

// refuse closes all listeners.
func (s *Server) refuse() {
	s.mu.RLock()
	as := s.acceptors
	s.mu.RUnlock()
	var all sync.WaitGroup
	for _, a := range as {
		all.Go(func() { a.close(acceptLast) })
	}
	all.Go(func() {
		// The lock keeps the poller from ending meanwhile: the numbers of its
		// listeners could be somebody else's.
		s.mu.RLock()
		defer s.mu.RUnlock()
		if s.poller != nil {
			s.poller.Refuse()
		}
	})
	all.Wait()
}

// cancelAll answers for every handler that has not, and waits until the
// loops have done so; a loop that is held up for long gets no more time.
func (s *Server) cancelAll() {
	var all sync.WaitGroup
	for _, l := range s.loops {
		all.Add(1)
		ok := l.Post(TaskFunc(func(l *Loop) {
			defer all.Done()
			l.wheel.each(func(c *conn) { c.cancelDue(math.MaxInt64, ServerStops) })
		}))
		if !ok {
			all.Done()
		}
	}
	done := make(chan struct{})
	go func() {
		all.Wait()
		close(done)
	}()
	select {
	case <-done:
		// The answers leave at the end of the batch that the task was in.
		time.Sleep(Tick / 10)
	case <-time.After(Tick):
	case <-s.ended:
	}
}

// up implements events.
func (s *Server) up(i int) {
	l := s.loops[i]
	s.mu.RLock()
	l.poller = s.poller
	s.mu.RUnlock()
	if !l.started {
		l.started = true
		if f := s.cfg.OnLoopStart; f != nil {
			f(l)
		}
	}
	if l.inbox.open() {
		l.run()
	}
}

// ready implements events.
func (s *Server) ready() {
	s.readyOnce.Do(func() {
		for _, a := range s.acceptors {
			go a.run()
		}
		close(s.readyCh)
	})
}

// opened implements events.
func (s *Server) opened(i int, sock socket, remote netip.AddrPort) *conn {
	if s.stopped.Load() {
		return nil
	}
	s.guard.opened(sock.Fd())
	s.loops[i].stat.accepted.Add(1)
	return newConn(s.loops[i], sock, remote)
}

// readable implements events.
func (s *Server) readable(c *conn, p []byte) (open bool) {
	c.feed(p)
	c.loop.finish()
	return !c.dead
}

// closed implements events.
func (s *Server) closed(c *conn) {
	c.closed()
	c.loop.finish()
	s.guard.closed()
	s.pokeEmpty()
}

// pokeEmpty tells Drain when the last connection has gone.
func (s *Server) pokeEmpty() {
	if s.draining.Load() && s.guard.empty() {
		select {
		case s.empty <- struct{}{}:
		default:
		}
	}
}

// posted implements events.
func (s *Server) posted(i int) { s.loops[i].run() }

// stopping implements events: nothing may reach the poller from outside any
// more.
func (s *Server) stopping() {
	s.guard.use(nil)
	s.mu.Lock()
	s.poller = nil
	s.mu.Unlock()
	for _, l := range s.loops {
		l.inbox.shut()
		for l.waking.Load() > 0 {
			time.Sleep(time.Millisecond / 10)
		}
	}
	// Connections on their way to a loop.
	for end := time.Now().Add(Tick); s.guard.coming.Load() > 0 && time.Now().Before(end); {
		time.Sleep(time.Millisecond)
	}
}

// Stats is what a server knows about itself.
type Stats struct {
	Open     int           // connections
	InFlight int           // suspended requests
	Accepted int64         // connections so far
	Requests int64         // given to the handler or refused with 503 so far, a tenth of a second old
	Bodies   int64         // bytes of requests that are held
	Output   int64         // bytes that clients have not taken
	Lag      time.Duration // how late the latest loop is
	WorstLag time.Duration // the latest lag of about the last minute
	Paused   bool          // no connections are accepted
}

// Stats returns the figures of now.
func (s *Server) Stats() Stats {
	st := Stats{
		Open:   int(s.guard.open.Load()),
		Bodies: s.bodies.used.Load(),
		Output: s.output.used.Load(),
		Paused: s.guard.paused.Load(),
	}
	now := time.Since(s.start)
	for _, l := range s.loops {
		st.InFlight += int(l.stat.suspended.Load())
		st.Accepted += l.stat.accepted.Load()
		st.Requests += l.stat.requests.Load()
		lag := time.Duration(l.stat.lag.Load())
		if at := l.tick.posted.Load(); at != 0 {
			lag = max(lag, now-time.Duration(at))
		}
		st.Lag = max(st.Lag, lag)
		st.WorstLag = max(st.WorstLag, lag, time.Duration(l.stat.worst.Load()))
	}
	return st
}
