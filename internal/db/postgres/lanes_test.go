//go:build !core

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	"etamil/internal/db/postgres"
)

func open(t testing.TB, url string, lanes int) *postgres.Database {
	t.Helper()
	return openPool(t, url, func(o *db.Options) { o.Lanes = lanes })
}

// read answers the one number that the SQL gives.
func read(d *postgres.Database, sql string, params ...int64) (int64, error) {
	q := &db.Statement{SQL: sql, MaxBytes: 1 << 20}
	for _, n := range params {
		q.Params.Add(db.Cell{Kind: db.Integer, N: n}, "")
	}
	var t db.Table
	done, err := d.Read(context.Background(), q, &t)
	switch {
	case err != nil:
		return 0, err
	case !done || t.Len() != 1:
		return 0, fmt.Errorf("done %v, %d rows", done, t.Len())
	}
	return t.Cells[0].N, nil
}

func execute(t testing.TB, d *postgres.Database, sql string) {
	t.Helper()
	c, err := d.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Give(c)
	if _, err := c.Run(context.Background(), &db.Statement{SQL: sql}, nil); err != nil {
		t.Fatal(err)
	}
}

func stateOf(err error) string {
	var e *db.Error
	if errors.As(err, &e) {
		return e.State
	}
	return fmt.Sprint(err)
}

// TestLanes: everybody gets his own answer or his own error, whatever stands beside it in
// the batch; what the server refuses on a lane, or ends there, works by the pool.
func TestLanes(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 2)
	execute(t, d, "CREATE TABLE t (a BIGINT)")
	execute(t, d, "CREATE FUNCTION add(n BIGINT) RETURNS BIGINT AS $$ BEGIN INSERT INTO t VALUES (n); RETURN n; END $$ LANGUAGE plpgsql")
	execute(t, d, "CREATE FUNCTION wait(n BIGINT) RETURNS BIGINT AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN n; END $$ LANGUAGE plpgsql")
	var wg sync.WaitGroup
	const fibers, rounds = 32, 60
	for i := range int64(fibers) {
		wg.Go(func() {
			for n := range int64(rounds) {
				var got, want int64
				var err error
				switch want = i*1000 + n + 1; {
				case i == 0 && n < 10:
					if _, err = read(d, "SELECT 1 / ($1::bigint - $1::bigint)", want); stateOf(err) != "22012" {
						t.Errorf("division by zero: %v", err)
					}
					continue
				case i == 1 && n < 10:
					got, err = read(d, "SELECT add(?)", want)
				case i == 2 && n < 2:
					got, err = read(d, "SELECT wait(?)", want)
				case i == 3 && n < 10:
					if _, err = read(d, "SELECT x FROM nowhere"); stateOf(err) != "42P01" {
						t.Errorf("no such table: %v", err)
					}
					continue
				default:
					got, err = read(d, "SELECT $1::bigint * 1", want)
				}
				if err != nil || got != want {
					t.Errorf("got %d %v, want %d", got, err, want)
				}
			}
		})
	}
	wg.Wait()
	if n, err := read(d, "SELECT count(*) FROM t"); n != 10 || err != nil {
		t.Errorf("%d rows were added once each, want 10: %v", n, err)
	}
}

// TestLanesSeeWrites: what was committed before a read began is seen by it, and a table
// that changes under a statement changes its answer.
func TestLanesSeeWrites(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 2)
	execute(t, d, "CREATE TABLE t (a BIGINT)")
	for i := range int64(50) {
		execute(t, d, fmt.Sprintf("INSERT INTO t VALUES (%d)", i))
		if n, err := read(d, "SELECT count(*) FROM t"); n != i+1 || err != nil {
			t.Fatalf("%d rows, want %d: %v", n, i+1, err)
		}
	}
	if _, err := read(d, "SELECT * FROM t LIMIT 1"); err != nil {
		t.Error(err)
	}
	execute(t, d, "DROP TABLE t")
	execute(t, d, "CREATE TABLE t (b INTEGER, a BIGINT)")
	execute(t, d, "INSERT INTO t VALUES (7, 8)")
	if n, err := read(d, "SELECT * FROM t LIMIT 1"); n != 7 || err != nil {
		t.Errorf("got %d %v", n, err)
	}
}

// TestLanesCancelled: who gives up resumes at once, and the others get their answers.
func TestLanesCancelled(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 1)
	if _, err := read(d, "SELECT 1"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var tab db.Table
	if _, err := d.Read(ctx, &db.Statement{SQL: "SELECT 2", MaxBytes: 1000}, &tab); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if n, err := read(d, "SELECT 3"); n != 3 || err != nil {
		t.Errorf("got %d %v", n, err)
	}
}

// together begins n reads of one text, and has them leave; it answers what they gave. Those that no lane has run, as the machine was so slow
// that the statement belongs to the pool, count as nothing.
func together(t *testing.T, d *postgres.Database, n int, sql string, leave bool) map[string]int {
	t.Helper()
	var mu sync.Mutex
	var wg sync.WaitGroup
	got := map[string]int{}
	for range n {
		tab := &db.Table{}
		wg.Add(1)
		if !d.Begin(context.Background(), &db.Statement{SQL: sql, MaxBytes: 1000}, tab, func(_ db.Outcome, done bool, err error) {
			defer wg.Done()
			mu.Lock()
			defer mu.Unlock()
			switch {
			case !done && err == nil:
			case err != nil || tab.Len() != 1:
				t.Error("error: ", done, err, tab.Len())
			default:
				got[string(tab.TextOf(&tab.Cells[0]))]++
			}
		}) {
			wg.Done()
		}
	}
	if leave {
		d.Leave(nil)
	}
	wg.Wait()
	return got
}

// eventually tries with another text each time, as one that was slow, which all are on a busy machine, goes by the pool.
func eventually(t *testing.T, never string, try func(n int) bool) {
	t.Helper()
	for n, end := 0, time.Now().Add(time.Minute); !try(n); n++ {
		if time.Now().After(end) {
			t.Error(never)
			return
		}
	}
}

// TestLanesGather: what is begun before Leave goes in one batch, which is one transaction, so that all see the same now().
// Without Leave it goes after a moment.
func TestLanesGather(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 2)
	together(t, d, 1, "SELECT now()::text", false)
	eventually(t, "they never go together", func(n int) bool { // the moment may be over while they are being begun
		got := together(t, d, 20, fmt.Sprint("SELECT now()::text, ", n), true)
		for _, times := range got {
			return times == 20
		}
		return false
	})
}

// TestLanesTakeMany: many more reads at once than the pool would let wait.
func TestLanesTakeMany(t *testing.T) {
	s := dbtest.Postgres(t)
	o := db.Defaults
	o.Max, o.Waiting, o.Acquire = 1, 1, 20*time.Second
	d, err := postgres.Open(context.Background(), s.URL, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		d.Close()
		d.Wait()
	}()
	eventually(t, "lanes never take as many", func(n int) bool {
		return together(t, d, 3000, fmt.Sprint("SELECT 'x', ", n), true)["x"] == 3000
	})
}

// BenchmarkReads is one row for many who ask at once, by lanes and by the pool alone.
func BenchmarkReads(b *testing.B) {
	s := dbtest.Postgres(b)
	for _, lanes := range []int{0, 2} {
		d := open(b, s.URL, lanes)
		b.Run(fmt.Sprint("lanes=", lanes), func(b *testing.B) {
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if n, err := read(d, "SELECT $1::bigint", 5); n != 5 || err != nil {
						b.Fatal(n, err)
					}
				}
			})
		})
	}
}
