package postgres

import (
	"crypto/tls"
	"net"
	"syscall"
)

// quiet reports whether nothing has come on a connection that nobody uses, and it is open. A
// server that ends one says so on it, or just closes it: whoever used it next would be told
// that their statement has failed. It asks the kernel alone, and does not wait.
func quiet(c net.Conn) bool {
	if t, ok := c.(*tls.Conn); ok {
		c = t.NetConn()
	}
	if w, ok := c.(*wire); ok {
		return w.quiet()
	}
	s, ok := c.(syscall.Conn)
	if !ok {
		return true
	}
	raw, err := s.SyscallConn()
	if err != nil {
		return false
	}
	nothing := false
	// Control, and not Read: that would wait for pgx's reader, which may be waiting itself
	// since a write that was slow.
	err = raw.Control(func(fd uintptr) { nothing = nothingOn(int(fd)) })
	return err == nil && nothing
}

// nothingOn is quiet for a descriptor.
func nothingOn(fd int) bool {
	var b [1]byte
	_, _, err := syscall.Recvfrom(fd, b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
	return err == syscall.EAGAIN || err == syscall.EINTR
}
