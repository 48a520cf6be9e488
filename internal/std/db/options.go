package db

import (
	"strings"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// option is one field of a record of options.
type option struct {
	english, tamil string
	set            func(*value.Value) error
}

// eachOption gives each field of a record, which may be nil, to its option. A field that
// there is none for is an error that names those that there are.
func eachOption(f *vm.Fiber, v *value.Value, options []option) error {
	if v.IsNil() {
		return nil
	}
	if !v.IsRecord() {
		return host.NeedRecord(f, v)
	}
	keys := f.Heap().Keys(v)
	slots := keys.List().Slots()
next:
	for i := range slots {
		x, _ := v.Field(slots[i].Str())
		name := slots[i].Clone()
		for _, o := range options {
			if o.english == name || o.tamil == name {
				if err := o.set(x); err != nil {
					return err
				}
				continue next
			}
		}
		var tamil, english []string
		for _, o := range options {
			tamil, english = append(tamil, o.tamil), append(english, o.english)
		}
		return host.Raise("argument", "'"+name+"' என்ற விருப்பம் இல்லை; உள்ளவை: "+strings.Join(tamil, ", "),
			"there is no option '"+name+"'; there are "+strings.Join(english, ", "))
	}
	return nil
}
