package vm

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// What division by constants gives is what division gives, for divisors and dividends
// around every power of two and for some in between.
func TestReciprocals(t *testing.T) {
	var near []int64
	for k := range 63 {
		for d := int64(-2); d <= 2; d++ {
			near = append(near, 1<<k+d, -(1<<k + d))
		}
	}
	near = append(near, math.MaxInt64, math.MaxInt64-1, math.MinInt64, math.MinInt64+1)
	r := rand.New(rand.NewPCG(7, 1))
	for range 200 {
		near = append(near, r.Int64()>>r.IntN(63), -r.Int64()>>r.IntN(63))
	}
	for _, d := range near {
		k := reciprocal(d)
		if d < 2 {
			if k.N != 0 {
				t.Fatalf("%d has a reciprocal", d)
			}
			continue
		}
		for _, x := range near {
			sign := x >> 63
			q := int64(mulHigh(uint64(x^sign), k.N)>>k.M) ^ sign
			want := x / d
			if want*d > x {
				want--
			}
			if q != want {
				t.Fatalf("%d / %d is %d, want %d", x, d, q, want)
			}
		}
	}
}

// mulHigh is the upper half of a product, computed in another way than the machine does.
func mulHigh(x, y uint64) uint64 {
	x1, x0, y1, y0 := x>>32, x&math.MaxUint32, y>>32, y&math.MaxUint32
	mid := x1*y0 + x0*y0>>32
	low := mid&math.MaxUint32 + x0*y1
	return x1*y1 + mid>>32 + low>>32
}

// The machine divides so, too, and finds the reciprocal of each of several constants.
func TestDivisionByConstants(t *testing.T) {
	for _, c := range []struct{ x, d, quotient, remainder string }{
		{"7", "2", "3", "1"}, {"-7", "2", "-4", "1"}, {"-1", "1000000", "-1", "999999"}, {"0", "3", "0", "0"},
		{"4000000000000", "1000000", "4000000", "0"}, {"3999999999999", "1000000", "3999999", "999999"},
		{"9223372036854775807", "9223372036854775807", "1", "0"}, {"-9223372036854775808", "2", "-4611686018427387904", "0"},
		{"9223372036854775807", "1", "9223372036854775807", "0"}, {"5", "-2", "-3", "-1"}, {"7.5", "2", "3", "1.5"},
		{"18446744073709551616", "3", "6148914691236517205", "1"}, {"\"9\"", "4", "2", "1"}, {"9", "2.5", "3", "1.5"},
	} {
		body := fmt.Sprintf("loadk R0, %s\n idivk R1, R0, 3\n idivk R1, R0, %s\n modk R2, R0, %s\n newlist R3, R1, 2\n ret R3", c.x, c.d, c.d)
		if got, want := call(t, program(body)), "["+c.quotient+", "+c.remainder+"]"; got != want {
			t.Errorf("%s / %s: %s, want %s", c.x, c.d, got, want)
		}
	}
}
