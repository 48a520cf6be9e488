package vm

import (
	"math/bits"

	"etamil/internal/code"
	"etamil/internal/value"
)

// Division by a whole number that is a constant is a multiplication: x / d is x times m,
// shifted right by 63+l, where l is how many bits d-1 has and m is 2^(63+l)/d, rounded up
// to more. That is exact for all x from 0 to 2^63-1: m is too large by at most 1, which x
// makes an error of less than 1/d. For x below 0, x / d rounded down is ^(^x / d).
//
// Constants of a function that divides by one have these numbers in front of them, the
// first constant's nearest: m as n, and l-1 as meta.

// reciprocals is as many such numbers as f has constants, and then those; nil if f divides by no constant.
func reciprocals(f *code.Func) []value.Value {
	for _, in := range f.Code {
		if op := in.Op(); op == code.OpIDivK || op == code.OpModK {
			n := len(f.K)
			all := make([]value.Value, 2*n)
			copy(all[n:], f.K)
			for i, k := range f.K {
				if k.IsInt() {
					all[n-1-i] = reciprocal(int64(k.N))
				}
			}
			return all
		}
	}
	return nil
}

// reciprocal is the numbers for d. It is zero for those that are divided by in another way.
func reciprocal(d int64) value.Value {
	if d < 2 {
		return value.Value{}
	}
	l := bits.Len64(uint64(d - 1))
	m, _ := bits.Div64(1<<(l-1), 0, uint64(d)) // 2^(63+l) = 2^(l-1) * 2^64
	return value.Value{N: m + 1, M: uint64(l - 1)}
}
