package serve

import (
	"unicode/utf8"

	"etamil/http1"
	"etamil/internal/route"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// valuesKind says which values of a request.
type valuesKind uint8

const (
	pathValues valuesKind = iota
	queryValues
	headerValues
	cookieValues
	formValues

	valuesKinds = iota
)

// values are named values of a request, which are looked for when they are asked for:
// what request.query and its like are in the program.
type values struct {
	c      *call
	kind   valuesKind
	handle value.Value
}

// valuesHandle is the value that names them in the program: one for each kind, however
// often it is asked for.
func (b *Binding) valuesHandle(f *vm.Fiber, c *call, kind valuesKind) value.Value {
	v := &c.values[kind]
	if f != c.f { // a task that the request has started, which has handles of its own
		return f.NewHandle(b.values, v)
	}
	if v.handle.IsNil() {
		v.handle = f.NewHandle(b.values, v)
	}
	return v.handle
}

func (b *Binding) valuesOf(f *vm.Fiber, v value.Value) (*values, error) {
	vs, ok := f.HandleOf(v, b.values).(*values)
	if !ok || vs.c.x == nil {
		return nil, gone()
	}
	return vs, nil
}

// valuesGet is x.get(name, default).
func (b *Binding) valuesGet(f *vm.Fiber, args []value.Value) (value.Value, error) {
	vs, err := b.valuesOf(f, args[0])
	if err != nil {
		return value.Nil, err
	}
	found := value.Undef
	vs.each(f, host.Text(f, &args[1]), func(v value.Value) bool {
		found = v
		return false
	})
	switch {
	case !found.IsUndef():
		return found, nil
	case len(args) > 2:
		return host.Keep(&args[2]), nil
	}
	return value.Nil, nil
}

// valuesAll is x.all(name).
func (b *Binding) valuesAll(f *vm.Fiber, args []value.Value) (value.Value, error) {
	vs, err := b.valuesOf(f, args[0])
	if err != nil {
		return value.Nil, err
	}
	list := f.Heap().NewList(0, 0)
	vs.each(f, host.Text(f, &args[1]), func(v value.Value) bool {
		f.Heap().Append(&list, v)
		return true
	})
	return list, nil
}

// each calls yield with the values of that name, in order, until it answers false.
func (vs *values) each(f *vm.Fiber, name string, yield func(value.Value) bool) {
	r := &vs.c.x.Req
	switch vs.kind {
	case pathValues:
		if v, ok := vs.c.param(f, name); ok {
			yield(v)
		}
	case queryValues:
		vs.c.w.eachPair(f, r.Query, name, yield)
	case formValues:
		kind, _ := vs.c.contentType()
		if kind == typeForm {
			vs.c.w.eachPair(f, vs.c.x.Body, name, yield)
			return
		}
		for _, field := range vs.c.formFields() {
			if field.Name == name && !yield(textOfString(f, field.Text)) {
				return
			}
		}
	case headerValues:
		for i := r.Index(name, 0); i >= 0; i = r.Index(name, i+1) {
			if !yield(textOf(f, r.Fields[i].Value)) {
				return
			}
		}
	case cookieValues:
		for c := http1.CookiesOf(r); c.Next(); {
			if view(c.Name) == name && !yield(textOf(f, c.Value)) {
				return
			}
		}
	}
}

// eachPair is values.each for key=value pairs.
func (w *worker) eachPair(f *vm.Fiber, text []byte, name string, yield func(value.Value) bool) {
	for p := http1.PairsOf(text); p.Next(); {
		key := w.decodeQuery(p.Key)
		if view(key) == name && !yield(textOf(f, w.decodeQuery(p.Value))) {
			return
		}
	}
}

// decodeQuery is a part of a query as it is meant; it is good until the next call. What
// is no valid escape stands for itself.
func (w *worker) decodeQuery(raw []byte) []byte {
	if http1.IsPlainQuery(raw) {
		return raw
	}
	b, err := http1.AppendQueryDecoded(w.tmp[:0], raw)
	if err != nil {
		return raw
	}
	w.tmp = b[:0]
	return b
}

// param is a named piece of the path, of its type; ok is false when the route has none of
// that name.
func (c *call) param(f *vm.Fiber, name string) (v value.Value, ok bool) {
	ps := c.params()
	for i := range ps {
		if ps[i].Name == name {
			return c.paramAt(f, i), true
		}
	}
	return value.Nil, false
}

// params are the named pieces of the route's pattern: none where no route fits.
func (c *call) params() []route.Param {
	if c.match.Route < 0 {
		return nil
	}
	return c.w.app.table.Route(c.match.Route).Params
}

func (c *call) paramAt(f *vm.Fiber, i int) value.Value {
	s := c.match.Value(i)
	switch c.params()[i].Kind {
	case route.Whole, route.Number:
		t := f.Heap().NewText(s)
		return value.Number(t.ToNumber())
	case route.Bool:
		is, _ := route.BoolOf(s)
		return value.Bool(is)
	}
	return textOfString(f, s)
}

// textOf is bytes from outside as text: what is no UTF-8 in them is replaced.
func textOf(f *vm.Fiber, b []byte) value.Value { return textOfString(f, view(b)) }

func textOfString(f *vm.Fiber, s string) value.Value {
	if !utf8.ValidString(s) {
		s = host.Valid(s)
	}
	return f.Heap().NewText(s)
}
