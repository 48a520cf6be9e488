package value

import (
	"strconv"
	"strings"
	"testing"
)

// TestJoinGrowsInPlace: text built a piece at a time copies what it has a bounded number
// of times, whether or not something else is allocated in between, collections included.
func TestJoinGrowsInPlace(t *testing.T) {
	const n = 1_000_000
	for _, between := range []bool{false, true} {
		h := newTestHeap(t, 0)
		roots := []Value{EmptyText}
		for i := range n {
			if h.wantGC {
				h.Collect(roots)
			}
			piece := asciiText['a'+i%26]
			if between {
				piece = h.NewText("ab" + strconv.Itoa(i%10))
			}
			roots[0] = h.Join(&roots[0], &piece)
		}
		v := roots[0]
		if v.ByteLen() != n && !between || v.ByteLen() != 3*n && between {
			t.Fatalf("%d bytes", v.ByteLen())
		}
		if s := v.Str(); s[:6] != "abcdef" && !between || s[len(s)-6:] != "ab8ab9" && between {
			t.Errorf("%s...%s", s[:6], s[len(s)-6:])
		}
		if !v.IsSimple() {
			t.Error("ASCII joined is not simple any more")
		}
		if h.Copied() > 4*v.ByteLen() {
			t.Errorf("copied %d bytes for a text of %d", h.Copied(), v.ByteLen())
		}
	}
}

// TestJoinLeavesTheShorter: texts that share one object keep their own ends.
func TestJoinLeavesTheShorter(t *testing.T) {
	h := newTestHeap(t, 0)
	for _, start := range []string{"ab", "நீ", strings.Repeat("x", 40_000)} {
		a := h.NewText(start)
		b := h.JoinString(&a, "1")
		c := h.JoinString(&b, "2")
		d := h.JoinString(&b, "3") // b's end is taken by now: a copy
		e := h.JoinString(&a, "\r")
		roots := []Value{a, b, c, d, e}
		for range 3 {
			for i, want := range []string{"", "1", "12", "13", "\r"} {
				if got := roots[i].Str(); got != start+want {
					t.Errorf("text %d is %.20q, want %.20q", i, got[len(start):], want)
				}
			}
			if roots[4].IsSimple() || roots[1].IsSimple() != (start[0] < 0x80) {
				t.Error("simple is wrong")
			}
			h.Collect(roots)
		}
	}
	// Joining to oneself, and to what is part of oneself.
	a := h.NewText("abc")
	b := h.JoinString(&a, "d")
	b = h.Join(&b, &a)
	b = h.Join(&b, &b)
	if b.Str() != "abcdabcabcdabc" {
		t.Error(b.Str())
	}
	f, _ := Freeze(h.NewText("frozen"))
	g := h.JoinString(&f, "!")
	if f.Str() != "frozen" || g.Str() != "frozen!" || g.N == f.N {
		t.Error("a frozen text grew")
	}
}

func TestJoinAll(t *testing.T) {
	h := newTestHeap(t, 0)
	a, b := h.NewText("அ"), h.NewText("b")
	for _, c := range []struct {
		parts  []Value
		sep    string
		want   string
		simple bool
	}{
		{nil, ",", "", true},
		{[]Value{b}, ",", "b", true},
		{[]Value{b, b, b}, ", ", "b, b, b", true},
		{[]Value{b, b}, "\r", "b\rb", false},
		{[]Value{b, a}, "", "bஅ", false},
		{[]Value{EmptyText, EmptyText}, "", "", true},
		{[]Value{EmptyText, b, EmptyText}, "", "b", true},
	} {
		v := h.JoinAll(c.parts, c.sep)
		if v.Str() != c.want || v.IsSimple() != c.simple {
			t.Errorf("got %q, simple %v; want %q, %v", v.Str(), v.IsSimple(), c.want, c.simple)
		}
	}
}

func TestTextOfEveryLength(t *testing.T) {
	h := newTestHeap(t, 0)
	for n := range 300 {
		s := strings.Repeat("y", n)
		v := h.NewText(s)
		w := h.NewTextBytes([]byte(s))
		b := h.NewBytes([]byte(s))
		roots := []Value{v, w, b}
		h.Collect(roots)
		if roots[0].Str() != s || !Equal(&roots[0], &roots[1]) || roots[2].Str() != s || Equal(&roots[0], &roots[2]) {
			t.Fatalf("%d bytes", n)
		}
		if roots[0].Clone() != s || roots[0].ByteLen() != n {
			t.Fatalf("%d bytes", n)
		}
	}
}
