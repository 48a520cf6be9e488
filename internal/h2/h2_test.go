package h2

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/netip"
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
