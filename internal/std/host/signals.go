package host

import (
	"context"
	"os"
	"os/signal"
	"sync"
	"syscall"
)

// signals are the ones that a program can handle itself.
var signals = map[string]os.Signal{"SIGTERM": syscall.SIGTERM, "SIGINT": syscall.SIGINT, "SIGHUP": syscall.SIGHUP}

// Signals knows which signals of the system the program handles itself. The zero value is
// ready; it is safe for concurrent use.
type Signals struct {
	mu    sync.Mutex
	taken map[os.Signal]int
}

// Signal is some signals that a program has taken.
type Signal struct {
	s     *Signals
	came  chan os.Signal
	of    []os.Signal
	close sync.Once
}

// nobodys are those of programs whose Host has none.
var nobodys Signals

// Take has the program handle these signals, until Close. s may be nil.
func (s *Signals) Take(names []string) (*Signal, error) {
	if s == nil {
		s = &nobodys
	}
	t := &Signal{s: s, came: make(chan os.Signal, 1)}
	for _, name := range names {
		sig := signals[name]
		if sig == nil {
			return nil, Raise("argument", "'"+name+"' என்ற குறிகையை நிரல் கையாள முடியாது: SIGTERM, SIGINT, SIGHUP", "a program cannot handle the signal '"+name+"': SIGTERM, SIGINT, SIGHUP")
		}
		t.of = append(t.of, sig)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.taken == nil {
		s.taken = map[os.Signal]int{}
	}
	for _, sig := range t.of {
		s.taken[sig]++
	}
	signal.Notify(t.came, t.of...)
	return t, nil
}

// Taken reports whether the program handles that signal: then nobody else does.
func (s *Signals) Taken(sig os.Signal) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.taken[sig] > 0
}

// Wait waits for the next one and gives its name.
func (t *Signal) Wait(ctx context.Context) (string, error) {
	select {
	case sig := <-t.came:
		for name, s := range signals {
			if s == sig {
				return name, nil
			}
		}
		return sig.String(), nil
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// Portable says that a handle of it may go to any fiber.
func (t *Signal) Portable() {}

// Close gives them back.
func (t *Signal) Close() error {
	t.close.Do(func() {
		signal.Stop(t.came)
		t.s.mu.Lock()
		defer t.s.mu.Unlock()
		for _, sig := range t.of {
			t.s.taken[sig]--
		}
	})
	return nil
}
