// Package roots is the code behind the builtins that compute roots, powers and logarithms.
//
// They would belong to package core, but for math/big; see package light.
package roots

import (
	"fmt"

	"etamil/internal/decimal"
	"etamil/internal/decimal/transcend"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) { host.Bind(l, natives) }

var natives = []host.Native{
	{ID: "sqrt", Min: 1, Max: 1, Run: sqrt},
	{ID: "ln", Min: 1, Max: 1, Run: ln},
	{ID: "log10", Min: 1, Max: 1, Run: log10},
	{ID: "exp", Min: 1, Max: 1, Run: exp},
	{ID: "pow", Min: 2, Max: 2, Run: pow},
}

func sqrt(f *vm.Fiber, a []value.Value) (value.Value, error) {
	d, ok := transcend.Sqrt(a[0].ToNumber())
	return rootOr(f, d, ok, "வர்க்கமூலம்: எதிர்மறை எண்ணுக்கு மூலம் இல்லை", "sqrt: a negative number has no square root")
}

func ln(f *vm.Fiber, a []value.Value) (value.Value, error) {
	d, ok := transcend.Ln(a[0].ToNumber())
	return rootOr(f, d, ok, "இயற்கை_மடக்கை: எண் 0 ஐ விடப் பெரியதாக இருக்க வேண்டும்", "ln: the number must be above 0")
}

func log10(f *vm.Fiber, a []value.Value) (value.Value, error) {
	d, ok := transcend.Log10(a[0].ToNumber())
	return rootOr(f, d, ok, "பத்தின்_மடக்கை: எண் 0 ஐ விடப் பெரியதாக இருக்க வேண்டும்", "log10: the number must be above 0")
}

func exp(f *vm.Fiber, a []value.Value) (value.Value, error) {
	d, ok := transcend.Exp(a[0].ToNumber())
	return rootOr(f, d, ok, "இயற்கை_அடுக்கு: விடை மிகப் பெரியது", "exp: the result is too large")
}

func pow(f *vm.Fiber, a []value.Value) (value.Value, error) {
	x, y := a[0].ToNumber(), a[1].ToNumber()
	d, ok := transcend.Pow(x, y)
	if ok {
		return host.Success(f, value.Number(d))
	}
	return host.Failure(f, fmt.Sprintf("%s இன் அடுக்கு %s ஓர் எண்ணாக அடங்காது", x, y), fmt.Sprintf("%s to the power of %s is no number that fits", x, y))
}

// rootOr is a success with d, or a failure with the reason.
func rootOr(f *vm.Fiber, d decimal.Decimal, ok bool, tamil, english string) (value.Value, error) {
	if !ok {
		return host.Failure(f, tamil, english)
	}
	return host.Success(f, value.Number(d))
}
