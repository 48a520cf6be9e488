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
	tls    bool              // what it accepts speaks TLS
	away   map[net.Conn]bool // connections that shake hands (true) or speak HTTP/2
	served sync.WaitGroup    // their goroutines
	mu     sync.Mutex
}

// acceptPause is waited when there is no room, or accept(2) fails.
const acceptPause = 5 * time.Millisecond

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
			a.srv.guard.waits()
			time.Sleep(acceptPause)
		}
		c, err := a.ln.Accept()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
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

// close stops accepting. Unless giveUp is nil, what waits to be accepted is accepted
// before, until giveUp.
func (a *acceptor) close(giveUp func() bool) {
	a.once.Do(func() {
		a.mu.Lock()
		ran := a.ran
		a.mu.Unlock()
		if giveUp != nil && ran {
			a.stopComing()
			lastAccepts(a.comers, giveUp)
		}
		a.ln.Close()
		if ran {
			<-a.done
		}
	})
}

// stopComing has the kernel let nobody come any more.
func (a *acceptor) stopComing() {
	if u, ok := a.ln.(*net.UnixListener); ok {
		// Without its path whoever comes is refused.
		_ = os.Remove(u.Addr().String())
		u.SetUnlinkOnClose(false)
	} else if raw, ok := a.raw(); ok {
		_ = raw.Control(func(fd uintptr) { dropNew(int(fd)) }) // fails for a closed one only
	}
}

// comers reports whether connections wait to be accepted.
func (a *acceptor) comers() (some bool) {
	if raw, ok := a.raw(); ok {
		_ = raw.Control(func(fd uintptr) { some = comers(int(fd)) })
	}
	return some
}
