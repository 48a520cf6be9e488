//go:build !core && linux

package postgres_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/internal/db"
	"etamil/internal/db/dbtest"
	"etamil/internal/db/postgres"
)

// TestLanesGrowOld: the connection of a lane is replaced when its lifetime is over, whether a loop or a goroutine asks.
func TestLanesGrowOld(t *testing.T) {
	s := dbtest.Postgres(t)
	for _, on := range []db.Poller{nil, dbtest.NewLoop(t)} {
		d := openPool(t, s.URL, func(o *db.Options) { o.Lanes, o.Lifetime = 1, time.Second })
		seen := map[int64]bool{}
		for end := time.Now().Add(time.Minute); len(seen) < 3 && time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
			// On a connection of the pool, which grows old as well, it is 0. Another statement each time, as one that is slow goes by the pool.
			sql := fmt.Sprintf("SELECT CASE current_setting('transaction_read_only') WHEN 'on' THEN pg_backend_pid() ELSE 0 END + 0 * %d", time.Now().UnixMilli()/200)
			o := of(t, ask(t, context.Background(), d, on, true, sql), sql)
			if o.err != nil {
				t.Fatal(o.err)
			}
			if o.n != 0 {
				seen[o.n] = true
			}
		}
		if len(seen) < 3 {
			t.Errorf("on a loop %v: %d connections in all", on != nil, len(seen))
		}
	}
}

// long begins a read whose parameter is so many bytes; it answers how to wait for it.
func long(t testing.TB, ctx context.Context, d *postgres.Database, on db.Poller, id, size int) func() error {
	text := fmt.Sprint(id, ":", strings.Repeat("x", size))
	q := &db.Statement{SQL: "SELECT $1::text", MaxBytes: 60 << 10, On: on}
	q.Params.Add(db.Cell{Kind: db.Chars}, text)
	tab := &db.Table{}
	got := make(chan error, 2)
	check := func(err error) {
		if err == nil && (tab.Len() != 1 || string(tab.TextOf(&tab.Cells[0])) != text) {
			err = errors.New("another's row")
		}
		got <- err
	}
	alone := func() {
		c, err := d.Take(ctx)
		if err == nil {
			_, err = c.Run(ctx, q, tab)
			d.Give(c)
		}
		check(err)
	}
	if !d.Begin(ctx, q, tab, func(_ db.Outcome, done bool, err error) {
		if !done {
			go alone()
			return
		}
		check(err)
	}) {
		go alone()
	}
	return func() error {
		select {
		case err := <-got:
			return err
		case <-time.After(time.Minute):
			return errors.New("nothing came of it")
		}
	}
}

// TestLanesPutBack: more than fits into a batch waits for the next one, of the same lane or of one that is free: each gets his own answer, also beside those who
// go meanwhile.
func TestLanesPutBack(t *testing.T) {
	s := dbtest.Postgres(t)
	for lanes := range 3 {
		d := open(t, s.URL, lanes+1)
		loops := []*dbtest.Loop{dbtest.NewLoop(t), dbtest.NewLoop(t)}
		var all sync.WaitGroup
		for g, on := range loops {
			all.Go(func() {
				onLoop(t, d, on)
				for round := range 20 {
					ctx, cancel := context.WithCancel(context.Background())
					list := make([]func() error, 60)
					for i := range list {
						c := context.Background()
						if i%7 == 3 {
							c = ctx
						}
						list[i] = long(t, c, d, on, (g*1000+round)*1000+i, []int{7000, 10, 15000}[i%3])
					}
					d.Leave(on)
					if round%2 == 1 {
						cancel()
					}
					for i, wait := range list {
						if err := wait(); err != nil && !(i%7 == 3 && round%2 == 1 && errors.Is(err, context.Canceled)) {
							t.Errorf("%d lanes, round %d, %d: %v", lanes+1, round, i, err)
						}
					}
					cancel()
				}
			})
		}
		all.Wait()
	}
}

// TestLanePanics: where a statement can't even be written, which is a bug in us, all of its batch are told, and the lane goes on.
func TestLanePanics(t *testing.T) {
	s := dbtest.Postgres(t)
	d := open(t, s.URL, 1)
	on := dbtest.NewLoop(t)
	const sql = "SELECT length($1::jsonb::text)::bigint"
	begin := func(text string) <-chan error {
		q := &db.Statement{SQL: sql, MaxBytes: 1000, On: on}
		q.Params.Add(db.Cell{Kind: db.JSON}, text)
		got := make(chan error, 2)
		if !d.Begin(context.Background(), q, &db.Table{}, func(_ db.Outcome, done bool, err error) {
			if !done {
				err = errors.New("by the pool")
			}
			got <- err
		}) {
			t.Fatal("not begun")
		}
		return got
	}
	wait := func(got <-chan error) error {
		select {
		case err := <-got:
			return err
		case <-time.After(time.Minute):
			return errors.New("nothing came of it")
		}
	}
	for range 5 {
		onLoop(t, d, on)
		first := begin("[1]") // it is prepared with this one, if not before
		d.Leave(on)
		if err := wait(first); err != nil && err.Error() != "by the pool" {
			t.Fatal(err)
		}
		good, bad := begin("[1, 2]"), begin("") // there is no such JSON
		d.Leave(on)
		var bug *db.Panic
		if err := wait(bad); !errors.As(err, &bug) {
			t.Errorf("got %v", err)
		}
		if err := wait(good); err != nil && !errors.As(err, &bug) && err.Error() != "by the pool" {
			t.Errorf("beside it: %v", err)
		}
	}
	onLoop(t, d, on)
}
