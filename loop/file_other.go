//go:build !linux

package loop

import (
	"errors"

	"golang.org/x/sys/unix"
)

// errFileShort says that a file ends before the bytes that were asked for.
var errFileShort = errors.New("loop: the file has become shorter")

// isCold can't be known here.
func isCold(int, int64, int) bool { return false }

func readThrough(int, int64, int) {}

// sendFile reads and writes: sendfile(2) is another one on each system.
func sendFile(to, fd int, at int64, n int) (int, error) {
	b := make([]byte, min(n, 64<<10))
	k, err := readFile(fd, b, at)
	if err != nil {
		return 0, err
	}
	k, err = unix.Write(to, b[:k])
	if err == unix.EAGAIN || err == unix.EINTR {
		return 0, nil
	}
	return max(k, 0), err
}

// readFile reads a part of a file.
func readFile(fd int, p []byte, at int64) (int, error) {
	k, err := unix.Pread(fd, p, at)
	if err == nil && k == 0 {
		return 0, errFileShort
	}
	return max(k, 0), err
}
