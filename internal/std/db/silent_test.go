//go:build !core

package db_test

import (
	"context"
	"testing"
	"time"

	"etamil/internal/db/dbtest"
	"etamil/internal/std/db"
	"etamil/internal/std/host/hosttest"
)

// TestCommitHasItsTime: a COMMIT that the server never answers takes no longer than any other statement may.
func TestCommitHasItsTime(t *testing.T) {
	for _, url := range []string{"", onLoop} {
		p := dbtest.NewProxy(t, shared(t, "postgres"))
		w := compileWorld(t, `
குறி.query("SELECT 1");
செயல் ச(மௌனம்) { முயல் { குறி.transaction(செயல்(த) { த.execute("SELECT 1"); (மௌனம்) எனில் { env("SILENCE", ""); } }); அச்சு "committed"; } பிழை(e) { அச்சு e.code; } }
ச(பொய்);
ச(பொய்);
ச(மெய்);
ச(பொய்);
`)
		w.service.Options.Query, w.service.Options.Lanes, w.service.Options.Acquire = 4*time.Second, 0, time.Minute
		w.service.Default = p.URL + url
		w.host.Env = func(name string) (string, bool) {
			if name == "SILENCE" {
				p.Split(func([]byte) [][]byte { return nil })
			}
			return "", false
		}
		if url != "" {
			w.loop = dbtest.NewLoop(t)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		if got, err := w.run(ctx); got != "committed\ncommitted\ndb.timeout\ncommitted\n" || err != nil {
			t.Errorf("%q: %q %v", url, got, err)
		}
		cancel()
		w.service.Close()
	}
}

// TestLaneHasQueryTime: a read that the server never answers on a lane takes no longer than a statement may: the time there counts.
func TestLaneHasQueryTime(t *testing.T) {
	for _, onLoop := range []bool{false, true} {
		p := dbtest.NewProxy(t, shared(t, "postgres"))
		s := db.New()
		s.Default = p.URL
		s.Options.Query, s.Options.Lanes, s.Options.Acquire = 3*time.Second, 1, time.Minute
		k := hosttest.New(t, s.Bind)
		if onLoop {
			k.Loop = dbtest.NewLoop(t)
		}
		for range 3 {
			must(t, k, "query_async", "SELECT 7 AS a")
		}
		p.Split(func([]byte) [][]byte { return nil })
		if got := k.Show("query_async", "SELECT 7 AS a"); got != "error: db.timeout" {
			t.Errorf("on a loop %v: %s", onLoop, got)
		}
		got := ""
		for end := time.Now().Add(time.Minute); got != "[{a: 7}]" && time.Now().Before(end); {
			got = k.Show("query_async", "SELECT 7 AS a")
		}
		if got != "[{a: 7}]" {
			t.Errorf("afterwards: %s", got)
		}
		k.F.Reset()
		s.Close()
	}
}

// TestCheckOfBusyPool: that all connections are in use is no reason why a database can't be read.
func TestCheckOfBusyPool(t *testing.T) {
	for name := range servers {
		for lanes := range 2 {
			var s *db.Service
			k := serverKits(t, shared(t, name).URL, 2, func(x *db.Service) {
				s = x
				s.Options.Max, s.Options.Lanes = 2, lanes
			})
			for _, k := range k {
				must(t, k, "db_execute", "BEGIN", []any{}, nil)
			}
			ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
			if err := s.Check(ctx); err != nil {
				t.Errorf("%s, %d lanes: %v", name, lanes, err)
			}
			cancel()
			for _, k := range k {
				k.F.Reset()
			}
		}
	}
}
