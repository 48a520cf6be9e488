package decimal

// Rounding to places after the point. A number of that scale or less comes back
// unchanged, stored scale included; otherwise the result is stored with that scale. A
// negative places counts as 0: 96 bits could not hold every number rounded to tens.
// Nothing here can fail or allocates.

// Round rounds half away from zero: 2.345 to 2 places is 2.35, -2.5 to 0 is -3.
func Round(d Decimal, places int) Decimal { return roundTo(d, places, halfAway) }

// RoundHalfEven rounds ties to the even digit: 2.5 is 2, 3.5 is 4.
func RoundHalfEven(d Decimal, places int) Decimal { return roundTo(d, places, halfEven) }

// Trunc drops the fraction.
func Trunc(d Decimal) Decimal { return roundTo(d, 0, towardsZero) }

// Floor is the largest whole number not above d.
func Floor(d Decimal) Decimal { return roundTo(d, 0, down) }

// Ceil is the smallest whole number not below d.
func Ceil(d Decimal) Decimal { return roundTo(d, 0, up) }

type rounding uint8

const (
	halfEven rounding = iota
	halfAway
	towardsZero
	down
	up
)

// away says whether a magnitude moves off zero by one unit. half compares what is lost
// with half a unit, exact says nothing is lost at all.
func (r rounding) away(half int, exact, odd, neg bool) bool {
	switch r {
	case halfEven:
		return half > 0 || half == 0 && odd
	case halfAway:
		return half >= 0
	case down:
		return !exact && neg
	case up:
		return !exact && !neg
	}
	return false
}

func roundTo(d Decimal, places int, mode rounding) Decimal {
	p := uint64(max(places, 0))
	scale := d.scale()
	if scale <= p {
		return d
	}
	k := scale - p
	if d.IsSmall() && k <= maxPow64 {
		return roundSmall(int64(d.N), k, p, mode)
	}
	hi, lo, neg, _ := d.split()
	w := u192{lo, hi, 0}
	q, half := w.dropDigits(k)
	exact := half < 0 && mulPow(q.w1, q.w0, k) == w
	if mode.away(half, exact, q.w0&1 != 0, neg) {
		q = q.add(u192{1, 0, 0})
	}
	return join(q.w1, q.w0, neg, p)
}

// roundSmall is roundTo for the coefficient n of a number that loses k digits, which leaves p.
func roundSmall(n int64, k, p uint64, mode rounding) Decimal {
	sign := n >> 63
	x, unit := uint64(n^sign)-uint64(sign), pow64[k]
	q, rest := x/unit, x%unit
	half := 0
	switch { // units are even
	case rest < unit/2:
		half = -1
	case rest > unit/2:
		half = 1
	}
	if mode.away(half, rest == 0, q&1 != 0, sign != 0) {
		q++
	}
	return Decimal{uint64((int64(q) ^ sign) - sign), p}
}

// Neg is -d. Zero stays zero.
func Neg(d Decimal) Decimal {
	hi, lo, neg, s := d.split()
	return join(hi, lo, !neg, s)
}

// Abs is d without its sign.
func Abs(d Decimal) Decimal {
	hi, lo, _, s := d.split()
	return join(hi, lo, false, s)
}
