package sqlite

import (
	"context"
	"errors"
	"fmt"
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
