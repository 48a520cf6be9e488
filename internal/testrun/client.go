package testrun

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"etamil/internal/builtin"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// bindClient binds the members of the client and of its answers.
func (w *world) bindClient(l *vm.Linker) {
	w.types.client, w.types.answer, w.types.fields = l.Type("client"), l.Type("answer"), l.Type("fields")
	bindMembers(l, "client", map[string]vm.Native{
		"get": w.asks("GET", false), "head": w.asks("HEAD", false), "delete": w.asks("DELETE", false), "options": w.asks("OPTIONS", false),
		"post": w.asks("POST", true), "put": w.asks("PUT", true), "patch": w.asks("PATCH", true),
		"request": func(f *vm.Fiber, a []value.Value) (value.Value, error) {
			return w.ask(f, strings.ToUpper(host.Copy(f, &a[1])), a[2:], true)
		},
	})
	bindMembers(l, "answer", map[string]vm.Native{
		"status": w.ofAnswer(func(_ *vm.Fiber, a *answer) (value.Value, error) { return value.Int(a.status), nil }),
		"headers": w.ofAnswer(func(f *vm.Fiber, a *answer) (value.Value, error) {
			return f.NewHandle(w.types.fields, a), nil
		}),
		"body": w.ofAnswer(func(f *vm.Fiber, a *answer) (value.Value, error) {
			return f.Heap().NewText(host.Valid(string(a.body))), nil
		}),
		"bytes": w.ofAnswer(func(f *vm.Fiber, a *answer) (value.Value, error) { return host.ByteList(f, a.body), nil }),
		"json":  w.ofAnswer(answerJSON),
	})
	bindMembers(l, "fields", map[string]vm.Native{"get": w.fieldsGet, "all": w.fieldsAll})
}

// bindMembers binds every member of a kind of handle, in all its spellings.
func bindMembers(l *vm.Linker, typ string, natives map[string]vm.Native) {
	for _, m := range builtin.HandleOf(typ).Members {
		for _, name := range m.Spellings {
			if m.Method {
				l.Method(typ, name, m.Min, m.Max, natives[m.ID])
			} else {
				l.Property(typ, name, natives[m.ID])
			}
		}
	}
}

func (w *world) asks(method string, body bool) vm.Native {
	return func(f *vm.Fiber, a []value.Value) (value.Value, error) { return w.ask(f, method, a[1:], body) }
}

// ask sends a request; rest is its path, its body if there can be one, and its headers.
func (w *world) ask(f *vm.Fiber, method string, rest []value.Value, body bool) (value.Value, error) {
	q := &question{method: method}
	if !isToken(method) {
		return value.Nil, host.Raise("argument", fmt.Sprintf("%q ஒரு HTTP முறை அல்ல", method), fmt.Sprintf("%q is no HTTP method", method))
	}
	var err error
	if q.target, err = target(host.Text(f, &rest[0])); err != nil {
		return value.Nil, err
	}
	rest = rest[1:]
	if body && len(rest) > 0 {
		if err := q.give(f, &rest[0]); err != nil {
			return value.Nil, err
		}
		rest = rest[1:]
	} else if body {
		q.hasBody = true // an empty one
	}
	if len(rest) > 0 {
		if err := q.headers(f, &rest[0]); err != nil {
			return value.Nil, err
		}
	}
	return host.Do(f, func(ctx context.Context) (*answer, error) { return w.exchange(ctx, q) },
		func(f *vm.Fiber, a *answer, err error) (value.Value, error) {
			switch {
			case err == nil:
				return f.NewHandle(w.types.answer, a), nil
			case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
				return value.Nil, vm.Fail(diag.RunCancelled)
			case errors.Is(err, errNoProgram):
				return value.Nil, host.Raise("no_server", "சோதிக்க வழங்கி இல்லை: இந்தக் கோப்பில் வழி இல்லை, அருகில் main.qmz உம் இல்லை",
					"there is nothing to ask: this file declares no route, and there is no main.qmz beside or above it")
			}
			return value.Nil, host.Raise("client", "நிரல் பதிலளிக்கவில்லை", method+" "+q.target+": "+err.Error())
		})
}

// errNoProgram says that there is nothing to ask.
var errNoProgram = errors.New("no program")

// exchange asks the program. Tests ask one thing after the other.
func (w *world) exchange(ctx context.Context, q *question) (*answer, error) {
	w.asking.Lock()
	defer w.asking.Unlock()
	if w.line.dial == nil {
		return nil, errNoProgram
	}
	path, _, _ := strings.Cut(q.target, "?")
	if c := w.cookies.of(path); c != "" && !q.has("cookie") {
		q.fields = append(q.fields, field{"Cookie", c})
	}
	a, err := w.line.ask(ctx, q)
	if err != nil {
		return nil, err
	}
	for _, c := range a.get("set-cookie") {
		w.cookies.set(c, path)
	}
	return a, nil
}

// target is a path as it stands in a request: what can't stand there is escaped, as
// browsers do; what is escaped stays.
func target(path string) (string, error) {
	path, _, _ = strings.Cut(path, "#")
	if path == "*" {
		return path, nil
	}
	if !strings.HasPrefix(path, "/") {
		return "", host.Raise("argument", fmt.Sprintf("பாதை / இல் தொடங்க வேண்டும்; %q அல்ல", path), fmt.Sprintf("a path begins with /, unlike %q", path))
	}
	var b strings.Builder
	for i := range len(path) {
		if c := path[i]; c <= ' ' || c >= 0x7f || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
			fmt.Fprintf(&b, "%%%02X", c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String(), nil
}

// give makes v the body: text and bytes as they are, anything else as JSON.
func (q *question) give(f *vm.Fiber, v *value.Value) error {
	q.hasBody = true
	switch {
	case v.IsNil():
		return nil
	case v.IsText():
		q.body = []byte(v.Str())
		q.fields = append(q.fields, field{"Content-Type", "text/plain; charset=utf-8"})
	case v.Kind() == value.KindBytes:
		q.body = []byte(v.Str())
		q.fields = append(q.fields, field{"Content-Type", "application/octet-stream"})
	default:
		w := f.Heap().Writer()
		q.body = w.AppendJSON(nil, v)
		if w.Cut {
			w.Cut = false
			return vm.Fail(diag.RunOutOfMemory)
		}
		q.fields = append(q.fields, field{"Content-Type", "application/json"})
	}
	return nil
}

// headers adds the fields of a record; a list gives several of one name.
func (q *question) headers(f *vm.Fiber, v *value.Value) error {
	return host.Fields(f, v, func(name string, x *value.Value) error {
		name = strings.Clone(name)
		if strings.EqualFold(name, "content-length") || strings.EqualFold(name, "transfer-encoding") || !isToken(name) {
			return host.Raise("argument", fmt.Sprintf("%q என்ற தலைப்பைத் தர முடியாது", name), fmt.Sprintf("the header %q can't be given", name))
		}
		kept := q.fields[:0]
		for _, old := range q.fields {
			if !strings.EqualFold(old.name, name) {
				kept = append(kept, old)
			}
		}
		q.fields = kept
		values := []*value.Value{x}
		if x.IsList() {
			values = values[:0]
			for k := range x.List().Len() {
				values = append(values, x.List().At(k))
			}
		}
		for _, x := range values {
			text := host.Copy(f, x)
			if strings.ContainsAny(text, "\r\n\x00") {
				return host.Raise("argument", fmt.Sprintf("%q என்ற தலைப்பில் வரி முடிவு இருக்க முடியாது", name), fmt.Sprintf("the header %q can't hold the end of a line", name))
			}
			q.fields = append(q.fields, field{name, text})
		}
		return nil
	})
}

func isToken(s string) bool {
	for i := range len(s) {
		c := s[i]
		letter := 'a' <= c|0x20 && c|0x20 <= 'z'
		if !letter && ('0' > c || c > '9') && strings.IndexByte("!#$%&'*+-.^_`|~", c) < 0 {
			return false
		}
	}
	return s != ""
}

// ofAnswer makes a native of a function of the answer that the handle args[0] names.
func (w *world) ofAnswer(get func(*vm.Fiber, *answer) (value.Value, error)) vm.Native {
	return func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		return get(f, f.HandleOf(args[0], w.types.answer).(*answer))
	}
}

// maxBodyShown is how much of a body that is no JSON an error shows, in bytes.
const maxBodyShown = 200

// answerJSON is the value of the body.
func answerJSON(f *vm.Fiber, a *answer) (value.Value, error) {
	v, err := f.Heap().ReadJSONBytes(a.body, 256)
	if err == nil {
		return v, nil
	}
	body := a.body
	if len(body) > maxBodyShown {
		body = body[:maxBodyShown]
	}
	return value.Nil, host.Raise("json", fmt.Sprintf("%d பதிலின் உடல் ஜேசான் அல்ல: %v", a.status, err),
		fmt.Sprintf("the body of the answer %d is no JSON: %s", a.status, strings.ToValidUTF8(string(body), "\uFFFD")))
}

// fieldsGet is headers.get(name, default).
func (w *world) fieldsGet(f *vm.Fiber, args []value.Value) (value.Value, error) {
	a := f.HandleOf(args[0], w.types.fields).(*answer)
	values := a.get(host.Text(f, &args[1]))
	switch {
	case len(values) > 0:
		return f.Heap().NewText(host.Valid(values[0])), nil
	case len(args) > 2:
		return host.Keep(&args[2]), nil
	}
	return value.Nil, nil
}

// fieldsAll is headers.all(name).
func (w *world) fieldsAll(f *vm.Fiber, args []value.Value) (value.Value, error) {
	a := f.HandleOf(args[0], w.types.fields).(*answer)
	list := f.Heap().NewList(0, 0)
	for _, v := range a.get(host.Text(f, &args[1])) {
		f.Heap().Append(&list, f.Heap().NewText(host.Valid(v)))
	}
	return list, nil
}
