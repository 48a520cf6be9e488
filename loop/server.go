package loop

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Server owns the listeners, the loops and all connections. Its methods may
// be called from any goroutine.
type Server struct {
	cfg     Config
	handler Handler
	start   time.Time

	ticks     deadlines
	bodies    budget
	output    budget
	suspended atomic.Int64 // requests of all loops
	wanted    atomic.Int64 // how many idle connections each loop is to close, for those who wait to be accepted

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
	place     int // a socket that has the address and does not listen, until Run has ended; -1: none

	readyOnce sync.Once
	readyCh   chan struct{}
	runOnce   atomic.Bool
	draining  atomic.Bool
	stopped   atomic.Bool
	turn      atomic.Int64  // of DialFrom
	guests    atomic.Int64  // connections that belong to goroutines: those of HTTP/2
	empty     chan struct{} // poked when the last connection has gone
	ended     chan struct{} // closed when Run has ended

	// newPoller makes what Run runs; tests replace it.
	newPoller func(address string, loops int) poller
	canPause  func() bool
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
		place:   -1,
		ticks: deadlines{
			header:    ticks(cfg.HeaderTimeout),
			body:      ticks(cfg.BodyTimeout),
			idle:      ticks(cfg.IdleTimeout),
			handler:   ticks(cfg.HandlerTimeout),
			write:     ticks(cfg.WriteTimeout),
			halfClose: ticks(cfg.HalfClose),
			linger:    ticks(cfg.Linger),
		},
		readyCh: make(chan struct{}),
		empty:   make(chan struct{}, 1),
		ended:   make(chan struct{}),
	}
	s.bodies.limit, s.output.limit = cfg.BodyBudget, cfg.OutputBudget
	if s.guard, err = newGuard(cfg.MaxConns, cfg.SpareFiles, cfg.Workers); err != nil {
		return nil, err
	}
	s.guard.log = cfg.Log
	s.newPoller = func(address string, loops int) poller {
		p := newGnetPoller(address, loops, cfg.Log)
		p.oneByOne = cfg.OneByOne
		return p
	}
	if cfg.Local {
		s.newPoller = func(_ string, loops int) poller { return newLocalPoller(loops) }
	}
	s.canPause = func() bool { return canPause(cfg.Log) }
	for i := range cfg.Workers {
		s.loops = append(s.loops, newLoop(s, i))
	}
	return s, nil
}

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
	defer s.leave()
	switch {
	case err != nil:
	case s.cfg.Local:
		s.watcher = nobodyWaits{}
	default:
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

// leave gives the address up.
func (s *Server) leave() {
	if s.place >= 0 {
		_ = unix.Close(s.place)
	}
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

// closeLoops runs what was posted last, on this goroutine: the loops' own are
// gone, and so are all connections.
func (s *Server) closeLoops() {
	for _, l := range s.loops {
		l.wheel.each(func(c *conn) { // clients of DialFrom, which no poller has closed
			if v, ok := c.sock.(localSocket); ok && !c.dead {
				v.c.end()
			}
		})
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

// up implements events.
func (s *Server) up(i int) {
	l := s.loops[i]
	s.mu.RLock()
	p := s.poller
	s.mu.RUnlock()
	l.poller = p
	l.waits.Store(&p)
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
	var doors []syscall.RawConn
	for _, a := range s.acceptors {
		if raw, ok := a.raw(); ok {
			doors = append(doors, raw)
		}
	}
	s.mu.RLock()
	s.poller.Heed(doors)
	s.mu.RUnlock()
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
	c := newConn(s.loops[i], sock, remote)
	if !c.within() {
		s.guard.opened(sock.Fd())
		s.loops[i].stat.accepted.Add(1)
	}
	return c
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
	if !c.within() {
		s.guard.closed()
	}
	s.pokeEmpty()
}

// unsent implements events.
func (s *Server) unsent(c *conn, p []byte, o ownership, err error) { c.unsent(p, o, err) }

// alone implements events. Where goroutines accept, which they do for TLS and Unix sockets, new
// connections wait for a processor as well, and so does HTTP/2.
func (s *Server) alone(i int) bool {
	return s.loops[i].suspended == 0 && s.loops[i].locals == 0 && s.guard.coming.Load() == 0 && s.guests.Load() == 0
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
