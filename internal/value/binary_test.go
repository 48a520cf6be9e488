package value

import (
	"bytes"
	"strings"
	"testing"
)

// TestBinary: what is written is read as it was, digits behind the point included.
func TestBinary(t *testing.T) {
	h := NewHeap(new(Pool), 0)
	for _, src := range []string{
		`null`, `true`, `false`, `0`, `-1`, `2.500`, `0.0000000000000000000000000000`, `9223372036854775807`, `-9223372036854775808`, `9223372036854775808`,
		`-79228162514264337593543950335`, `7.9228162514264337593543950335`, `0.0000000000000000000000000001`,
		`""`, `"அ\u0000\"ஃ"`, `[]`, `[[[]],{}]`, `{"b":1,"a":{"":[1.10,null]}}`, strings.Repeat("[", 900) + strings.Repeat("]", 900),
	} {
		v, err := h.ReadJSON(src, JSONDepth)
		if err != nil {
			t.Fatal(err)
		}
		roundTrip(t, h, v)
	}
	many := h.NewDict(4)
	for i := range 200 {
		h.SetField(&many, h.NewText(strings.Repeat("k", i+1)), Int(i), true)
	}
	roundTrip(t, h, many)
	r, _ := h.NewRange(One.Decimal(), Int(9).Decimal(), Int(2).Decimal())
	for _, v := range []Value{h.Ok(h.NewListOf([]Value{r})), h.Fail(h.NewText("x")), h.NewBytes([]byte{0, 255}), r} {
		roundTrip(t, h, v)
	}
}

func roundTrip(t *testing.T, h *Heap, v Value) {
	t.Helper()
	b, reason := AppendBinary(nil, &v, 1<<20)
	if reason != BinaryFine {
		t.Fatalf("%v is not written: %d", h.ToText(&v), reason)
	}
	w, err := h.ReadBinary(b)
	if err != nil {
		t.Fatal(err)
	}
	c, _ := AppendBinary(nil, &w, 1<<20)
	if v.Kind() != w.Kind() && !v.IsRecord() || !bytes.Equal(b, c) {
		t.Errorf("% x came back as % x", b, c)
	}
	var p Writer
	if was, is := string(p.AppendJSON(nil, &v)), string(p.AppendJSON(nil, &w)); was != is {
		t.Errorf("%s came back as %s", was, is)
	}
	for cut := range b { // a part of it is no value
		if cut > 64 {
			break
		}
		if _, err := h.ReadBinary(b[:cut]); err == nil {
			t.Errorf("% x was read", b[:cut])
		}
	}
}

// TestBinaryRefuses: what has no binary form is told apart from what is only too much of it.
func TestBinaryRefuses(t *testing.T) {
	h := NewHeap(new(Pool), 0)
	deep := Nil
	for range JSONDepth {
		deep = h.NewListOf([]Value{deep})
	}
	wide := h.NewText("0123456789")
	for range 40 {
		Share(&wide)
		wide = h.NewListOf([]Value{wide, wide})
	}
	shaped := h.NewRecord(NewShapeClass(&Shape{Name: "s"}, "x"), []Value{One})
	for _, c := range []struct {
		v    Value
		want BinaryReason
	}{
		{Func(1), BinaryKind}, {h.NewListOf([]Value{Handle(0, 1, true)}), BinaryKind}, {h.NewError(Nil, Nil), BinaryKind},
		{deep, BinaryDeep}, {wide, BinaryLarge}, {h.NewText(strings.Repeat("a", 1001)), BinaryLarge}, {shaped, BinaryShaped},
	} {
		if _, got := AppendBinary(nil, &c.v, 1000); got != c.want && !(c.want == BinaryDeep && got == BinaryLarge) {
			t.Errorf("kind %d: reason %d, want %d", c.v.Kind(), got, c.want)
		}
	}
}

func FuzzReadBinary(f *testing.F) {
	f.Add([]byte("l\x03N\x80\x02t\x01a"))
	f.Add([]byte("r\x01\x01a\xa1\x01\x00\x00\x00\x01\x00\x00\x00\x00\x00\x00\x00\x01"))
	f.Add([]byte("l\xff\xff\xff\xff\x0f"))
	f.Fuzz(func(t *testing.T, b []byte) {
		h := NewHeap(new(Pool), 1<<20)
		v, err := h.ReadBinary(b)
		if err != nil || h.Over() {
			return
		}
		c, reason := AppendBinary(nil, &v, 1<<22)
		if reason != BinaryFine {
			t.Fatalf("% x was read, and can't be written: %d", b, reason)
		}
		if _, err := h.ReadBinary(c); err != nil && !h.Over() {
			t.Fatalf("% x was written, and can't be read", c)
		}
	})
}
