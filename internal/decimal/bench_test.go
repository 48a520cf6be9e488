package decimal

import "testing"

var (
	sinkDecimal Decimal
	sinkInt     int
	sinkBool    bool
	sinkBytes   []byte
	sinkFloat   float64
)

func parse(t testing.TB, s string) Decimal {
	t.Helper()
	d, err := Parse(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

func BenchmarkArithmetic(b *testing.B) {
	type op2 = func(a, b Decimal) (Decimal, bool)
	div := func(a, b Decimal) (Decimal, bool) { d, err := Div(a, b); return d, err == nil }
	for _, c := range []struct {
		name string
		op   op2
		a, b string
	}{
		{"AddSameScale", Add, "1234.56", "99.10"},
		{"AddMixedScale", Add, "1234.56", "0.125"},
		{"AddWide", Add, "12345678901234567890123.45", "98765432109876543210.99"},
		{"AddWideMixed", Add, "12345678901234567890123.45", "0.0000333"},
		{"SubSameScale", Sub, "1234.56", "99.10"},
		{"MulSmall", Mul, "1234.56", "1.18"},
		{"MulWide", Mul, "1234567890123456789012.45", "1.18"},
		{"MulRounded", Mul, "1.0075000000000000000000000001", "104.5678901234567890123456789"},
		{"DivWhole", div, "1200", "12"},
		{"DivExact", div, "18.90", "6.25"},
		{"DivDigits28", div, "10", "3"},
		{"DivDigits28Small", div, "0.09", "13"},
		{"DivWideBySmall", div, "12345678901234567890123.45", "7"},
		{"DivWideByWide", div, "12345678901234567890123.45", "98765432109876543210.99"},
	} {
		b.Run(c.name, func(b *testing.B) {
			x, y := parse(b, c.a), parse(b, c.b)
			var d Decimal
			var ok bool
			for range b.N {
				d, ok = c.op(x, y)
			}
			sinkDecimal, sinkBool = d, ok
		})
	}
}

// The same through direct calls, as the VM makes them.
func BenchmarkDirectAdd(b *testing.B) {
	x, y := New(123456, 2), New(1, 2)
	for range b.N {
		x, _ = Add(x, y)
	}
	sinkDecimal = x
}

func BenchmarkDirectMul(b *testing.B) {
	x, y, z := New(123456, 2), New(118, 2), Decimal{}
	for range b.N {
		z, _ = Mul(x, y)
		y.N ^= z.N & 1
	}
	sinkDecimal = z
}

func BenchmarkDirectDiv(b *testing.B) {
	x, y, z := FromInt(10), FromInt(3), Decimal{}
	for range b.N {
		z, _ = Div(x, y)
	}
	sinkDecimal = z
}

func BenchmarkCmp(b *testing.B) {
	for _, c := range []struct{ name, a, b string }{
		{"SameScale", "1234.56", "99.10"},
		{"MixedScale", "1234.56", "0.125"},
		{"Wide", "12345678901234567890123.45", "12345678901234567890123.46"},
	} {
		b.Run(c.name, func(b *testing.B) {
			x, y := parse(b, c.a), parse(b, c.b)
			n := 0
			for range b.N {
				n += Cmp(x, y)
			}
			sinkInt = n
		})
	}
}

func BenchmarkText(b *testing.B) {
	money, wide := []byte("1234.56"), []byte("1234567890123456789012.345678")
	b.Run("ParseMoney", func(b *testing.B) {
		for range b.N {
			sinkDecimal, _ = ParseJSON(money)
		}
	})
	b.Run("ParseWide", func(b *testing.B) {
		for range b.N {
			sinkDecimal, _ = ParseJSON(wide)
		}
	})
	buf := make([]byte, 0, 64)
	for _, c := range []struct {
		name string
		text []byte
	}{{"AppendMoney", money}, {"AppendWide", wide}} {
		b.Run(c.name, func(b *testing.B) {
			d, _ := ParseJSON(c.text)
			for range b.N {
				sinkBytes = d.Append(buf[:0])
			}
		})
	}
	b.Run("Hash", func(b *testing.B) {
		d, h := New(123450, 2), uint64(0)
		for range b.N {
			h += Hash(d)
		}
		sinkInt = int(h)
	})
}
