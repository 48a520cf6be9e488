package serve

import (
	"net/netip"
	"strings"
	"time"
	"unsafe"

	"etamil/http1"
	"etamil/internal/diag"
	"etamil/internal/limit"
	"etamil/internal/route"
	"etamil/internal/value"
	"etamil/loop"
	"etamil/vm"
)

// call is one request in work, and the fiber that answers it.
type call struct {
	job
	x       *loop.Exchange // nil once it is finished
	handler *handler
	target
	reached  int      // how many of the handler's middleware have called next
	names    []string // what request.set has kept: see store.go
	id       [idMost]byte
	idLen    int
	policy   *policy
	client   netip.Addr // who asks, once that is known
	limited  bool       // verdict is what policy.limit says
	verdict  limit.Verdict
	began    time.Time // for the access log and metrics
	unpacked int       // bytes of the body, taken from answers.decoded
	replay   *replay   // nil unless the top level runs for each request

	request    value.Value // the handle, once it was asked for
	values     [valuesKinds]values
	said       said
	text       []byte      // what said.body is written into
	content    []byte      // what said.content is a view of, where a program has said it
	taken      taken       // who has the body
	bodyOver   bool        // and that it has ended
	bodyWait   func()      // wakes the fiber that waits for it
	gathering  *gathering  // the whole of it
	collecting *collecting // its form
	uploads    []*upload   // the files of that, once it is there; not nil then
	formErr    error       // why it never will be
	sending    sender      // the answer, while it is being sent
	session    *session    // nil: nobody has asked for it
	keepUnder  string      // the key under which the answer is kept, if it may be
	overdue    *overdue    // nil: its time isn't over

	free *call
}

// said is what `பதில்` said last.
type said struct {
	status  int // 0: nothing yet
	body    []byte
	frozen  bool   // body is a frozen value's
	fields  []byte // whole lines
	content string // Content-Type, "" for the default
	asValue bool   // the body is no bytes yet, but the value that the fiber holds: middleware will see it
}

// view is b as a string without copying.
func view(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// Serve implements loop.Handler.
func (a *App) Serve(l *loop.Loop, x *loop.Exchange) {
	w := l.Data.(*worker)
	a = w.app // that of this generation
	r := &x.Req
	c := w.take()
	c.arrive(x)
	if (r.Method == http1.MethodOther || r.Method == http1.MethodConnect) && !a.table.Knows(methodOf(r)) {
		c.problem(501, "", "")
		c.drop()
		return
	}
	if r.Form == http1.FormAsterisk {
		c.allow(204, "*")
		c.drop()
		return
	}
	if !c.find(w, r) {
		c.problem(400, "", "")
		c.drop()
		return
	}
	if a.answers.preflights && c.preflight() {
		c.drop()
		return
	}
	switch {
	case isBuiltIn(c.path) && !c.exact(a, r):
		if c.builtIn(methodOf(r), c.path) {
			c.drop()
		}
	case c.outcome == route.Found:
		if h := &a.handlers[c.match.Route]; !c.admit(h) {
			c.drop()
		} else if c.limited && a.o.Shared {
			c.askRate(h)
		} else {
			c.look(h)
		}
	case a.unmatched.chain != nil:
		c.match.Route = -1
		if c.admit(&a.unmatched) {
			c.open(&a.unmatched)
		} else {
			c.drop()
		}
	default:
		c.match.Route = -1
		switch {
		case !c.admit(&a.unmatched):
		case c.outcome == route.NotAllowed:
			c.allow(405, c.path)
		case c.outcome == route.Options:
			c.allow(204, c.path)
		default:
			c.problem(404, "not_found", "")
		}
		c.drop()
	}
}

// start starts the handler, or the middleware before it, and gives it its first turn.
func (c *call) start(h *handler) {
	c.reached = 0
	f := c.w.m.NewFiber()
	c.f, f.Data = f, c
	switch {
	case h.whole:
		f.StartWhole()
		c.first()
	case c.w.app.o.Config.EachRequest():
		c.replay = newReplay(c.match.Route, -1)
		f.StartWhole()
		c.first()
	default:
		c.handle()
	}
}

// handle starts the handler on the call's fiber.
func (c *call) handle() {
	started, f := true, c.f
	switch h := c.handler; {
	case h.chain != nil:
		started = f.Start(c.w.app.chain, c.requestHandle(f))
	case h.request:
		started = f.Start(c.function(), c.requestHandle(f))
	default:
		started = f.Start(c.function())
	}
	if !started {
		c.ended(vm.Failed)
		return
	}
	c.first()
}

// function is the handler's.
func (c *call) function() value.Value {
	if c.replay != nil {
		return c.replay.fn
	}
	return c.handler.fn
}

// suspended implements owner.
func (c *call) suspended() {
	if c.x == nil {
		return
	}
	if c.x.OnCancel != nil {
		return // not the first time
	}
	c.x.OnCancel = c
	if t := c.handler.options.timeout; t > 0 {
		c.x.SetTimeout(t)
	}
}

// left is how long the handler may still take.
func (c *call) left() time.Duration {
	whole := c.w.app.o.Config.HandlerTimeout
	if t := c.handler.options.timeout; t > 0 {
		whole = t
	}
	if !c.listed {
		return whole // it runs in its first turn: hardly any time has passed
	}
	return min(whole, c.x.Left())
}

// ended implements owner.
func (c *call) ended(status vm.Status) {
	if c.replay != nil && !c.replay.over && status == vm.Done && c.x != nil {
		if err := c.replay.end(c.w.app); err != nil {
			c.failWith(err)
		} else {
			c.ending = false
			c.handle()
			return
		}
	}
	if c.session != nil && c.sending == nil && c.x != nil && status == vm.Done {
		if c.saveSession() {
			return
		}
		if err := c.session.failed; err != nil {
			c.failWith(sessionError(err))
			c.f.Release()
			c.drop()
			return
		}
	}
	if s := c.sending; s != nil {
		s.end(status)
		c.f.Release()
		c.drop()
		return
	}
	switch {
	case c.overdue != nil:
		// Answered by CancelExchange; where it stood is known only now.
		e := c.f.Err()
		if status != vm.Failed {
			e = vm.AsError(vm.Fail(diag.RunTimeout))
		}
		c.log(e, 504)
	case c.x == nil && status == vm.Failed:
		c.log(c.f.Err(), 0)
	case c.x == nil:
	case status == vm.Failed:
		c.fail(c.f.Err())
	default:
		c.answer(c.f.Result())
	}
	if c.late != nil && !c.late.done {
		c.begin(c.late)
		return
	}
	c.late = nil
	if s := c.sending; s != nil {
		c.ending = false
		s.begin()
		return
	}
	c.f.Release()
	c.drop()
}

// broken implements owner.
func (c *call) broken(p *vm.Panic) {
	c.w.calls--
	if c.w.counts != nil && c.x != nil && c.sending == nil {
		c.counted(500)
	}
	c.w.app.logCrash("request_failed", p, c.about(500))
	switch s := c.sending.(type) {
	case *streaming:
		c.w.unlink(s)
	case *socket:
		s.unlink()
	}
	if c.x != nil {
		if c.sending != nil {
			c.x.Abort()
		} else {
			c.x.Refuse(500, "internal error")
		}
		c.finished()
	}
}

// CancelExchange implements loop.Canceller.
func (c *call) CancelExchange(x *loop.Exchange, why loop.Reason) {
	if why == loop.TimedOut {
		// The answer must be given now; the fiber ends on its own.
		c.overdue = &overdue{string(x.Req.MethodText), strings.Clone(c.path)}
		c.problem(504, "timeout", "")
		c.end(diag.RunTimeout)
		return
	}
	c.end(diag.RunCancelled)
}

// overdue is what the log tells of a request whose time was over before its handler ended:
// what names it in the exchange is gone by then.
type overdue struct{ method, path string }

// tooLate answers a request whose time is over while no handler runs.
func (c *call) tooLate() {
	c.log(vm.AsError(vm.Fail(diag.RunTimeout)), 504)
	c.problem(504, "timeout", "")
}

// finished is called when the exchange has been finished.
func (c *call) finished() {
	c.x = nil
	if c.collecting != nil {
		c.collecting.over = true // the exchange is another request's soon
	}
}

// drop gives the call back.
func (c *call) drop() {
	c.x, c.f, c.handler, c.path = nil, nil, nil, ""
	if c.taken != untaken || c.collecting != nil {
		c.dropBody()
	}
	c.replay, c.limited, c.sending, c.keepUnder, c.session, c.overdue = nil, false, nil, "", nil, nil
	if !c.request.IsNil() { // values and names are reached through it
		c.request = value.Nil
		clear(c.names)
		c.names = c.names[:0]
		for i := range c.values {
			c.values[i].handle = value.Nil
		}
	}
	c.forget()
	c.decoded, c.content, c.text = kept(c.decoded), kept(c.content), kept(c.text)
	c.said = said{fields: kept(c.said.fields)}
	c.w.calls--
	c.free = c.w.free
	c.w.free = c
}

// requestHandle is the value that names the request in the program.
func (c *call) requestHandle(f *vm.Fiber) value.Value {
	if c.request.IsNil() {
		c.request = f.NewHandle(c.w.app.b.request, c)
	}
	return c.request
}

// RequestID is the request's name in the logs and in answers.
func (c *call) RequestID() string { return string(c.id[:c.idLen]) }
