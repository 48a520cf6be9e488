package decimal

// DivFloor is the whole number floor(a/b); Mod is what it leaves, a - b*DivFloor(a,b),
// which has b's sign: 7 mod -3 is -2. Neither allocates.

// DivFloor answers ErrDivideByZero, or ErrOverflow if the quotient is too large.
func DivFloor(a, b Decimal) (Decimal, error) {
	if a.M == b.M && a.M < smallKinds && int64(b.N) > 0 {
		q, _ := floorInt64(int64(a.N), int64(b.N))
		return Decimal{N: uint64(q)}, nil
	}
	f, err := floorDiv(a, b)
	if err != nil {
		return Decimal{}, err
	}
	if !f.q.fits96() {
		return Decimal{}, ErrOverflow
	}
	return join(f.q.w1, f.q.w0, f.qneg, 0), nil
}

// Mod has the larger of the two scales. Its only failure is ErrDivideByZero. Only when
// b needs more than 96 bits at that scale can the exact remainder be no Decimal: then
// it is rounded half to even, as a sum is.
func Mod(a, b Decimal) (Decimal, error) {
	if a.M == b.M && a.M < smallKinds && int64(b.N) > 0 {
		_, r := floorInt64(int64(a.N), int64(b.N))
		return Decimal{uint64(r), a.M}, nil
	}
	f, err := floorDiv(a, b)
	if err != nil {
		return Decimal{}, err
	}
	// |r| <= |b|, a number: it fits at b's scale if at no larger one.
	r, _ := fit(f.r, f.scale, b.Sign() < 0)
	return r, nil
}

// floorInt64 divides by a positive b, rounding down.
func floorInt64(a, b int64) (q, r int64) {
	q, r = a/b, a%b
	m := r >> 63
	return q + m, r + b&m
}

// floored is a whole quotient and the magnitude of its remainder at a scale.
type floored struct {
	q     u192
	qneg  bool
	r     u192
	scale uint64
}

func floorDiv(a, b Decimal) (f floored, err error) {
	ahi, alo, aneg, as := a.split()
	bhi, blo, bneg, bs := b.split()
	if bhi|blo == 0 {
		return f, ErrDivideByZero
	}
	x, y := u192{alo, ahi, 0}, u192{blo, bhi, 0}
	f.scale, f.qneg = max(as, bs), aneg != bneg
	if as < bs {
		x = mulPow(ahi, alo, bs-as)
	} else {
		y = mulPow(bhi, blo, as-bs)
	}
	// At most one of the two has grown. If it is the divisor, and beyond 96 bits, it is
	// above the other and the quotient is 0.
	if y.fits96() {
		var rhi, rlo uint64
		f.q, rhi, rlo = x.divmod(y.w1, y.w0)
		f.r = u192{rlo, rhi, 0}
	} else {
		f.r = x
	}
	// So far both are truncated and r has a's sign; floor differs where the signs do.
	if f.qneg && !f.r.isZero() {
		f.q = f.q.add(u192{1, 0, 0})
		f.r = y.sub(f.r)
	}
	return f, nil
}
