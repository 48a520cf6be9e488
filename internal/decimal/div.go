package decimal

import (
	"errors"
	"math/bits"
)

// The two ways arithmetic fails. Add, Sub and Mul, which know only one, answer with a
// bool instead.
var (
	ErrDivideByZero = errors.New("division by zero")
	ErrOverflow     = errors.New("number too large")
)

// Div is a / b with as many digits as 96 bits and MaxScale allow, rounded half to even,
// then without trailing zeros: 2/3 has 28 digits, 10/4 is 2.5, 2.50/1 is 2.5. It
// answers ErrDivideByZero or ErrOverflow and does not allocate.
func Div(a, b Decimal) (quot Decimal, err error) {
	if b.N < uint64(len(inverses)) && a.M < smallKinds && b.M < smallKinds {
		if q, ok := byInverse(a, b); ok {
			return q, nil
		}
	}
	if a.M == b.M && a.M < smallKinds && int64(b.N) > 0 {
		x, y := int64(a.N), int64(b.N)
		if q := x / y; q*y == x {
			return Decimal{N: uint64(q)}, nil
		}
	}
	return divide(a, b)
}

//go:noinline
func divide(a, b Decimal) (Decimal, error) {
	ahi, alo, aneg, as := a.split()
	bhi, blo, bneg, bs := b.split()
	if bhi|blo == 0 {
		return Decimal{}, ErrDivideByZero
	}
	if ahi|alo == 0 {
		return Decimal{}, nil
	}
	neg := aneg != bneg

	// Find the largest e such that scale + e does not pass MaxScale and q = a*10^e / b
	// does not pass 96 bits. As a/b < 2^(la-lb+1), 10^e <= 2^(95-la+lb) is safe, and it
	// is at most one short; comparing is cheaper than dividing twice.
	la, lb := bitLen96(ahi, alo), bitLen96(bhi, blo)
	scale := int(as) - int(bs)
	e := (95 - la + lb) * 1233 >> 12
	if scale+e >= MaxScale {
		e = MaxScale - scale
	}
	num := scaled(ahi, alo, e)
	if scale += e; scale < MaxScale {
		limit := u192{0, blo << 32, bhi<<32 | blo>>32} // b * 2^96
		if more, ok := num.mul10(); ok && more.cmp(limit) < 0 {
			num = more
			scale++
		}
	}
	if scale < 0 {
		return Decimal{}, ErrOverflow
	}
	var hi, lo uint64
	var half int
	var exact bool
	if bhi == 0 { // num < b * 2^96, so two words of quotient
		var r uint64
		hi, r = bits.Div64(num.w2, num.w1, blo)
		lo, r = bits.Div64(r, num.w0, blo)
		half, exact = cmpWord(r, blo-r), r == 0
	} else {
		q, rhi, rlo := num.divmod(bhi, blo)
		hi, lo = q.w1, q.w0
		rest := u192{rlo, rhi, 0}
		half, exact = rest.cmp(u192{blo, bhi, 0}.sub(rest)), rhi|rlo == 0
	}
	if !exact && (half > 0 || half == 0 && lo&1 != 0) {
		var c uint64
		lo, c = bits.Add64(lo, 1, 0)
		if hi += c; hi == hiLimit {
			// 2^96 itself has one digit too many. It ends in 6: it rounds up.
			if scale == 0 {
				return Decimal{}, ErrOverflow
			}
			hi, lo, _ = div128(hi, lo, 10)
			lo++
			scale--
		}
	}
	hi, lo, s := stripZeros(hi, lo, uint64(scale))
	return join(hi, lo, neg, s), nil
}

func bitLen96(hi, lo uint64) int {
	if hi != 0 {
		return 64 + bits.Len64(hi)
	}
	return bits.Len64(lo)
}

// scaled is hi:lo * 10^e modulo 2^192; e is 0..57.
func scaled(hi, lo uint64, e int) u192 {
	p := &pow192[e]
	w := p.mulWord(lo)
	if hi != 0 {
		h, l := bits.Mul64(hi, p.w0)
		var c uint64
		w.w1, c = bits.Add64(w.w1, l, 0)
		w.w2 += h + hi*p.w1 + c
	}
	return w
}
