package db_test

import (
	"testing"

	"etamil/internal/std/db"
	"etamil/internal/std/host/hosttest"
)

func benchKit(b *testing.B) *hosttest.Kit {
	s := db.New()
	b.Cleanup(s.Close)
	k := hosttest.New(b, s.Bind)
	b.Cleanup(k.F.Reset)
	k.Show("db_connect", "_SQLite", b.TempDir()+"/a.db", nil)
	k.Show("db_execute", "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(20), price NUMERIC)", []any{}, nil)
	k.Show("db_execute", "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT 1000) INSERT INTO t SELECT n, 'பொருள் ' || n, n * 1.25 FROM c", []any{}, nil)
	return k
}

func benchStatement(b *testing.B, id, sql string, args ...any) {
	k := benchKit(b)
	args = append([]any{sql}, args...)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := k.Call(id, k.Values(args...)...); err != nil {
			b.Fatal(err)
		}
		k.F.Reset() // as after a request
	}
}

func BenchmarkOneRow(b *testing.B) {
	benchStatement(b, "query_async", "SELECT id, name, price FROM t WHERE id = ?", []any{500})
}

func BenchmarkThousandRows(b *testing.B) {
	benchStatement(b, "query_async", "SELECT id, name, price FROM t")
}

func BenchmarkUpdate(b *testing.B) {
	benchStatement(b, "db_execute", "UPDATE t SET price = price + 1 WHERE id = ?", []any{500}, nil)
}
