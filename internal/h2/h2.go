// Package h2 answers HTTP/2 by handing each request to a server of HTTP/1.1 in the same
// process.
//
//	tls.Conn ──> net/http's HTTP/2 ──> Server.ServeHTTP ──> dial ──> request as bytes
//	                                        answer's fields and body <── answer as bytes
//
// So limits, deadlines, drain, logs and handlers are those of the other server, and nothing
// has to be said twice. What one side does not take makes the other wait; a client that
// gives up a request breaks off the connection it was handed on by.
package h2

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server speaks HTTP/2 on connections that it is given.
type Server struct {
	dial  Dial
	http  *http.Server
	in    listener
	write time.Duration // Limits.Write

	mu    sync.Mutex
	conns map[net.Conn]*conn
}

// Dial connects to a server of HTTP/1.1 that takes remote for who asks. Any goroutine calls it.
type Dial func(remote netip.AddrPort) (io.ReadWriteCloser, error)

// conn is a connection that is served.
type conn struct {
	remote netip.AddrPort
	begun  bool // the client has said something
	done   chan struct{}
}

// Limits are of one connection.
type Limits struct {
	HeaderBytes int           // of all header lines of a request
	Idle        time.Duration // without a request
	Write       time.Duration // without a client's taking something of what waits for it; 0: for ever
}

// How much of bodies that nobody reads a client may send, in bytes: of one request so little
// that some of them do not hold up all others of their connection.
const (
	connWindow   = 1 << 20
	streamWindow = 128 << 10
)

// streams is how many requests of one connection may be in work.
const streams = 128

// New makes a Server that hands requests to what dial connects to. Shutdown ends it.
func New(dial Dial, l Limits) *Server {
	s := &Server{dial: dial, write: l.Write, conns: map[net.Conn]*conn{}, in: listener{conns: make(chan net.Conn), closed: make(chan struct{})}}
	s.http = &http.Server{
		Handler: s, MaxHeaderBytes: l.HeaderBytes, IdleTimeout: l.Idle,
		ErrorLog:  log.New(io.Discard, "", 0), // what clients do wrong is theirs
		ConnState: s.state, ConnContext: s.context,
		HTTP2: &http.HTTP2Config{MaxReceiveBufferPerConnection: connWindow, MaxReceiveBufferPerStream: streamWindow, MaxConcurrentStreams: streams, WriteByteTimeout: l.Write},
	}
	go func() { _ = s.http.Serve(&s.in) }() // it ends with Shutdown, and says nothing else
	return s
}

// ServeConn serves a connection whose handshake has agreed on h2, until it is closed. remote is
// whom it is from.
func (s *Server) ServeConn(c *tls.Conn, remote netip.AddrPort) {
	k := &conn{remote: remote, done: make(chan struct{})}
	s.mu.Lock()
	s.conns[c] = k
	s.mu.Unlock()
	select {
	case s.in.conns <- c:
		<-k.done
	case <-s.in.closed:
		c.Close()
	}
	s.mu.Lock()
	delete(s.conns, c)
	s.mu.Unlock()
}

func (s *Server) state(c net.Conn, state http.ConnState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k := s.conns[c]
	switch {
	case k == nil || state == http.StateNew:
	case state == http.StateClosed:
		close(k.done)
	default:
		k.begun = true
	}
}

// silence is how long clients that have said nothing yet are waited for at the end.
const silence = time.Second

// closeSilent closes their connections.
func (s *Server) closeSilent() {
	var silent []net.Conn
	s.mu.Lock()
	for c, k := range s.conns {
		if !k.begun {
			silent = append(silent, c)
		}
	}
	s.mu.Unlock()
	for _, c := range silent {
		c.Close()
	}
}

// remoteKey is where a request's context has whom it is from.
type remoteKey struct{}

func (s *Server) context(ctx context.Context, c net.Conn) context.Context {
	s.mu.Lock()
	defer s.mu.Unlock()
	return context.WithValue(ctx, remoteKey{}, s.conns[c].remote)
}

// Shutdown tells clients to send no more requests, and returns when the last one has been
// answered; when ctx is done before, it closes what is left.
func (s *Server) Shutdown(ctx context.Context) {
	defer time.AfterFunc(silence, s.closeSilent).Stop()
	if s.http.Shutdown(ctx) != nil {
		_ = s.http.Close()
	}
}

// listener gives net/http the connections that ServeConn gets.
type listener struct {
	conns  chan net.Conn
	closed chan struct{}
	once   sync.Once
}

// Accept implements net.Listener.
func (l *listener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.closed:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (l *listener) Close() error {
	l.once.Do(func() { close(l.closed) })
	return nil
}

// Addr implements net.Listener.
func (l *listener) Addr() net.Addr { return &net.TCPAddr{} }

// ServeHTTP implements http.Handler: it has the other server answer.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	remote, _ := r.Context().Value(remoteKey{}).(netip.AddrPort)
	c, err := s.dial(remote)
	if err != nil {
		http.Error(w, "the server is stopping", http.StatusServiceUnavailable)
		return
	}
	defer c.Close()
	// A client that gives up breaks it off: whoever reads or writes here is told.
	defer context.AfterFunc(r.Context(), func() { c.Close() })()
	head, err := appendHead(nil, r)
	if err != nil {
		http.Error(w, "bad request", http.StatusBadRequest)
		return
	}
	if _, err := c.Write(head); err == nil && r.ContentLength != 0 {
		sent := make(chan struct{})
		go func() { // the answer may come before the whole body was taken
			defer close(sent)
			writeBody(c, r)
		}()
		defer func() { <-sent }()
		defer r.Body.Close() // whoever still reads it, for an answer that has come before its end, reads no more
	}
	s.answer(w, r, bufio.NewReaderSize(c, headSize))
	c.Close()
}

// The buffers of an answer. A client that takes nothing costs no more than the small ones, and what HTTP/2 itself puts aside: the rest
// stays with who answers, where it is counted. pieceAfter is more than that.
const (
	headSize   = 1 << 10
	firstSize  = 2 << 10
	pieceSize  = 16 << 10
	pieceAfter = 8 << 10
)

// hopByHop are the fields that speak of a connection, and no part of a request or answer.
var hopByHop = map[string]bool{
	"Connection": true, "Keep-Alive": true, "Proxy-Connection": true, "Transfer-Encoding": true, "Upgrade": true, "Te": true,
	"Content-Length": true, "Host": true,
}

var errHead = errors.New("h2: a head that HTTP/1.1 can't say")

// appendHead appends the head of a request as HTTP/1.1 says it. What could be taken for the
// end of a line, or for more than one target, is refused.
func appendHead(b []byte, r *http.Request) ([]byte, error) {
	target := r.RequestURI
	if !plain(r.Method) || !plain(target) || !plain(r.Host) || r.Method == http.MethodConnect {
		return nil, errHead
	}
	b = append(append(append(append(b, r.Method...), ' '), target...), " HTTP/1.1\r\nHost: "...)
	b = append(append(b, r.Host...), "\r\n"...)
	for name, values := range r.Header {
		if hopByHop[name] {
			continue
		}
		for _, v := range values {
			if strings.ContainsAny(v, "\r\n\x00") {
				return nil, errHead
			}
			b = append(append(append(append(b, name...), ": "...), v...), "\r\n"...)
		}
	}
	switch {
	case r.ContentLength > 0 || r.ContentLength == 0 && (r.Method == http.MethodPost || r.Method == http.MethodPut || r.Method == http.MethodPatch):
		b = append(strconv.AppendInt(append(b, "Content-Length: "...), r.ContentLength, 10), "\r\n"...)
	case r.ContentLength < 0:
		b = append(b, "Transfer-Encoding: chunked\r\n"...)
	}
	return append(b, "\r\n"...), nil
}

// plain reports whether s has no space and no control byte.
func plain(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] == 0x7f {
			return false
		}
	}
	return s != ""
}

// writeBody sends the body of a request as it comes.
func writeBody(c io.Writer, r *http.Request) {
	buf := make([]byte, pieceSize)
	for {
		n, err := r.Body.Read(buf)
		if n > 0 {
			piece := buf[:n]
			if r.ContentLength < 0 {
				piece = append(append(strconv.AppendInt(nil, int64(n), 16), "\r\n"...), piece...)
				piece = append(piece, "\r\n"...)
			}
			if _, err := c.Write(piece); err != nil {
				return // it has been refused
			}
		}
		switch {
		case err == io.EOF && r.ContentLength < 0:
			_, _ = io.WriteString(c, "0\r\n\r\n")
			return
		case err != nil:
			return
		}
	}
}

// answer passes the answer on, each piece as it comes. An answer that breaks off is broken off
// here as well.
func (s *Server) answer(w http.ResponseWriter, r *http.Request, in *bufio.Reader) {
	a, err := http.ReadResponse(in, r)
	for err == nil && a.StatusCode >= 100 && a.StatusCode < 200 {
		a, err = http.ReadResponse(in, r)
	}
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	defer a.Body.Close()
	to := w.Header()
	for name, values := range a.Header {
		if !hopByHop[name] {
			to[name] = values
		}
	}
	if a.ContentLength >= 0 && a.Header.Get("Content-Length") != "" {
		to.Set("Content-Length", a.Header.Get("Content-Length"))
	}
	w.WriteHeader(a.StatusCode)
	flush := http.NewResponseController(w)
	if a.ContentLength < 0 && in.Buffered() == 0 && flush.Flush() != nil {
		return // the head doesn't wait for what may come in an hour
	}
	// A client that does not let us send is given up as one is whose socket is full. What is written last leaves when this has returned.
	hurry := func(is bool) {
		switch {
		case s.write == 0:
		case is:
			_ = flush.SetWriteDeadline(time.Now().Add(s.write)) // HTTP/2 has them
		default:
			_ = flush.SetWriteDeadline(time.Time{})
		}
	}
	buf, passed := make([]byte, firstSize), 0
	for {
		n, err := a.Body.Read(buf)
		hurry(n > 0 || err == io.EOF)
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return // the client has gone
			}
			if a.ContentLength < 0 && flush.Flush() != nil {
				return
			}
			if err == nil {
				hurry(false)
				if passed += n; passed > pieceAfter && len(buf) < pieceSize {
					buf = make([]byte, pieceSize)
				}
			}
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			panic(http.ErrAbortHandler)
		}
	}
}
