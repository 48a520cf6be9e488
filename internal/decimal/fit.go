package decimal

import "math/bits"

// Every operation computes its exact result (or the exact quotient and remainder) and
// then rounds once, here, so no result is ever rounded twice.

// fit makes the number w * 10^-scale: the largest scale not above the given one nor
// above MaxScale at which the coefficient, rounded half to even, has 96 bits. ok is
// false if there is none, that is, when the number is too large. scale is 0..56.
func fit(w u192, scale uint64, neg bool) (d Decimal, ok bool) {
	if w.fits96() && scale <= MaxScale {
		return join(w.w1, w.w0, neg, scale), true
	}
	return fitDrop(w, scale, neg)
}

func fitDrop(w u192, scale uint64, neg bool) (d Decimal, ok bool) {
	for k := minDrop(w, scale); k <= scale; k++ {
		q, half := w.dropDigits(k)
		if half > 0 || half == 0 && q.w0&1 != 0 {
			q = q.add(u192{1, 0, 0})
		}
		if q.fits96() {
			return join(q.w1, q.w0, neg, scale-k), true
		}
	}
	return Decimal{}, false
}

// minDrop is how many digits w has to lose. Rounding up to 2^96 may cost one more.
func minDrop(w u192, scale uint64) (k uint64) {
	if scale > MaxScale {
		k = scale - MaxScale
	}
	if n := w.bitLen(); n > 96 {
		// 2^(n-1) <= w, so at least j tenths stand between w and 2^96, and at most one
		// more, which a look at w's upper half settles.
		j := uint64(n-97)*77>>8 + 1
		p := &pow192[j]
		if hi, lo := w.w2>>32, w.w1>>32|w.w2<<32; hi > p.w1 || hi == p.w1 && lo >= p.w0 {
			j++
		}
		k = max(k, j)
	}
	return k
}

// dropDigits divides x by 10^k, 1 <= k, and compares what is lost with half a unit of
// the quotient: half is -1 (below), 0 (a tie) or 1 (above). The quotient must be below
// 2^127, which minDrop sees to.
func (x u192) dropDigits(k uint64) (q u192, half int) {
	var lost uint64
	for k > maxDrop { // only texts have so many
		if k > maxPow192+1 {
			return u192{}, -1 // x < 2^192 < 10^58 is below a tenth
		}
		var r uint64
		x, r = x.divWord(pow64[maxPow64])
		lost |= r
		k -= maxPow64
	}
	q, rest := x.quoPow(k)
	p := &pow192[k]
	half = rest.cmp(u192{p.w0>>1 | p.w1<<63, p.w1 >> 1, 0})
	if half == 0 && lost != 0 {
		half = 1
	}
	return q, half
}

// quoPow divides x by 10^k, 1 <= k <= maxDrop, for a quotient below 2^127. It multiplies
// by the inverse, which gives the quotient or a little less: x loses its log low bits
// (less than 1 of the product), the inverse its fraction (less than 1), the product too.
func (x u192) quoPow(k uint64) (q, rest u192) {
	t := &dropPow[k]
	hi, lo := x.shift(t.log)
	// The upper two words of (hi:lo) * inverse.
	h0, _ := bits.Mul64(lo, t.invLo)
	h1, l1 := bits.Mul64(hi, t.invLo)
	h2, l2 := bits.Mul64(lo, t.invHi)
	h3, l3 := bits.Mul64(hi, t.invHi)
	l1, c := bits.Add64(l1, h0, 0)
	h1 += c
	_, c = bits.Add64(l1, l2, 0)
	l3, c = bits.Add64(l3, h1, c)
	h3 += c
	l3, c = bits.Add64(l3, h2, 0)
	h3 += c

	p := pow192[k]
	q = u192{l3, h3, 0}
	rest = x.sub(mul128(h3, l3, p.w1, p.w0))
	for rest.cmp(p) >= 0 {
		rest = rest.sub(p)
		q = q.add(u192{1, 0, 0})
	}
	return q, rest
}

// shift is x >> n, n < 128, of which the lower two words are not 0.
func (x u192) shift(n uint) (hi, lo uint64) {
	if n >= 64 {
		n -= 64
		return x.w2 >> (n & 63), x.w1>>(n&63) | x.w2<<1<<(63-n&63)
	}
	return x.w1>>(n&63) | x.w2<<1<<(63-n&63), x.w0>>(n&63) | x.w1<<1<<(63-n&63)
}
