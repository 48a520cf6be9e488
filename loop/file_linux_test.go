package loop

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

// TestIsCold: whether a file has to be read from a disk is known on each kind of file system that there is here: one that can be
// read without waiting, and one that can't, which is asked in another way.
func TestIsCold(t *testing.T) {
	for _, dir := range []string{t.TempDir(), "/dev/shm"} {
		path := filepath.Join(dir, "etamil-cold-test")
		if err := os.WriteFile(path, make([]byte, 300_000), 0o600); err != nil {
			t.Logf("%s: %v", dir, err)
			continue
		}
		defer os.Remove(path)
		f, err := os.OpenFile(path, os.O_RDWR, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		fd := int(f.Fd())
		if isCold(fd, 0, 300_000) || !isMapped(fd, 299_999) {
			t.Errorf("%s: what was just written is to be read from a disk", dir)
		}
		// A hole has no page until somebody reads it.
		if err := f.Truncate(1 << 20); err != nil {
			t.Fatal(err)
		}
		if isMapped(fd, 1<<20-1) {
			t.Errorf("%s: what nobody has read is in memory", dir)
		}
		if err := f.Sync(); err != nil {
			t.Fatal(err)
		}
		_ = unix.Fadvise(fd, 0, 0, unix.FADV_DONTNEED)
		readThrough(fd, 0, 1<<20)
		var fs unix.Statfs_t
		if err := unix.Fstatfs(fd, &fs); err != nil {
			t.Fatal(err)
		}
		if !isMapped(fd, 0) || fs.Type != unix.TMPFS_MAGIC && isCold(fd, 0, 1<<20) {
			t.Errorf("%s: what was read through is to be read from a disk", dir)
		}
		// In memory a hole stays one: it is sent all the same.
		r := newRig(t, Config{}, &filing{path: path, n: 1 << 20})
		c := r.connect()
		c.in("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		eventually(t, "the file is sent", func() bool { r.run(); return c.got.Len() > 1<<20 && c.c.ring == 0 })
	}
}
