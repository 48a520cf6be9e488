package loop

import (
	"errors"
	"os"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// waiter waits for what an epoll descriptor reports, as a goroutine that Go's own poller
// wakes. A goroutine that waits inside epoll_wait(2) costs much more: Go takes the
// processor away from it 20 µs later, has another thread look after the network, and pays
// again for both when it comes back, some 3 to 8 µs for each wait (RATIONALE.md).
//
// Its methods belong to the loop, except interrupt.
type waiter struct {
	file *os.File // a duplicate of the descriptor
	conn syscall.RawConn
	try  func(fd uintptr) bool // poll, made once
	n    int                   // how many events there are
	evs  [256]unix.EpollEvent
}

func newWaiter(epoll int) (*waiter, error) {
	fd, err := unix.FcntlInt(uintptr(epoll), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("fcntl", err)
	}
	// Without this Go would take it for a file that is always ready.
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return nil, os.NewSyscallError("fcntl", err)
	}
	w := &waiter{file: os.NewFile(uintptr(fd), "epoll")}
	w.try = w.poll
	if w.conn, err = w.file.SyscallConn(); err == nil {
		err = w.file.SetReadDeadline(time.Time{}) // fails where Go's poller did not take it
	}
	if err != nil {
		w.file.Close()
		return nil, err
	}
	return w, nil
}

func (w *waiter) poll(fd uintptr) bool {
	n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, fd, uintptr(unsafe.Pointer(&w.evs)), uintptr(len(w.evs)), 0, 0, 0)
	if errno != 0 {
		n = 0
	}
	w.n = int(n)
	return w.n > 0
}

// wait returns the next events, and none when it was interrupted; they are valid until
// the next call. After an error it can't be used any more.
func (w *waiter) wait() ([]unix.EpollEvent, error) {
	switch err := w.conn.Read(w.try); {
	case err == nil:
		return w.evs[:w.n], nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, w.file.SetReadDeadline(time.Time{})
	default:
		return nil, err
	}
}

// interrupt ends a wait, or else the next one. Any goroutine may call it.
func (w *waiter) interrupt() { _ = w.file.SetReadDeadline(time.Unix(1, 0)) }

func (w *waiter) close() { w.file.Close() }

// readNow, writeNow and writevNow are for sockets that never block: Go's scheduler need
// not hear of such a call.

func readNow(fd int, p []byte) (int, error) {
	return result(syscall.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p))))
}

func writeNow(fd int, p []byte) (int, error) {
	return result(syscall.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p))))
}

func writevNow(fd int, ps [][]byte) (int, error) {
	var iov [iovMax]unix.Iovec
	n := min(len(ps), len(iov))
	for i, p := range ps[:n] {
		iov[i].Base = unsafe.SliceData(p)
		iov[i].SetLen(len(p))
	}
	return result(syscall.RawSyscall(unix.SYS_WRITEV, uintptr(fd), uintptr(unsafe.Pointer(&iov)), uintptr(n)))
}

func result(n, _ uintptr, errno syscall.Errno) (int, error) {
	if errno != 0 {
		return 0, errno
	}
	return int(n), nil
}
