//go:build !core

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	"etamil/internal/db/postgres"
)

// openPool is a database without lanes, unless change gives it some.
func openPool(t testing.TB, url string, change func(*db.Options)) *postgres.Database {
	t.Helper()
	o := db.Defaults
	o.Lanes, o.Acquire = 0, time.Minute
	change(&o)
	d, err := postgres.Open(context.Background(), url, o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Close()
		d.Wait()
	})
	return d
}

// begin runs a statement without waiting, and answers how to wait for its first number.
func begin(t testing.TB, ctx context.Context, d *postgres.Database, on db.Poller, sql string, params ...int64) func() (int64, error) {
	t.Helper()
	q := &db.Statement{SQL: sql, MaxBytes: 64 << 20, On: on}
	for _, n := range params {
		q.Params.Add(db.Cell{Kind: db.Integer, N: n}, "")
	}
	var tab db.Table
	var failed error
	over := make(chan struct{})
	if !d.Begin(ctx, q, &tab, func(_ db.Outcome, done bool, err error) {
		if failed = err; !done {
			failed = errors.New("it was not done")
		}
		close(over)
	}) {
		t.Fatal("it was not begun: ", sql)
	}
	return func() (int64, error) {
		select {
		case <-over:
		case <-time.After(time.Minute):
			t.Error("nothing came of ", sql)
			return 0, errors.New("nothing")
		}
		if failed != nil || tab.Len() == 0 {
			return 0, failed
		}
		return tab.Cells[0].N, nil
	}
}

// TestLoops: many who don't wait, on two loops, and some who do share few connections; each gets his own answer, long ones, errors
// and what changes tables among them.
func TestLoops(t *testing.T) {
	s := dbtest.Postgres(t)
	d := openPool(t, s.URL, func(o *db.Options) { o.Max = 3 })
	execute(t, d, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER)")
	ctx := context.Background()
	loops := []*dbtest.Loop{dbtest.NewLoop(t), dbtest.NewLoop(t)}
	var wg sync.WaitGroup
	for g := range 12 {
		wg.Go(func() {
			on := loops[g%2]
			for i := range int64(40) {
				id := int64(g)*1000 + i
				if g%4 == 3 {
					if got, err := read(d, "SELECT $1::int + 1", id); got != id+1 || err != nil {
						t.Errorf("%d: %d %v", id, got, err)
					}
					continue
				}
				if got, err := begin(t, ctx, d, on, "INSERT INTO t VALUES ($1, $2) RETURNING b", id, id*2)(); got != id*2 || err != nil {
					t.Errorf("%d: %d %v", id, got, err)
				}
				var e *db.Error
				if _, err := begin(t, ctx, d, on, "INSERT INTO t VALUES ($1, $2) RETURNING b", id, id)(); !errors.As(err, &e) || e.Code != db.CodeConflict {
					t.Errorf("%d again: %v", id, err)
				}
				if i%8 == 0 {
					if got, err := begin(t, ctx, d, on, "SELECT a, repeat('x', 100) FROM generate_series($1::int, $1 + 5000) AS a", id)(); got != id || err != nil {
						t.Errorf("%d, many rows: %d %v", id, got, err)
					}
				}
				if i%16 == 7 {
					execute(t, d, fmt.Sprintf("ALTER TABLE t ADD COLUMN c_%d_%d INTEGER", g, i))
				}
				if got, err := begin(t, ctx, d, on, "SELECT b FROM t WHERE a = $1", id)(); got != id*2 || err != nil {
					t.Errorf("%d read: %d %v", id, got, err)
				}
			}
		})
	}
	wg.Wait()
}

// TestLoopEnds: what was left to a loop that ends is waited for elsewhere.
func TestLoopEnds(t *testing.T) {
	s := dbtest.Postgres(t)
	d := openPool(t, s.URL, func(o *db.Options) { o.Max = 1 })
	on := dbtest.NewLoop(t)
	ctx := context.Background()
	const sql = "SELECT 7 + length(pg_sleep($1 / 10.0)::text)"
	for range 3 { // taken, prepared, left to the loop
		if got, err := begin(t, ctx, d, on, sql, 0)(); got != 7 || err != nil {
			t.Fatal(got, err)
		}
	}
	over := begin(t, ctx, d, on, sql, 5)
	on.End()
	if got, err := over(); got != 7 || err != nil {
		t.Error(got, err)
	}
	if got, err := begin(t, ctx, d, on, sql, 0)(); got != 7 || err != nil {
		t.Error("afterwards: ", got, err)
	}
}

// TestLoopCancels: what takes too long, or has nobody any more who wants it, ends on the server too, and the connection is used again.
func TestLoopCancels(t *testing.T) {
	s := dbtest.Postgres(t)
	d := openPool(t, s.URL, func(o *db.Options) { o.Max, o.Query = 1, 4*time.Second })
	on := dbtest.NewLoop(t)
	const sql = "SELECT 7 + length(pg_sleep($1)::text)"
	who := "SELECT pg_backend_pid() + 0 * $1::int"
	first, _ := begin(t, context.Background(), d, on, who, 0)()
	for i := range 4 {
		if got, err := begin(t, context.Background(), d, on, sql, 0)(); got != 7 || err != nil {
			t.Fatal(got, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		over, want := begin(t, ctx, d, on, sql, 60), context.DeadlineExceeded
		if i%2 == 0 {
			time.Sleep(time.Duration(i) * 10 * time.Millisecond)
			cancel()
			want = context.Canceled
		}
		began := time.Now()
		if _, err := over(); !errors.Is(err, want) {
			t.Errorf("%v instead of %v", err, want)
		}
		if d := time.Since(began); d > 50*time.Second {
			t.Error("it took ", d)
		}
		cancel()
	}
	if last, err := begin(t, context.Background(), d, on, who, 0)(); last != first || err != nil {
		t.Errorf("another connection: %d, %d %v", first, last, err)
	}
}

// TestLoopWaitsForConnection: who waits for a connection without a goroutine gets it in his turn, or is told in time that there is none.
func TestLoopWaitsForConnection(t *testing.T) {
	s := dbtest.Postgres(t)
	d := openPool(t, s.URL, func(o *db.Options) { o.Max, o.Acquire = 1, 3*time.Second })
	on := dbtest.NewLoop(t)
	ctx := context.Background()
	one := func(ctx context.Context) func() (int64, error) { return begin(t, ctx, d, on, "SELECT $1::int", 7) }
	if got, err := one(ctx)(); got != 7 || err != nil {
		t.Fatal(got, err)
	}
	c, err := d.Take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(ctx)
	left := one(gone)
	late := one(ctx)
	cancel()
	if _, err := left(); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	var e *db.Error
	if _, err := late(); !errors.As(err, &e) || e.Code != db.CodeBusy {
		t.Errorf("too late: %v", err)
	}
	a, b := one(ctx), one(ctx)
	d.Give(c)
	for _, over := range []func() (int64, error){a, b} {
		if got, err := over(); got != 7 || err != nil {
			t.Error(got, err)
		}
	}
	if st := d.Stats(); st.TimedOut != 1 || st.Waiting != 0 || st.Free != 1 {
		t.Errorf("%+v", st)
	}
}

// TestLoopCancelsAtOnce: a cancellation that comes while a socket is taken from Go is not lost. The race detector looks on.
func TestLoopCancelsAtOnce(t *testing.T) {
	s := dbtest.Postgres(t)
	on := dbtest.NewLoop(t)
	const sql = "SELECT 7 + length(pg_sleep($1)::text)"
	for i := range 20 {
		d := openPool(t, s.URL, func(o *db.Options) { o.Max = 1 })
		// Prepared: the next is the first that is left to the loop.
		if got, err := begin(t, context.Background(), d, on, sql, 0)(); got != 7 || err != nil {
			t.Fatal(got, err)
		}
		ctx, cancel := context.WithCancel(context.Background())
		go func() {
			time.Sleep(time.Duration(i) * 10 * time.Microsecond)
			cancel()
		}()
		if got, err := begin(t, ctx, d, on, sql, 60)(); !errors.Is(err, context.Canceled) {
			t.Errorf("%d: %d %v", i, got, err)
		}
		if got, err := begin(t, context.Background(), d, on, sql, 0)(); got != 7 || err != nil {
			t.Errorf("%d, afterwards: %d %v", i, got, err)
		}
		d.Close()
	}
}

// TestLoopIsCut: of a connection that is cut in the middle of an answer, who waits on a loop gets all of it or an error.
func TestLoopIsCut(t *testing.T) {
	p := dbtest.NewProxy(t, dbtest.Postgres(t))
	d := openPool(t, p.URL, func(o *db.Options) { o.Max = 1 })
	on := dbtest.NewLoop(t)
	ctx := context.Background()
	const sql = "SELECT a FROM generate_series($1::int, 200) AS a"
	cuts := 0
	for i := range 24 {
		for range 2 {
			if got, err := begin(t, ctx, d, on, sql, 3)(); got != 3 || err != nil {
				t.Fatal(got, err)
			}
		}
		p.Cut(i * i * 5)
		got, err := begin(t, ctx, d, on, sql, 3)()
		if p.Whole() {
			cuts++
		}
		if err != nil && !db.IsLost(err) || err == nil && got != 3 {
			t.Errorf("cut after %d bytes: %d %v", i*i*5, got, err)
		}
	}
	if cuts < 12 {
		t.Errorf("only %d answers were cut", cuts)
	}
}

// TestLoopGathers: an answer is taken when all of it has come, wherever it was split, and whatever else the server says between two.
func TestLoopGathers(t *testing.T) {
	p := dbtest.NewProxy(t, dbtest.Postgres(t))
	d := openPool(t, p.URL, func(o *db.Options) { o.Max = 1 })
	on := dbtest.NewLoop(t)
	ctx := context.Background()
	one := func(n int64) {
		t.Helper()
		if got, err := begin(t, ctx, d, on, "SELECT $1::int", n)(); got != n || err != nil {
			t.Fatal(n, got, err)
		}
	}
	one(1)
	one(2) // on the loop
	for i := range 60 {
		p.Split(func(b []byte) [][]byte {
			at := min(i, len(b))
			return [][]byte{b[:at], b[at:]}
		})
		one(int64(i))
	}
	const status, notice = "S\x00\x00\x00\x08a\x00b\x00", "N\x00\x00\x00\x10SNOTICE\x00Mx\x00\x00"
	for _, more := range []string{status, notice, status + notice + status} {
		for i := 0; i <= len(more); i += 1 + len(more)/12 {
			p.Split(func(b []byte) [][]byte { return [][]byte{append(b, more[:i]...), []byte(more[i:])} })
			one(int64(i))
			if i%3 == 0 {
				time.Sleep(5 * time.Millisecond)
			}
			one(int64(i))
		}
	}
	const farewell = "E\x00\x00\x00\x15SFATAL\x00C57P01\x00\x00\x00\x00"
	for range 20 { // the server ends the connection with an answer
		p.Split(func(b []byte) [][]byte { return [][]byte{append(b, farewell...)} })
		one(7)
	}
	if s := d.Stats(); s.Open != 1 || s.Free != 1 || s.Waiting != 0 {
		t.Errorf("%+v", s)
	}
}

// TestLoopTransactions: many transactions without goroutines on few connections, of which some are cancelled while the server is
// killed twice: each is told once what came of it, none is done by half, what was told to be done is, and all connections come back.
func TestLoopTransactions(t *testing.T) {
	s := dbtest.Postgres(t)
	d := openPool(t, s.URL, func(o *db.Options) { o.Max, o.Query = 4, 30*time.Second })
	execute(t, d, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER)")
	loops := []*dbtest.Loop{dbtest.NewLoop(t), dbtest.NewLoop(t)}
	const fibers, rounds = 64, 12
	var done, failed atomic.Int64
	var all sync.WaitGroup
	insert := func(on db.Poller, n int64) *db.Statement {
		q := &db.Statement{SQL: "INSERT INTO t VALUES ($1, $2)", On: on}
		q.Params.Add(db.Cell{Kind: db.Integer, N: n}, "")
		q.Params.Add(db.Cell{Kind: db.Integer, N: n / 2}, "")
		return q
	}
	for g := range fibers {
		all.Go(func() {
			on := loops[g%2]
			for i := range rounds {
				id := 2 * int64(g*1000+i)
				ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
				if i%5 == 4 {
					time.AfterFunc(time.Duration(g)*200*time.Microsecond, cancel)
				}
				over := make(chan error, 1) // telling twice blocks, and then somebody waits for ever
				var told atomic.Int32
				tell := func(err error) {
					if told.Add(1) != 1 {
						t.Error("told twice")
					}
					over <- err
				}
				d.BeginTake(ctx, func(c db.Conn, err error) {
					if err != nil {
						tell(err)
						return
					}
					end := func(err error) {
						d.GiveSoon(c)
						tell(err)
					}
					run := func(q *db.Statement, next func()) {
						then := func(_ db.Outcome, err error) {
							if err != nil {
								end(err)
								return
							}
							next()
						}
						if !c.(db.Quick).BeginRun(ctx, q, nil, d.Timeout(), then) {
							go func() { then(c.Run(ctx, q, nil)) }()
						}
					}
					if err := c.Begin(ctx, 0, db.TxOptions{}); err != nil {
						end(err)
						return
					}
					run(insert(on, id), func() {
						run(insert(on, id+1), func() {
							if !c.(db.Quick).BeginCommit(ctx, on, d.Timeout(), end) {
								go func() { end(c.Commit(ctx, 0)) }()
							}
						})
					})
				})
				select {
				case err := <-over:
					if err == nil {
						done.Add(1)
					} else {
						failed.Add(1)
					}
				case <-time.After(time.Minute):
					t.Error("nothing came of ", id)
				}
				cancel()
			}
		})
	}
	for range 2 {
		for before := done.Load(); done.Load() < before+100 && done.Load()+failed.Load() < fibers*rounds; {
			time.Sleep(time.Millisecond)
		}
		s.Kill()
		s.Start(t)
	}
	all.Wait()
	eventually := time.Now().Add(time.Minute)
	for d.Stats().Open != d.Stats().Free && time.Now().Before(eventually) {
		time.Sleep(10 * time.Millisecond)
	}
	if st := d.Stats(); st.Open != st.Free || st.Waiting != 0 {
		t.Errorf("%+v", st)
	}
	rows, err := read(d, "SELECT count(*) FROM t")
	if err != nil {
		t.Fatal(err)
	}
	if pairs, err := read(d, "SELECT count(*) FROM (SELECT b FROM t GROUP BY b HAVING count(*) = 2) AS p"); err != nil || pairs*2 != rows {
		t.Errorf("%d rows, %d pairs, %v", rows, pairs, err)
	}
	if n := done.Load(); rows < 2*n || rows > 2*fibers*rounds {
		t.Errorf("%d rows of %d transactions that were told to be done", rows, n)
	}
}
