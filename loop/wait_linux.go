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

// waiter waits for what an epoll descriptor reports. There are three ways.
//
// Holding. A loop that gets events all the time, and waits for nothing else, waits inside
// epoll_wait(2) without telling Go, and so keeps its processor for the moment: one system
// call for a wait. Go's collector is not held up, since the signal by which it stops
// goroutines ends the call; other goroutines are, where no processor is free, so no loop
// goes on so for longer than holdMost.
//
// Parked, with one loop: as a goroutine that Go's own poller wakes. That is a wait in three
// system calls, after which Go has given the processor to whoever wanted it. Inside epoll_wait
// Go would take the processor away 20 µs later, have another thread look after the network,
// and pay again for both when the call comes back.
//
// Blocked, with several: inside epoll_wait all the same. While one of them works, Go has
// nobody look after the network for the others until it sleeps or 10 ms have passed
// (RATIONALE.md).
//
// Its methods belong to the loop, except interrupt.
type waiter struct {
	epoll int
	due   func() bool // there is something to do before any event; called before each wait
	alone func() bool // only events are waited for
	state atomic.Int32
	evs   [256]unix.EpollEvent
	n     int // how many events there are

	passed bool          // the last wait has not looked for events
	clock  time.Time     // when it was made
	last   time.Duration // when the last wait began
	giveUp time.Duration // when it must let go of its processor; 0: it has just done so
	others time.Duration // until when others need it

	// One loop.
	file *os.File // a duplicate of the descriptor; nil with several loops
	conn syscall.RawConn
	try  func(fd uintptr) bool // poll, made once

	bell int // an eventfd that epoll reports each write to
}

const (
	// holdWait is for how long a call waits with the processor held, and how soon events
	// must come for that to be worth it.
	holdWait = time.Millisecond

	// holdMost is for how long a loop may hold its processor, call after call. Each time that
	// it is let go of, Go's own watchman may find nobody at work, goes to sleep, and is woken
	// with the next event to look every 20 µs for a while.
	holdMost = 4 * time.Millisecond
)

// What a waiter is doing, for interrupt.
const (
	awake   int32 = iota
	holding       // in a system call, or about to be
	parked        // in Go's poller, or about to be
)

func newWaiter(epoll, bell int, single bool, due, alone func() bool) (*waiter, error) {
	w := &waiter{epoll: epoll, bell: bell, due: due, alone: alone, clock: time.Now()}
	if single {
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
	w.try = func(uintptr) bool { return w.poll(0) }
	if w.conn, err = w.file.SyscallConn(); err != nil {
		return err
	}
	return w.file.SetReadDeadline(time.Time{}) // fails where Go's poller did not take it
}

// poll waits so many milliseconds for events, without telling Go, and reports whether there
// are any.
func (w *waiter) poll(ms int) bool {
	n, _, errno := syscall.RawSyscall6(unix.SYS_EPOLL_PWAIT, uintptr(w.epoll), uintptr(unsafe.Pointer(&w.evs)), uintptr(len(w.evs)), uintptr(ms), 0, 0)
	if errno != 0 {
		n = 0
	}
	w.n = int(n)
	return w.n > 0
}

// wait returns the next events, and none when it was interrupted or something is due; they
// are valid until the next call. After an error it can't be used any more.
func (w *waiter) wait() ([]unix.EpollEvent, error) {
	defer w.state.Store(awake)
	w.state.Store(holding)
	if w.due() { // whoever made it so has not seen us asleep, or interrupts the next wait in vain
		if w.passed = !w.passed; w.passed {
			return nil, nil
		}
		w.poll(0) // a loop that always has something to do still sees its sockets
		return w.evs[:w.n], nil
	}
	if w.mayHold() {
		if w.poll(int(holdWait / time.Millisecond)) {
			return w.evs[:w.n], nil
		}
	} else if w.file == nil && w.poll(0) {
		return w.evs[:w.n], nil
	}
	w.giveUp = 0
	if w.file == nil {
		return w.block()
	}
	return w.park()
}

// mayHold reports whether the next wait may hold the processor.
func (w *waiter) mayHold() bool {
	now := time.Since(w.clock)
	often := now-w.last < holdWait
	w.last = now
	if w.giveUp == 0 {
		w.giveUp = now + holdMost
	}
	return often && now < w.giveUp && now >= w.others && w.alone()
}

// letGo has the next waits leave the processor to others: somebody has come whom a goroutine
// accepts, which counts from then on (alone).
func (w *waiter) letGo() { w.others = time.Since(w.clock) + holdMost }

// block waits in the system call.
func (w *waiter) block() ([]unix.EpollEvent, error) {
	// To have looked before, and this, are worth a third of a request at a low rate: to a
	// call that has lasted for 20 µs Go acts as if the loop had work to give away.
	runtime.Gosched()
	n, err := unix.EpollWait(w.epoll, w.evs[:], -1)
	if err == unix.EINTR {
		return nil, nil
	}
	return w.evs[:max(n, 0)], os.NewSyscallError("epoll_wait", err)
}

// park waits in Go's poller.
func (w *waiter) park() ([]unix.EpollEvent, error) {
	w.state.Store(parked)
	if w.due() { // by somebody who saw us holding
		return nil, nil
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
	switch w.state.Load() { // awake, it will find what is due
	case holding:
		one := [8]byte{1}
		_, _ = unix.Write(w.bell, one[:])
	case parked:
		_ = w.file.SetReadDeadline(time.Unix(1, 0))
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
