package clock

import (
	"time"

	"etamil/internal/decimal"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// seconds is s seconds and ns nanoseconds as a number.
func seconds(s int64, ns int) value.Value {
	sum, _ := decimal.Add(decimal.FromInt(s), decimal.New(int64(ns), 9)) // both are far from the limits
	return value.Number(decimal.Normalize(sum))
}

// elapsed is the seconds since the program began, or since an earlier answer. It counts
// by the monotonic clock.
func elapsed(f *vm.Fiber, a []value.Value) (value.Value, error) {
	h := host.Of(f)
	d := h.Clock.Now().Sub(h.Started)
	all := seconds(int64(d/time.Second), int(d%time.Second))
	if len(a) == 0 || a[0].IsNil() {
		return all, nil
	}
	left, ok := decimal.Sub(all.Decimal(), a[0].ToNumber())
	if !ok {
		return value.Nil, host.Overflow()
	}
	return value.Number(decimal.Normalize(left)), nil
}

// sleep makes the task wait; others go on.
func sleep(f *vm.Fiber, a []value.Value) (value.Value, error) {
	d, err := host.Duration(f, &a[0])
	if err != nil {
		return value.Nil, err
	}
	return host.Sleep(f, d, func(*vm.Fiber) (value.Value, error) { return value.Nil, nil })
}

// sleepMs is sleep in milliseconds; its answer is a success with nil.
func sleepMs(f *vm.Fiber, a []value.Value) (value.Value, error) {
	ms := min(max(host.Trunc(&a[0]), 0), int(maxSleep/time.Millisecond))
	return host.Sleep(f, time.Duration(ms)*time.Millisecond, func(f *vm.Fiber) (value.Value, error) { return host.Success(f, value.Nil) })
}

// maxSleep is the longest that sleepMs takes: a hundred years.
const maxSleep = 100 * 365 * 24 * time.Hour
