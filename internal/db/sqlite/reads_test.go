package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/internal/db"
)

// begin runs a read as fibers do, and waits.
func begin(ctx context.Context, d *Database, q *db.Statement) (t db.Table, err error) {
	over := make(chan struct{})
	if !d.Begin(ctx, q, &t, func(_ db.Outcome, done bool, e error) {
		if err = e; err == nil && !done {
			err = errors.New("not done")
		}
		close(over)
	}) {
		return t, errors.New("not begun")
	}
	<-over
	return t, err
}

// TestReads: many at once get their own answers, see what was written before they asked, and are not
// held up by one that is suddenly slow or never ends.
func TestReads(t *testing.T) {
	d := openFile(t)
	alone(t, d, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER); CREATE TABLE log (a INTEGER PRIMARY KEY)")
	alone(t, d, "WITH RECURSIVE n (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n WHERE a < 1000) INSERT INTO t SELECT a, a * 7 FROM n")
	const loop = "SELECT count(*) FROM (WITH RECURSIVE n (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n WHERE a < ?) SELECT a FROM n)"
	background := context.Background()
	if _, err := begin(background, d, statement(loop, 3)); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range int64(32) {
		wg.Go(func() {
			for n := range int64(60) {
				id := (i*61+n)%1000 + 1
				got, err := begin(background, d, statement("SELECT b FROM t WHERE a = ?", id))
				if err != nil || got.Len() != 1 || got.Cells[0].N != id*7 {
					t.Errorf("row %d: %v %v", id, got.Cells, err)
				}
				if n%20 == 7 {
					own := i*1000 + n
					if _, _, err := d.Write(background, statement("INSERT INTO log VALUES (?)", own), nil); err != nil {
						t.Error(err)
					}
					if got, err := begin(background, d, statement("SELECT a FROM log WHERE a = ?", own)); err != nil || got.Len() != 1 {
						t.Errorf("what it has written itself: %v %v", got.Cells, err)
					}
				}
				if i < 2 && n%20 == 3 { // known to be quick, and now it has no end
					ctx, cancel := context.WithTimeout(background, 20*time.Millisecond)
					if _, err := begin(ctx, d, statement(loop, 1<<40)); !errors.Is(err, context.DeadlineExceeded) {
						t.Errorf("an endless read: %v", err)
					}
					cancel()
					if got, err := begin(background, d, statement(loop, 5)); err != nil || got.Cells[0].N != 5 {
						t.Errorf("afterwards: %v %v", got.Cells, err)
					}
				}
			}
		})
	}
	wg.Wait()
	if _, err := begin(background, d, statement("SELECT nothing FROM nowhere")); fmt.Sprint(err) != "not done" {
		t.Errorf("no such table: %v", err)
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	if _, err := begin(ctx, d, statement("SELECT b FROM t WHERE a = 1")); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled before: %v", err)
	}
}

// TestReadsBesideSlowOnes: as many that never end as there are readers, and more, hold up nobody else, and not who looks whether the file can be read.
func TestReadsBesideSlowOnes(t *testing.T) {
	d := openFile(t)
	alone(t, d, "CREATE TABLE t (a INTEGER PRIMARY KEY, b INTEGER); INSERT INTO t VALUES (1, 7)")
	const endless = "SELECT count(*) FROM (WITH RECURSIVE n (a) AS (SELECT 1 UNION ALL SELECT a + 1 FROM n WHERE a < ?) SELECT a FROM n)"
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	var slow sync.WaitGroup
	for i := range readers + 2 {
		slow.Go(func() {
			_, err := false, error(nil)
			if i%2 == 0 {
				_, err = begin(ctx, d, statement(endless, 1<<50))
			} else { // as what begins with WITH
				_, err = d.Read(ctx, statement(endless, 1<<50), &db.Table{})
			}
			if !errors.Is(err, context.Canceled) {
				t.Errorf("an endless read: %v", err)
			}
		})
	}
	soon, done := context.WithTimeout(context.Background(), 2*time.Minute) // those that never end compute beside them
	defer done()
	for range 3 {
		if got, err := begin(soon, d, statement("SELECT b FROM t WHERE a = 1")); err != nil || got.Cells[0].N != 7 {
			t.Fatalf("beside them: %v %v", got.Cells, err)
		}
		if err := d.Check(soon); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	slow.Wait()
	for end := time.Now().Add(time.Minute); d.helpers.Load() > 0 || d.extras.Load() > 0; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%d who have helped, and %d connections, never go", d.helpers.Load(), d.extras.Load())
		}
		if _, err := begin(context.Background(), d, statement("SELECT b FROM t WHERE a = 1")); err != nil {
			t.Fatal(err)
		}
	}
	if n := len(d.read); n != readers {
		t.Errorf("%d readers", n)
	}
}

// TestFileMoves: a file that was taken away, or has another one in its place, is told by who looks.
func TestFileMoves(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	check := func(want string) {
		t.Helper()
		if err := d.Check(context.Background()); want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	check("")
	if err := os.Rename(path, path+".old"); err != nil {
		t.Fatal(err)
	}
	check("not there any more")
	if err := os.WriteFile(path, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	check("another file")
	if err := os.Rename(path+".old", path); err != nil {
		t.Fatal(err)
	}
	check("")
}
