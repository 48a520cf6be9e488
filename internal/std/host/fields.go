package host

import (
	"fmt"

	"etamil/internal/diag"
	"etamil/internal/value"
	"etamil/vm"
)

// Fields calls do for each field of a record, in byte order of the names, until one is
// refused; name is a view like Text's. nil has no fields, and anything else is an error.
func Fields(f *vm.Fiber, v *value.Value, do func(name string, x *value.Value) error) error {
	if v.IsNil() {
		return nil
	}
	if !v.IsRecord() {
		return NeedRecord(f, v)
	}
	names := f.Heap().Keys(v)
	for i := range names.List().Len() {
		name := names.List().At(i).Str()
		x, _ := v.Field(name)
		if err := do(name, x); err != nil {
			return err
		}
	}
	return nil
}

// NoSuch is the error of a name that isn't among those that there are. The sentences have
// a %s for it; the one that may be meant is added.
func NoSuch(code, tamil, english, name string, names []string) error {
	name = Valid(name)
	tamil, english = fmt.Sprintf(tamil, name), fmt.Sprintf(english, name)
	if best, ok := diag.Nearest(name, names); ok {
		tamil, english = tamil+"; '"+best+"'?", english+"; did you mean '"+best+"'?"
	}
	return Raise(code, tamil, english)
}
