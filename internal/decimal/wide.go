package decimal

import "math/bits"

// u192 is an unsigned integer of three words, least first. Everything that two 96-bit
// coefficients can make, before it is rounded back to one, fits: a product, a
// coefficient brought to another scale, the numerator of a quotient.
type u192 struct{ w0, w1, w2 uint64 }

func (x u192) isZero() bool { return x.w0|x.w1|x.w2 == 0 }

// fits96 reports whether x is a coefficient.
func (x u192) fits96() bool { return x.w2 == 0 && x.w1 < hiLimit }

func (x u192) bitLen() int {
	switch {
	case x.w2 != 0:
		return 128 + bits.Len64(x.w2)
	case x.w1 != 0:
		return 64 + bits.Len64(x.w1)
	}
	return bits.Len64(x.w0)
}

func (x u192) cmp(y u192) int {
	switch {
	case x.w2 != y.w2:
		return cmpWord(x.w2, y.w2)
	case x.w1 != y.w1:
		return cmpWord(x.w1, y.w1)
	}
	return cmpWord(x.w0, y.w0)
}

func cmpWord(a, b uint64) int {
	if a < b {
		return -1
	}
	if a > b {
		return 1
	}
	return 0
}

func (x u192) add(y u192) u192 {
	var c uint64
	x.w0, c = bits.Add64(x.w0, y.w0, 0)
	x.w1, c = bits.Add64(x.w1, y.w1, c)
	x.w2 += y.w2 + c
	return x
}

// sub is x - y for x >= y.
func (x u192) sub(y u192) u192 {
	var c uint64
	x.w0, c = bits.Sub64(x.w0, y.w0, 0)
	x.w1, c = bits.Sub64(x.w1, y.w1, c)
	x.w2 -= y.w2 + c
	return x
}

// mulWord is x*m modulo 2^192.
func (x u192) mulWord(m uint64) u192 {
	h0, l0 := bits.Mul64(x.w0, m)
	h1, l1 := bits.Mul64(x.w1, m)
	w1, c := bits.Add64(l1, h0, 0)
	return u192{l0, w1, x.w2*m + h1 + c}
}

// mul10 is x*10; ok is false if it leaves 192 bits.
func (x u192) mul10() (p u192, ok bool) {
	h0, w0 := bits.Mul64(x.w0, 10)
	h1, l1 := bits.Mul64(x.w1, 10)
	h2, l2 := bits.Mul64(x.w2, 10)
	w1, c := bits.Add64(l1, h0, 0)
	w2, c := bits.Add64(l2, h1, c)
	return u192{w0, w1, w2}, h2+c == 0
}

// mul128 is the product of two double words modulo 2^192: whole if both are
// coefficients.
func mul128(ahi, alo, bhi, blo uint64) u192 {
	h0, w0 := bits.Mul64(alo, blo)
	h1, l1 := bits.Mul64(ahi, blo)
	h2, l2 := bits.Mul64(alo, bhi)
	w1, c := bits.Add64(h0, l1, 0)
	h1 += c
	w1, c = bits.Add64(w1, l2, 0)
	return u192{w0, w1, h1 + h2 + c + ahi*bhi}
}

// mulPow is hi:lo * 10^k, k <= MaxScale.
func mulPow(hi, lo, k uint64) u192 {
	x := u192{lo, hi, 0}
	if k > maxPow64 {
		x = x.mulWord(pow64[maxPow64])
		k -= maxPow64
	}
	return x.mulWord(pow64[k&pow64Mask])
}

// divWord divides x by d. Only words that matter cost a division.
func (x u192) divWord(d uint64) (q u192, r uint64) {
	if x.w2 >= d {
		q.w2, r = x.w2/d, x.w2%d
	} else {
		r = x.w2
	}
	if r == 0 && x.w1 < d {
		r = x.w1
	} else {
		q.w1, r = bits.Div64(r, x.w1, d)
	}
	if r == 0 {
		q.w0, r = x.w0/d, x.w0%d
	} else {
		q.w0, r = bits.Div64(r, x.w0, d)
	}
	return q, r
}

// divmod divides x by the coefficient hi:lo, which is not 0.
func (x u192) divmod(hi, lo uint64) (q u192, rhi, rlo uint64) {
	if hi == 0 {
		q, r := x.divWord(lo)
		return q, 0, r
	}
	// Schoolbook division by two words, with the divisor shifted so that its top bit
	// is set: then a quotient word guessed from the top words is at most 2 too large.
	s := uint(bits.LeadingZeros64(hi)) // 32..63, so no shift below is by 64
	dh, dl := hi<<s|lo>>(64-s), lo<<s
	n3, n2, n1, n0 := x.w2>>(64-s), x.w2<<s|x.w1>>(64-s), x.w1<<s|x.w0>>(64-s), x.w0<<s
	q.w1, n3, n2 = div3by2(n3, n2, n1, dh, dl)
	q.w0, n3, n2 = div3by2(n3, n2, n0, dh, dl)
	return q, n3 >> s, n3<<(64-s) | n2>>s
}

// div3by2 divides the three words a by the two words d, where d's top bit is set and
// the two high words of a are below d, so that the quotient is one word.
func div3by2(a2, a1, a0, d1, d0 uint64) (q, r1, r0 uint64) {
	var r, c uint64 // what the guess leaves of a2:a1, and its carry
	if a2 < d1 {
		q, r = bits.Div64(a2, a1, d1)
	} else { // a2 == d1: the guess is the largest word
		q = ^uint64(0)
		r, c = bits.Add64(a1, d1, 0)
	}
	if c == 0 {
		ph, pl := bits.Mul64(q, d0)
		for ph > r || ph == r && pl > a0 {
			q--
			pl, c = bits.Sub64(pl, d0, 0)
			ph -= c
			if r, c = bits.Add64(r, d1, 0); c != 0 {
				break
			}
		}
	}
	ph, pl := bits.Mul64(q, d0)
	r0, c = bits.Sub64(a0, pl, 0)
	return q, a1 - q*d1 - ph - c, r0
}
