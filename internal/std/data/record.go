package data

import (
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// hasField says whether the record has a field of the name that the key prints as.
func hasField(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsRecord() {
		return value.Nil, host.NeedRecord(f, &a[0])
	}
	_, ok := f.Heap().GetKey(&a[0], &a[1])
	return value.Bool(ok), nil
}

// fieldOr is the field, or the default.
func fieldOr(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsRecord() {
		return value.Nil, host.NeedRecord(f, &a[0])
	}
	if field, ok := f.Heap().GetKey(&a[0], &a[1]); ok {
		return host.Keep(field), nil
	}
	return host.Keep(&a[2]), nil
}

// keys is the names of the fields in byte order, and values what is in them.
func keys(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsRecord() {
		return value.Nil, host.NeedRecord(f, &a[0])
	}
	return f.Heap().Keys(&a[0]), nil
}

func values(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsRecord() {
		return value.Nil, host.NeedRecord(f, &a[0])
	}
	return f.Heap().Values(&a[0]), nil
}

// entries is the pairs [name, value] in the order of the names.
func entries(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsRecord() {
		return value.Nil, host.NeedRecord(f, &a[0])
	}
	h := f.Heap()
	names, held := h.Keys(&a[0]), h.Values(&a[0])
	n := min(names.List().Len(), held.List().Len())
	list := h.NewList(0, n)
	for i := range n {
		if h.Over() {
			break
		}
		h.Append(&list, h.NewListOf([]value.Value{*names.List().At(i), *held.List().At(i)}))
	}
	return list, nil
}

// removeField is a record without that field; the same one if it has none.
func removeField(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsRecord() {
		return value.Nil, host.NeedRecord(f, &a[0])
	}
	rec := host.Keep(&a[0])
	f.Heap().RemoveField(&rec, host.Text(f, &a[1]))
	return rec, nil
}
