// Package limit bounds how often each client may ask.
//
// A client has a bucket of tokens. A request takes one; they come back at a steady rate,
// up to a burst. One number stands for a bucket (the generic cell rate algorithm): the
// time at which it will be full again.
//
//	full ──── now ───────────────────────> time        a new client: now
//	           └─ spent tokens ─┘ at                    taking one: at += 1/rate
//	           └──────── burst ────────┘ no more        at - now > burst/rate: too many
//
// The buckets of all clients are in a table of fixed size that is made when the first
// client comes. When a client finds no place, the one of its row that has the most
// tokens loses its own. A bucket that is full again says nothing, so as long as
// there are fewer busy clients than places nobody gets more than is due.
package limit

import (
	"errors"
	"hash/maphash"
	"math"
	"net/netip"
	"strconv"
	"sync"
	"time"
)

// Rule is how often each client may ask.
type Rule struct {
	Requests int // in each period
	Period   time.Duration
	Burst    int // at once; 0: as many as in a period
}

// The shape of a table.
const (
	ways   = 8
	shards = 64
)

// place is one client's bucket.
type place struct {
	client [16]byte
	at     int64 // when it is full again, in nanoseconds since the limiter was made; 0: nobody's
}

type shard struct {
	mu   sync.Mutex
	rows [][ways]place
	_    [96]byte // no two shards in one line of the processor's cache
}

// Limiter keeps the buckets of one Rule. Any goroutine may use it.
type Limiter struct {
	rule     Rule
	interval int64 // nanoseconds for a token to come back
	full     int64 // for all of them
	rows     int   // in each shard
	began    time.Time
	seed     maphash.Seed
	policy   []byte // the RateLimit-Policy field's line
	shards   [shards]shard
}

// maxPeriod is the longest period of a Rule: beyond, nanoseconds would not do.
const maxPeriod = 1000 * 24 * time.Hour

var errRule = errors.New("limit: no such rule")

// New makes a Limiter with room for about so many clients.
func New(r Rule, clients int) (*Limiter, error) {
	if r.Burst == 0 {
		r.Burst = r.Requests
	}
	if r.Requests < 1 || r.Burst < 1 || r.Period < 1 || r.Period > maxPeriod {
		return nil, errRule
	}
	l := &Limiter{rule: r, began: time.Now(), seed: maphash.MakeSeed()}
	l.interval = max(1, int64(r.Period)/int64(r.Requests))
	l.full = l.interval * min(int64(r.Burst), math.MaxInt64/4/l.interval)
	l.rows = max(1, (clients+shards*ways-1)/(shards*ways))
	l.policy = append(l.policy, `RateLimit-Policy: "default";q=`...)
	l.policy = strconv.AppendInt(l.policy, int64(r.Requests), 10)
	l.policy = strconv.AppendInt(append(l.policy, ";w="...), seconds(r.Period), 10)
	l.policy = append(l.policy, "\r\n"...)
	return l, nil
}

// Verdict is what became of one request.
type Verdict struct {
	Allowed   bool
	Remaining int           // tokens that are left
	Wait      time.Duration // until there is a token, of a request that is not allowed
	Reset     time.Duration // until the bucket is full
}

// Rule is what the Limiter was made of, its burst filled in.
func (l *Limiter) Rule() Rule { return l.rule }

// Client is whom an address counts as: all of one IPv6 network of 64 bits are one.
func Client(a netip.Addr) netip.Addr {
	if a.Is6() && !a.Is4In6() {
		p, _ := a.WithZone("").Prefix(64) // an IPv6 address has so many bits
		return p.Addr()
	}
	return a.Unmap()
}

// Take takes a token of a client's bucket at a time. The clients of one IPv6 network of
// 64 bits are one: each of them has as many addresses as it likes.
func (l *Limiter) Take(client netip.Addr, now time.Time) Verdict {
	key := client.As16() // all zeros for an address that isn't valid
	if client.Is6() && !client.Is4In6() {
		clear(key[8:])
	}
	h := maphash.Bytes(l.seed, key[:])
	at := int64(now.Sub(l.began)) + 1
	s := &l.shards[h%shards]
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rows == nil {
		s.rows = make([][ways]place, l.rows)
	}
	row := &s.rows[(h/shards)%uint64(l.rows)]
	p := &row[0]
	for i := range row {
		if row[i].at != 0 && row[i].client == key {
			p = &row[i]
			break
		}
		if row[i].at < p.at {
			p = &row[i]
		}
	}
	if p.client != key || p.at < at {
		p.client, p.at = key, at
	}
	spent := p.at - at + l.interval
	if spent > l.full {
		return Verdict{Wait: time.Duration(spent - l.full), Reset: time.Duration(p.at - at)}
	}
	p.at += l.interval
	return Verdict{Allowed: true, Remaining: int((l.full - spent) / l.interval), Reset: time.Duration(spent)}
}

// AppendFields appends the lines that tell a client where it stands: RateLimit-Policy,
// RateLimit (draft-ietf-httpapi-ratelimit-headers) and, of a request that is not allowed,
// Retry-After.
func (l *Limiter) AppendFields(dst []byte, v Verdict) []byte {
	dst = append(dst, l.policy...)
	dst = append(dst, `RateLimit: "default";r=`...)
	dst = strconv.AppendInt(dst, int64(v.Remaining), 10)
	dst = strconv.AppendInt(append(dst, ";t="...), seconds(v.Reset), 10)
	dst = append(dst, "\r\n"...)
	if v.Allowed {
		return dst
	}
	dst = strconv.AppendInt(append(dst, "Retry-After: "...), max(1, seconds(v.Wait)), 10)
	return append(dst, "\r\n"...)
}

// seconds rounds up.
func seconds(d time.Duration) int64 { return int64((d + time.Second - 1) / time.Second) }
