package data

import (
	"errors"
	"fmt"

	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// mistakes are what can be wrong with JSON, in Tamil and English.
var mistakes = map[value.JSONReason][2]string{
	value.JSONSyntax:   {"எதிர்பாராத எழுத்து", "unexpected character"},
	value.JSONEnd:      {"முடிவதற்கு முன் முடிந்தது", "it ends too early"},
	value.JSONTrailing: {"மதிப்புக்குப் பின் மிகுதி உள்ளது", "something follows the value"},
	value.JSONString:   {"உரையில் செல்லாத எழுத்து", "an invalid character or escape in a string"},
	value.JSONUTF8:     {"செல்லுபடியான UTF-8 அல்ல", "not valid UTF-8"},
	value.JSONNumber:   {"எண் மிகப் பெரியது", "a number is too large"},
	value.JSONDeep:     {"மிக ஆழமாக அடுக்கப்பட்டுள்ளது", "nested too deep"},
	value.JSONLarge:    {"மிகப் பெரியது", "too large"},
}

// JSONMistake says in Tamil and English why text is not JSON, without the place.
func JSONMistake(why value.JSONReason) (tamil, english string) {
	m := mistakes[why]
	return m[0], m[1]
}

// parse is a success with the value of JSON text, or a failure that says what is wrong
// and at which byte.
func parse(f *vm.Fiber, a []value.Value) (value.Value, error) {
	v, err := f.Heap().ReadJSON(host.Text(f, &a[0]), value.JSONDepth)
	if err == nil {
		return host.Success(f, v)
	}
	var bad *value.JSONError
	if !errors.As(err, &bad) {
		return host.FailureOf(f, "ஜேசான் அல்ல", "not JSON", err)
	}
	why := mistakes[bad.Reason]
	return host.Failure(f, fmt.Sprintf("ஜேசான் அல்ல: பைட்டு %d இல் %s", bad.Offset, why[0]), fmt.Sprintf("not JSON: %s, at byte %d", why[1], bad.Offset))
}

// stringify is the value as JSON.
func stringify(f *vm.Fiber, a []value.Value) (value.Value, error) {
	w := f.Heap().Writer()
	buf := host.TakeScratch()
	defer buf.Give()
	buf.B = w.AppendJSON(buf.B, &a[0])
	if w.Cut {
		w.Cut = false
		return value.Nil, vm.Fail(diag.RunOutOfMemory)
	}
	return f.Heap().NewTextBytes(buf.B), nil
}
