package loop

import (
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// unsentLimit is how many bytes the kernel may hold unsent for a connection
// before it says that it takes no more. Without it 200 clients that stopped
// reading held 752 MB of kernel memory, with it 35 MB, at the same throughput.
const unsentLimit = 128 << 10

// limitUnsent sets unsentLimit. A listener hands it on to what it accepts.
func limitUnsent(fd int) {
	_ = unix.SetsockoptInt(fd, unix.IPPROTO_TCP, unix.TCP_NOTSENT_LOWAT, unsentLimit)
}

// setInterest sets what epoll reports about fd: incoming bytes, or nothing
// but a reset. It may be called from any goroutine.
func setInterest(epoll, fd int, on bool) error {
	ev := unix.EpollEvent{Fd: int32(fd)}
	if on {
		ev.Events = unix.EPOLLIN | unix.EPOLLPRI
	}
	return unix.EpollCtl(epoll, unix.EPOLL_CTL_MOD, fd, &ev)
}

// tellAgain has epoll report about an eventfd of gnet's once more, which it
// does only once by itself, if nobody has read it.
func tellAgain(epoll, event int) error {
	ev := unix.EpollEvent{Fd: int32(event), Events: unix.EPOLLIN | unix.EPOLLPRI | unix.EPOLLRDHUP | edge}
	return unix.EpollCtl(epoll, unix.EPOLL_CTL_MOD, event, &ev)
}

// edge is unix.EPOLLET, which is negative there.
const edge = 1 << 31

// halfClosed reports whether the peer has ended its side, whatever unread
// bytes come before that.
func halfClosed(fd int) bool {
	fds := [1]unix.PollFd{{Fd: int32(fd), Events: unix.POLLRDHUP}}
	n, err := unix.Poll(fds[:], 0)
	return err == nil && n == 1 && fds[0].Revents&unix.POLLRDHUP != 0
}

// broken reports whether a connection is at its end in both directions. The question may be cut short by a signal, such as
// those that Go stops goroutines with: only where there was nothing to tell.
func broken(fd int) bool {
	fds := [1]unix.PollFd{{Fd: int32(fd)}}
	n, _ := unix.Poll(fds[:], 0)
	return n == 1 && fds[0].Revents&(unix.POLLHUP|unix.POLLERR) != 0
}

// unread reports whether bytes have come that nobody has read.
func unread(fd int) bool {
	n, err := unix.IoctlGetInt(fd, unix.TIOCINQ)
	return err == nil && n > 0
}

// openFiles counts the descriptors of this process. Since Linux 6.2 the
// directory's size is their number; before, its entries are counted, of which
// one is the descriptor that they are read from.
func openFiles() (int, error) {
	const dir = "/proc/self/fd"
	var st unix.Stat_t
	if err := unix.Stat(dir, &st); err == nil && st.Size > 0 {
		return int(st.Size), nil
	}
	all, err := os.ReadDir(dir)
	return len(all) - 1, err
}

// dropNew has the kernel drop requests for new connections to a TCP listener: those under
// way and those that wait to be accepted go on. A client that was dropped tries again a
// second later.
func dropNew(fd int) {
	// The filter's first byte is that of the TCP header: 13 holds the flags.
	noSyn := []unix.SockFilter{
		{Code: unix.BPF_LD | unix.BPF_B | unix.BPF_ABS, K: 13},
		{Code: unix.BPF_JMP | unix.BPF_JSET | unix.BPF_K, K: 0x02, Jt: 0, Jf: 1},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0},
		{Code: unix.BPF_RET | unix.BPF_K, K: 0xffffffff},
	}
	prog := unix.SockFprog{Len: uint16(len(noSyn)), Filter: &noSyn[0]}
	_ = unix.SetsockoptSockFprog(fd, unix.SOL_SOCKET, unix.SO_ATTACH_FILTER, &prog)
}

// refuse stops listening on fds without losing a connection, and leaves the
// numbers taken, for gnet to close them as listeners.
//
// Closing a listener resets what it has not accepted yet, so first only new
// connection requests are dropped; then those under way and those waiting are
// served, until giveUp; then another socket takes the listener's place, which
// refuses those who try again.
func refuse(fds []int, giveUp func() bool) {
	for _, fd := range fds {
		dropNew(fd)
	}
	lastAccepts(func() bool { return slices.ContainsFunc(fds, comers) }, giveUp)
	for _, fd := range fds {
		s, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			// No descriptor is free. The filter goes on refusing.
			continue
		}
		_ = unix.Dup3(s, fd, unix.O_CLOEXEC)
		_ = unix.Close(s)
	}
}

// readiness waits for sockets to take bytes again. arm may be called from
// any goroutine, wait from one.
type readiness struct {
	epoll int
	stop  int // an eventfd
	evs   [128]unix.EpollEvent
}

func (r *readiness) open() (err error) {
	if r.epoll, err = unix.EpollCreate1(unix.EPOLL_CLOEXEC); err != nil {
		return os.NewSyscallError("epoll_create1", err)
	}
	if r.stop, err = unix.Eventfd(0, unix.EFD_NONBLOCK|unix.EFD_CLOEXEC); err != nil {
		unix.Close(r.epoll)
		return os.NewSyscallError("eventfd", err)
	}
	err = unix.EpollCtl(r.epoll, unix.EPOLL_CTL_ADD, r.stop, &unix.EpollEvent{Events: unix.EPOLLIN, Fd: int32(r.stop)})
	if err != nil {
		unix.Close(r.stop)
		unix.Close(r.epoll)
	}
	return os.NewSyscallError("epoll_ctl", err)
}

// arm asks for one report about fd; known says that it was armed before.
func (r *readiness) arm(fd int, known bool) error {
	op := unix.EPOLL_CTL_ADD
	if known {
		op = unix.EPOLL_CTL_MOD
	}
	return unix.EpollCtl(r.epoll, op, fd, &unix.EpollEvent{Events: unix.EPOLLOUT | unix.EPOLLONESHOT, Fd: int32(fd)})
}

// disarm forgets fd, before it is closed.
func (r *readiness) disarm(fd int) { _ = unix.EpollCtl(r.epoll, unix.EPOLL_CTL_DEL, fd, nil) }

// wait calls ready for each descriptor that takes bytes, and returns false
// after wake.
func (r *readiness) wait(ready func(fd int)) bool {
	n, err := unix.EpollWait(r.epoll, r.evs[:], -1)
	if err != nil {
		return err == unix.EINTR
	}
	for _, ev := range r.evs[:n] {
		if int(ev.Fd) == r.stop {
			return false
		}
		ready(int(ev.Fd))
	}
	return true
}

// wake ends wait.
func (r *readiness) wake() { _, _ = unix.Write(r.stop, []byte{1, 0, 0, 0, 0, 0, 0, 0}) }

func (r *readiness) close() {
	unix.Close(r.stop)
	unix.Close(r.epoll)
}
