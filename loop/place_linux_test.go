package loop

import (
	"errors"
	"testing"

	"golang.org/x/sys/unix"
)

// TestPortIsKept: while a server is there, the system gives its port to nobody who asks for any, also when it does not
// listen. Who asks for this one gets it, as gnet does.
func TestPortIsKept(t *testing.T) {
	a, place, err := bind("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	const localPortRange = 51 // IP_LOCAL_PORT_RANGE
	ask := func(port int, only bool) error {
		fd, err := unix.Socket(unix.AF_INET, unix.SOCK_STREAM|unix.SOCK_CLOEXEC, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer unix.Close(fd)
		if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
			t.Fatal(err)
		}
		if only && unix.SetsockoptInt(fd, unix.IPPROTO_IP, localPortRange, a.Port<<16|a.Port) != nil {
			return unix.EADDRINUSE // Linux before 6.3 can't be asked for any of one
		}
		return unix.Bind(fd, &unix.SockaddrInet4{Port: port, Addr: [4]byte{127, 0, 0, 1}})
	}
	if err := ask(0, true); !errors.Is(err, unix.EADDRINUSE) {
		t.Errorf("who asks for any is given it: %v", err)
	}
	if err := ask(a.Port, false); err != nil {
		t.Errorf("who asks for it: %v", err)
	}
	s := start(t, Config{Addr: a.String()}, echo)
	if err := unix.Close(place); err != nil {
		t.Fatal(err)
	}
	if b, err := unix.Getsockname(s.place); err != nil || b.(*unix.SockaddrInet4).Port != a.Port {
		t.Errorf("the server has no socket of its own for %v: %v, %v", a, b, err)
	}
}
