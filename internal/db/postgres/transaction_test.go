//go:build !core

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"etamil/internal/db"
	"etamil/internal/db/dbtest"
)

// TestBeginIsHeldBack: that BEGIN and SAVEPOINT go with what stands behind them changes nothing of what a transaction is.
func TestBeginIsHeldBack(t *testing.T) {
	s := dbtest.Postgres(t)
	d, other := open(t, s.URL, 0), open(t, s.URL, 0)
	execute(t, d, "CREATE TABLE t (a INTEGER PRIMARY KEY)")
	ctx := context.Background()
	x, err := d.Take(ctx)
	if err != nil {
		t.Fatal(err)
	}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	run := func(sql string) (string, error) {
		var tab db.Table
		_, err := x.Run(ctx, &db.Statement{SQL: sql, MaxBytes: 1000}, &tab)
		if err != nil || tab.Len() == 0 {
			return "", err
		}
		if c := &tab.Cells[0]; c.Kind == db.Chars {
			return string(tab.TextOf(c)), nil
		}
		return fmt.Sprint(tab.Cells[0].N), nil
	}
	is := func(sql, want string) {
		t.Helper()
		if got, err := run(sql); got != want || err != nil {
			t.Errorf("%s: %q %v, want %q", sql, got, err, want)
		}
	}
	ended := func() {
		t.Helper()
		if x.InTransaction() {
			t.Error("a transaction is open")
		}
	}
	rows := func(want int64) {
		t.Helper()
		if n, err := read(other, "SELECT count(*) FROM t"); n != want || err != nil {
			t.Errorf("%d rows, want %d: %v", n, want, err)
		}
	}

	// Nothing is done in it.
	must(x.Begin(ctx, 0, db.TxOptions{}))
	must(x.Begin(ctx, 1, db.TxOptions{}))
	if !x.InTransaction() {
		t.Error("it has not begun")
	}
	must(x.Rollback(ctx, 1))
	must(x.Commit(ctx, 0))
	ended()

	// Everything that it was begun with holds, the first time on a connection and later.
	for range 2 {
		must(x.Begin(ctx, 0, db.TxOptions{Isolation: db.Serializable, ReadOnly: true}))
		is("SHOW transaction_isolation", "serializable")
		is("SHOW transaction_read_only", "on")
		must(x.Commit(ctx, 0))
		is("SHOW transaction_isolation", "read committed")
		ended()
	}

	// What savepoints hold goes with them, wherever the statements stand.
	for i := range 2 {
		must(x.Begin(ctx, 0, db.TxOptions{}))
		must(x.Begin(ctx, 1, db.TxOptions{}))
		is(fmt.Sprintf("INSERT INTO t VALUES (%d)", 10*i), "")
		must(x.Begin(ctx, 2, db.TxOptions{}))
		is(fmt.Sprintf("INSERT INTO t VALUES (%d)", 10*i+1), "")
		must(x.Rollback(ctx, 2))
		must(x.Begin(ctx, 2, db.TxOptions{}))
		must(x.Commit(ctx, 2))
		must(x.Commit(ctx, 1))
		must(x.Begin(ctx, 1, db.TxOptions{}))
		if _, err := run(fmt.Sprintf("INSERT INTO t VALUES (%d)", 10*i)); codeOf(err) != db.CodeConflict {
			t.Errorf("got %v", err)
		}
		if err := x.Begin(ctx, 2, db.TxOptions{}); codeOf(err) != db.CodeAborted {
			t.Errorf("a savepoint in a transaction that has failed: %v", err)
		}
		must(x.Rollback(ctx, 1))
		rows(int64(i))
		must(x.Commit(ctx, 0))
		rows(int64(i + 1))
		ended()
	}

	// A statement that can't even be prepared ends the transaction, also as its first.
	must(x.Begin(ctx, 0, db.TxOptions{}))
	if _, err := run("SELECT x FROM nowhere"); stateOf(err) != "42P01" {
		t.Errorf("got %v", err)
	}
	if _, err := run("INSERT INTO t VALUES (99)"); codeOf(err) != db.CodeAborted {
		t.Errorf("got %v", err)
	}
	if err := x.Commit(ctx, 0); !errors.Is(err, db.ErrAborted) {
		t.Errorf("COMMIT: %v", err)
	}
	ended()
	rows(2)

	// Commands are prepared, and so are statements: none of them may be missed when they are dropped.
	is("DEALLOCATE ALL", "")
	must(x.Begin(ctx, 0, db.TxOptions{}))
	is("INSERT INTO t VALUES (50)", "")
	must(x.Commit(ctx, 0))
	rows(3)

	// A COMMIT that fails has rolled back, and the next one works.
	is("CREATE TABLE u (a INTEGER REFERENCES t DEFERRABLE INITIALLY DEFERRED)", "")
	d.Give(x)
	if x, err = d.Take(ctx); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		must(x.Begin(ctx, 0, db.TxOptions{}))
		is("INSERT INTO u VALUES (77)", "")
		if err := x.Commit(ctx, 0); codeOf(err) != db.CodeConstraint {
			t.Errorf("got %v", err)
		}
		ended()
	}

	// COPY from the client has no rows here, and does not wait for them.
	if _, err := run("COPY t FROM STDIN"); codeOf(err) != db.CodeParams {
		t.Errorf("COPY: %v", err)
	}
	is("SELECT count(*) FROM t", "3")

	// The server has gone: who has begun learns it from the first statement, and nothing else is done in its place.
	pid, err := run("SELECT pg_backend_pid()")
	must(err)
	must(x.Begin(ctx, 0, db.TxOptions{}))
	execute(t, other, "SELECT pg_terminate_backend("+pid+", 10000)")
	if _, err := run("INSERT INTO t VALUES (60)"); codeOf(err) != db.CodeUnavailable {
		t.Errorf("got %v", err)
	}
	ended()
	d.Give(x)
	rows(3)
}
