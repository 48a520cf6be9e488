package serve

import (
	"context"
	"errors"
	"io"
	"sync"

	"etamil/http1"
	"etamil/internal/multipart"
	"etamil/internal/route"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/loop"
	"etamil/vm"
)

// This file is bodies that are taken as they come (loop.Exchange.Take). A route says so with
// its option `stream`; then its handler starts with the head, and what it asks of the body
// waits for it:
//
//	request.stream()        pieces, one after the other
//	request.files, .fields  a form, whose files go to disk: see collect.go; their pieces: upload.go
//	request.body, .json()   the whole body
//
// Other routes are given their bodies whole, but for forms that would be too much for memory
// (inMemory): they are collected before the handler starts.

// inMemory is the largest body limit under which forms are kept in memory whole, in bytes.
const inMemory = 1 << 20

// taken is who has the body of a request.
type taken uint8

const (
	untaken taken = iota
	asPieces
	asForm
	asWhole
)

// bodiesOf is asked about the body of a request: its limits, and whether it is taken as it
// comes.
func (a *App) bodiesOf(r *http1.Request) (lim *http1.Limits, early bool) {
	a = a.current.Load()
	large := false // a form that may be large
	if a.largestForm > inMemory {
		t, ok := r.Lookup("Content-Type")
		large = ok && isMultipart(t)
	}
	if !a.ownLimits && !large {
		return nil, false
	}
	limit := a.answers.bodyLimit
	var t target
	if t.walk(a, r) && t.outcome == route.Found {
		o := &a.handlers[t.match.Route].options
		if lim, early = o.limits, o.stream; lim != nil {
			limit = lim.BodyBytes
		}
	}
	return lim, early || large && limit > inMemory
}

// multipartForm is the type of a form with files.
const multipartForm = "multipart/form-data"

func isMultipart(contentType []byte) bool {
	return len(contentType) >= len(multipartForm) && equalFold(contentType[:len(multipartForm)], multipartForm)
}

// equalFold compares ASCII without regard to case; b is in lower case.
func equalFold(a []byte, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		c := a[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != b[i] {
			return false
		}
	}
	return true
}

// limit is the body limit of the call's route.
func (c *call) limit() int {
	if own := c.handler.options.limits; own != nil {
		return own.BodyBytes
	}
	return c.w.app.answers.bodyLimit
}

// bodyRead is the error of asking for a body in a second way.
func bodyRead() error {
	return host.Raise("body_read", "இந்த உடல் ஏற்கெனவே வேறு விதமாகப் படிக்கப்பட்டது", "this body has been read in another way already")
}

// bodyError says why there is no body.
func bodyError(err error) error {
	var e *http1.Error
	if !errors.As(err, &e) {
		return gone()
	}
	switch e.Status {
	case 408:
		return host.Raise("request_timeout", "உடல் மிக மெதுவாக வந்தது", "the body came too slowly")
	case 413:
		return tooLarge()
	case 503:
		return host.Raise("unavailable", "இந்த உடலுக்கு இப்போது இடமில்லை", "there is no room for this body now")
	}
	return host.Raise("bad_request", "உடல் சிதைந்துள்ளது", "the body is malformed: "+e.Reason)
}

func tooLarge() error {
	return host.Raise("too_large", "உடல் மிகப் பெரியது", "the body is too large")
}

// formError says why there is no form.
func formError(err error) error {
	var e *multipart.Error
	var h *http1.Error
	switch {
	case errors.As(err, &e) && e.Large:
		return host.Raise("too_large", e.Tamil, e.English)
	case errors.As(err, &e):
		return host.Raise("bad_request", e.Tamil, e.English)
	case errors.As(err, &h):
		return bodyError(err)
	case err == multipart.ErrFull:
		return host.Raise("storage_full", "கோப்புகளுக்கு வட்டில் இடமில்லை", "there is no room for files on disk")
	}
	return host.Raise("storage", "கோப்பைத் தற்காலிகமாக வைக்க முடியவில்லை", "a file could not be put aside: "+err.Error())
}

// waitsForBody is a vm.Starter: the fiber waits for something of its request's body.
type waitsForBody struct {
	c      *call
	start  func() // on the loop: what is waited for begins
	finish func(f *vm.Fiber) (value.Value, error)
	once   sync.Once
	drop   func() bool
}

// Start implements vm.Starter; the fiber is at home.
func (t *waitsForBody) Start(ctx context.Context, wake func()) {
	once := func() { t.once.Do(wake) }
	t.c.bodyWait = once
	t.drop = context.AfterFunc(ctx, once)
	if t.start != nil {
		t.start()
	}
}

// Do implements vm.Task; the scheduler calls Start.
func (t *waitsForBody) Do(context.Context) {}

// Finish implements vm.Task.
func (t *waitsForBody) Finish(f *vm.Fiber) (value.Value, error) {
	t.drop()
	t.c.bodyWait = nil
	if t.c.x == nil || t.c.x.Cancelled() != 0 {
		return value.Nil, gone()
	}
	return t.finish(f)
}

// BodyCame implements loop.Taker.
func (c *call) BodyCame(*loop.Exchange) { wakeOf(&c.bodyWait) }

// piecewise is what a handle of pieces names: a body that comes, or a file that has come.
type piecewise interface {
	// next gives the next piece, as bytes, or end behind the last. It may wait.
	next(f *vm.Fiber, end value.Value) (value.Value, error)
}

// pieces is what request.stream() gives.
type pieces struct{ c *call }

// requestStream is request.stream().
func requestStream(b *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
	switch {
	case c.f != f:
		return value.Nil, anothers()
	case c.taken != untaken && c.taken != asPieces:
		return value.Nil, bodyRead()
	}
	c.taken = asPieces
	c.x.OnBody = c
	return f.NewHandle(b.pieces, &pieces{c}), nil
}

// receivePiece makes the native that gives the next piece, or end behind the last.
func (b *Binding) receivePiece(end value.Value) vm.Native {
	return func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		p, ok := f.HandleOf(args[0], b.pieces).(piecewise)
		if !ok {
			return value.Nil, gone()
		}
		return p.next(f, end)
	}
}

// next implements piecewise.
func (p *pieces) next(f *vm.Fiber, end value.Value) (value.Value, error) {
	switch {
	case p.c.x == nil:
		return value.Nil, gone()
	case p.c.f != f:
		return value.Nil, anothers()
	}
	v, ok, err := p.c.piece(f, end)
	if ok || err != nil {
		return v, err
	}
	return f.Wait(&waitsForBody{c: p.c, finish: func(f *vm.Fiber) (value.Value, error) {
		v, ok, err := p.c.piece(f, end)
		if !ok && err == nil {
			err = gone() // woken by something else than the body
		}
		return v, err
	}})
}

// piece is the next piece, or end; ok is false where none has come.
func (c *call) piece(f *vm.Fiber, end value.Value) (v value.Value, ok bool, err error) {
	if !c.x.Incoming() {
		if b := c.x.Body; !c.bodyOver && len(b) > 0 {
			c.bodyOver = true
			return f.Heap().NewBytes(b), true, nil
		}
		return end, true, nil
	}
	if c.bodyOver {
		return end, true, nil
	}
	p, err := c.x.Take()
	switch {
	case err == io.EOF:
		c.bodyOver = true
		return end, true, nil
	case err != nil:
		return value.Nil, false, bodyError(err)
	case len(p) == 0:
		return value.Nil, false, nil
	}
	return f.Heap().NewBytes(p), true, nil
}

// whole makes a native's answer of the whole body, when it is there.
func (c *call) whole(f *vm.Fiber, then func(f *vm.Fiber) (value.Value, error)) (value.Value, error) {
	switch {
	case c.taken == asForm && c.x.Incoming(), c.taken == asPieces, c.collects():
		return value.Nil, bodyRead()
	case !c.x.Incoming() || c.taken == asWhole && c.bodyOver:
		return then(f)
	case c.f != f:
		return value.Nil, anothers()
	}
	c.taken = asWhole
	if c.gathering == nil {
		c.gathering = &gathering{c: c}
	}
	g := c.gathering
	c.x.OnBody = g
	return f.Wait(&waitsForBody{c: c, start: g.more, finish: func(f *vm.Fiber) (value.Value, error) {
		switch {
		case g.err != nil && g.err != io.EOF:
			return value.Nil, bodyError(g.err)
		case g.err == nil:
			return value.Nil, gone()
		}
		c.bodyOver, c.x.Body = true, g.body
		return then(f)
	}})
}

// gathering makes one body of what comes. It goes on when its fiber is not waiting any more,
// so that asking again finds it.
type gathering struct {
	c    *call
	body []byte
	err  error // io.EOF: it is whole
}

// more takes what has come.
func (g *gathering) more() {
	c := g.c
	most := min(c.limit(), c.w.app.answers.bodyLimit)
	for g.err == nil && c.x != nil {
		p, err := c.x.Take()
		if err == nil && len(p) == 0 {
			return
		}
		g.err = err
		switch grown := 2*cap(g.body) + len(p); {
		case err != nil:
		case len(g.body)+len(p) > most:
			g.err = http1.ErrBodyTooLarge
		case len(g.body)+len(p) <= cap(g.body):
			g.body = append(g.body, p...)
		case !c.w.app.answers.decoded.take(grown - cap(g.body)):
			g.err = &http1.Error{Status: 503}
		default:
			c.unpacked += grown - cap(g.body)
			g.body = append(append(make([]byte, 0, grown), g.body...), p...)
		}
	}
	wakeOf(&c.bodyWait)
}

// BodyCame implements loop.Taker.
func (g *gathering) BodyCame(*loop.Exchange) { g.more() }
