package transcend

import (
	"os"
	"strings"
	"testing"

	"etamil/internal/decimal"
)

// TestTranscend compares with values computed elsewhere, to 160 digits.
func TestTranscend(t *testing.T) {
	data, err := os.ReadFile("testdata/transcend.tsv")
	if err != nil {
		t.Fatal(err)
	}
	one := map[string]func(decimal.Decimal) (decimal.Decimal, bool){"sqrt": Sqrt, "exp": Exp, "ln": Ln, "log10": Log10}
	rows := 0
	for line := range strings.Lines(string(data)) {
		if line[0] == '#' {
			continue
		}
		f := strings.Split(strings.TrimSpace(line), "\t")
		if len(f) != 4 {
			t.Fatalf("malformed line %q", line)
		}
		rows++
		var got decimal.Decimal
		var ok bool
		if f[0] == "pow" {
			got, ok = Pow(parse(t, f[1]), parse(t, f[2]))
		} else {
			got, ok = one[f[0]](parse(t, f[1]))
		}
		text := "fail"
		if ok {
			text = string(got.AppendStored(nil))
		}
		if text != f[3] {
			t.Errorf("%s %s %s = %s, want %s", f[0], f[1], f[2], text, f[3])
		}
	}
	if rows < 400 {
		t.Errorf("only %d rows", rows)
	}
}

func TestTranscendDomain(t *testing.T) {
	for _, d := range []decimal.Decimal{decimal.FromInt(-1), decimal.New(-1, 28), decimal.Min} {
		if _, ok := Sqrt(d); ok {
			t.Errorf("sqrt %v exists", d)
		}
	}
	for _, d := range []decimal.Decimal{{}, decimal.New(0, 3), decimal.FromInt(-1), decimal.Min} {
		if _, ok := Ln(d); ok {
			t.Errorf("ln %v exists", d)
		}
		if _, ok := Log10(d); ok {
			t.Errorf("log10 %v exists", d)
		}
	}
	if d, ok := Sqrt(decimal.New(0, 4)); !ok || d != (decimal.Decimal{}) {
		t.Errorf("sqrt 0.0000 = %v, %v", d, ok)
	}
}

// TestRootOfSquare: the root of a number that is a square is exact.
func TestRootOfSquare(t *testing.T) {
	for _, s := range []string{"0.00000000000001", "1.1", "12345678901234", "281474976710655", "2.8147497671065", "33.333"} {
		d := parse(t, s)
		sq, _ := decimal.Mul(d, d)
		if root, ok := Sqrt(sq); !ok || !decimal.Equal(root, d) {
			t.Errorf("sqrt(%s * %s) = %v", s, s, root)
		}
		if root, ok := Pow(sq, decimal.New(5, 1)); !ok || !decimal.Equal(root, d) {
			t.Errorf("(%s * %s)^0.5 = %v", s, s, root)
		}
	}
}

func parse(t testing.TB, s string) decimal.Decimal {
	t.Helper()
	d, err := decimal.Parse(s)
	if err != nil {
		t.Fatalf("%q: %v", s, err)
	}
	return d
}

func BenchmarkTranscend(b *testing.B) {
	d := decimal.New(25, 1)
	for _, c := range []struct {
		name string
		f    func(decimal.Decimal) (decimal.Decimal, bool)
	}{
		{"Sqrt", Sqrt}, {"Exp", Exp}, {"Ln", Ln}, {"Log10", Log10},
		{"PowWhole", func(d decimal.Decimal) (decimal.Decimal, bool) { return Pow(d, decimal.FromInt(12)) }},
		{"PowFraction", func(d decimal.Decimal) (decimal.Decimal, bool) { return Pow(d, d) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for range b.N {
				c.f(d)
			}
		})
	}
}
