package clock

import (
	"fmt"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // zones by name on machines without them: 450 kB of binary, read when first used

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// layouts are how a moment can be written, beside a plain date. Go reads a fraction of a
// second wherever seconds stand.
var layouts = []struct {
	form string
	zone bool
}{
	{"2006-01-02T15:04:05Z07:00", true},
	{"2006-01-02T15:04:05Z0700", true},
	{"2006-01-02T15:04Z07:00", true},
	{"2006-01-02 15:04:05Z07:00", true},
	{"2006-01-02 15:04:05 Z07:00", true},
	{"2006-01-02 15:04:05 -0700", true},
	{time.RFC1123, true},
	{time.RFC1123Z, true},
	{"2006-01-02T15:04:05", false},
	{"2006-01-02T15:04", false},
	{"2006-01-02 15:04:05", false},
	{"2006-01-02 15:04", false},
	{"2006-01-02", false},
	{"20060102T150405Z0700", true},
	{"20060102T150405", false},
}

// read reads a moment; in is the zone of one that names none.
func read(s string, in *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	for _, l := range layouts {
		if t, err := time.ParseInLocation(l.form, s, in); err == nil {
			if l.zone && t.Location() != time.UTC {
				// What the text says, not what the machine calls it.
				_, offset := t.Zone()
				t = t.In(time.FixedZone("", offset))
			}
			return t, inYears(t)
		}
	}
	return time.Time{}, false
}

// inYears reports whether four digits can write the year.
func inYears(t time.Time) bool { return t.Year() >= 0 && t.Year() <= 9999 }

// moment is read for an argument that must be one.
func moment(f *vm.Fiber, v *value.Value) (time.Time, error) {
	s := host.Text(f, v)
	t, ok := read(s, time.UTC)
	if !ok {
		return t, host.Raise("time", fmt.Sprintf("'%s' ஒரு நேரம் அல்ல", s), fmt.Sprintf("'%s' is not a time such as 2026-01-02T03:04:05Z", s))
	}
	return t, nil
}

// momentText writes a moment: with as many digits of a second as it has.
func momentText(f *vm.Fiber, t time.Time) (value.Value, error) {
	if !inYears(t) {
		return value.Nil, host.Raise("time", "நேரம் 0 முதல் 9999 வரையான ஆண்டுகளுக்கு வெளியே உள்ளது", "the time lies outside the years 0 to 9999")
	}
	buf := host.TakeScratch()
	defer buf.Give()
	buf.B = t.AppendFormat(buf.B, time.RFC3339Nano)
	return f.Heap().NewTextBytes(buf.B), nil
}

// zones are those that were asked for: there are some 600, and a name that is none is not
// kept.
var zones sync.Map // string -> *time.Location

// zone is the zone that an argument names.
func zone(f *vm.Fiber, v *value.Value) (*time.Location, error) {
	name := strings.TrimSpace(host.Text(f, v))
	if name == "UTC" || name == "Z" {
		return time.UTC, nil
	}
	if z, ok := zones.Load(name); ok {
		return z.(*time.Location), nil
	}
	if t, err := time.Parse("-07:00", name); err == nil {
		_, offset := t.Zone()
		return time.FixedZone("", offset), nil
	}
	name = strings.Clone(name)
	z, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		return nil, host.Raise("zone", fmt.Sprintf("'%s' என்ற நேர மண்டலம் இல்லை", name), fmt.Sprintf("there is no time zone '%s'", name))
	}
	zones.Store(name, z)
	return z, nil
}

// now is the present moment, in UTC or the zone that is named; to the millisecond.
func now(f *vm.Fiber, a []value.Value) (value.Value, error) {
	in := time.UTC
	if len(a) > 0 && !a[0].IsNil() {
		var err error
		if in, err = zone(f, &a[0]); err != nil {
			return value.Nil, err
		}
	}
	buf := host.TakeScratch()
	defer buf.Give()
	buf.B = host.Of(f).Clock.Now().In(in).AppendFormat(buf.B, "2006-01-02T15:04:05.000Z07:00")
	return f.Heap().NewTextBytes(buf.B), nil
}

// nowSeconds is whole seconds since 1970.
func nowSeconds(f *vm.Fiber, _ []value.Value) (value.Value, error) {
	return value.Int(int(host.Of(f).Clock.Now().Unix())), nil
}

// parseTime is a success with the moment that text tells, in ISO 8601.
func parseTime(f *vm.Fiber, a []value.Value) (value.Value, error) {
	in := time.UTC
	if len(a) > 1 && !a[1].IsNil() {
		var err error
		if in, err = zone(f, &a[1]); err != nil {
			return value.Nil, err
		}
	}
	s := host.Text(f, &a[0])
	t, ok := read(s, in)
	if !ok {
		return host.Failure(f, fmt.Sprintf("'%s' ஒரு நேரம் அல்ல", s), fmt.Sprintf("'%s' is not a time", s))
	}
	v, err := momentText(f, t)
	if err != nil {
		return value.Nil, err
	}
	return host.Success(f, v)
}

// addTime is the moment so much later, in the same zone.
func addTime(f *vm.Fiber, a []value.Value) (value.Value, error) {
	t, err := moment(f, &a[0])
	if err != nil {
		return value.Nil, err
	}
	d, err := host.Duration(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	return momentText(f, t.Add(d))
}

// timeDiff is how many seconds the second moment comes after the first: exact, also where
// a time.Duration ends.
func timeDiff(f *vm.Fiber, a []value.Value) (value.Value, error) {
	from, err := moment(f, &a[0])
	if err != nil {
		return value.Nil, err
	}
	to, err := moment(f, &a[1])
	if err != nil {
		return value.Nil, err
	}
	return seconds(to.Unix()-from.Unix(), to.Nanosecond()-from.Nanosecond()), nil
}
