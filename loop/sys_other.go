//go:build !linux

package loop

import (
	"errors"
	"os"
	"sync"
	"unsafe"

	"golang.org/x/sys/unix"
)

// Other systems have neither epoll nor a way into gnet's kqueue loops, so
// reading can't be paused there, and the server's own acceptor is used.

var errNoPause = errors.New("loop: needs epoll")

func limitUnsent(int) {}

func setInterest(int, int, bool) error { return errNoPause }

func dropNew(int) {}

func refuse([]int, func() bool) {}

// halfClosed can't be known without reading, and reading isn't paused: the
// poller reports the end itself.
func halfClosed(int) bool { return false }

// unread is of use where a loop waits itself.
func unread(int) bool { return false }

// openFiles counts the descriptors of this process.
func openFiles() (int, error) {
	all, err := os.ReadDir("/dev/fd")
	return len(all) - 1, err
}

func writeNow(fd int, p []byte) (int, error) { return unix.Write(fd, p) }

func writeMoreNow(fd int, p []byte) (int, error) { return unix.Write(fd, p) }

func writevNow(fd int, ps [][]byte) (n int, err error) {
	for _, p := range ps {
		m, err := unix.Write(fd, p)
		if m > 0 {
			n += m
		}
		if err != nil && n > 0 {
			return n, nil
		}
		if err != nil || m < len(p) {
			return n, err
		}
	}
	return n, nil
}

// readiness waits for sockets to take bytes again. arm may be called from
// any goroutine, wait from one.
type readiness struct {
	mu    sync.Mutex
	armed map[int]bool
	ended bool
	pipe  [2]int // interrupts poll(2)
	fds   []unix.PollFd
}

func (r *readiness) open() error {
	r.armed = make(map[int]bool)
	if err := unix.Pipe(r.pipe[:]); err != nil {
		return os.NewSyscallError("pipe", err)
	}
	for _, fd := range r.pipe {
		unix.CloseOnExec(fd)
		_ = unix.SetNonblock(fd, true)
	}
	return nil
}

func (r *readiness) arm(fd int, _ bool) error {
	r.mu.Lock()
	r.armed[fd] = true
	r.mu.Unlock()
	r.interrupt()
	return nil
}

// disarm forgets fd, before it is closed.
func (r *readiness) disarm(fd int) {
	r.mu.Lock()
	delete(r.armed, fd)
	r.mu.Unlock()
}

// wait calls ready for each descriptor that takes bytes, and returns false
// after wake.
func (r *readiness) wait(ready func(fd int)) bool {
	r.mu.Lock()
	if r.ended {
		r.mu.Unlock()
		return false
	}
	r.fds = append(r.fds[:0], unix.PollFd{Fd: int32(r.pipe[0]), Events: unix.POLLIN})
	for fd := range r.armed {
		r.fds = append(r.fds, unix.PollFd{Fd: int32(fd), Events: unix.POLLOUT})
	}
	r.mu.Unlock()
	if _, err := unix.Poll(r.fds, -1); err != nil {
		return err == unix.EINTR
	}
	if r.fds[0].Revents != 0 {
		var drop [64]byte
		_, _ = unix.Read(r.pipe[0], drop[:])
	}
	for _, p := range r.fds[1:] {
		if p.Revents == 0 {
			continue
		}
		fd := int(p.Fd)
		r.mu.Lock()
		was := r.armed[fd]
		delete(r.armed, fd)
		r.mu.Unlock()
		if was {
			ready(fd)
		}
	}
	return true
}

// wake ends wait.
func (r *readiness) wake() {
	r.mu.Lock()
	r.ended = true
	r.mu.Unlock()
	r.interrupt()
}

func (r *readiness) interrupt() { _, _ = unix.Write(r.pipe[1], []byte{0}) }

func (r *readiness) close() {
	unix.Close(r.pipe[0])
	unix.Close(r.pipe[1])
}

// accepter is for loops that wait themselves.
func accepter(unsafe.Pointer) func(int) error { return nil }

// A waiter needs epoll: gnet waits.
type waiter struct{}

func newWaiter(int, int, bool, func() bool, func() bool) (*waiter, error) { return nil, errNoPause }

func (*waiter) interrupt() {}

func (*waiter) close() {}

func (*gnetLoop) stay() {}

// Nor are there guests without a waiter.
func (*gnetLoop) watch(int) error { return errNoPause }

func (*gnetLoop) unwatch(int) {}

// A batch needs io_uring: each read and write is a system call of its own.
type batch struct{}

func newBatch(*gnetLoop) (*batch, error) { return nil, errNoPause }

func (*batch) keep(*gnetSocket, []byte, ownership) bool { return false }

func (*batch) send() {}

func (*batch) close() {}

func (*gnetLoop) wanted() bool { return false }

func (*gnetLoop) interrupt() {}
