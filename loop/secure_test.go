package loop

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	mathbig "math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"etamil/http1"
)

// certificate makes one for 127.0.0.1, and who trusts it.
func certificate(t *testing.T) (server, client *tls.Config) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: mathbig.NewInt(1), Subject: pkix.Name{CommonName: "test"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	server = &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	return server, &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
}

func dialTLS(client *tls.Config) func(network, addr string) (net.Conn, error) {
	return func(network, addr string) (net.Conn, error) { return tls.Dial(network, addr, client) }
}

// TestCorpusOverTLS: what holds for connections holds for those of TLS, with the versions
// that there are, on one loop and on several.
func TestCorpusOverTLS(t *testing.T) {
	server, client := certificate(t)
	for workers, version := range map[int]uint16{1: tls.VersionTLS13, 2: tls.VersionTLS12} {
		c := client.Clone()
		c.MaxVersion = version
		corpusOver(t, Config{TLS: server, Workers: workers}, dialTLS(c))
	}
}

// TestTLSLargeAnswers: bytes arrive as they were sent, whatever the client takes at a time,
// from memory and from files.
func TestTLSLargeAnswers(t *testing.T) {
	data := make([]byte, 3_000_001)
	for i := range data {
		data[i] = byte(i * 7 >> 3)
	}
	path := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	server, client := certificate(t)
	s := start(t, Config{TLS: server}, handlerFunc(func(l *Loop, x *Exchange) {
		h := http1.Response{Status: 200}
		switch string(x.Req.Path) {
		case "/file":
			f, err := os.Open(path)
			if err != nil {
				panic(err)
			}
			if err := x.ReplyFile(&h, &File{Fd: int(f.Fd()), Length: int64(len(data)), Done: func() { f.Close() }}); err != nil {
				panic(err)
			}
		case "/copied":
			x.Reply(&h, data)
		default:
			x.ReplyShared(&h, data)
		}
	}))
	var all sync.WaitGroup
	for i := range 12 {
		all.Go(func() {
			c, err := tls.Dial("tcp", s.Addr().String(), client)
			if err != nil {
				t.Error(err)
				return
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(5 * time.Minute))
			fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\nGET /last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", []string{"/file", "/copied", "/shared"}[i%3])
			in := bufio.NewReaderSize(c, 1000+i*1000)
			for range 2 {
				a, err := http.ReadResponse(in, nil)
				if err != nil {
					t.Error(err)
					return
				}
				var body bytes.Buffer
				buf := make([]byte, 20_000)
				for n := 0; err == nil; n++ {
					k := 0
					k, err = a.Body.Read(buf)
					body.Write(buf[:k])
					if n%20 == 0 {
						time.Sleep(time.Millisecond)
					}
				}
				if err != io.EOF || !bytes.Equal(body.Bytes(), data) {
					t.Errorf("client %d: %d bytes, %v", i, body.Len(), err)
				}
			}
			if _, err := in.ReadByte(); err != io.EOF {
				t.Errorf("client %d: no proper end: %v", i, err)
			}
		})
	}
	all.Wait()
}

// TestTLSIsNotPlain: who speaks HTTP is told so; who says nothing, or nonsense, is closed.
func TestTLSIsNotPlain(t *testing.T) {
	server, client := certificate(t)
	s, hasty := start(t, Config{TLS: server}, tellAll), start(t, Config{TLS: server, HeaderTimeout: 500 * time.Millisecond}, tellAll)
	for sent, want := range map[string]string{
		"GET / HTTP/1.1\r\nHost: a\r\n\r\n": plainAnswer, "": "", "\x16\x03\x01": "", strings.Repeat("nonsense", 100): "",
	} {
		to := s
		if want == "" {
			to = hasty
		}
		c, err := net.Dial("tcp", to.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(time.Minute))
		io.WriteString(c, sent)
		got, _ := io.ReadAll(c) // a reset is an end, too
		if want != "" && string(got) != want || strings.Contains(string(got), "200 OK") {
			t.Errorf("%q is answered %q", sent, got)
		}
		c.Close()
	}
	old := client.Clone()
	old.MinVersion, old.MaxVersion = tls.VersionTLS11, tls.VersionTLS11
	if c, err := tls.Dial("tcp", s.Addr().String(), old); err == nil {
		c.Close()
		t.Error("TLS 1.1 is spoken")
	}
	if n := s.Stats().Open + hasty.Stats().Open; n != 0 {
		t.Errorf("%d connections are left", n)
	}
}

// TestTLSDrain: what is in work is answered, idle connections end properly.
func TestTLSDrain(t *testing.T) {
	server, client := certificate(t)
	kept := make(chan *Exchange, 1)
	s := start(t, Config{TLS: server, HeaderTimeout: time.Hour}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/wait" {
			kept <- x
			return
		}
		echoNow(x)
	}))
	dial := func(path string) (*tls.Conn, *bufio.Reader) {
		c, err := tls.Dial("tcp", s.Addr().String(), client)
		if err != nil {
			t.Fatal(err)
		}
		c.SetDeadline(time.Now().Add(time.Minute))
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path)
		return c, bufio.NewReader(c)
	}
	idle, in := dial("/now")
	defer idle.Close()
	if a, err := http.ReadResponse(in, nil); err != nil {
		t.Fatal(err)
	} else if _, err := io.Copy(io.Discard, a.Body); err != nil {
		t.Fatal(err)
	}
	busy, busyIn := dial("/wait")
	defer busy.Close()
	x := <-kept
	silent, err := net.Dial("tcp", s.Addr().String()) // it never shakes hands
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	eventually(t, "somebody is to shake hands", func() bool { return s.guard.coming.Load() == 1 })
	cut := make(chan int, 1)
	go func() { cut <- s.Drain(10 * time.Minute) }()
	if _, err := in.ReadByte(); err != io.EOF {
		t.Errorf("the idle one's end: %v", err)
	}
	silent.SetDeadline(time.Now().Add(time.Minute))
	if _, err := silent.Read(make([]byte, 1)); err != io.EOF {
		t.Errorf("the silent one's end: %v", err)
	}
	x.Post(TaskFunc(func(*Loop) { echoNow(x) }))
	a, err := http.ReadResponse(busyIn, nil)
	if err != nil || a.StatusCode != 200 || !a.Close {
		t.Errorf("%v %v", a, err)
	}
	io.Copy(io.Discard, a.Body)
	busy.Close()
	if n := <-cut; n != 0 {
		t.Errorf("%d connections were cut", n)
	}
}

// TestTLSAfterProxy: the PROXY header comes before the handshake.
func TestTLSAfterProxy(t *testing.T) {
	server, client := certificate(t)
	s := start(t, Config{TLS: server, Proxied: func(netip.AddrPort) bool { return true }}, handlerFunc(func(l *Loop, x *Exchange) {
		x.Reply(&http1.Response{Status: 200}, []byte(x.Remote().String()))
	}))
	raw, err := net.Dial("tcp", s.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	raw.SetDeadline(time.Now().Add(time.Minute))
	io.WriteString(raw, "PROXY TCP4 192.0.2.7 192.0.2.1 4711 443\r\n")
	c := tls.Client(raw, client)
	io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	b, err := io.ReadAll(c)
	if err != nil || !strings.HasSuffix(string(b), "\r\n\r\n192.0.2.7:4711") {
		t.Errorf("%q, %v", b, err)
	}
}

// TestDialFrom: a client beside those of sockets gets what they get, waits when it must, and
// ends with the server.
func TestDialFrom(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), 100_000)
	s := start(t, Config{}, handlerFunc(func(l *Loop, x *Exchange) {
		if string(x.Req.Path) == "/large" {
			x.Reply(&http1.Response{Status: 200}, data)
			return
		}
		x.Reply(&http1.Response{Status: 200}, []byte(x.Remote().String()))
	}))
	c, err := s.DialFrom(netip.MustParseAddrPort("192.0.2.9:1"))
	if err != nil {
		t.Fatal(err)
	}
	in := bufio.NewReader(c)
	for _, path := range []string{"/", "/large", "/"} {
		fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: a\r\n\r\n", path)
		time.Sleep(10 * time.Millisecond)
		c.mu.Lock()
		if n := len(c.out) - c.read; n > clientMost {
			t.Errorf("%d bytes wait", n)
		}
		c.mu.Unlock()
		a, err := http.ReadResponse(in, nil)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(a.Body)
		want := "192.0.2.9:1"
		if path == "/large" {
			want = string(data)
		}
		if err != nil || string(body) != want {
			t.Fatalf("%s: %d bytes, %v", path, len(body), err)
		}
	}
	s.Stop()
	if _, err := in.ReadByte(); err == nil {
		t.Error("the client lives on")
	}
}

// TestDialFromWithinBudget: what clients of DialFrom have not read counts as what clients of sockets have not taken does; who reads nothing while
// room is short is given up, others are served.
func TestDialFromWithinBudget(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), 4_000)
	s := start(t, Config{Workers: 1, OutputBudget: 400_000}, handlerFunc(func(l *Loop, x *Exchange) {
		x.ReplyOwned(&http1.Response{Status: 200}, bytes.Clone(data))
	}))
	ask := func() *Client {
		c, err := s.DialFrom(netip.MustParseAddrPort("192.0.2.9:1"))
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(c, get("/"))
		return c
	}
	var idle []*Client
	for i := range 9 {
		idle = append(idle, ask())
		eventually(t, "it counts", func() bool { return s.Stats().Output > int64((i+1)*len(data)) || s.Stats().Expelled > 0 })
	}
	if n := s.Stats().Open; n != 0 {
		t.Errorf("%d connections", n)
	}
	eventually(t, "room is made", func() bool { return s.Stats().Output < 300_000 && s.Stats().Expelled > 0 })
	for range 30 {
		c := ask()
		a, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			t.Fatal(err)
		}
		if b, err := io.ReadAll(a.Body); err != nil || !bytes.Equal(b, data) {
			t.Errorf("%d bytes, %v", len(b), err)
		}
		c.Close()
	}
	for _, c := range idle {
		c.Close()
	}
	eventually(t, "nothing is held", func() bool { return s.Stats().Output == 0 })
	big := bytes.Repeat(data, 100) // one alone may be larger than all
	data = big
	c := ask()
	defer c.Close()
	a, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(a.Body); err != nil || !bytes.Equal(b, big) {
		t.Errorf("%d bytes, %v", len(b), err)
	}
}

// TestTLSFallsBehind: what counted as sent to clients that take nothing for a while, and was
// not, comes to each whole and in order when they read on.
func TestTLSFallsBehind(t *testing.T) {
	const clients, pieces = 12, 900
	server, client := certificate(t)
	h := &crowd{}
	s := start(t, Config{TLS: server, Workers: 1, OutputCap: 64 << 20, WriteTimeout: 10 * time.Minute}, h)
	var conns []*tls.Conn
	for range clients {
		c, err := tls.Dial("tcp", s.Addr().String(), client)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.NetConn().(*net.TCPConn).SetReadBuffer(32 << 10)
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: same\r\n\r\n")
		conns = append(conns, c)
	}
	l := s.Loops()[0]
	eventually(t, "all have come", func() (is bool) {
		runOn(l, func() { is = len(h.all) == clients && h.all[clients-1].Sending() })
		return is
	})
	eventually(t, "the loop waits itself, which it does after it has heard of a socket", func() bool {
		c, err := tls.Dial("tcp", s.Addr().String(), client)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		io.WriteString(c, "GET / HTTP/1.1\r\nHost: a\r\nConnection: upgrade\r\nUpgrade: same\r\n\r\n")
		r := bufio.NewReader(c)
		_, err = http.ReadResponse(r, nil)
		for range 3 {
			io.WriteString(c, "x")
			if _, e := r.ReadByte(); e != nil {
				err = e
			}
		}
		return err == nil && (*s.poller.(*gnetPoller).loops.Load())[0].inside.Load()
	})
	runOn(l, func() { h.all = h.all[:clients] })
	var want []byte
	for i := range pieces {
		p := bytes.Repeat([]byte{byte(i)}, 2500+i%1700) // some too long to be kept
		want = append(want, p...)
		runOn(l, func() {
			for k, x := range h.all {
				if (i+k)%3 > 0 {
					x.SendShared(p)
				} else {
					x.Send(p[:1000])
					x.Send(p[1000:])
				}
			}
		})
	}
	late := int64(0)
	runOn(l, func() { late = l.late })
	if late < 2 && (*s.poller.(*gnetPoller).loops.Load())[0].batch != nil { // without, nothing counts that has not left
		t.Errorf("of %d clients %d have fallen behind", clients, late)
	}
	var all sync.WaitGroup
	for i, c := range conns {
		all.Go(func() {
			c.SetDeadline(time.Now().Add(time.Minute))
			r := bufio.NewReaderSize(c, 100+i*1000)
			if _, err := http.ReadResponse(r, nil); err != nil {
				t.Error(err)
				return
			}
			got := make([]byte, len(want))
			if n, err := io.ReadFull(r, got); err != nil || !bytes.Equal(got, want) {
				t.Errorf("client %d: %d of %d bytes came: %v", i, n, len(want), err)
			}
		})
	}
	all.Wait()
	eventually(t, "nothing is held", func() bool { return s.output.used.Load() == 0 })
}

// TestTLSInPieces: records may come in any pieces, also those that come with the end of the
// handshake, and a record's rest is waited for.
func TestTLSInPieces(t *testing.T) {
	server, client := certificate(t)
	s := start(t, Config{TLS: server, Workers: 1}, echo)
	for _, most := range []int{1, 3, 7, 100, 5000} {
		raw, err := net.Dial("tcp", s.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer raw.Close()
		raw.SetDeadline(time.Now().Add(time.Minute))
		c := tls.Client(&inPieces{Conn: raw, most: most}, client)
		body := strings.Repeat("உ", most*3)
		io.WriteString(c, fmt.Sprintf("POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%sGET /b HTTP/1.1\r\nHost: a\r\n\r\n", len(body), body))
		r := bufio.NewReader(c)
		readAnswer(t, r, "POST").want(t, 200, "POST /a "+body)
		readAnswer(t, r, "GET").want(t, 200, "GET /b ")
		c.Close()
	}
}

// inPieces is a connection that sends a few bytes at a time.
type inPieces struct {
	net.Conn
	most int
}

func (c *inPieces) Write(p []byte) (n int, err error) {
	for n < len(p) && err == nil {
		k := 0
		k, err = c.Conn.Write(p[n:min(n+c.most, len(p))])
		n += k
	}
	return n, err
}
