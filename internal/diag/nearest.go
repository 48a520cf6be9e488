package diag

import (
	"unicode"
	"unicode/utf8"

	"github.com/clipperhouse/uax29/v2/graphemes"
)

// Nearest returns the candidate that word was most likely meant to be: the one
// the fewest slips away, where a slip is a letter too many, too few, wrong, or
// two letters swapped. A letter is a grapheme cluster; one that differs only in
// its vowel sign (கி for கீ) or its case (k for K, how romanised words tell
// long vowels) is half a slip. ok is false when nothing is near enough: words of
// two letters may hold half a slip, of up to five one, of up to ten two, longer
// ones three. Among equals the first candidate wins. Words longer than MaxNear are
// near nothing.
func Nearest(word string, candidates []string) (best string, ok bool) {
	if len(word) > MaxNear {
		return "", false
	}
	w := letters(word)
	limit := slips(len(w))
	bestCost := limit + 1
	for _, c := range candidates {
		if c == word || len(c) > MaxNear {
			continue
		}
		l := letters(c)
		if d := slip * (len(l) - len(w)); d >= bestCost || -d >= bestCost {
			continue
		}
		// Slips are counted only up to what could still win.
		if cost := distance(w, l, bestCost); cost < bestCost {
			best, bestCost = c, cost
		}
	}
	return best, bestCost <= limit
}

// MaxNear is how many bytes a name may have that is compared with others, or suggested: the
// time it takes grows with the product of both lengths, and a name can be a megabyte long.
const MaxNear = 1024

// slip is the cost of one slip, so that half a one is a whole number.
const slip = 2

func slips(length int) int {
	switch {
	case length <= 1:
		return 0
	case length == 2:
		return slip / 2
	case length <= 5:
		return slip
	case length <= 10:
		return 2 * slip
	default:
		return 3 * slip
	}
}

// changeCost is what it costs to have written b for a.
func changeCost(a, b string) int {
	if a == b {
		return 0
	}
	x, _ := utf8.DecodeRuneInString(a)
	y, _ := utf8.DecodeRuneInString(b)
	if unicode.ToLower(x) == unicode.ToLower(y) {
		return slip / 2
	}
	return slip
}

func letters(s string) []string {
	var out []string
	for it := graphemes.FromString(s); it.Next(); {
		out = append(out, it.Value())
	}
	return out
}

// distance adds up the slips between a and b (optimal string alignment), and may
// stop with any value not below give when the answer can't be below it.
func distance(a, b []string, give int) int {
	before, prev, cur := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range prev {
		prev[j] = j * slip
	}
	for i := 1; i <= len(a); i++ {
		cur[0] = i * slip
		least := cur[0]
		for j := 1; j <= len(b); j++ {
			cost := min(prev[j]+slip, cur[j-1]+slip, prev[j-1]+changeCost(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				cost = min(cost, before[j-2]+slip)
			}
			cur[j] = cost
			least = min(least, cost)
		}
		if least > give {
			return least
		}
		before, prev, cur = prev, cur, before
	}
	return prev[len(b)]
}
