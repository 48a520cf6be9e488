package loop

import "golang.org/x/sys/unix"

// stay waits in gnet's place, inside one of its calls to us, and does what it would do
// with connections that are ours. It returns when something is to be done that only gnet
// can do.
//
// Meanwhile gnet may hold events that it got before, about connections that have been
// read here since, or closed: then it reads nothing, or finds none.
func (l *gnetLoop) stay() {
	l.inside.Store(true)
	for !l.wanted() {
		if l.posted.Swap(false) {
			l.p.ev.posted(l.index)
		}
		events, err := l.wait.wait()
		if err != nil {
			l.p.log.Error("loop: waiting", "error", err)
			l.p.leaving.Store(true) // gnet waits from now on
		}
		theirs := false
		for i := range events {
			fd := int(events[i].Fd)
			if fd < len(l.socks) && l.socks[fd] != nil {
				l.socks[fd].event(events[i].Events)
				continue
			}
			theirs = true
			if fd == l.event {
				if err := tellAgain(l.epoll, fd); err != nil {
					l.p.log.Error("loop: handing a task to gnet", "error", err)
				}
			}
		}
		if theirs {
			break
		}
	}
	l.inside.Store(false)
	if l.posted.Swap(false) { // by somebody who saw us inside
		l.p.ev.posted(l.index)
	}
}

// wanted reports whether gnet has something to do.
func (l *gnetLoop) wanted() bool {
	return l.p.leaving.Load() || l.asked.Load() > 0 || !l.p.met.Load()
}

// event acts on what epoll says about a socket.
func (s *gnetSocket) event(is uint32) {
	if is&(unix.EPOLLIN|unix.EPOLLPRI) == 0 {
		s.Close() // broken, or reset
		return
	}
	n, err := readNow(s.fd, s.loop.buf)
	switch {
	case n > 0:
		if !s.take(s.loop.buf[:n]) && !s.of.dead {
			s.Close()
		}
	case err == unix.EAGAIN || err == unix.EINTR:
	default:
		s.Close()
	}
}

// interrupt has stay look what is wanted.
func (l *gnetLoop) interrupt() {
	if l.wait != nil {
		l.wait.interrupt()
	}
}
