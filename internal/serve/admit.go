package serve

import (
	"net/netip"
	"sync/atomic"
	"time"

	"etamil/internal/compress"
	"etamil/internal/cors"
	"etamil/internal/route"
	"etamil/loop"
)

// This file is what a request meets before its handler.
//
//	arrive ─> preflight ──> route ──> admit: rate, size, coding of the body ──> handler

// arrive makes c the call of an exchange.
func (c *call) arrive(x *loop.Exchange) {
	a := &c.w.app.answers
	c.x, c.policy = x, &a.policy
	c.idLen = copy(c.id[:], c.w.ids.next()[:])
	c.client = netip.Addr{}
	if a.logged > 0 {
		c.began = time.Now()
	}
	if !a.trusted.Empty() {
		c.takeID(a)
	}
}

// takeID takes over the name that a trusted proxy has given the request.
func (c *call) takeID(a *answers) {
	if id, ok := c.x.Req.Lookup("X-Request-Id"); ok && validID(id) && a.trusted.Trusts(c.x.Remote().Addr()) {
		c.idLen = copy(c.id[:], id)
	}
}

// clientAddr is who asks: see internal/proxies.
func (c *call) clientAddr() netip.Addr {
	if !c.client.IsValid() {
		c.client = c.w.app.answers.trusted.Client(&c.x.Req, c.x.Remote().Addr())
	}
	return c.client
}

// preflight answers a browser that asks beforehand whether a site may ask; false when it
// is no such request.
func (c *call) preflight() bool {
	a := c.w.app
	origin, method, ok := cors.Preflight(&c.x.Req)
	if !ok {
		return false
	}
	var m route.Match
	if a.table.Lookup(view(method), c.path, &m) == route.Found {
		if p := a.handlers[m.Route].options.policy; p != nil {
			c.policy = p
		}
	}
	if c.policy.cors == nil {
		return false
	}
	// Not to be followed by the lines of an answer.
	c.w.fixed = c.policy.cors.AppendPreflight(c.w.fixed[:0], origin)
	c.w.out = outgoing{status: 204, fields: c.w.fixed, marks: marks{cors: true}}
	if err := c.write(&c.w.out); err != nil {
		panic(err) // the lines were checked
	}
	return true
}

// admit reports whether the request may have its handler now. If not, it has been
// answered, or will be.
func (c *call) admit(h *handler) bool {
	c.handler = h
	if p := h.options.policy; p != nil {
		c.policy = p
	} else if c.outcome == route.Found {
		c.policy = &c.w.app.answers.policy // not that of the route which a preflight was about
	}
	if l := c.policy.limit; l != nil {
		c.limited, c.verdict = true, l.Take(c.clientAddr(), time.Now())
		if !c.verdict.Allowed {
			c.problem(429, "too_many", "")
			return false
		}
	}
	if len(c.x.Body) == 0 {
		return true
	}
	limit := c.w.app.answers.bodyLimit
	if own := h.options.limits; own != nil {
		limit = own.BodyBytes
	}
	return c.unpack(limit)
}

// unpack decodes a body that came compressed. Its own bytes are few then, but what they
// become counts in a budget of all requests.
func (c *call) unpack(limit int) bool {
	r := &c.x.Req
	at := r.Index("Content-Encoding", 0)
	if at < 0 {
		return true
	}
	coding, err := compress.CodingOf(r.Fields[at].Value)
	if err == nil && r.Index("Content-Encoding", at+1) >= 0 {
		err = compress.ErrCoding
	}
	var body []byte
	if err == nil && coding != compress.Identity {
		body, err = c.w.decoder.Decode(nil, c.x.Body, coding, limit)
	}
	switch {
	case err == compress.ErrCoding:
		c.problemWith(415, "unknown_coding", "", acceptCodings, nil)
		return false
	case err == compress.ErrLarge:
		c.problem(413, "too_large", "")
		return false
	case err != nil:
		c.problem(400, "bad_request", "")
		return false
	case coding == compress.Identity:
		return true
	}
	if !c.w.app.answers.decoded.take(cap(body)) {
		c.problem(503, "unavailable", "")
		return false
	}
	c.unpacked = cap(body)
	c.x.Body = body
	// What the handler gets has no coding any more.
	r.Fields = append(r.Fields[:at], r.Fields[at+1:]...)
	return true
}

// acceptCodings tells what a request may be coded with (RFC 9110, 12.5.3).
var acceptCodings = []byte("Accept-Encoding: " + compress.Accepted + "\r\n")

// forget gives back what the decoded body took.
func (c *call) forget() {
	if c.unpacked > 0 {
		c.w.app.answers.decoded.used.Add(-int64(c.unpacked))
		c.unpacked = 0
	}
}

// allowance bounds bytes that all requests together hold.
type allowance struct {
	used  atomic.Int64
	limit int64
}

func (a *allowance) take(n int) bool {
	if a.used.Add(int64(n)) > a.limit {
		a.used.Add(-int64(n))
		return false
	}
	return true
}
