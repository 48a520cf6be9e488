package decimal

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Multiplying with an inverse gives what dividing does, digit for digit.
func TestInverses(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	numerators := []int64{0, 1, -1, 7, 10, 100, -1000, math.MaxInt64, math.MinInt64, math.MaxInt64 / 5, math.MinInt64 / 5}
	taken := 0
	for d := int64(1); d < int64(len(inverses)); d++ {
		twos := d
		for _, p := range []int64{2, 5} {
			for twos%p == 0 {
				twos /= p
			}
		}
		if i := inverses[d]; (i.times != 0) != (twos == 1) {
			t.Errorf("1/%d: %d, %d", d, i.times, i.digits)
		}
		for range 200 {
			n := int64(r.Uint64()) >> r.IntN(64)
			if r.IntN(3) == 0 {
				n = numerators[r.IntN(len(numerators))]
			}
			a, b := New(n, r.IntN(MaxScale+1)), New(d, r.IntN(4))
			want, err := divide(a, b)
			got, ok := byInverse(a, b)
			if !ok {
				continue
			}
			taken++
			if err != nil || got != want {
				t.Fatalf("%v / %v = %+v, not %+v, %v", a, b, got, want, err)
			}
		}
	}
	if taken < 3000 {
		t.Errorf("only %d divisions by an inverse", taken)
	}
}
