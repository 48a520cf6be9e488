package decimal

// Cmp is -1, 0 or 1 as a is below, equal to or above b in value; the scales do not
// matter. It does not allocate.
func Cmp(a, b Decimal) int {
	if a.M == b.M && a.M < smallKinds {
		x, y := int64(a.N), int64(b.N)
		if x < y {
			return -1
		}
		if x > y {
			return 1
		}
		return 0
	}
	return cmpMixed(a, b)
}

// Equal reports whether a and b are the same number, of whatever scales.
func Equal(a, b Decimal) bool {
	if a.M == b.M {
		// Of one kind each number has one form.
		return a.N == b.N
	}
	return cmpMixed(a, b) == 0
}

// Less reports whether a < b.
func Less(a, b Decimal) bool {
	if a.M == b.M && a.M < smallKinds {
		return int64(a.N) < int64(b.N)
	}
	return cmpMixed(a, b) < 0
}

//go:noinline
func cmpMixed(a, b Decimal) int {
	if a.M < smallKinds && b.M < smallKinds {
		if x, y, _, ok := align(a, b); ok {
			if x < y {
				return -1
			}
			if x > y {
				return 1
			}
			return 0
		}
	}
	return cmpWide(a, b)
}

func cmpWide(a, b Decimal) int {
	sa, sb := a.Sign(), b.Sign()
	if sa != sb {
		if sa < sb {
			return -1
		}
		return 1
	}
	ahi, alo, _, as := a.split()
	bhi, blo, _, bs := b.split()
	x, y := u192{alo, ahi, 0}, u192{blo, bhi, 0}
	if as < bs {
		x = mulPow(ahi, alo, bs-as)
	} else if as > bs {
		y = mulPow(bhi, blo, as-bs)
	}
	return x.cmp(y) * sa
}
