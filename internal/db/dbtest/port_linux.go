package dbtest

import (
	"fmt"
	"net"
	"syscall"
	"testing"
)

// reserve is a port of the loopback address that is a server's until the test ends: nobody else is given it, neither before the server
// takes it nor while it is away. It is bound here, and not listened on, by a socket that leaves it to whoever names it and sets
// SO_REUSEADDR, as servers do.
func reserve(t testing.TB) int {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	port, err := bound(fd)
	if err != nil { // a kernel that does otherwise
		syscall.Close(fd)
		return FreePort(t)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	return port
}

// bound binds a socket to a free port, and reports where a server could not have that port.
func bound(fd int) (int, error) {
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return 0, err
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return 0, err
	}
	at, err := syscall.Getsockname(fd)
	if err != nil {
		return 0, err
	}
	port := at.(*syscall.SockaddrInet4).Port
	l, err := net.Listen("tcp", fmt.Sprint("127.0.0.1:", port))
	if err != nil {
		return 0, err
	}
	return port, l.Close()
}
