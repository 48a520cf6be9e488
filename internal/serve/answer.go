package serve

import (
	"etamil/internal/builtin"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
	"sync"
)

// The types of what we send.
const (
	typeJSON    = "application/json"
	typeText    = "text/plain; charset=utf-8"
	typeBytes   = "application/octet-stream"
	typeProblem = "application/problem+json"
)

// executed is the answer of a வழி block that says none.
const executed = "Handler executed successfully"

// responseClass is the class of what response(…) makes: a record of its own shape, so
// that it is a value like any other and no record is taken for one by accident.
var responseClass = sync.OnceValue(func() *value.Class {
	return value.NewShapeClass(&value.Shape{Name: "response", ID: -1, Also: builtin.ResponseFields()}, "status", "body", "headers")
})

// The slots of a response.
const (
	responseStatus = iota
	responseBody
	responseHeaders
)

// isResponse reports whether v was made by response(…).
func isResponse(v *value.Value) bool {
	return v.Kind() == value.KindRecord && v.Record().Class() == responseClass()
}

// answer sends what a handler has returned (backend.md 3).
func (c *call) answer(v value.Value) {
	w := c.w
	switch {
	case v.IsNil():
		switch {
		case c.said.status != 0:
			content := c.said.content
			if content == "" {
				content = typeJSON
			}
			c.send(c.said.status, content, c.said.fields, c.said.body, c.said.frozen)
		case c.handler.block:
			c.send(200, typeText, nil, append(w.body[:0], executed...), false)
		default:
			c.send(204, "", nil, nil, false)
		}
	case isResponse(&v):
		c.respond(&v)
	case v.IsOk():
		c.answer(*v.Inner())
	case v.IsFail():
		c.failure(v.Inner())
	case v.IsError():
		c.failure(&v)
	default:
		content, body, frozen, err := c.render(&v)
		if err != nil {
			c.failWith(err)
			return
		}
		c.send(200, content, nil, body, frozen)
	}
}

// respond sends what response(…) made.
func (c *call) respond(v *value.Value) {
	w := c.w
	r := v.Record()
	status, ok := statusCode(r.Slot(responseStatus)) // the program may have set the field
	if !ok {
		c.failWith(badStatus(c.f, r.Slot(responseStatus)))
		return
	}
	fields, content, err := w.appendHeaders(w.fixed[:0], c.f, r.Slot(responseHeaders))
	w.fixed = kept(fields)
	if err != nil {
		c.failWith(err)
		return
	}
	var body []byte
	frozen := false
	if b := r.Slot(responseBody); b.Kind() == value.KindHandle && c.isFile(b) {
		c.sendFile(status, content, fields, b)
		return
	} else if b.IsFunc() && b.Kind() != value.KindBuiltin {
		if c.handler.isSocket {
			c.upgrade(host.Keep(b))
		} else {
			c.stream(status, content, fields, host.Keep(b))
		}
		return
	} else if !b.IsNil() {
		kind := ""
		if kind, body, frozen, err = c.render(b); err != nil {
			c.failWith(err)
			return
		}
		if content == "" {
			content = kind
		}
	}
	c.send(status, content, fields, body, frozen)
}

// statusCode is v as the status of an answer.
func statusCode(v *value.Value) (status int, ok bool) {
	if !v.IsNumber() {
		return 0, false
	}
	n, ok := v.Decimal().Int64()
	return int(n), ok && n >= 200 && n <= 599
}

func badStatus(f *vm.Fiber, v *value.Value) error {
	if v.IsNumber() {
		s := host.Copy(f, v)
		return host.Raise("status", s+" ஒரு HTTP நிலை அல்ல; 200 முதல் 599 வரை", s+" is no HTTP status: 200 to 599")
	}
	return host.Need(f, "நிலையாக ஓர் எண்", "a number as the status", v)
}
