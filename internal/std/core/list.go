package core

import (
	"encoding/binary"
	"slices"
	"strings"

	"etamil/internal/decimal"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// appendItem is a new list with one more item. (x = இணை(x, v) is an instruction of its
// own and copies nothing.)
func appendItem(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsList() {
		return value.Nil, host.NeedList(f, &a[0])
	}
	list := host.Keep(&a[0])
	f.Heap().Append(&list, host.Keep(&a[1]))
	return list, nil
}

// makeRange is the numbers from a[0] to a[1], the end included, by steps of a[2] or 1.
func makeRange(f *vm.Fiber, a []value.Value) (value.Value, error) {
	step := decimal.FromInt(1)
	if len(a) > 2 {
		step = a[2].ToNumber()
	}
	r, ok := f.Heap().NewRange(a[0].ToNumber(), a[1].ToNumber(), step)
	if !ok {
		return value.Nil, host.Raise("argument", "வீச்சு: படி 0 ஆக இருக்க முடியாது", "range: the step must not be 0")
	}
	return r, nil
}

// sort is a new list in rising order: of numbers if every item is one, else of the texts
// that the items print as. Equal items keep their order. (With a function it is the
// prelude's sort_2.)
func sort(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsList() {
		return value.Nil, host.NeedList(f, &a[0])
	}
	h := f.Heap()
	n := a[0].List().Len()
	out := h.SliceList(&a[0], 0, n)
	items := out.List().Slots()
	if len(items) < n {
		return out, nil // the budget refused: the machine says so
	}
	ints, numbers := true, true
	for i := range items {
		ints = ints && items[i].IsInt()
		numbers = numbers && items[i].IsNumber()
	}
	switch {
	case ints: // equal ones are the same: no order to keep
		keys := make([]int64, n)
		for i := range items {
			keys[i] = int64(items[i].N)
		}
		slices.Sort(keys)
		for i, k := range keys {
			items[i].N = uint64(k)
		}
	case numbers:
		mergeSort(items, make([]value.Value, n), byNumber)
	default:
		keys := make([]lettered, n)
		for i := range items {
			key := h.ToText(&items[i])
			keys[i] = lettered{prefix(key.Str()), key, items[i]}
		}
		mergeSort(keys, make([]lettered, n), byText)
		for i := range keys {
			items[i] = keys[i].item
		}
	}
	return out, nil
}

// keyed is an item with what it is sorted by.
type keyed struct{ key, item value.Value }

// byNumber orders two numbers.
func byNumber(x, y *value.Value) int {
	if x.IsInt() && y.IsInt() {
		a, b := int64(x.N), int64(y.N)
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	}
	return decimal.Cmp(x.Decimal(), y.Decimal())
}

// lettered is an item with the text that it is sorted by, and that text's first bytes,
// which nearly always tell two apart: comparing them does not leave the cache (half
// the time, for 200,000 texts).
type lettered struct {
	prefix    uint64
	key, item value.Value
}

// prefix is the first eight bytes of s as a number: in the order of the texts, where two
// differ.
func prefix(s string) uint64 {
	var b [8]byte
	copy(b[:], s)
	return binary.BigEndian.Uint64(b[:])
}

// byText orders two texts by their bytes.
func byText(x, y *lettered) int {
	switch {
	case x.prefix < y.prefix:
		return -1
	case x.prefix > y.prefix:
		return 1
	}
	return strings.Compare(x.key.Str(), y.key.Str())
}

// sortByField orders records by the number in a field, a missing one counting as 0;
// falling if a[2] holds. Equal ones keep their order.
func sortByField(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsList() {
		return value.Nil, host.NeedList(f, &a[0])
	}
	name := host.Text(f, &a[1])
	n := a[0].List().Len()
	out := f.Heap().SliceList(&a[0], 0, n)
	items := out.List().Slots()
	if len(items) < n {
		return out, nil
	}
	keys := make([]keyed, n)
	for i := range items {
		keys[i].item = items[i]
		if field, ok := items[i].Field(name); ok {
			keys[i].key = value.Number(field.ToNumber())
		}
	}
	sign := 1
	if len(a) > 2 && a[2].Truth() {
		sign = -1
	}
	mergeSort(keys, make([]keyed, n), func(x, y *keyed) int { return sign * byNumber(&x.key, &y.key) })
	for i := range keys {
		items[i] = keys[i].item
	}
	return out, nil
}
