//go:build !core

package db_test

import (
	"strings"
	"testing"
)

// TestTypes: what stands in a column of each type, as JSON, which tells text from
// numbers, and that it goes back in as it came out.
func TestTypes(t *testing.T) {
	tests := map[string][]struct{ column, sql, want string }{
		"postgres": {
			{"BOOLEAN", "true", "true"},
			{"SMALLINT", "-32768", "-32768"},
			{"INTEGER", "2147483647", "2147483647"},
			{"BIGINT", "9223372036854775807", "9223372036854775807"},
			{"REAL", "0.1", "0.1"},
			{"DOUBLE PRECISION", "0.1", "0.1"},
			{"DOUBLE PRECISION", "'NaN'", `"NaN"`},
			{"NUMERIC", "12345678901234567890.123456789", "12345678901234567890.123456789"},
			{"NUMERIC(10,2)", "1299.5", "1299.50"},
			{"NUMERIC", "79228162514264337593543950335", "79228162514264337593543950335"},
			{"NUMERIC", "123456789012345678901234567890123.5", `"123456789012345678901234567890123.5"`},
			{"TEXT", "'0123'", `"0123"`},
			{"TEXT", "'12.50'", `"12.50"`},
			{"VARCHAR(5)", "'அஆ'", `"அஆ"`},
			{"DATE", "'2026-01-02'", `"2026-01-02"`},
			{"TIME", "'03:04:05.5'", `"03:04:05.5"`},
			{"TIMESTAMP", "'2026-01-02 03:04:05.123456'", `"2026-01-02T03:04:05.123456"`},
			{"TIMESTAMPTZ", "'2026-01-02 03:04:05+05:30'", `"2026-01-01T21:34:05+00:00"`},
			{"TIMESTAMPTZ", "'infinity'", `"infinity"`},
			{"UUID", "'01a214f1-f035-702d-80ac-54be4da7266d'", `"01a214f1-f035-702d-80ac-54be4da7266d"`},
			{"JSONB", `'{"அ": [1, 2.50, null, true], "b": {"c": "d"}}'`, `{"b":{"c":"d"},"அ":[1,2.50,null,true]}`},
			{"JSON", "'[]'", "[]"},
			{"JSON", "'12345678901234567890.12'", "12345678901234567890.12"},
			{"INTEGER[]", "'{1,2,NULL}'", "[1,2,null]"},
			{"TEXT[]", `ARRAY['a,b', 'c"d\e', '', 'NULL', NULL, 'தமிழ்']`, `["a,b","c\"d\\e","","NULL",null,"தமிழ்"]`},
			{"NUMERIC[]", "'{0.10,12345678901234567890.5}'", "[0.10,12345678901234567890.5]"},
			{"INTEGER[][]", "'{{1,2},{3,4}}'", "[[1,2],[3,4]]"},
			{"BOOLEAN[]", "'{t,f}'", "[true,false]"},
			{"TIMESTAMPTZ[]", "'{2026-01-02 03:04:05+00}'", `["2026-01-02T03:04:05+00:00"]`},
			{"INTEGER", "NULL", "null"},
			{"INET", "'10.0.0.1/8'", `"10.0.0.1/8"`},
			{"INT4RANGE", "'[1,5)'", `"[1,5)"`},
		},
		"mysql": {
			{"BOOLEAN", "true", "1"},
			{"TINYINT", "-128", "-128"},
			{"INTEGER", "2147483647", "2147483647"},
			{"BIGINT", "9223372036854775807", "9223372036854775807"},
			{"BIGINT UNSIGNED", "18446744073709551615", "18446744073709551615"},
			{"FLOAT", "0.1", "0.1"},
			{"DOUBLE", "0.1", "0.1"},
			{"DECIMAL(29,9)", "12345678901234567890.123456789", "12345678901234567890.123456789"},
			{"DECIMAL(10,2)", "1299.5", "1299.50"},
			{"VARCHAR(10)", "'0123'", `"0123"`},
			{"TEXT", "'12.50'", `"12.50"`},
			{"DATE", "'2026-01-02'", `"2026-01-02"`},
			{"TIME", "'03:04:05'", `"03:04:05"`},
			{"DATETIME(6)", "'2026-01-02 03:04:05.123456'", `"2026-01-02T03:04:05.123456"`},
			{"TIMESTAMP", "'2026-01-02 03:04:05'", `"2026-01-02T03:04:05+00:00"`},
			{"YEAR", "2026", "2026"},
			{"ENUM('a','b')", "'b'", `"b"`},
			{"INTEGER", "NULL", "null"},
		},
	}
	for name, list := range tests {
		t.Run(name, func(t *testing.T) {
			k := serverKits(t, shared(t, name).URL, 1, nil)[0]
			read := func(sql string, params ...any) string {
				t.Helper()
				v, err := k.Call("query_async", k.Values(sql, append([]any{}, params...))...)
				if err != nil {
					t.Fatalf("%s: %v", sql, err)
				}
				row := v.List().At(0)
				x, ok := row.Field("x")
				if !ok {
					t.Fatalf("%s: no column", sql)
				}
				return string(k.F.Heap().Writer().AppendJSON(nil, x))
			}
			for _, test := range list {
				must(t, k, "query_async", "DROP TABLE IF EXISTS types")
				must(t, k, "query_async", "CREATE TABLE types (x "+test.column+")")
				if name == "postgres" && strings.HasPrefix(test.column, "TIMESTAMPTZ") {
					must(t, k, "query_async", "INSERT INTO types SELECT v FROM (SELECT CAST("+test.sql+" AS "+test.column+") AS v) s")
				} else {
					must(t, k, "query_async", "INSERT INTO types VALUES ("+test.sql+")")
				}
				if got := read("SELECT x FROM types"); got != test.want {
					t.Errorf("%s %s is %s, want %s", test.column, test.sql, got, test.want)
				}
				if name == "mysql" && test.column == "TIMESTAMP" {
					continue // MariaDB reads no zones
				}
				v, err := k.Call("query_async", k.Values("SELECT x FROM types")...)
				if err != nil {
					t.Fatal(err)
				}
				x, _ := v.List().At(0).Field("x")
				list := k.F.Heap().NewList(0, 1)
				k.F.Heap().Append(&list, *x)
				if _, err := k.Call("db_execute", append(k.Values("INSERT INTO types VALUES (?)"), list, k.Values(nil)[0])...); err != nil {
					t.Errorf("%s %s back: %v", test.column, test.sql, err)
					continue
				}
				if n := must(t, k, "query_async", "SELECT DISTINCT CAST(x AS CHAR(100)) AS x FROM types"); strings.Count(n, "{x: ") != 1 {
					t.Errorf("%s %s does not come back the same: %s", test.column, test.sql, n)
				}
			}
			bytes := map[string]string{"postgres": "BYTEA", "mysql": "LONGBLOB"}[name]
			must(t, k, "query_async", "DROP TABLE IF EXISTS types")
			must(t, k, "query_async", "CREATE TABLE types (x "+bytes+")")
			for _, b := range []string{"", "\x00", "\xff\x00\\x'\"", strings.Repeat("\x80x", 50_000)} {
				must(t, k, "query_async", "DELETE FROM types")
				if _, err := k.Call("query_async", k.Values("INSERT INTO types VALUES (?)", []any{[]byte(b)})...); err != nil {
					t.Fatal(err)
				}
				v, err := k.Call("query_async", k.Values("SELECT x FROM types")...)
				if err != nil {
					t.Fatal(err)
				}
				if x, _ := v.List().At(0).Field("x"); x.Clone() != b {
					t.Errorf("%d bytes come back as %d others", len(b), len(x.Clone()))
				}
			}
		})
	}
}
