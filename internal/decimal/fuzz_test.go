package decimal

import (
	"math/big"
	"strings"
	"testing"
)

// FuzzParse: no parser panics, each agrees with math/big on what the text says, and
// what it accepts reads back from both printed forms.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"0", "-.5", "5.", "1_000", "1e3", "1e-30", "2.50", "79228162514264337593543950335.5", "0.00000000000000000000000000015", "1e999999999999999999999"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if d, err := Parse(s); err == nil {
			checkParsed(t, s, d, awayRule)
		}
		if d, err := ParseLiteral(s); err == nil {
			checkParsed(t, s, d, awayRule)
			if same, err := Parse(s); err != nil || same != d {
				t.Fatalf("literal %q is %v, text is %v, %v", s, d, same, err)
			}
		}
		if d, err := ParseJSON([]byte(s)); err == nil {
			checkParsed(t, s, d, evenRule)
		}
	})
}

func checkParsed(t *testing.T, s string, d Decimal, up tieRule) {
	t.Helper()
	x := rat(t, d)
	if back, err := Parse(show(d)); err != nil || back != d {
		t.Fatalf("%q: %s reads back as %v, %v", s, show(d), back, err)
	}
	if back, err := Parse(d.String()); err != nil || !Equal(back, d) {
		t.Fatalf("%q: %s reads back as %v, %v", s, d, back, err)
	}
	// big.Rat would build 10^exponent: leave the absurd ones to the table test.
	plain := strings.ReplaceAll(s, "_", "")
	if _, exp, ok := strings.Cut(strings.ToLower(plain), "e"); ok && len(exp) > 4 {
		return
	}
	exact, ok := new(big.Rat).SetString(plain)
	if !ok {
		t.Fatalf("%q accepted as %v", s, d)
	}
	want, _ := model(exact, MaxScale, up)
	if want == nil || x.Cmp(want) != 0 {
		t.Fatalf("%q = %v, model says %v", s, d, want)
	}
}

// FuzzArith: the operations against the model, on operands of any bits.
func FuzzArith(f *testing.F) {
	f.Add(uint64(1), uint32(0), uint8(0), uint64(3), uint32(0), uint8(0))
	f.Add(maxLo, uint32(maxHi), uint8(28), maxLo, uint32(maxHi), uint8(0x80))
	f.Add(uint64(1)<<63, uint32(0), uint8(0x80), uint64(1), uint32(0), uint8(28))
	f.Add(uint64(5), uint32(0), uint8(1), maxLo-1, uint32(maxHi), uint8(0))
	f.Fuzz(func(t *testing.T, alo uint64, ahi uint32, as uint8, blo uint64, bhi uint32, bs uint8) {
		a := FromParts(as&0x80 != 0, ahi, alo, int(as&0x7f)%(MaxScale+1))
		b := FromParts(bs&0x80 != 0, bhi, blo, int(bs&0x7f)%(MaxScale+1))
		x, y := rat(t, a), rat(t, b)
		m := max(a.Scale(), b.Scale())
		d, ok := Add(a, b)
		checkResult(t, "+", a, b, d, ok, new(big.Rat).Add(x, y), m)
		d, ok = Sub(a, b)
		checkResult(t, "-", a, b, d, ok, new(big.Rat).Sub(x, y), m)
		d, ok = Mul(a, b)
		checkResult(t, "*", a, b, d, ok, new(big.Rat).Mul(x, y), a.Scale()+b.Scale())
		if y.Sign() != 0 {
			d, err := Div(a, b)
			checkResult(t, "/", a, b, d, err == nil, new(big.Rat).Quo(x, y), MaxScale)
			r, err := Mod(a, b)
			if err != nil || r.Sign()*b.Sign() < 0 || Cmp(Abs(r), Abs(b)) > 0 {
				t.Fatalf("%v mod %v = %v, %v", a, b, r, err)
			}
		}
		if want := x.Cmp(y); Cmp(a, b) != want || (want == 0) != Equal(a, b) || want == 0 && Hash(a) != Hash(b) {
			t.Fatalf("%v against %v: want %d", show(a), show(b), want)
		}
	})
}
