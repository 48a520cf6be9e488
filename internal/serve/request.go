package serve

import (
	"fmt"

	"etamil/internal/diag"
	"etamil/internal/std/data"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// gone is the error of asking a request for something when it has been answered, as in a
// finally block behind a timeout.
func gone() error { return vm.Fail(diag.RunCancelled) }

// anothers is the error of a task that uses the stream or the socket of the function that
// has started it: two that wrote by turns would tear each other's messages apart.
func anothers() error {
	return host.Raise("task_elsewhere",
		"இது கொடுக்கப்பட்ட செயல் மட்டுமே இதைப் பயன்படுத்தலாம்; பணிகள் வாய்க்கால் வழியே அதற்கு அனுப்புக",
		"only the function that was given this may use it; tasks send to that through a channel")
}

// callOf is the request that a fiber answers, while it is not answered. statement is
// what the program asked for.
func callOf(f *vm.Fiber, statement string) (*call, error) {
	c, ok := f.Data.(*call)
	switch {
	case !ok:
		return nil, host.Raise("no_request", "'"+statement+"' ஒரு கோரிக்கையைக் கையாளும்போது மட்டுமே உண்டு", "'"+statement+"' exists only while a request is handled")
	case c.x == nil:
		return nil, gone()
	}
	return c, nil
}

// member makes a native of a function of the request that the handle args[0] names.
func (b *Binding) member(get func(b *Binding, f *vm.Fiber, c *call, args []value.Value) (value.Value, error)) vm.Native {
	return func(f *vm.Fiber, args []value.Value) (value.Value, error) {
		c, ok := f.HandleOf(args[0], b.request).(*call)
		if !ok || c.x == nil {
			return value.Nil, gone()
		}
		return get(b, f, c, args)
	}
}

// variable makes a native of a function of the request that the fiber answers.
func variable(name string, get func(f *vm.Fiber, c *call) (value.Value, error)) vm.Native {
	return func(f *vm.Fiber, _ []value.Value) (value.Value, error) {
		if v, ok, err := readAside(f, name); ok {
			return v, err
		}
		c, err := callOf(f, name)
		if err != nil {
			return value.Nil, err
		}
		return get(f, c)
	}
}

// requestMembers are the members of a request, by their IDs in internal/builtin.
var requestMembers = map[string]func(*Binding, *vm.Fiber, *call, []value.Value) (value.Value, error){
	"method": func(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return textOf(f, c.x.Req.MethodText), nil
	},
	"path": func(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return textOfString(f, c.path), nil
	},
	"parameters": func(b *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return b.valuesHandle(f, c, pathValues), nil
	},
	"query": func(b *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return b.valuesHandle(f, c, queryValues), nil
	},
	"headers": func(b *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return b.valuesHandle(f, c, headerValues), nil
	},
	"cookies": func(b *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return b.valuesHandle(f, c, cookieValues), nil
	},
	"body": func(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return bodyText(f, c)
	},
	"bytes": func(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return c.whole(f, func(f *vm.Fiber) (value.Value, error) { return host.ByteList(f, c.x.Body), nil })
	},
	"json": func(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) { return requestJSON(f, c) },
	"form": func(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return requestFields(f, c)
	},
	"id": func(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return f.Heap().NewTextBytes(c.id[:c.idLen]), nil
	},
	"ip": func(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		a := c.clientAddr()
		if !a.IsValid() {
			return value.EmptyText, nil
		}
		c.w.tmp = a.AppendTo(c.w.tmp[:0])
		return f.Heap().NewTextBytes(c.w.tmp), nil
	},
	"fields": func(b *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		// The values can't say that they are malformed.
		return c.withForm(f, func(f *vm.Fiber) (value.Value, error) { return b.valuesHandle(f, c, formValues), nil })
	},
	"files": func(b *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return b.uploads(f, c)
	},
	"stream": requestStream,
	"deadline": func(_ *Binding, _ *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return host.Seconds(c.left()), nil
	},
	"get": func(_ *Binding, f *vm.Fiber, c *call, args []value.Value) (value.Value, error) {
		return c.recall(f, args)
	},
	"set": func(_ *Binding, f *vm.Fiber, c *call, args []value.Value) (value.Value, error) {
		return c.keep(f, args)
	},
	"session": func(b *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return b.sessionHandle(f, c), nil
	},
	"user": func(_ *Binding, f *vm.Fiber, c *call, _ []value.Value) (value.Value, error) {
		return c.user(f), nil
	},
}

// variables are the names that stand for parts of the request in a வழி block.
var variables = map[string]func(*vm.Fiber, *call) (value.Value, error){
	"request_method": func(f *vm.Fiber, c *call) (value.Value, error) { return textOf(f, c.x.Req.MethodText), nil },
	"request_path":   func(f *vm.Fiber, c *call) (value.Value, error) { return textOfString(f, c.path), nil },
	"request_body":   bodyText,
	"query_params":   queryRecord,
	"headers":        headerRecord,
	"path_params":    paramRecord,
	"request_fields": requestFields,
	"request_files":  requestFiles,
	"response_status": func(_ *vm.Fiber, c *call) (value.Value, error) {
		if c.said.status == 0 {
			return value.Nil, nil
		}
		return value.Int(c.said.status), nil
	},
	"response_body": func(f *vm.Fiber, c *call) (value.Value, error) {
		if c.said.status == 0 {
			return value.Nil, nil
		}
		if c.said.asValue {
			held := f.Held(heldSaid)
			_, body, late, err := render(nil, f, &held)
			if late != nil {
				err = vm.Fail(diag.RunOutOfMemory)
			}
			return textOf(f, body), err
		}
		return textOf(f, c.said.body), nil
	},
	"response_headers": func(f *vm.Fiber, c *call) (value.Value, error) { return saidHeaders(f, c) },
}

// jsonDepth is how deep the JSON of a request may nest.
const jsonDepth = 256

// requestJSON is the value of the body.
func requestJSON(f *vm.Fiber, c *call) (value.Value, error) {
	return c.whole(f, func(f *vm.Fiber) (value.Value, error) { return jsonOf(f, c) })
}

// bodyText is the body as text.
func bodyText(f *vm.Fiber, c *call) (value.Value, error) {
	return c.whole(f, func(f *vm.Fiber) (value.Value, error) { return textOf(f, c.x.Body), nil })
}

func jsonOf(f *vm.Fiber, c *call) (value.Value, error) {
	v, err := f.Heap().ReadJSONBytes(c.x.Body, jsonDepth)
	if err == nil {
		return v, nil
	}
	tamil := "உடல் ஜேசான் அல்ல"
	if e, ok := err.(*value.JSONError); ok {
		if e.Reason == value.JSONLarge {
			return value.Nil, vm.Fail(diag.RunOutOfMemory)
		}
		why, _ := data.JSONMistake(e.Reason)
		tamil = fmt.Sprintf("%s: பைட்டு %d இல் %s", tamil, e.Offset, why)
	}
	return value.Nil, host.Raise("bad_request", tamil, err.Error())
}

// paramRecord are all named pieces of the path.
func paramRecord(f *vm.Fiber, c *call) (value.Value, error) {
	h := f.Heap()
	ps := c.params()
	r := h.NewRecordSize(len(ps))
	for i := range ps {
		h.SetField(&r, h.NewText(ps[i].Name), c.paramAt(f, i), true)
	}
	return r, nil
}

// headerRecord are all headers, names in lower case; of several with one name the last.
func headerRecord(f *vm.Fiber, c *call) (value.Value, error) {
	h := f.Heap()
	r := h.NewRecordSize(len(c.x.Req.Fields))
	for i := range c.x.Req.Fields {
		field := &c.x.Req.Fields[i]
		name := c.w.tmp[:0]
		for _, b := range field.Name {
			if 'A' <= b && b <= 'Z' {
				b += 'a' - 'A'
			}
			name = append(name, b)
		}
		c.w.tmp = name[:0]
		h.SetField(&r, h.NewTextBytes(name), textOf(f, field.Value), true)
	}
	return r, nil
}

// queryRecord are all pairs of the query; what has no '=' is left out, and of several
// with one name the last counts.
func queryRecord(f *vm.Fiber, c *call) (value.Value, error) {
	return pairsRecord(f, c.w, c.x.Req.Query), nil
}
