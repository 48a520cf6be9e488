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

// TestFilePoolHasItsTimes: what a program says of its own pool of a file, how long to wait for the writer and how long a statement may take, holds.
func TestFilePoolHasItsTimes(t *testing.T) {
	w := compileWorld(t, `
குளம் = pool_create {url: "{dir}/a.db", timeout_seconds: 1, query_seconds: 3};
குளம்.execute("CREATE TABLE t (a INTEGER)");
செயல் ச(f) { முயல் { அச்சு f(); } பிழை(e) { அச்சு e.code; } }
ச(செயல்() { திரும்பு குளம்.query("WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT count(*) AS n FROM s"); });
ச(செயல்() { திரும்பு குளம்.query("SELECT count(*) AS n FROM (WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s) SELECT n FROM s)"); });
தொடங்கியது = வாய்க்கால்(1);
முடிவு = வாய்க்கால்(1);
பிடி = தொடங்கு { குளம்.transaction(செயல்(த) { த.execute("INSERT INTO t VALUES (1)"); தொடங்கியது.send(1); முடிவு.receive(); }); };
தொடங்கியது.receive();
ச(செயல்() { திரும்பு குளம்.execute("INSERT INTO t VALUES (2)"); });
ச(செயல்() { திரும்பு குளம்.transaction(செயல்(த) { திரும்பு 7; }); });
முடிவு.send(1);
காத்திரு பிடி;
அச்சு குளம்.execute("INSERT INTO t VALUES (3)");
அச்சு குளம்.query("SELECT a FROM t");
`)
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	const want = "db.timeout\ndb.timeout\ndb.busy\ndb.busy\n1\n[{a: 1}, {a: 3}]\n"
	if got, err := w.run(ctx); err != nil || got != want {
		t.Errorf("printed %q, %v", got, err)
	}
}
