package loop

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"sync"
	"syscall"
	"time"
)

// acceptor accepts connections itself and hands them to the loops in turn:
// for Unix sockets, which would make gnet give up one listener per loop, and
// for TCP where the poller's own listeners can't be paused. It costs twice
// the processor time of the poller's own accepting.
type acceptor struct {
	srv    *Server
	ln     net.Listener
	once   sync.Once
	done   chan struct{} // closed when run has ended
	ran    bool
	tls    bool                  // what it accepts speaks TLS
	away   map[net.Conn]struct{} // connections that shake hands or speak HTTP/2
	served sync.WaitGroup        // their goroutines
	mu     sync.Mutex
}

const (
	acceptPause = 5 * time.Millisecond  // when there is no room, or accept(2) fails
	acceptLast  = 50 * time.Millisecond // for what waits to be accepted when a drain begins
)

func newAcceptor(s *Server, ln net.Listener) *acceptor {
	return &acceptor{srv: s, ln: ln, done: make(chan struct{})}
}

// raw is the listener's descriptor; false when it has none, or is closed.
func (a *acceptor) raw() (syscall.RawConn, bool) {
	ln, ok := a.ln.(syscall.Conn)
	if !ok {
		return nil, false
	}
	raw, err := ln.SyscallConn()
	return raw, err == nil
}

// listenUnix listens on path, in place of a socket that a process which has
// died left there. Nobody is accepted before the socket has its permissions.
func listenUnix(path string, mode fs.FileMode) (net.Listener, error) {
	ln, err := net.Listen("unix", path)
	if err != nil && isLeft(path) && os.Remove(path) == nil {
		ln, err = net.Listen("unix", path)
	}
	if err != nil {
		return nil, err
	}
	if err := os.Chmod(path, mode); err != nil {
		ln.Close()
		return nil, err
	}
	return ln, nil
}

// isLeft reports whether path is a socket that nobody listens on.
func isLeft(path string) bool {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&fs.ModeSocket == 0 {
		return false
	}
	c, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		c.Close()
	}
	return errors.Is(err, syscall.ECONNREFUSED)
}

// run accepts until the listener is closed.
func (a *acceptor) run() {
	a.mu.Lock()
	a.ran = true
	a.mu.Unlock()
	defer close(a.done)
	for i := 0; ; i++ {
		for a.srv.guard.full() && !a.srv.draining.Load() {
			time.Sleep(acceptPause)
		}
		c, err := a.ln.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) || errors.Is(err, os.ErrDeadlineExceeded) {
				return
			}
			// Descriptors have run out, or a client has gone again.
			time.Sleep(acceptPause)
			continue
		}
		if a.tls {
			a.srv.guard.coming.Add(1)
			go a.secure(i%len(a.srv.loops), c)
		} else {
			a.hand(i%len(a.srv.loops), c)
		}
	}
}

// hand gives c to loop i.
func (a *acceptor) hand(i int, c net.Conn) {
	s := a.srv
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.poller == nil {
		c.Close()
		return
	}
	s.guard.coming.Add(1)
	s.poller.Enroll(i, c, func() {
		s.guard.coming.Add(-1)
		s.pokeEmpty()
	})
}

// close stops accepting, after taking for the given time what comes.
func (a *acceptor) close(last time.Duration) {
	a.once.Do(func() {
		a.mu.Lock()
		ran := a.ran
		a.mu.Unlock()
		if u, ok := a.ln.(*net.UnixListener); ok && last > 0 {
			// The path goes first: whoever comes now is refused.
			_ = os.Remove(u.Addr().String())
			u.SetUnlinkOnClose(false)
		}
		if d, ok := a.ln.(interface{ SetDeadline(time.Time) error }); ok && ran && last > 0 {
			_ = d.SetDeadline(time.Now().Add(last))
			<-a.done
		}
		a.ln.Close()
		if ran {
			<-a.done
		}
	})
}
