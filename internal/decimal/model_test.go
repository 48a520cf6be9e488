package decimal

import (
	"flag"
	"math/big"
	"math/rand/v2"
	"testing"
)

// The model: a number is a big.Rat, an operation is exact, and one rounding rule turns
// the exact result into a Decimal. It is slow and obvious.

var long = flag.Int("long", 1, "how many times the usual number of model cases to run")

var (
	bigOne = big.NewInt(1)
	bigTen = big.NewInt(10)
)

func pow10Big(k int) *big.Int { return new(big.Int).Exp(bigTen, big.NewInt(int64(k)), nil) }

var bigMax = new(big.Int).Sub(new(big.Int).Lsh(bigOne, 96), bigOne)

// rat is d's value, read off the encoding by the words of the layout, not by split.
func rat(t testing.TB, d Decimal) *big.Rat {
	kind := d.M & 0xff
	var coef *big.Int
	var scale uint64
	switch {
	case kind <= 28:
		if d.M != kind {
			t.Fatalf("%x: stray bits in M of a small number", d.M)
		}
		coef, scale = big.NewInt(int64(d.N)), kind
	case kind <= 57:
		coef = new(big.Int).SetUint64(d.M >> 32)
		coef.Or(coef.Lsh(coef, 64), new(big.Int).SetUint64(d.N))
		if d.M>>8&1 == 1 {
			coef.Neg(coef)
		}
		if d.M&0xfffffe00 != 0 {
			t.Fatalf("%x: stray bits in M of a wide number", d.M)
		}
		if coef.IsInt64() {
			t.Fatalf("%x %x: coefficient %v fits int64 but is wide", d.N, d.M, coef)
		}
		scale = kind - 29
	default:
		t.Fatalf("%x: kind %d", d.M, kind)
	}
	return new(big.Rat).SetFrac(coef, pow10Big(int(scale)))
}

type tieRule func(q *big.Int, half int) bool

func evenRule(q *big.Int, half int) bool { return half > 0 || half == 0 && q.Bit(0) == 1 }
func awayRule(_ *big.Int, half int) bool { return half >= 0 }

// coefAt is |r| * 10^scale rounded to a whole number.
func coefAt(r *big.Rat, scale int, up tieRule) *big.Int {
	num := new(big.Int).Mul(new(big.Int).Abs(r.Num()), pow10Big(scale))
	q, m := new(big.Int).QuoRem(num, r.Denom(), new(big.Int))
	if up(q, m.Lsh(m, 1).Cmp(r.Denom())) {
		q.Add(q, bigOne)
	}
	return q
}

// model rounds r at the largest scale <= maxScale that fits; nil if none does.
func model(r *big.Rat, maxScale int, up tieRule) (v *big.Rat, scale int) {
	for s := min(maxScale, MaxScale); s >= 0; s-- {
		if q := coefAt(r, s, up); q.Cmp(bigMax) <= 0 {
			if r.Sign() < 0 {
				q.Neg(q)
			}
			return new(big.Rat).SetFrac(q, pow10Big(s)), s
		}
	}
	return nil, 0
}

// minScale is the scale of r's shortest decimal form.
func minScale(r *big.Rat) int {
	for s := 0; ; s++ {
		if new(big.Int).Rem(pow10Big(s), r.Denom()).Sign() == 0 {
			return s
		}
	}
}

// boundaries are coefficients near which encodings, carries and ties change.
var boundaries = func() (list []*big.Int) {
	for _, e := range []uint{0, 1, 31, 32, 33, 53, 62, 63, 64, 65, 80, 94, 95, 96} {
		for d := int64(-3); d <= 3; d++ {
			list = append(list, new(big.Int).Add(new(big.Int).Lsh(bigOne, e), big.NewInt(d)))
		}
	}
	for k := 0; k <= 28; k++ {
		for d := int64(-1); d <= 1; d++ {
			list = append(list,
				new(big.Int).Add(pow10Big(k), big.NewInt(d)),
				new(big.Int).Add(new(big.Int).Mul(pow10Big(k), big.NewInt(5)), big.NewInt(d)))
		}
	}
	for _, k := range []int64{5, 10, 15, 25, 100, 1e9} {
		q := new(big.Int).Quo(bigMax, big.NewInt(k))
		list = append(list, q, new(big.Int).Add(q, bigOne))
	}
	kept := list[:0]
	for _, v := range list {
		if v.Sign() >= 0 && v.Cmp(bigMax) <= 0 {
			kept = append(kept, v)
		}
	}
	return kept
}()

// sample draws a number: half the time near a boundary, otherwise of a random length.
func sample(rng *rand.Rand) Decimal {
	var c big.Int
	if rng.IntN(2) == 0 {
		c.Set(boundaries[rng.IntN(len(boundaries))])
	} else {
		c.SetUint64(rng.Uint64())
		c.Lsh(&c, 32).Or(&c, new(big.Int).SetUint64(uint64(rng.Uint32())))
		c.Rsh(&c, uint(rng.IntN(97)))
	}
	scale := rng.IntN(MaxScale + 1)
	if rng.IntN(3) == 0 {
		scale = rng.IntN(4)
	}
	return FromParts(rng.IntN(2) == 0, uint32(new(big.Int).Rsh(&c, 64).Uint64()),
		new(big.Int).And(&c, new(big.Int).SetUint64(maxLo)).Uint64(), scale)
}

// samePair draws two numbers that are close, so that differences cancel, quotients are
// near 1, and comparisons need the last digit.
func samplePair(rng *rand.Rand) (a, b Decimal) {
	a, b = sample(rng), sample(rng)
	switch rng.IntN(8) {
	case 0: // a quotient of just under 2^96: rounding up may need one digit more
		k := 1 + rng.IntN(18)
		c := new(big.Int).SetUint64(1 + rng.Uint64N(pow64[k]-1))
		n := new(big.Int).Lsh(c, 96)
		n.Quo(n, pow10Big(k))
		a = FromParts(rng.IntN(2) == 0, uint32(new(big.Int).Rsh(n, 64).Uint64()),
			new(big.Int).And(n, new(big.Int).SetUint64(maxLo)).Uint64(), rng.IntN(MaxScale+1))
		b = New(c.Int64(), rng.IntN(MaxScale+1))
	case 1, 2:
		neg, hi, lo, s := a.Parts()
		b = FromParts(neg != (rng.IntN(2) == 0), hi, lo+uint64(rng.IntN(3)), s)
	}
	return a, b
}

// checkResult compares what an operation said with the model.
func checkResult(t *testing.T, op string, a, b, got Decimal, ok bool, exact *big.Rat, scale int) {
	t.Helper()
	want, wantScale := model(exact, scale, evenRule)
	if ok != (want != nil) {
		t.Fatalf("%v %s %v: ok = %v, model says %v", show(a), op, show(b), ok, want)
	}
	if !ok {
		return
	}
	if v := rat(t, got); v.Cmp(want) != 0 {
		t.Fatalf("%v %s %v = %v, model says %v", show(a), op, show(b), show(got), want.FloatString(28))
	}
	if op == "/" {
		wantScale = minScale(want)
	}
	if got.Scale() != wantScale {
		t.Fatalf("%v %s %v = %v: scale %d, model says %d", show(a), op, show(b), show(got), got.Scale(), wantScale)
	}
}

func show(d Decimal) string { return string(d.AppendStored(nil)) }

func TestModelArithmetic(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 96))
	for range 40_000 * *long {
		a, b := samplePair(rng)
		x, y := rat(t, a), rat(t, b)
		m := max(a.Scale(), b.Scale())

		d, ok := Add(a, b)
		checkResult(t, "+", a, b, d, ok, new(big.Rat).Add(x, y), m)
		d, ok = Sub(a, b)
		checkResult(t, "-", a, b, d, ok, new(big.Rat).Sub(x, y), m)
		d, ok = Mul(a, b)
		checkResult(t, "*", a, b, d, ok, new(big.Rat).Mul(x, y), a.Scale()+b.Scale())

		d, err := Div(a, b)
		if y.Sign() == 0 {
			if err != ErrDivideByZero {
				t.Fatalf("%v / 0: %v", show(a), err)
			}
		} else {
			if err != nil && err != ErrOverflow {
				t.Fatalf("%v / %v: %v", show(a), show(b), err)
			}
			checkResult(t, "/", a, b, d, err == nil, new(big.Rat).Quo(x, y), MaxScale)
		}

		want := x.Cmp(y)
		if got := Cmp(a, b); got != want {
			t.Fatalf("Cmp(%v, %v) = %d, want %d", show(a), show(b), got, want)
		}
		if Equal(a, b) != (want == 0) || Less(a, b) != (want < 0) {
			t.Fatalf("Equal or Less of %v, %v disagree with the model", show(a), show(b))
		}
		if want == 0 && Hash(a) != Hash(b) {
			t.Fatalf("%v and %v are equal and hash apart", show(a), show(b))
		}
	}
}

func TestModelMod(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 96))
	for range 20_000 * *long {
		a, b := samplePair(rng)
		if b.IsZero() {
			b = FromInt(7)
		}
		x, y := rat(t, a), rat(t, b)
		exact := new(big.Rat).Quo(x, y)
		floor := new(big.Int).Div(exact.Num(), exact.Denom())

		q, err := DivFloor(a, b)
		if fits := new(big.Int).Abs(floor).Cmp(bigMax) <= 0; (err == nil) != fits || err != nil && err != ErrOverflow {
			t.Fatalf("DivFloor(%v, %v): %v, quotient %v", show(a), show(b), err, floor)
		}
		if err == nil && (rat(t, q).Cmp(new(big.Rat).SetInt(floor)) != 0 || q.Scale() != 0) {
			t.Fatalf("DivFloor(%v, %v) = %v, want %v", show(a), show(b), show(q), floor)
		}
		r, err := Mod(a, b)
		if err != nil {
			t.Fatalf("Mod(%v, %v): %v", show(a), show(b), err)
		}
		rest := new(big.Rat).Sub(x, new(big.Rat).Mul(y, new(big.Rat).SetInt(floor)))
		checkResult(t, "mod", a, b, r, true, rest, max(a.Scale(), b.Scale()))
	}
	for _, f := range []func(a, b Decimal) (Decimal, error){Mod, DivFloor, Div} {
		for _, zero := range []Decimal{{}, New(0, 5)} {
			if _, err := f(FromInt(1), zero); err != ErrDivideByZero {
				t.Errorf("by zero: %v", err)
			}
		}
	}
}

func TestModelRounding(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 96))
	for range 30_000 * *long {
		d := sample(rng)
		x := rat(t, d)
		places := rng.IntN(31) - 1
		p := max(places, 0)
		away, even := Round(d, places), RoundHalfEven(d, places)
		if p >= d.Scale() {
			if away != d || even != d {
				t.Fatalf("rounding %v to %d places changed it", show(d), places)
			}
		} else {
			checkRounded(t, d, away, p, coefAt(x, p, awayRule))
			checkRounded(t, d, even, p, coefAt(x, p, evenRule))
		}
		floor := new(big.Int).Div(x.Num(), x.Denom())
		ceil := new(big.Int).Neg(new(big.Int).Div(new(big.Int).Neg(x.Num()), x.Denom()))
		trunc := new(big.Int).Quo(x.Num(), x.Denom())
		for _, c := range []struct {
			got  Decimal
			want *big.Int
		}{{Floor(d), floor}, {Ceil(d), ceil}, {Trunc(d), trunc}} {
			if rat(t, c.got).Cmp(new(big.Rat).SetInt(c.want)) != 0 || c.got.Scale() != 0 {
				t.Fatalf("whole part of %v: %v, want %v", show(d), show(c.got), c.want)
			}
		}
		if d.IsInt() != x.IsInt() || d.Sign() != x.Sign() || d.IsZero() != (x.Sign() == 0) {
			t.Fatalf("IsInt, Sign or IsZero of %v", show(d))
		}
		i, ok := d.Int64()
		if want := x.IsInt() && x.Num().IsInt64(); ok != want || ok && i != x.Num().Int64() {
			t.Fatalf("Int64(%v) = %d, %v", show(d), i, ok)
		}
		if rat(t, Neg(d)).Cmp(new(big.Rat).Neg(x)) != 0 || rat(t, Abs(d)).Cmp(new(big.Rat).Abs(x)) != 0 {
			t.Fatalf("Neg or Abs of %v", show(d))
		}
		if n := Normalize(d); rat(t, n).Cmp(x) != 0 || n.Scale() != minScale(x) {
			t.Fatalf("Normalize(%v) = %v", show(d), show(n))
		}
	}
}

func checkRounded(t *testing.T, d, got Decimal, places int, coef *big.Int) {
	t.Helper()
	if d.Sign() < 0 {
		coef.Neg(coef)
	}
	if rat(t, got).Cmp(new(big.Rat).SetFrac(coef, pow10Big(places))) != 0 || got.Scale() != places {
		t.Fatalf("%v rounded to %d places: %v, want coefficient %v", show(d), places, show(got), coef)
	}
}

// TestModelText: both printed forms read back as the same number by every parser that
// takes them.
func TestModelText(t *testing.T) {
	rng := rand.New(rand.NewPCG(4, 96))
	for range 30_000 * *long {
		d := sample(rng)
		x := rat(t, d)
		stored, printed := show(d), d.String()
		if want := x.FloatString(d.Scale()); stored != want {
			t.Fatalf("AppendStored = %s, want %s", stored, want)
		}
		if want := x.FloatString(minScale(x)); printed != want {
			t.Fatalf("Append(%s) = %s, want %s", stored, printed, want)
		}
		for _, back := range []func() (Decimal, error){
			func() (Decimal, error) { return Parse(stored) },
			func() (Decimal, error) { return ParseJSON([]byte(stored)) },
		} {
			if got, err := back(); err != nil || got != d {
				t.Fatalf("%s reads back as %v, %v", stored, got, err)
			}
		}
		want, _ := x.Float64()
		if got := d.Float64(); got != want {
			t.Fatalf("Float64(%s) = %v, want %v", stored, got, want)
		}
	}
}
