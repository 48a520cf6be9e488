package clock

import (
	"fmt"
	"strings"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// today is the date in UTC.
func today(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	return dateText(f, days(host.Of(f).Clock.Now().UTC()))
}

// daysBetween is how many days the second date comes after the first.
func daysBetween(f *vm.Fiber, a []value.Value) (value.Value, error) {
	from, err := date(f, &a[0])
	if err != nil {
		return value.Nil, err
	}
	to, err := date(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	return value.Int(to - from), nil
}

// addDays is the date so many days later; a fraction of a day is dropped.
func addDays(f *vm.Fiber, a []value.Value) (value.Value, error) {
	day, err := date(f, &a[0])
	if err != nil {
		return value.Nil, err
	}
	return dateText(f, day+host.Trunc(&a[1]))
}

// secondsOfDay is how long the days of UTC are.
const secondsOfDay = 24 * 60 * 60

// days is the number of the day of t, counted from 1970.
func days(t time.Time) int {
	s := t.Unix()
	d := s / secondsOfDay
	if s%secondsOfDay < 0 {
		d--
	}
	return int(d)
}

// date reads a date: year, month 1 to 12 and day 1 to 31, each one to four digits. A day
// that its month does not have counts on into the next.
func date(f *vm.Fiber, v *value.Value) (int, error) {
	s := host.Text(f, v)
	var part [3]int
	rest := strings.TrimSpace(s)
	for i := range part {
		text, more, found := strings.Cut(rest, "-")
		if found == (i == 2) {
			return 0, notDate(s)
		}
		n, ok := number(text)
		if !ok {
			return 0, notDate(s)
		}
		part[i], rest = n, more
	}
	year, month, day := part[0], part[1], part[2]
	if month < 1 || month > 12 || day < 1 || day > 31 {
		return 0, notDate(s)
	}
	return days(time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC)), nil
}

// number reads one to four digits.
func number(s string) (n int, ok bool) {
	if s == "" || len(s) > 4 {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, true
}

func notDate(s string) error {
	return host.Raise("date", fmt.Sprintf("'%s' ஒரு நாள் அல்ல", s), fmt.Sprintf("'%s' is not a date: YYYY-MM-DD is needed", s))
}

// The days of the years 0 to 9999, which four digits can write.
var (
	firstDay = days(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC))
	lastDay  = days(time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC))
)

func dateText(f *vm.Fiber, day int) (value.Value, error) {
	if day < firstDay || day > lastDay {
		return value.Nil, host.Raise("date", "நாள் 0 முதல் 9999 வரையான ஆண்டுகளுக்கு வெளியே உள்ளது", "the date lies outside the years 0 to 9999")
	}
	buf := host.TakeScratch()
	defer buf.Give()
	buf.B = time.Unix(int64(day)*secondsOfDay, 0).UTC().AppendFormat(buf.B, time.DateOnly)
	return f.Heap().NewTextBytes(buf.B), nil
}
