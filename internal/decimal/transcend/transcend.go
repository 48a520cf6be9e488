// Package transcend has the roots, powers and logarithms of decimals.
//
// Each is computed with some 350 bits (fixed.go) and then rounded once, half to even, to as
// many digits as 96 bits and decimal.MaxScale hold, trailing zeros off: what can be exact is
// exact (sqrt 4 is 2, 8 to the power of 0.3333333333333333333333333333 is not), the rest is
// right to the last digit. They allocate, and take microseconds.
//
// It stands apart from the other arithmetic because of math/big, which Go sets up late: most
// programs have ended by then (internal/early).
package transcend

import (
	"math/big"

	"etamil/internal/decimal"
)

// Sqrt is the square root; ok is false for a negative d.
func Sqrt(d decimal.Decimal) (root decimal.Decimal, ok bool) {
	if d.Sign() <= 0 {
		return decimal.Decimal{}, d.IsZero()
	}
	coef, scale := parts(d)
	// With the coefficient's digits paired, an integer root and its remainder tell how
	// to round; no root is a tie, as no square of a half is whole.
	for t := decimal.MaxScale; ; t-- {
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
func Exp(d decimal.Decimal) (power decimal.Decimal, ok bool) { return expFixed(fixed(d)) }

// Ln is the natural logarithm; ok is false unless d > 0.
func Ln(d decimal.Decimal) (log decimal.Decimal, ok bool) {
	if d.Sign() <= 0 {
		return decimal.Decimal{}, false
	}
	return fromFixed(lnFixed(d), 0)
}

// Log10 is the logarithm to base 10; ok is false unless d > 0.
func Log10(d decimal.Decimal) (log decimal.Decimal, ok bool) {
	if d.Sign() <= 0 {
		return decimal.Decimal{}, false
	}
	l := lnFixed(d)
	return fromFixed(l.Quo(l.Lsh(l, fixedBits), ln10()), 0)
}

// maxExactPow bounds the bits of an exact integer power; a longer one has too many
// digits to be representable, so nothing is lost by approximating it.
const maxExactPow = 1 << 13

// Pow is a to the power of b. x^0 is 1, also for 0. ok is false if the result is too
// large or does not exist: 0 to a negative power, a negative number to a fraction.
func Pow(a, b decimal.Decimal) (power decimal.Decimal, ok bool) {
	switch {
	case b.IsZero():
		return decimal.FromInt(1), true
	case a.IsZero():
		return decimal.Decimal{}, b.Sign() > 0
	case !b.IsInt():
		if a.Sign() < 0 {
			return decimal.Decimal{}, false
		}
		return powFixed(a, b)
	}
	n, nScale := parts(decimal.Normalize(b))
	if nScale != 0 {
		panic("transcend: a whole number has digits after the point")
	}
	neg := a.Sign() < 0 && n.Bit(0) == 1
	base := decimal.Normalize(decimal.Abs(a))
	if coef, scale := parts(base); n.IsInt64() && n.Int64() <= int64(maxExactPow/(coef.BitLen()+4*scale)) {
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
		power = decimal.Neg(power)
	}
	return power, ok
}

// powFixed is exp(b * ln a), a > 0.
func powFixed(a, b decimal.Decimal) (decimal.Decimal, bool) {
	coef, scale := parts(b)
	y := lnFixed(a)
	y.Quo(y.Mul(y, coef), pow10Big(scale))
	if b.Sign() < 0 {
		y.Neg(y)
	}
	return expFixed(y)
}
