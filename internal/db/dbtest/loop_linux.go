package dbtest

import (
	"sync"
	"syscall"
	"testing"
)

// Loop is the smallest event loop that sockets can be left with, for who tests without a server.
type Loop struct {
	epoll int
	bell  [2]int // a pipe: a byte in it wakes the loop
	mu    sync.Mutex
	list  map[int]watched // nil: it ends
	later []func()
	over  bool
}

type watched struct{ ready, gone func() }

// NewLoop starts a loop, which ends with the test.
func NewLoop(t testing.TB) *Loop {
	t.Helper()
	fd, err := syscall.EpollCreate1(syscall.EPOLL_CLOEXEC)
	if err != nil {
		t.Fatal(err)
	}
	l := &Loop{epoll: fd, list: map[int]watched{}}
	if err := syscall.Pipe2(l.bell[:], syscall.O_CLOEXEC|syscall.O_NONBLOCK); err != nil {
		t.Fatal(err)
	}
	ev := syscall.EpollEvent{Fd: int32(l.bell[0]), Events: syscall.EPOLLIN}
	if err := syscall.EpollCtl(fd, syscall.EPOLL_CTL_ADD, l.bell[0], &ev); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.run()
	}()
	t.Cleanup(func() {
		l.End()
		<-ended
		syscall.Close(fd)
		syscall.Close(l.bell[0])
		syscall.Close(l.bell[1])
	})
	return l
}

func (l *Loop) run() {
	events := make([]syscall.EpollEvent, 16)
	for {
		n, err := syscall.EpollWait(l.epoll, events, 20)
		if err != nil && err != syscall.EINTR {
			return
		}
		for i := range max(n, 0) {
			if fd := int(events[i].Fd); fd == l.bell[0] {
				var b [64]byte
				_, _ = syscall.Read(fd, b[:])
				continue
			}
			l.mu.Lock()
			ready := l.list[int(events[i].Fd)].ready
			l.mu.Unlock()
			if ready != nil {
				ready()
			}
		}
		l.mu.Lock()
		later := l.later
		l.later = nil
		l.over = l.list == nil && len(later) == 0
		over := l.over
		l.mu.Unlock()
		for _, f := range later {
			f()
		}
		if over {
			return
		}
	}
}

// Later is db.Poller's.
func (l *Loop) Later(f func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.over {
		return false
	}
	l.later = append(l.later, f)
	_, _ = syscall.Write(l.bell[1], []byte{1}) // full: it wakes all the same
	return true
}

// End ends the loop: who has left a socket with it is told.
func (l *Loop) End() {
	l.mu.Lock()
	list := l.list
	l.list = nil
	l.mu.Unlock()
	for _, w := range list {
		w.gone()
	}
}

// Watch is db.Poller's.
func (l *Loop) Watch(fd int, ready, gone func()) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.list == nil {
		return false
	}
	const edge = 1 << 31
	ev := syscall.EpollEvent{Fd: int32(fd), Events: syscall.EPOLLIN | syscall.EPOLLRDHUP | edge}
	if syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_ADD, fd, &ev) != nil {
		return false
	}
	l.list[fd] = watched{ready, gone}
	return true
}

// Unwatch is db.Poller's.
func (l *Loop) Unwatch(fd int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if _, ok := l.list[fd]; ok {
		delete(l.list, fd)
		_ = syscall.EpollCtl(l.epoll, syscall.EPOLL_CTL_DEL, fd, nil)
	}
}
