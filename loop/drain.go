package loop

import (
	"math"
	"sync"
	"time"
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
	s.refuse()
	deadline := time.Now().Add(timeout)
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

// pokeEmpty tells Drain when the last connection has gone.
func (s *Server) pokeEmpty() {
	if s.draining.Load() && s.guard.empty() {
		select {
		case s.empty <- struct{}{}:
		default:
		}
	}
}
