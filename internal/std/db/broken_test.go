//go:build !core

package db_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/internal/db/dbtest"
	"etamil/internal/std/db"
	"etamil/internal/std/host/hosttest"
)

// TestConnectionIsCut cuts the connection at many places of an answer. Whoever asked gets all
// of it or an error, and what was asked for afterwards; no write is done twice.
func TestConnectionIsCut(t *testing.T) {
	for name := range servers {
		for _, lanes := range []int{0, 2} {
			if name == "mysql" && lanes > 0 {
				continue
			}
			t.Run(fmt.Sprint(name, lanes), func(t *testing.T) {
				p := dbtest.NewProxy(t, shared(t, name))
				k := serverKits(t, p.URL, 1, func(s *db.Service) { s.Options.Lanes = lanes })[0]
				must(t, k, "query_async", "DROP TABLE IF EXISTS cut")
				must(t, k, "query_async", "CREATE TABLE cut (id INTEGER)")
				ask := func(i int) string {
					if lanes == 0 { // what begins with WITH may write, and goes by the pool
						return "WITH RECURSIVE n (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n WHERE a < 200) SELECT a FROM n"
					}
					// Each time another statement: one that is slow three times, as all are on a busy machine, goes by the pool.
					return fmt.Sprintf("SELECT a FROM generate_series(1, 200) AS a WHERE a <> -%d", i)
				}
				// A read that begins on a lane can be answered by the pool; the next may find none, as lanes that were cut take a while.
				onLane := func() {
					t.Helper()
					for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(time.Millisecond) {
						asked := fmt.Sprintf("SELECT current_setting('transaction_read_only') AS a, %d AS b", time.Now().UnixNano())
						if strings.Contains(must(t, k, "query_async", asked), "a: on") {
							return
						}
					}
					t.Fatal("no lane comes back")
				}
				want := must(t, k, "query_async", ask(1))
				cuts, failed := 0, 0
				for i := range 24 {
					if lanes > 0 {
						onLane()
					}
					p.Cut(i * i * 6)
					got := k.Show("query_async", ask(i))
					if p.Whole() {
						cuts++
					}
					switch got {
					case want:
					case "error: db.unavailable":
						failed++
						k.F.Reset()
					default:
						t.Fatalf("cut after %d bytes: %.100s", i*i*6, got)
					}
					p.Cut(i)
					wrote := k.Show("db_execute", fmt.Sprintf("INSERT INTO cut VALUES (%d)", i), []any{}, nil)
					p.Whole()
					if wrote != "nil" && wrote != "error: db.unavailable" {
						t.Fatalf("INSERT cut after %d bytes: %s", i, wrote)
					}
					k.F.Reset()
					rows := must(t, k, "query_async", fmt.Sprintf("SELECT id FROM cut WHERE id = %d", i))
					once := fmt.Sprintf("[{id: %d}]", i)
					if rows != once && (rows != "[]" || wrote == "nil") {
						t.Errorf("INSERT %d: %s, afterwards %s", i, wrote, rows)
					}
				}
				if cuts < 12 {
					t.Errorf("only %d answers were cut", cuts)
				}
				if lanes > 0 && failed > 2 { // none does, but where the server takes a tenth of a second for it
					t.Errorf("%d of %d reads failed that another connection could have answered", failed, cuts)
				}
			})
		}
	}
}

// TestDeadlock: of two transactions that wait for each other one ends with an error, and is done
// as well where it may be run again.
func TestDeadlock(t *testing.T) {
	for name, start := range servers {
		t.Run(name, func(t *testing.T) {
			var settings []string
			if name == "postgres" {
				settings = []string{"deadlock_timeout=20ms"}
			}
			url := start(t, settings...).URL
			k := serverKits(t, url, 2, nil)
			must(t, k[0], "query_async", "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)")
			must(t, k[0], "query_async", "INSERT INTO t VALUES (0, 0), (1, 0)")
			for i, k := range k {
				must(t, k, "db_execute", "BEGIN", []any{}, nil)
				must(t, k, "db_execute", fmt.Sprintf("UPDATE t SET n = n + 1 WHERE id = %d", i), []any{}, nil)
			}
			got := make([]string, 2)
			var wg sync.WaitGroup
			for i, k := range k {
				wg.Go(func() {
					got[i] = k.Show("db_execute", fmt.Sprintf("UPDATE t SET n = n + 1 WHERE id = %d", 1-i), []any{}, nil)
					k.Show("db_execute", "ROLLBACK", []any{}, nil)
				})
			}
			wg.Wait()
			if all := strings.Join(got, ", "); all != "nil, error: db.serialization" && all != "error: db.serialization, nil" {
				t.Errorf("two that wait for each other: %s", all)
			}
			for i := range 2 {
				k[i].F.Reset()
				wg.Go(func() {
					if _, err := runOn(t, url, fmt.Sprintf(`
ஒவ்வொரு i இல் வீச்சு(1, 10) {
	குறி.transaction(செயல்(தளம்) {
		தளம்.execute("UPDATE t SET n = n + 1 WHERE id = %d");
		_sleep(0.002);
		தளம்.execute("UPDATE t SET n = n + 1 WHERE id = %d");
	}, {retries: 50});
}`, i, 1-i)); err != nil {
						t.Error(err)
					}
				})
			}
			wg.Wait()
			if got := must(t, k[0], "query_async", "SELECT id, n FROM t ORDER BY id"); got != "[{id: 0, n: 20}, {id: 1, n: 20}]" {
				t.Errorf("got %s", got)
			}
		})
	}
}

// TestDiskIsFull: the error says so, what was there stays, and all goes on when there is room.
func TestDiskIsFull(t *testing.T) {
	s, full := dbtest.PostgresOnDisk(t)
	k := serverKits(t, s.URL, 1, nil)[0]
	must(t, k, "query_async", "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); ALTER TABLE t ALTER COLUMN a SET STORAGE PLAIN") // else it would be packed
	must(t, k, "query_async", "INSERT INTO t VALUES (0, 'x')")
	execute := func(sql string) string {
		k.F.Reset()
		return k.Show("db_execute", sql, []any{}, nil)
	}
	full(true)
	const fill = "INSERT INTO t SELECT a, repeat('x', 8000) FROM generate_series(1, 300) AS a"
	if got := execute(fill); got != "error: db.disk" {
		t.Errorf("no room: %s\n%s", got, s.Log())
	}
	if got := execute("INSERT INTO t VALUES (-1, 'y')"); got != "nil" && got != "error: db.disk" {
		t.Errorf("a small row: %s", got)
	}
	full(false)
	if got := execute(fill); got != "nil" {
		t.Errorf("afterwards: %s", got)
	}
	if got := must(t, k, "query_async", "SELECT count(*) AS n FROM t WHERE id >= 0"); got != "[{n: 301}]" {
		t.Errorf("in the end: %s", got)
	}
}

// TestTableIsFull is the same where the database bounds a table or file by itself.
func TestTableIsFull(t *testing.T) {
	for name, test := range map[string]struct{ url, prepare, create string }{
		"sqlite": {"sqlite://" + filepath.Join(t.TempDir(), "a.db"), "PRAGMA max_page_count = 40", "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(2000))"},
		"mysql":  {shared(t, "mysql").URL, "SET GLOBAL max_heap_table_size = 65536", "CREATE TABLE t (id INTEGER PRIMARY KEY, a VARCHAR(2000)) ENGINE=MEMORY"},
	} {
		t.Run(name, func(t *testing.T) {
			k := serverKits(t, test.url, 1, nil)[0]
			if name == "mysql" {
				must(t, k, "query_async", test.prepare)
				k = serverKits(t, test.url, 1, nil)[0] // on a connection that has it
			}
			must(t, k, "query_async", "DROP TABLE IF EXISTS t")
			must(t, k, "query_async", test.create)
			if name == "sqlite" {
				must(t, k, "query_async", test.prepare)
			}
			insert := func(id int) string {
				return k.Show("db_execute", "INSERT INTO t VALUES (?, ?)", []any{id, strings.Repeat("x", 2000)}, nil)
			}
			n := 0
			for ; n < 1000; n++ {
				if got := insert(n); got == "error: db.disk" {
					break
				} else if got != "nil" {
					t.Fatalf("row %d: %s", n, got)
				}
			}
			if n == 0 || n == 1000 {
				t.Fatalf("full after %d rows", n)
			}
			k.F.Reset()
			if got := must(t, k, "query_async", "SELECT count(*) AS n FROM t"); got != fmt.Sprintf("[{n: %d}]", n) {
				t.Errorf("%d rows were acknowledged: %s", n, got)
			}
			must(t, k, "query_async", "DELETE FROM t WHERE id > 2")
			if got := insert(n + 1); got != "nil" {
				t.Errorf("when there is room: %s", got)
			}
			must(t, k, "query_async", "DROP TABLE t")
		})
	}
}

// TestTLS: who asks for TLS gets it or an error, never a connection without; who does not trust
// the server's certificate does not speak with it.
func TestTLS(t *testing.T) {
	plain := shared(t, "postgres")
	secure, authority := dbtest.PostgresTLS(t)
	with := func(url, options string) string { return strings.Replace(url, "sslmode=disable", options, 1) }
	for _, test := range []struct{ url, want string }{
		{with(plain.URL, "sslmode=require"), "db.unavailable"},
		{secure.URL, "db.auth"}, // the server wants it
		{with(secure.URL, "sslmode=verify-full"), "db.unavailable"},
		{strings.Replace(with(secure.URL, "sslmode=verify-full&sslrootcert="+authority), "127.0.0.1", "localhost", 1), "db.unavailable"}, // its name is another
		{with(secure.URL, "sslmode=verify-full&sslrootcert="+filepath.Join(t.TempDir(), "none.pem")), "db.open"},
		{with(secure.URL, "sslmode=require"), ""},
		{with(secure.URL, "sslmode=verify-full&sslrootcert="+authority), ""},
		{with(shared(t, "mysql").URL+"?tls=true", ""), "db.unavailable"},
	} {
		service := db.New()
		service.Default = test.url
		k := hosttest.New(t, service.Bind)
		_, err := k.Call("query_async", k.Values("SELECT 1 AS a")...)
		got := ""
		if err != nil {
			got = strings.TrimPrefix(k.Show("query_async", "SELECT 1 AS a"), "error: ")
			if strings.Contains(err.Error(), dbtest.Password) {
				t.Errorf("the error tells the password: %v", err)
			}
		}
		if got != test.want {
			t.Errorf("%s: %v, want %q", test.url, err, test.want)
		}
		k.F.Reset()
		service.Close()
	}
	k := serverKits(t, with(secure.URL, "sslmode=require"), 1, nil)[0]
	if got := must(t, k, "query_async", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"); got != "[{ssl: true}]" {
		t.Errorf("got %s", got)
	}
}
