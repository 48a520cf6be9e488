//go:build !core

package postgres_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	"etamil/internal/db/postgres"
)

// TestLateOrder: an order to cancel of which the server hears only after the statement has ended
// by itself ends nobody else's.
func TestLateOrder(t *testing.T) {
	p := dbtest.NewProxy(t, dbtest.Postgres(t))
	d := openPool(t, p.URL, func(o *db.Options) { o.Max = 1 })
	p.SlowOrders(400 * time.Millisecond)
	sleep := func(ctx context.Context, seconds float64) error {
		c, err := d.Take(context.Background())
		if err != nil {
			return err
		}
		defer d.Give(c)
		_, err = c.Run(ctx, &db.Statement{SQL: fmt.Sprint("SELECT pg_sleep(", seconds, ")")}, nil)
		return err
	}
	for range 2 {
		ctx, cancel := context.WithTimeout(context.Background(), 100*time.Millisecond)
		_ = sleep(ctx, 0.15) // it ends by itself, mostly, before the server hears that it is to be cancelled
		cancel()
		if err := sleep(context.Background(), 0.8); err != nil {
			t.Errorf("the next one: %v", err)
		}
	}
}

// TestOrderWithoutEnd: where the server never says that the order is carried out, the connection is
// given up.
func TestOrderWithoutEnd(t *testing.T) {
	server := dbtest.Postgres(t)
	p := dbtest.NewProxy(t, server)
	d, watcher := openPool(t, p.URL, func(o *db.Options) { o.Max = 1 }), openPool(t, server.URL, func(*db.Options) {})
	p.SlowOrders(time.Minute)
	number := func(ctx context.Context, d *postgres.Database, sql string) (n int64) {
		c, err := d.Take(context.Background())
		if err != nil {
			t.Error(err)
			return 0
		}
		defer d.Give(c)
		var tab db.Table
		if _, err = c.Run(ctx, &db.Statement{SQL: sql, MaxBytes: 1000}, &tab); err == nil {
			n = tab.Cells[0].N
		}
		return n
	}
	const pid = "SELECT pg_backend_pid()"
	first := number(context.Background(), d, pid)
	// It is to be in the middle of its three seconds: where it has ended before that was seen, there is another.
	for seen := false; !seen; {
		ctx, cancel := context.WithCancel(context.Background())
		over := make(chan struct{})
		go func() {
			defer close(over)
			number(ctx, d, "SELECT 1 + 0 * length(pg_sleep(3)::text)")
		}()
		for ended := false; !seen && !ended; {
			select {
			case <-over:
				ended = true
			case <-time.After(10 * time.Millisecond):
				seen = number(context.Background(), watcher, fmt.Sprintf("SELECT count(*) FROM pg_stat_activity WHERE pid = %d AND state = 'active' AND query LIKE '%%pg_sleep(3)%%'", first)) > 0
			}
		}
		cancel()
		<-over
	}
	if next := number(context.Background(), d, pid); next == 0 || next == first {
		t.Errorf("the next one is asked on connection %d; the doubtful one was %d", next, first)
	}
}
