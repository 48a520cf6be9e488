package decimal

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

// minDrop is a lower bound, at most two short, of the digits w has to lose.
func minDrop(w u192, scale uint64) (k uint64) {
	if scale > MaxScale {
		k = scale - MaxScale
	}
	if n := w.bitLen(); n > 96 {
		// 2^(n-1) <= w, so at least this many tenths stand between w and 2^96.
		k = max(k, uint64(n-97)*77>>8+1)
	}
	return k
}

// dropDigits divides x by 10^k, 1 <= k, and compares what is lost with half a unit of
// the quotient: half is -1 (below), 0 (a tie) or 1 (above).
func (x u192) dropDigits(k uint64) (q u192, half int) {
	var lost uint64
	if k > maxPow64 {
		if k > 2*maxPow64 {
			if k > maxPow192 {
				// x < 2^192 < 10^58, less than half a unit unless k is 58 and x is
				// above 5*10^57.
				if k == maxPow192+1 {
					return u192{}, x.cmp(pow192[maxPow192].mulWord(5))
				}
				return u192{}, -1
			}
			x, lost = x.divWord(pow64[maxPow64])
			k -= maxPow64
		}
		var r uint64
		x, r = x.divWord(pow64[maxPow64])
		lost |= r
		k -= maxPow64
	}
	p := pow64[k&pow64Mask]
	q, r := x.divWord(p)
	half = cmpWord(r, p>>1)
	if half == 0 && lost != 0 {
		half = 1
	}
	return q, half
}
