package value

import (
	"strings"
	"testing"
	"unicode/utf8"
)

// TestValidUTF8 compares with Go's, over all pairs of bytes at all places, and over all
// runes between others.
func TestValidUTF8(t *testing.T) {
	same := func(s string) {
		if got, want := validUTF8(s), utf8.ValidString(s); got != want {
			t.Fatalf("%q: %v", s, got)
		}
	}
	const around = "அஆabc\u00e9க்க"
	for a := range 256 {
		for b := range 256 {
			for _, c := range []string{"", "\x80", "\xa0", "\xbf", "x"} {
				x := string([]byte{byte(a), byte(b)}) + c
				same(x)
				same(x + around)
				same("அ" + x + around)
				same("abc" + x + "அஆஇஈ")
				same("0123456789" + x)
			}
		}
	}
	for r := rune(0); r <= 0x10FFFF; r += 13 {
		same(around + string(r) + around)
	}
	for i := range len(around) {
		same(strings.Repeat("க", 5) + around[:i])
		same(around[i:] + "கா")
	}
}
