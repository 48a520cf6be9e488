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
	if a.M == 0 && b.M == 0 && uint64(int64(b.N)-1) < maxSmall { // whole numbers, b > 0
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

	// Find e such that q = a*10^e / b has the most digits: scale + e must not pass
	// MaxScale, and q must not pass 96 bits. a/b < 2^(la-lb+1), so 10^e <= 2^(95-la+lb)
	// is safe; it leaves at most one more digit, added below.
	la, lb := bitLen96(ahi, alo), bitLen96(bhi, blo)
	scale := int(as) - int(bs)
	e := min(MaxScale-scale, (95-la+lb)*1233>>12)
	q, rhi, rlo := scaled(ahi, alo, e).divmod(bhi, blo)
	scale += e
	if scale < MaxScale && (rhi|rlo != 0 || scale < 0) {
		if next, nhi, nlo, ok := nextDigit(q, rhi, rlo, bhi, blo); ok {
			q, rhi, rlo = next, nhi, nlo
			scale++
		}
	}
	if scale < 0 {
		return Decimal{}, ErrOverflow
	}
	if rhi|rlo == 0 {
		hi, lo, s := stripZeros(q.w1, q.w0, uint64(scale))
		return join(hi, lo, neg, s), nil
	}
	return roundQuotient(q, rhi, rlo, bhi, blo, scale, neg)
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

// nextDigit carries the division one digit on; ok is false if 96 bits do not hold it.
func nextDigit(q u192, rhi, rlo, bhi, blo uint64) (next u192, nhi, nlo uint64, ok bool) {
	digit, nhi, nlo := u192{rlo, rhi, 0}.mulWord(10).divmod(bhi, blo)
	next = q.mulWord(10).add(digit)
	return next, nhi, nlo, next.fits96()
}

// roundQuotient rounds q, whose division by b left the non-zero remainder r, half to
// even, and takes trailing zeros off, which only rounding can have made.
func roundQuotient(q u192, rhi, rlo, bhi, blo uint64, scale int, neg bool) (Decimal, error) {
	hi, lo := q.w1, q.w0
	// Compare r with b-r rather than 2r with b: no carry to lose.
	dlo, c := bits.Sub64(blo, rlo, 0)
	dhi, _ := bits.Sub64(bhi, rhi, c)
	if rhi > dhi || rhi == dhi && (rlo > dlo || rlo == dlo && lo&1 != 0) {
		lo, c = bits.Add64(lo, 1, 0)
		hi += c
		if hi == hiLimit {
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
