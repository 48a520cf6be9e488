//go:build !core

package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"etamil/internal/db/dbtest"
)

func TestDBShellOnServers(t *testing.T) {
	shellWhole(t, dbtest.Postgres(t).URL)
	shellWhole(t, dbtest.MariaDB(t).URL)
}

const copySource = `
CREATE TABLE "வகை.x" (id INTEGER PRIMARY KEY, peyar TEXT NOT NULL UNIQUE DEFAULT 'இல்லை');
CREATE TABLE poruL (
  id INTEGER PRIMARY KEY AUTOINCREMENT, vakY INTEGER REFERENCES "வகை.x" (id) ON DELETE CASCADE,
  peyar VARCHAR(40), vilai NUMERIC, eTY REAL, uNtA BOOLEAN NOT NULL DEFAULT 1, patam BLOB, naL DATE, nEram TIMESTAMP,
  meta JSON, paza TEXT, kalappu INTEGER, periya TEXT);
CREATE INDEX poruL_peyar ON poruL (peyar, vilai);
CREATE TABLE iNYppu (a INTEGER, b TEXT, PRIMARY KEY (a, b));
CREATE VIEW v AS SELECT 1;
INSERT INTO "வகை.x" VALUES (7, 'தானியம்'), (9, 'மசாலா');
INSERT INTO poruL (id, vakY, peyar, vilai, eTY, uNtA, patam, naL, nEram, meta, paza, kalappu, periya) VALUES
  (1, 7, 'அரிசி' || char(9) || '\N' || char(10), 60.5, 0.1, 1, x'00ff5c', '2026-01-02', '2026-01-02 03:04:05', '{"a": [1, 2.50]}', '007', 5, '12345678901234567890.123456789'),
  (41, 9, NULL, 9007199254740993, 1e300, 0, NULL, NULL, NULL, NULL, '', 'சொல்', NULL);
INSERT INTO iNYppu WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 12345) SELECT n, 'வ' || n FROM s;
`

// TestDBCopy: what SQLite holds is the same in PostgreSQL, with keys and numbers that go on where they were.
func TestDBCopy(t *testing.T) {
	pg := dbtest.Postgres(t).URL
	file := filepath.Join(t.TempDir(), "a.db")
	ask := func(sql, url string) string {
		t.Helper()
		code, out, errs := dbRun(t, sql, "shell", "--json", url)
		if code != exitOK {
			t.Fatalf("%s: %s", sql, errs)
		}
		return out
	}
	ask(copySource, file)
	const counts = "iNYppu  12345\nவகை.x  2\nporuL  2\n"
	code, out, errs := dbRun(t, "", "copy", file, pg)
	if code != exitOK || out != counts || !strings.Contains(errs, "the view 'v' is not copied") {
		t.Fatalf("%d %s%s", code, out, errs)
	}
	for _, test := range []struct{ sql, want string }{
		{`SELECT id, "vakY" AS v, peyar, vilai::text AS vilai, "eTY" = 0.1 AS e, "uNtA" AS u, encode(patam, 'hex') AS p, "naL"::text AS d, "nEram"::text AS n, meta->'a'->>1 AS m, paza, kalappu AS k, periya FROM "poruL" WHERE id = 1`,
			`{"id":1,"v":7,"peyar":"அரிசி\t\\N\n","vilai":"60.5","e":true,"u":true,"p":"00ff5c","d":"2026-01-02","n":"2026-01-02 03:04:05","m":"2.50","paza":"007","k":"5","periya":"12345678901234567890.123456789"}` + "\n"},
		{`SELECT vilai::text AS v, "eTY"::text AS e, "uNtA" AS u, peyar IS NULL AS p, paza = '' AS z, kalappu AS k FROM "poruL" WHERE id = 41`,
			`{"v":"9007199254740993","e":"1e+300","u":false,"p":true,"z":true,"k":"சொல்"}` + "\n"},
		{`SELECT column_name::text AS c, data_type::text AS t FROM information_schema.columns WHERE table_name = 'poruL' AND column_name IN ('id', 'vilai', 'uNtA', 'patam', 'naL', 'meta') ORDER BY 1`,
			`{"c":"id","t":"bigint"}` + "\n" + `{"c":"meta","t":"jsonb"}` + "\n" + `{"c":"naL","t":"date"}` + "\n" + `{"c":"patam","t":"bytea"}` + "\n" + `{"c":"uNtA","t":"boolean"}` + "\n" + `{"c":"vilai","t":"numeric"}` + "\n"},
		{`INSERT INTO "poruL" (peyar) VALUES ('புதிது') RETURNING id`, `{"id":42}` + "\n"},
		{`INSERT INTO "வகை.x" (id) VALUES (1) RETURNING peyar`, `{"peyar":"இல்லை"}` + "\n"},
		{`DELETE FROM "வகை.x" WHERE id = 7; SELECT count(*) AS n FROM "poruL" WHERE id = 1`, `{"n":0}` + "\n"},
		{`SELECT count(*) AS n FROM "iNYppu" WHERE b = 'வ' || a`, `{"n":12345}` + "\n"},
		{`SELECT indexname::text AS i FROM pg_indexes WHERE indexname = 'poruL_peyar'`, `{"i":"poruL_peyar"}` + "\n"},
	} {
		if got := ask(test.sql, pg); got != test.want {
			t.Errorf("%s\n%swant\n%s", test.sql, got, test.want)
		}
	}
	if code, out, errs = dbRun(t, "", "copy", file, pg); code != exitFail || out != "" || !strings.Contains(errs, "--replace") {
		t.Errorf("onto rows: %d %s%s", code, out, errs)
	}
	if got := ask(`SELECT count(*) AS n FROM "poruL"`, pg); got != "{\"n\":2}\n" {
		t.Errorf("a copy that was refused has changed the target: %s", got)
	}
	if code, out, errs = dbRun(t, "", "copy", "--replace", file, pg); code != exitOK || out != counts {
		t.Errorf("--replace: %d %s%s", code, out, errs)
	}
	if got := ask(`SELECT count(*) AS n FROM "poruL" WHERE id IN (1, 41)`, pg); got != "{\"n\":2}\n" {
		t.Errorf("--replace: %s", got)
	}
	mixed := filepath.Join(t.TempDir(), "b.db")
	ask("CREATE TABLE m (x); INSERT INTO m VALUES ('a'), (x'00')", mixed)
	if code, _, errs = dbRun(t, "", "copy", mixed, pg); code != exitFail || !strings.Contains(errs, "'m.x'") {
		t.Errorf("texts and blobs: %d %s", code, errs)
	}
	if code, _, errs = dbRun(t, "", "copy", filepath.Join(t.TempDir(), "none.db"), pg); code != exitFail || !strings.Contains(errs, "no such database file") {
		t.Errorf("nothing: %d %s", code, errs)
	}
}

func TestCheckDBOnServers(t *testing.T) {
	checkWhole(t, dbtest.Postgres(t).URL, ":6:", "can't be a whole number", ":7:")
	checkWhole(t, dbtest.MariaDB(t).URL)
}

// TestDBCopyProgress: what takes longer than a second says how far it is, where nobody takes it for the answer.
func TestDBCopyProgress(t *testing.T) {
	pg := dbtest.Postgres(t).URL
	file := filepath.Join(t.TempDir(), "a.db")
	for url, sql := range map[string]string{
		file: "CREATE TABLE t (n INTEGER); INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 3000) SELECT n FROM s;",
		// Each row of the table that will be made takes a millisecond.
		pg: `CREATE FUNCTION slow() RETURNS trigger AS $$ BEGIN PERFORM pg_sleep(0.001); RETURN NEW; END $$ LANGUAGE plpgsql;
CREATE FUNCTION made() RETURNS event_trigger AS $$ BEGIN
	IF tg_tag = 'CREATE TABLE' THEN CREATE TRIGGER slow BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION slow(); END IF;
END $$ LANGUAGE plpgsql;
CREATE EVENT TRIGGER made ON ddl_command_end EXECUTE FUNCTION made();`,
	} {
		if code, _, errs := dbRun(t, sql, "shell", url); code != exitOK {
			t.Fatal(errs)
		}
	}
	code, out, errs := dbRun(t, "", "copy", file, pg)
	if code != exitOK || out != "t  3000\n" {
		t.Errorf("%d %q %s", code, out, errs)
	}
	if lines := regexp.MustCompile(`(?m)^t \d+/3000 \(\d+%\)$`).FindAllString(errs, -1); len(lines) == 0 || lines[len(lines)-1] != "t 3000/3000 (100%)" {
		t.Errorf("it says:\n%s", errs)
	}
}
