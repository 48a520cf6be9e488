package h2

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync/atomic"
	"testing"
	"time"

	"etamil/internal/certs"
	"etamil/internal/certs/certstest"
)

// TestSilentClients: at the end who has said nothing after the handshake is closed, and who has is not.
func TestSilentClients(t *testing.T) {
	cert, key, pool := certstest.Write(t, t.TempDir(), "test", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	store, err := certs.Open(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	s := New(func(netip.AddrPort) (io.ReadWriteCloser, error) { return nil, errors.New("nobody") }, Limits{HeaderBytes: 1 << 10, Idle: time.Hour})
	connect := func(says string) (server net.Conn, over chan struct{}) {
		near, far := net.Pipe()
		client := tls.Client(far, &tls.Config{RootCAs: pool, ServerName: "localhost", NextProtos: []string{"h2"}})
		go func() {
			_, _ = io.WriteString(client, says)
			_, _ = io.Copy(io.Discard, client)
			client.Close()
		}()
		shaken := tls.Server(near, store.Config())
		if err := shaken.Handshake(); err != nil {
			t.Fatal(err)
		}
		over = make(chan struct{})
		go func() {
			s.ServeConn(shaken, netip.AddrPort{})
			close(over)
		}()
		return near, over
	}
	of, silent := connect("")
	_, speaking := connect("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
	for end := time.Now().Add(time.Minute); ; time.Sleep(time.Millisecond) {
		s.mu.Lock()
		all, begun := len(s.conns), 0
		for _, k := range s.conns {
			if k.begun {
				begun++
			}
		}
		s.mu.Unlock()
		if all == 2 && begun == 1 {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("%d connections, of which %d have begun", all, begun)
		}
	}
	s.closeSilent()
	_ = of.SetWriteDeadline(time.Unix(1, 0))
	if _, err := of.Write([]byte{0}); err != io.ErrClosedPipe {
		t.Errorf("the silent one's connection: %v", err)
	}
	select {
	case <-silent:
	case <-time.After(time.Minute):
		t.Error("the silent one stays")
	}
	select {
	case <-speaking:
		t.Error("the other one has gone as well")
	default:
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s.Shutdown(ctx)
	<-speaking
}

// endless is a server of HTTP/1.1 whose answer has no end; it counts what was taken of it.
type endless struct{ taken atomic.Int64 }

func (e *endless) Write(p []byte) (int, error) { return len(p), nil }
func (e *endless) Close() error                { return nil }

func (e *endless) Read(p []byte) (int, error) {
	const head = "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
	n := len(p)
	if e.taken.Load() == 0 {
		n = copy(p, head)
	}
	e.taken.Add(int64(n))
	return n, nil
}

// TestTakesLittle: of an answer that its client lets nothing be sent of, little is taken from who makes it, where it is counted.
func TestTakesLittle(t *testing.T) {
	cert, key, pool := certstest.Write(t, t.TempDir(), "test", time.Now().Add(-time.Hour), time.Now().Add(time.Hour))
	store, err := certs.Open(cert, key)
	if err != nil {
		t.Fatal(err)
	}
	e := new(endless)
	s := New(func(netip.AddrPort) (io.ReadWriteCloser, error) { return e, nil }, Limits{HeaderBytes: 1 << 10, Idle: time.Hour, Write: time.Hour})
	near, far := net.Pipe()
	client := tls.Client(far, &tls.Config{RootCAs: pool, ServerName: "localhost", NextProtos: []string{"h2"}})
	go func() {
		// No window for any stream, and GET https://localhost/.
		_, _ = io.WriteString(client, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x04\x00\x00\x00\x00"+
			"\x00\x00\x0e\x01\x05\x00\x00\x00\x01\x82\x87\x84\x01\x09localhost")
		_, _ = io.Copy(io.Discard, client)
	}()
	server := tls.Server(near, store.Config())
	if err := server.Handshake(); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() {
		s.ServeConn(server, netip.AddrPort{})
		close(over)
	}()
	for end := time.Now().Add(time.Minute); e.taken.Load() < 2000; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("nothing is taken")
		}
	}
	for range 20 {
		time.Sleep(10 * time.Millisecond)
		if n := e.taken.Load(); n > 10_000 {
			t.Fatalf("%d bytes were taken", n)
		}
	}
	client.Close()
	<-over
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	s.Shutdown(ctx)
}
