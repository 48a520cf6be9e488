package decimal

import "math/bits"

const (
	maxPow64  = 19 // 10^19 is the largest power of ten in a uint64
	maxPow192 = 57 // 10^57 is the largest in 192 bits
	pow64Mask = 31 // index mask: with 32 entries the compiler needs no bounds check
)

// pow64 holds 10^0..10^19; the rest is 0 and never used as a divisor.
var pow64 = [pow64Mask + 1]uint64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// scaleUp[k] says how an int64 grows by k digits in place: n*pow is exact while
// -limit <= n <= limit. From 10^19 on only zero grows.
var scaleUp = func() (t [pow64Mask + 1]struct{ pow, limit int64 }) {
	for k := 0; k < maxPow64; k++ {
		t[k].pow = int64(pow64[k])
		t[k].limit = int64(maxSmall / pow64[k])
	}
	return t
}()

// pow192 holds 10^0..10^57.
var pow192 = func() (t [maxPow192 + 1]u192) {
	t[0] = u192{1, 0, 0}
	for k := 1; k <= maxPow192; k++ {
		t[k] = t[k-1].mulWord(10)
	}
	return t
}()

// digits192 is the number of decimal digits of x; of 0 it is 0.
func (x u192) digits192() int {
	k := x.bitLen() * 1233 >> 12 // log10(2) from below: at most one short
	if x.cmp(pow192[k]) >= 0 {
		k++
	}
	return k
}

// grow is n * 10^k if that is an int64.
func grow(n int64, k uint64) (int64, bool) {
	e := &scaleUp[k&pow64Mask]
	return n * e.pow, uint64(n+e.limit) <= uint64(e.limit)*2
}

// mulInt64 is a*b if that is an int64.
func mulInt64(a, b int64) (int64, bool) {
	hi, lo := bits.Mul64(uint64(a), uint64(b))
	// The signed high word follows from the unsigned one.
	h := int64(hi) - a>>63&b - b>>63&a
	return int64(lo), h == int64(lo)>>63
}
