package serve

import (
	"fmt"
	"strings"
	"unsafe"

	"etamil/http1"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// appendFields appends the fields that a record of headers says, as whole lines that
// http1 has checked. A list says several lines of one name, nil none. Content-Type is
// not among them: it comes back, as a view of the record, or "".
func appendFields(dst []byte, f *vm.Fiber, headers *value.Value) (out []byte, content string, err error) {
	switch headers.Kind() {
	case value.KindNil:
		return dst, "", nil
	case value.KindRecord:
		r := headers.Record()
		for i, name := range r.Class().Names() {
			if dst, content, err = appendField(dst, content, f, name, r.Slot(i)); err != nil {
				return dst, "", err
			}
		}
		return dst, content, nil
	case value.KindDict:
		it, _ := f.Heap().NewIter(headers)
		var name, v value.Value
		for f.Heap().Next(&it, &name, &v) {
			if dst, content, err = appendField(dst, content, f, name.Str(), &v); err != nil {
				return dst, "", err
			}
		}
		return dst, content, nil
	}
	return dst, "", host.Need(f, "தலைப்புகளாக ஒரு பொருள்", "a record of headers", headers)
}

func appendField(dst []byte, content string, f *vm.Fiber, name string, v *value.Value) ([]byte, string, error) {
	switch {
	case v.IsNil():
		return dst, content, nil
	case v.IsList():
		l := v.List()
		for i := range l.Len() {
			if l.At(i).IsList() {
				return dst, content, badField(name)
			}
			var err error
			if dst, content, err = appendField(dst, content, f, name, l.At(i)); err != nil {
				return dst, content, err
			}
		}
		return dst, content, nil
	}
	text := host.Text(f, v)
	if len(name) == len("Content-Type") && strings.EqualFold(name, "Content-Type") {
		if http1.CheckField(typeField, unsafe.Slice(unsafe.StringData(text), len(text))) != nil {
			return dst, content, badField(name)
		}
		return dst, text, nil
	}
	field := [1]http1.Field{{Name: unsafe.Slice(unsafe.StringData(name), len(name)), Value: unsafe.Slice(unsafe.StringData(text), len(text))}}
	dst, err := http1.AppendFields(dst, field[:])
	switch {
	case err == http1.ErrReservedToWrite:
		return dst, content, host.Raise("header", "'"+name+"' தலைப்பை வழங்கியே எழுதும்", "the header '"+name+"' is written by the server itself")
	case err != nil:
		return dst, content, badField(name)
	}
	return dst, content, nil
}

var typeField = []byte("Content-Type")

func badField(name string) error {
	name = host.Valid(name)
	if len(name) > maxShownName {
		name = name[:maxShownName]
	}
	return host.Raise("header", fmt.Sprintf("%q என்ற தலைப்பின் பெயரிலோ மதிப்பிலோ கூடாத எழுத்து உள்ளது", name), fmt.Sprintf("the header %q has a name or value that no header may have", name))
}

const maxShownName = 64
