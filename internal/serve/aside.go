package serve

import (
	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// aside is what பதில் said where there is no request to answer, as in a script: the
// program can read it back, and nobody sends it. It is the fiber's Data, and frozen, as
// it must last as long as the fiber.
type aside struct {
	said    bool
	replay  *replay // of a timer
	status  value.Value
	body    string
	headers value.Value
	keep    *value.Frozen // owns headers
}

// sayAside keeps an answer on a fiber that answers no request.
func sayAside(f *vm.Fiber, status int, body string, headers value.Value) {
	a, ok := f.Data.(*aside)
	if !ok {
		a = new(aside)
		f.Data = a
	}
	a.said, a.status, a.body = true, value.Int(status), body
	a.headers, a.keep = value.Freeze(headers)
}

// noRequest reports whether the fiber answers no request, and never did.
func noRequest(f *vm.Fiber) bool {
	if f.Data == nil {
		return true
	}
	_, ok := f.Data.(*aside)
	return ok
}

// readAside reads what was said aside; the names are not set before.
func readAside(f *vm.Fiber, name string) (v value.Value, ok bool, err error) {
	read, known := asides[name]
	if !known || !noRequest(f) {
		return value.Nil, false, nil
	}
	a, ok := f.Data.(*aside)
	if !ok || !a.said {
		return value.Nil, true, vm.Fail(diag.RunUndefinedVariable, name)
	}
	return read(f, a), true, nil
}

// asides are the names that read an answer back.
var asides = map[string]func(*vm.Fiber, *aside) value.Value{
	"response_status":  func(_ *vm.Fiber, a *aside) value.Value { return a.status },
	"response_body":    func(f *vm.Fiber, a *aside) value.Value { return f.Heap().NewText(a.body) },
	"response_headers": func(_ *vm.Fiber, a *aside) value.Value { return a.headers },
}
