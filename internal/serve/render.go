package serve

import (
	"context"
	"errors"
	"unsafe"

	"etamil/internal/compress"
	"etamil/internal/diag"
	"etamil/internal/etag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// inlineBytes is how much JSON is written on the loop, about a millisecond's work. A
// value that gives more, which may be small itself (a list that holds one list twice,
// which holds another twice …), is written by a goroutine while the loop goes on.
const inlineBytes = 256 << 10

// errLate says that a body is being written elsewhere.
var errLate = errors.New("serve: the answer is written elsewhere")

// rendering is a vm.Task: it writes a value as JSON, and then does with the body what
// would take too long on the loop. The fiber that the value belongs to does nothing
// meanwhile, so the value stays as it is.
type rendering struct {
	v       value.Value
	limit   int
	body    []byte
	content string
	cut     bool // it would be longer than limit
	done    bool
	said    said // for பதில்: everything but the body

	finish   bool // body is there; this is for send:
	hashes   bool
	coding   compress.Coding
	packers  *compress.Pool
	hash     uint64 // of body
	packed   []byte // body in that coding, unless it is Identity
	finished bool
}

// Do writes, or finishes.
func (r *rendering) Do(context.Context) {
	if r.finish {
		if r.hashes {
			r.hash = etag.Hash(r.body)
		}
		if r.coding != compress.Identity {
			r.packed = r.packers.Append(nil, r.body, r.coding)
		}
		r.finished = true
	} else {
		w := value.Writer{Limit: r.limit}
		r.body = w.AppendJSON(nil, &r.v)
		r.content, r.cut = typeJSON, w.Cut
	}
	r.done = true
}

// Finish is for `பதில்`: the answer is said now.
func (r *rendering) Finish(f *vm.Fiber) (value.Value, error) {
	c, err := callOf(f, "பதில்")
	switch {
	case err != nil:
		return value.Nil, err
	case r.cut:
		return value.Nil, vm.Fail(diag.RunOutOfMemory)
	}
	c.said = r.said
	c.said.body = r.body
	return value.Nil, nil
}

// uncopiedMin is the size from which text is not copied on its way out, in bytes: from there
// on a body is written from where it is.
const uncopiedMin = 16 << 10

// uncopied is text or bytes as they are, where copying would cost more than it is worth:
// frozen ones, which nobody changes, and others that are small enough to be sent before
// anything else is done with their fiber.
func uncopied(v *value.Value) (body []byte, frozen, ok bool) {
	k := v.Kind()
	if k != value.KindText && k != value.KindBytes || v.ByteLen() < uncopiedMin {
		return nil, false, false
	}
	s := v.Str()
	frozen = value.IsFrozen(v)
	return unsafe.Slice(unsafe.StringData(s), len(s)), frozen, frozen || len(s) <= inlineBytes
}

// render is a value as the body of an answer, and what it is: the value's own bytes, or in
// the worker's buffer. With errLate, c.late is what has to be done first; then the same
// call gives the body.
func (c *call) render(v *value.Value) (content string, body []byte, frozen bool, err error) {
	if late := c.late; late != nil && !late.finish {
		if late.cut {
			return "", nil, false, vm.Fail(diag.RunOutOfMemory)
		}
		return late.content, late.body, false, nil
	}
	if body, frozen, ok := uncopied(v); ok {
		content = typeText
		if v.Kind() == value.KindBytes {
			content = typeBytes
		}
		return content, body, frozen, nil
	}
	if late := c.late; late != nil {
		return late.content, late.body, false, nil
	}
	content, body, late, err := render(c.w.body[:0], c.f, v)
	c.w.body = body
	if late != nil {
		c.late = late
		err = errLate
	}
	return content, body, false, err
}

// noAnswer says that a value of this kind can't be sent.
func noAnswer(f *vm.Fiber, v *value.Value) error {
	tamil, english := diag.Sides(f.KindName(v))
	return host.Raise("answer", "பதிலாக "+tamil+" அனுப்ப முடியாது", english+" can't be sent as an answer")
}

// render appends a value as a body; late is what is too much to be done here.
func render(dst []byte, f *vm.Fiber, v *value.Value) (content string, body []byte, late *rendering, err error) {
	switch v.Kind() {
	case value.KindText:
		return typeText, append(dst, v.Str()...), nil, nil
	case value.KindBytes:
		return typeBytes, append(dst, v.Str()...), nil, nil
	case value.KindFunc, value.KindBuiltin, value.KindClosure, value.KindHandle:
		return "", dst, nil, noAnswer(f, v)
	}
	out := f.Heap().Writer()
	limit := out.Limit
	out.Limit = inlineBytes
	if limit > 0 && limit < inlineBytes {
		out.Limit = limit
	}
	body = out.AppendJSON(dst, v)
	out.Limit = limit
	if out.Cut {
		out.Cut = false
		return "", dst, &rendering{v: *v, limit: limit}, nil
	}
	return typeJSON, body, nil, nil
}
