package syntax

import (
	"unicode"

	"etamil/internal/diag"
)

// isWordByte tells which ASCII bytes go on a word.
var isWordByte = func() (t [128]bool) {
	for c := range t {
		t[c] = c == '_' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
	}
	return t
}()

// isTamil covers the whole block: signs and digits may begin a name, and do in
// existing programs.
func isTamil(r rune) bool { return r >= 0x0b80 && r <= 0x0bff }

// tamilLetter reports whether s begins with a character of that block: three bytes.
func tamilLetter(s string) bool {
	return len(s) >= 3 && s[0] == 0xe0 && s[1]&^1 == 0xae && s[2]&0xc0 == 0x80
}

// mayCompose reports whether the last character of s, of the Tamil block, may become one with that
// in front of it in NFC: the sign of aa behind those of e and ee, and the mark of au. No other
// character of the block changes in NFC, or moves.
func mayCompose(s string) bool {
	last := s[len(s)-3:]
	switch {
	case last == "\u0bd7":
		return true
	case last == "\u0bbe" && len(s) >= 6:
		before := s[len(s)-6 : len(s)-3]
		return before == "\u0bc6" || before == "\u0bc7"
	}
	return false
}

// notXID are the characters that UAX #31 takes out of ID_Start and ID_Continue
// to make XID_Start and XID_Continue, so that a name stays one in NFKC.
var notXID = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x037a, Hi: 0x037a, Stride: 1},
	{Lo: 0x309b, Hi: 0x309c, Stride: 1},
	{Lo: 0xfc5e, Hi: 0xfc63, Stride: 1},
	{Lo: 0xfdfa, Hi: 0xfdfb, Stride: 1},
	{Lo: 0xfe70, Hi: 0xfe70, Stride: 1},
	{Lo: 0xfe72, Hi: 0xfe7e, Stride: 2},
}}

// notXIDStart are those that are taken out of XID_Start only.
var notXIDStart = &unicode.RangeTable{R16: []unicode.Range16{
	{Lo: 0x0e33, Hi: 0x0e33, Stride: 1},
	{Lo: 0x0eb3, Hi: 0x0eb3, Stride: 1},
	{Lo: 0xff9e, Hi: 0xff9f, Stride: 1},
}}

// isStart reports whether a word may begin with r, which isn't ASCII.
func isStart(r rune) bool {
	return isTamil(r) ||
		unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start) &&
			!unicode.In(r, unicode.Pattern_Syntax, unicode.Pattern_White_Space, notXID, notXIDStart)
}

// isContinue reports whether r, which isn't ASCII, goes on a word. Newer
// versions of Unicode count ZWJ and ZWNJ in; this language does not.
func isContinue(r rune) bool {
	return isTamil(r) || r != 0x200c && r != 0x200d &&
		unicode.In(r, unicode.L, unicode.Nl, unicode.Other_ID_Start, unicode.Mn, unicode.Mc, unicode.Nd, unicode.Pc, unicode.Other_ID_Continue) &&
		!unicode.In(r, unicode.Pattern_Syntax, unicode.Pattern_White_Space, notXID)
}

func isBidi(r rune) bool { return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 }

// isInvisible reports whether a reader of the program can't see r.
func isInvisible(r rune) bool {
	return r < 0x20 || r == 0x7f || unicode.In(r, unicode.Cf, unicode.Zs, unicode.Zl, unicode.Zp, unicode.Cc)
}

// quote puts a piece of the source into a message.
func quote(s string) string { return diag.Quote(s) }

// endOfInput stands in a message for what was found when nothing was.
var endOfInput = diag.Both("கோப்பின் முடிவு", "the end of the input")
