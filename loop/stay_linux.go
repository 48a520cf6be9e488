package loop

import (
	"slices"

	"golang.org/x/sys/unix"
)

// stay waits in gnet's place, inside one of its calls to us, and does what it would do
// with connections that are ours. It returns when something is to be done that only gnet
// can do.
//
// Gnet has gone through the events that it held before (home): it acts on none, later, that is about a connection
// which has been read here since, or closed.
func (l *gnetLoop) stay() {
	l.inside.Store(true)
	theirs, first := false, true
	for !l.wanted() && !theirs {
		if first { // gnet has forgotten what it was told of
			l.heed()
			l.guests.each(l.rewatch)
			first = false
		}
		if l.posted.Swap(false) {
			l.batch.begin()
			l.p.ev.posted(l.index)
			l.batch.end()
		}
		events, err := l.wait.wait()
		if err != nil {
			l.p.log.Error("loop: waiting", "error", err)
			l.p.leave() // gnet waits from now on
		}
		theirs = l.turn(events)
	}
	l.inside.Store(false)
	if theirs && l.chores {
		go l.comeBack() // what is queued now gnet would do at once, and never ask epoll for what is its
	} else {
		l.comeBack()
	}
	if l.posted.Swap(false) { // by somebody who saw us inside
		l.p.ev.posted(l.index)
	}
}

// turn acts on what a wait has brought, and reports whether some of it was not about connections
// of ours. What was posted meanwhile comes first: who posts it may have told a client, whose next
// request is among the events.
func (l *gnetLoop) turn(events []unix.EpollEvent) (theirs bool) {
	l.batch.begin()
	if len(events) > 0 && l.posted.Load() && l.posted.Swap(false) {
		l.p.ev.posted(l.index)
	}
	theirs = l.take(events)
	l.batch.end()
	return theirs
}

// heed has epoll report who comes to a listener that goroutines accept from, to one loop
// of those that wait. Since gnet takes such a descriptor out when it hears of it, this is
// done each time that it may have.
func (l *gnetLoop) heed() {
	l.doors = l.doors[:0]
	for _, door := range *l.p.doors.Load() {
		_ = door.Control(func(fd uintptr) { // fails when it is closed
			l.doors = append(l.doors, int(fd))
			ev := unix.EpollEvent{Fd: int32(fd), Events: unix.EPOLLIN | unix.EPOLLEXCLUSIVE | edge}
			_ = unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, int(fd), &ev) // fails when it is there
		})
	}
}

// wanted reports whether gnet has something to do.
func (l *gnetLoop) wanted() bool {
	return l.p.leaving.Load() || l.asked.Load() > 0 || !l.p.met.Load()
}

// take acts on events, and reports whether some were not about connections of ours.
func (l *gnetLoop) take(events []unix.EpollEvent) (theirs bool) {
	for i := range events {
		fd := int(events[i].Fd)
		switch {
		case fd == l.event && (l.chores || l.called.Load() == 0): // by interrupt
		case fd >= len(l.socks) || l.socks[fd] == nil:
			if ready := l.guests.of(fd); ready != nil {
				ready()
				continue
			}
			if slices.Contains(l.doors, fd) {
				l.wait.letGo()
				continue
			}
			if l.admit(fd) {
				continue
			}
			theirs = true
			if fd == l.event {
				if err := tellAgain(l.epoll, fd); err != nil {
					l.p.log.Error("loop: handing a task to gnet", "error", err)
				}
			}
		case events[i].Events&(unix.EPOLLIN|unix.EPOLLPRI) == 0:
			// Broken, or reset; unless that one was closed by an event before, and its number is
			// a client's who has been accepted since.
			if broken(fd) {
				l.socks[fd].Close()
			}
		case l.batch == nil:
			l.socks[fd].read()
		default:
			l.batch.found(l.socks[fd])
		}
	}
	if l.batch != nil {
		l.batch.receive()
	}
	return theirs
}

// read takes what has come.
func (s *gnetSocket) read() {
	n, err := readNow(s.fd, s.loop.buf)
	s.arrived(s.loop.buf[:n], err)
}

// readsOn reports whether what may be left of an event can be read at once. It can't while a request is in work, which
// turns reading off, and not before what is owed has left: a read that finds the client's end closes the
// connection. Epoll tells of it again.
func (s *gnetSocket) readsOn() bool { return !s.of.dead && s.reading && !s.owed }

// arrived acts on what a read of the socket answered.
func (s *gnetSocket) arrived(p []byte, err error) {
	switch {
	case len(p) > 0:
		if !s.take(p) && !s.of.dead {
			s.Close()
		}
	case err == unix.EAGAIN || err == unix.EINTR:
	default:
		s.Close()
	}
}

// watch has epoll tell of what comes on a guest's descriptor.
func (l *gnetLoop) watch(fd int) error {
	ev := unix.EpollEvent{Fd: int32(fd), Events: unix.EPOLLIN | unix.EPOLLRDHUP | edge}
	return unix.EpollCtl(l.epoll, unix.EPOLL_CTL_ADD, fd, &ev)
}

// rewatch is watch for who may be known, and has it told again what has come.
func (l *gnetLoop) rewatch(fd int) {
	ev := unix.EpollEvent{Fd: int32(fd), Events: unix.EPOLLIN | unix.EPOLLRDHUP | edge}
	if unix.EpollCtl(l.epoll, unix.EPOLL_CTL_MOD, fd, &ev) != nil {
		_ = l.watch(fd)
	}
}

func (l *gnetLoop) unwatch(fd int) {
	_ = unix.EpollCtl(l.epoll, unix.EPOLL_CTL_DEL, fd, nil)
}

// interrupt has stay look what is wanted.
func (l *gnetLoop) interrupt() {
	if l.wait != nil {
		l.wait.interrupt()
	}
}
