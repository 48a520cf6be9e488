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
//	arrive ──> preflight ──> route ──> admit: rate ──> open: coding of the body ──> handler

// arrive makes c the call of an exchange.
func (c *call) arrive(x *loop.Exchange) {
	a := &c.w.app.answers
	c.x, c.policy = x, &a.policy
	c.idLen = copy(c.id[:], c.w.ids.next()[:])
	c.client = netip.Addr{}
	if a.logged > 0 || c.w.counts != nil {
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
	c.write(&c.w.out)
	return true
}

// admit reports whether the request may have its handler. If not, it has been answered.
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
	return true
}

// open gives the request to its handler, with its body decoded if it came compressed.
func (c *call) open(h *handler) {
	if c.x.Incoming() {
		c.openEarly(h)
		return
	}
	if len(c.x.Body) == 0 {
		c.start(h)
		return
	}
	r := &c.x.Req
	at := r.Index("Content-Encoding", 0)
	if at < 0 {
		c.start(h)
		return
	}
	coding, err := compress.CodingOf(r.Fields[at].Value)
	if err == nil && r.Index("Content-Encoding", at+1) >= 0 {
		err = compress.ErrCoding
	}
	if err == nil && coding == compress.Identity {
		c.start(h)
		return
	}
	limit := c.limit()
	var body []byte
	if err == nil {
		body, err = c.w.decoder.Decode(nil, c.x.Body, coding, min(limit, inlineBytes))
	}
	if err == compress.ErrLarge && limit > inlineBytes {
		u := &unpacking{c: c, h: h, coding: coding, limit: limit, packed: c.x.Body}
		c.x.OnCancel = u
		c.x.Keep() // it is read until it is decoded, whatever becomes of the request
		go u.run()
		return
	}
	c.opened(h, body, err)
}

// openEarly is open for a request whose body has yet to come.
func (c *call) openEarly(h *handler) {
	coding, ok := c.x.Req.Lookup("Content-Encoding")
	switch {
	case ok && !equalFold(coding, "identity"):
		c.opened(h, nil, compress.ErrCoding) // it is not decoded as it comes
	case h.options.stream:
		c.start(h)
	default:
		c.openForm(h)
	}
}

// opened goes on with the decoded body, or says what is wrong with it.
func (c *call) opened(h *handler, body []byte, err error) {
	switch {
	case err == compress.ErrCoding:
		c.problemWith(415, "unknown_coding", "", acceptCodings, nil)
	case err == compress.ErrLarge:
		c.problem(413, "too_large", "")
	case err != nil:
		c.problem(400, "bad_request", "")
	case !c.w.app.answers.decoded.take(cap(body)):
		c.problem(503, "unavailable", "")
	default:
		c.unpacked = cap(body)
		c.x.Body = body
		// What the handler gets has no coding any more.
		r := &c.x.Req
		at := r.Index("Content-Encoding", 0)
		r.Fields = append(r.Fields[:at], r.Fields[at+1:]...)
		c.start(h)
		return
	}
	c.drop()
}

// unpacking decodes a body that is too large for the loop, and then goes on there.
type unpacking struct {
	c      *call
	h      *handler
	coding compress.Coding
	limit  int
	packed []byte

	body []byte
	err  error
	over bool // the request has been cancelled
}

func (u *unpacking) run() {
	l := u.c.w.loop
	defer func() {
		if v := recover(); v != nil { // a bug in a decoder: it costs this request
			u.err = compress.ErrData
			l.Post(u)
		}
	}()
	u.c.w.app.answers.unpackers.Use(func(d *compress.Decoder) { u.body, u.err = d.Decode(nil, u.packed, u.coding, u.limit) })
	l.Post(u) // a loop that has ended has no use for it
}

// CancelExchange implements loop.Canceller.
func (u *unpacking) CancelExchange(_ *loop.Exchange, why loop.Reason) {
	u.over = true
	if why == loop.TimedOut {
		u.c.tooLate()
	}
}

// RunOnLoop implements loop.Task.
func (u *unpacking) RunOnLoop(*loop.Loop) {
	c := u.c
	switch {
	case !u.over:
		c.x.OnCancel = nil
		c.opened(u.h, u.body, u.err)
		return
	case c.x != nil:
		c.problem(503, "cancelled", "") // to nobody
	}
	c.drop()
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
