package db_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"etamil/internal/std/db"
	"etamil/internal/std/host/hosttest"
	"etamil/internal/value"
	"etamil/vm"
)

// newKit is a bench with a database open in a file.
func newKit(t *testing.T) *hosttest.Kit {
	t.Helper()
	s := db.New()
	t.Cleanup(s.Close)
	k := hosttest.New(t, s.Bind)
	t.Cleanup(k.F.Reset)
	if got := k.Show("db_connect", "சீகுலைட்", filepath.Join(t.TempDir(), "a.db"), nil); got != "nil" {
		t.Fatal(got)
	}
	return k
}

// TestRoundTrip writes a value into a column of each type and reads it back, as
// JSON, which tells text from numbers.
func TestRoundTrip(t *testing.T) {
	k := newKit(t)
	types := []string{"INTEGER", "REAL", "NUMERIC", "TEXT", "none", "VARCHAR"}
	k.Show("db_execute", "CREATE TABLE t (a INTEGER, b REAL, c NUMERIC, d TEXT, e, f varchar(20))", []any{}, nil)
	same := func(s string) []string { return []string{s} }
	tests := []struct {
		in   any
		want []string // by type; what is left out is as the one before
	}{
		{nil, same("null")},
		{true, same("1")},
		{false, same("0")},
		{0, same("0")},
		{hosttest.Number("-9007199254740993"), []string{"-9007199254740993", "-9007199254740992", "-9007199254740993", "-9007199254740993", "-9007199254740993"}}, // a REAL column has 53 bits
		{hosttest.Number("9223372036854775807"), []string{"9223372036854775807", "9223372036854776000", "9223372036854775807", "9223372036854775807", "9223372036854775807"}},
		{hosttest.Number("1299.50"), same("1299.5")},
		{hosttest.Number("0.1"), same("0.1")},
		{hosttest.Number("-0.000001"), same("-0.000001")},
		{hosttest.Number("123456789012.345"), same("123456789012.345")},
		{hosttest.Number("99999999999999.9"), same("99999999999999.9")},
		{"வணக்கம்", same(`"வணக்கம்"`)},
		{"", same(`""`)},
		{"0123", []string{"123", "123", "123", `"0123"`, `"0123"`}},
		{"+919876543210", []string{"919876543210", "919876543210", "919876543210", `"+919876543210"`, `"+919876543210"`}},
		{"044-2345 6789", same(`"044-2345 6789"`)},
		{"1e3", []string{"1000", "1000", "1000", `"1e3"`, `"1e3"`}},
		{"12.50", []string{"12.5", "12.5", "12.5", "12.50", "12.50"}},
		{"2026-01-02T03:04:05+05:30", same(`"2026-01-02T03:04:05+05:30"`)},
		{"a\x00b", same(`"a\u0000b"`)},
	}
	for _, test := range tests {
		k.Show("db_execute", "DELETE FROM t", []any{}, nil)
		if got := k.Show("db_execute", "INSERT INTO t VALUES ($1, $1, $1, $1, $1, $1)", []any{test.in}, nil); got != "nil" {
			t.Fatalf("%v: %s", test.in, got)
		}
		v, err := k.Call("db_query", k.Values("SELECT * FROM t", []any{}, nil)...)
		if err != nil {
			t.Fatal(err)
		}
		row := v.List().At(0)
		for i, name := range []string{"a", "b", "c", "d", "e", "f"} {
			f, ok := row.Field(name)
			if !ok {
				t.Fatalf("no column %s", name)
			}
			want := test.want[min(i, len(test.want)-1)]
			if name == "f" && want != "null" {
				want = `"` + strings.Trim(want, `"`) + `"` // text always
			}
			if got := string(k.F.Heap().Writer().AppendJSON(nil, f)); got != want {
				t.Errorf("%v in a column %s is %s, want %s", test.in, types[i], got, want)
			}
		}
	}
}

// TestLongDecimals: SQLite's numbers have 64 bits; text has as many digits as one
// likes.
func TestLongDecimals(t *testing.T) {
	k := newKit(t)
	k.Show("db_execute", "CREATE TABLE t (d TEXT, e)", []any{}, nil)
	for _, n := range []string{
		"79228162514264337593543950335", "-79228162514264337593543950335", "9223372036854775808", "-9223372036854775808",
		"0.0000000000000000000000000001", "12345678901234567890.12345678", "1234567890.1234567",
	} {
		k.Show("db_execute", "DELETE FROM t", []any{}, nil)
		k.Show("db_execute", "INSERT INTO t VALUES (?1, ?1)", []any{hosttest.Number(n)}, nil)
		if got, want := k.Show("db_query", "SELECT d, e FROM t WHERE d = ?1 AND e = ?1", []any{hosttest.Number(n)}, nil), "[{d: "+n+", e: "+n+"}]"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// TestNumbersCompare: a parameter is a number for SQL also where no column's type
// says so.
func TestNumbersCompare(t *testing.T) {
	k := newKit(t)
	k.Run([]hosttest.Check{
		{"query_async", []any{"SELECT 2 + 8 > ? AS a, 10 < ? AS b, ? + 1 AS c, typeof(?) AS d, typeof(?) AS e", []any{hosttest.Number("9.5"), hosttest.Number("10.5"), hosttest.Number("0.5"), hosttest.Number("1.5"), hosttest.Number("2.0")}},
			"[{a: 1, b: 1, c: 1.5, d: real, e: integer}]"},
		{"query_async", []any{"SELECT 0.1 + 0.2 AS a, 1.0 / 3 AS b, 9e999 AS c, -1e300 AS d, 1e28 AS e"},
			"[{a: 0.30000000000000004, b: 0.3333333333333333, c: +Inf, d: -1e+300, e: 10000000000000000000000000000}]"},
		{"query_async", []any{"SELECT 1 AS a, 2 AS a"}, "[{a: 2}]"},
		{"query_async", []any{"SELECT 1 AS \"கூட்டல்\", count(*)"}, "[{count(*): 1, கூட்டல்: 1}]"},
	})
}

// TestDecimalsInText writes many decimals into a TEXT column, where all their digits
// must be.
func TestDecimalsInText(t *testing.T) {
	k := newKit(t)
	rnd := rand.New(rand.NewPCG(1, 2))
	for digits := 1; digits <= 20; digits++ {
		for scale := 1; scale <= min(digits+4, 28); scale++ {
			n := make([]byte, digits, 32)
			for i := range n {
				n[i] = byte('1' + rnd.IntN(9))
			}
			for len(n) <= scale {
				n = append([]byte{'0'}, n...)
			}
			n = slices.Insert(n, len(n)-scale, '.')
			want := "[{a: " + string(n) + "}]"
			if got := k.Show("query_async", "SELECT CAST(? AS TEXT) AS a", []any{hosttest.Number(n)}); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
	}
}

func TestBytes(t *testing.T) {
	k := newKit(t)
	k.Show("db_execute", "CREATE TABLE t (a BLOB)", []any{}, nil)
	for _, b := range [][]byte{{}, {0}, {0xff, 0, 1, 2}, []byte(strings.Repeat("\x80x", 100_000))} {
		k.Show("db_execute", "DELETE FROM t", []any{}, nil)
		k.Show("db_execute", "INSERT INTO t VALUES (?)", []any{b}, nil)
		v, err := k.Call("db_query", k.Values("SELECT a, typeof(a) AS k, length(a) AS n FROM t", []any{}, nil)...)
		if err != nil {
			t.Fatal(err)
		}
		a, _ := v.List().At(0).Field("a")
		if a.Kind() != value.KindBytes || a.Str() != string(b) {
			t.Errorf("%d bytes came back as %d of kind %d", len(b), len(a.Str()), a.Kind())
		}
	}
}

// TestDates: what stands in a column of a type for dates comes back as it is.
func TestDates(t *testing.T) {
	k := newKit(t)
	k.Show("db_execute", "CREATE TABLE t (a DATE, b DATETIME, c TIMESTAMP, d BOOLEAN)", []any{}, nil)
	k.Show("db_execute", "INSERT INTO t VALUES ('2026-01-02', '2026-01-02 00:00:00', '2026-01-02T03:04:05Z', ?)", []any{true}, nil)
	if got, want := k.Show("db_query", "SELECT * FROM t", []any{}, nil), "[{a: 2026-01-02, b: 2026-01-02 00:00:00, c: 2026-01-02T03:04:05Z, d: 1}]"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestOtherDrivers(t *testing.T) {
	k := newKit(t)
	k.Run([]hosttest.Check{
		{"db_connect", []any{"_PostgreSQL", "postgres://127.0.0.1:1/x?sslmode=disable", nil}, "error: db.unavailable"},
		{"db_connect", []any{"_PostgreSQL", "postgres://a:b:c:d/x", nil}, "error: db.open"},
		{"db_connect", []any{"மொங்கோடிபி", "x", nil}, "error: db.unsupported"},
		{"db_disconnect", []any{"_MongoDB"}, "error: db.unsupported"},
		{"db_connect", []any{"_SQL", "/nowhere/at/all.db", "x"}, "error: db.open"},
		{"db_execute", []any{"SELECT 1", []any{}, "x"}, "error: db.not_connected"},
		{"db_execute", []any{"SELECT 1", "x", nil}, "error: argument"},
		{"db_query", []any{"SELECT 1", nil, nil}, "error: argument"},
		{"query_async", []any{"SELECT 1", []any{}, "x"}, "error: argument"},
		{"query_async", []any{"SELECT \x00 1"}, "error: db.error"},
		{"registerFunction", []any{"f", 200, 1}, "error: argument"},
		{"registerFunction", []any{"f", 1, 1}, "error: argument"},
	})
	dir := t.TempDir()
	k.Run([]hosttest.Check{
		{"db_connect", []any{"_SQLite", dir + "/b.db", "இரண்டு"}, "nil"},
		{"db_connect", []any{"_SQLite", dir + "/c.db", "மூன்று"}, "nil"},
		{"query_async", []any{"SELECT 1 AS a"}, "[{a: 1}]"}, // the one without a name
		{"db_disconnect", []any{"cIkulYt"}, "nil"},
		{"db_connect", []any{"_SQLite", dir + "/b.db", "இரண்டு"}, "nil"},
		{"db_connect", []any{"_SQLite", dir + "/c.db", "மூன்று"}, "nil"},
		{"query_async", []any{"SELECT 1 AS a"}, "error: db.ambiguous"},
	})
}

// TestDefault: a program that connects nothing has a file of its own.
func TestDefault(t *testing.T) {
	t.Chdir(t.TempDir())
	for env, want := range map[string]string{
		"": "etamil.db", "sqlite://other.db": "other.db", "sqlite:third.db": "third.db",
	} {
		s := db.New()
		k := hosttest.New(t, s.Bind)
		if env != "" {
			k.Environ["DATABASE_URL"] = env
		}
		got := k.Show("query_async", "SELECT file FROM pragma_database_list")
		if !strings.Contains(got, "/"+want+"}") {
			t.Errorf("DATABASE_URL=%s opens %s, want %s", env, got, want)
		}
		k.F.Reset()
		s.Close()
	}
	s := db.New()
	k := hosttest.New(t, s.Bind)
	k.Environ["DATABASE_URL"] = "oracle://x/y"
	if got := k.Show("query_async", "SELECT 1"); got != "error: db.unsupported" {
		t.Errorf("got %s", got)
	}
}

// TestBadFile: a file that is no database, one that is not there, and one that may only
// be read.
func TestBadFile(t *testing.T) {
	s := db.New()
	defer s.Close()
	k := hosttest.New(t, s.Bind)
	defer k.F.Reset()
	missing := filepath.Join(t.TempDir(), "none", "a.db")
	for _, name := range []string{"values_test.go", missing} {
		_, err := k.Call("db_connect", k.Values("_SQLite", name, nil)...)
		e, ok := err.(*vm.Error)
		if !ok || e.Code != "db.open" || !strings.Contains(e.Message, name) {
			t.Errorf("%s: %v", name, err)
		}
	}
	path := filepath.Join(t.TempDir(), "a.db")
	k.Run([]hosttest.Check{
		{"db_connect", []any{"_SQLite", path, "எழுது"}, "nil"},
		{"db_execute", []any{"CREATE TABLE t (a); INSERT INTO t VALUES (1)", []any{}, "எழுது"}, "nil"},
		{"db_connect", []any{"_SQLite", "file:" + path + "?mode=ro", "படி"}, "nil"},
		{"db_query", []any{"SELECT a FROM t", []any{}, "படி"}, "[{a: 1}]"},
		{"db_execute", []any{"INSERT INTO t VALUES (2)", []any{}, "படி"}, "error: db.read_only"},
		{"db_query", []any{"SELECT a FROM t", []any{}, "எழுது"}, "[{a: 1}]"},
	})
}

// TestLargeAnswer: an answer that the fiber has no room for is an error, whatever
// the program does with it.
func TestLargeAnswer(t *testing.T) {
	k := newKit(t) // 16 MiB for the fiber
	const rows = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT %) SELECT n, 'வணக்கம் நண்பரே' AS t FROM c"
	if got := k.Show("query_async", strings.Replace(rows, "%", "400000", 1)); got != "error: db.too_large" {
		t.Errorf("too many rows: %.60s", got)
	}
	if got := k.Show("query_async", "SELECT zeroblob(20000000) AS a"); got != "error: db.too_large" {
		t.Errorf("too long a text: %.60s", got)
	}
	if v, err := k.Call("query_async", k.Values(strings.Replace(rows, "%", "20000", 1))...); err != nil || v.List().Len() != 20000 {
		t.Errorf("20000 rows: %v", err)
	}
	if got := k.Show("query_async", "SELECT 1 AS a"); got != "[{a: 1}]" {
		t.Errorf("afterwards: %s", got)
	}
}

// TestManyStatements prepares more statements than a connection keeps.
func TestManyStatements(t *testing.T) {
	k := newKit(t)
	for i := range 400 {
		sql := "SELECT " + strings.Repeat("1 + ", i%300) + "0 AS n"
		if got := k.Show("query_async", sql); !strings.HasPrefix(got, "[{n: ") {
			t.Fatal(got)
		}
	}
}

// TestSchemaChanges: statements prepared before see the table as it is now.
func TestSchemaChanges(t *testing.T) {
	k := newKit(t)
	k.Run([]hosttest.Check{
		{"db_execute", []any{"CREATE TABLE t (a)", []any{}, nil}, "nil"},
		{"db_execute", []any{"INSERT INTO t VALUES (1)", []any{}, nil}, "nil"},
		{"query_async", []any{"SELECT * FROM t"}, "[{a: 1}]"},
		{"db_execute", []any{"ALTER TABLE t ADD COLUMN b DEFAULT 2", []any{}, nil}, "nil"},
		{"query_async", []any{"SELECT * FROM t"}, "[{a: 1, b: 2}]"},
		{"db_execute", []any{"DROP TABLE t", []any{}, nil}, "nil"},
		{"query_async", []any{"SELECT * FROM t"}, "error: db.error"},
		{"db_execute", []any{"CREATE TABLE t (c)", []any{}, nil}, "nil"},
		{"query_async", []any{"SELECT * FROM t"}, "[]"},
	})
}

// TestEveryNameIsBound: all spellings of the handle's members.
func TestEveryNameIsBound(t *testing.T) {
	for _, text := range memberCalls() {
		if got := runText(t, start+text); got != "nil\n" && got != "0\n" && got != "[]\n" {
			t.Errorf("%s printed %s", text, got)
		}
	}
}
