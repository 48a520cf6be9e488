package loop

import (
	"fmt"
	"net"
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
	// Whether the address is free, and which port 0 means, is asked by a
	// listener without SO_REUSEPORT: with it, two servers that were started
	// by mistake would share their clients.
	ln, err := net.Listen("tcp", s.cfg.Addr)
	if err != nil {
		if !s.cfg.ShareAddr {
			return "", err
		}
		host, port, e := net.SplitHostPort(s.cfg.Addr)
		if e != nil || port == "0" {
			return "", err
		}
		a, e := net.ResolveTCPAddr("tcp", net.JoinHostPort(host, port))
		if e != nil {
			return "", e
		}
		s.setAddr(a)
		return "tcp://" + s.cfg.Addr, nil
	}
	s.setAddr(ln.Addr())
	if !s.canPause() {
		s.cfg.Log.Warn("loop: reading can't be paused here; connections are accepted by the server itself")
		s.addAcceptor(ln)
		return "", nil
	}
	a := ln.Addr().(*net.TCPAddr)
	if err := ln.Close(); err != nil {
		return "", err
	}
	if a.IP.IsUnspecified() && a.IP.To4() == nil {
		return fmt.Sprintf("tcp://:%d", a.Port), nil // both families
	}
	return "tcp://" + a.String(), nil
}

func (s *Server) setAddr(a net.Addr) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addr = a
}

func (s *Server) addAcceptor(ln net.Listener) {
	a := newAcceptor(s, ln)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.acceptors = append(s.acceptors, a)
	if s.addr == nil {
		s.addr = ln.Addr()
	}
}

func (s *Server) closeAcceptors() {
	for _, a := range s.acceptors {
		a.close(0)
	}
}
