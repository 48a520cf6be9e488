package transcend

import (
	"math"
	"math/big"
	"sync"

	"etamil/internal/decimal"
)

// Fixed-point numbers for transcend.go: a big.Int counts units of 2^-fixedBits. An
// error of a few units, times 2^96 for the largest exponent of a power, still leaves
// 250 good bits where a result has 96.
const fixedBits = 384

// guardBits is how near to a tie an approximation counts as one. A true result that is
// no tie comes so near with probability 2^-128.
const guardBits = 128

var (
	bigOne = big.NewInt(1)
	bigTen = big.NewInt(10)
)

func pow10Big(k int) *big.Int { return new(big.Int).Exp(bigTen, big.NewInt(int64(k)), nil) }

// parts gives d's magnitude as coefficient and scale.
func parts(d decimal.Decimal) (coef *big.Int, scale int) {
	_, hi, lo, scale := d.Parts()
	coef = new(big.Int).SetUint64(uint64(hi))
	return coef.Or(coef.Lsh(coef, 64), new(big.Int).SetUint64(lo)), scale
}

// fixed is d in fixed point, rounded towards zero.
func fixed(d decimal.Decimal) *big.Int {
	coef, scale := parts(d)
	coef.Quo(coef.Lsh(coef, fixedBits), pow10Big(scale))
	if d.Sign() < 0 {
		coef.Neg(coef)
	}
	return coef
}

// fromBig is coef * 10^-scale without trailing zeros; coef has at most 96 bits.
func fromBig(coef *big.Int, neg bool, scale int) decimal.Decimal {
	lo := new(big.Int).And(coef, new(big.Int).SetUint64(math.MaxUint64)).Uint64()
	return decimal.Normalize(decimal.FromParts(neg, uint32(new(big.Int).Rsh(coef, 64).Uint64()), lo, scale))
}

// fromFixed is v * 2^k, k < fixedBits, as a Decimal; ok is false if it is too large.
func fromFixed(v *big.Int, k int) (decimal.Decimal, bool) {
	num, den := new(big.Int).Abs(v), new(big.Int).Lsh(bigOne, uint(fixedBits-k))
	d, ok := fromRatio(num, den, guardBits)
	if v.Sign() < 0 {
		d = decimal.Neg(d)
	}
	return d, ok
}

// fromRatio rounds num/den half to even at the largest scale that fits. With guard 0
// the ratio is exact; otherwise it is an approximation, and a tie if it lies within
// 2^-guard of one.
func fromRatio(num, den *big.Int, guard uint) (decimal.Decimal, bool) {
	// The quotient has at most this many bits before the point.
	top := num.BitLen() - den.BitLen() + 1
	scale := decimal.MaxScale
	if top > 0 {
		scale = min(scale, (97-top)*1233>>12+1)
	}
	for ; scale >= 0; scale-- {
		q, r := new(big.Int).QuoRem(new(big.Int).Mul(num, pow10Big(scale)), den, new(big.Int))
		r.Sub(r.Lsh(r, 1), den) // its sign is the remainder's against half
		half := r.Sign()
		if guard > 0 && r.Lsh(r.Abs(r), guard).Cmp(den) < 0 {
			half = 0
		}
		if half > 0 || half == 0 && q.Bit(0) == 1 {
			q.Add(q, bigOne)
		}
		if q.BitLen() <= 96 {
			return fromBig(q, false, scale), true
		}
	}
	return decimal.Decimal{}, false
}

// fixMul is x*y in fixed point, stored in z.
func fixMul(z, x, y *big.Int) *big.Int { return z.Rsh(z.Mul(x, y), fixedBits) }

// atanh is the inverse hyperbolic tangent of num/den, by its series; |num/den| <= 1/3
// gains three bits a term or more.
func atanh(num, den *big.Int) *big.Int {
	t := new(big.Int).Quo(new(big.Int).Lsh(num, fixedBits), den)
	square := fixMul(new(big.Int), t, t)
	sum, term := new(big.Int).Set(t), new(big.Int)
	for n := int64(3); t.BitLen() > 1; n += 2 {
		fixMul(t, t, square)
		sum.Add(sum, term.Quo(t, big.NewInt(n)))
	}
	return sum
}

// ln2 and ln10, made at first use; nobody writes to them.
var (
	ln2 = sync.OnceValue(func() *big.Int {
		l := atanh(bigOne, big.NewInt(3)) // ln x = 2 atanh((x-1)/(x+1))
		return l.Lsh(l, 1)
	})
	ln10 = sync.OnceValue(func() *big.Int { return lnFixed(decimal.FromInt(10)) })
)

// lnFixed is the natural logarithm of d > 0.
func lnFixed(d decimal.Decimal) *big.Int {
	num, scale := parts(d)
	den := pow10Big(scale)
	// Divide by 2^k, so that num/den lies in 2/3..4/3 or so and the series is short.
	k := num.BitLen() - den.BitLen()
	if k > 0 {
		den.Lsh(den, uint(k))
	} else {
		num.Lsh(num, uint(-k))
	}
	if new(big.Int).Mul(num, big.NewInt(3)).Cmp(new(big.Int).Lsh(den, 2)) > 0 {
		den.Lsh(den, 1)
		k++
	} else if new(big.Int).Mul(num, big.NewInt(3)).Cmp(new(big.Int).Lsh(den, 1)) < 0 {
		num.Lsh(num, 1)
		k--
	}
	l := atanh(new(big.Int).Sub(num, den), new(big.Int).Add(num, den))
	l.Lsh(l, 1)
	return l.Add(l, new(big.Int).Mul(ln2(), big.NewInt(int64(k))))
}

// maxExpArg bounds exp's argument: e^67 > 2^96, and e^-67 rounds to 0.
const maxExpArg = 67

// expHalvings makes the argument of the series small; as many squarings follow, and
// cost that many bits.
const expHalvings = 16

// expFixed is e^y as a Decimal; ok is false if it is too large.
func expFixed(y *big.Int) (decimal.Decimal, bool) {
	limit := new(big.Int).Lsh(big.NewInt(maxExpArg), fixedBits)
	if y.CmpAbs(limit) > 0 {
		return decimal.Decimal{}, y.Sign() < 0
	}
	k := new(big.Int).Div(y, ln2()) // e^y = 2^k * e^r, 0 <= r < ln 2
	r := new(big.Int).Sub(y, new(big.Int).Mul(k, ln2()))
	r.Rsh(r, expHalvings)
	sum := new(big.Int).Lsh(bigOne, fixedBits)
	term := new(big.Int).Set(sum)
	for n := int64(1); term.Sign() != 0; n++ {
		fixMul(term, term, r)
		term.Quo(term, big.NewInt(n))
		sum.Add(sum, term)
	}
	for range expHalvings {
		fixMul(sum, sum, sum)
	}
	return fromFixed(sum, int(k.Int64()))
}
