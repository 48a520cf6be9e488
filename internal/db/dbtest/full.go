package dbtest

import (
	_ "embed"
	"os"
	"path/filepath"
	"testing"
)

//go:embed testdata/full.c
var fullDisk []byte

// PostgresOnDisk starts a PostgreSQL server whose disk is full for tables of a megabyte, as long
// as full says so.
func PostgresOnDisk(t testing.TB) (s *Server, full func(bool)) {
	t.Helper()
	as := account(t, "postgres")
	dir := folder(t, as)
	source, library, flag := filepath.Join(dir, "full.c"), filepath.Join(dir, "full.so"), filepath.Join(dir, "full")
	if err := os.WriteFile(source, fullDisk, 0o644); err != nil {
		t.Fatal(err)
	}
	once(t, nil, dir, program(t, "gcc", "gcc"), "-shared", "-fPIC", "-O1", "-o", library, source, "-ldl")
	s = postgres(t, []string{"LD_PRELOAD=" + library, "FULL_WHILE=" + flag})
	return s, func(yes bool) {
		t.Helper()
		err := os.Remove(flag)
		if yes {
			err = os.WriteFile(flag, nil, 0o644)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}
