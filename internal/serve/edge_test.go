package serve

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"testing"
	"time"

	"etamil/internal/proxies"
)

// TestProxyProtocolAndUnixSocket: request.ip is whom a trusted balancer names, over TCP
// and a Unix socket; a balancer that names nobody is not served.
func TestProxyProtocolAndUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s := open(t, `server.on("GET", "/", செயல்(request) { திரும்பு request.ip; });`, settings{flags: map[string]string{
		"unix-socket": path, "unix-mode": "0600", "proxy-protocol": "true", "trusted-proxies": "loopback",
	}})
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the socket: %v, %v", info, err)
	}
	const request = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
	for _, network := range []string{"tcp", "unix"} {
		addr := s.addr
		if network == "unix" {
			addr = path
		}
		for _, c := range []struct{ header, ip string }{
			{"PROXY TCP4 192.0.2.7 203.0.113.9 56324 443\r\n", "192.0.2.7"},
			{"\r\n\r\n\x00\r\nQUIT\n\x21\x11\x00\x0c\xc0\x00\x02\x08\xcb\x00\x71\x09\xdc\x04\x01\xbb", "192.0.2.8"},
			{"", ""},
		} {
			conn, err := net.Dial(network, addr)
			if err != nil {
				t.Fatal(err)
			}
			conn.SetDeadline(time.Now().Add(time.Minute))
			io.WriteString(conn, c.header+request)
			res, err := http.ReadResponse(bufio.NewReader(conn), nil)
			if c.ip == "" {
				if err == nil {
					t.Errorf("%s: without a header: %s", network, res.Status)
				}
			} else if err != nil {
				t.Errorf("%s: %v", network, err)
			} else if body, _ := io.ReadAll(res.Body); string(body) != c.ip {
				t.Errorf("%s: request.ip is %q, not %q", network, body, c.ip)
			}
			conn.Close()
		}
	}
}

// TestTrustedAfterReload: who sends PROXY headers is whom the program that serves trusts.
func TestTrustedAfterReload(t *testing.T) {
	const program = `server.on("GET", "/", செயல்(request) { திரும்பு request.ip; });`
	s := open(t, program, settings{flags: map[string]string{"proxy-protocol": "true", "trusted-proxies": "192.0.2.1"}})
	s.want(s.get("/"), 200, "127.0.0.1")
	next := s.next(program, nil, nil)
	next.answers.trusted = proxies.New([]netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")})
	if err := s.app.Reload(next); err != nil {
		t.Fatal(err)
	}
	c, err := net.Dial("tcp", s.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	c.SetDeadline(time.Now().Add(time.Minute))
	io.WriteString(c, "PROXY TCP4 192.0.2.7 203.0.113.9 56324 443\r\nGET / HTTP/1.1\r\nHost: x\r\n\r\n")
	res, err := http.ReadResponse(bufio.NewReader(c), nil)
	if err != nil {
		t.Fatal(err)
	}
	if body, _ := io.ReadAll(res.Body); string(body) != "192.0.2.7" {
		t.Errorf("request.ip is %q", body)
	}
}
