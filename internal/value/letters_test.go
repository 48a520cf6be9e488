package value

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// letterCases are what facts about the language say of letters.
var letterCases = []struct {
	text string
	want int
}{
	{"", 0},
	{"a", 1},
	{"வணக்கம்", 5},
	{"e\u0301", 1},
	{"👨\u200d👩\u200d👧", 1},
	{"🇮🇳", 1},
	{"🇮🇳🇮🇳🇮", 3},
	{"\r\n", 1},
	{"\r\n\r\n", 2},
	{"\n\r", 2},
	{"a\r\nb", 3},
	{"\r", 1},
	{"கௌ", 1},
	{"கொ", 1},
	{"ஸ்ரீ", 2},
	{"க்ஷ", 2},
	{"க்\u200dஷ", 2},
	{"் க", 3},
	{"ශ්‍රී", 2},
	{"क्ष", 1},
	{"ক্ষ", 1},
	{"క్ష", 1},
	{"ക്ഷ", 1},
	{"1\ufe0f\u20e3", 1},
	{"👍🏽", 1},
	{"\u1112\u1161\u11ab", 1},
	{"a\u0bcd", 1},
	{"\n\u0bcd", 2},
	{"அ\u0301", 1},
	{"\x7f\u0bcd", 2},
	{"அஃ", 2},
	{"ஂ", 1},
}

func TestCountLetters(t *testing.T) {
	h := newTestHeap(t, 0)
	for _, c := range letterCases {
		if got := CountLetters(c.text); got != c.want {
			t.Errorf("CountLetters(%+q) = %d, want %d", c.text, got, c.want)
		}
		v := h.NewText(c.text)
		if got := h.TextLen(&v); got != c.want {
			t.Errorf("TextLen(%+q) = %d, want %d", c.text, got, c.want)
		}
	}
}

// checkLetters holds everything about the letters of s to uax29.
func checkLetters(t *testing.T, h *Heap, s string) {
	t.Helper()
	var want []string
	for it := graphemes.FromString(s); it.Next(); {
		want = append(want, it.Value())
	}
	for i, rest := 0, s; len(rest) > 0; i++ {
		n := NextLetter(rest)
		if n <= 0 || i >= len(want) || rest[:n] != want[i] {
			t.Fatalf("letter %d of %+q has %d bytes, uax29 says %+q", i, s, n, want[i:min(len(want), i+1)])
		}
		rest = rest[n:]
	}
	v := h.NewText(s)
	if got := h.TextLen(&v); got != len(want) {
		t.Fatalf("TextLen(%+q) = %d, want %d", s, got, len(want))
	}
	for k := range want { // a walk in an order that is neither forwards nor backwards
		i := (k*7 + 3) % len(want)
		if got, ok := h.Letter(&v, i); !ok || got.Str() != want[i] {
			t.Fatalf("letter %d of %+q is %+q, want %+q", i, s, got.Str(), want[i])
		}
		n := min(5, len(want)-i)
		if got := h.SliceText(&v, i, n); got.Str() != strings.Join(want[i:i+n], "") {
			t.Fatalf("letters %d to %d of %+q are %+q", i, i+n, s, got.Str())
		}
	}
	for _, i := range []int{-1, len(want), len(want) + 100} {
		if _, ok := h.Letter(&v, i); ok {
			t.Fatalf("%+q has a letter %d", s, i)
		}
	}
	it, _ := h.NewIter(&v)
	var key, val Value
	n := 0
	for ; h.Next(&it, &key, &val); n++ {
		if key != Int(n) || val.Str() != want[n] {
			t.Fatalf("the walk over %+q gives %s, %+q as letter %d", s, show(key), val.Str(), n)
		}
	}
	if n != len(want) {
		t.Fatalf("the walk over %+q has %d letters, want %d", s, n, len(want))
	}
	if len(want) > 0 {
		checkFind(t, h, &v, want, want[len(want)/2])
		checkFind(t, h, &v, want, s[len(s)/2:min(len(s), len(s)/2+2)])
	}
}

// checkFind holds the searches for sub to a search letter by letter.
func checkFind(t *testing.T, h *Heap, v *Value, letters []string, sub string) {
	t.Helper()
	var places []int // letters at which sub stands, aligned
	for i := range letters {
		s := ""
		for k := i; k < len(letters) && len(s) < len(sub); k++ {
			s += letters[k]
		}
		if s == sub {
			places = append(places, i)
		}
	}
	first := -1
	if len(places) > 0 {
		first = places[0]
	}
	got, ok := h.FindText(v, sub, 0)
	if !ok {
		got = -1
	}
	if got != first {
		t.Fatalf("FindText(%+q, %+q) = %d, want %d", v.Str(), sub, got, first)
	}
	if first >= 0 {
		next := -1
		if len(places) > 1 {
			next = places[1]
		}
		if got, ok = h.FindText(v, sub, first+1); ok != (next >= 0) || ok && got != next {
			t.Fatalf("the second %+q in %+q is at %d, want %d", sub, v.Str(), got, next)
		}
	}
	offset := func(i int) int { return len(strings.Join(letters[:i], "")) }
	m := FindAll(v.Str(), sub)
	end := 0
	for _, i := range places {
		if offset(i) < end {
			continue // overlaps the one before
		}
		from, to, ok := m.Next()
		if !ok || from != offset(i) || to != from+len(sub) {
			t.Fatalf("FindAll(%+q, %+q): %d %d %v, want %d", v.Str(), sub, from, to, ok, offset(i))
		}
		end = to
	}
	if _, _, ok := m.Next(); ok {
		t.Fatalf("FindAll(%+q, %+q) finds too many", v.Str(), sub)
	}
}

// pieces are what makes letters interesting.
var pieces = []string{
	"a", "b", " ", "\n", "\r", "\r\n", "\t", "\x00", "\x7f", "1",
	"அ", "க", "ஷ", "ர", "ஃ", "௧", "\u0bcd", "\u0bbe", "\u0bbf", "\u0bc6", "\u0b82", "\u0bd7", "\u0bc5", "\u0b83", "\u0bff",
	"\u200d", "\u200c", "\u0301", "é", "क", "्", "ष", "ශ", "්", "👩", "👍", "🏽", "🇮", "🇳", "\ufe0f", "\u20e3",
	"\u1112", "\u1161", "\u11ab", "한", "\u0600", "\ufeff", "中", "\U0001F3F4",
}

// TestLettersAgainstUAX29 tries every text of up to three pieces, and long mixtures.
func TestLettersAgainstUAX29(t *testing.T) {
	h := newTestHeap(t, 0)
	for _, a := range pieces {
		for _, b := range pieces {
			for _, c := range pieces {
				s := a + b + c
				rest := s
				for it := graphemes.FromString(s); it.Next(); {
					n := NextLetter(rest)
					if rest[:n] != it.Value() {
						t.Fatalf("%+q: letter %+q, uax29 says %+q", s, rest[:n], it.Value())
					}
					rest = rest[n:]
				}
			}
		}
	}
	x := uint64(1)
	for range 300 {
		var s strings.Builder
		for range x >> 33 % 200 {
			x = x*6364136223846793005 + 1442695040888963407
			s.WriteString(pieces[x>>33%uint64(len(pieces))])
		}
		x = x*6364136223846793005 + 1442695040888963407
		checkLetters(t, h, s.String())
		h.Reset()
	}
}

func FuzzLetters(f *testing.F) {
	for _, c := range letterCases {
		f.Add(c.text)
	}
	f.Add(strings.Repeat("வணக்கம் ", 20))
	pool := new(Pool)
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || len(s) > 4096 {
			return
		}
		checkLetters(t, NewHeap(pool, 0), s)
	})
}

// TestLetterIndexFollows: an index must not outlive its text's place.
func TestLetterIndexFollows(t *testing.T) {
	h := newTestHeap(t, 0)
	roots := []Value{h.NewText(strings.Repeat("கொ", 100)), h.NewText(strings.Repeat("அb", 100)), h.NewText(strings.Repeat("é", 300))}
	for range 5 {
		for i, want := range []int{100, 200, 300} {
			if got := h.TextLen(&roots[i]); got != want {
				t.Fatalf("text %d has %d letters, want %d", i, got, want)
			}
		}
		longer := h.Join(&roots[0], &roots[2])
		if h.TextLen(&longer) != 400 || h.TextLen(&roots[0]) != 100 {
			t.Fatal("a text that grew in place took its shorter self along")
		}
		h.Collect(roots)
	}
}

// TestLetterIndexForgets: another text of the same size at the same place is another text.
func TestLetterIndexForgets(t *testing.T) {
	h := newTestHeap(t, 0)
	roots := []Value{Nil}
	for i := range 50 {
		letter, want := "கொ", 100 // one letter, and below two that are as long
		if i%2 == 1 {
			letter, want = "கஷ", 200
		}
		roots[0] = h.NewText(strings.Repeat(letter, 100))
		if got := h.TextLen(&roots[0]); got != want {
			t.Fatalf("%d letters, want %d", got, want)
		}
		roots[0] = Nil
		if i%5 < 3 {
			h.Collect(roots)
		} else {
			h.Reset()
		}
	}
}

// TestLettersAreLinear: a loop over a text by index looks at a bounded number of letters
// for each, in either direction.
func TestLettersAreLinear(t *testing.T) {
	h := newTestHeap(t, 0)
	const n = 200_000
	v := h.NewText(strings.Repeat("கொa", n/2))
	for i := range n {
		if l, ok := h.Letter(&v, i); !ok || l.ByteLen() == 0 {
			t.Fatal(i)
		}
	}
	for i := n - 1; i >= 0; i -= 3 {
		if l, ok := h.Letter(&v, i); !ok || l.ByteLen() == 0 {
			t.Fatal(i)
		}
	}
	m := FindAll(v.Str(), "a")
	count := 0
	for {
		if _, _, ok := m.Next(); !ok {
			break
		}
		count++
	}
	if count != n/2 {
		t.Errorf("%d matches", count)
	}
}

func TestSimpleBit(t *testing.T) {
	for n := range 40 {
		s := strings.Repeat("x", n)
		if simpleBit(s) == 0 {
			t.Errorf("%d times x is not simple", n)
		}
		for i := range n {
			for _, c := range []string{"\r", "\x80", "\xff"} {
				if simpleBit(s[:i]+c+s[i+1:]) != 0 {
					t.Errorf("%q at %d of %d is simple", c, i, n)
				}
			}
			for _, c := range []string{"\x0c", "\x0e", "\n", "\x7f", "\x00", "M"} {
				if simpleBit(s[:i]+c+s[i+1:]) == 0 {
					t.Errorf("%q at %d of %d is not simple", c, i, n)
				}
			}
		}
	}
}
