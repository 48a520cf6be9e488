package serve

import (
	"strconv"
	"time"

	"etamil/http1"
	"etamil/internal/std/db"
	"etamil/internal/std/host"
	"etamil/internal/std/logs"
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

	"request_timeout": 408,
	"storage_full":    507,

	"timeout":     504,
	"conflict":    409,
	"gone":        410,
	"too_large":   413,
	"invalid":     422,
	"too_many":    429,
	"unavailable": 503,
	"cancelled":   503,
	host.ExitCode: 503,

	"db.timeout":     504,
	"db.unavailable": 503,
	"db.busy":        503,
	"db.closed":      503,

	"cache.timeout":     504,
	"cache.unavailable": 503,

	"db.serialization": 503, // asking again may succeed

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
	if plain, ok := db.Discreet(code, message); ok && status < 500 && !c.w.app.o.Config.Development() {
		c.log(e, status)
		message = plain
	}
	c.problemWith(status, code, message, nil, e.Fields)
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
	if plain, ok := db.Discreet(code, message); ok && status < 500 && !c.w.app.o.Config.Development() {
		c.log(vm.NewError("db.error", message), status)
		message = plain
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
	c.problemWith(status, code, message, nil, fields)
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
	c.problemWith(status, code, message, nil, nil)
}

// problemWith is problem with more lines, and with what is wrong with fields of the body.
func (c *call) problemWith(status int, code, message string, lines []byte, wrong []vm.FieldError) {
	w := c.w
	b, fields := c.describe(w.body[:0], append(w.fixed[:0], lines...), status, code, message, wrong)
	c.reply(status, typeProblem, c.appendRetry(fields, status), b)
}

// appendRetry appends when to come again, where an answer says that it is too much now.
func (c *call) appendRetry(fields []byte, status int) []byte {
	if (status == 503 || status == 429) && (!c.limited || c.verdict.Allowed) { // else the limit's lines say when
		fields = append(fields, "Retry-After: 1\r\n"...)
	}
	return fields
}

// describe appends the body and the lines of an error's answer. A client that says which
// language it likes gets that one; who doesn't gets messages about fields in Tamil, and
// others as they are.
func (c *call) describe(dst, lines []byte, status int, code, message string, wrong []vm.FieldError) (body, fields []byte) {
	p := problem{status: status, code: code, message: message, instance: c.instance(), id: c.id[:c.idLen]}
	if p.asked = c.asksLanguage(); len(wrong) > 0 || p.asked {
		p.language = c.language()
		p.message = inLanguage(message, p.language)
		lines = appendLanguage(lines, p.language)
	}
	dst = p.append(dst)
	if len(wrong) > 0 {
		dst = append(appendFieldErrors(dst[:len(dst)-1], wrong, p.language), '}')
	}
	return dst, lines
}

// problem is what is told about an error (RFC 9457).
type problem struct {
	status   int
	code     string // "" for none
	message  string // "" for the status's own words
	instance []byte // which request; nil where it is not known
	id       []byte // its name in the log

	asked    bool // the client has said which language it likes
	language int
}

// append appends it, with the member in which programs have always found the words:
// error.
func (p *problem) append(dst []byte) []byte {
	words, message := http1.ReasonOf(p.status), p.message
	if p.asked {
		words = titleOf(p.status, p.language)
	}
	dst = append(dst, `{"error":`...)
	if message != "" {
		dst = value.AppendQuoted(dst, message)
	} else {
		dst = value.AppendQuoted(dst, words)
	}
	dst = append(dst, `,"type":"about:blank","status":`...)
	dst = strconv.AppendInt(dst, int64(p.status), 10)
	dst = append(dst, `,"title":`...)
	dst = value.AppendQuoted(dst, words)
	if message != "" {
		dst = append(dst, `,"detail":`...)
		dst = value.AppendQuoted(dst, message)
	}
	if len(p.instance) > 0 {
		dst = append(dst, `,"instance":`...)
		dst = value.AppendQuoted(dst, view(p.instance))
	}
	if p.code != "" {
		dst = append(dst, `,"code":`...)
		dst = value.AppendQuoted(dst, p.code)
	}
	if len(p.id) > 0 {
		dst = append(append(append(dst, `,"id":"`...), p.id...), '"')
	}
	return append(dst, '}')
}

// maxInstance is the longest path that a problem repeats, in bytes.
const maxInstance = 512

// instance is the path that was asked for, as it came: without the query, which may hold
// secrets.
func (c *call) instance() []byte {
	if p := c.x.Req.Path; len(p) <= maxInstance {
		return p
	}
	return nil
}

// refusal is how the loop's own answers look, which no call has been made for.
func (a *App) refusal(x *loop.Exchange, status int, reason string) (body []byte, content string, lines []byte) {
	w := x.Loop().Data.(*worker)
	a = w.app // that of this generation
	if w.counts != nil {
		*count(&w.counts.refused, status)++
	}
	id := w.ids.next()[:]
	p := problem{status: status, message: reason, id: id}
	switch status { // as in a handler's words for the same
	case 400:
		p.code = "bad_request"
	case 413:
		p.code = "too_large"
	}
	body = p.append(nil)
	w.head = a.answers.security.append(w.head[:0], 0)
	if a.answers.ids {
		w.head = append(append(append(w.head, "X-Request-Id: "...), id...), "\r\n"...)
	}
	if n := a.answers.logged; n > 0 && status >= n && a.o.Log != nil {
		a.o.Log.Write(time.Now(), host.Info, "request", func(l *logs.Line) {
			l.Text("id", view(id))
			if addr := x.Remote().Addr(); addr.IsValid() {
				l.Text("ip", addr.Unmap().String())
			}
			l.Int("status", int64(status))
			l.Int("bytes", int64(len(body)))
			l.Text("refused", reason)
		})
	}
	return body, typeProblem, w.head
}

// allow answers with the methods that the path may be asked with: 405, or 204 to OPTIONS.
func (c *call) allow(status int, path string) {
	w := c.w
	w.lines = append(w.app.table.AppendAllow(append(w.lines[:0], "Allow: "...), path), "\r\n"...)
	c.allowing(status, w.lines)
}

func (c *call) allowing(status int, fields []byte) {
	if status == 204 {
		c.reply(204, "", fields, nil)
		return
	}
	c.problemWith(status, "", "", fields, nil)
}

// allowRead is what paths of our own may be asked with.
var allowRead = []byte("Allow: GET, HEAD, OPTIONS\r\n")

// isBuiltIn reports whether the server answers the path by itself. Middleware doesn't see
// such requests: what asks for the server's health should not need to log in.
func isBuiltIn(path string) bool { return path == "/health" || path == "/ready" }

// always reports whether a request is answered however many wait: who asks whether the server is alive must not
// take a busy one for dead. A route of the program's own may wait like any other.
func (a *App) always(r *http1.Request) bool {
	if string(r.Path) != "/health" {
		return false
	}
	a = a.current.Load()
	var t target
	return t.walk(a, r) && !t.exact(a, r)
}

// builtIn answers such a path, when the program has no route for it. It reports false when
// it will do so later.
func (c *call) builtIn(method, path string) (done bool) {
	w := c.w
	switch {
	case method == "OPTIONS":
		c.allowing(204, allowRead)
	case method != "GET" && method != "HEAD":
		c.allowing(405, allowRead)
	case path == "/ready":
		return c.ready()
	default:
		c.reply(200, typeJSON, append(w.fixed[:0], noStore...), append(w.body[:0], `{"status":"ok"}`...))
	}
	return true
}

const noStore = "Cache-Control: no-store\r\n"

// explain answers with everything that is known about an error: in development only.
func (c *call) explain(status int, e *vm.Error) {
	w := c.w
	p := problem{status: status, code: e.Code, message: e.Message, instance: c.instance(), id: c.id[:c.idLen]}
	lines := w.fixed[:0]
	if p.asked = c.asksLanguage(); p.asked {
		p.language = c.language()
		p.message = inLanguage(p.message, p.language)
		lines = appendLanguage(lines, p.language)
	}
	b := p.append(w.body[:0])
	b = append(b[:len(b)-1], `,"at":`...)
	b = value.AppendQuoted(b, e.Error())
	b = append(b, `,"stack":[`...)
	for i, line := range e.Stack {
		if i > 0 {
			b = append(b, ',')
		}
		b = value.AppendQuoted(b, line)
	}
	c.reply(status, typeProblem, c.appendRetry(lines, status), append(b, "]}"...))
}
