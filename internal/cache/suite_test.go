//go:build !core

package cache_test

import (
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/cache"
	"etamil/internal/cache/redis"
	"etamil/internal/cache/sql"
	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	stddb "etamil/internal/std/db"
	"etamil/internal/value"
)

const (
	patience = time.Minute
	timeout  = time.Minute // of one command
)

func bytesItem(s string) cache.Item { return cache.Item{Data: []byte(s)} }

// code is the code of an error, "" without one.
func code(err error) string {
	var e *cache.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint(err)
}

// stores are two of each kind of store that instances share, both on one server.
func stores(t testing.TB) map[string][2]cache.Store {
	server := dbtest.Redis(t)
	list := map[string][2]cache.Store{}
	for name, url := range map[string]string{
		"sqlite":     filepath.Join(t.TempDir(), "store.db"),
		"postgresql": dbtest.Postgres(t).URL,
		"mariadb":    dbtest.MariaDB(t).URL,
		"redis":      "",
	} {
		var two [2]cache.Store
		for i := range two {
			if url == "" {
				r, err := redis.New(redis.Options{URL: server.URL, Prefix: "test:", Timeout: timeout})
				if err != nil {
					t.Fatal(err)
				}
				two[i] = r
			} else {
				two[i] = inDatabase(url)
			}
			t.Cleanup(func() { _ = two[i].Close() })
		}
		list[name] = two
	}
	return list
}

// inDatabase is a store in the database of a URL or file.
func inDatabase(url string) *sql.Store {
	o := db.Defaults
	o.Max, o.Lanes = 4, 1
	return sql.New(sql.Options{Open: func() (db.Database, string, error) { return stddb.OpenPlain(url, o) }, Prefix: "test:", Timeout: timeout})
}

// TestSuite is one suite over all stores, on real servers.
func TestSuite(t *testing.T) {
	t.Run("memory", func(t *testing.T) {
		m := cache.NewMemory(64<<20, nil)
		suite(t, m, m)
	})
	for name, two := range stores(t) {
		t.Run(name, func(t *testing.T) { suite(t, two[0], two[1]) })
	}
}

// suite holds that a store does what Store says, and that other, of another instance, sees it.
func suite(t *testing.T, s, other cache.Store) {
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	get := func(key string) string {
		t.Helper()
		it, ok, err := other.Get(ctx, key)
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
		must(s.Set(ctx, "empty", bytesItem(""), cache.Options{}))
		want(get("empty"), "")
		// Long keys, and keys of any bytes, are told apart.
		long := strings.Repeat("நீளம்", 200)
		must(s.Set(ctx, long+"1", bytesItem("one"), cache.Options{}))
		must(s.Set(ctx, long+"2", bytesItem("two"), cache.Options{}))
		must(s.Set(ctx, "x\xff\x00 '\\", bytesItem("three"), cache.Options{}))
		want(get(long+"1")+get(long+"2")+get("x\xff\x00 '\\"), "onetwothree")
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
		ok, err := s.Expire(ctx, "cut", time.Millisecond)
		must(err)
		want(ok, true)
		life := 20 * time.Millisecond
		for saved := false; !saved; { // on a machine that is busy it ends before it is saved
			life *= 2
			must(s.Set(ctx, "saved", bytesItem("x"), cache.Options{TTL: life}))
			saved, err = s.Expire(ctx, "saved", time.Hour)
			must(err)
		}
		ok, err = s.Expire(ctx, "none", time.Hour)
		must(err)
		want(ok, false)
		for end := time.Now().Add(patience); get("short") != "nothing" || get("cut") != "nothing"; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("it does not end")
			}
		}
		time.Sleep(life)
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
		n, err := s.Add(ctx, "brief", 5, 30*time.Millisecond)
		must(err)
		want(n, int64(5))
		for end := time.Now().Add(patience); get("brief") != "nothing"; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("a number does not end")
			}
		}
		add("brief", 2, 2) // it begins anew
		add("most", math.MaxInt64, math.MaxInt64)
		_, err = s.Add(ctx, "most", 1, 0)
		want(code(err), cache.CodeNotNumber)
		var all sync.WaitGroup
		for i := range 8 {
			s := []cache.Store{s, other}[i%2]
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
		// A tag lives as long as what it names, though that was given more time since.
		must(s.Set(ctx, "p6", bytesItem("p6"), cache.Options{TTL: 50 * time.Millisecond, Tags: []string{"brief"}}))
		if ok, err := s.Expire(ctx, "p6", time.Hour); ok { // else this machine was busy
			must(err)
			time.Sleep(100 * time.Millisecond)
			want(get("p6"), "p6")
			drop("brief", 1)
			want(get("p6"), "nothing")
		}
		lots := 2500 // more than a store deletes in one step
		if _, ok := s.(*sql.Store); ok {
			lots = 450
		}
		var all sync.WaitGroup
		for i := range 5 {
			all.Go(func() {
				for n := i; n < lots; n += 5 {
					if err := s.Set(ctx, fmt.Sprint("q", n), bytesItem("x"), cache.Options{TTL: time.Hour, Tags: []string{"lots"}}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		drop("lots", lots)
	})
	t.Run("locks", func(t *testing.T) {
		turns := 0
		take := func(token string, ttl time.Duration, expect bool) {
			t.Helper()
			turns++
			ok, err := []cache.Store{s, other}[turns%2].Lock(ctx, "lock", token, ttl)
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
		// Of many who try at once, one gets it.
		for round := range 20 {
			var got atomic.Int64
			var all sync.WaitGroup
			for i := range 6 {
				s := []cache.Store{s, other}[i%2]
				all.Go(func() {
					ok, err := s.Lock(ctx, fmt.Sprint("race", round), fmt.Sprint("token", i), time.Hour)
					if err != nil {
						t.Error(err)
					}
					if ok {
						got.Add(1)
					}
				})
			}
			all.Wait()
			want(got.Load(), int64(1))
		}
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
		// Of many who ask at once, as many get one as there are.
		var got3 atomic.Int64
		var all sync.WaitGroup
		for i := range 8 {
			s := []cache.Store{s, other}[i%2]
			all.Go(func() {
				turn, err := s.Take(ctx, "crowd", r)
				if err != nil {
					t.Error(err)
				}
				if turn.Wait == 0 {
					got3.Add(1)
				}
			})
		}
		all.Wait()
		want(got3.Load(), int64(3))
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
