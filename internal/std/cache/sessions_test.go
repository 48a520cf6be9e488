package cache_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	store "etamil/internal/cache"
	"etamil/internal/std/cache"
)

// TestSessionsStay: in memory, what a program caches does not push out sessions, however much it is.
func TestSessionsStay(t *testing.T) {
	s := cache.New(func() cache.Options {
		o := cache.Defaults
		o.Memory = 1 << 20
		return o
	})
	defer s.Close()
	kept, err := s.Store()
	if err != nil {
		t.Fatal(err)
	}
	sessions, err := s.Sessions()
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	key := func(i int) string { return string(store.Sessions) + fmt.Sprint(i) }
	set := func(in store.Store, key string) {
		t.Helper()
		if err := in.Set(ctx, key, store.Item{Data: make([]byte, 200)}, store.Options{TTL: time.Hour}); err != nil {
			t.Fatal(err)
		}
	}
	const visitors = 200
	found := func() (n int) {
		for i := range visitors {
			if _, ok, err := sessions.Get(ctx, key(i)); ok && err == nil {
				n++
			}
		}
		return n
	}
	for i := range visitors {
		set(sessions, key(i))
	}
	for i := range 20_000 {
		set(kept, fmt.Sprint("program ", i))
	}
	if n := found(); n < visitors {
		t.Errorf("%d of %d visitors are still known", n, visitors)
	}
}
