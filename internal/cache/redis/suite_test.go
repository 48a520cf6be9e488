package redis_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"etamil/internal/cache"
	"etamil/internal/cache/redis"
	"etamil/internal/db/dbtest"
	"etamil/internal/value"
)

const patience = 20 * time.Second

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

// TestSuite is one suite over both stores.
func TestSuite(t *testing.T) {
	server := dbtest.Redis(t)
	for name, s := range map[string]cache.Store{
		"memory": cache.NewMemory(64<<20, nil),
		"redis":  open(t, server.URL, 5*time.Second),
	} {
		t.Run(name, func(t *testing.T) { suite(t, s) })
	}
}

func suite(t *testing.T, s cache.Store) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	get := func(key string) string {
		t.Helper()
		it, ok, err := s.Get(ctx, key)
		must(err)
		switch {
		case !ok:
			return "nothing"
		case it.Data == nil:
			return "number " + it.Value.Decimal().String()
		}
		return string(it.Data)
	}
	want := func(got, want any) {
		t.Helper()
		if got != want {
			t.Errorf("got %v, want %v", got, want)
		}
	}
	t.Run("values", func(t *testing.T) {
		want(get("a"), "nothing")
		must(s.Set(ctx, "a", bytesItem("x\x00\xff"), cache.Options{}))
		want(get("a"), "x\x00\xff")
		must(s.Set(ctx, "a", bytesItem("y"), cache.Options{}))
		want(get("a"), "y")
		must(s.Set(ctx, "சாவி \r\n$5", bytesItem("z"), cache.Options{}))
		want(get("சாவி \r\n$5"), "z")
		ok, err := s.Delete(ctx, "a")
		must(err)
		want(ok, true)
		ok, err = s.Delete(ctx, "a")
		must(err)
		want(ok, false)
		want(get("a"), "nothing")
		big := strings.Repeat("பெரிய ", 400_000)
		must(s.Set(ctx, "big", bytesItem(big), cache.Options{}))
		want(get("big") == big, true)
	})
	t.Run("freshness", func(t *testing.T) {
		at := time.UnixMilli(1_800_000_000_123)
		must(s.Set(ctx, "fresh", cache.Item{Data: []byte("f"), Fresh: at}, cache.Options{TTL: time.Minute}))
		it, ok, err := s.Get(ctx, "fresh")
		must(err)
		want(ok && it.Fresh.Equal(at), true)
	})
	t.Run("time", func(t *testing.T) {
		must(s.Set(ctx, "short", bytesItem("x"), cache.Options{TTL: 20 * time.Millisecond}))
		must(s.Set(ctx, "long", bytesItem("x"), cache.Options{TTL: time.Hour}))
		must(s.Set(ctx, "cut", bytesItem("x"), cache.Options{TTL: time.Hour}))
		must(s.Set(ctx, "saved", bytesItem("x"), cache.Options{TTL: 40 * time.Millisecond}))
		ok, err := s.Expire(ctx, "cut", time.Millisecond)
		must(err)
		want(ok, true)
		_, err = s.Expire(ctx, "saved", time.Hour)
		must(err)
		ok, err = s.Expire(ctx, "none", time.Hour)
		must(err)
		want(ok, false)
		for end := time.Now().Add(patience); get("short") != "nothing" || get("cut") != "nothing"; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("it does not end")
			}
		}
		time.Sleep(50 * time.Millisecond)
		want(get("long"), "x")
		want(get("saved"), "x")
	})
	t.Run("counting", func(t *testing.T) {
		add := func(key string, by, expect int64) {
			t.Helper()
			n, err := s.Add(ctx, key, by, time.Hour)
			must(err)
			want(n, expect)
		}
		add("n", 1, 1)
		add("n", 41, 42)
		add("n", -50, -8)
		want(get("n"), "number -8")
		must(s.Set(ctx, "n", cache.Item{Value: value.Int(100)}, cache.Options{}))
		add("n", 1, 101)
		must(s.Set(ctx, "n", bytesItem("ten"), cache.Options{}))
		_, err := s.Add(ctx, "n", 1, 0)
		want(code(err), cache.CodeNotNumber)
		want(get("n"), "ten")
		add("most", math.MaxInt64, math.MaxInt64)
		_, err = s.Add(ctx, "most", 1, 0)
		want(code(err), cache.CodeNotNumber)
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				for range 100 {
					if _, err := s.Add(ctx, "many", 1, 0); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		want(get("many"), "number 800")
	})
	t.Run("tags", func(t *testing.T) {
		tagged := func(key string, tags ...string) {
			t.Helper()
			must(s.Set(ctx, key, bytesItem(key), cache.Options{TTL: time.Hour, Tags: tags}))
		}
		tagged("p1", "goods", "red")
		tagged("p2", "goods")
		tagged("p3", "red", "red")
		tagged("p4")
		must(s.Set(ctx, "p5", bytesItem("p5"), cache.Options{Tags: []string{"goods"}}))
		drop := func(tag string, expect int) {
			t.Helper()
			n, err := s.DeleteTag(ctx, tag)
			must(err)
			want(n, expect)
		}
		drop("blue", 0)
		drop("goods", 3)
		want(get("p1")+get("p2")+get("p3")+get("p4")+get("p5"), "nothingnothingp3p4nothing")
		tagged("p2", "goods")
		want(get("p2"), "p2")
		drop("red", 1)
		want(get("p2")+get("p3"), "p2nothing")
		_, err := s.Expire(ctx, "p2", time.Hour)
		must(err)
		drop("goods", 1)
		want(get("p2"), "nothing")
		for i := range 2500 {
			tagged(fmt.Sprint("q", i), "lots")
		}
		drop("lots", 2500)
	})
	t.Run("locks", func(t *testing.T) {
		take := func(token string, ttl time.Duration, expect bool) {
			t.Helper()
			ok, err := s.Lock(ctx, "lock", token, ttl)
			must(err)
			want(ok, expect)
		}
		take("me", time.Hour, true)
		take("you", time.Hour, false)
		take("me", time.Hour, true)
		must(s.Unlock(ctx, "lock", "you"))
		take("you", time.Hour, false)
		must(s.Unlock(ctx, "lock", "me"))
		take("you", 20*time.Millisecond, true)
		time.Sleep(40 * time.Millisecond)
		take("me", time.Hour, true)
	})
	t.Run("rates", func(t *testing.T) {
		r := cache.Rate{Count: 10, Period: time.Hour, Burst: 3}
		for range 3 {
			turn, err := s.Take(ctx, "client", r)
			must(err)
			want(turn.Wait, time.Duration(0))
		}
		turn, err := s.Take(ctx, "client", r)
		must(err)
		if turn.Wait < 5*time.Minute || turn.Wait > 6*time.Minute || turn.Full < 17*time.Minute || turn.Full > 18*time.Minute {
			t.Errorf("turn %v", turn)
		}
		turn, err = s.Take(ctx, "other", r)
		must(err)
		want(turn, cache.Turn{Full: 6 * time.Minute})
		fast := cache.Rate{Count: 1000, Period: time.Second, Burst: 1}
		got := 0
		for end := time.Now().Add(patience); got < 20; {
			turn, err := s.Take(ctx, "fast", fast)
			must(err)
			if turn.Wait == 0 {
				got++
			} else if turn.Wait > time.Millisecond {
				t.Fatalf("turn %v", turn)
			}
			if time.Now().After(end) {
				t.Fatal("a rate gives nothing")
			}
		}
	})
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
				if time.Since(began) > 15*time.Second {
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
	if err := s.Set(t.Context(), "a", bytesItem("x"), cache.Options{}); err != nil {
		t.Fatal(err)
	}
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
	if d := time.Since(began); d > 15*time.Second {
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
		s := open(t, strings.Replace(server.URL, "://", "://"+password, 1), 5*time.Second)
		err := s.Check(t.Context())
		if want == "" && err != nil || want != "" && (code(err) != want || strings.Contains(err.Error(), "wrong@")) {
			t.Errorf("password %q: %v, want %q", password, err, want)
		}
	}
}

// TestFull: a server without room is an error, not a hang.
func TestFull(t *testing.T) {
	server := dbtest.Redis(t, "--maxmemory", "3mb", "--maxmemory-policy", "noeviction")
	s := open(t, server.URL, 5*time.Second)
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
