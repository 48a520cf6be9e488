package loop

import (
	"unsafe"

	"golang.org/x/sys/unix"
)

// admit has gnet take the connections that wait at a listener of the loop, without leaving
// stay for it: gnet would ask epoll again first, and would meanwhile hold events of others that
// are acted on here. It reports whether gnet did it by itself; where its accept(2) fails, gnet
// must find that out, and end, in its own turn.
func (l *gnetLoop) admit(fd int) bool {
	if l.gnetAccept == nil || !l.listens(fd) || l.gnetAccept(fd) != nil {
		return false
	}
	// Most clients have sent their request by now: to read saves to wait for it.
	if s := l.admitted; s != nil {
		l.admitted = nil
		if l.batch != nil && !s.of.dead {
			l.batch.found(s)
		}
	}
	return true
}

func (l *gnetLoop) listens(fd int) bool {
	for _, ln := range l.lns {
		if ln == fd {
			return true
		}
	}
	return false
}

// accepter is gnet's own way from a listener that is ready to an open connection.
func accepter(loop unsafe.Pointer) func(fd int) error {
	return func(fd int) error { return gnetAccept(loop, fd, unix.EPOLLIN, 0) }
}

// gnetAccept is a method of gnet's, private like the fields that pollerOf reads. A gnet that
// has none of that name does not link; TestGnetAccepts holds it to what it takes.
//
//go:linkname gnetAccept github.com/panjf2000/gnet/v2.(*eventloop).accept
func gnetAccept(loop unsafe.Pointer, fd int, events uint32, flags uint16) error
