package syntax

import "strings"

// Romanise writes Tamil in Latin letters by the letter table of the language:
// one letter for each, capitals for long vowels and for the letters that Latin
// lacks (ண N, ற R, ன Z …). Whatever isn't Tamil stays as it is. The romanised
// spellings of words and builtins are what this gives.
func Romanise(s string) string {
	var b strings.Builder
	inherent := false // a consonant was written whose a is still to come
	for _, r := range s {
		if c, ok := consonants[r]; ok {
			if inherent {
				b.WriteByte('a')
			}
			b.WriteByte(c)
			inherent = true
			continue
		}
		if v, ok := vowelSigns[r]; ok {
			if v != 0 {
				b.WriteByte(v)
			}
			inherent = false
			continue
		}
		if inherent {
			b.WriteByte('a')
			inherent = false
		}
		if v, ok := vowels[r]; ok {
			b.WriteByte(v)
			continue
		}
		b.WriteRune(r)
	}
	if inherent {
		b.WriteByte('a')
	}
	return b.String()
}

var consonants = map[rune]byte{
	'க': 'k', 'ங': 'w', 'ச': 'c', 'ஞ': 'W', 'ட': 't', 'ண': 'N', 'த': 'q', 'ந': 'n', 'ப': 'p', 'ம': 'm', 'ய': 'y',
	'ர': 'r', 'ல': 'l', 'வ': 'v', 'ழ': 'z', 'ள': 'L', 'ற': 'R', 'ன': 'Z', 'ஜ': 'j', 'ஸ': 's', 'ஷ': 'S', 'ஹ': 'h',
}

var vowels = map[rune]byte{
	'அ': 'a', 'ஆ': 'A', 'இ': 'i', 'ஈ': 'I', 'உ': 'u', 'ஊ': 'U', 'எ': 'e', 'ஏ': 'E', 'ஐ': 'Y', 'ஒ': 'o', 'ஓ': 'O', 'ஔ': 'V',
}

// vowelSigns change the vowel of the consonant before; the pulli takes it away.
var vowelSigns = map[rune]byte{
	'ா': 'A', 'ி': 'i', 'ீ': 'I', 'ு': 'u', 'ூ': 'U', 'ெ': 'e', 'ே': 'E', 'ை': 'Y', 'ொ': 'o', 'ோ': 'O', 'ௌ': 'V', '்': 0,
}
