package db_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/internal/diag"
	"etamil/internal/sched"
	"etamil/internal/std/db"
	"etamil/internal/std/host/hosttest"
	"etamil/internal/value"
	"etamil/vm"
)

// kits are benches, each with a machine and a fiber of its own, on one service.
func kits(t *testing.T, n int) (*db.Service, []*hosttest.Kit) {
	t.Helper()
	s := db.New()
	t.Cleanup(s.Close)
	path := filepath.Join(t.TempDir(), "a.db")
	list := make([]*hosttest.Kit, n)
	for i := range list {
		list[i] = hosttest.New(t, s.Bind)
	}
	must(t, list[0], "db_connect", "_SQLite", path, nil)
	return s, list
}

func must(t *testing.T, k *hosttest.Kit, id string, args ...any) string {
	t.Helper()
	got := k.Show(id, args...)
	if strings.HasPrefix(got, "error: ") {
		t.Fatalf("%s%v: %s", id, args, got)
	}
	return got
}

func execute(t *testing.T, k *hosttest.Kit, sql string, args ...any) {
	t.Helper()
	must(t, k, "db_execute", sql, append([]any{}, args...), nil)
}

func query(t *testing.T, k *hosttest.Kit, sql string) string {
	t.Helper()
	return must(t, k, "db_query", sql, []any{}, nil)
}

// TestReadsDuringTransaction: whoever reads sees what was committed, and does not
// wait for the one who writes.
func TestReadsDuringTransaction(t *testing.T) {
	checkGoroutines(t)
	_, k := kits(t, 2)
	execute(t, k[0], "CREATE TABLE t (a)")
	execute(t, k[0], "BEGIN IMMEDIATE")
	execute(t, k[0], "INSERT INTO t VALUES (1)")
	if got := query(t, k[1], "SELECT count(*) AS n FROM t"); got != "[{n: 0}]" {
		t.Errorf("before the commit: %s", got)
	}
	if got := query(t, k[0], "SELECT count(*) AS n FROM t"); got != "[{n: 1}]" {
		t.Errorf("inside: %s", got)
	}
	execute(t, k[0], "COMMIT")
	if got := query(t, k[1], "SELECT count(*) AS n FROM t"); got != "[{n: 1}]" {
		t.Errorf("after it: %s", got)
	}
}

// TestFiberEndsInTransaction: what it did is undone, and the writer is free.
func TestFiberEndsInTransaction(t *testing.T) {
	checkGoroutines(t)
	for _, begin := range []string{"BEGIN", "BEGIN EXCLUSIVE", "SAVEPOINT s", "BEGIN; SAVEPOINT a; SAVEPOINT b"} {
		_, k := kits(t, 2)
		execute(t, k[0], "CREATE TABLE t (a)")
		for range 3 {
			execute(t, k[0], begin)
			execute(t, k[0], "INSERT INTO t VALUES (1)")
			k[0].F.Reset()
			execute(t, k[1], "INSERT INTO t VALUES (2)")
		}
		if got := query(t, k[1], "SELECT group_concat(a) AS a FROM t"); got != "[{a: 2,2,2}]" {
			t.Errorf("%s: %s", begin, got)
		}
	}
}

// waiting starts a call that waits and answers its task, running on a goroutine.
func waiting(t *testing.T, k *hosttest.Kit, id string, args ...any) (ctx context.CancelFunc, ended chan struct{}) {
	t.Helper()
	task := k.Begin(id, k.Values(args...)...)
	c, cancel := context.WithCancel(context.Background())
	ended = make(chan struct{})
	go func() {
		task.Do(c)
		close(ended)
	}()
	return cancel, ended
}

// soon waits for a channel to be closed, for a long time.
func soon(t *testing.T, c chan struct{}, what string) {
	t.Helper()
	select {
	case <-c:
	case <-time.After(time.Minute):
		t.Fatalf("%s takes too long", what)
	}
}

const endless = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) "

// TestCancelInterrupts: statements without end stop, wherever they are, and the
// connection can be used again.
func TestCancelInterrupts(t *testing.T) {
	checkGoroutines(t)
	_, k := kits(t, 2)
	execute(t, k[0], "CREATE TABLE t (a)")
	for _, sql := range []string{
		endless + "SELECT count(*) FROM c",                // before the first row
		endless + "SELECT n FROM c WHERE n = 1 OR n < 0",  // between rows
		"SELECT a.value FROM generate AS a",               // fails at once
		endless + "INSERT INTO t SELECT n FROM c",         // on the writer
		"SELECT 1; " + endless + "SELECT count(*) FROM c", // in a script
		endless + "SELECT n FROM c",                       // many rows: too large, or stopped
	} {
		cancel, ended := waiting(t, k[0], "db_query", sql, []any{}, nil)
		time.Sleep(20 * time.Millisecond)
		cancel()
		soon(t, ended, sql)
		k[0].F.Cancel(diag.RunCancelled)
		if got := k[0].F.Resume(1000); got != vm.Failed {
			t.Fatalf("%s: the fiber is %d", sql, got)
		}
		k[0].F.Reset()
		if got := query(t, k[0], "SELECT count(*) AS n FROM t"); got != "[{n: 0}]" {
			t.Errorf("after %s: %s", sql, got)
		}
		execute(t, k[1], "DELETE FROM t") // the writer is free
	}
}

// TestCancelInTransaction: the fiber ends while its statement runs; the writer comes
// back when that has stopped.
func TestCancelInTransaction(t *testing.T) {
	checkGoroutines(t)
	_, k := kits(t, 2)
	execute(t, k[0], "CREATE TABLE t (a)")
	execute(t, k[0], "BEGIN")
	execute(t, k[0], "INSERT INTO t VALUES (1)")
	cancel, ended := waiting(t, k[0], "db_execute", endless+"INSERT INTO t SELECT n FROM c", []any{}, nil)
	time.Sleep(20 * time.Millisecond)
	k[0].F.Reset() // first the fiber, then its task
	cancel()
	soon(t, ended, "the statement")
	execute(t, k[1], "INSERT INTO t VALUES (2)")
	if got := query(t, k[1], "SELECT group_concat(a) AS a FROM t"); got != "[{a: 2}]" {
		t.Errorf("got %s", got)
	}
}

// TestCancelWhileWaiting: who waits for the writer gives up, and takes nothing.
func TestCancelWhileWaiting(t *testing.T) {
	checkGoroutines(t)
	_, k := kits(t, 2)
	execute(t, k[0], "CREATE TABLE t (a)")
	execute(t, k[0], "BEGIN")
	cancel, ended := waiting(t, k[1], "db_execute", "INSERT INTO t VALUES (2)", []any{}, nil)
	time.Sleep(10 * time.Millisecond)
	cancel()
	soon(t, ended, "waiting")
	k[1].F.Reset()
	execute(t, k[0], "COMMIT")
	if got := query(t, k[1], "SELECT count(*) AS n FROM t"); got != "[{n: 0}]" {
		t.Errorf("got %s", got)
	}
}

// TestDeadline is told apart from being cancelled.
func TestDeadline(t *testing.T) {
	_, k := kits(t, 1)
	task := k[0].Begin("db_query", k[0].Values(endless+"SELECT count(*) FROM c", []any{}, nil)...)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	task.Do(ctx)
	k[0].F.Resume(1000)
	if err := k[0].F.Err(); err == nil || err.Code != "db.timeout" {
		t.Errorf("got %v", err)
	}
	k[0].F.Reset()
}

// TestDisconnectUnderLoad: statements that run end as they would, the others fail,
// and the file is closed when all have.
func TestDisconnectUnderLoad(t *testing.T) {
	checkGoroutines(t)
	s, k := kits(t, 8)
	execute(t, k[0], "CREATE TABLE t (a)")
	execute(t, k[1], "BEGIN")
	execute(t, k[1], "INSERT INTO t VALUES (1)")
	var wg sync.WaitGroup
	began := make(chan struct{}, len(k))
	for i, k := range k[2:] {
		wg.Go(func() {
			began <- struct{}{}
			for range 1000 {
				sql := "SELECT count(*) FROM t"
				if i%3 == 0 {
					sql = "INSERT INTO t VALUES (5)"
				}
				switch got := k.Show("db_query", sql, []any{}, nil); got {
				case "error: db.closed", "error: db.not_connected":
					return
				case "[{count(*): 0}]", "[]":
				default:
					t.Errorf("%s: %s", sql, got)
					return
				}
			}
		})
	}
	for range k[2:] {
		<-began
	}
	must(t, k[0], "db_disconnect", "_SQLite")
	wg.Wait()
	// The one in a transaction finds out at its next statement.
	if got := k[1].Show("db_execute", "COMMIT", []any{}, nil); got != "error: db.not_connected" {
		t.Errorf("commit: %s", got)
	}
	for _, k := range k {
		k.F.Reset()
	}
	s.Close()
}

// TestCloseInTransaction: a program that ends in the middle of a transaction does not
// keep anybody waiting.
func TestCloseInTransaction(t *testing.T) {
	checkGoroutines(t)
	s, k := kits(t, 1)
	execute(t, k[0], "CREATE TABLE t (a)")
	execute(t, k[0], "BEGIN")
	execute(t, k[0], "INSERT INTO t VALUES (1)")
	began := time.Now()
	s.Close()
	if d := time.Since(began); d > 50*time.Second {
		t.Errorf("closing took %v", d)
	}
	if got := k[0].Show("db_execute", "COMMIT", []any{}, nil); got != "error: db.not_connected" {
		t.Errorf("commit: %s", got)
	}
	k[0].F.Reset()
}

// TestDisconnectOwnTransaction rolls back.
func TestDisconnectOwnTransaction(t *testing.T) {
	out := runText(t, start+`
தளம்_செய் "CREATE TABLE t (a)", [];
தளம்_செய் "BEGIN", [];
தளம்_செய் "INSERT INTO t VALUES (1)", [];
தளம்_பிரி சீகுலைட்;
தளம்_இணை சீகுலைட், "{dir}/a.db";
தளம்_செய் "INSERT INTO t VALUES (2)", [];
தளம்_வினா "SELECT a FROM t", [], வ;
அச்சு வ;
`)
	if out != "[{a: 2}]\n" {
		t.Errorf("printed %s", out)
	}
}

// TestManyFibers: each adds to one number in transactions; nothing is lost. Others
// read meanwhile, and each fiber's last row is its own.
func TestManyFibers(t *testing.T) {
	checkGoroutines(t)
	const fibers, rounds = 16, 20
	_, k := kits(t, fibers)
	execute(t, k[0], "CREATE TABLE n (v); INSERT INTO n VALUES (0); CREATE TABLE log (id INTEGER PRIMARY KEY, who)")
	var wg sync.WaitGroup
	for i, k := range k {
		wg.Go(func() {
			for round := range rounds {
				switch i % 3 {
				case 0:
					execute(t, k, "BEGIN IMMEDIATE")
					v := query(t, k, "SELECT v FROM n")
					execute(t, k, "UPDATE n SET v = v + 1")
					if now := query(t, k, "SELECT v FROM n"); now == v {
						t.Errorf("v stays %s", v)
					}
					end := "COMMIT"
					if round%4 == 3 {
						end = "ROLLBACK"
					}
					execute(t, k, end)
				case 1:
					execute(t, k, "INSERT INTO log (who) VALUES (?)", i)
					if got, want := query(t, k, "SELECT who FROM log WHERE id = last_insert_rowid()"), fmt.Sprintf("[{who: %d}]", i); got != want {
						t.Errorf("the last row is %s, want %s", got, want)
					}
				default:
					query(t, k, "SELECT v, (SELECT count(*) FROM log) AS c FROM n")
				}
				k.F.Reset()
			}
		})
	}
	wg.Wait()
	if got, want := query(t, k[0], "SELECT v FROM n"), fmt.Sprintf("[{v: %d}]", 6*15); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	k[0].F.Reset()
}

// TestManyFibersOneMachine is the same through the scheduler, as a server does it.
func TestManyFibersOneMachine(t *testing.T) {
	checkGoroutines(t)
	w := compileWorld(t, start+`
தளம்_செய் "CREATE TABLE t (a INTEGER PRIMARY KEY, n)", [];
தளம்_செய் "INSERT INTO t VALUES (1, 0)", [];
செயல் கூட்டு() {
	தளம்_செய் "BEGIN IMMEDIATE", [];
	n = குறி.one("SELECT n FROM t").n;
	தளம்_செய் "UPDATE t SET n = ?", [n + 1];
	தளம்_செய் "COMMIT", [];
	திரும்பு n;
}
செயல் விடு() {
	தளம்_செய் "BEGIN", [];
	தளம்_செய் "UPDATE t SET n = 0", [];
	எறி "போதும்";
}
`)
	f := w.machine.NewFiber()
	f.StartMain()
	if sched.Run(context.Background(), f) != vm.Done {
		t.Fatal(f.Err())
	}
	w.machine.Use(vm.Freeze(f))
	f.Release()
	s := sched.New()
	p := w.machine.Image().Program()
	seen := map[string]bool{}
	for i := range 60 {
		g := w.machine.NewFiber()
		name := "கூட்டு"
		if i%3 == 2 {
			name = "விடு"
		}
		if !g.Start(value.Func(p.ByName[name])) {
			t.Fatal(g.Err())
		}
		s.Add(g, func(g *vm.Fiber) {
			if g.Status() == vm.Done {
				r := g.Result()
				seen[string(g.Heap().Writer().AppendText(nil, &r))] = true
			}
			g.Release()
		})
	}
	s.Run(context.Background())
	if len(seen) != 40 {
		t.Errorf("%d different numbers, want 40", len(seen))
	}
}

// TestAnotherProcessWrites: a lock of somebody else's is waited for.
func TestAnotherProcessWrites(t *testing.T) {
	checkGoroutines(t)
	path := filepath.Join(t.TempDir(), "a.db")
	var k [2]*hosttest.Kit
	for i := range k {
		s := db.New() // another service is like another process: it knows of no other writer
		t.Cleanup(s.Close)
		k[i] = hosttest.New(t, s.Bind)
		must(t, k[i], "db_connect", "_SQLite", path, nil)
	}
	execute(t, k[0], "CREATE TABLE t (a)")
	execute(t, k[0], "BEGIN IMMEDIATE")
	_, ended := waiting(t, k[1], "db_execute", "INSERT INTO t VALUES (2)", []any{}, nil)
	time.Sleep(30 * time.Millisecond)
	execute(t, k[0], "INSERT INTO t VALUES (1)")
	execute(t, k[0], "COMMIT")
	soon(t, ended, "the other")
	if k[1].F.Resume(1000) != vm.Done {
		t.Fatal(k[1].F.Err())
	}
	if got := query(t, k[0], "SELECT group_concat(a) AS a FROM t"); got != "[{a: 1,2}]" {
		t.Errorf("got %s", got)
	}
	execute(t, k[0], "BEGIN IMMEDIATE")
	cancel, ended := waiting(t, k[1], "db_execute", "INSERT INTO t VALUES (3)", []any{}, nil)
	time.Sleep(30 * time.Millisecond)
	cancel()
	soon(t, ended, "giving up")
	k[1].F.Reset()
	execute(t, k[0], "COMMIT")
}

// TestKilledProcess kills a process that writes and tells of each row it has
// written: every one of them is there.
func TestKilledProcess(t *testing.T) {
	if path := os.Getenv("ETAMIL_TEST_WRITER"); path != "" {
		writeForEver(t, path)
	}
	path := filepath.Join(t.TempDir(), "a.db")
	last := 0
	for round := range 5 {
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilledProcess$")
		cmd.Env = append(os.Environ(), "ETAMIL_TEST_WRITER="+path)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		told := 0
		lines := bufio.NewScanner(out)
		for told < 20+30*round && lines.Scan() {
			if _, err := fmt.Sscanf(lines.Text(), "wrote %d", &last); err == nil {
				told++
			}
		}
		if err := cmd.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		for lines.Scan() { // what it told before it died
			_, _ = fmt.Sscanf(lines.Text(), "wrote %d", &last)
		}
		_ = cmd.Wait() // it was killed
		s := db.New()
		k := hosttest.New(t, s.Bind)
		must(t, k, "db_connect", "_SQLite", path, nil)
		if got := query(t, k, "PRAGMA integrity_check"); got != "[{integrity_check: ok}]" {
			t.Fatal(got)
		}
		if got, want := query(t, k, "SELECT count(*) AS n, max(a) - min(a) + 1 AS m FROM t"), fmt.Sprintf("[{m: %d, n: %d}]", last, last); got != want {
			// one more may have been written and not told
			if want := fmt.Sprintf("[{m: %d, n: %d}]", last+1, last+1); got != want {
				t.Fatalf("got %s, told of %d rows", got, last)
			}
		}
		k.F.Reset()
		s.Close()
	}
}

// writeForEver is the process that is killed. Each row goes in two tables in one
// transaction.
func writeForEver(t *testing.T, path string) {
	k := hosttest.New(t, db.New().Bind)
	must(t, k, "db_connect", "_SQLite", path, nil)
	execute(t, k, "CREATE TABLE IF NOT EXISTS t (a INTEGER PRIMARY KEY)")
	for {
		execute(t, k, "BEGIN")
		execute(t, k, "INSERT INTO t VALUES ((SELECT coalesce(max(a), 0) + 1 FROM t))")
		execute(t, k, "COMMIT")
		row, err := k.Call("query_async", k.Values("SELECT max(a) AS a FROM t")...)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Println("wrote " + k.Render(*field(row)))
		k.F.Reset()
	}
}

func field(rows value.Value) *value.Value {
	x, _ := rows.List().At(0).Field("a")
	return x
}

// TestMemory: a database in memory has one connection, which all fibers share; a
// transaction of one keeps the others waiting until it ends.
func TestMemory(t *testing.T) {
	checkGoroutines(t)
	s := db.New()
	t.Cleanup(s.Close)
	k := []*hosttest.Kit{hosttest.New(t, s.Bind), hosttest.New(t, s.Bind)}
	must(t, k[0], "db_connect", "_SQLite", ":memory:", nil)
	must(t, k[0], "db_connect", "_SQLite", ":memory:", "வேறு") // another database
	execute(t, k[0], "CREATE TABLE t (a)")
	if got := k[0].Show("db_query", "SELECT a FROM t", []any{}, "வேறு"); got != "error: db.error" {
		t.Errorf("the other database: %s", got)
	}
	execute(t, k[0], "BEGIN")
	execute(t, k[0], "INSERT INTO t VALUES (1)")
	_, ended := waiting(t, k[1], "db_query", "SELECT count(*) AS n FROM t", []any{}, nil)
	select {
	case <-ended:
		t.Error("it has read what is not committed")
	case <-time.After(30 * time.Millisecond):
	}
	k[0].F.Reset()
	soon(t, ended, "reading")
	if k[1].F.Resume(1000) != vm.Done {
		t.Fatal(k[1].F.Err())
	}
	if r := k[1].F.Result(); k[1].Render(r) != "[{n: 0}]" {
		t.Errorf("got %s", k[1].Render(r))
	}
	k[1].F.Reset()
}
