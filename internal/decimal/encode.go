package decimal

import "math/bits"

// MaxScale is the largest number of digits after the point.
const MaxScale = 28

const (
	smallKinds = MaxScale + 1      // kinds below this are small: N is an int64
	wideBase   = smallKinds        // kind of a wide number of scale 0
	kindMask   = 0xff              // M's low byte is the kind
	wideSign   = uint64(1) << 8    // M bit 8 of a wide number: negative
	hiShift    = 32                // M bits 32..63 of a wide number: bits 64..95 of the magnitude
	hiLimit    = uint64(1) << 32   // so the high word of a magnitude stays below this
	maxSmall   = uint64(1)<<63 - 1 // magnitude of the largest int64
	minMag     = uint64(1) << 63   // magnitude of the smallest int64
	maxHi      = hiLimit - 1       // high word of the largest magnitude
	maxLo      = ^uint64(0)        // low word of the largest magnitude
)

// Decimal is a number: coefficient * 10^-scale. It has the layout of a VM slot, so
// that a value and a number convert into each other for free; doc.go has the picture.
//
// The zero value is the number 0. Two Decimals that are == are equal numbers, but
// equal numbers need not be == (1.5 and 1.50 differ in scale): use Equal or Cmp.
type Decimal struct{ N, M uint64 }

// Max and Min are the largest and the smallest number: 2^96-1 and its negation.
var (
	Max = Decimal{maxLo, maxHi<<hiShift | wideBase}
	Min = Decimal{maxLo, maxHi<<hiShift | wideSign | wideBase}
)

// FromInt is the number i with scale 0.
func FromInt(i int64) Decimal { return Decimal{N: uint64(i)} }

// New is coef * 10^-scale, with that scale stored. It panics if scale is outside
// 0..MaxScale: a caller's bug, scales of outside data are checked by the parsers.
func New(coef int64, scale int) Decimal {
	if uint(scale) > MaxScale {
		panic("decimal.New: scale out of range")
	}
	return Decimal{uint64(coef), uint64(scale)}
}

// FromParts is the number with magnitude hi:lo (96 bits), the given sign and scale, in
// canonical form; a zero magnitude loses its sign. It panics like New.
func FromParts(neg bool, hi uint32, lo uint64, scale int) Decimal {
	if uint(scale) > MaxScale {
		panic("decimal.FromParts: scale out of range")
	}
	return join(uint64(hi), lo, neg, uint64(scale))
}

// Parts takes d apart: sign, 96-bit magnitude, scale. Zero is never negative.
func (d Decimal) Parts() (neg bool, hi uint32, lo uint64, scale int) {
	h, l, n, s := d.split()
	return n, uint32(h), l, int(s)
}

// IsSmall reports whether the coefficient is an int64 held in N and M is the scale:
// the precondition of AddSmall, SubSmall and MulSmall on N.
func (d Decimal) IsSmall() bool { return d.M < smallKinds }

// Scale is the stored number of digits after the point, trailing zeros included.
func (d Decimal) Scale() int { return int(d.scale()) }

func (d Decimal) scale() uint64 {
	k := d.M & kindMask
	if k >= wideBase {
		k -= wideBase
	}
	return k
}

// IsZero reports whether d is 0, of whatever scale.
func (d Decimal) IsZero() bool { return d.N == 0 && d.M < smallKinds }

// Sign is -1, 0 or 1.
func (d Decimal) Sign() int {
	if d.M < smallKinds {
		n := int64(d.N)
		return int(n>>63 | int64(uint64(-n)>>63))
	}
	return 1 - 2*int(d.M>>8&1)
}

// IsInt reports whether d has no fractional part (2.00 has none).
func (d Decimal) IsInt() bool {
	if d.M == 0 || d.M == wideBase {
		return true
	}
	hi, lo, _, s := d.split()
	_, _, exact := divPow(hi, lo, s)
	return exact
}

// Int64 is d as an int64; ok is false when d has a fraction or lies outside the type.
func (d Decimal) Int64() (i int64, ok bool) {
	if d.M == 0 {
		return int64(d.N), true
	}
	hi, lo, neg, s := d.split()
	hi, lo, exact := divPow(hi, lo, s)
	if !exact || hi != 0 || lo > minMag || lo == minMag && !neg {
		return 0, false
	}
	if neg {
		lo = -lo
	}
	return int64(lo), true
}

// split gives the magnitude hi:lo, the sign and the scale.
func (d Decimal) split() (hi, lo uint64, neg bool, scale uint64) {
	if d.M < smallKinds {
		m := uint64(int64(d.N) >> 63)
		return 0, (d.N ^ m) - m, m != 0, d.M
	}
	return d.M >> hiShift, d.N, d.M&wideSign != 0, d.M&kindMask - wideBase
}

// join is the inverse of split: hi < 2^32, scale <= MaxScale. It is the only place
// that chooses between the two forms, so every result is canonical and none is -0.
func join(hi, lo uint64, neg bool, scale uint64) Decimal {
	if hi == 0 && lo <= maxSmall {
		if neg {
			lo = -lo
		}
		return Decimal{lo, scale}
	}
	return joinBig(hi, lo, neg, scale)
}

func joinBig(hi, lo uint64, neg bool, scale uint64) Decimal {
	if !neg {
		return Decimal{lo, hi<<hiShift | scale + wideBase}
	}
	if hi == 0 && lo == minMag {
		return Decimal{lo, scale} // the one negative coefficient whose magnitude is no int64
	}
	return Decimal{lo, hi<<hiShift | wideSign | scale + wideBase}
}

// divPow divides hi:lo by 10^k, k <= MaxScale; exact says nothing was lost.
func divPow(hi, lo, k uint64) (qhi, qlo uint64, exact bool) {
	exact = true
	if k > maxPow64 {
		var r uint64
		hi, lo, r = div128(hi, lo, pow64[maxPow64])
		exact = r == 0
		k -= maxPow64
	}
	hi, lo, r := div128(hi, lo, pow64[k&pow64Mask])
	return hi, lo, exact && r == 0
}

// div128 divides hi:lo by d.
func div128(hi, lo, d uint64) (qhi, qlo, r uint64) {
	if hi == 0 {
		return 0, lo / d, lo % d
	}
	r = hi
	if hi >= d {
		qhi, r = hi/d, hi%d
	}
	qlo, r = bits.Div64(r, lo, d)
	return qhi, qlo, r
}
