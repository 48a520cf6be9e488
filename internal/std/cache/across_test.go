//go:build !core

package cache_test

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/internal/db/dbtest"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/cache"
)

// across runs a test with every store that instances share; instance makes one more.
func across(t *testing.T, do func(t *testing.T, instance func() *cache.Service)) {
	for name, o := range map[string]cache.Options{
		"redis":      {URL: dbtest.Redis(t).URL},
		"postgresql": inDatabase(dbtest.Postgres(t).URL),
		"sqlite":     inDatabase(filepath.Join(t.TempDir(), "store.db")),
	} {
		t.Run(name, func(t *testing.T) {
			do(t, func() *cache.Service {
				s := service(t, o)
				warm(t, s)
				return s
			})
		})
	}
}

// says is what a program prints in an instance.
func says(t *testing.T, s *cache.Service, program string) string {
	got := scripttest.Run(t, program, scripttest.Options{More: s.Bind})
	if got.Err != nil {
		t.Error(got.Said())
	}
	return strings.TrimSuffix(got.Out, "\n")
}

// TestRememberAcross: many tasks of two instances wait for one computation.
func TestRememberAcross(t *testing.T) {
	across(t, func(t *testing.T, instance func() *cache.Service) {
		one, two := instance(), instance()
		var all sync.WaitGroup
		for i, s := range []*cache.Service{one, two} {
			all.Go(func() {
				got := says(t, s, fmt.Sprintf(`
					பணி f() { cache.increment("calls"); உறங்கு(1); திரும்பு [%d]; } பணி g() { திரும்பு cache.remember("a", 60, f); }
					x = இணையாக [g(), g(), g()]; அச்சு (x[0] == x[1] மற்றும் x[1] == x[2]) மற்றும் x[0] == cache.get("a");`, i))
				if got != "true" {
					t.Errorf("instance %d: %s", i, got)
				}
			})
		}
		all.Wait()
		if got := says(t, one, `அச்சு cache.get("calls");`); got != "1" {
			t.Errorf("%s computations", got)
		}
	})
}

// TestRememberTakesOver: where an instance fails or is gone, another computes; who waits for one has
// a deadline, and leaves nothing behind.
func TestRememberTakesOver(t *testing.T) {
	across(t, func(t *testing.T, instance func() *cache.Service) {
		one, two := instance(), instance()
		store := storeOf(t, one)
		gone := func(key string, life time.Duration) {
			t.Helper()
			if ok, err := store.Lock(context.Background(), "c:v:"+key, "gone", life); !ok || err != nil {
				t.Fatal(ok, err)
			}
		}
		began := time.Now()
		gone("a", 500*time.Millisecond)
		if got := says(t, two, `அச்சு cache.remember("a", 60, செயல்() { திரும்பு 7; });`); got != "7" || time.Since(began) < 200*time.Millisecond {
			t.Errorf("%s after %v", got, time.Since(began))
		}
		gone("b", time.Hour)
		got := says(t, two, `செயல் f() { திரும்பு 8; } முயல் { காலக்கெடு(0.1) { cache.remember("b", 60, f); } } பிழை(e) { அச்சு e.code; }
			த = தொடங்கு { cache.remember("b", 60, f); }; உறங்கு(0.05); த.cancel(); முயல் { காத்திரு த; } பிழை(e) { அச்சு e.code; }`)
		if got != "timeout\ncancelled" {
			t.Error(got)
		}
		if err := store.Unlock(context.Background(), "c:v:b", "gone"); err != nil {
			t.Fatal(err)
		}
		if got := says(t, two, `அச்சு cache.remember("b", 60, செயல்() { திரும்பு 9; });`); got != "9" {
			t.Error(got)
		}
		// One that fails elsewhere.
		var all sync.WaitGroup
		all.Go(func() {
			says(t, one, `முயல் { cache.remember("c", 60, செயல்() { உறங்கு(0.5); எறி பிழை_ஆக்கு("x"); }); } பிழை(e) { அச்சு e.code; }`)
		})
		time.Sleep(200 * time.Millisecond)
		if got := says(t, two, `அச்சு cache.remember("c", 60, செயல்() { திரும்பு 10; });`); got != "10" {
			t.Error(got)
		}
		all.Wait()
		// What is stale is given while another instance refreshes it.
		if got := says(t, one, `செயல் f() { திரும்பு cache.increment("n"); } அச்சு cache.remember("d", 0.2, f, {stale: 60});`); got != "1" {
			t.Error(got)
		}
		time.Sleep(400 * time.Millisecond)
		gone("d", time.Hour)
		if got := says(t, two, `செயல் f() { திரும்பு cache.increment("n"); } அச்சு cache.remember("d", 0.2, f, {stale: 60}); உறங்கு(0.3); அச்சு cache.get("n");`); got != "1\n1" {
			t.Error(got)
		}
	})
}
