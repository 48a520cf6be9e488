package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// dbRun runs etamil db with what comes in.
func dbRun(t *testing.T, in string, args ...string) (int, string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(append([]string{"db"}, args...), Stdio{In: strings.NewReader(in), Out: &out, Err: &errs})
	return code, out.String(), errs.String()
}

// shellWhole is what the shell answers, the same on each database.
func shellWhole(t *testing.T, url string) {
	const in = `CREATE TABLE shell_t (
  id INTEGER,
  peyar VARCHAR(40)
);
INSERT INTO shell_t VALUES (1, 'அரிசி; ''பச்சை'''), (20, 'கொத்தமல்லி'),
  (300, NULL);
SELECT id, peyar FROM shell_t ORDER BY id;
SELECT id FROM shell_t WHERE id > 999;
`
	const want = ` id │ peyar
────┼────────────────
  1 │ அரிசி; 'பச்சை'
 20 │ கொத்தமல்லி
300 │ NULL
(3)
id
──
(0)
`
	code, out, errs := dbRun(t, in, "shell", url)
	if code != exitOK || errs != "" {
		t.Fatalf("%d\n%s%s", code, out, errs)
	}
	// The widths of Tamil are diag's affair: here only that all lines have their bars in one column.
	if got, want := strings.Fields(strings.ReplaceAll(out, "─", "")), strings.Fields(strings.ReplaceAll(want, "─", "")); strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("%s\nwant\n%s", out, want)
	}
	code, out, errs = dbRun(t, "SELECT id AS n, peyar FROM shell_t ORDER BY id", "shell", "--json", url)
	if want := "{\"n\":1,\"peyar\":\"அரிசி; 'பச்சை'\"}\n{\"n\":20,\"peyar\":\"கொத்தமல்லி\"}\n{\"n\":300,\"peyar\":null}\n"; code != exitOK || out != want {
		t.Errorf("%d %s%s", code, out, errs)
	}
	code, out, errs = dbRun(t, ".tables\n.columns shell_t\n", "shell", url)
	if code != exitOK || !strings.Contains(out, "shell_t") || !strings.Contains(out, "peyar") {
		t.Errorf("%d %s%s", code, out, errs)
	}
	code, out, errs = dbRun(t, "SELECT nothing FROM shell_t;\nDROP TABLE shell_t;\n", "shell", url)
	if code != exitFail || out != "" || !strings.Contains(errs, "nothing") {
		t.Errorf("%d %s%s", code, out, errs)
	}
	if code, _, errs = dbRun(t, "DROP TABLE shell_t;", "shell", url); code != exitOK {
		t.Errorf("%d %s: the statement behind one that failed has been run", code, errs)
	}
}

func TestDBShell(t *testing.T) {
	file := filepath.Join(t.TempDir(), "a.db")
	if code, out, errs := dbRun(t, "", "shell", file); code != exitOK || out != "" || !strings.Contains(errs, file) || !strings.Contains(errs, "a new database") {
		t.Errorf("what isn't there yet: %d %q %q", code, out, errs)
	}
	shellWhole(t, file) // which says nothing of that any more
	t.Setenv("DATABASE_URL", filepath.Join(t.TempDir(), "b.db"))
	if code, out, errs := dbRun(t, "SELECT 'x' AS a\n;\n.quit\nSELECT 2;", "shell"); code != exitOK || out != "a\n─\nx\n(1)\n" {
		t.Errorf("%d %q %s", code, out, errs)
	}
	if code, _, errs := dbRun(t, ".nothing\n", "shell"); code != exitFail || !strings.Contains(errs, ".help") {
		t.Errorf("%d %s", code, errs)
	}
	for _, args := range [][]string{{"shel"}, {"backup"}, {"copy", "a.db"}, {"copy", "a.db", "b.db"}, {"shell", "a", "b"}} {
		if code, _, errs := dbRun(t, "", args...); code != exitUsage || errs == "" {
			t.Errorf("%q: %d %s", args, code, errs)
		}
	}
}

// TestDBBackup: a copy of one moment while rows are being written, which is never written over another file.
func TestDBBackup(t *testing.T) {
	dir := t.TempDir()
	file, to := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	if code, _, errs := dbRun(t, "", "backup", to, file); code != exitFail || !strings.Contains(errs, "no such database file") {
		t.Errorf("of nothing: %d %s", code, errs)
	}
	if _, err := os.Stat(file); err == nil {
		t.Error("a backup of nothing has made it")
	}
	// Each row of a has one in b with the same number: in one transaction.
	fill := "CREATE TABLE a (n INTEGER, t TEXT); CREATE TABLE b (n INTEGER, t TEXT);\n" +
		"INSERT INTO a WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20000) SELECT n, hex(randomblob(100)) FROM s;\nINSERT INTO b SELECT * FROM a;\n"
	if code, _, errs := dbRun(t, fill, "shell", file); code != exitOK {
		t.Fatal(errs)
	}
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				dbRun(t, "BEGIN; INSERT INTO a VALUES (1, 'x'); INSERT INTO b VALUES (1, 'x'); UPDATE a SET t = t || 'y' WHERE n < 50; COMMIT;", "shell", file)
			}
		}
	}()
	for range 5 {
		_ = os.Remove(to)
		if code, out, errs := dbRun(t, "", "backup", to, file); code != exitOK || !strings.HasPrefix(out, to) {
			t.Errorf("%d %s%s", code, out, errs)
		}
		code, out, errs := dbRun(t, "PRAGMA integrity_check; SELECT (SELECT count(*) FROM a) = (SELECT count(*) FROM b) AS same; SELECT count(*) >= 20000 AS a FROM a;", "shell", to)
		if want := "integrity_check\n───────────────\nok\n(1)\nsame\n────\n   1\n(1)\na\n─\n1\n(1)\n"; code != exitOK || out != want {
			t.Errorf("%d %s%s", code, out, errs)
		}
	}
	close(stop)
	<-stopped
	before, err := os.ReadFile(to)
	if err != nil {
		t.Fatal(err)
	}
	code, _, errs := dbRun(t, "", "backup", to, file)
	after, err := os.ReadFile(to)
	if code != exitFail || !strings.Contains(errs, "there already") || err != nil || !bytes.Equal(before, after) {
		t.Errorf("over another file: %d %s %v", code, errs, err)
	}
	if rest, _ := filepath.Glob(filepath.Join(dir, "*.part*")); len(rest) > 0 {
		t.Errorf("left behind: %q", rest)
	}
}

// TestProgress: nothing in the first second, then a line a second, and the end.
func TestProgress(t *testing.T) {
	var b strings.Builder
	p := newProgress(&b)
	p.show("a", 1, 10)
	p.began = p.began.Add(-time.Minute)
	p.show("a", 2, 10)
	p.show("a", 3, 10)
	p.show("a", 10, 10)
	p.show("b", 0, 0)
	if got, want := b.String(), "a 2/10 (20%)\na 10/10 (100%)\n"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestShellTriggers: what a trigger does has semicolons, which end nothing.
func TestShellTriggers(t *testing.T) {
	var out, errs strings.Builder
	in := "CREATE TABLE q (a);\nCREATE TRIGGER tq AFTER INSERT ON q BEGIN\n  UPDATE q SET a = CASE WHEN a > 1 THEN 9 END;\n  SELECT 2;\nEND;\nINSERT INTO q VALUES (5); SELECT * FROM q;\n"
	code := run([]string{"db", "shell", filepath.Join(t.TempDir(), "t.db"), "--json"}, Stdio{In: strings.NewReader(in), Out: &out, Err: &errs})
	if code != exitOK || out.String() != "{\"a\":9}\n" {
		t.Errorf("%d %q %s", code, out.String(), errs.String())
	}
}
