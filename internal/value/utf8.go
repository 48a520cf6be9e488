package value

import (
	"unicode/utf8"
	"unsafe"
)

// validUTF8 is utf8.ValidString, and two letters of three bytes at a time, as those of
// Tamil and of all scripts of India, China and Japan are: in a third of the time.
func validUTF8(s string) bool {
	p := unsafe.Pointer(unsafe.StringData(s))
	for i := 0; i < len(s); {
		var w uint64 // the next 8 bytes, the first lowest; 0, which is ASCII, behind the end
		switch left := len(s) - i; {
		case left >= 8:
			w = *(*uint64)(unsafe.Add(p, i))
		case len(s) >= 8:
			w = *(*uint64)(unsafe.Add(p, len(s)-8)) >> (64 - 8*left)
		default:
			for k := range left {
				w |= uint64(s[i+k]) << (8 * k)
			}
		}
		switch {
		case w&highBits == 0:
			i += 8
		case w&sixBits == six && needsThree(w) && needsThree(w>>24):
			i += 6
		case w&threeBits == three && needsThree(w):
			i += 3
		case w&0x80 == 0:
			i++
		default:
			_, n := utf8.DecodeRuneInString(s[i:])
			if n == 1 { // it would be one of ASCII
				return false
			}
			i += n
		}
	}
	return true
}

// A letter of three bytes is 1110xxxx 10xxxxxx 10xxxxxx; six is two of them, the first in
// the low bytes.
const (
	threeBits = 0xC0C0F0
	three     = 0x8080E0
	sixBits   = threeBits<<24 | threeBits
	six       = three<<24 | three
)

// needsThree reports whether a letter of three bytes needs them all, and is no half of a
// surrogate pair: E0 begins one with at least A0, ED with at most 9F.
func needsThree(w uint64) bool {
	switch w & 0x20FF {
	case 0x00E0, 0x20ED:
		return false
	}
	return true
}
