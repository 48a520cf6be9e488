package loop

import "time"

// deadlines are the timeouts of a Config, in ticks.
type deadlines struct {
	header, body, idle, handler, write, halfClose, linger int64
}

// clock is the time in ticks since the server was made.
func (s *Server) clock() int64 { return int64(time.Since(s.start) / Tick) }

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
