package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// checkWhole is what check --db finds on the database that DATABASE_URL names; more is what is found
// where the database knows types.
func checkWhole(t *testing.T, url string, more ...string) {
	t.Helper()
	if code, _, errs := dbRun(t, "DROP TABLE IF EXISTS cd; CREATE TABLE cd (n INTEGER, t VARCHAR(20));", "shell", url); code != exitOK {
		t.Fatal(errs)
	}
	t.Setenv("DATABASE_URL", url)
	file := filepath.Join(t.TempDir(), "a.qmz")
	check := func(text string) (int, string) {
		t.Helper()
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		var out, errs bytes.Buffer
		code := run([]string{"check", "--db", file}, Stdio{In: strings.NewReader(""), Out: &out, Err: &errs})
		return code, out.String() + errs.String()
	}
	if code, said := check(`குறி.execute("CREATE TABLE IF NOT EXISTS cd (n INTEGER)");
அச்சு குறி.query("SELECT n, t FROM cd WHERE n = ? AND t = ?", [1, "x"]);
அச்சு குறி.query("SELECT n FROM cd WHERE n = :n", {n: 2, m: 3});
குறி.transaction(செயல்(த) { த.execute("UPDATE cd SET t = $1", ["x"]); });
`); code != exitOK || said != "" {
		t.Errorf("what is right: %d %s", code, said)
	}
	code, said := check(`அச்சு குறி.query("SELECT nothing FROM cd");
அச்சு குறி.query("SELECT n FROM nowhere");
அச்சு குறி.query("SELECT n FROM cd WHERE n = ?", [1, 2]);
அச்சு குறி.query("SELECT n FROM cd WHERE n = :number", {numbr: 1});
அச்சு குறி.query("SELEC 1");
அச்சு குறி.query("SELECT n FROM cd WHERE n = ?", ["பத்து"]);
குறி.execute("UPDATE cd SET n = ?", [1.5]);
`)
	want := append([]string{":1:", "nothing", ":2:", "nowhere", ":3:", "takes 1 parameters, not 2", ":4:", "no value for :number", "numbr", ":5:"}, more...)
	if code != exitFail {
		t.Errorf("%d %s", code, said)
	}
	for _, w := range want {
		if !strings.Contains(said, w) {
			t.Errorf("it does not say %q:\n%s", w, said)
		}
	}
	if len(more) == 0 && strings.Contains(said, ":6:") {
		t.Errorf("a type that this database takes:\n%s", said)
	}
}

func TestCheckDB(t *testing.T) {
	checkWhole(t, filepath.Join(t.TempDir(), "a.db"))
	none := filepath.Join(t.TempDir(), "none.db")
	t.Setenv("DATABASE_URL", none)
	var errs bytes.Buffer
	code := run([]string{"check", "--db", "-"}, Stdio{In: strings.NewReader("அச்சு 1;"), Out: &errs, Err: &errs})
	if _, err := os.Stat(none); code != exitFail || !strings.Contains(errs.String(), "no such database file") || err == nil {
		t.Errorf("%d %s %v", code, errs.String(), err)
	}
}
