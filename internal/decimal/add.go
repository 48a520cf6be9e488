package decimal

import "math/bits"

// Add is a + b. The result has the larger of the two scales, or as much of it as 96
// bits allow, rounded half to even; ok is false if the sum is too large. It does not
// allocate.
func Add(a, b Decimal) (sum Decimal, ok bool) {
	if a.M == b.M && a.M < smallKinds {
		n := a.N + b.N
		if int64((a.N^n)&(b.N^n)) >= 0 {
			return Decimal{n, a.M}, true
		}
	}
	return addMixed(a, b)
}

// Sub is a - b, otherwise as Add.
func Sub(a, b Decimal) (diff Decimal, ok bool) {
	if a.M == b.M && a.M < smallKinds {
		n := a.N - b.N
		if int64((a.N^b.N)&(a.N^n)) >= 0 {
			return Decimal{n, a.M}, true
		}
	}
	return subMixed(a, b)
}

// AddSmall is a + b; ok is false if it leaves int64. For small numbers of one scale
// it is the whole addition.
func AddSmall(a, b int64) (sum int64, ok bool) {
	n := a + b
	return n, (a^n)&(b^n) >= 0
}

// SubSmall is a - b; ok is false if it leaves int64.
func SubSmall(a, b int64) (diff int64, ok bool) {
	n := a - b
	return n, (a^b)&(a^n) >= 0
}

// addMixed adds small numbers of different scales whose sum is small: the one of the
// smaller scale grows.
//
//go:noinline
func addMixed(a, b Decimal) (Decimal, bool) {
	if a.M < smallKinds && b.M < smallKinds {
		x, y := a, b
		if x.M < y.M {
			x, y = y, x
		}
		v, ok := grow(int64(y.N), x.M-y.M)
		n := int64(x.N) + v
		if ok && (int64(x.N)^n)&(v^n) >= 0 {
			return Decimal{uint64(n), x.M}, true
		}
	}
	return addWide(a, b, false)
}

//go:noinline
func subMixed(a, b Decimal) (Decimal, bool) {
	if a.M < smallKinds && b.M < smallKinds {
		x, y, m, ok := align(a, b)
		n := x - y
		if ok && (x^y)&(x^n) >= 0 {
			return Decimal{uint64(n), m}, true
		}
	}
	return addWide(a, b, true)
}

// align brings two small numbers to the larger of their scales; ok is false if one of
// them leaves int64 by that.
func align(a, b Decimal) (x, y int64, scale uint64, ok bool) {
	x, y = int64(a.N), int64(b.N)
	if a.M < b.M {
		x, ok = grow(x, b.M-a.M)
		return x, y, b.M, ok
	}
	y, ok = grow(y, a.M-b.M)
	return x, y, a.M, ok
}

// addWide adds any two numbers, or subtracts the second from the first.
//
//go:noinline
func addWide(a, b Decimal, minus bool) (Decimal, bool) {
	ahi, alo, aneg, as := a.split()
	bhi, blo, bneg, bs := b.split()
	bneg = bneg != minus
	if as == bs {
		return addAligned(ahi, alo, aneg, bhi, blo, bneg, as)
	}
	x, y, scale := u192{alo, ahi, 0}, u192{blo, bhi, 0}, as
	if as < bs {
		x, scale = mulPow(ahi, alo, bs-as), bs
	} else {
		y = mulPow(bhi, blo, as-bs)
	}
	if aneg == bneg {
		return fit(x.add(y), scale, aneg)
	}
	if x.cmp(y) < 0 {
		return fit(y.sub(x), scale, bneg)
	}
	return fit(x.sub(y), scale, aneg)
}

// addAligned adds two numbers of one scale.
func addAligned(ahi, alo uint64, aneg bool, bhi, blo uint64, bneg bool, scale uint64) (Decimal, bool) {
	if aneg == bneg {
		lo, c := bits.Add64(alo, blo, 0)
		return fit(u192{lo, ahi + bhi + c, 0}, scale, aneg)
	}
	lo, c := bits.Sub64(alo, blo, 0)
	hi, c := bits.Sub64(ahi, bhi, c)
	if c != 0 { // |a| < |b|: negate the difference, take b's sign
		lo, c = bits.Sub64(0, lo, 0)
		return join(-hi-c, lo, bneg, scale), true
	}
	return join(hi, lo, aneg, scale), true
}
