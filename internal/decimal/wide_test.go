package decimal

import (
	"math/big"
	"math/rand/v2"
	"testing"
)

func (x u192) bigInt() *big.Int {
	v := new(big.Int)
	for _, w := range []uint64{x.w2, x.w1, x.w0} {
		v.Or(v.Lsh(v, 64), new(big.Int).SetUint64(w))
	}
	return v
}

func TestTables(t *testing.T) {
	for k, p := range pow192 {
		if p.bigInt().Cmp(pow10Big(k)) != 0 {
			t.Errorf("pow192[%d]", k)
		}
	}
	for k := 1; k <= maxDrop; k++ {
		e := dropPow[k]
		inv := new(big.Int).Lsh(bigOne, 128+e.log)
		inv.Quo(inv, pow10Big(k))
		if e.log != uint(pow10Big(k).BitLen()-1) || inv.Cmp(u192{e.invLo, e.invHi, 0}.bigInt()) != 0 {
			t.Errorf("dropPow[%d]", k)
		}
	}
	for k, p := range pow64 {
		want := uint64(0)
		if k <= maxPow64 {
			want = pow10Big(k).Uint64()
		}
		if p != want {
			t.Errorf("pow64[%d]", k)
		}
	}
	for k, e := range scaleUp {
		pow, limit := int64(0), int64(0)
		if k < maxPow64 {
			pow = pow10Big(k).Int64()
			limit = int64(maxSmall) / pow
		}
		if e.pow != pow || e.limit != limit {
			t.Errorf("scaleUp[%d]", k)
		}
	}
	// div.go and fit.go take logarithms with these fractions.
	for n := range 192 {
		if digits := len(new(big.Int).Lsh(bigOne, uint(n)).String()); n*1233>>12 != digits-1 || n <= 95 && n*77>>8 > digits-1 {
			t.Errorf("2^%d has %d digits", n, digits)
		}
	}
}

// awkward draws words at which carries and quotient guesses go wrong.
func awkward(rng *rand.Rand) uint64 {
	switch rng.IntN(6) {
	case 0:
		return 0
	case 1:
		return maxLo - rng.Uint64N(3)
	case 2:
		return minMag + rng.Uint64N(3) - 1
	case 3:
		return rng.Uint64N(4)
	}
	return rng.Uint64() >> rng.UintN(64)
}

func TestWideDivision(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 96))
	for range 50_000 * *long {
		x := u192{awkward(rng), awkward(rng), awkward(rng)}
		hi, lo := awkward(rng)>>32, awkward(rng)
		if hi|lo == 0 {
			lo = 1
		}
		if rng.IntN(8) == 0 { // the top of x equal to the divisor's
			x.w2, x.w1 = hi, lo
		}
		q, rhi, rlo := x.divmod(hi, lo)
		wantQ, wantR := new(big.Int).QuoRem(x.bigInt(), u192{lo, hi, 0}.bigInt(), new(big.Int))
		if q.bigInt().Cmp(wantQ) != 0 || (u192{rlo, rhi, 0}).bigInt().Cmp(wantR) != 0 {
			t.Fatalf("%x / %x:%x = %x, %x:%x", x, hi, lo, q, rhi, rlo)
		}
		k := 1 + rng.Uint64N(maxDrop)
		y := u192{awkward(rng), awkward(rng) & maxHi, 0}
		if k > MaxScale {
			y.w1 = 0 // the product must stay within 192 bits
		}
		x = mul128(y.w1, y.w0, pow192[k].w1, pow192[k].w0)
		if c := rng.Uint64N(2); rng.IntN(2) == 0 {
			x = x.add(u192{c, 0, 0})
		} else if !x.isZero() {
			x = x.sub(u192{c, 0, 0})
		}
		q, rest := x.quoPow(k)
		wantQ, wantR = new(big.Int).QuoRem(x.bigInt(), pow10Big(int(k)), new(big.Int))
		if q.bigInt().Cmp(wantQ) != 0 || rest.bigInt().Cmp(wantR) != 0 {
			t.Fatalf("%x / 10^%d = %x, %x", x, k, q, rest)
		}
		if p, ok := x.mul10(); ok != (new(big.Int).Mul(x.bigInt(), bigTen).BitLen() <= 192) || ok && p.bigInt().Cmp(new(big.Int).Mul(x.bigInt(), bigTen)) != 0 {
			t.Fatalf("%x * 10 = %x, %v", x, p, ok)
		}
	}
}
