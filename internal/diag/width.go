package diag

import (
	"unicode"

	"github.com/clipperhouse/uax29/v2/graphemes"
	"golang.org/x/text/width"
)

// tabStop is the distance of tab stops in an excerpt.
const tabStop = 4

// Width is the number of columns in which a terminal shows s, a line without
// tabs.
//
// A terminal gives each code point its wcwidth: none for combining marks and
// format characters, two for wide East Asian ones, one for the rest. Spacing
// marks such as the ா of கா take a column of their own there, though the eye
// sees one letter, so a Tamil cluster is as wide as the sum of its code points.
// Clusters that begin with a wide character (CJK, emoji) are the exception: an
// emoji sequence is drawn as one picture of two columns.
func Width(s string) int {
	n := 0
	for it := graphemes.FromString(s); it.Next(); {
		n += clusterWidth(it.Value())
	}
	return n
}

func clusterWidth(cluster string) int {
	n := 0
	for i, r := range cluster {
		w := runeWidth(r)
		if i == 0 && w == 2 {
			return 2
		}
		n += w
	}
	return n
}

func runeWidth(r rune) int {
	switch {
	case r < 0x20 || r >= 0x7f && r < 0xa0:
		return 0
	case r < 0x300:
		return 1
	case unicode.In(r, unicode.Mn, unicode.Me, unicode.Cf):
		return 0
	case r >= 0x1160 && r <= 0x11ff: // Hangul vowels and finals join the syllable before
		return 0
	case r >= 0x1f1e6 && r <= 0x1f1ff: // half a flag
		return 2
	}
	switch width.LookupRune(r).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// cell is one grapheme cluster of a line ready to be shown.
type cell struct {
	text   string // what to print: a tab has become spaces, a control a symbol
	offset int    // byte of the line at which the cluster begins
	end    int    // and the byte behind it
	width  int
}

// cells cuts a line into what is shown of it, column by column. Characters that
// would move the cursor or turn the text around are shown as a symbol, so that
// an excerpt can't lie about the source.
func cells(line string) []cell {
	out := make([]cell, 0, len(line))
	column := 0
	for it := graphemes.FromString(line); it.Next(); {
		c := cell{text: it.Value(), offset: it.Start(), end: it.End()}
		switch first := []rune(c.text)[0]; {
		case first == '\t':
			c.width = tabStop - column%tabStop
			c.text = spaces(c.width)
		case first < 0x20 || first >= 0x7f && first < 0xa0 || isBidi(first) || first == 0xfeff || first == unicode.ReplacementChar:
			c.text, c.width = "\ufffd", 1
		default:
			c.width = clusterWidth(c.text)
		}
		column += c.width
		out = append(out, c)
	}
	return out
}

func isBidi(r rune) bool {
	return r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069
}
