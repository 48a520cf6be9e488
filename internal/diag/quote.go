package diag

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// maxQuote is how many letters of the source a message repeats.
const maxQuote = 40

// Quote puts a piece of a program into a message: between quotation marks, cut
// to a length that people read, with line ends and invisible characters shown.
func Quote(s string) string {
	var b strings.Builder
	b.WriteByte('\'')
	it := graphemes.FromString(s)
	for n := 0; it.Next(); n++ {
		if n == maxQuote {
			b.WriteString("…")
			break
		}
		for _, r := range it.Value() {
			switch {
			case r == '\n':
				b.WriteString("⏎")
			case r == '\r':
			case r == 0x200c || r == 0x200d: // letters are made with them
				b.WriteRune(r)
			case r < 0x20 || r == 0x7f || unicode.In(r, unicode.Cf, unicode.Cc, unicode.Zl, unicode.Zp):
				b.WriteString(CodePoint(r))
			default:
				b.WriteRune(r)
			}
		}
	}
	b.WriteByte('\'')
	return b.String()
}

// CodePoint is how a message names a character that can't be shown: U+202E.
func CodePoint(r rune) string {
	hex := strings.ToUpper(strconv.FormatInt(int64(r), 16))
	return "U+" + strings.Repeat("0", max(4-len(hex), 0)) + hex
}
