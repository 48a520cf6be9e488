package decimal

import "math/bits"

// stripZeros takes trailing zeros off a coefficient as long as the scale lasts: the
// one form that all equal numbers share. hi < 2^32.
func stripZeros(hi, lo, scale uint64) (uint64, uint64, uint64) {
	// Most numbers have no zero to lose. By 5, 2^32 leaves 1, so the sum of the 32-bit
	// words leaves what the number does.
	if lo&1 != 0 || scale == 0 || (hi+lo>>32+lo&(1<<32-1))%5 != 0 {
		return hi, lo, scale
	}
	return stripTens(hi, lo, scale)
}

// stripTens looks for 10^16, 10^8 ... 10^1. A multiple of 10^k has k trailing zero
// bits, which is cheap to ask first.
//
//go:noinline
func stripTens(hi, lo, scale uint64) (uint64, uint64, uint64) {
	if hi|lo == 0 {
		return 0, 0, 0
	}
	// At most 28 zeros, so each power is needed at most once.
	for k := uint64(16); k > 0 && hi != 0; k >>= 1 {
		if k <= scale && lo<<(64-k) == 0 {
			if qhi, qlo, r := div128(hi, lo, pow64[k&pow64Mask]); r == 0 {
				hi, lo, scale = qhi, qlo, scale-k
			}
		}
	}
	if hi == 0 {
		return stripWord(lo, scale)
	}
	return hi, lo, scale
}

// stripWord is stripTens for one word, where divisions by constants are cheap.
func stripWord(lo, scale uint64) (uint64, uint64, uint64) {
	z := uint64(bits.TrailingZeros64(lo))
	for z >= 8 && scale >= 8 && lo%1e8 == 0 {
		lo, scale, z = lo/1e8, scale-8, z-8
	}
	if z >= 4 && scale >= 4 && lo%1e4 == 0 {
		lo, scale, z = lo/1e4, scale-4, z-4
	}
	if z >= 2 && scale >= 2 && lo%1e2 == 0 {
		lo, scale, z = lo/1e2, scale-2, z-2
	}
	if z >= 1 && scale >= 1 && lo%10 == 0 {
		lo, scale = lo/10, scale-1
	}
	return 0, lo, scale
}

// Normalize is d without trailing zeros after the point: 2.50 becomes 2.5, 100 stays.
func Normalize(d Decimal) Decimal {
	if d.M == 0 {
		return d
	}
	hi, lo, neg, s := d.split()
	hi, lo, s = stripZeros(hi, lo, s)
	return join(hi, lo, neg, s)
}

// Hash is the same for numbers that are Equal, and spread over all 64 bits. It does not
// allocate. It is not keyed: a table that an enemy can fill must mix in its own seed.
func Hash(d Decimal) uint64 {
	d = Normalize(d)
	hi, lo := bits.Mul64(d.N^0x9e3779b97f4a7c15, (d.M<<1|1)*0xd1342543de82ef95)
	h := hi ^ lo
	h = (h ^ h>>32) * 0xd6e8feb86659fd93
	return h ^ h>>32
}
