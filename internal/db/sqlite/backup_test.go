package sqlite

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// TestBackupsAtOnce: of backups to one name that are made at the same time one is there, whole, and the others say that it is; nothing that was there
// before is touched.
func TestBackupsAtOnce(t *testing.T) {
	dir := t.TempDir()
	path, to := filepath.Join(dir, "a.db"), filepath.Join(dir, "b.db")
	d, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	alone(t, d, "CREATE TABLE t (a INTEGER, b TEXT); INSERT INTO t WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < 20000) SELECT n, hex(randomblob(100)) FROM s")
	if err := os.WriteFile(to+".part", []byte("another's"), 0o644); err != nil {
		t.Fatal(err)
	}
	// The second begins in the middle of the first, and ends in it.
	var once sync.Once
	second := errors.New("not made")
	err = Backup(context.Background(), path, to, func(done, total int) {
		once.Do(func() {
			if done == total {
				t.Error("all of it was copied at once")
			}
			second = Backup(context.Background(), path, to, func(int, int) {})
		})
	})
	if second != nil || !errors.Is(err, os.ErrExist) {
		t.Errorf("the first %v, the second %v", err, second)
	}
	b, err := Open(to)
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if got, err := begin(context.Background(), b, statement("SELECT count(*) FROM t")); err != nil || got.Cells[0].N != 20000 {
		t.Errorf("%v %v", got.Cells, err)
	}
	if text, err := os.ReadFile(to + ".part"); string(text) != "another's" {
		t.Errorf("what stood there: %q %v", text, err)
	}
	if list, _ := filepath.Glob(to + "*.part"); len(list) != 1 {
		t.Errorf("left behind: %q", list)
	}
}
