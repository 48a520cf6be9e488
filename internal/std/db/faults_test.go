//go:build !core

package db_test

import (
	"context"
	"fmt"
	"net"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/db/dbtest"
	"etamil/internal/std/db"
	"etamil/internal/std/host/hosttest"
)

// serverKits are benches on one service with its default database at url.
func serverKits(t *testing.T, url string, n int, change func(*db.Service)) []*hosttest.Kit {
	t.Helper()
	s := db.New()
	s.Default = url
	if change != nil {
		change(s)
	}
	t.Cleanup(s.Close)
	loop := dbtest.NewLoop(t)
	list := make([]*hosttest.Kit, n)
	for i := range list {
		list[i] = hosttest.New(t, s.Bind)
		if i%2 == 0 { // the others wait as goroutines, on the same connections
			list[i].Loop = loop
		}
		t.Cleanup(list[i].F.Reset)
	}
	must(t, list[0], "query_async", "SELECT 1 AS a")
	return list
}

// TestServerRestarts: the server is killed and started again while many ask. Nobody hangs,
// no answer is wrong, what was acknowledged is there, and soon all is well.
func TestServerRestarts(t *testing.T) {
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			s := start(t)
			k := serverKits(t, s.URL, 6, func(s *db.Service) { s.Options.Acquire = 2 * time.Second })
			must(t, k[0], "db_execute", "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER)", []any{}, nil)
			var stop atomic.Bool
			var acknowledged, failed atomic.Int64
			var wg sync.WaitGroup
			for i, k := range k {
				wg.Go(func() {
					for n := 0; !stop.Load(); n++ {
						id := i*1_000_000 + n
						got := k.Show("db_execute", "INSERT INTO t VALUES (?, ?)", []any{id, id * 2}, nil)
						if got == "nil" {
							acknowledged.Add(1)
							got = k.Show("query_async", "SELECT b FROM t WHERE a = ?", []any{id})
							if want := fmt.Sprintf("[{b: %d}]", id*2); got == want || strings.HasPrefix(got, "error: db.") {
								k.F.Reset()
								continue
							}
							t.Errorf("row %d is %s", id, got)
							return
						}
						if got != "error: db.unavailable" && got != "error: db.busy" && got != "error: db.timeout" && got != "error: conflict" {
							t.Errorf("INSERT: %s", got)
							return
						}
						failed.Add(1)
						k.F.Reset()
					}
				})
			}
			time.Sleep(300 * time.Millisecond)
			s.Kill()
			time.Sleep(300 * time.Millisecond)
			s.Start(t)
			back := time.Now()
			from := acknowledged.Load()
			for acknowledged.Load() < from+50 && time.Since(back) < time.Minute {
				time.Sleep(10 * time.Millisecond)
			}
			t.Logf("%d acknowledged, %d failed, %v until 50 more were", acknowledged.Load(), failed.Load(), time.Since(back))
			if acknowledged.Load() < from+50 {
				t.Error("it does not recover")
			}
			stop.Store(true)
			wg.Wait()
			var n int64
			got := must(t, k[0], "query_async", "SELECT count(*) AS n FROM t")
			if _, err := fmt.Sscanf(got, "[{n: %d}]", &n); err != nil || n < acknowledged.Load() {
				t.Errorf("%s rows, %d acknowledged", got, acknowledged.Load())
			}
		})
	}
}

// TestSlowQueryIsCancelled: when the fiber is cancelled the statement ends on the server.
func TestSlowQueryIsCancelled(t *testing.T) {
	sql := map[string][2]string{
		"postgres": {"SELECT pg_sleep(600)", "SELECT count(*) AS n FROM pg_stat_activity WHERE query LIKE '%pg_sleep(600)%' AND state = 'active' AND pid <> pg_backend_pid()"},
		"mysql":    {"SELECT SLEEP(600)", "SELECT count(*) AS n FROM information_schema.processlist WHERE info LIKE '%SLEEP(600)%' AND id <> CONNECTION_ID()"},
	}
	for name := range servers {
		t.Run(name, func(t *testing.T) {
			k := serverKits(t, shared(t, name).URL, 2, func(s *db.Service) { s.Options.Query = 10 * time.Minute }) // it is not that which ends it
			for _, id := range []string{"query_async", "db_query"} {
				args := []any{sql[name][0], []any{}}
				if id == "db_query" {
					args = append(args, nil)
				}
				cancel, ended := waiting(t, k[0], id, args...)
				count := func(want string) {
					t.Helper()
					for range 6000 {
						if must(t, k[1], "query_async", sql[name][1]) == want {
							return
						}
						time.Sleep(10 * time.Millisecond)
					}
					t.Errorf("%s: not %s on the server", id, want)
				}
				count("[{n: 1}]")
				cancel()
				soon(t, ended, "the cancelled statement")
				k[0].F.Reset()
				count("[{n: 0}]")
			}
		})
	}
}

// TestQueryTimeout: a statement that takes too long is ended, and its connection or
// another can be used at once.
func TestQueryTimeout(t *testing.T) {
	for name := range servers {
		t.Run(name, func(t *testing.T) {
			k := serverKits(t, shared(t, name).URL, 1, func(s *db.Service) { s.Options.Query = 3 * time.Second })
			slow := map[string]string{"postgres": "SELECT pg_sleep(30)", "mysql": "SELECT SLEEP(30)"}[name]
			if got := k[0].Show("query_async", slow); got != "error: db.timeout" {
				t.Errorf("got %s", got)
			}
			for range 5 {
				if got := k[0].Show("query_async", "SELECT 1 AS a"); got != "[{a: 1}]" {
					t.Errorf("afterwards: %s", got)
				}
			}
		})
	}
}

// TestWrongDoor: passwords, databases and hosts that are wrong are told apart.
func TestWrongDoor(t *testing.T) {
	for name := range servers {
		t.Run(name, func(t *testing.T) {
			s := shared(t, name)
			database := map[string]string{"postgres": "/postgres", "mysql": "/test"}[name]
			for url, want := range map[string]string{
				strings.Replace(s.URL, "test:", "test:x", 1):                                                  "db.auth",
				strings.Replace(s.URL, "test:", "nobody:", 1):                                                 "db.auth",
				strings.Replace(s.URL, fmt.Sprint(s.Port, database), fmt.Sprint(s.Port, "/nothere"), 1):       "db.open",
				strings.Replace(s.URL, fmt.Sprint("127.0.0.1:", s.Port), "127.0.0.1:1", 1):                    "db.unavailable",
				strings.Replace(s.URL, fmt.Sprint("127.0.0.1:", s.Port), "no-such-host.invalid:"+"1", 1):      "db.unavailable",
				strings.Replace(s.URL, fmt.Sprint("127.0.0.1:", s.Port), fmt.Sprint("127.0.0.1:", "port"), 1): "db.open",
			} {
				service := db.New()
				service.Default = url
				k := hosttest.New(t, service.Bind)
				_, err := k.Call("query_async", k.Values("SELECT 1")...)
				if got := "nil"; err == nil || !strings.Contains(k.Show("query_async", "SELECT 1"), want) {
					t.Errorf("%s: %s %v, want %s", url, got, err, want)
				} else if strings.Contains(err.Error(), dbtest.Password) {
					t.Errorf("the error tells the password: %v", err)
				}
				k.F.Reset()
				service.Close()
			}
		})
	}
}

// TestSilentServer: one that takes connections and says nothing is away; no statement has taken too long.
func TestSilentServer(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	for _, kind := range []string{"postgres", "mysql"} {
		service := db.New()
		service.Default = fmt.Sprint(kind, "://u:p@", l.Addr(), "/x")
		service.Options.Acquire = 200 * time.Millisecond
		k := hosttest.New(t, service.Bind)
		if got := k.Show("query_async", "SELECT 1"); got != "error: db.unavailable" {
			t.Errorf("%s: %s", kind, got)
		}
		k.F.Reset()
		service.Close()
	}
}

// TestPoolIsExhausted: transactions that hold all connections make others wait, and then
// fail with what becomes a 503.
func TestPoolIsExhausted(t *testing.T) {
	for name := range servers {
		t.Run(name, func(t *testing.T) {
			k := serverKits(t, shared(t, name).URL, 3, func(s *db.Service) {
				s.Options.Max, s.Options.Lanes, s.Options.Acquire = 2, 0, 5*time.Second
			})
			for _, k := range k[:2] {
				must(t, k, "db_execute", "BEGIN", []any{}, nil)
			}
			if got := k[2].Show("query_async", "SELECT 1 AS a"); got != "error: db.busy" {
				t.Errorf("got %s", got)
			}
			k[0].F.Reset() // rolls back, and gives its connection back
			for range 200 {
				if got := k[2].Show("query_async", "SELECT 1 AS a"); got == "[{a: 1}]" {
					return
				}
			}
			t.Error("the connection did not come back")
		})
	}
}

// TestSerialization: two transactions that can't both be; with retries both are.
func TestSerialization(t *testing.T) {
	s := shared(t, "postgres")
	runOn(t, s.URL, `குறி.execute("DROP TABLE IF EXISTS t"); குறி.execute("CREATE TABLE t (a INTEGER)"); குறி.execute("INSERT INTO t VALUES (0)");`)
	text := `
ஒவ்வொரு i இல் வீச்சு(1, 25) {
	குறி.transaction(செயல்(தளம்) {
		n = தளம்.one("SELECT a FROM t").a;
		தளம்.execute("UPDATE t SET a = ?", [n + 1]);
	}, {isolation: "serializable", retries: 100});
}`
	var wg sync.WaitGroup
	for range 4 {
		w := compileWorld(t, text)
		w.host.Env = func(name string) (string, bool) { return s.URL, name == "DATABASE_URL" }
		wg.Go(func() {
			if _, err := w.run(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if got, err := runOn(t, s.URL, `அச்சு குறி.one("SELECT a FROM t").a;`); got != "100\n" {
		t.Errorf("got %s %v", got, err)
	}
}

// TestTransactionTakesItsConnectionLate: with one connection, a block that has asked nothing yet lets others have it. One that
// gets none is not run again, however many retries it has, as it has not begun.
func TestTransactionTakesItsConnectionLate(t *testing.T) {
	w := compileWorld(t, `
குறி.transaction(செயல்(தளம்) {
	மற்றது = தொடங்கு { திரும்பு குறி.one("SELECT pg_backend_pid() > 0 AS a").a; };
	அச்சு காத்திரு மற்றது;
	அச்சு தளம்.one("SELECT 2 AS a").a;
});
தொடங்கியது = வாய்க்கால்(1);
முடிவு = வாய்க்கால்(1);
வைத்திருப்பது = தொடங்கு { குறி.transaction(செயல்(தளம்) { தளம்.one("SELECT 3 AS a"); தொடங்கியது.send(1); முடிவு.receive(); }); };
தொடங்கியது.receive();
முயல் {
	குறி.transaction(செயல்(தளம்) { அச்சு "முயற்சி"; தளம்.one("SELECT 4 AS a"); }, {retries: 5});
} பிழை(e) { அச்சு e.code; }
முடிவு.send(1);
காத்திரு வைத்திருப்பது;
அச்சு குறி.transaction(செயல்(தளம்) { திரும்பு "ஒன்றுமில்லை"; });
`)
	o := &w.service.Options
	o.Max, o.Lanes, o.Acquire = 1, 0, 6*time.Second
	w.host.Env = func(name string) (string, bool) { return shared(t, "postgres").URL, name == "DATABASE_URL" }
	defer w.service.Close()
	const want = "true\n2\nமுயற்சி\ndb.busy\nஒன்றுமில்லை\n"
	if got, err := w.run(context.Background()); got != want || err != nil {
		t.Errorf("got %q %v, want %q", got, err, want)
	}
}
