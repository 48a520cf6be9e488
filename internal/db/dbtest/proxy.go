package dbtest

import (
	"bytes"
	"net"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Proxy stands between a client and a server, and cuts their connection where a test says.
type Proxy struct {
	URL string // the server's, by way of the proxy

	target string
	mu     sync.Mutex
	armed  bool
	left   int // bytes that still come from the server
	split  func([]byte) [][]byte
	order  time.Duration // until an order to cancel goes on
}

// NewProxy starts a proxy before the server; it ends with the test.
func NewProxy(t testing.TB, s *Server) *Proxy {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	u.Host = l.Addr().String()
	p := &Proxy{URL: u.String(), target: "127.0.0.1:" + strconv.Itoa(s.Port)}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go p.join(c)
		}
	}()
	return p
}

// Cut has the next connection that brings something from the server end after so many bytes of it.
func (p *Proxy) Cut(after int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.armed, p.left = true, after
}

// Whole takes back a Cut that has not come about, and reports whether it has.
func (p *Proxy) Whole() (cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	cut = !p.armed
	p.armed = false
	return cut
}

// pass is how many of n bytes from the server go on; cut: none after them.
func (p *Proxy) pass(n int) (m int, cut bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.armed {
		return n, false
	}
	if n <= p.left {
		p.left -= n
		return n, false
	}
	p.armed = false
	return p.left, true
}

// Split has the next bytes that come from the server arrive in pieces, one after the other. They may be others than those that came.
func (p *Proxy) Split(pieces func([]byte) [][]byte) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.split = pieces
}

// pieces are what is to arrive for b.
func (p *Proxy) pieces(b []byte) [][]byte {
	p.mu.Lock()
	defer p.mu.Unlock()
	split := p.split
	if p.split = nil; split == nil || len(b) == 0 {
		return [][]byte{b}
	}
	return split(b)
}

// SlowOrders has PostgreSQL hear of orders to cancel so much later.
func (p *Proxy) SlowOrders(by time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.order = by
}

// orders is how long a client's first bytes are kept.
func (p *Proxy) orders(first []byte) time.Duration {
	const order = "\x00\x00\x00\x10\x04\xd2\x16\x2e" // its length, and what tells it from others
	p.mu.Lock()
	defer p.mu.Unlock()
	if !bytes.HasPrefix(first, []byte(order)) {
		return 0
	}
	return p.order
}

// between is the time between two pieces.
const between = time.Millisecond

// join carries bytes both ways until one side ends, or it is cut.
func (p *Proxy) join(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", p.target)
	if err != nil {
		return
	}
	defer server.Close()
	go func() {
		defer server.Close()
		buf := make([]byte, 32<<10)
		for first := true; ; first = false {
			n, err := client.Read(buf)
			if first {
				time.Sleep(p.orders(buf[:n]))
			}
			if _, werr := server.Write(buf[:n]); err != nil || werr != nil {
				return
			}
		}
	}()
	buf := make([]byte, 32<<10)
	for {
		n, err := server.Read(buf)
		n, cut := p.pass(n)
		for i, b := range p.pieces(buf[:n]) {
			if i > 0 {
				time.Sleep(between)
			}
			if _, err := client.Write(b); err != nil {
				return
			}
		}
		if err != nil || cut {
			return
		}
	}
}
