// Package checks is the code behind உறுதிப்படுத்து and சமமாகும், and what they say when
// they fail: not two large values, but where they differ. பிழையாகும் calls a function, so
// it is in the prelude.
//
// The differences are the details of the error, lines of text. After the place, a line
// that begins with - is what was expected, one with + what came instead:
//
//	.வரிகள்[1].CGST
//	  - 8.28
//	  + 8.29
package checks

import (
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) {
	host.Bind(l, []host.Native{
		{ID: "assert", Min: 1, Max: 2, Run: assert},
		{ID: "assertEqual", Min: 2, Max: 3, Run: assertEqual},
	})
}

// assert raises an error unless the condition holds.
func assert(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if a[0].Truth() {
		return value.Nil, nil
	}
	note := ""
	if len(a) > 1 {
		note = ": " + host.Text(f, &a[1])
	}
	return value.Nil, vm.NewError(code, host.Both("உறுதிப்படவில்லை", "the assertion does not hold")+note)
}

// code is the code of every error that a check raises.
const code = "assert"

// assertEqual raises an error unless both values are equal. Its message shows them if they
// are short; the details of lists, records and long text are where they differ.
func assertEqual(f *vm.Fiber, a []value.Value) (value.Value, error) {
	got, want := &a[0], &a[1]
	if value.Equal(got, want) {
		return value.Nil, nil
	}
	note := ""
	if len(a) > 2 {
		note = host.Text(f, &a[2]) + ": "
	}
	d := diff{f: f}
	g, w := shown(f, got), shown(f, want)
	short := len(g) <= shortText && len(w) <= shortText
	if !short || parts(got, want) {
		d.values("", got, want, 0)
	}
	tamil, english := d.summary()
	if short {
		tamil, english = "கிடைத்தது "+g+"; எதிர்பார்த்தது "+w, "got "+g+", want "+w
	}
	e := vm.NewError(code, note+host.Both(tamil, english))
	if d.found > 0 {
		e.Details = d.text()
	}
	return value.Nil, e
}

// shortText is the length in bytes up to which a value is shown within a sentence: about
// a line of Tamil.
const shortText = 120

// parts reports whether two values can be compared part by part.
func parts(a, b *value.Value) bool {
	return a.IsList() && b.IsList() || a.IsRecord() && b.IsRecord()
}
