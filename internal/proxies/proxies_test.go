package proxies

import (
	"net/netip"
	"testing"

	"etamil/http1"
)

func request(t testing.TB, lines string) *http1.Request {
	t.Helper()
	var r http1.Request
	text := []byte("GET / HTTP/1.1\r\nHost: a\r\n" + lines + "\r\n")
	if n, err := r.Parse(text, 0, &http1.DefaultLimits); n != len(text) || err != nil {
		t.Fatalf("%q: %d %v", text, n, err)
	}
	return &r
}

func TestClient(t *testing.T) {
	for _, c := range []struct {
		trusted []string
		peer    string
		lines   string
		want    string
	}{
		{nil, "192.0.2.1", "X-Forwarded-For: 198.51.100.9\r\n", "192.0.2.1"},
		{[]string{"10.0.0.0/8"}, "192.0.2.1", "X-Forwarded-For: 198.51.100.9\r\n", "192.0.2.1"},
		{[]string{"10.0.0.0/8"}, "10.1.1.1", "", "10.1.1.1"},
		{[]string{"10.0.0.0/8"}, "10.1.1.1", "X-Forwarded-For: 198.51.100.9\r\n", "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.1.1", "x-forwarded-for: 6.6.6.6, 198.51.100.9\r\n", "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.1.1", "X-Forwarded-For: 6.6.6.6,198.51.100.9 ,10.2.2.2\r\n", "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.1.1", "X-Forwarded-For: 6.6.6.6\r\nX-Forwarded-For: 198.51.100.9\r\n", "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "10.1.1.1", "X-Forwarded-For: 10.9.9.9\r\n", "10.9.9.9"},
		{[]string{"10.0.0.0/8"}, "10.1.1.1", "X-Forwarded-For: 198.51.100.9, unknown\r\n", "10.1.1.1"},
		{[]string{"10.0.0.0/8"}, "10.1.1.1", "X-Forwarded-For: 198.51.100.9, bad, 10.3.3.3\r\n", "10.3.3.3"},
		{[]string{"10.0.0.0/8"}, "10.1.1.1", "X-Forwarded-For: ,\r\n", "10.1.1.1"},
		{[]string{"10.1.1.1/32"}, "::ffff:10.1.1.1", "X-Forwarded-For: 198.51.100.9:4711\r\n", "198.51.100.9"},
		{[]string{"127.0.0.0/8", "::1/128"}, "127.0.0.1", "X-Forwarded-For: [2001:db8::1]:443\r\n", "2001:db8::1"},
		{[]string{"127.0.0.0/8", "::1/128"}, "::1", "X-Forwarded-For: 2001:db8::1\r\n", "2001:db8::1"},
		{[]string{"127.0.0.0/8", "::1/128"}, "::1", "X-Forwarded-For: [2001:db8::1\r\n", "::1"},
		{[]string{"192.168.0.0/16"}, "192.168.1.1", "X-Forwarded-For: fe80::1%eth0\r\n", "192.168.1.1"},
		{[]string{"127.0.0.1/32"}, "", "X-Forwarded-For: 198.51.100.9\r\n", "198.51.100.9"},
		{[]string{"10.0.0.0/8"}, "", "X-Forwarded-For: 198.51.100.9\r\n", ""},
	} {
		var list []netip.Prefix
		for _, p := range c.trusted {
			list = append(list, netip.MustParsePrefix(p))
		}
		var peer, want netip.Addr
		if c.peer != "" {
			peer = netip.MustParseAddr(c.peer)
		}
		if c.want != "" {
			want = netip.MustParseAddr(c.want)
		}
		if got := New(list).Client(request(t, c.lines), peer); got != want {
			t.Errorf("%v, from %q with %q: %v, want %v", c.trusted, c.peer, c.lines, got, want)
		}
	}
}

func TestClientIsBounded(t *testing.T) {
	value := "6.6.6.6"
	for range 100 {
		value += ",10.0.0.1"
	}
	r := request(t, "X-Forwarded-For: "+value+"\r\n")
	l, peer := New([]netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}), netip.MustParseAddr("10.0.0.2")
	if got := l.Client(r, peer); got != netip.MustParseAddr("10.0.0.1") {
		t.Errorf("behind a hundred proxies: %v", got)
	}
	if n := testing.AllocsPerRun(100, func() { l.Client(r, peer) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}
