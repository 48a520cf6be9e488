package loop

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"net/netip"
	"strconv"
	"strings"
)

// This file reads the PROXY protocol (haproxy.org, proxy-protocol.txt): what a
// balancer that forwards bytes puts before a client's first byte, to say who
// the client is. Both versions are read; which peers send it is
// [Config.Proxied]'s to say.
//
//	PROXY TCP4 192.0.2.1 203.0.113.9 56324 443\r\n        version 1, text
//	\r\n\r\n\0\r\nQUIT\n | 21 11 | 00 0c | addresses      version 2, bytes
//
// A header is read to the letter and a malformed one closes the connection
// without an answer: whoever may say where a request comes from, and stammers,
// is not believed.

// proxyMost is how long a header may be, in bytes: the addresses of version 2
// need 36, what balancers add to them a few hundred at most.
const proxyMost = 4 << 10

const (
	proxyTextMark  = "PROXY "
	proxyTextMost  = 107 // bytes of a version 1 header, its line end included
	proxyBytesMark = "\r\n\r\n\x00\r\nQUIT\n"
	proxyBytesHead = 16 // bytes of a version 2 header before the addresses
)

var errProxy = errors.New("loop: malformed PROXY header")

// parseProxy reads a PROXY header from the front of b and returns how long it
// is and whom it names: an address that is not valid means the peer itself,
// which is what balancers say of their own health checks, and of clients
// without an IP address. 0 and no error mean that b does not hold all of it.
func parseProxy(b []byte) (n int, client netip.AddrPort, err error) {
	switch {
	case begins(b, proxyBytesMark):
		return parseProxyBytes(b)
	case begins(b, proxyTextMark):
		return parseProxyText(b)
	}
	return 0, client, errProxy
}

// begins reports whether b begins with mark, as far as it goes.
func begins(b []byte, mark string) bool {
	n := min(len(b), len(mark))
	return string(b[:n]) == mark[:n]
}

// parseProxyText reads version 1.
func parseProxyText(b []byte) (n int, client netip.AddrPort, err error) {
	end := bytes.IndexByte(b[:min(len(b), proxyTextMost)], '\n')
	if end < 0 {
		if len(b) >= proxyTextMost {
			err = errProxy
		}
		return 0, client, err
	}
	if b[end-1] != '\r' {
		return 0, client, errProxy
	}
	line := string(b[len(proxyTextMark) : end-1])
	if line == "UNKNOWN" || strings.HasPrefix(line, "UNKNOWN ") {
		return end + 1, client, nil // whatever follows is to be ignored
	}
	parts := strings.Split(line, " ")
	if len(parts) != 5 || parts[0] != "TCP4" && parts[0] != "TCP6" {
		return 0, client, errProxy
	}
	six := parts[0] == "TCP6"
	from, ok1 := proxyAddr(parts[1], six)
	_, ok2 := proxyAddr(parts[2], six)
	port, ok3 := proxyPort(parts[3])
	_, ok4 := proxyPort(parts[4])
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return 0, client, errProxy
	}
	return end + 1, netip.AddrPortFrom(from.Unmap(), port), nil
}

func proxyAddr(s string, six bool) (a netip.Addr, ok bool) {
	a, err := netip.ParseAddr(s)
	return a, err == nil && a.Is6() == six && a.Zone() == ""
}

// proxyPort reads a number without sign or leading zero.
func proxyPort(s string) (port uint16, ok bool) {
	n, err := strconv.ParseUint(s, 10, 16)
	return uint16(n), err == nil && strconv.FormatUint(n, 10) == s
}

// parseProxyBytes reads version 2.
func parseProxyBytes(b []byte) (n int, client netip.AddrPort, err error) {
	const local, proxied = 0x20, 0x21
	if len(b) > 12 && b[12] != local && b[12] != proxied {
		return 0, client, errProxy
	}
	// Of the families, how many bytes their two addresses take. Datagrams are
	// none of ours.
	need := 0
	if len(b) > 13 {
		switch b[13] {
		case 0x00:
		case 0x11:
			need = 2*4 + 2*2
		case 0x21:
			need = 2*16 + 2*2
		case 0x31:
			need = 2 * 108
		default:
			return 0, client, errProxy
		}
	}
	if len(b) < proxyBytesHead {
		return 0, client, nil
	}
	n = proxyBytesHead + int(binary.BigEndian.Uint16(b[14:]))
	if n > proxyMost || b[12] == proxied && n < proxyBytesHead+need {
		return 0, client, errProxy
	}
	if len(b) < n {
		return 0, client, nil
	}
	if b[12] == local {
		return n, client, nil // the rest is to be skipped
	}
	at := b[proxyBytesHead:n]
	// Without a family nothing says where the addresses end and the other
	// values begin, so those are judged only with one.
	if b[13] != 0 && !proxyValues(b[:n], proxyBytesHead+need) {
		return 0, client, errProxy
	}
	switch b[13] {
	case 0x11:
		a := netip.AddrFrom4([4]byte(at))
		client = netip.AddrPortFrom(a, binary.BigEndian.Uint16(at[8:]))
	case 0x21:
		a := netip.AddrFrom16([16]byte(at)).Unmap()
		client = netip.AddrPortFrom(a, binary.BigEndian.Uint16(at[32:]))
	}
	return n, client, nil
}

// proxyValues reports whether the values that follow the addresses at h[i:]
// fill the header h exactly, and its checksum is right if it has one.
func proxyValues(h []byte, i int) bool {
	const checksum = 0x03
	for i < len(h) {
		if len(h)-i < 3 {
			return false
		}
		kind, size := h[i], int(binary.BigEndian.Uint16(h[i+1:]))
		i += 3
		if len(h)-i < size {
			return false
		}
		if kind == checksum {
			if size != 4 {
				return false
			}
			// It was made with four zeros in its own place.
			sum := crc32.Update(0, castagnoli, h[:i])
			sum = crc32.Update(sum, castagnoli, make([]byte, 4))
			sum = crc32.Update(sum, castagnoli, h[i+4:])
			if sum != binary.BigEndian.Uint32(h[i:]) {
				return false
			}
		}
		i += size
	}
	return true
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// takeProxy reads the PROXY header that c begins with from the front of p and
// returns how long it was; 0 when it is not complete, or c is given up.
func (c *conn) takeProxy(p []byte) int {
	n, client, err := parseProxy(p)
	switch {
	case err != nil:
		c.loop.srv.cfg.Log.Warn("loop: closing a connection", "from", c.remote, "reason", err)
		c.doom()
	case n == 0:
		c.seen = len(p)
	default:
		c.seen, c.preface = 0, false
		if client.IsValid() {
			c.remote = client
		}
	}
	return n
}
