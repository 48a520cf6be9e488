//go:build !core

package sql_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"etamil/internal/cache"
	"etamil/internal/cache/sql"
	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	stddb "etamil/internal/std/db"
)

// What the store does beyond what every store does (internal/cache has that suite).

const patience = time.Minute

func open(t testing.TB, url string, timeout time.Duration) *sql.Store {
	t.Helper()
	o := db.Defaults
	o.Max, o.Lanes, o.Acquire, o.Query = 4, 1, timeout, timeout
	s := sql.New(sql.Options{Open: func() (db.Database, string, error) { return stddb.OpenPlain(url, o) }, Prefix: "test:", Timeout: timeout, Clean: time.Hour})
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func code(err error) string {
	var e *cache.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint(err)
}

// The servers of all tests of this package, once one has asked for them.
var (
	lasting = &dbtest.Lasting{}
	servers struct{ pg, my *dbtest.Server }
)

func TestMain(m *testing.M) {
	status := m.Run()
	lasting.End()
	os.Exit(status)
}

func postgres(t testing.TB) *dbtest.Server {
	if servers.pg == nil {
		lasting.TB = t
		servers.pg = dbtest.Postgres(lasting)
	}
	return servers.pg
}

func mariadb(t testing.TB) *dbtest.Server {
	if servers.my == nil {
		lasting.TB = t
		servers.my = dbtest.MariaDB(lasting)
	}
	return servers.my
}

// databases are one of each kind, in which no store has been yet.
func databases(t testing.TB) map[string]string {
	list := map[string]string{"sqlite": filepath.Join(t.TempDir(), "store.db"), "postgresql": postgres(t).URL, "mariadb": mariadb(t).URL}
	for _, url := range list {
		d, _, err := stddb.OpenPlain(url, db.Defaults)
		if err != nil {
			t.Fatal(err)
		}
		c, err := d.Take(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{"etamil_store", "etamil_store_tags"} {
			if _, err := c.Run(t.Context(), &db.Statement{SQL: "DROP TABLE IF EXISTS " + table}, nil); err != nil {
				t.Fatal(err)
			}
		}
		d.Give(c)
		d.Close()
	}
	return list
}

// TestCleaning: what has ended leaves the tables, and nothing else does.
func TestCleaning(t *testing.T) {
	for name, url := range databases(t) {
		t.Run(name, func(t *testing.T) {
			s, ctx := open(t, url, patience), t.Context()
			must := func(err error) {
				t.Helper()
				if err != nil {
					t.Fatal(err)
				}
			}
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					for n := i; n < 1100; n += 8 {
						if err := s.Set(ctx, fmt.Sprint("short", n), cache.Item{Data: []byte("x")}, cache.Options{TTL: time.Millisecond}); err != nil {
							t.Error(err)
						}
					}
				})
			}
			all.Wait()
			must(s.Set(ctx, "tagged", cache.Item{Data: []byte("x")}, cache.Options{TTL: time.Millisecond, Tags: []string{"t"}}))
			must(s.Set(ctx, "long", cache.Item{Data: []byte("x")}, cache.Options{TTL: time.Hour, Tags: []string{"t"}}))
			life := 50 * time.Millisecond
			for saved := false; !saved; life *= 2 { // on a machine that is busy it ends before it is saved
				must(s.Set(ctx, "longer", cache.Item{Data: []byte("x")}, cache.Options{TTL: life, Tags: []string{"t"}}))
				var err error
				saved, err = s.Expire(ctx, "longer", time.Hour) // its tag knows of it all the same
				must(err)
			}
			must(s.Set(ctx, "ever", cache.Item{Data: []byte("x")}, cache.Options{}))
			if ok, err := s.Lock(ctx, "l", "me", time.Millisecond); !ok || err != nil {
				t.Fatal(ok, err)
			}
			if _, err := s.Take(ctx, "r", cache.Rate{Count: 1000, Period: time.Second, Burst: 1}); err != nil {
				t.Fatal(err)
			}
			time.Sleep(life + 50*time.Millisecond)
			values, tags, err := s.Clean(ctx)
			must(err)
			if values != 3 || tags != 2 {
				t.Errorf("%d values and %d tags are left", values, tags)
			}
			if n, err := s.DeleteTag(ctx, "t"); n != 2 || err != nil {
				t.Errorf("%d deleted, %v", n, err)
			}
		})
	}
}

// TestTogether: many instances that find no tables make them at the same moment.
func TestTogether(t *testing.T) {
	for name, url := range databases(t) {
		t.Run(name, func(t *testing.T) {
			var all sync.WaitGroup
			for i := range 6 {
				s := open(t, url, patience)
				all.Go(func() {
					if _, err := s.Add(t.Context(), "n", 1, 0); err != nil {
						t.Errorf("instance %d: %v", i, err)
					}
				})
			}
			all.Wait()
			if n, err := open(t, url, patience).Add(t.Context(), "n", 0, 0); n != 6 || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		})
	}
}

// TestTagsAtOnce: whoever sets with a tag while others delete it leaves nothing behind that the tag
// does not know of.
func TestTagsAtOnce(t *testing.T) {
	for name, url := range databases(t) {
		t.Run(name, func(t *testing.T) {
			a, b, ctx := open(t, url, patience), open(t, url, patience), t.Context()
			var all sync.WaitGroup
			for i := range 6 {
				s := []*sql.Store{a, b}[i%2]
				all.Go(func() {
					for n := range 30 {
						var err error
						if i < 4 {
							err = s.Set(ctx, fmt.Sprint("k", n%5), cache.Item{Data: []byte("x")}, cache.Options{Tags: []string{"t", fmt.Sprint("u", n%3)}})
						} else {
							_, err = s.DeleteTag(ctx, "t")
						}
						if err != nil {
							t.Error(err)
							return
						}
					}
				})
			}
			all.Wait()
			if _, err := a.DeleteTag(ctx, "t"); err != nil {
				t.Fatal(err)
			}
			for n := range 5 {
				if _, ok, err := b.Get(ctx, fmt.Sprint("k", n)); ok || err != nil {
					t.Errorf("k%d: %v %v", n, ok, err)
				}
			}
		})
	}
}

// TestRestart: a server that is killed and started again gives errors, soon, and never a wrong
// answer; then it works again.
func TestRestart(t *testing.T) {
	for name, server := range map[string]*dbtest.Server{"postgresql": postgres(t), "mariadb": mariadb(t)} {
		t.Run(name, func(t *testing.T) {
			s := open(t, server.URL, time.Second)
			var fine, failed atomic.Int64
			stop := make(chan struct{})
			var all sync.WaitGroup
			for i := range 4 {
				all.Go(func() {
					key, mine := fmt.Sprint("key", i), strings.Repeat(fmt.Sprint("value", i), 50)
					for {
						select {
						case <-stop:
							return
						default:
						}
						began := time.Now()
						err := s.Set(t.Context(), key, cache.Item{Data: []byte(mine)}, cache.Options{})
						var it cache.Item
						var ok bool
						if err == nil {
							it, ok, err = s.Get(t.Context(), key)
						}
						switch {
						case time.Since(began) > patience:
							t.Errorf("it took %v", time.Since(began))
						case err == nil && (!ok || string(it.Data) != mine):
							t.Errorf("%s holds %q", key, it.Data)
							return
						case err == nil:
							fine.Add(1)
						case !cache.Down(err):
							t.Errorf("error %v", err)
							return
						default:
							failed.Add(1)
							time.Sleep(time.Millisecond)
						}
					}
				})
			}
			pass := func(n *atomic.Int64) {
				t.Helper()
				from := n.Load()
				for end := time.Now().Add(patience); n.Load() < from+10; time.Sleep(time.Millisecond) {
					if time.Now().After(end) {
						t.Fatal("nothing happens")
					}
				}
			}
			pass(&fine)
			server.Kill()
			pass(&failed)
			server.Start(t)
			pass(&fine)
			close(stop)
			all.Wait()
		})
	}
}

// TestNobodyThere: no server is an error, at once when it was so before; a wrong password is told
// as such; a caller who leaves does not wait.
func TestNobodyThere(t *testing.T) {
	s := open(t, "postgres://u:secret@127.0.0.1:1/x?sslmode=disable", 300*time.Millisecond)
	began := time.Now()
	for range 200 {
		_, _, err := s.Get(t.Context(), "a")
		if !cache.Down(err) || strings.Contains(err.Error(), "secret") {
			t.Fatalf("error %v", err)
		}
	}
	if d := time.Since(began); d > patience {
		t.Errorf("200 errors took %v", d)
	}
	pg := postgres(t)
	wrong := open(t, strings.Replace(pg.URL, "test:", "test:x", 1), patience)
	if err := wrong.Check(t.Context()); code(err) != cache.CodeDenied {
		t.Errorf("a wrong password: %v", err)
	}
	pg.Signal(syscall.SIGSTOP)
	defer pg.Signal(syscall.SIGCONT)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	began = time.Now()
	if _, _, err := open(t, pg.URL, time.Hour).Get(ctx, "a"); err == nil || time.Since(began) > patience {
		t.Errorf("%v after %v", err, time.Since(began))
	}
}

// TestOnlyUsing: where the tables are there, the store needs no right to make any.
func TestOnlyUsing(t *testing.T) {
	pg := postgres(t)
	if err := open(t, pg.URL, patience).Set(t.Context(), "a", cache.Item{Data: []byte("x")}, cache.Options{}); err != nil {
		t.Fatal(err)
	}
	d, _, err := stddb.OpenPlain(pg.URL, db.Defaults)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	c, err := d.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Give(c)
	role := fmt.Sprint("weak_", time.Now().UnixNano()) // the server is that of an earlier run with -count as well
	for _, q := range []string{
		`CREATE ROLE ` + role + ` LOGIN PASSWORD 'weak'`, `REVOKE CREATE ON SCHEMA public FROM PUBLIC`,
		`GRANT SELECT, INSERT, UPDATE, DELETE ON etamil_store, etamil_store_tags TO ` + role,
	} {
		if _, err := c.Run(t.Context(), &db.Statement{SQL: q}, nil); err != nil {
			t.Fatal(q, err)
		}
	}
	_, host, _ := strings.Cut(pg.URL, "@")
	weak := open(t, "postgres://"+role+":weak@"+host, patience)
	if it, ok, err := weak.Get(t.Context(), "a"); err != nil || !ok || string(it.Data) != "x" {
		t.Errorf("%q %v %v", it.Data, ok, err)
	}
}
