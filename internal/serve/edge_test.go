package serve

import (
	"bufio"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"
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
