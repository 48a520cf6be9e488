package decimal

import "math/bits"

// Mul is a * b. The result has the sum of the two scales, or as much of it as 96 bits
// and MaxScale allow, rounded half to even (a product too small for MaxScale is 0);
// ok is false if the product is too large. It does not allocate.
func Mul(a, b Decimal) (prod Decimal, ok bool) {
	if a.M < smallKinds && b.M < smallKinds {
		m := a.M + b.M
		n, ok := mulInt64(int64(a.N), int64(b.N))
		if ok && m < smallKinds {
			return Decimal{uint64(n), m}, true
		}
	}
	return mulWide(a, b)
}

// MulSmall is a * b; ok is false if it leaves int64. With scales whose sum is at most
// MaxScale it is the whole multiplication of small numbers.
func MulSmall(a, b int64) (prod int64, ok bool) { return mulInt64(a, b) }

//go:noinline
func mulWide(a, b Decimal) (Decimal, bool) {
	ahi, alo, aneg, as := a.split()
	bhi, blo, bneg, bs := b.split()
	if ahi|bhi == 0 {
		hi, lo := bits.Mul64(alo, blo)
		return fit(u192{lo, hi, 0}, as+bs, aneg != bneg)
	}
	return fit(mul128(ahi, alo, bhi, blo), as+bs, aneg != bneg)
}
