package loop

import (
	"errors"
	"syscall"
	"unsafe"

	"golang.org/x/sys/unix"
)

// errFileShort says that a file ends before the bytes that were asked for.
var errFileShort = errors.New("loop: the file has become shorter")

// isCold reports whether the last byte of a part of a file would have to be read from a
// disk. The kernel reads ahead, so what comes before the last byte is there as well, as
// good as always.
func isCold(fd int, at int64, n int) bool {
	var b [1]byte
	iov := unix.Iovec{Base: &b[0]}
	iov.SetLen(1)
	// It never waits, so Go's scheduler need not know.
	_, _, errno := syscall.RawSyscall6(unix.SYS_PREADV2, uintptr(fd), uintptr(unsafe.Pointer(&iov)), 1, uintptr(at+int64(n)-1), 0, unix.RWF_NOWAIT)
	return errno == unix.EAGAIN
}

// readThrough reads a part of a file for its own sake.
func readThrough(fd int, at int64, n int) {
	b := make([]byte, 64<<10)
	for n > 0 {
		k, err := unix.Pread(fd, b[:min(len(b), n)], at)
		if k <= 0 || err != nil {
			return // whoever sends it will be told
		}
		at += int64(k)
		n -= k
	}
}

// sendFile sends a part of a file to a socket: 0 when it takes nothing now.
func sendFile(to, fd int, at int64, n int) (int, error) {
	// The socket doesn't wait, and isCold has seen that the file needn't.
	k, err := result(syscall.RawSyscall6(unix.SYS_SENDFILE, uintptr(to), uintptr(fd), uintptr(unsafe.Pointer(&at)), uintptr(n), 0, 0))
	switch {
	case err == unix.EAGAIN || err == unix.EINTR:
		return 0, nil
	case err != nil:
		return 0, err
	case k == 0:
		return 0, errFileShort
	}
	return k, nil
}

// readFile reads a part of a file.
func readFile(fd int, p []byte, at int64) (int, error) {
	k, err := unix.Pread(fd, p, at)
	if err == nil && k == 0 {
		return 0, errFileShort
	}
	return max(k, 0), err
}
