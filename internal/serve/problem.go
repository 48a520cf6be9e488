package serve

import (
	"strconv"

	"etamil/http1"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/loop"
	"etamil/vm"
)

// statuses is what the code of an error means to the client; any other is 500.
var statuses = map[string]int{
	"bad_request":  400,
	"unauthorized": 401,
	"forbidden":    403,
	"not_found":    404,
	"timeout":      504,
	"conflict":     409,
	"gone":         410,
	"too_large":    413,
	"invalid":      422,
	"too_many":     429,
	"unavailable":  503,
	"cancelled":    503,
	host.ExitCode:  503,

	"db.timeout":     504,
	"db.unavailable": 503,
	"db.busy":        503,
	"db.closed":      503,

	"out_of_steps":  503,
	"out_of_memory": 503,
}

// statusOf is the status of an error's code.
func statusOf(code string) int {
	if s, ok := statuses[code]; ok {
		return s
	}
	return 500
}

// fail answers with an error that nothing in the handler has caught.
func (c *call) fail(e *vm.Error) {
	status := statusOf(e.Code)
	if status >= 500 {
		c.log(e, status)
	}
	if status >= 500 && c.w.app.o.Config.Development() {
		c.explain(status, e)
		return
	}
	code := e.Code
	message := e.Message
	if status >= 500 {
		message = "" // what went wrong inside is nobody's business outside
		if _, known := statuses[code]; !known {
			code = "internal"
		}
		c.problem(status, code, message)
		return
	}
	c.refusal(status, code, message, e.Fields)
}

// failWith is fail of what a native would have returned. An answer that is late has not
// failed.
func (c *call) failWith(err error) {
	if err == errLate {
		return
	}
	c.fail(vm.AsError(err))
}

// failureOf is what a failure result says: the status of its code, else 400.
func (c *call) failureOf(v *value.Value) (status int, code, message string, fields []vm.FieldError) {
	switch {
	case v.IsError(), v.IsRecord():
		code, message = textField(v, "code", "குறியீடு"), textField(v, "message", "செய்தி")
	case !v.IsNil():
		message = host.Copy(c.f, v)
	}
	var ok bool
	status, ok = statuses[code]
	switch {
	case !ok && v.IsError():
		status = 500
	case !ok:
		status = 400
	}
	for _, name := range []string{"details", "விவரம்"} {
		if d, ok := v.Field(name); ok && fields == nil {
			fields = vm.FieldErrors(d)
		}
	}
	return status, code, message, fields
}

// failure answers with a failure result.
func (c *call) failure(v *value.Value) {
	status, code, message, fields := c.failureOf(v)
	if status >= 500 {
		c.fail(vm.NewError(code, message))
		return
	}
	c.refusal(status, code, message, fields)
}

// textField is the first of the fields that is text.
func textField(v *value.Value, names ...string) string {
	for _, n := range names {
		if x, ok := v.Field(n); ok && x.IsText() {
			return x.Clone()
		}
	}
	return ""
}

// problem answers with an error: a status, its code, and a message for the client, or ""
// for the status's own words. The answer names the request, so that the log's line can
// be found.
func (c *call) problem(status int, code, message string) {
	w := c.w
	w.tmp = c.appendID(w.tmp[:0])
	w.problem(c.x, status, code, message, w.tmp, nil)
	c.finished()
}

// refusal is problem for a mistake of the client. If it is about fields, each is told in
// the client's language.
func (c *call) refusal(status int, code, message string, fields []vm.FieldError) {
	if len(fields) == 0 {
		c.problem(status, code, message)
		return
	}
	w := c.w
	wrong := &wrongFields{fields: fields, language: c.language()}
	w.tmp = c.appendID(w.tmp[:0])
	w.problem(c.x, status, code, wrong.of(message), w.tmp, wrong)
	c.finished()
}

// problem is call.problem for a request that has got no handler; id may be empty, and
// wrong nil.
func (w *worker) problem(x *loop.Exchange, status int, code, message string, id []byte, wrong *wrongFields) {
	b := appendProblem(w.body[:0], status, code, message)
	fields := w.fixed[:0]
	if wrong != nil {
		b = append(wrong.appendJSON(b[:len(b)-1]), '}')
		fields = wrong.appendHeaders(fields)
	}
	if status == 503 || status == 429 {
		fields = append(fields, "Retry-After: 1\r\n"...)
	}
	if len(id) > 0 {
		b = append(b[:len(b)-1], `,"id":"`...)
		b = append(append(b, id...), `"}`...)
		fields = append(append(append(fields, "X-Request-Id: "...), id...), "\r\n"...)
	}
	w.reply(x, status, typeProblem, fields, b)
}

// reply sends an answer that can't be refused.
func (w *worker) reply(x *loop.Exchange, status int, content string, fields, body []byte) {
	w.res = http1.Response{Status: status, ContentType: content, Fixed: fields}
	if err := x.Reply(&w.res, body); err != nil {
		panic(err) // we write no field that http1 refuses
	}
	w.fixed, w.body = kept(fields), kept(body)
}

// appendProblem appends the body of an error's answer (RFC 9457), with the member that
// programs have always found the words in: error.
func appendProblem(dst []byte, status int, code, message string) []byte {
	words := http1.ReasonOf(status)
	dst = append(dst, `{"error":`...)
	if message != "" {
		dst = value.AppendQuoted(dst, message)
	} else {
		dst = value.AppendQuoted(dst, words)
	}
	dst = append(dst, `,"status":`...)
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, `,"title":`...)
	dst = value.AppendQuoted(dst, words)
	if code != "" {
		dst = append(dst, `,"code":`...)
		dst = value.AppendQuoted(dst, code)
	}
	return append(dst, '}')
}

// refusal is how the loop's own answers look.
func refusal(status int, reason string) (body []byte, content string) {
	return appendProblem(nil, status, "", reason), typeProblem
}

// refuse answers a request that no handler gets.
func (w *worker) refuse(x *loop.Exchange, status int, message []byte) {
	w.problem(x, status, "", string(message), nil, nil)
}

// allow answers with the methods that the path may be asked with: 405, or 204 to OPTIONS.
func (w *worker) allow(x *loop.Exchange, status int, path string) {
	fields := append(w.fixed[:0], "Allow: "...)
	fields = append(w.app.table.AppendAllow(fields, path), "\r\n"...)
	if status == 204 {
		w.reply(x, status, "", fields, nil)
		return
	}
	w.reply(x, status, typeProblem, fields, appendProblem(w.body[:0], status, "", ""))
}

// isBuiltIn reports whether the server answers the path by itself. Middleware doesn't see
// such requests: what asks for the server's health should not need to log in.
func isBuiltIn(path string) bool { return path == "/health" || path == "/ready" }

// builtIn answers such a path, when the program has no route for it.
func (w *worker) builtIn(x *loop.Exchange, method, path string) {
	status := 200
	if path == "/ready" && w.loop.Server().Draining() {
		status = 503
	}
	switch {
	case method == "OPTIONS":
		w.reply(x, 204, "", append(w.fixed[:0], "Allow: GET, HEAD, OPTIONS\r\n"...), nil)
	case method != "GET" && method != "HEAD":
		w.reply(x, 405, typeProblem, append(w.fixed[:0], "Allow: GET, HEAD, OPTIONS\r\n"...), appendProblem(w.body[:0], 405, "", ""))
	case status == 503:
		w.reply(x, 503, typeJSON, nil, append(w.body[:0], `{"status":"draining"}`...))
	default:
		w.reply(x, 200, typeJSON, append(w.fixed[:0], "Cache-Control: no-store\r\n"...), append(w.body[:0], `{"status":"ok"}`...))
	}
}

// explain answers with everything that is known about an error: in development only.
func (c *call) explain(status int, e *vm.Error) {
	w := c.w
	b := appendProblem(w.body[:0], status, e.Code, e.Message)
	b = append(b[:len(b)-1], `,"at":`...)
	b = value.AppendQuoted(b, e.Error())
	b = append(b, `,"stack":[`...)
	for i, line := range e.Stack {
		if i > 0 {
			b = append(b, ',')
		}
		b = value.AppendQuoted(b, line)
	}
	b = append(b, `],"id":"`...)
	b = append(c.appendID(b), `"}`...)
	w.reply(c.x, status, typeProblem, w.fixed[:0], b)
	c.finished()
}
