package core

import (
	"etamil/internal/value"
	"etamil/vm"
)

// shapeHas says whether a record has a field; nil for what is no record.
func shapeHas(_ *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsRecord() {
		return value.Nil, nil
	}
	_, ok := a[0].Field(a[1].Str())
	return value.Bool(ok), nil
}

// shapePlain is a record of a shape as one without, which can be given any field.
// Anything else is itself.
func shapePlain(f *vm.Fiber, a []value.Value) (value.Value, error) {
	value.Share(&a[0])
	if a[0].ShapeOf() == nil {
		return a[0], nil
	}
	h := f.Heap()
	plain := h.NewRecordSize(a[0].FieldCount())
	it, _ := h.NewIter(&a[0])
	var key, x value.Value
	for h.Next(&it, &key, &x) {
		value.Share(&x)
		h.SetField(&plain, key, x, true)
	}
	return plain, nil
}
