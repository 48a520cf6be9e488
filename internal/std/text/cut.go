package text

import (
	"slices"
	"strings"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// slice is a part of a text, list or bytes: count letters, items or bytes from start on,
// or all that follow. A negative start counts from the end; what lies outside is left out.
func slice(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := f.Heap()
	start, err := host.Whole(&a[1], "பகுதியின் தொடக்கம்", "the start of a slice")
	if err != nil {
		return value.Nil, err
	}
	v := a[0]
	var n int
	switch {
	case v.IsList():
		n = v.List().Len()
	case v.Kind() == value.KindBytes:
		n = v.ByteLen()
	default:
		v = h.ToText(&a[0])
		n = h.TextLen(&v)
	}
	count := n
	if len(a) > 2 && !a[2].IsNil() {
		if count, err = host.Whole(&a[2], "பகுதியின் அளவு", "the length of a slice"); err != nil {
			return value.Nil, err
		}
	}
	if start < 0 {
		start = max(0, start+n)
	}
	start = min(start, n)
	count = max(0, min(count, n-start))
	switch {
	case v.IsList():
		return h.SliceList(&v, start, count), nil
	case v.IsText():
		part := h.SliceText(&v, start, count)
		return host.Keep(&part), nil
	}
	return h.NewBytes([]byte(v.Str()[start : start+count])), nil
}

// trim is the text without the white space at both ends.
func trim(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := f.Heap()
	t := h.ToText(&a[0])
	s := strings.TrimSpace(t.Str())
	if len(s) == t.ByteLen() {
		return host.Keep(&t), nil
	}
	return h.NewText(s), nil
}

// pad puts fillers in front of the text until it has at least width letters; behind it
// where width is negative. The last filler is cut where it would be too long.
func pad(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := f.Heap()
	t := h.ToText(&a[0])
	width, err := host.Whole(&a[1], "அகலம்", "the width")
	if err != nil {
		return value.Nil, err
	}
	filler := " "
	if len(a) > 2 && !a[2].IsNil() {
		filler = host.Text(f, &a[2])
	}
	behind := width < 0
	missing := max(width, -width) - h.TextLen(&t)
	if missing <= 0 || filler == "" {
		return host.Keep(&t), nil
	}
	if !h.Room(t.ByteLen()) || !h.Room(missing) {
		return value.EmptyText, nil
	}
	buf := host.TakeScratch()
	defer buf.Give()
	if behind {
		buf.B = append(buf.B, t.Str()...)
	}
	if buf.B = appendFill(buf.B, filler, missing, h); h.Over() {
		return value.EmptyText, nil
	}
	if !behind {
		buf.B = append(buf.B, t.Str()...)
	}
	return h.NewTextBytes(buf.B), nil
}

// appendFill appends n letters of filler, over and over.
func appendFill(dst []byte, filler string, n int, h *value.Heap) []byte {
	for n > 0 {
		for s := filler; n > 0 && s != ""; n-- {
			k := value.NextLetter(s)
			dst = append(dst, s[:k]...)
			s = s[k:]
		}
		if len(dst) > checkEvery && !h.Room(len(dst)) {
			break
		}
	}
	return dst
}

// repeat is the text n times.
func repeat(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := f.Heap()
	t := h.ToText(&a[0])
	n, err := host.Whole(&a[1], "தடவை", "the number of times")
	if err != nil {
		return value.Nil, err
	}
	size := t.ByteLen()
	switch {
	case n < 0:
		return value.Nil, host.Raise("argument", "தடவை 0 ஐ விடச் சிறியதாக இருக்க முடியாது", "the number of times must not be negative")
	case n == 0 || size == 0:
		return value.EmptyText, nil
	case n > (1<<40)/size || !h.Room(n*size):
		h.Room(-1) // too large for any budget
		return value.EmptyText, nil
	}
	buf := host.TakeScratch()
	defer buf.Give()
	// Room for all of it at once, then twice as much with each copy: a loop of requests
	// waits while a native works.
	end := n * size
	buf.B = append(slices.Grow(buf.B, end), t.Str()...)
	for len(buf.B) < end {
		buf.B = append(buf.B, buf.B[:min(len(buf.B), end-len(buf.B))]...)
	}
	return h.NewTextBytes(buf.B), nil
}

// reverse is the letters of a text, or the items of a list, from last to first.
func reverse(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := f.Heap()
	if a[0].IsList() {
		v := h.SliceList(&a[0], 0, a[0].List().Len())
		s := v.List().Slots()
		for i, j := 0, len(s)-1; i < j; i, j = i+1, j-1 {
			s[i], s[j] = s[j], s[i]
		}
		return v, nil
	}
	t := h.ToText(&a[0])
	s := t.Str()
	buf := host.TakeScratch()
	defer buf.Give()
	buf.B = append(buf.B, s...)
	for at, end := 0, len(s); at < len(s); {
		n := value.NextLetter(s[at:])
		end -= n
		copy(buf.B[end:], s[at:at+n])
		at += n
	}
	return h.NewTextBytes(buf.B), nil
}
