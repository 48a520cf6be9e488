package core

import (
	"errors"

	"etamil/internal/decimal"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// round rounds half away from zero. The places lose their fraction; more than the number
// has change nothing.
func round(_ *vm.Fiber, a []value.Value) (value.Value, error) {
	places := host.Trunc(&a[1])
	if places < 0 {
		return value.Nil, host.Raise("argument", "வட்டமிடு: இடங்கள் 0 அல்லது அதற்கு மேற்பட்ட முழு எண்ணாக இருக்க வேண்டும்", "round: the places must be a whole number, 0 or more")
	}
	return value.Number(decimal.Round(a[0].ToNumber(), min(places, decimal.MaxScale))), nil
}

func floor(_ *vm.Fiber, a []value.Value) (value.Value, error) {
	if a[0].IsInt() {
		return a[0], nil
	}
	return value.Number(decimal.Floor(a[0].ToNumber())), nil
}

func ceil(_ *vm.Fiber, a []value.Value) (value.Value, error) {
	if a[0].IsInt() {
		return a[0], nil
	}
	return value.Number(decimal.Ceil(a[0].ToNumber())), nil
}

func abs(_ *vm.Fiber, a []value.Value) (value.Value, error) {
	return value.Number(decimal.Abs(a[0].ToNumber())), nil
}

func least(f *vm.Fiber, a []value.Value) (value.Value, error) { return extreme(f, a, -1) }

func greatest(f *vm.Fiber, a []value.Value) (value.Value, error) { return extreme(f, a, 1) }

// extreme is the smallest (side -1) or the largest (1) of the arguments, or of the
// elements of the one list that is given, as numbers: the first of those that are equal.
func extreme(_ *vm.Fiber, a []value.Value, side int) (value.Value, error) {
	items := a
	if len(a) == 1 && a[0].IsList() {
		items = a[0].List().Slots()
	}
	if len(items) == 0 {
		return value.Nil, host.Raise("argument", "காலியான அணியில் சிறியதோ பெரியதோ இல்லை", "an empty list has no smallest or largest item")
	}
	best := items[0].ToNumber()
	for i := 1; i < len(items); i++ {
		if x := items[i].ToNumber(); decimal.Cmp(x, best) == side {
			best = x
		}
	}
	return value.Number(best), nil
}

// mod is the remainder with the sign of the divisor, and div the quotient rounded down.
func mod(_ *vm.Fiber, a []value.Value) (value.Value, error) {
	return numberOr(decimal.Mod(a[0].ToNumber(), a[1].ToNumber()))
}

func div(_ *vm.Fiber, a []value.Value) (value.Value, error) {
	return numberOr(decimal.DivFloor(a[0].ToNumber(), a[1].ToNumber()))
}

func numberOr(d decimal.Decimal, err error) (value.Value, error) {
	switch {
	case err == nil:
		return value.Number(d), nil
	case errors.Is(err, decimal.ErrDivideByZero):
		return value.Nil, vm.Fail(diag.RunDivisionByZero)
	}
	return value.Nil, host.Overflow()
}
