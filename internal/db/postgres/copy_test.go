//go:build !core

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	"etamil/internal/db/postgres"
)

// numbered are n rows (i, i) for the table t; at says what row i has instead of i.
func numbered(n int, at func(i int) int64) *db.Rows {
	r := &db.Rows{Table: "t", Columns: []string{"id", "n"}}
	for i := range n {
		r.Add(db.Cell{Kind: db.Integer, N: at(i)}, "")
		r.Add(db.Cell{Kind: db.Integer, N: int64(i)}, "")
	}
	return r
}

func self(i int) int64 { return int64(i) }

// slowTable makes the table t, which takes a millisecond for each row.
func slowTable(t *testing.T, d *postgres.Database) {
	t.Helper()
	execute(t, d, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)")
	execute(t, d, "CREATE FUNCTION slow() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END $$ LANGUAGE plpgsql")
	execute(t, d, "CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow()")
}

// copying waits until the server has taken some rows of a COPY.
func copying(t *testing.T, d *postgres.Database) {
	t.Helper()
	for range 2000 {
		if n, err := read(d, "SELECT coalesce(max(tuples_processed), 0) FROM pg_stat_progress_copy"); err == nil && n > 20 {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("the server takes no rows")
}

func codeOf(err error) string {
	var e *db.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return fmt.Sprint(err)
}

// added are the rows of t, as somebody else sees them.
func added(t *testing.T, url string) int64 {
	t.Helper()
	d := open(t, url, 0)
	n, err := read(d, "SELECT count(*) FROM t")
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestCopyKilled: the server dies in the middle of a COPY. Nothing of it is there afterwards, the error says what was, and
// the database can be used again.
func TestCopyKilled(t *testing.T) {
	s := dbtest.Postgres(t)
	d, other := open(t, s.URL, 0), open(t, s.URL, 0)
	slowTable(t, d)
	ended := make(chan error, 1)
	c, err := d.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, err := c.Insert(context.Background(), numbered(60_000, self))
		ended <- err
	}()
	copying(t, other)
	s.Kill()
	select {
	case err = <-ended:
	case <-time.After(time.Minute):
		t.Fatal("COPY goes on without a server")
	}
	if got := codeOf(err); got != db.CodeUnavailable {
		t.Errorf("killed: %s", got)
	}
	d.Give(c)
	s.Start(t)
	if n := added(t, s.URL); n != 0 {
		t.Errorf("%d rows are there", n)
	}
	if c, err = d.Take(context.Background()); err != nil {
		t.Fatal(err)
	}
	defer d.Give(c)
	if n, err := c.Insert(context.Background(), numbered(10, self)); n != 10 || err != nil {
		t.Errorf("afterwards: %d, %v", n, err)
	}
}

// TestCopyCancelled: who asked has gone. The server ends it, and the connection, or another, can be used.
func TestCopyCancelled(t *testing.T) {
	s := dbtest.Postgres(t)
	d, other := open(t, s.URL, 0), open(t, s.URL, 0)
	slowTable(t, d)
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	c, err := d.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		_, err := c.Insert(ctx, numbered(60_000, self))
		ended <- err
	}()
	copying(t, other)
	cancel()
	select {
	case err = <-ended:
	case <-time.After(time.Minute):
		t.Fatal("COPY goes on")
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	d.Give(c)
	if n := added(t, s.URL); n != 0 {
		t.Errorf("%d rows are there", n)
	}
	if n, err := read(other, "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'COPY%' AND state = 'active'"); n != 0 || err != nil {
		t.Errorf("%d still copy, %v", n, err)
	}
	for range 3 {
		if n, err := read(d, "SELECT 7"); n != 7 || err != nil {
			t.Errorf("afterwards: %d, %v", n, err)
		}
	}
}

// TestCopyConflict: a row in the middle is there already. None of the others is added, and the same connection goes on.
func TestCopyConflict(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 0)
	execute(t, d, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER CHECK (n <> 59999))")
	c, err := d.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Give(c)
	ctx := context.Background()
	twice := func(i int) int64 { return int64(i) - int64(i/30_000) } // row 30000 again
	for _, test := range []struct {
		rows *db.Rows
		code string
	}{
		{numbered(60_000, twice), db.CodeConflict},
		{numbered(60_000, self), db.CodeConstraint},
		{numbered(600, func(i int) int64 { return int64(i) << 40 }), db.CodeError}, // too large for the column
	} {
		n, err := c.Insert(ctx, test.rows)
		if codeOf(err) != test.code || n != 0 {
			t.Errorf("got %d, %v, want %s", n, err, test.code)
		}
		if c.InTransaction() {
			t.Error("a transaction is open")
		}
		if n := added(t, s.URL); n != 0 {
			t.Errorf("%d rows are there", n)
		}
	}
	var e *db.Error
	if _, err := c.Insert(ctx, numbered(60_000, twice)); !errors.As(err, &e) || e.Constraint != "t_pkey" {
		t.Errorf("got %v, want the constraint's name", err)
	}
	if n, err := c.Insert(ctx, numbered(600, self)); n != 600 || err != nil {
		t.Errorf("afterwards: %d, %v", n, err)
	}
	// In a transaction the rows go with it.
	if err := c.Begin(ctx, 0, db.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Insert(ctx, numbered(600, func(i int) int64 { return int64(i) + 10_000 })); err != nil {
		t.Error(err)
	}
	if _, err := c.Insert(ctx, numbered(600, self)); codeOf(err) != db.CodeConflict {
		t.Errorf("got %v", err)
	}
	if err := c.Commit(ctx, 0); !errors.Is(err, db.ErrAborted) {
		t.Errorf("COMMIT: %v", err)
	}
	if n := added(t, s.URL); n != 600 {
		t.Errorf("%d rows are there", n)
	}
}

// TestCopyCut: the connection is cut somewhere in the server's answer. All rows are there, or none.
func TestCopyCut(t *testing.T) {
	s := dbtest.Postgres(t)
	p := dbtest.NewProxy(t, s)
	d, other := open(t, p.URL, 0), open(t, s.URL, 0)
	execute(t, other, "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER)")
	cuts := 0
	for i := range 30 {
		execute(t, other, "TRUNCATE t")
		c, err := d.Take(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		p.Cut(i * 3)
		n, err := c.Insert(context.Background(), numbered(20_000, self))
		if p.Whole() {
			cuts++
		}
		d.Give(c)
		there := added(t, s.URL)
		switch {
		case err == nil && n == 20_000 && there == n:
		case codeOf(err) == db.CodeUnavailable && (there == 0 || there == 20_000):
		default:
			t.Errorf("cut after %d bytes: %d, %v, %d rows are there", i*3, n, err, there)
		}
	}
	if cuts < 10 {
		t.Errorf("only %d were cut", cuts)
	}
}
