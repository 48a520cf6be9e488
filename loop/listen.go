package loop

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"

	"golang.org/x/sys/unix"
)

// This file opens and closes what is listened on.

// listen opens what is accepted by ourselves and returns the address that
// the poller should listen on, or "".
func (s *Server) listen() (address string, err error) {
	if s.cfg.Unix != "" {
		ln, err := listenUnix(s.cfg.Unix, s.cfg.UnixMode)
		if err != nil {
			return "", err
		}
		s.addAcceptor(ln)
	}
	if s.cfg.Addr == "" {
		return "", nil
	}
	if s.cfg.TLS != nil {
		ln, err := listenTCP(s.cfg.Addr)
		if err != nil {
			return "", err
		}
		s.setAddr(ln.Addr())
		s.addAcceptor(ln).tls = true
		return "", nil
	}
	if !s.canPause() {
		ln, err := listenTCP(s.cfg.Addr)
		if err != nil {
			return "", err
		}
		s.cfg.Log.Warn("loop: reading can't be paused here; connections are accepted by the server itself")
		s.setAddr(ln.Addr())
		s.addAcceptor(ln)
		return "", nil
	}
	// Whether the address is free, and which port 0 means, is asked by a
	// socket without SO_REUSEPORT: with it, two servers that were started by
	// mistake would share their clients.
	a, place, err := bind(s.cfg.Addr)
	if err != nil {
		if !s.cfg.ShareAddr {
			return "", err
		}
		host, port, e := net.SplitHostPort(s.cfg.Addr)
		if e != nil || port == "0" {
			return "", err
		}
		if a, e = net.ResolveTCPAddr("tcp", net.JoinHostPort(host, port)); e != nil {
			return "", e
		}
		s.setAddr(a)
		return "tcp://" + s.cfg.Addr, nil
	}
	s.place = place
	s.setAddr(a)
	if a.IP.IsUnspecified() && a.IP.To4() == nil {
		return fmt.Sprintf("tcp://:%d", a.Port), nil // both families
	}
	return "tcp://" + a.String(), nil
}

// listenTCP is net.Listen without MPTCP, which Go would take: what is set for such a listener
// (limitUnsent) does not hold for the connections that it accepts.
func listenTCP(address string) (net.Listener, error) {
	var c net.ListenConfig
	c.SetMultipathTCP(false)
	return c.Listen(context.Background(), "tcp", address)
}

// bind tries an address as net.Listen would bind it, and returns it with the
// port that 0 stands for. It does not listen: a client that came in that
// moment would be accepted by the kernel, and cut off.
//
// The socket that has the address is the caller's to close. While it is open, the
// system gives the port to nobody who asks for any; who asks for this one, as the
// poller does, gets it. Without it another process could be given the port before
// the poller listens, and while a poller is replaced, and both would then share it.
func bind(address string) (a *net.TCPAddr, place int, err error) {
	if a, err = net.ResolveTCPAddr("tcp", address); err != nil {
		return nil, -1, &net.OpError{Op: "listen", Net: "tcp", Err: err}
	}
	if a.IP == nil || a.IP.IsUnspecified() {
		// Both families, where there are two.
		if b, place, err := bindTo(&unix.SockaddrInet6{Port: a.Port}, unix.AF_INET6); !errors.Is(err, unix.EAFNOSUPPORT) && !errors.Is(err, unix.EADDRNOTAVAIL) {
			return b, place, bindError(a, err)
		}
		b, place, err := bindTo(&unix.SockaddrInet4{Port: a.Port}, unix.AF_INET)
		return b, place, bindError(a, err)
	}
	var to unix.Sockaddr
	family := unix.AF_INET6
	if ip := a.IP.To4(); ip != nil {
		family, to = unix.AF_INET, &unix.SockaddrInet4{Port: a.Port, Addr: [4]byte(ip)}
	} else {
		six := &unix.SockaddrInet6{Port: a.Port, Addr: [16]byte(a.IP)}
		if a.Zone != "" {
			zone, err := net.InterfaceByName(a.Zone)
			if err != nil {
				return nil, -1, bindError(a, err)
			}
			six.ZoneId = uint32(zone.Index)
		}
		to = six
	}
	b, place, err := bindTo(to, family)
	if err == nil {
		b.Zone = a.Zone
	}
	return b, place, bindError(a, err)
}

// bindTo returns an address with the port that was given, and the socket that has it.
func bindTo(to unix.Sockaddr, family int) (a *net.TCPAddr, fd int, err error) {
	if fd, err = unix.Socket(family, unix.SOCK_STREAM, 0); err != nil {
		return nil, -1, os.NewSyscallError("socket", err)
	}
	unix.CloseOnExec(fd)
	if a, err = bound(fd, to); err != nil {
		unix.Close(fd)
		return nil, -1, err
	}
	return a, fd, nil
}

// bound binds a socket.
func bound(fd int, to unix.Sockaddr) (*net.TCPAddr, error) {
	if err := unix.SetsockoptInt(fd, unix.SOL_SOCKET, unix.SO_REUSEADDR, 1); err != nil {
		return nil, os.NewSyscallError("setsockopt", err)
	}
	if six, ok := to.(*unix.SockaddrInet6); ok && six.Addr == [16]byte{} {
		if err := unix.SetsockoptInt(fd, unix.IPPROTO_IPV6, unix.IPV6_V6ONLY, 0); err != nil {
			return nil, os.NewSyscallError("setsockopt", err)
		}
	}
	if err := unix.Bind(fd, to); err != nil {
		return nil, os.NewSyscallError("bind", err)
	}
	got, err := unix.Getsockname(fd)
	if err != nil {
		return nil, os.NewSyscallError("getsockname", err)
	}
	switch got := got.(type) {
	case *unix.SockaddrInet4:
		return &net.TCPAddr{IP: got.Addr[:], Port: got.Port}, nil
	case *unix.SockaddrInet6:
		return &net.TCPAddr{IP: got.Addr[:], Port: got.Port}, nil
	}
	return nil, fmt.Errorf("loop: a socket of another family: %T", got)
}

// bindError is what net.Listen would say.
func bindError(a *net.TCPAddr, err error) error {
	if err == nil {
		return nil
	}
	return &net.OpError{Op: "listen", Net: "tcp", Addr: a, Err: err}
}

func (s *Server) setAddr(a net.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addr = a
}

func (s *Server) addAcceptor(ln net.Listener) *acceptor {
	a := newAcceptor(s, ln)
	if raw, ok := a.raw(); ok {
		_ = raw.Control(func(fd uintptr) { limitUnsent(int(fd)) }) // of no use to Unix sockets
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acceptors = append(s.acceptors, a)
	if s.addr == nil {
		s.addr = ln.Addr()
	}
	return a
}

func (s *Server) closeAcceptors() {
	for _, a := range s.acceptors {
		a.close(nil)
		a.cut()
	}
}
