package decimal

import (
	"math"
	"testing"
	"unsafe"
)

// A Decimal is the VM's slot: two words and nothing else.
var _ = [1]struct{}{}[unsafe.Sizeof(Decimal{})-16]

// TestLayout pins the bits that the VM and its machine code read and write themselves.
func TestLayout(t *testing.T) {
	for _, c := range []struct {
		text string
		want Decimal
	}{
		{"0", Decimal{}},
		{"-1.50", Decimal{^uint64(149), 2}},
		{"9223372036854775807", Decimal{math.MaxInt64, 0}},
		{"9223372036854775808", Decimal{1 << 63, 29}},
		{"-9223372036854775808", Decimal{1 << 63, 0}},
		{"-9223372036854775809", Decimal{1<<63 + 1, 1<<8 | 29}},
		{"18446744073709551616", Decimal{0, 1<<32 | 29}},
		{"-1844674407370955161.6", Decimal{0, 1<<32 | 1<<8 | 30}},
		{"7.9228162514264337593543950335", Decimal{math.MaxUint64, math.MaxUint32<<32 | 57}},
		{"79228162514264337593543950335", Max},
		{"-79228162514264337593543950335", Min},
	} {
		d := parse(t, c.text)
		if d != c.want {
			t.Errorf("%s is %#x, want %#x", c.text, d, c.want)
		}
		if d.IsSmall() != (c.want.M <= 28) {
			t.Errorf("IsSmall(%s) = %v", c.text, d.IsSmall())
		}
		neg, hi, lo, scale := d.Parts()
		if FromParts(neg, hi, lo, scale) != d {
			t.Errorf("%s does not survive Parts", c.text)
		}
	}
	if FromParts(true, 0, 0, 3) != New(0, 3) {
		t.Error("negative zero exists")
	}
	if FromInt(math.MinInt64) != New(math.MinInt64, 0) || FromInt(-7) != (Decimal{N: ^uint64(6)}) {
		t.Error("FromInt")
	}
}

func TestNewPanics(t *testing.T) {
	for _, f := range []func(){
		func() { New(1, 29) }, func() { New(1, -1) }, func() { FromParts(false, 0, 1, 29) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("a scale out of range is accepted")
				}
			}()
			f()
		}()
	}
}

func TestSmallArithmetic(t *testing.T) {
	const big, small = math.MaxInt64, math.MinInt64
	for _, c := range []struct {
		f    func(a, b int64) (int64, bool)
		a, b int64
		want int64
		ok   bool
	}{
		{AddSmall, big, 1, 0, false}, {AddSmall, big - 1, 1, big, true}, {AddSmall, small, -1, 0, false}, {AddSmall, small, big, -1, true},
		{SubSmall, small, 1, 0, false}, {SubSmall, 0, small, 0, false}, {SubSmall, -1, small, big, true}, {SubSmall, big, -1, 0, false},
		{MulSmall, small, -1, 0, false}, {MulSmall, -1, small, 0, false}, {MulSmall, small, 1, small, true}, {MulSmall, 1 << 32, 1 << 31, 0, false},
		{MulSmall, 1 << 32, -(1 << 31), small, true}, {MulSmall, -3037000500, 3037000499, -9223372033963249500, true}, {MulSmall, 3037000500, 3037000500, 0, false},
	} {
		if got, ok := c.f(c.a, c.b); ok != c.ok || ok && got != c.want {
			t.Errorf("%d, %d: %d, %v, want %d, %v", c.a, c.b, got, ok, c.want, c.ok)
		}
	}
}

// TestNoAllocation covers each tier of each operation, and text both ways.
func TestNoAllocation(t *testing.T) {
	small, wide := New(12345, 2), parse(t, "-1234567890123456789012.345678")
	fine := New(7, 28)
	text, buf := []byte("1234567890123456789012.345678e1"), make([]byte, 0, 64)
	if n := testing.AllocsPerRun(100, func() {
		for _, a := range [...]Decimal{small, wide, fine} {
			for _, b := range [...]Decimal{small, wide, fine} {
				sinkDecimal, sinkBool = Add(a, b)
				sinkDecimal, sinkBool = Sub(a, b)
				sinkDecimal, sinkBool = Mul(a, b)
				sinkDecimal, _ = Div(a, b)
				sinkDecimal, _ = Mod(a, b)
				sinkDecimal, _ = DivFloor(a, b)
				sinkInt = Cmp(a, b)
			}
			sinkDecimal = Round(a, 1)
			sinkDecimal = Floor(Neg(Abs(a)))
			sinkInt = int(Hash(a))
			sinkBytes = a.Append(buf)
			sinkBytes = AppendGrouped(buf, a, 2, Indian)
		}
		sinkDecimal, _ = ParseJSON(text)
		sinkDecimal, _ = ParseText(" -1_000.50e2 ")
		sinkDecimal, _ = ParseLiteral("12.50")
		sinkFloat = small.Float64()
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
