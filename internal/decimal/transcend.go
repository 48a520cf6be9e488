package decimal

import "math/big"

// Roots, powers and logarithms. Each is computed with some 350 bits (bigfixed.go) and
// then rounded once, half to even, to as many digits as 96 bits and MaxScale hold,
// trailing zeros off: what can be exact is exact (sqrt 4 is 2, 8 to the power of
// 0.3333333333333333333333333333 is not), the rest is right to the last digit. They
// allocate, and take microseconds.

// Sqrt is the square root; ok is false for a negative d.
func Sqrt(d Decimal) (root Decimal, ok bool) {
	if d.Sign() <= 0 {
		return Decimal{}, d.IsZero()
	}
	coef, scale := d.big()
	// With the coefficient's digits paired, an integer root and its remainder tell how
	// to round; no root is a tie, as no square of a half is whole.
	for t := MaxScale; ; t-- {
		n := new(big.Int).Mul(coef, pow10Big(2*t-scale))
		r := new(big.Int).Sqrt(n)
		if n.Sub(n, new(big.Int).Mul(r, r)).Cmp(r) > 0 {
			r.Add(r, bigOne)
		}
		if r.BitLen() <= 96 {
			return fromBig(r, false, t), true
		}
	}
}

// Exp is e to the power of d; ok is false if that is too large. Below about -65 it is 0.
func Exp(d Decimal) (power Decimal, ok bool) { return expFixed(d.fixed()) }

// Ln is the natural logarithm; ok is false unless d > 0.
func Ln(d Decimal) (log Decimal, ok bool) {
	if d.Sign() <= 0 {
		return Decimal{}, false
	}
	return fromFixed(lnFixed(d), 0)
}

// Log10 is the logarithm to base 10; ok is false unless d > 0.
func Log10(d Decimal) (log Decimal, ok bool) {
	if d.Sign() <= 0 {
		return Decimal{}, false
	}
	l := lnFixed(d)
	return fromFixed(l.Quo(l.Lsh(l, fixedBits), ln10()), 0)
}

// maxExactPow bounds the bits of an exact integer power; a longer one has too many
// digits to be representable, so nothing is lost by approximating it.
const maxExactPow = 1 << 13

// Pow is a to the power of b. x^0 is 1, also for 0. ok is false if the result is too
// large or does not exist: 0 to a negative power, a negative number to a fraction.
func Pow(a, b Decimal) (power Decimal, ok bool) {
	switch {
	case b.IsZero():
		return FromInt(1), true
	case a.IsZero():
		return Decimal{}, b.Sign() > 0
	case !b.IsInt():
		if a.Sign() < 0 {
			return Decimal{}, false
		}
		return powFixed(a, b)
	}
	n, nScale := Normalize(b).big()
	if nScale != 0 {
		panic("decimal: a whole number has digits after the point")
	}
	neg := a.Sign() < 0 && n.Bit(0) == 1
	base := Normalize(Abs(a))
	if coef, scale := base.big(); n.IsInt64() && n.Int64() <= int64(maxExactPow/(coef.BitLen()+4*scale)) {
		num := new(big.Int).Exp(coef, n, nil)
		den := pow10Big(scale * int(n.Int64()))
		if b.Sign() < 0 {
			num, den = den, num
		}
		power, ok = fromRatio(num, den, 0)
	} else {
		power, ok = powFixed(base, b)
	}
	if neg {
		power = Neg(power)
	}
	return power, ok
}

// powFixed is exp(b * ln a), a > 0.
func powFixed(a, b Decimal) (Decimal, bool) {
	coef, scale := b.big()
	y := lnFixed(a)
	y.Quo(y.Mul(y, coef), pow10Big(scale))
	if b.Sign() < 0 {
		y.Neg(y)
	}
	return expFixed(y)
}
