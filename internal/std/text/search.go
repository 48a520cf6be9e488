package text

import (
	"strings"

	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// replace puts new wherever old stands. An empty old changes nothing.
func replace(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := f.Heap()
	t := h.ToText(&a[0])
	s, old, to := t.Str(), host.Text(f, &a[1]), host.Text(f, &a[2])
	if old == "" {
		return host.Keep(&t), nil
	}
	m := value.FindAll(s, old)
	at, end, ok := m.Next()
	if !ok {
		return host.Keep(&t), nil
	}
	buf := host.TakeScratch()
	defer buf.Give()
	done := 0
	for ; ok; at, end, ok = m.Next() {
		buf.B = append(append(buf.B, s[done:at]...), to...)
		done = end
		if len(buf.B) > checkEvery && !h.Room(len(buf.B)) {
			return value.EmptyText, nil // the machine raises the error
		}
	}
	buf.B = append(buf.B, s[done:]...)
	return h.NewTextBytes(buf.B), nil
}

// checkEvery is from how many bytes on what is built is held against the memory budget.
const checkEvery = 64 << 10

// split is the pieces between the separators: at least one. An empty separator separates
// nothing.
func split(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := f.Heap()
	t := h.ToText(&a[0])
	s, sep := t.Str(), host.Text(f, &a[1])
	list := h.NewList(0, 4)
	done := 0
	if sep != "" {
		m := value.FindAll(s, sep)
		for at, end, ok := m.Next(); ok; at, end, ok = m.Next() {
			h.Append(&list, h.NewText(s[done:at]))
			done = end
			if h.Over() {
				return list, nil
			}
		}
	}
	if done == 0 {
		h.Append(&list, host.Keep(&t))
	} else {
		h.Append(&list, h.NewText(s[done:]))
	}
	return list, nil
}

// join is the items as they print, with the separator between them.
func join(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if !a[0].IsList() {
		return value.Nil, host.NeedList(f, &a[0])
	}
	h := f.Heap()
	items := a[0].List().Slots()
	sep := host.Text(f, &a[1])
	texts := true
	for i := range items {
		texts = texts && items[i].IsText()
	}
	if texts {
		v := h.JoinAll(items, sep)
		return host.Keep(&v), nil
	}
	w := h.Writer()
	buf := host.TakeScratch()
	defer buf.Give()
	for i := range items {
		if i > 0 {
			buf.B = append(buf.B, sep...)
		}
		buf.B = w.AppendText(buf.B, &items[i])
		if w.Cut {
			w.Cut = false
			return value.Nil, vm.Fail(diag.RunOutOfMemory)
		}
		if len(buf.B) > checkEvery && !h.Room(len(buf.B)) {
			return value.EmptyText, nil
		}
	}
	return h.NewTextBytes(buf.B), nil
}

// find is the letter of a text, or the item of a list, at which what is looked for stands
// first; nil if it stands nowhere.
func find(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if a[0].IsList() {
		items := a[0].List().Slots()
		for i := range items {
			if value.Equal(&items[i], &a[1]) {
				return value.Int(i), nil
			}
		}
		return value.Nil, nil
	}
	h := f.Heap()
	t := h.ToText(&a[0])
	if i, ok := h.FindText(&t, host.Text(f, &a[1]), 0); ok {
		return value.Int(i), nil
	}
	return value.Nil, nil
}

// contains says whether find finds.
func contains(f *vm.Fiber, a []value.Value) (value.Value, error) {
	if a[0].IsList() {
		items := a[0].List().Slots()
		for i := range items {
			if value.Equal(&items[i], &a[1]) {
				return value.True, nil
			}
		}
		return value.False, nil
	}
	t := f.Heap().ToText(&a[0])
	s, part := t.Str(), host.Text(f, &a[1])
	if part == "" || t.IsSimple() {
		return value.Bool(strings.Contains(s, part)), nil
	}
	m := value.FindAll(s, part)
	_, _, ok := m.Next()
	return value.Bool(ok), nil
}

func startsWith(f *vm.Fiber, a []value.Value) (value.Value, error) {
	t := f.Heap().ToText(&a[0])
	s, part := t.Str(), host.Text(f, &a[1])
	return value.Bool(strings.HasPrefix(s, part) && (t.IsSimple() || edge(s, len(part)))), nil
}

func endsWith(f *vm.Fiber, a []value.Value) (value.Value, error) {
	t := f.Heap().ToText(&a[0])
	s, part := t.Str(), host.Text(f, &a[1])
	return value.Bool(strings.HasSuffix(s, part) && (t.IsSimple() || edge(s, len(s)-len(part)))), nil
}

// edge reports whether a letter of s begins, or s ends, at byte i.
func edge(s string, i int) bool {
	at := 0
	for at < i {
		at += value.NextLetter(s[at:])
	}
	return at == i
}
