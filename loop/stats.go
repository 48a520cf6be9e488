package loop

import "time"

// Stats is what a server knows about itself.
type Stats struct {
	Open     int           // connections
	InFlight int           // suspended requests
	Accepted int64         // connections so far
	Requests int64         // given to the handler or refused with 503 so far, a tenth of a second old
	Expelled int64         // connections cut so far for lack of room
	Bodies   int64         // bytes of requests that are held
	Output   int64         // bytes that clients have not taken
	Lag      time.Duration // how late the latest loop is
	WorstLag time.Duration // the latest lag of about the last minute
	Paused   bool          // no connections are accepted
}

// Stats returns the figures of now.
func (s *Server) Stats() Stats {
	st := Stats{
		Open:     int(s.guard.open.Load()),
		InFlight: int(s.suspended.Load()),
		Bodies:   s.bodies.used.Load(),
		Output:   s.output.used.Load(),
		Paused:   s.guard.paused.Load(),
	}
	now := time.Since(s.start)
	for _, l := range s.loops {
		st.Accepted += l.stat.accepted.Load()
		st.Expelled += l.stat.expelled.Load()
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
