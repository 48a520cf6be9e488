package decimal

import (
	"math"
	"strconv"
)

// floatPow holds the powers of ten that a float64 holds exactly.
var floatPow = [...]float64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
}

// Float64 is the float64 nearest to d.
func (d Decimal) Float64() float64 {
	// Two exact floats divide to the nearest float: one rounding.
	if n := int64(d.N); d.M < uint64(len(floatPow)) && -1<<53 <= n && n <= 1<<53 {
		return float64(n) / floatPow[d.M]
	}
	f, err := strconv.ParseFloat(d.String(), 64)
	if err != nil {
		panic("decimal: our own text is no number: " + err.Error())
	}
	return f
}

// FromFloat64 is the decimal with the fewest digits that reads back as f (0.1 gives
// 0.1), rounded half to even to MaxScale places; ok is false for NaN, infinities and
// what is too large.
func FromFloat64(f float64) (d Decimal, ok bool) {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return Decimal{}, false
	}
	var buf [32]byte
	d, err := ParseJSON(strconv.AppendFloat(buf[:0], f, 'e', -1, 64))
	return d, err == nil
}
