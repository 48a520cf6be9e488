package loop

import (
	"errors"
	"os"
	"runtime"
	"sync/atomic"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// waiter waits for what an epoll descriptor reports. There are two ways.
//
// A server with one loop waits as a goroutine that Go's own poller wakes. A goroutine that
// waits inside epoll_wait(2) costs more: Go takes the processor away from it 20 µs later,
// has another thread look after the network, and pays again for both when it comes back.
//
// Several loops wait inside epoll_wait(2) all the same: while one of them works, Go has
// nobody look after the network for the others until it sleeps or 10 ms have passed
// (RATIONALE.md).
//
// Its methods belong to the loop, except interrupt.
type waiter struct {
	epoll  int
	due    func() bool // there is something to do before any event; called before each wait
	asleep atomic.Bool // or about to be
	evs    [256]unix.EpollEvent
	n      int // how many events there are

	// One loop.
	file *os.File // a duplicate of the descriptor; nil with several loops
	conn syscall.RawConn
	try  func(fd uintptr) bool // poll, made once

	bell int // an eventfd that epoll reports each write to, for several loops
}

func newWaiter(epoll, bell int, alone bool, due func() bool) (*waiter, error) {
	w := &waiter{epoll: epoll, bell: bell, due: due}
	if alone {
		if err := w.useGo(); err != nil {
			w.close()
			return nil, err
		}
	}
	return w, nil
}

// useGo gives Go's poller the descriptor to watch.
func (w *waiter) useGo() error {
	fd, err := unix.FcntlInt(uintptr(w.epoll), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		return os.NewSyscallError("fcntl", err)
	}
	// Without this Go would take it for a file that is always ready.
	if err := unix.SetNonblock(fd, true); err != nil {
		unix.Close(fd)
		return os.NewSyscallError("fcntl", err)
	}
	w.file = os.NewFile(uintptr(fd), "epoll")
	w.try = w.poll
	if w.conn, err = w.file.SyscallConn(); err != nil {
		return err
	}
	return w.file.SetReadDeadline(time.Time{}) // fails where Go's poller did not take it
}

func (w *waiter) poll(fd uintptr) bool {
	n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, fd, uintptr(unsafe.Pointer(&w.evs)), uintptr(len(w.evs)), 0, 0, 0)
	if errno != 0 {
		n = 0
	}
	w.n = int(n)
	return w.n > 0
}

// wait returns the next events, and none when it was interrupted or something is due; they
// are valid until the next call. After an error it can't be used any more.
func (w *waiter) wait() ([]unix.EpollEvent, error) {
	w.asleep.Store(true)
	defer w.asleep.Store(false)
	switch {
	case w.due(): // whoever made it so has not seen us asleep, or interrupts the next wait in vain
		return nil, nil
	case w.file == nil:
		// Both steps before the wait are worth a third of a request at a low rate: to a
		// call that has lasted for 20 µs Go acts as if the loop had work to give away.
		if w.poll(uintptr(w.epoll)) {
			return w.evs[:w.n], nil
		}
		runtime.Gosched()
		n, err := unix.EpollWait(w.epoll, w.evs[:], -1)
		if err == unix.EINTR {
			return nil, nil
		}
		return w.evs[:max(n, 0)], os.NewSyscallError("epoll_wait", err)
	}
	switch err := w.conn.Read(w.try); {
	case err == nil:
		return w.evs[:w.n], nil
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, w.file.SetReadDeadline(time.Time{})
	default:
		return nil, err
	}
}

// interrupt ends a wait. Any goroutine may call it, after it has made something due.
func (w *waiter) interrupt() {
	switch {
	case !w.asleep.Load(): // it will find what is due
	case w.file != nil:
		_ = w.file.SetReadDeadline(time.Unix(1, 0))
	default:
		one := [8]byte{1}
		_, _ = unix.Write(w.bell, one[:])
	}
}

func (w *waiter) close() {
	if w.file != nil {
		w.file.Close()
	}
}

// readNow, writeNow and writevNow are for sockets that never block: Go's scheduler need
// not hear of such a call.

func readNow(fd int, p []byte) (int, error) {
	return result(syscall.RawSyscall(unix.SYS_READ, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p))))
}

func writeNow(fd int, p []byte) (int, error) {
	return result(syscall.RawSyscall(unix.SYS_WRITE, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p))))
}

// writeMoreNow is writeNow to a socket that is told that more follows.
func writeMoreNow(fd int, p []byte) (int, error) {
	return result(syscall.RawSyscall6(unix.SYS_SENDTO, uintptr(fd), uintptr(unsafe.Pointer(unsafe.SliceData(p))), uintptr(len(p)), unix.MSG_MORE|unix.MSG_NOSIGNAL, 0, 0))
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
