package decimal

import (
	"errors"
	"strings"
)

// What the parsers answer. They keep nothing of the text and allocate nothing.
var (
	ErrSyntax = errors.New("not a number")
	ErrRange  = errors.New("number out of range")
)

// text is what a number is read from.
type text interface{ ~string | ~[]byte }

// Parse reads what programs turn into numbers: an optional sign, digits with an
// optional point at any place among them (`.5`, `5.`), `_` anywhere after the first
// digit, an optional exponent. Only ASCII digits count; white space is the caller's
// (see ParseText). The scale is as written: 2.50 has 2.
//
// Digits beyond 96 bits or MaxScale are rounded half up, but an exponent may not push
// digits beyond MaxScale: 1e-30 is ErrRange, as is every number too large.
func Parse[T text](s T) (Decimal, error) {
	if d, ok := quick(s, plainText); ok {
		return d, nil
	}
	n, err := scan(s, plainText)
	if err != nil {
		return Decimal{}, err
	}
	if n.hasExp {
		if err := n.shed(); err != nil {
			return Decimal{}, err
		}
	}
	return n.decimal(halfAway)
}

// ParseText is Parse for text as it comes from outside: Unicode white space around the
// number is dropped.
func ParseText(s string) (Decimal, error) { return Parse(strings.TrimSpace(s)) }

// ParseLiteral reads a number of source text: digits, or digits . digits. Digits beyond
// 96 bits or MaxScale are rounded half up; a number too large is ErrRange.
func ParseLiteral(s string) (Decimal, error) {
	if d, ok := quick(s, literal); ok {
		return d, nil
	}
	n, err := scan(s, literal)
	if err != nil {
		return Decimal{}, err
	}
	return n.decimal(halfAway)
}

// ParsePercent reads a percentage of source text, a literal with or without the % after
// it, as the literal's number divided by 100. Its errors are ParseLiteral's.
func ParsePercent(s string) (Decimal, error) {
	d, err := ParseLiteral(strings.TrimSuffix(s, "%"))
	if err != nil {
		return Decimal{}, err
	}
	return Div(d, FromInt(100))
}

// ParseJSON reads a number by JSON's grammar (RFC 8259). It is exact wherever 96 bits
// and MaxScale allow; digits beyond them are rounded half to even, so 1e-30 is 0. A
// number too large is ErrRange. The scale is as written: 2.50 has 2.
func ParseJSON(b []byte) (Decimal, error) {
	if d, ok := quick(b, jsonNumber); ok {
		return d, nil
	}
	n, err := scan(b, jsonNumber)
	if err != nil {
		return Decimal{}, err
	}
	return n.decimal(halfEven)
}
