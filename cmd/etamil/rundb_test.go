package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestRunReadsDatabase: a program that is run finds the default database where the settings beside it say, as a served one does; what is wrong
// with them it says when the database is needed, and no sooner.
func TestRunReadsDatabase(t *testing.T) {
	dir := t.TempDir()
	t.Chdir(t.TempDir())
	t.Setenv("DATABASE_URL", "")
	os.Unsetenv("DATABASE_URL")
	named := filepath.Join(dir, "named.db")
	put := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		return path
	}
	do := func(file string) (int, string, string) {
		var out, errs bytes.Buffer
		code := run([]string{"run", file}, Stdio{In: strings.NewReader(""), Out: &out, Err: &errs})
		return code, out.String(), errs.String()
	}
	put("etamil.toml", "[database]\nurl = \""+named+"\"\n")
	makes := put("makes.qmz", `குறி.execute("CREATE TABLE t (a INTEGER)"); அச்சு குறி.execute("INSERT INTO t VALUES (1), (2)");`)
	if code, out, errs := do(makes); code != exitOK || out != "2\n" {
		t.Fatalf("%d %s%s", code, out, errs)
	}
	if code, out, errs := dbRun(t, "SELECT count(*) AS n FROM t", "shell", "--json", named); code != exitOK || out != "{\"n\":2}\n" {
		t.Errorf("%d %s%s", code, out, errs)
	}
	if left, _ := filepath.Glob("*"); len(left) > 0 {
		t.Errorf("elsewhere: %q", left)
	}
	put("etamil.toml", "[database]\nurll = \"x\"\n")
	if code, _, errs := do(makes); code != exitFail || !strings.Contains(errs, "db.open") || !strings.Contains(errs, "urll") {
		t.Errorf("wrong settings: %d %s", code, errs)
	}
	if code, out, errs := do(put("own.qmz", `தளம்_இணை சீகுலைட், ":memory:"; அச்சு குறி.one("SELECT 7 AS a").a;`)); code != exitOK || out != "7\n" {
		t.Errorf("a database of its own: %d %s%s", code, out, errs)
	}
}
