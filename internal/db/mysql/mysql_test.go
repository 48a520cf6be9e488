//go:build !core

package mysql

import (
	"context"
	"errors"
	"strconv"
	"testing"
	"time"

	"etamil/internal/db"
	"etamil/internal/db/dbtest"
)

// one is the only value that a query answers, as text.
func one(t *testing.T, d *Database, q db.Statement) string {
	t.Helper()
	q.MaxBytes = 1 << 20
	var table db.Table
	if _, err := d.Read(context.Background(), &q, &table); err != nil {
		t.Fatalf("%s: %v", q.SQL, err)
	}
	if len(table.Cells) != 1 {
		t.Fatalf("%s: %d cells", q.SQL, len(table.Cells))
	}
	c := &table.Cells[0]
	if c.Kind == db.Integer {
		return strconv.FormatInt(c.N, 10)
	}
	return string(table.TextOf(c))
}

func run(t *testing.T, c db.Conn, sql string) error {
	t.Helper()
	_, err := c.Run(context.Background(), &db.Statement{SQL: sql}, nil)
	return err
}

// on does something on a connection that it takes and gives back.
func on(t *testing.T, d *Database, do func(db.Conn)) {
	t.Helper()
	c, err := d.Take(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer d.Give(c)
	do(c)
}

// number is a parameter as programs give a number that is not whole.
func number(digits string) db.Params {
	var p db.Params
	p.Add(db.Cell{Kind: db.Text}, digits)
	return p
}

func TestMariaDB(t *testing.T) {
	server := dbtest.MariaDB(t)
	o := db.Defaults
	o.Max = 1 // everybody gets the same connection
	d, err := Open(context.Background(), server.URL, o)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		d.Close()
		d.Wait()
	}()
	must := func(c db.Conn, sql string) {
		t.Helper()
		if err := run(t, c, sql); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}

	t.Run("a transaction that a procedure has begun", func(t *testing.T) {
		on(t, d, func(c db.Conn) {
			must(c, "CREATE TABLE t (a INTEGER)")
			must(c, "CREATE PROCEDURE p() BEGIN START TRANSACTION; INSERT INTO t VALUES (1); END")
			must(c, "CALL p()")
			if !c.InTransaction() {
				t.Error("it is not seen")
			}
		})
		if got := one(t, d, db.Statement{SQL: "SELECT count(*) FROM t"}); got != "0" {
			t.Errorf("whoever comes next sees %s rows of it", got)
		}
	})

	t.Run("what commits on its own", func(t *testing.T) {
		on(t, d, func(c db.Conn) {
			must(c, "START TRANSACTION")
			must(c, "CREATE TABLE u (a INTEGER)")
			if c.InTransaction() {
				t.Error("CREATE TABLE has committed, and the transaction is said to be open")
			}
			must(c, "/* first */ BEGIN")
			if !c.InTransaction() {
				t.Error("a transaction that begins behind a comment is not seen")
			}
			must(c, "ROLLBACK AND CHAIN")
			if !c.InTransaction() {
				t.Error("a transaction that follows another is not seen")
			}
		})
	})

	t.Run("numbers are compared as decimals", func(t *testing.T) {
		on(t, d, func(c db.Conn) {
			must(c, "CREATE TABLE n (n DECIMAL(38, 9), s VARCHAR(60))")
			must(c, "INSERT INTO n VALUES (12345678901234567.123456788, ''), (12345678901234567.123456789, '')")
		})
		q := db.Statement{SQL: "SELECT count(*) FROM n WHERE n = ?", Params: number("12345678901234567.123456789")}
		if got := one(t, d, q); got != "1" {
			t.Errorf("%s rows have that number, of two that differ in the last digit", got)
		}
		q = db.Statement{SQL: "SELECT count(*) FROM n WHERE n > :x", Params: number("12345678901234567.123456788")}
		q.Params.Names = map[string]int{"x": 0}
		if got := one(t, d, q); got != "1" {
			t.Errorf("%s rows have a greater number", got)
		}
		on(t, d, func(c db.Conn) {
			must(c, "CREATE TABLE m (n DECIMAL(38, 9))")
			must(c, "INSERT INTO m VALUES (12345678901234567.123456789)")
			q := db.Statement{SQL: "UPDATE m SET n = n + ?", Params: number("0.1")}
			if _, err := c.Run(context.Background(), &q, nil); err != nil {
				t.Fatal(err)
			}
		})
		if got := one(t, d, db.Statement{SQL: "SELECT n FROM m"}); got != "12345678901234567.223456789" {
			t.Errorf("a sum is %s", got)
		}
		on(t, d, func(c db.Conn) {
			p := number("1.50")
			if _, err := c.Run(context.Background(), &db.Statement{SQL: "UPDATE n SET s = ?", Params: p}, nil); err != nil {
				t.Fatal(err)
			}
		})
		if got := one(t, d, db.Statement{SQL: "SELECT DISTINCT s FROM n"}); got != "1.50" {
			t.Errorf("as text it is %q", got)
		}
	})

	t.Run("SQL as the other databases read it", func(t *testing.T) {
		if got := one(t, d, db.Statement{SQL: "SELECT 'a' || 'b'"}); got != "ab" {
			t.Errorf("|| gives %q", got)
		}
		on(t, d, func(c db.Conn) {
			must(c, "CREATE TABLE v (a INTEGER, b VARCHAR(3))")
			for _, sql := range []string{"INSERT INTO v (b) VALUES ('long')", "INSERT INTO v (a) VALUES (99999999999)", "INSERT INTO v (a) VALUES ('x')"} {
				if run(t, c, sql) == nil {
					t.Errorf("%s: what doesn't fit is cut", sql)
				}
			}
		})
	})

	t.Run("the constraint is the server's word, not the value's", func(t *testing.T) {
		on(t, d, func(c db.Conn) {
			must(c, "CREATE TABLE w (a VARCHAR(60), CONSTRAINT w_a UNIQUE (a))")
			const sql = `INSERT INTO w VALUES ('x'' for key ''other')`
			must(c, sql)
			var e *db.Error
			if err := run(t, c, sql); !errors.As(err, &e) || e.Code != db.CodeConflict || e.Constraint != "w_a" {
				t.Errorf("%+v", err)
			}
		})
	})

	t.Run("an order to end comes late", func(t *testing.T) {
		for range 50 {
			on(t, d, func(c db.Conn) {
				must(c, "START TRANSACTION")
				ctx, cancel := context.WithTimeout(context.Background(), 5*time.Millisecond)
				defer cancel()
				_, _ = c.Run(ctx, &db.Statement{SQL: "SELECT SLEEP(0.0055)"}, nil) // it ends by itself, mostly, before the server hears that it is to
				for range 3 {
					must(c, "SELECT SLEEP(0.002)")
				}
				must(c, "COMMIT")
			})
		}
	})

	t.Run("a connection that was cut while it lay idle", func(t *testing.T) {
		id := one(t, d, db.Statement{SQL: "SELECT CONNECTION_ID()"})
		other, err := Open(context.Background(), server.URL, o)
		if err != nil {
			t.Fatal(err)
		}
		on(t, other, func(c db.Conn) { must(c, "KILL "+id) })
		other.Close()
		other.Wait()
		if got := one(t, d, db.Statement{SQL: "SELECT 7"}); got != "7" {
			t.Errorf("%q", got)
		}
	})
}
