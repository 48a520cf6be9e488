package host

import "time"

// Clock is where time comes from: the system's, or one that a test moves. It is safe for
// concurrent use.
type Clock interface {
	// Now is the time, with a monotonic reading where there is one.
	Now() time.Time
	// After calls wake once when d has passed, on any goroutine, unless stop came first:
	// it reports whether it did.
	After(d time.Duration, wake func()) (stop func() bool)
}

// System is the clock of the machine.
type System struct{}

// Now is time.Now.
func (System) Now() time.Time { return time.Now() }

// After is time.AfterFunc.
func (System) After(d time.Duration, wake func()) func() bool { return time.AfterFunc(d, wake).Stop }
