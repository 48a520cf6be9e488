//go:build !core

package postgres_test

import (
	"fmt"
	"testing"
	"time"

	"etamil/internal/db/dbtest"
)

// TestEndedWhileIdle: a connection that the server has ended while nobody used it fails no
// statement, however short a while that was.
func TestEndedWhileIdle(t *testing.T) {
	s := dbtest.Postgres(t)
	d, other := open(t, s.URL, 0), open(t, s.URL, 0)
	execute(t, d, "CREATE TABLE t (n int)")
	for i := range 20 {
		pid, err := read(d, "SELECT pg_backend_pid()")
		if err != nil {
			t.Fatal(err)
		}
		execute(t, other, fmt.Sprintf("SELECT pg_terminate_backend(%d, 10000)", pid)) // waits for its end
		if i%2 == 1 {
			time.Sleep(10 * time.Millisecond)
		}
		execute(t, d, "INSERT INTO t VALUES (1)")
	}
	if n, err := read(d, "SELECT count(*) FROM t"); err != nil || n != 20 {
		t.Errorf("%d rows, %v", n, err)
	}
}
