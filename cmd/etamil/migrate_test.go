package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

// migrateIn runs etamil migrate in the working directory and answers its exit code and
// what it wrote.
func migrateIn(t *testing.T, args ...string) (int, string, string) {
	t.Helper()
	var out, errs bytes.Buffer
	code := run(append([]string{"migrate"}, args...), Stdio{In: strings.NewReader(""), Out: &out, Err: &errs})
	return code, out.String(), errs.String()
}

var appliedAt = regexp.MustCompile(`20[0-9-]+T[0-9:]+Z`)

// migrateWhole is a life with migrations on the database that DATABASE_URL names.
func migrateWhole(t *testing.T) {
	t.Chdir(t.TempDir())
	want := func(wantCode int, wantOut string, args ...string) {
		t.Helper()
		code, out, errs := migrateIn(t, args...)
		if out = appliedAt.ReplaceAllString(out, "WHEN"); code != wantCode || out != wantOut {
			t.Errorf("migrate %q: %d\n%s%s\nwant %d\n%s", args, code, out, errs, wantCode, wantOut)
		}
	}
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join("migrations", name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	code, out, _ := migrateIn(t, "new", "முதல் படி")
	if code != exitOK || !regexp.MustCompile(`^migrations/[0-9]{14}_முதல்_படி\.sql\n$`).MatchString(out) {
		t.Fatalf("new: %d %q", code, out)
	}
	if err := os.Remove(strings.TrimSpace(out)); err != nil {
		t.Fatal(err)
	}
	write("1_a.sql", "-- up\nCREATE TABLE mt_a (x INTEGER);\nINSERT INTO mt_a VALUES (1);\n-- down\nDROP TABLE mt_a;\n")
	write("2_b.sql", "-- up\nCREATE TABLE mt_b (y INTEGER); -- ; second\n-- down\nDROP TABLE mt_b;\n")
	want(exitOK, "1_a  -\n2_b  -\n", "status")
	want(exitOK, "up 1_a\nup 2_b\n", "up")
	want(exitOK, "", "up")
	want(exitOK, "1_a  WHEN\n2_b  WHEN\n", "status")
	want(exitOK, "down 2_b\nup 2_b\n", "redo")
	want(exitOK, "down 2_b\n", "down")
	want(exitOK, "1_a  WHEN\n2_b  -\n", "status")
	write("10_c.sql", "-- up\nINSERT INTO mt_a VALUES (2); INSERT INTO nowhere VALUES (1);\n")
	want(exitFail, "up 2_b\n", "up")
	if code, _, errs := migrateIn(t, "up"); code != exitFail || !strings.Contains(errs, "10_c") {
		t.Errorf("a step that fails: %d %s", code, errs)
	}
	write("10_c.sql", "-- up\nSELECT 1;\n")
	if strings.Contains(os.Getenv("DATABASE_URL"), "mysql") {
		// There a step can't be undone as a whole: it is dirty until somebody has looked.
		want(exitFail, "1_a  WHEN\n2_b  WHEN\n10_c  dirty\n", "status")
		want(exitFail, "", "up")
		return
	}
	want(exitOK, "up 10_c\n", "up")
	want(exitFail, "", "down") // it says nothing of that
	write("1_a.sql", "-- up\nCREATE TABLE other (x INTEGER);\n")
	want(exitFail, "1_a  changed\n2_b  WHEN\n10_c  WHEN\n", "status")
	want(exitFail, "", "up")
}

func TestMigrate(t *testing.T) {
	t.Setenv("DATABASE_URL", "sqlite://"+filepath.Join(t.TempDir(), "m.db"))
	migrateWhole(t)
}

func TestMigrateWords(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"sideways"}, {"new"}, {"up", "x"}} {
		if code, _, _ := migrateIn(t, args...); code != exitUsage {
			t.Errorf("migrate %q ends with %d", args, code)
		}
	}
}

// TestMigrateMistakes: what somebody has to put right is said in both languages, and steps
// that are made in the same second have numbers of their own.
func TestMigrateMistakes(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("DATABASE_URL", "sqlite://m.db")
	says := func(tamil, english string, args ...string) {
		t.Helper()
		code, out, errs := migrateIn(t, args...)
		if code != exitFail || out != "" || !strings.Contains(errs, tamil) || !strings.Contains(errs, english) {
			t.Errorf("migrate %q: %d %q %q", args, code, out, errs)
		}
	}
	says("கோப்பகம் இல்லை", "`etamil migrate new NAME` makes it", "up")
	says("ஒரு பெயர் வேண்டும்", "needs letters or digits", "new", "/..")
	var steps []string
	for _, name := range []string{"a", "b", "a"} {
		code, out, errs := migrateIn(t, "new", name)
		if code != exitOK {
			t.Fatal(code, errs)
		}
		steps = append(steps, "up "+strings.TrimSuffix(filepath.Base(strings.TrimSpace(out)), ".sql")+"\n")
	}
	if code, out, errs := migrateIn(t, "up"); code != exitOK || out != strings.Join(steps, "") {
		t.Errorf("up: %d %q %s; want %q", code, out, errs, steps)
	}
	says("திரும்பப் பெறும் வழி", "does not say how to undo it", "down")
	if err := os.WriteFile(filepath.Join("migrations", strings.TrimSpace(steps[0][3:])+".sql"), []byte("-- up\nSELECT 2;\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	says("மாற்றப்பட்டது", "was changed after it was applied", "up")
}

// TestMigrateNeedsTheServer: its lock is a session's, which a pooler does not keep.
func TestMigrateNeedsTheServer(t *testing.T) {
	t.Chdir(t.TempDir())
	t.Setenv("ETAMIL_DATABASE_POOLER", "true")
	if err := os.MkdirAll("migrations", 0o755); err != nil {
		t.Fatal(err)
	}
	if status, _, err := migrateIn(t, "up"); status != exitFail || !strings.Contains(err, "pooler = false") {
		t.Errorf("status %d, %s", status, err)
	}
}

// TestMigrateTwice: two that are started together on a file share the steps, and neither fails.
func TestMigrateTwice(t *testing.T) {
	t.Setenv("DATABASE_URL", "sqlite://"+filepath.Join(t.TempDir(), "m.db"))
	t.Chdir(t.TempDir())
	if err := os.Mkdir("migrations", 0o755); err != nil {
		t.Fatal(err)
	}
	const steps = 12
	for i := range steps {
		text := fmt.Sprintf("-- up\nCREATE TABLE t%d (a);\nCREATE TRIGGER r%d AFTER INSERT ON t%d BEGIN SELECT 1; SELECT 2; END;\nINSERT INTO t%d WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 500) SELECT n FROM s;\n", i, i, i, i)
		if err := os.WriteFile(fmt.Sprintf("migrations/%d_t.sql", i+1), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	var both sync.WaitGroup
	var said [2]string
	for i := range said {
		both.Go(func() {
			code, out, errs := migrateIn(t, "up")
			if code != exitOK {
				t.Errorf("%d %s%s", code, out, errs)
			}
			said[i] = out
		})
	}
	both.Wait()
	if n := strings.Count(said[0]+said[1], "up "); n != steps {
		t.Errorf("%d steps were done:\n%s\n%s", n, said[0], said[1])
	}
}
