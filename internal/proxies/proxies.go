package proxies

import (
	"bytes"
	"net/netip"
	"strings"
	"unsafe"

	"etamil/http1"
)

// List are the proxies that are trusted. The zero value trusts nobody. It is read-only
// once it is made.
type List struct {
	prefixes []netip.Prefix
	local    bool // this machine itself, and with it who comes through a Unix socket
}

// New makes a List.
func New(prefixes []netip.Prefix) *List {
	l := &List{prefixes: prefixes}
	l.local = l.Trusts(netip.AddrFrom4([4]byte{127, 0, 0, 1}))
	return l
}

// Empty reports whether nobody is trusted.
func (l *List) Empty() bool { return len(l.prefixes) == 0 }

// Trusts reports whether a proxy at that address is trusted; an address that is not
// valid is that of a Unix socket.
func (l *List) Trusts(a netip.Addr) bool {
	if !a.IsValid() {
		return l.local
	}
	a = a.Unmap().WithZone("")
	for _, p := range l.prefixes {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// maxHops bounds how many proxies of a request are looked at.
const maxHops = 32

// Client is who sent a request that came from peer: peer itself, unless it is trusted and
// tells of somebody else. Where an address can't be read, the one that has added it is
// the last that is known. It allocates nothing.
func (l *List) Client(r *http1.Request, peer netip.Addr) netip.Addr {
	peer = peer.Unmap()
	if l.Empty() || !l.Trusts(peer) {
		return peer
	}
	client, hops := peer, 0
	for i := len(r.Fields) - 1; i >= 0; i-- { // the last line was added last
		f := &r.Fields[i]
		if len(f.Name) != len(header) || !strings.EqualFold(view(f.Name), header) {
			continue
		}
		for rest := f.Value; rest != nil; hops++ {
			item := rest
			if comma := bytes.LastIndexByte(rest, ','); comma >= 0 {
				item, rest = rest[comma+1:], rest[:comma]
			} else {
				rest = nil
			}
			a, ok := address(item)
			if !ok || hops == maxHops {
				return client
			}
			client = a
			if !l.Trusts(a) {
				return client
			}
		}
	}
	return client
}

const header = "X-Forwarded-For"

// view is b as a string without copying.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// address reads an address as proxies write it: with or without a port, IPv6 in brackets
// or not.
func address(item []byte) (netip.Addr, bool) {
	item = bytes.Trim(item, " \t")
	if len(item) == 0 || len(item) > 64 {
		return netip.Addr{}, false
	}
	s := view(item)
	if s[0] == '[' {
		end := strings.IndexByte(s, ']')
		if end < 0 || end+1 < len(s) && s[end+1] != ':' {
			return netip.Addr{}, false
		}
		s = s[1:end]
	} else if colon := strings.IndexByte(s, ':'); colon >= 0 && strings.IndexByte(s[colon+1:], ':') < 0 {
		s = s[:colon]
	}
	a, err := netip.ParseAddr(s)
	if err != nil || a.Zone() != "" {
		return netip.Addr{}, false
	}
	return a.Unmap(), true
}
