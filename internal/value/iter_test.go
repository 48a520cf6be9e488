package value

import (
	"strings"
	"testing"

	"etamil/internal/decimal"
)

// walk is what a loop over v sees: key:value for each, with a collection before each step
// (in a heap of its own, since it would move what the test still needs).
func walk(v Value) string {
	h := NewHeap(new(Pool), 0)
	v = h.DeepCopy(v, nil)
	it, ok := h.NewIter(&v)
	if !ok {
		return "no"
	}
	roots := []Value{it, Nil, Nil}
	var parts []string
	for {
		h.Collect(roots)
		if !h.Next(&roots[0], &roots[1], &roots[2]) {
			break
		}
		parts = append(parts, show(roots[1])+":"+show(roots[2]))
	}
	if h.Next(&roots[0], &roots[1], &roots[2]) {
		return "goes on after its end"
	}
	return strings.Join(parts, " ")
}

func number(t *testing.T, s string) decimal.Decimal {
	t.Helper()
	d, err := decimal.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestWalks(t *testing.T) {
	h := newTestHeap(t, 0)
	dict := h.NewDict(0)
	for _, k := range []string{"z", "10", "9", "அ", "gone", "a"} {
		h.SetField(&dict, h.NewText(k), h.NewText("="+k), true)
	}
	h.RemoveField(&dict, "gone")
	for _, c := range []struct {
		v    Value
		want string
	}{
		{fromJSON(t, h, `[5,"x",[1]]`), "0:5 1:x 2:[1]"},
		{fromJSON(t, h, `[]`), ""},
		{fromJSON(t, h, `{"b":1,"அ":3,"a":2}`), "a:2 b:1 அ:3"},
		{fromJSON(t, h, `{}`), ""},
		{dict, "10:=10 9:=9 a:=a z:=z அ:=அ"},
		{h.NewDict(0), ""},
		{h.NewText("ab"), "0:a 1:b"},
		{h.NewText("கொடி!"), "0:கொ 1:டி 2:!"},
		{EmptyText, ""},
		{Nil, "no"},
		{Int(3), "no"},
		{True, "no"},
		{h.Ok(Nil), "no"},
	} {
		if got := walk(c.v); got != c.want {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

func TestRanges(t *testing.T) {
	h := newTestHeap(t, 0)
	for _, c := range []struct{ from, to, step, want string }{
		{"1", "4", "1", "0:1 1:2 2:3 3:4"},
		{"1", "1", "1", "0:1"},
		{"1", "0", "1", ""},
		{"5", "1", "-2", "0:5 1:3 2:1"},
		{"5", "1", "-3", "0:5 1:2"},
		{"1", "5", "-1", ""},
		{"0", "0.3", "0.1", "0:0 1:0.1 2:0.2 3:0.3"},
		{"79228162514264337593543950334", "79228162514264337593543950335", "1", "0:79228162514264337593543950334 1:79228162514264337593543950335"},
	} {
		v, ok := h.NewRange(number(t, c.from), number(t, c.to), number(t, c.step))
		if !ok {
			t.Fatal("refused")
		}
		n := strings.Count(c.want, ":")
		if got, ok := v.RangeLen(); !ok || got != n {
			t.Errorf("%s has %d numbers, want %d", show(v), got, n)
		}
		for i, part := range strings.Fields(c.want) {
			if x, ok := v.RangeAt(i); !ok || part[strings.Index(part, ":")+1:] != show(x) {
				t.Errorf("number %d of %s is %s", i, show(v), show(x))
			}
		}
		for _, i := range []int{-1, n} {
			if x, ok := v.RangeAt(i); ok {
				t.Errorf("%s has %s as number %d", show(v), show(x), i)
			}
		}
		if got := walk(v); got != c.want {
			t.Errorf("%s walks %q, want %q", show(v), got, c.want)
		}
	}
	if _, ok := h.NewRange(Zero.Decimal(), One.Decimal(), decimal.New(0, 3)); ok {
		t.Error("a range with step 0")
	}
	v, _ := h.NewRange(decimal.Min, decimal.Max, decimal.New(1, 28))
	if _, ok := v.RangeLen(); ok {
		t.Error("a range too long to count was counted")
	}
}

// TestWalksSeeTheirBeginning: a loop walks over what was there when it began.
func TestWalksSeeTheirBeginning(t *testing.T) {
	h := newTestHeap(t, 0)
	for _, text := range []string{`[1,2,3]`, `{"a":1,"b":2,"c":3}`} {
		v := fromJSON(t, h, text)
		it, _ := h.NewIter(&v)
		var key, val Value
		n := 0
		for h.Next(&it, &key, &val) {
			n++
			if v.IsList() {
				h.Append(&v, Int(n))
				h.SetIndex(&v, 2, Nil)
			} else {
				h.SetField(&v, h.NewText("z"), Int(n), false)
				h.RemoveField(&v, "c")
			}
			if val != Int(n) {
				t.Errorf("%s: step %d gives %s", text, n, show(val))
			}
		}
		if n != 3 {
			t.Errorf("%s: %d steps", text, n)
		}
	}
}
