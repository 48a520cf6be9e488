//go:build !core && linux

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	"etamil/internal/db/postgres"
)

// outcome is what came of a read that was left to a loop.
type outcome struct {
	n      int64
	err    error
	onLoop bool // a lane has told it there
}

// ask begins a read on a loop, and has it leave; who receives from what it answers gets the outcome. Being told twice, or never, fails the test.
func ask(t testing.TB, ctx context.Context, d *postgres.Database, on db.Poller, leave bool, sql string, params ...int64) <-chan outcome {
	q := &db.Statement{SQL: sql, MaxBytes: 60 << 10, On: on}
	for _, n := range params {
		q.Params.Add(db.Cell{Kind: db.Integer, N: n}, "")
	}
	tab := &db.Table{}
	got := make(chan outcome, 1)
	var told atomic.Int32
	tell := func(o outcome) {
		if told.Add(1) != 1 {
			t.Errorf("told twice of %s", sql)
			return
		}
		got <- o
	}
	alone := func() { // as package std/db does it
		c, err := d.Take(ctx)
		if err != nil {
			tell(outcome{err: err})
			return
		}
		o := outcome{}
		_, o.err = c.Run(ctx, q, tab)
		d.Give(c)
		if o.err == nil {
			o.n = tab.Cells[0].N
		}
		tell(o)
	}
	if !d.Begin(ctx, q, tab, func(_ db.Outcome, done bool, err error) {
		o := outcome{err: err, onLoop: strings.Contains(string(debug.Stack()), "(*lane).arrived")}
		if err == nil && done {
			o.n = tab.Cells[0].N
		}
		if done {
			tell(o)
			return
		}
		go alone()
	}) {
		go alone()
	}
	if leave {
		d.Leave(on)
	}
	return got
}

// of waits for an outcome.
func of(t testing.TB, got <-chan outcome, what any) outcome {
	select {
	case o := <-got:
		return o
	case <-time.After(60 * time.Second):
		t.Errorf("nothing came of %v", what)
		return outcome{err: errors.New("nothing")}
	}
}

// onLoop asks until a lane's answer is told on the loop, each time for another statement, as one that is slow, which all are on a busy machine,
// goes by the pool.
func onLoop(t *testing.T, d *postgres.Database, on db.Poller) {
	t.Helper()
	for end := time.Now().Add(60 * time.Second); time.Now().Before(end); {
		sql := fmt.Sprintf("SELECT $1::bigint + 0 * %d", time.Now().UnixNano())
		for n := range int64(3) {
			o := of(t, ask(t, context.Background(), d, on, true, sql, n), n)
			if o.err != nil || o.n != n {
				t.Fatal(n, o)
			}
			if o.onLoop {
				return
			}
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Error("no answer of a lane is ever told on the loop")
}

// TestLanesOnLoop: the answers of a lane are told on the loop, to all who have asked in one turn at once; a loop that comes later gets lanes as well, and
// takes those of one that has ended.
func TestLanesOnLoop(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 2)
	a, b := dbtest.NewLoop(t), dbtest.NewLoop(t)
	onLoop(t, d, a)
	onLoop(t, d, b)
	onLoop(t, d, a)
	eventually(t, "what is begun in one turn never goes together", func(n int) bool {
		sql := fmt.Sprint("SELECT (extract(epoch from now()) * 1000000)::bigint, ", n)
		of(t, ask(t, context.Background(), d, a, true, sql), sql) // it is prepared
		var list []<-chan outcome
		for range 20 {
			list = append(list, ask(t, context.Background(), d, a, false, sql))
		}
		d.Leave(a)
		seen := map[int64]bool{}
		for _, got := range list {
			o := of(t, got, "now")
			if o.err != nil {
				t.Fatal(o.err)
			}
			seen[o.n] = true
		}
		return len(seen) == 1 // transaction
	})
	a.End()
	onLoop(t, d, b)
	onLoop(t, d, dbtest.NewLoop(t))
}

// TestLanesOfLoops: many on more loops than there are lanes, and some on none: each gets his own answer or error, long ones, and those of statements that
// lanes don't run, among them.
func TestLanesOfLoops(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 2)
	execute(t, d, "CREATE TABLE t (a BIGINT)")
	execute(t, d, "CREATE TABLE u (a INTEGER)")
	execute(t, d, "INSERT INTO u VALUES (1)")
	execute(t, d, "CREATE FUNCTION add(n BIGINT) RETURNS BIGINT AS $$ BEGIN INSERT INTO t VALUES (n); RETURN n; END $$ LANGUAGE plpgsql")
	execute(t, d, "CREATE FUNCTION nap(n BIGINT) RETURNS BIGINT AS $$ BEGIN PERFORM pg_sleep(0.3); RETURN n; END $$ LANGUAGE plpgsql")
	loops := []db.Poller{dbtest.NewLoop(t), dbtest.NewLoop(t), dbtest.NewLoop(t), nil}
	const fibers, rounds = 24, 30
	var all sync.WaitGroup
	for g := range fibers {
		all.Go(func() {
			on := loops[g%len(loops)]
			for i := range int64(rounds) {
				id := int64(g)*1000 + i + 1
				sql, want := "SELECT $1::bigint * 1", id
				ctx, cancel := context.WithCancel(context.Background())
				switch {
				case g%6 == 0 && i%5 == 0:
					sql = "SELECT 1 / ($1::bigint - $1::bigint)"
				case g%6 == 1 && i%5 == 0:
					sql = "SELECT $1::bigint, repeat('x', 300) FROM generate_series(1, 150)"
				case g%6 == 2 && i%5 == 0:
					sql = "SELECT $1::bigint, repeat('x', 1000) FROM generate_series(1, 150)" // too large
				case g == 3 && i%5 == 0:
					sql = "SELECT add($1)"
				case g == 4 && i == 9:
					sql = "SELECT nap($1)"
				case g%6 == 5 && i%5 == 0:
					time.AfterFunc(time.Duration(i)*20*time.Microsecond, cancel)
				case g == 6 && i%10 == 0:
					execute(t, d, fmt.Sprintf("ALTER TABLE u ALTER COLUMN a TYPE %s", []string{"BIGINT", "INTEGER"}[i/10%2]))
				case g%6 == 3:
					sql, want = "SELECT a::bigint + 0 * $1::bigint FROM u", 1
				}
				o := of(t, ask(t, ctx, d, on, true, sql, id), sql)
				cancelled := ctx.Err() != nil
				cancel()
				var e *db.Error
				switch {
				case strings.HasPrefix(sql, "SELECT 1 /"):
					if stateOf(o.err) != "22012" {
						t.Errorf("division by zero: %v", o.err)
					}
				case strings.Contains(sql, "1000)"):
					if !errors.As(o.err, &e) || e.Code != db.CodeTooLarge {
						t.Errorf("too large: %v", o.err)
					}
				case cancelled && errors.Is(o.err, context.Canceled):
				case o.err != nil || o.n != want:
					t.Errorf("%s: got %d %v, want %d", sql, o.n, o.err, want)
				}
			}
		})
	}
	all.Wait()
	if n, err := read(d, "SELECT count(*) FROM t"); n != 6 || err != nil {
		t.Errorf("%d rows were added once each, want 6: %v", n, err)
	}
}

// TestLaneLoopEnds: what was left to a loop that ends is waited for elsewhere, at whatever moment it ends.
func TestLaneLoopEnds(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 1)
	execute(t, d, "CREATE FUNCTION nap(n BIGINT) RETURNS BIGINT AS $$ BEGIN PERFORM pg_sleep(0.005); RETURN n; END $$ LANGUAGE plpgsql")
	for i := range 12 {
		on := dbtest.NewLoop(t)
		onLoop(t, d, on)
		sql := fmt.Sprintf("SELECT nap($1) + 0 * %d", i)
		var list []<-chan outcome
		for n := range int64(4) {
			list = append(list, ask(t, context.Background(), d, on, n%2 == 1, sql, n))
		}
		time.Sleep(time.Duration(i) * 2 * time.Millisecond)
		on.End()
		list = append(list, ask(t, context.Background(), d, on, true, sql, 4))
		for n, got := range list {
			if o := of(t, got, n); o.err != nil || o.n != int64(n) {
				t.Errorf("%d: %d: %+v", i, n, o)
			}
		}
	}
}

// TestLaneCancelled: who gives up resumes at once, though the batch is still under way, and what comes for him afterwards touches nothing of his; the
// others get their answers.
func TestLaneCancelled(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 1)
	on := dbtest.NewLoop(t)
	execute(t, d, "CREATE FUNCTION nap(n BIGINT) RETURNS BIGINT AS $$ BEGIN PERFORM pg_sleep(0.02); RETURN n; END $$ LANGUAGE plpgsql")
	for i := range 10 {
		onLoop(t, d, on)
		sql := fmt.Sprintf("SELECT nap($1) + 0 * %d", i)
		if o := of(t, ask(t, context.Background(), d, on, true, sql, 7), sql); o.n != 7 || o.err != nil {
			t.Fatal(o)
		}
		ctx, cancel := context.WithCancel(context.Background())
		q := &db.Statement{SQL: sql, MaxBytes: 1000, On: on}
		q.Params.Add(db.Cell{Kind: db.Integer, N: 8}, "")
		var tab db.Table
		over := make(chan error, 2)
		if !d.Begin(ctx, q, &tab, func(_ db.Outcome, _ bool, err error) { over <- err }) {
			t.Fatal("not begun")
		}
		other := ask(t, context.Background(), d, on, true, sql, 9)
		time.Sleep(time.Duration(i) * 2 * time.Millisecond)
		cancel()
		if err := <-over; err != nil && !errors.Is(err, context.Canceled) {
			t.Error(err)
		} else if err != nil {
			tab = db.Table{Names: []string{"mine"}}
		}
		if o := of(t, other, sql); o.n != 9 || o.err != nil {
			t.Error("the other: ", o)
		}
		onLoop(t, d, on) // the batch is over
		if len(tab.Names) == 1 && tab.Names[0] == "mine" && tab.Len() != 0 || len(over) != 0 {
			t.Error("a late row came to who had gone")
		}
	}
}

// TestLaneIsCut: of a lane that is cut in the middle of its answers, each of the batch gets his own or an error, and the lane comes back.
func TestLaneIsCut(t *testing.T) {
	p := dbtest.NewProxy(t, dbtest.Postgres(t))
	d := open(t, p.URL, 1)
	on := dbtest.NewLoop(t)
	cuts := 0
	for i := range 20 {
		onLoop(t, d, on)
		sql := fmt.Sprintf("SELECT a FROM generate_series($1::int, 60) AS a WHERE a <> -%d", i+1)
		for range 2 {
			if o := of(t, ask(t, context.Background(), d, on, true, sql, 1), sql); o.n != 1 || o.err != nil {
				t.Fatal(o)
			}
		}
		p.Cut(i * i * 10)
		var list []<-chan outcome
		for n := range int64(5) {
			list = append(list, ask(t, context.Background(), d, on, n == 4, sql, n))
		}
		for n, got := range list {
			if o := of(t, got, n); o.err != nil && !db.IsLost(o.err) || o.err == nil && o.n != int64(n) {
				t.Errorf("cut after %d bytes: %d: %+v", i*i*10, n, o)
			}
		}
		if p.Whole() {
			cuts++
		}
	}
	if cuts < 10 {
		t.Errorf("only %d answers were cut", cuts)
	}
}

// TestLaneIsSplit: answers are taken when all of them have come, wherever they were split, and whatever else the server says; one that says farewell with an
// answer loses nobody's.
func TestLaneIsSplit(t *testing.T) {
	p := dbtest.NewProxy(t, dbtest.Postgres(t))
	d := open(t, p.URL, 1)
	on := dbtest.NewLoop(t)
	const notice, farewell = "N\x00\x00\x00\x10SNOTICE\x00Mx\x00\x00", "E\x00\x00\x00\x15SFATAL\x00C57P01\x00\x00\x00\x00"
	for i := range 45 {
		onLoop(t, d, on)
		p.Split(func(b []byte) [][]byte {
			if i%5 == 0 {
				b = append(b, []string{notice, farewell}[i/5%2]...)
			}
			at := min(i*4, len(b))
			return [][]byte{b[:at], b[at:]}
		})
		var list []<-chan outcome
		for n := range int64(5) {
			list = append(list, ask(t, context.Background(), d, on, n == 4, "SELECT $1::bigint", n))
		}
		for n, got := range list {
			if o := of(t, got, n); o.err != nil || o.n != int64(n) {
				t.Errorf("split at %d: %d: %+v", i*4, n, o)
			}
		}
	}
}

// TestLaneIsSilent: a server that never answers a batch doesn't hold who waits for it: the pool asks again.
func TestLaneIsSilent(t *testing.T) {
	p := dbtest.NewProxy(t, dbtest.Postgres(t))
	d := open(t, p.URL, 1)
	on := dbtest.NewLoop(t)
	onLoop(t, d, on)
	p.Split(func([]byte) [][]byte { return nil })
	if o := of(t, ask(t, context.Background(), d, on, true, "SELECT $1::bigint", 7), "silence"); o.err != nil || o.n != 7 {
		t.Error(o)
	}
	onLoop(t, d, on)
}

// TestLanesKilled: the server is killed and started again under the load of two loops: all are told, nobody gets another's row, and the lanes come back.
func TestLanesKilled(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 2)
	loops := []*dbtest.Loop{dbtest.NewLoop(t), dbtest.NewLoop(t)}
	var asked atomic.Int64
	stop := make(chan struct{})
	var all sync.WaitGroup
	for g := range 32 {
		all.Go(func() {
			for i := int64(0); ; i++ {
				select {
				case <-stop:
					return
				default:
				}
				id := int64(g)<<32 + i
				sql := fmt.Sprintf("SELECT $1::bigint + 0 * %d", i/50)
				ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
				var e *db.Error
				switch o := of(t, ask(t, ctx, d, loops[g%2], true, sql, id), sql); {
				case o.err == nil && o.n == id:
					asked.Add(1)
				case o.err == nil:
					t.Errorf("got %d, want %d", o.n, id)
				case !errors.As(o.err, &e) || e.Code != db.CodeUnavailable:
					t.Error(o.err)
				}
				cancel()
			}
		})
	}
	more := func() {
		before := asked.Load()
		for end := time.Now().Add(60 * time.Second); asked.Load() < before+300; time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatal("no answers come any more")
			}
		}
	}
	more()
	for range 2 {
		s.Kill()
		time.Sleep(20 * time.Millisecond)
		s.Start(t)
		more()
	}
	close(stop)
	all.Wait()
	for _, on := range loops {
		onLoop(t, d, on)
	}
}

// TestLanesClose: who has asked before the database is closed gets his answer or is told that it is, and closing waits for all.
func TestLanesClose(t *testing.T) {
	s := dbtest.Postgres(t)
	on := dbtest.NewLoop(t)
	for i := range 10 {
		d := open(t, s.URL, 1)
		onLoop(t, d, on)
		var list []<-chan outcome
		for n := range int64(300) {
			list = append(list, ask(t, context.Background(), d, on, n%40 == 0, "SELECT $1::bigint", n))
		}
		time.Sleep(time.Duration(i*i) * 20 * time.Microsecond)
		d.Close()
		d.Leave(on)
		for n, got := range list {
			if o := of(t, got, n); o.err == nil && o.n != int64(n) || o.err != nil && !errors.Is(o.err, db.ErrClosed) {
				t.Errorf("%d: %+v", n, o)
			}
		}
		d.Wait()
		if d.Begin(context.Background(), &db.Statement{SQL: "SELECT 1", On: on}, &db.Table{}, func(_ db.Outcome, _ bool, err error) {
			if !errors.Is(err, db.ErrClosed) {
				t.Errorf("afterwards: %v", err)
			}
		}) {
			d.Leave(on)
		}
	}
}

// TestSlowAmongQuick: of statements that go together, one that takes long is found, and goes by the pool from then on.
func TestSlowAmongQuick(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 1)
	on := dbtest.NewLoop(t)
	execute(t, d, "CREATE FUNCTION nap(n BIGINT) RETURNS BIGINT AS $$ BEGIN PERFORM pg_sleep(0.01); RETURN n; END $$ LANGUAGE plpgsql")
	const slow = "SELECT nap($1) * 0 + CASE current_setting('transaction_read_only') WHEN 'on' THEN 1 ELSE 2 END"
	for range 2000 {
		first := ask(t, context.Background(), d, on, false, slow, 1)
		for n := range int64(4) {
			if o := of(t, ask(t, context.Background(), d, on, true, "SELECT $1::bigint", n), n); o.err != nil || o.n != n {
				t.Fatal(o)
			}
		}
		if o := of(t, first, slow); o.err != nil {
			t.Fatal(o.err)
		} else if o.n == 2 {
			return
		}
	}
	t.Error("it goes by a lane for ever")
}
