package sqlite

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"etamil/internal/db"
)

func openFile(t testing.TB) *Database {
	t.Helper()
	d, err := Open(filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		d.Close()
		d.Wait()
	})
	return d
}

func statement(sql string, params ...int64) *db.Statement {
	q := &db.Statement{SQL: sql, MaxBytes: 1 << 20}
	for _, n := range params {
		q.Params.Add(db.Cell{Kind: db.Integer, N: n}, "")
	}
	return q
}

// alone runs SQL on the writer.
func alone(t testing.TB, d *Database, sql string) {
	t.Helper()
	c, err := d.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Give(c)
	if _, err := c.Run(context.Background(), statement(sql), nil); err != nil {
		t.Fatal(err)
	}
}

// number reads the one number that the SQL gives.
func number(t testing.TB, d *Database, sql string) int64 {
	t.Helper()
	var tab db.Table
	if done, err := d.Read(context.Background(), statement(sql), &tab); !done || err != nil || tab.Len() != 1 {
		t.Fatal(done, err, tab.Len())
	}
	return tab.Cells[0].N
}

// together runs statements of which all wait while the writer is somebody else's, so that they
// meet in one group. It answers each one's error, and whether it was done at all.
func together(t testing.TB, d *Database, list []*db.Statement) (errs []error, done []bool) {
	t.Helper()
	c, err := d.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	errs, done = make([]error, len(list)), make([]bool, len(list))
	var wg sync.WaitGroup
	for i, q := range list {
		wg.Go(func() { _, done[i], errs[i] = d.Write(context.Background(), q, nil) })
		for n := 0; n != i+1; time.Sleep(100 * time.Microsecond) {
			d.group.mu.Lock()
			n = len(d.group.waiting)
			d.group.mu.Unlock()
		}
	}
	d.Give(c)
	wg.Wait()
	return errs, done
}

func codes(errs []error) (list []string) {
	for _, err := range errs {
		var e *db.Error
		switch {
		case err == nil:
			list = append(list, "")
		case errors.As(err, &e):
			list = append(list, e.Code)
		default:
			list = append(list, err.Error())
		}
	}
	return list
}

// TestGroup: writes that wait together are in one transaction: nobody sees some of them.
func TestGroup(t *testing.T) {
	d := openFile(t)
	d.group.time = time.Hour
	alone(t, d, "CREATE TABLE t (a INTEGER PRIMARY KEY)")
	const n = 40
	var list []*db.Statement
	for i := range int64(n) {
		list = append(list, statement("INSERT INTO t VALUES (?)", i))
	}
	stop, seen := make(chan struct{}), make(chan map[int64]bool)
	go func() {
		counts := map[int64]bool{}
		for {
			counts[number(t, d, "SELECT count(*) FROM t")] = true
			select {
			case <-stop:
				seen <- counts
				return
			default:
			}
		}
	}()
	errs, done := together(t, d, list)
	close(stop)
	for i := range errs {
		if errs[i] != nil || !done[i] {
			t.Errorf("%d: %v %v", i, errs[i], done[i])
		}
	}
	if got := number(t, d, "SELECT count(*) FROM t"); got != n {
		t.Errorf("%d rows", got)
	}
	for count := range <-seen {
		if count != 0 && count != n {
			t.Errorf("somebody saw %d of %d rows", count, n)
		}
	}
}

// TestGroupFailsAlone: each statement gets its own error, and what the others have written
// is there, also when the failing one rolls everything back.
func TestGroupFailsAlone(t *testing.T) {
	d := openFile(t)
	alone(t, d, `CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER CHECK (b < 100));
		CREATE TABLE child (p INTEGER REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED);
		CREATE TABLE strict (a INTEGER);
		CREATE TRIGGER never BEFORE INSERT ON strict BEGIN SELECT RAISE(ROLLBACK, 'no'); END`)
	insert := func(i int64) *db.Statement { return statement("INSERT INTO t VALUES (?, ?)", i, i) }
	list := []*db.Statement{
		insert(1), insert(1), insert(2),
		statement("INSERT INTO t SELECT a + 10, b + 60 * a FROM t"), // its second row is nothing; the first goes too
		insert(200),
		statement("INSERT INTO strict VALUES (1)"), // rolls back
		insert(3),
		statement("INSERT OR ROLLBACK INTO t VALUES (3, 3)"),
		statement("INSERT INTO child VALUES (77)"), // known only at the end
		statement("INSERT INTO child VALUES (3)"),
		statement("INSERT INTO nowhere VALUES (1)"),
		statement("INSERT INTO t VALUES (4, 4); INSERT INTO t VALUES (5, 5)"), // a script
		statement("INSERT INTO t VALUES (?, ?)", 1),
		statement("WITH x AS (SELECT 6 AS n) INSERT INTO t SELECT n, n FROM x"),
		statement("WITH x AS (SELECT 6 AS n) SELECT n FROM x"),
		insert(7),
	}
	errs, done := together(t, d, append(list[:14:14], list[15])) // the query waits for nobody
	want := []string{"", "conflict", "", "db.constraint", "db.constraint", "db.constraint", "", "conflict", "db.constraint", "", "db.error", "", "db.params", "", ""}
	if got := codes(errs); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("errors\n%q\nwant\n%q", got, want)
	}
	for i := range done {
		if done[i] != (i != 11) {
			t.Errorf("%d: done %v", i, done[i])
		}
	}
	if n := number(t, d, "SELECT sum(a) FROM t"); n != 1+2+3+6+7 {
		t.Errorf("the rows add up to %d", n)
	}
	if n := number(t, d, "SELECT count(*) FROM child"); n != 1 {
		t.Errorf("%d children", n)
	}
	var tab db.Table
	if _, done, err := d.Write(context.Background(), list[14], &tab); !done || err != nil || tab.Cells[0].N != 6 {
		t.Error(done, err, tab)
	}
}

// TestGroupRows: RETURNING answers what the transaction that lasts has written.
func TestGroupRows(t *testing.T) {
	d := openFile(t)
	alone(t, d, `CREATE TABLE t (a INTEGER PRIMARY KEY); CREATE TABLE strict (a INTEGER);
		CREATE TRIGGER never BEFORE INSERT ON strict BEGIN SELECT RAISE(ROLLBACK, 'no'); END`)
	var wg sync.WaitGroup
	for i := range int64(200) {
		wg.Go(func() {
			if i%20 == 0 {
				if _, _, err := d.Write(context.Background(), statement("INSERT INTO strict VALUES (1)"), nil); err == nil {
					t.Error("the trigger lets it pass")
				}
				return
			}
			var tab db.Table
			out, done, err := d.Write(context.Background(), statement("INSERT INTO t VALUES (?) RETURNING a", i), &tab)
			if err != nil || !done || tab.Len() != 1 || tab.Cells[0].N != i || out.LastRow != i || out.Changed != 1 {
				t.Errorf("%d: %v %v, rows %v, %+v", i, done, err, tab.Cells, out)
			}
		})
	}
	wg.Wait()
	if n := number(t, d, "SELECT count(*) FROM t"); n != 190 {
		t.Errorf("%d rows", n)
	}
}

// TestGroupCancelled: who waits can leave at once; who is in the middle of a statement ends it,
// and spoils nothing.
func TestGroupCancelled(t *testing.T) {
	d := openFile(t)
	alone(t, d, "CREATE TABLE t (a INTEGER PRIMARY KEY)")
	c, err := d.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	if _, done, err := d.Write(ctx, statement("INSERT INTO t VALUES (1)"), nil); !done || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("while another has the writer: %v %v", done, err)
	}
	d.Give(c)
	var wg sync.WaitGroup
	for i := range int64(60) {
		wg.Go(func() {
			if i%20 != 0 {
				if _, _, err := d.Write(context.Background(), statement("INSERT INTO t VALUES (?)", i+100), nil); err != nil {
					t.Error(err)
				}
				return
			}
			ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
			defer cancel()
			endless := statement("WITH RECURSIVE n (a) AS (VALUES (1000) UNION ALL SELECT a + 1 FROM n) INSERT INTO t SELECT a FROM n")
			if _, _, err := d.Write(ctx, endless, nil); !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("an endless INSERT: %v", err)
			}
		})
	}
	wg.Wait()
	if n := number(t, d, "SELECT count(*) FROM t"); n != 57 {
		t.Errorf("%d rows", n)
	}
}

// TestGroupClosed: Close answers who waits.
func TestGroupClosed(t *testing.T) {
	d := openFile(t)
	alone(t, d, "CREATE TABLE t (a INTEGER PRIMARY KEY)")
	c, err := d.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	answer := make(chan error)
	go func() {
		_, _, err := d.Write(context.Background(), statement("INSERT INTO t VALUES (1)"), nil)
		answer <- err
	}()
	time.Sleep(10 * time.Millisecond)
	d.Close()
	if err := <-answer; err != db.ErrClosed {
		t.Error(err)
	}
	d.Give(c)
}

// BenchmarkWrites is one row for many who write at once: in groups, and each by itself.
func BenchmarkWrites(b *testing.B) {
	for name, write := range map[string]func(*Database, *db.Statement) error{
		"grouped": func(d *Database, q *db.Statement) error {
			_, _, err := d.Write(context.Background(), q, nil)
			return err
		},
		"each": func(d *Database, q *db.Statement) error {
			c, err := d.Take(context.Background())
			if err != nil {
				return err
			}
			defer d.Give(c)
			_, err = c.Run(context.Background(), q, nil)
			return err
		},
	} {
		b.Run(name, func(b *testing.B) {
			d := openFile(b)
			alone(b, d, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER)")
			b.SetParallelism(32)
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if err := write(d, statement("INSERT INTO t (b) VALUES (?)", 7)); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

// TestWithdrawnIsForgotten: nothing holds a write that was withdrawn, also where it may have waited for an hour.
func TestWithdrawnIsForgotten(t *testing.T) {
	d := openFile(t)
	alone(t, d, "CREATE TABLE t (n INTEGER)")
	d.Limit(time.Hour, 0)
	c, err := d.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Give(c)
	freed := make(chan struct{})
	func() {
		ctx, cancel := context.WithCancel(t.Context())
		q := statement("INSERT INTO t VALUES (1)")
		runtime.AddCleanup(q, func(c chan struct{}) { close(c) }, freed)
		over := make(chan error, 1)
		d.Begin(ctx, q, nil, func(_ db.Outcome, _ bool, err error) { over <- err })
		cancel()
		if err := <-over; !errors.Is(err, context.Canceled) {
			t.Errorf("it ended with %v", err)
		}
	}()
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		runtime.GC()
		select {
		case <-freed:
			return
		default:
		}
		if time.Now().After(end) {
			t.Fatal("it is still held")
		}
	}
}
