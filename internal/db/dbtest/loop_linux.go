package dbtest

import (
	"sync"
	"syscall"
	"testing"
)

// Loop is the smallest event loop that sockets can be left with, for who tests without a server.
type Loop struct {
	epoll int
	mu    sync.Mutex
	list  map[int]watched
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
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		l.run()
	}()
	t.Cleanup(func() {
		l.End()
		<-ended
		syscall.Close(fd)
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
			l.mu.Lock()
			ready := l.list[int(events[i].Fd)].ready
			l.mu.Unlock()
			if ready != nil {
				ready()
			}
		}
		l.mu.Lock()
		over := l.list == nil
		l.mu.Unlock()
		if over {
			return
		}
	}
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
