package decimal

import "math/bits"

// inverse is 1/d as times * 10^-digits.
type inverse struct {
	times  uint32
	digits uint8
}

// inverses has the divisors up to 1000 by which a division ends: those that only twos and fives
// divide. Others have zeros.
var inverses = [1001]inverse{
	1:    {1, 0},
	2:    {5, 1},
	4:    {25, 2},
	5:    {2, 1},
	8:    {125, 3},
	10:   {1, 1},
	16:   {625, 4},
	20:   {5, 2},
	25:   {4, 2},
	32:   {3125, 5},
	40:   {25, 3},
	50:   {2, 2},
	64:   {15625, 6},
	80:   {125, 4},
	100:  {1, 2},
	125:  {8, 3},
	128:  {78125, 7},
	160:  {625, 5},
	200:  {5, 3},
	250:  {4, 3},
	256:  {390625, 8},
	320:  {3125, 6},
	400:  {25, 4},
	500:  {2, 3},
	512:  {1953125, 9},
	625:  {16, 4},
	640:  {15625, 7},
	800:  {125, 5},
	1000: {1, 3},
}

// byInverse is a / b, which is a multiplication for such a b, where the result has no more digits
// than a small number; then it is exact.
func byInverse(a, b Decimal) (quot Decimal, ok bool) {
	i := inverses[b.N]
	scale := int(a.M) - int(b.M) + int(i.digits)
	if i.times == 0 || scale < 0 || scale > MaxScale {
		return quot, false
	}
	n, times := int64(a.N), int64(i.times)
	hi, lo := bits.Mul64(uint64(n), uint64(times))
	if q := int64(lo); int64(hi)-(n>>63)&times == q>>63 {
		for scale > 0 && q%10 == 0 {
			q /= 10
			scale--
		}
		return Decimal{N: uint64(q), M: uint64(scale)}, true
	}
	return quot, false
}
