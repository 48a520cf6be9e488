//go:build !core

package serve

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/internal/cache"
	"etamil/internal/cache/redis"
	"etamil/internal/db/dbtest"
)

// TestSessionInstances: what one instance keeps the other has, with a store on Redis and in
// PostgreSQL; and a store that is away is the client's to know.
func TestSessionInstances(t *testing.T) {
	server := dbtest.Redis(t)
	pg := dbtest.Postgres(t)
	for name, make := range map[string]func() cache.Store{
		"redis": func() cache.Store {
			r, err := redis.New(redis.Options{URL: server.URL, Timeout: 5 * time.Second})
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = r.Close() })
			return r
		},
		"postgresql": func() cache.Store { return sessionsIn(t, pg.URL) },
	} {
		t.Run(name, func(t *testing.T) {
			first, second := make(), make()
			one := launch(t, sessionProgram, settings{cache: first, shared: true})
			defer one.stop()
			two := launch(t, sessionProgram, settings{cache: second, shared: true})
			defer two.stop()
			b := &browser{s: one}
			b.get("/set/a/1")
			b.s = two
			if got := b.get("/set/b/2"); got != `200 {"a":"1","b":"2"}` {
				t.Error(got)
			}
			b.get("/login")
			b.s = one
			if got := b.get("/get/b"); got != `200 {"v":"2"}` {
				t.Error(got)
			}
			var all sync.WaitGroup
			for i := range 6 {
				all.Go(func() {
					(&browser{s: []*site{one, two}[i%2], cookie: b.cookie}).get(fmt.Sprintf("/slow/n%d/%d", i, i))
				})
			}
			all.Wait()
			for i := range 6 {
				if got := b.get(fmt.Sprintf("/get/n%d", i)); got != fmt.Sprintf(`200 {"v":"%d"}`, i) {
					t.Error(got)
				}
			}
			b.get("/logout")
			if got := (&browser{s: two, cookie: b.cookie}).get("/get/b"); got != `200 {"v":"none"}` {
				t.Error(got)
			}
		})
	}
	gone, err := redis.New(redis.Options{URL: "redis://127.0.0.1:1", Timeout: 200 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer gone.Close()
	s := open(t, sessionProgram, settings{cache: gone, shared: true})
	b := &browser{s: s}
	if got := b.get("/set/a/1"); !strings.HasPrefix(got, "503 ") || b.line != "" {
		t.Errorf("%s %q", got, b.line)
	}
	if got := b.get("/nothing"); got != "200 1" {
		t.Error(got)
	}
	b.cookie = "etamil_session=" + strings.Repeat("A", 26)
	if got := b.get("/get/a"); !strings.HasPrefix(got, "503 ") {
		t.Error(got)
	}
}
