package decimal

import "math/bits"

const (
	maxPow64  = 19 // 10^19 is the largest power of ten in a uint64
	maxPow192 = 57 // 10^57 is the largest in 192 bits
	maxDrop   = 38 // 10^38 is the largest below 2^127
	pow64Mask = 31 // index mask: with 32 entries the compiler needs no bounds check
)

// pow64 holds 10^0..10^19; the rest is 0 and never used as a divisor.
var pow64 = [pow64Mask + 1]uint64{
	1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9,
	1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
}

// scaleUp[k] says how an int64 grows by k digits in place: n*pow is exact while
// -limit <= n <= limit. From 10^19 on only zero grows.
var scaleUp = [pow64Mask + 1]struct{ pow, limit int64 }{
	{1e0, 9223372036854775807},
	{1e1, 922337203685477580},
	{1e2, 92233720368547758},
	{1e3, 9223372036854775},
	{1e4, 922337203685477},
	{1e5, 92233720368547},
	{1e6, 9223372036854},
	{1e7, 922337203685},
	{1e8, 92233720368},
	{1e9, 9223372036},
	{1e10, 922337203},
	{1e11, 92233720},
	{1e12, 9223372},
	{1e13, 922337},
	{1e14, 92233},
	{1e15, 9223},
	{1e16, 922},
	{1e17, 92},
	{1e18, 9},
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
