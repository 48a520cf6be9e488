package serve

import (
	"unicode/utf8"

	"etamil/internal/diag"
	"etamil/internal/route"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Middleware. A route that has any starts at requestChain in the prelude, which calls the
// functions; so each can wait, be cut short, and catch what is thrown behind it, as in any
// program. What the prelude can't know are the natives here: members of the request whose
// names begin with '_'.

// chainName is the function of the prelude that a request with middleware starts at.
const chainName = "requestChain_1"

// link gives each handler its middleware: what was declared when the names are frozen,
// whatever the order of declaration. Requests that no route fits pass through the server's.
func (a *App) link() {
	for i := range a.handlers {
		h := &a.handlers[i]
		h.chain = h.group.chain()
	}
	a.unmatched.chain = a.root.chain()
	if i, ok := a.img.Program().ByName[chainName]; ok {
		a.chain = value.Func(i)
	}
}

// function is what a handler or middleware is: its name, and how many arguments it takes.
type function struct {
	name      string
	min, max  int
	anonymous bool
}

// functionOf is the function of the program that a value is.
func functionOf(f *vm.Fiber, fn *value.Value) (function, error) {
	if !fn.IsFunc() || fn.Kind() == value.KindBuiltin {
		return function{}, vm.Fail(diag.RunNotFunction, f.KindName(fn))
	}
	p := f.Machine().Image().Program().Funcs[fn.FuncIndex()]
	if p.Name == "" {
		return function{"செயல்", p.MinArgs, p.Params, true}, nil
	}
	return function{p.Name, p.MinArgs, p.Params, false}, nil
}

// chainMembers are what requestChain asks of a request.
var chainMembers = map[string]struct {
	args int
	run  func(*vm.Fiber, *call, []value.Value) (value.Value, error)
}{
	"_step":   {1, chainStep},
	"_takes":  {1, chainTakes},
	"_next":   {2, chainNext},
	"_answer": {2, chainAnswer},
}

// bindChain binds them.
func (b *Binding) bindChain(l *vm.Linker) {
	for name, m := range chainMembers {
		l.Method("request", name, m.args, m.args, vm.AtHome(b.member(func(_ *Binding, f *vm.Fiber, c *call, args []value.Value) (value.Value, error) {
			return m.run(f, c, args)
		})))
	}
}

// stepOf is the number of a step, which args[1] is; a program that calls these members
// itself may say anything.
func (c *call) stepOf(args []value.Value) (int, error) {
	i, err := host.Whole(&args[1], "எண்", "the step")
	if err == nil && (i < 0 || i > len(c.handler.chain)) {
		err = vm.Fail(diag.RunCancelled)
	}
	return i, err
}

// chainStep is the function to call next; behind the middleware of a request that no route
// fits it is the server's own answer.
func chainStep(f *vm.Fiber, c *call, args []value.Value) (value.Value, error) {
	i, err := c.stepOf(args)
	switch {
	case err != nil:
		return value.Nil, err
	case i < len(c.handler.chain):
		m := &c.handler.chain[i]
		if c.replay != nil {
			return c.replay.uses[m.number], nil
		}
		return m.fn, nil
	case c.match.Route < 0:
		return c.unmatched(f)
	}
	return c.function(), nil
}

// chainTakes is how many arguments that function is called with; -1 when there is none.
func chainTakes(_ *vm.Fiber, c *call, args []value.Value) (value.Value, error) {
	i, err := c.stepOf(args)
	n := 0
	switch {
	case err != nil:
		return value.Nil, err
	case i < len(c.handler.chain):
		n = 2
	case c.match.Route < 0:
		n = -1
	case c.handler.request:
		n = 1
	}
	return value.Int(n), nil
}

// chainNext is told that a middleware has called next. It does so once, and with the
// request or nothing: what stands behind it runs once.
func chainNext(f *vm.Fiber, c *call, args []value.Value) (value.Value, error) {
	i, err := c.stepOf(args)
	if err != nil {
		return value.Nil, err
	}
	if x := &args[2]; !x.IsNil() && f.HandleOf(*x, c.w.app.b.request) == nil {
		return value.Nil, host.Need(f, "next க்குக் கோரிக்கை", "the request for next", x)
	}
	if c.reached != i {
		name := c.nameOf(i)
		return value.Nil, host.Raise("middleware", "'"+name+"' next ஐ இரண்டாம் முறை அழைத்தது", "'"+name+"' has called next a second time")
	}
	c.reached = i + 1
	c.unsay()
	return value.Nil, nil
}

// nameOf is what messages call the middleware at a step.
func (c *call) nameOf(i int) string {
	if i < len(c.handler.chain) {
		return c.handler.chain[i].name
	}
	return "" // nobody has called next there
}

// chainAnswer makes a response of what a handler or middleware has returned, so that who
// gets it from next can read and change its status, headers and body. The body stays a
// value; it is written when the outermost middleware has returned.
func chainAnswer(f *vm.Fiber, c *call, args []value.Value) (value.Value, error) {
	i, err := c.stepOf(args)
	if err != nil {
		return value.Nil, err
	}
	v := &args[2]
	for v.IsOk() {
		v = v.Inner()
	}
	said := c.said.status != 0
	switch {
	case v.IsNil() && said:
		return c.saidResponse(f)
	case v.IsNil() && i < len(c.handler.chain):
		name := c.nameOf(i)
		return value.Nil, host.Raise("middleware",
			"'"+name+"' எதையும் திருப்பித் தரவில்லை; `திரும்பு next(request);` என முடிக்கவும்",
			"'"+name+"' has returned nothing; end it with `return next(request);`")
	case v.IsNil() && c.handler.block:
		return newResponse(f, 200, f.Heap().NewText(executed), typeText), nil
	case v.IsNil():
		return newResponse(f, 204, value.Nil, ""), nil
	}
	if said {
		c.unsay()
	}
	switch {
	case isResponse(v):
		return whole(f, v), nil
	case v.IsFail():
		return c.failed(f, v.Inner())
	case v.IsError():
		return c.failed(f, v)
	case v.IsFunc(): // in a response it would be a stream
		return value.Nil, noAnswer(f, v)
	}
	return newResponse(f, 200, host.Keep(v), ""), nil
}

// newResponse is a response without headers, but for Content-Type if it is given.
func newResponse(f *vm.Fiber, status int, body value.Value, content string) value.Value {
	h := f.Heap()
	headers := h.NewRecordSize(1)
	if content != "" {
		h.SetField(&headers, h.NewText("Content-Type"), h.NewText(content), true)
	}
	return h.NewRecord(responseClass(), []value.Value{value.Int(status), body, headers})
}

// whole is a response that has headers, if only none.
func whole(f *vm.Fiber, v *value.Value) value.Value {
	r := v.Record()
	if !r.Slot(responseHeaders).IsNil() {
		return host.Keep(v)
	}
	return f.Heap().NewRecord(responseClass(), []value.Value{host.Keep(r.Slot(responseStatus)), host.Keep(r.Slot(responseBody)), f.Heap().NewRecordSize(0)})
}

// saidResponse is what `பதில்` has said.
func (c *call) saidResponse(f *vm.Fiber) (value.Value, error) {
	h := f.Heap()
	headers, err := saidHeaders(f, c)
	if err != nil {
		return value.Nil, err
	}
	if headers.IsNil() {
		headers = h.NewRecordSize(1)
	}
	body := f.Held(heldSaid)
	if !c.said.asValue {
		body = bodyValue(f, c.said.body)
	}
	if c.said.content == "" && (body.IsText() || body.Kind() == value.KindBytes) {
		// Of itself text would be sent as text, but `பதில்` says that it is JSON.
		h.SetField(&headers, h.NewText("Content-Type"), h.NewText(typeJSON), true)
	}
	r := h.NewRecord(responseClass(), []value.Value{value.Int(c.said.status), body, headers})
	c.unsay()
	return r, nil
}

// unsay forgets what `பதில்` has said.
func (c *call) unsay() { c.said = said{fields: c.said.fields[:0]} }

// bodyValue is a body that was written already as a value: text where it can be.
func bodyValue(f *vm.Fiber, b []byte) value.Value {
	if utf8.Valid(b) {
		return f.Heap().NewTextBytes(b)
	}
	return f.Heap().NewBytes(b)
}

// failed is the response to a failure that a handler has returned. One that is the
// server's fault is thrown, as it would have been logged.
func (c *call) failed(f *vm.Fiber, v *value.Value) (value.Value, error) {
	status, code, message, fields := c.failureOf(v)
	if status >= 500 {
		return value.Nil, vm.NewError(code, message)
	}
	return c.problemResponse(f, status, code, message, nil, fields)
}

// problemResponse is the response that has an error's answer as its body; lines are more
// header lines.
func (c *call) problemResponse(f *vm.Fiber, status int, code, message string, lines []byte, wrong []vm.FieldError) (value.Value, error) {
	problem, lines := c.describe(nil, lines, status, code, message, wrong)
	h := f.Heap()
	body, err := h.ReadJSONBytes(problem, jsonDepth)
	if err != nil {
		return value.Nil, vm.Fail(diag.RunOutOfMemory) // we wrote it: only its size can be wrong
	}
	headers := h.NewRecordSize(2)
	setLines(f, &headers, lines)
	h.SetField(&headers, h.NewText("Content-Type"), h.NewText(typeProblem), true)
	return h.NewRecord(responseClass(), []value.Value{value.Int(status), body, headers}), nil
}

// unmatched is the server's answer to a request that no route fits.
func (c *call) unmatched(f *vm.Fiber) (value.Value, error) {
	if c.outcome == route.NotFound {
		return c.problemResponse(f, 404, "not_found", "", nil, nil)
	}
	allow := append(c.w.app.table.AppendAllow([]byte("Allow: "), c.path), "\r\n"...)
	if c.outcome == route.NotAllowed {
		return c.problemResponse(f, 405, "", "", allow, nil)
	}
	h := f.Heap()
	headers := h.NewRecordSize(1)
	setLines(f, &headers, allow)
	return h.NewRecord(responseClass(), []value.Value{value.Int(204), value.Nil, headers}), nil
}
