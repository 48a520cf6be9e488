package rule

import (
	"etamil/internal/decimal"
	"etamil/internal/value"
)

// inRange compares the size of a number, the letters of a text or the items of a list.
func (r *Rule) inRange(v *value.Value, asText bool) bool {
	var n decimal.Decimal
	switch {
	case v.IsNumber() && !asText:
		n = v.Decimal()
	case v.IsList():
		n = decimal.FromInt(int64(v.List().Len()))
	default:
		s, ok := textOf(v, asText)
		if !ok {
			return false
		}
		n = decimal.FromInt(int64(r.letters(s)))
	}
	s := &r.spec
	return (s.Low == nil || decimal.Cmp(*s.Low, n) <= 0) && (s.Up == nil || decimal.Cmp(n, *s.Up) <= 0)
}

// letters counts those of s. No text has more letters than bytes, so one that is short
// in bytes and has no lower bound need not be counted.
func (r *Rule) letters(s string) int {
	if up := r.spec.Up; up != nil && r.spec.Low == nil && decimal.Cmp(decimal.FromInt(int64(len(s))), *up) <= 0 {
		return len(s)
	}
	return value.CountLetters(s)
}

func rangeWords(s *Spec) (tamil, english string) {
	switch {
	case s.Low == nil:
		return "அதிகபட்சம் " + s.Up.String() + " ஆக இருக்க", "at most " + s.Up.String()
	case s.Up == nil:
		return "குறைந்தது " + s.Low.String() + " ஆக இருக்க", "at least " + s.Low.String()
	case decimal.Equal(*s.Low, *s.Up):
		return "சரியாக " + s.Low.String() + " ஆக இருக்க", "exactly " + s.Low.String()
	}
	return s.Low.String() + " முதல் " + s.Up.String() + " வரை இருக்க", "from " + s.Low.String() + " to " + s.Up.String()
}
