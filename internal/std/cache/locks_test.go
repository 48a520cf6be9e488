package cache_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/compile"
	"etamil/internal/db/dbtest"
	"etamil/internal/sched"
	"etamil/internal/script/scripttest"
	"etamil/internal/std/cache"
	"etamil/internal/std/host"
	"etamil/vm"
)

// TestLocksAcrossInstances: of several instances one at a time is in a block, and nobody is
// left out.
func TestLocksAcrossInstances(t *testing.T) {
	for name, o := range map[string]cache.Options{
		"redis":   {URL: dbtest.Redis(t).URL},
		"mariadb": inDatabase(dbtest.MariaDB(t).URL),
	} {
		t.Run(name, func(t *testing.T) {
			o.OnlyCommon = o.Database != nil // the cache itself stays in memory
			locksAcrossInstances(t, o)
		})
	}
}

func locksAcrossInstances(t *testing.T, o cache.Options) {
	var inside, most, total atomic.Int64
	var instances sync.WaitGroup
	for range 3 {
		s := service(t, o)
		instances.Go(func() {
			for range 10 {
				h, err := s.Lock(t.Context(), "a")
				if err != nil {
					t.Error(err)
					return
				}
				h.Keep()
				n := inside.Add(1)
				for m := most.Load(); n > m && !most.CompareAndSwap(m, n); m = most.Load() {
				}
				time.Sleep(time.Millisecond)
				total.Add(1)
				inside.Add(-1)
				h.Release()
			}
		})
	}
	instances.Wait()
	if most.Load() != 1 || total.Load() != 30 {
		t.Errorf("%d at once, %d in all", most.Load(), total.Load())
	}
}

// TestLockGivesUp: who waits for a lock is told when it has waited enough, and who is told
// that the server is away holds nothing.
func TestLockGivesUp(t *testing.T) {
	server := dbtest.Redis(t)
	s := service(t, cache.Options{URL: server.URL})
	h, err := s.Lock(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Millisecond)
	defer cancel()
	var e *vm.Error
	if _, err := s.Lock(ctx, "a"); !errors.As(err, &e) {
		t.Errorf("error %v", err)
	}
	h.Release()
	h.Release()
	if _, err := s.Lock(t.Context(), "a"); err != nil {
		t.Error(err)
	}
	server.Kill()
	if _, err := s.Lock(t.Context(), "b"); !errors.As(err, &e) || e.Code != "cache.unavailable" {
		t.Errorf("error %v", err)
	}
}

// TestLockStatement: பூட்டு of two programs with one store, which count together.
func TestLockStatement(t *testing.T) {
	server := dbtest.Redis(t)
	const text = `
		பணி f() { ஒவ்வொரு i இல் வீச்சு(1, 10) { பூட்டு("k") { n = cache.get("n", 0); உறங்கு(0.001); cache.set("n", n + 1); } } }
		[a, b] = இணையாக [f(), f()];
		முயல் { பூட்டு("k") { எறி பிழை_ஆக்கு("x"); } } பிழை(e) { }
		த = தொடங்கு { பூட்டு("m") { உறங்கு(100); } }; உறங்கு(0.05); த.cancel();
		பூட்டு("m") { பூட்டு("k") { } }`
	var instances sync.WaitGroup
	for range 2 {
		s := service(t, cache.Options{URL: server.URL})
		img := scripttest.Image(t, text, compile.Options{Lenient: true}, s.Bind)
		instances.Go(func() {
			m := vm.NewMachine(img, vm.Limits{})
			h := host.New(nil, false)
			h.Locks = s
			m.Data = h
			f := m.NewFiber()
			f.StartMain()
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			sched.Run(ctx, f)
			if err := f.Err(); err != nil {
				t.Error(err)
			}
			f.Release()
		})
	}
	instances.Wait()
	it, _, err := storeOf(t, service(t, cache.Options{URL: server.URL})).Get(t.Context(), "v:n")
	if n, _ := it.Value.Decimal().Int64(); err != nil || n != 40 {
		t.Errorf("they counted to %d, %v; want 40", n, err)
	}
}
