package core

import (
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
	numbers, texts := true, true
	for i := range items {
		numbers = numbers && items[i].IsNumber()
		texts = texts && items[i].IsText()
	}
	switch {
	case numbers:
		mergeSort(items, make([]value.Value, n), byNumber)
	case texts:
		mergeSort(items, make([]value.Value, n), byText)
	default:
		keys := make([]keyed, n)
		for i := range items {
			keys[i] = keyed{h.ToText(&items[i]), items[i]}
		}
		mergeSort(keys, make([]keyed, n), func(x, y *keyed) int { return byText(&x.key, &y.key) })
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

// byText orders two texts by their bytes.
func byText(x, y *value.Value) int {
	s, t := x.Str(), y.Str()
	switch {
	case s < t:
		return -1
	case s > t:
		return 1
	}
	return 0
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
