package loop

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// proxy2 makes a version 2 header.
func proxy2(command, family byte, rest string) string {
	h := proxyBytesMark + string([]byte{command, family})
	return string(binary.BigEndian.AppendUint16([]byte(h), uint16(len(rest)))) + rest
}

const (
	four = "\xc0\x00\x02\x01" + "\xcb\x00\x71\x09" + "\xdc\x04" + "\x01\xbb" // 192.0.2.1:56324 to 203.0.113.9:443
	six  = "\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01" +
		"\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x02" + "\x00\x07" + "\x01\xbb"
	mapped = "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xc0\x00\x02\x01" +
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xcb\x00\x71\x09" + "\x00\x07" + "\x01\xbb"
)

// withChecksum adds the value that proves a version 2 header, spoilt by flip.
func withChecksum(flip byte) string {
	h := []byte(proxy2(0x21, 0x11, four+"\x03\x00\x04\x00\x00\x00\x00"))
	sum := crc32.Checksum(h, crc32.MakeTable(crc32.Castagnoli))
	binary.BigEndian.PutUint32(h[len(h)-4:], sum)
	h[len(h)-1] ^= flip
	return string(h)
}

// proxyCases are headers and whom they name: "" for the peer itself, "bad"
// for nobody that is believed, "more" for headers that are not complete.
var proxyCases = []struct{ name, header, client string }{
	{"text, IPv4", "PROXY TCP4 192.0.2.1 203.0.113.9 56324 443\r\n", "192.0.2.1:56324"},
	{"text, IPv6", "PROXY TCP6 2001:db8::1 2001:db8::2 7 443\r\n", "[2001:db8::1]:7"},
	{"text, IPv4 in IPv6", "PROXY TCP6 ::ffff:192.0.2.1 ::ffff:203.0.113.9 7 443\r\n", "192.0.2.1:7"},
	{"text, port 0", "PROXY TCP4 192.0.2.1 203.0.113.9 0 443\r\n", "192.0.2.1:0"},
	{"text, unknown", "PROXY UNKNOWN\r\n", ""},
	{"text, unknown with more", "PROXY UNKNOWN ff:ff a b c\r\n", ""},
	{"text, as long as can be", "PROXY UNKNOWN " + strings.Repeat("x", 107-16) + "\r\n", ""},
	{"text, not finished", "PROXY TCP4 192.0.2.1 203", "more"},
	{"text, half a line end", "PROXY TCP4 192.0.2.1 203.0.113.9 56324 443\r", "more"},
	{"text, too long", "PROXY UNKNOWN " + strings.Repeat("x", 107-15) + "\r\n", "bad"},
	{"text, too long and not finished", "PROXY UNKNOWN " + strings.Repeat("x", 100), "bad"},
	{"text, bare LF", "PROXY TCP4 192.0.2.1 203.0.113.9 56324 443\n", "bad"},
	{"text, CR CR LF", "PROXY TCP4 192.0.2.1 203.0.113.9 56324 443\r\r\n", "bad"},
	{"text, small letters", "proxy TCP4 192.0.2.1 203.0.113.9 56324 443\r\n", "bad"},
	{"text, nothing", "PROXY \r\n", "bad"},
	{"text, other family", "PROXY UDP4 192.0.2.1 203.0.113.9 56324 443\r\n", "bad"},
	{"text, unknown as part of a word", "PROXY UNKNOWNS\r\n", "bad"},
	{"text, two spaces", "PROXY TCP4  192.0.2.1 203.0.113.9 56324 443\r\n", "bad"},
	{"text, space at the end", "PROXY TCP4 192.0.2.1 203.0.113.9 56324 443 \r\n", "bad"},
	{"text, a port missing", "PROXY TCP4 192.0.2.1 203.0.113.9 56324\r\n", "bad"},
	{"text, port too high", "PROXY TCP4 192.0.2.1 203.0.113.9 65536 443\r\n", "bad"},
	{"text, port with a zero in front", "PROXY TCP4 192.0.2.1 203.0.113.9 0443 443\r\n", "bad"},
	{"text, port with a sign", "PROXY TCP4 192.0.2.1 203.0.113.9 +443 443\r\n", "bad"},
	{"text, bad destination", "PROXY TCP4 192.0.2.1 203.0.113 56324 443\r\n", "bad"},
	{"text, address with a zero in front", "PROXY TCP4 192.0.02.1 203.0.113.9 56324 443\r\n", "bad"},
	{"text, address too high", "PROXY TCP4 192.0.2.256 203.0.113.9 56324 443\r\n", "bad"},
	{"text, wrong family", "PROXY TCP4 2001:db8::1 2001:db8::2 7 443\r\n", "bad"},
	{"text, other wrong family", "PROXY TCP6 192.0.2.1 203.0.113.9 56324 443\r\n", "bad"},
	{"text, zone", "PROXY TCP6 fe80::1%eth0 fe80::2 7 443\r\n", "bad"},
	{"text, NUL", "PROXY TCP4 192.0.2.1\x00 203.0.113.9 56324 443\r\n", "bad"},

	{"bytes, IPv4", proxy2(0x21, 0x11, four), "192.0.2.1:56324"},
	{"bytes, IPv6", proxy2(0x21, 0x21, six), "[2001:db8::1]:7"},
	{"bytes, IPv4 in IPv6", proxy2(0x21, 0x21, mapped), "192.0.2.1:7"},
	{"bytes, Unix", proxy2(0x21, 0x31, strings.Repeat("u", 216)), ""},
	{"bytes, no family", proxy2(0x21, 0x00, ""), ""},
	{"bytes, no family with more", proxy2(0x21, 0x00, "whatever"), ""},
	{"bytes, local", proxy2(0x20, 0x00, ""), ""},
	{"bytes, local with addresses", proxy2(0x20, 0x11, four), ""},
	{"bytes, local with rubbish", proxy2(0x20, 0x11, "?"), ""},
	{"bytes, other values", proxy2(0x21, 0x11, four+"\x02\x00\x07example"+"\x04\x00\x00"), "192.0.2.1:56324"},
	{"bytes, checksum", withChecksum(0), "192.0.2.1:56324"},
	{"bytes, as long as can be", proxy2(0x21, 0x11, four+"\x04\x0f\xe1"+strings.Repeat("n", 4096-16-15)), "192.0.2.1:56324"},
	{"bytes, half a mark", "\r\n\r\n\x00\r", "more"},
	{"bytes, mark alone", proxyBytesMark, "more"},
	{"bytes, no length", proxyBytesMark + "\x21\x11\x00", "more"},
	{"bytes, addresses not finished", proxy2(0x21, 0x11, four)[:20], "more"},
	{"bytes, wrong checksum", withChecksum(1), "bad"},
	{"bytes, short checksum", proxy2(0x21, 0x11, four+"\x03\x00\x03\x00\x00\x00"), "bad"},
	{"bytes, too long", proxy2(0x21, 0x11, four+"\x04\x0f\xe2"+strings.Repeat("n", 4096-15-15)), "bad"},
	{"bytes, longest", proxy2(0x21, 0x00, strings.Repeat("n", 65535)), "bad"},
	{"bytes, other version", proxy2(0x11, 0x11, four), "bad"},
	{"bytes, other command", proxy2(0x22, 0x11, four), "bad"},
	{"bytes, datagrams", proxy2(0x21, 0x12, four), "bad"},
	{"bytes, other family", proxy2(0x21, 0x41, four), "bad"},
	{"bytes, other transport", proxy2(0x21, 0x13, four), "bad"},
	{"bytes, IPv4 too short", proxy2(0x21, 0x11, four[:11]), "bad"},
	{"bytes, IPv6 too short", proxy2(0x21, 0x21, six[:35]), "bad"},
	{"bytes, Unix too short", proxy2(0x21, 0x31, strings.Repeat("u", 215)), "bad"},
	{"bytes, half a value", proxy2(0x21, 0x11, four+"\x02\x00"), "bad"},
	{"bytes, value too short", proxy2(0x21, 0x11, four+"\x02\x00\x08example"), "bad"},
	{"bytes, bad mark", "\r\n\r\n\x00\r\nQUIT\r" + proxy2(0x21, 0x11, four)[12:], "bad"},

	{"a request", get("/"), "bad"},
	{"an empty line", "\r\n" + get("/"), "bad"},
	{"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", "bad"},
}

func TestProxyHeaders(t *testing.T) {
	for _, c := range proxyCases {
		n, client, err := parseProxy([]byte(c.header))
		got := ""
		switch {
		case err != nil:
			got = "bad"
		case n == 0:
			got = "more"
		case client.IsValid():
			got = client.String()
		}
		if got != c.client {
			t.Errorf("%s: %q, want %q", c.name, got, c.client)
		}
		if n != 0 && n != len(c.header) {
			t.Errorf("%s: took %d of %d bytes", c.name, n, len(c.header))
		}
		checkProxy(t, []byte(c.header+"GET"))
	}
}

// checkProxy holds parseProxy to what an incremental reader must do: a longer
// buffer never changes what was settled, and a complete header does not
// depend on what follows.
func checkProxy(t *testing.T, b []byte) {
	t.Helper()
	n, client, err := parseProxy(b)
	if n > len(b) || n > proxyMost || n > 0 && err != nil {
		t.Fatalf("%q: %d, %v", b, n, err)
	}
	step := 1 + len(b)/500
	for i := 0; i < len(b); i += step {
		m, c, e := parseProxy(b[:i])
		if e != nil && err == nil || m > 0 && (m != n || c != client) {
			t.Fatalf("%q: %d %v %v; its first %d bytes: %d %v %v", b, n, client, err, i, m, c, e)
		}
	}
	if n > 0 {
		if m, c, e := parseProxy(b[:n]); m != n || c != client || e != nil {
			t.Fatalf("%q: alone %d %v %v", b[:n], m, c, e)
		}
	}
}

// TestProxyMutants changes every byte of every header to some others.
func TestProxyMutants(t *testing.T) {
	for _, c := range proxyCases {
		b := []byte(c.header + "G")
		if len(b) > 300 {
			continue
		}
		for i, was := range b {
			for _, to := range []byte("\x00\n\r 0x\x10\x20\x21\xff") {
				b[i] = to
				checkProxy(t, b)
			}
			b[i] = was
		}
	}
}

func FuzzProxy(f *testing.F) {
	for _, c := range proxyCases {
		if len(c.header) < 1000 {
			f.Add([]byte(c.header))
		}
	}
	f.Fuzz(func(t *testing.T, b []byte) { checkProxy(t, b) })
}

// tellRemote answers who asks.
var tellRemote = handlerFunc(func(l *Loop, x *Exchange) { text(x, x.Remote().String()) })

// TestProxyOnConnections delivers every header with two requests behind it
// whole, byte by byte and cut at every position.
func TestProxyOnConnections(t *testing.T) {
	r := newRig(t, Config{Proxied: func(netip.AddrPort) bool { return true }}, tellRemote)
	peer := netip.MustParseAddrPort("10.0.0.1:99")
	for _, c := range proxyCases {
		if c.client == "more" {
			continue
		}
		want := ""
		if c.client == "" {
			want = "200 " + peer.String()
		} else if c.client != "bad" {
			want = "200 " + c.client
		}
		in := c.header + get("/a") + get("/b")
		life := func(cuts ...int) {
			f := r.connectFrom(peer)
			last := 0
			for _, at := range append(cuts, len(in)) {
				if !f.closed && at > last {
					f.in(in[last:at])
					last = at
				}
			}
			if want == "" {
				if !f.closed || f.got.Len() > 0 {
					t.Fatalf("%s, cut at %v: closed %v, sent %q", c.name, cuts, f.closed, f.sent())
				}
				return
			}
			f.want(want, want)
			if f.closed {
				t.Fatalf("%s, cut at %v: closed", c.name, cuts)
			}
			f.Close()
		}
		life()
		all := make([]int, len(in))
		for i := range all {
			all[i] = i
		}
		life(all...)
		for at := 1; at < len(in); at += 1 + len(in)/400 {
			life(at)
		}
	}
	if n := r.s.bodies.used.Load(); n != 0 {
		t.Errorf("%d bytes still count", n)
	}
}

// TestProxyHeaderInTime: a balancer that does not say whose connection it is
// is closed without an answer, which it would hand on to a client.
func TestProxyHeaderInTime(t *testing.T) {
	r := newRig(t, Config{HeaderTimeout: time.Second, Proxied: func(netip.AddrPort) bool { return true }}, tellRemote)
	silent, slow, good := r.connect(), r.connect(), r.connect()
	slow.in("PROXY ")
	good.in("PROXY UNKNOWN\r\n")
	r.pass(700 * time.Millisecond)
	good.in(get("/"))
	good.want("200 invalid AddrPort")
	r.pass(700 * time.Millisecond)
	for _, f := range []*fakeSocket{silent, slow} {
		if !f.closed || f.got.Len() > 0 {
			t.Errorf("closed %v, sent %q", f.closed, f.sent())
		}
	}
	if good.closed || good.got.Len() > 0 {
		t.Errorf("after its header: closed %v, sent %q", good.closed, good.sent())
	}
}

// TestProxyOverSockets: a header is asked of those peers that are named, over
// TCP and Unix sockets, and of no other.
func TestProxyOverSockets(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s := start(t, Config{Addr: "127.0.0.1:0", Unix: path, Proxied: func(p netip.AddrPort) bool { return !p.IsValid() }}, tellRemote)
	plain := dial(t, s)
	send(t, plain, get("/"))
	readAnswer(t, bufio.NewReader(plain), "GET").want(t, 200, plain.LocalAddr().String())
	// To who need not send one, a header is a malformed request.
	stranger := dial(t, s)
	send(t, stranger, "PROXY TCP4 192.0.2.1 203.0.113.9 56324 443\r\n"+get("/"))
	r := bufio.NewReader(stranger)
	if a := readAnswer(t, r, "GET"); a.status != 400 {
		t.Errorf("a stranger's header gets %d", a.status)
	}
	wantEOF(t, r)

	u := dialUnix(t, path)
	send(t, u, proxy2(0x21, 0x11, four)+get("/"))
	readAnswer(t, bufio.NewReader(u), "GET").want(t, 200, "192.0.2.1:56324")
	for i, in := range []string{get("/"), "PROXY TCP4 x\r\n" + get("/")} {
		u := dialUnix(t, path)
		send(t, u, in)
		t.Run(fmt.Sprint(i), func(t *testing.T) { wantGone(t, u) })
	}
}
