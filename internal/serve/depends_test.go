package serve

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"etamil/internal/std/db"
)

func TestReadyAsksWhatTheProgramDependsOn(t *testing.T) {
	var asked, broken atomic.Int64
	var waiting atomic.Bool
	gate := make(chan struct{})
	checks := []Check{
		{"database", func(ctx context.Context) error {
			asked.Add(1)
			if broken.Load() == 1 {
				return errors.New("no route to 10.0.0.7")
			}
			return nil
		}},
		{"cache", func(ctx context.Context) error {
			if broken.Load() == 2 {
				waiting.Store(true)
				select {
				case <-gate:
				case <-ctx.Done():
				}
				return ctx.Err()
			}
			return nil
		}},
	}
	s := open(t, `server.on("GET", "/", செயல்() { திரும்பு "x"; });`, settings{checks: checks, flags: map[string]string{"workers": "1"}})
	const good = `{"status":"ok","checks":{"database":"ok","cache":"ok"}}`
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if r, err := s.try("GET", "/ready", ""); err != nil || r.status != 200 || r.body != good {
				t.Errorf("%v %v", r, err)
			}
		})
	}
	all.Wait()
	if n := asked.Load(); n != 1 {
		t.Errorf("asked %d times at once", n)
	}
	forget := func() {
		s.app.dependencies.mu.Lock()
		defer s.app.dependencies.mu.Unlock()
		s.app.dependencies.last = nil
	}
	broken.Store(1)
	s.want(s.ask("GET", "/ready", ""), 200, good) // said just before
	forget()
	s.want(s.ask("GET", "/ready", ""), 503, `{"status":"unavailable","checks":{"database":"failed","cache":"ok"}}`)
	if !strings.Contains(s.logs.String(), "10.0.0.7") {
		t.Errorf("the log does not say why:\n%s", s.logs)
	}
	// One that does not answer holds up nobody, and /health least of all.
	broken.Store(2)
	forget()
	slow := make(chan reply)
	go func() {
		r, _ := s.try("GET", "/ready", "")
		slow <- r
	}()
	eventually(t, "the cache is asked", waiting.Load)
	s.want(s.ask("GET", "/", ""), 200, "x")
	s.want(s.ask("GET", "/health", ""), 200, `{"status":"ok"}`)
	close(gate)
	if r := <-slow; r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	broken.Store(0)
}

func TestReadyWithADatabase(t *testing.T) {
	databases := db.New()
	defer databases.Close()
	s := open(t, `
தளம்_இணை சீகுலைட், ":memory:";
server.on("GET", "/", செயல்() { திரும்பு query_async("SELECT 1 AS a", []); });
`, settings{bind: databases.Bind, checks: []Check{{"database", databases.Check}}})
	s.want(s.ask("GET", "/ready", ""), 200, `{"status":"ok","checks":{"database":"ok"}}`)
	s.want(s.ask("GET", "/", ""), 200, `[{"a":1}]`)
}
