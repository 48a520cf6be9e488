package loop

import (
	"math"
	"sync"
	"time"

	"golang.org/x/sys/unix"
)

// This file ends a server without losing a request.

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
	s.mu.RLock()
	for _, a := range s.acceptors {
		a.hurry()
	}
	s.mu.RUnlock()
	s.refuse(time.Now().Add(timeout))
	deadline := time.Now().Add(timeout) // for what ends last, which has time even if the accepting took all
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
	if s.cfg.Last != nil {
		s.cfg.Last(deadline)
	}
	s.Stop()
	return cut
}

// What a drain gives to connections that were made when it began and that nobody has
// accepted yet.
const (
	lastMin = 50 * time.Millisecond // one round trip of a client that is not far away
	lastMax = 5 * time.Second       // for the loops to accept them, however busy the machine is
)

// lastAccepts waits until those who were coming are here and none of them waits to be
// accepted, or giveUp.
func lastAccepts(waiting, giveUp func() bool) {
	for began := time.Now(); time.Since(began) < lastMin || waiting() && !giveUp(); {
		time.Sleep(lastMin / 10)
	}
}

// comers reports whether connections wait to be accepted at a listener.
func comers(fd int) bool {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLIN}}
	n, err := unix.Poll(fds[:], 0)
	return err == nil && n == 1 && fds[0].Revents&unix.POLLIN != 0
}

// refuse closes all listeners, once those who wait there are accepted, or at the deadline.
func (s *Server) refuse(deadline time.Time) {
	if most := time.Now().Add(lastMax); most.Before(deadline) {
		deadline = most
	}
	giveUp := func() bool { return s.stopped.Load() || time.Now().After(deadline) }
	s.mu.RLock()
	as := s.acceptors
	s.mu.RUnlock()
	var all sync.WaitGroup
	for _, a := range as {
		all.Go(func() { a.close(giveUp) })
	}
	all.Go(func() {
		// The lock keeps the poller from ending meanwhile: the numbers of its
		// listeners could be somebody else's.
		s.mu.RLock()
		defer s.mu.RUnlock()
		if s.poller != nil {
			s.poller.Refuse(giveUp)
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

// pokeEmpty tells Drain when the last connection has gone.
func (s *Server) pokeEmpty() {
	if s.draining.Load() && s.guard.empty() {
		select {
		case s.empty <- struct{}{}:
		default:
		}
	}
}
