package core

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"etamil/internal/decimal"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// printValue is the statement அச்சு.
func printValue(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return value.Nil, host.Of(f).Out.Print(f, &a[0])
}

// input is the statement உள்ளிடு: a line without the white space around it. What was
// printed is written first, so that a question is seen. At the end of the input the
// answer is the empty text.
func input(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	h := host.Of(f)
	_ = h.Out.Flush() // what is lost is counted there
	in := h.In
	return host.Do(f, in.ReadLine, gotLine)
}

func gotLine(f *vm.Fiber, line string, err error) (value.Value, error) {
	switch {
	case err == io.EOF:
		return value.EmptyText, nil
	case err != nil:
		return value.Nil, host.Raise("input", "உள்ளீட்டைப் படிக்க முடியவில்லை", "cannot read the input: "+host.Valid(err.Error()))
	case !utf8.ValidString(line):
		return value.Nil, host.Raise("input", "உள்ளீடு செல்லுபடியான UTF-8 அல்ல", "the input is not valid UTF-8")
	}
	return f.Heap().NewText(strings.TrimSpace(line)), nil
}

// exit ends the program. A status that no process can have becomes 1.
func exit(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := host.Of(f)
	status := 1
	if n, ok := a[0].ToNumber().Int64(); ok && n >= 0 && n <= 255 {
		status = int(n)
	}
	_ = h.Out.Flush() // nobody is left to be told
	h.Exit(status)
	e := vm.NewError(host.ExitCode, host.Both(fmt.Sprintf("நிரல் %d நிலையுடன் முடிந்தது", status), fmt.Sprintf("the program ended with the status %d", status)))
	e.Fatal = true
	return value.Nil, e
}

// env is a variable of the environment, else the default. Without a default, one that is
// not set is an error that names it.
func env(f *vm.Fiber, a []value.Value) (value.Value, error) {
	name := host.Text(f, &a[0])
	if look := host.Of(f).Env; look != nil {
		if s, ok := look(name); ok {
			return f.Heap().NewText(host.Valid(s)), nil
		}
	}
	if len(a) > 1 {
		return host.Keep(&a[1]), nil
	}
	return value.Nil, host.Raise("env", fmt.Sprintf("சூழல் மாறி '%s' அமைக்கப்படவில்லை", name), fmt.Sprintf("the environment variable '%s' is not set", name))
}

// config is a setting of the configuration by its dotted path, else the default.
func config(f *vm.Fiber, a []value.Value) (value.Value, error) {
	path := host.Text(f, &a[0])
	if look := host.Of(f).Config; look != nil {
		if x, ok := look(path); ok {
			return setting(f, x)
		}
	}
	if len(a) > 1 {
		return host.Keep(&a[1]), nil
	}
	return value.Nil, host.Raise("config", fmt.Sprintf("'%s' என்ற அமைப்பு இல்லை", path), fmt.Sprintf("there is no setting '%s'", path))
}

// setting is what a configuration file says, as a value.
func setting(f *vm.Fiber, x any) (value.Value, error) {
	h := f.Heap()
	switch x := x.(type) {
	case nil:
		return value.Nil, nil
	case string:
		return h.NewText(host.Valid(x)), nil
	case bool:
		return value.Bool(x), nil
	case int:
		return value.Int(x), nil
	case int64:
		return value.Int(int(x)), nil
	case float64:
		d, ok := decimal.FromFloat64(x)
		if !ok {
			return value.Nil, host.Overflow()
		}
		return value.Number(d), nil
	case []any:
		list := h.NewList(0, len(x))
		for _, e := range x {
			v, err := setting(f, e)
			if err != nil {
				return value.Nil, err
			}
			h.Append(&list, v)
		}
		return list, nil
	case map[string]any:
		rec := h.NewRecordSize(len(x))
		for name, e := range x {
			v, err := setting(f, e)
			if err != nil {
				return value.Nil, err
			}
			h.SetField(&rec, h.NewText(host.Valid(name)), v, true)
		}
		return rec, nil
	case fmt.Stringer:
		return h.NewText(host.Valid(x.String())), nil
	}
	return value.Nil, host.Raise("config", "இந்த அமைப்பின் வகை தெரியவில்லை", fmt.Sprintf("a setting of an unknown type: %T", x))
}

// makeError is an error value: பிழை_ஆக்கு(code, message, details).
func makeError(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := f.Heap()
	code := h.ToText(&a[0])
	value.Share(&code)
	message := code
	if len(a) > 1 && !a[1].IsNil() {
		message = h.ToText(&a[1])
		value.Share(&message)
	}
	e := h.NewError(message, code)
	if len(a) > 2 {
		*e.ErrorSlot(value.ErrDetails) = host.Keep(&a[2])
		if a[2].IsError() { // why it came to this
			*e.ErrorSlot(value.ErrCause) = host.Keep(&a[2])
		}
	}
	return e, nil
}

// patternList checks that a value can be taken apart into n parts: what stands before
// [a, b] = e.
func patternList(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsList() {
		return value.Nil, host.NeedList(f, &a[0])
	}
	want, _ := a[1].ToNumber().Int64()
	if n := a[0].List().Len(); int64(n) != want {
		return value.Nil, host.Raise("pattern", fmt.Sprintf("%d பகுதிகள் எதிர்பார்க்கப்பட்டன; அணியில் %d உள்ளன", want, n), fmt.Sprintf("%d parts were expected, the list has %d", want, n))
	}
	return value.Nil, nil
}

// length is the number of letters, items, fields or bytes.
func length(f *vm.Fiber, a []value.Value) (value.Value, error) {
	v := &a[0]
	switch {
	case v.IsText():
		return value.Int(f.Heap().TextLen(v)), nil
	case v.IsList():
		return value.Int(v.List().Len()), nil
	case v.IsRecord():
		return value.Int(v.FieldCount()), nil
	case v.Kind() == value.KindBytes:
		return value.Int(v.ByteLen()), nil
	case v.Kind() == value.KindRange:
		if n, ok := v.RangeLen(); ok {
			return value.Int(n), nil
		}
		return value.Nil, host.Overflow()
	}
	return value.Nil, vm.Fail(diag.RunNoLength, f.KindName(v))
}

func typeOf(f *vm.Fiber, a []value.Value) (value.Value, error) {
	return f.Heap().NewText(a[0].TypeName()), nil
}

func toString(f *vm.Fiber, a []value.Value) (value.Value, error) {
	v := f.Heap().ToText(&a[0])
	value.Share(&v)
	return v, nil
}

// toNumber reads a number out of what the value prints as.
func toNumber(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if a[0].IsNumber() {
		return host.Success(f, a[0])
	}
	s := host.Text(f, &a[0])
	d, err := decimal.ParseText(s)
	if err != nil {
		return host.Failure(f, fmt.Sprintf("'%s' ஒரு எண் அல்ல", s), fmt.Sprintf("'%s' is not a number", s))
	}
	return host.Success(f, value.Number(d))
}
