package host

import (
	"fmt"
	"strings"
	"time"

	"etamil/internal/decimal"
	"etamil/internal/value"
	"etamil/vm"
)

// units are what a length of time can be given in, longest name first where one is the
// end of another.
var units = []struct {
	name string
	of   time.Duration
}{
	{"ms", time.Millisecond}, {"us", time.Microsecond}, {"µs", time.Microsecond}, {"ns", time.Nanosecond},
	{"s", time.Second}, {"m", time.Minute}, {"h", time.Hour}, {"d", 24 * time.Hour}, {"w", 7 * 24 * time.Hour},
}

// maxSeconds bounds a length of time: about 290 years, what a time.Duration can hold.
const maxSeconds = int64((1<<63 - 1) / int64(time.Second))

// Duration is v as a length of time: a number of seconds, or text with a unit: "250ms",
// "5s", "2h", "1.5d".
func Duration(f *vm.Fiber, v *value.Value) (time.Duration, error) {
	unit := time.Second
	var d decimal.Decimal
	switch {
	case v.IsNumber():
		d = v.Decimal()
	case v.IsText():
		s := strings.TrimSpace(v.Str())
		for _, u := range units {
			if n, ok := strings.CutSuffix(s, u.name); ok {
				s, unit = n, u.of
				break
			}
		}
		var err error
		if d, err = decimal.ParseText(s); err != nil {
			return 0, badDuration(v.Str())
		}
	default:
		return 0, Need(f, "நொடிகள் அல்லது \"5s\" போன்ற உரை", "a number of seconds or text such as \"5s\"", v)
	}
	if decimal.Cmp(decimal.Abs(d), decimal.FromInt(maxSeconds/max(1, int64(unit/time.Second)))) > 0 {
		return 0, badDuration(Text(f, v))
	}
	p, _ := decimal.Mul(d, decimal.FromInt(int64(unit))) // within 2^63 by the test above
	n, _ := decimal.Trunc(p).Int64()
	return time.Duration(n), nil
}

func badDuration(s string) error {
	return Raise("argument", fmt.Sprintf("'%s' ஒரு கால அளவு அல்ல", s), fmt.Sprintf("'%s' is not a length of time: write seconds, or text such as \"250ms\", \"5s\", \"2h\"", s))
}

// Seconds is d as a number.
func Seconds(d time.Duration) value.Value {
	return value.Number(decimal.Normalize(decimal.New(int64(d), 9)))
}
