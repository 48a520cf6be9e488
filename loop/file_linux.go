package loop

import (
	"errors"
	"os"
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
	return errno == unix.EAGAIN || errno == unix.EOPNOTSUPP && !isMapped(fd, at+int64(n)-1)
}

// isMapped reports whether a byte of a file is in memory, where a read can't be told not to wait: on the layered file
// systems of containers, in memory, over a network. The kernel says so to a file's owner and those who may write to it; others
// hear that everything is.
func isMapped(fd int, at int64) bool {
	page := int64(os.Getpagesize())
	addr, _, errno := syscall.RawSyscall6(unix.SYS_MMAP, 0, uintptr(page), unix.PROT_READ, unix.MAP_SHARED, uintptr(fd), uintptr(at&^(page-1)))
	if errno != 0 {
		return false // to be read beside the loop is right for any file
	}
	var in [1]byte
	_, _, errno = syscall.RawSyscall(unix.SYS_MINCORE, addr, uintptr(page), uintptr(unsafe.Pointer(&in)))
	_, _, _ = syscall.RawSyscall(unix.SYS_MUNMAP, addr, uintptr(page), 0)
	return errno == 0 && in[0]&1 != 0
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
