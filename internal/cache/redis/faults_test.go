package redis_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"etamil/internal/cache"
	"etamil/internal/cache/redis"
	"etamil/internal/db/dbtest"
)

const patience = time.Minute

func open(t testing.TB, url string, timeout time.Duration) *redis.Store {
	t.Helper()
	s, err := redis.New(redis.Options{URL: url, Prefix: "test:", Timeout: timeout})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func bytesItem(s string) cache.Item { return cache.Item{Data: []byte(s)} }

// code is the code of an error, "" without one.
func code(err error) string {
	var e *cache.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint(err)
}

// TestBadURL: what is told of a wrong address never holds its password.
func TestBadURL(t *testing.T) {
	for _, u := range []string{"http://x", "redis://u:secret@h:1/x", "redis://u:secret@[::1", "redis://u:sec%zzret@h"} {
		_, err := redis.New(redis.Options{URL: u})
		if code(err) != cache.CodeError || strings.Contains(err.Error(), "sec") {
			t.Errorf("%s: %v", u, err)
		}
	}
}

// TestNobodyThere: no server is an error soon, and at once when it was so before; one that
// comes later is found.
func TestNobodyThere(t *testing.T) {
	server := dbtest.Redis(t)
	s := open(t, server.URL, time.Second)
	server.Kill()
	began := time.Now()
	for range 200 {
		if _, _, err := s.Get(t.Context(), "a"); code(err) != cache.CodeUnavailable {
			t.Fatalf("error %v", err)
		}
	}
	if d := time.Since(began); d > patience {
		t.Errorf("200 errors took %v", d)
	}
	server.Start(t)
	recovers(t, s)
}

// recovers waits until the store works again, which is to take less than 5 s.
func recovers(t *testing.T, s *redis.Store) {
	t.Helper()
	began := time.Now()
	for {
		if err := s.Set(t.Context(), "again", bytesItem("x"), cache.Options{}); err == nil {
			break
		}
		if time.Since(began) > patience {
			t.Fatal("it does not recover")
		}
		time.Sleep(time.Millisecond)
	}
	t.Logf("recovered after %v", time.Since(began))
}

// TestRestartUnderLoad: a server that is killed and started again while many ask gives
// errors, never a wrong answer, and nobody hangs.
func TestRestartUnderLoad(t *testing.T) {
	server := dbtest.Redis(t)
	s := open(t, server.URL, 500*time.Millisecond)
	var fine, failed, slow atomic.Int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			key := fmt.Sprint("key", i)
			mine := []byte(strings.Repeat(key, 50))
			for {
				select {
				case <-stop:
					return
				default:
				}
				began := time.Now()
				err := s.Set(t.Context(), key, cache.Item{Data: mine}, cache.Options{})
				var it cache.Item
				var ok bool
				if err == nil {
					it, ok, err = s.Get(t.Context(), key)
				}
				if time.Since(began) > patience {
					slow.Add(1)
				}
				switch {
				case err != nil:
					if !cache.Down(err) {
						t.Errorf("error %v", err)
						return
					}
					failed.Add(1)
					time.Sleep(time.Millisecond)
				case ok && !bytes.Equal(it.Data, mine):
					t.Errorf("%s holds %q", key, it.Data)
					return
				default:
					fine.Add(1)
				}
			}
		})
	}
	pass := func(n *atomic.Int64) {
		t.Helper()
		from := n.Load()
		for end := time.Now().Add(patience); n.Load() < from+20; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Error("nothing happens")
				return
			}
		}
	}
	pass(&fine)
	for range 2 {
		server.Kill()
		pass(&failed)
		server.Start(t)
		recovers(t, s)
		pass(&fine)
	}
	close(stop)
	all.Wait()
	if slow.Load() > 0 {
		t.Errorf("%d were slow", slow.Load())
	}
}

// TestHanging: a server that takes connections and says nothing is an error in time, then at
// once; when it goes on, so does the store.
func TestHanging(t *testing.T) {
	server := dbtest.Redis(t)
	s := open(t, server.URL, 100*time.Millisecond)
	recovers(t, s) // on a machine that is busy a tenth of a second can be too short
	server.Signal(syscall.SIGSTOP)
	began := time.Now()
	seen := map[string]int{}
	for range 300 {
		_, _, err := s.Get(t.Context(), "a")
		seen[code(err)]++
	}
	if seen[cache.CodeTimeout] == 0 || seen[cache.CodeUnavailable] == 0 || len(seen) > 2 {
		t.Errorf("errors %v", seen)
	}
	if d := time.Since(began); d > patience {
		t.Errorf("it took %v", d)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, _, err := s.Get(ctx, "a"); !errors.Is(err, context.Canceled) && !cache.Down(err) {
		t.Errorf("a caller that has gone: %v", err)
	}
	server.Signal(syscall.SIGCONT)
	recovers(t, s)
}

// TestPassword: a wrong one is told as such, without it.
func TestPassword(t *testing.T) {
	server := dbtest.Redis(t, "--requirepass", "right")
	for password, want := range map[string]string{"": cache.CodeDenied, ":wrong@": cache.CodeDenied, ":right@": ""} {
		s := open(t, strings.Replace(server.URL, "://", "://"+password, 1), patience)
		err := s.Check(t.Context())
		if want == "" && err != nil || want != "" && (code(err) != want || strings.Contains(err.Error(), "wrong@")) {
			t.Errorf("password %q: %v, want %q", password, err, want)
		}
	}
}

// TestFull: a server without room is an error, not a hang.
func TestFull(t *testing.T) {
	server := dbtest.Redis(t, "--maxmemory", "3mb", "--maxmemory-policy", "noeviction")
	s := open(t, server.URL, patience)
	var err error
	for i := 0; i < 100 && err == nil; i++ {
		err = s.Set(t.Context(), fmt.Sprint(i), cache.Item{Data: make([]byte, 1<<20)}, cache.Options{})
	}
	if code(err) != cache.CodeUnavailable {
		t.Errorf("error %v", err)
	}
}

// TestForeign: what somebody else wrote under a key is no item.
func TestForeign(t *testing.T) {
	for _, c := range []string{"", "abc", "1.5", "\x01", "\x01\xff", "99999999999999999999"} {
		if redis.Readable([]byte(c)) {
			t.Errorf("%q was read", c)
		}
	}
	for _, c := range []string{"0", "-5", "\x01\x00", "\x01\x00abc"} {
		if !redis.Readable([]byte(c)) {
			t.Errorf("%q was not read", c)
		}
	}
}
