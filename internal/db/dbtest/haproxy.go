package dbtest

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// HAProxy starts a balancer before servers on those ports of the loopback address. A server that
// does not say that it is ready gets no requests; a request is sent to another only where it can't
// have reached the first.
func HAProxy(t testing.TB, ports ...int) *Server {
	t.Helper()
	command := program(t, "haproxy", "haproxy")
	as := account(t, "haproxy")
	dir := folder(t, as)
	port := FreePort(t)
	var b strings.Builder
	fmt.Fprintf(&b, `defaults
	mode http
	timeout connect 1s
	timeout check 5s
	timeout client 60s
	timeout server 60s
	option redispatch 1
	retries 3
	retry-on conn-failure
	option httpchk GET /ready
frontend all
	bind 127.0.0.1:%d
	default_backend servers
backend servers
	balance roundrobin
`, port)
	for i, p := range ports {
		fmt.Fprintf(&b, "\tserver s%d 127.0.0.1:%d check inter 100ms fall 2 rise 1\n", i, p)
	}
	file := filepath.Join(dir, "haproxy.cfg")
	if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
		t.Fatal(err)
	}
	s := newServer(t, dir, nil, port, listening, command, "-db", "-f", file)
	s.URL = "http://127.0.0.1:" + strconv.Itoa(port)
	return s
}
