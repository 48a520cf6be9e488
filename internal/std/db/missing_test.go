package db_test

import (
	"context"
	"net"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"etamil/internal/std/db"
	"etamil/internal/std/host/hosttest"
)

// TestCheckMissesDefault: a default database that a program has asked for and could not have is missed, until it is there, without
// anybody asking again but who checks.
func TestCheckMissesDefault(t *testing.T) {
	checkGoroutines(t)
	dir := filepath.Join(t.TempDir(), "later")
	s := db.New()
	s.Default = filepath.Join(dir, "a.db")
	defer s.Close()
	k := hosttest.New(t, s.Bind)
	defer k.F.Reset()
	if err := s.Check(context.Background()); err != nil {
		t.Errorf("before anybody has asked: %v", err)
	}
	if got := k.Show("query_async", "SELECT 1 AS a"); got != "error: db.open" {
		t.Errorf("got %s", got)
	}
	for range 2 {
		if err := s.Check(context.Background()); err == nil {
			t.Error("it is not missed")
		}
	}
	if err := os.Mkdir(dir, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(context.Background()); err != nil {
		t.Errorf("now it is there: %v", err)
	}
	if got := k.Show("query_async", "SELECT 1 AS a"); got != "[{a: 1}]" {
		t.Errorf("got %s", got)
	}
}

// TestDefaultIsTriedOnce: of a server that says nothing, all who ask at the same time wait for one attempt, and not each for his own behind the others'.
func TestDefaultIsTriedOnce(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	var silent []net.Conn
	over := make(chan struct{})
	go func() {
		defer close(over)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			silent = append(silent, c)
		}
	}()
	s := db.New()
	s.Default = "mysql://test:x@" + l.Addr().String() + "/test"
	s.Options.Acquire = 2 * time.Second
	const many = 20
	var all sync.WaitGroup
	for range many {
		k := hosttest.New(t, s.Bind)
		all.Go(func() {
			if got := k.Show("query_async", "SELECT 1 AS a"); got != "error: db.timeout" && got != "error: db.unavailable" {
				t.Errorf("got %s", got)
			}
			k.F.Reset()
		})
	}
	all.Wait()
	s.Close()
	l.Close()
	<-over
	if n := len(silent); n == 0 || n > many/2 {
		t.Errorf("%d attempts", n)
	}
	for _, c := range silent {
		c.Close()
	}
}

// TestLockedFileIsTriedAgain: a transaction on a file that another process has locked for longer than SQLite waits is begun again, where that was asked for.
func TestLockedFileIsTriedAgain(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.db")
	another := db.New() // is like another process: it knows of no other writer
	defer another.Close()
	k := hosttest.New(t, another.Bind)
	must(t, k, "db_connect", "_SQLite", path, nil)
	execute(t, k, "CREATE TABLE t (a INTEGER)")
	execute(t, k, "BEGIN IMMEDIATE")
	w := compileWorld(t, `
குளம் = pool_create {url: "`+path+`", retries: 100};
அச்சு குளம்.transaction(செயல்(தளம்) { திரும்பு தளம்.execute("INSERT INTO t VALUES (1)"); });
`)
	began := make(chan struct{})
	w.host.Env = func(string) (string, bool) { // which pool_create asks
		select {
		case <-began:
		default:
			close(began)
		}
		return "", false
	}
	over := make(chan string)
	go func() {
		out, err := w.run(context.Background())
		if err != nil {
			out = err.Code
		}
		over <- out
	}()
	<-began
	time.Sleep(7 * time.Second)
	execute(t, k, "COMMIT")
	if got := <-over; got != "1\n" {
		t.Errorf("got %s", got)
	}
	k.F.Reset()
}
