package clock

import (
	"strconv"
	"strings"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// formatTime writes a moment, or a date, as a pattern says, in the moment's own zone or
// the one that is named. These are replaced, the longest first; what stands in [ ] is
// taken as it is, and so is everything else:
//
//	YYYY YY    year                     hh h   hour 0 to 23
//	MMMM MMM   month: ஜனவரி, Jan        mm     minute
//	MM M       month: 01, 1             ss     second
//	DD D       day                      SSS    thousandths
//	dddd ddd   day of the week:         II I   hour 1 to 12
//	           வெள்ளி, Fri               A      முற்பகல் or பிற்பகல்; AM or PM: a
//	Z          +05:30, or Z for UTC     HH H   hour, as hh h
func formatTime(f *vm.Fiber, a []value.Value) (value.Value, error) {
	t, err := moment(f, &a[0])
	if err != nil {
		return value.Nil, err
	}
	if len(a) > 2 && !a[2].IsNil() {
		in, err := zone(f, &a[2])
		if err != nil {
			return value.Nil, err
		}
		t = t.In(in)
	}
	buf := host.TakeScratch()
	defer buf.Give()
	buf.B = appendTime(buf.B, host.Text(f, &a[1]), t)
	return f.Heap().NewTextBytes(buf.B), nil
}

// Words of a date, Tamil.
var (
	months   = [...]string{"ஜனவரி", "பிப்ரவரி", "மார்ச்", "ஏப்ரல்", "மே", "ஜூன்", "ஜூலை", "ஆகஸ்ட்", "செப்டம்பர்", "அக்டோபர்", "நவம்பர்", "டிசம்பர்"}
	weekdays = [...]string{"ஞாயிறு", "திங்கள்", "செவ்வாய்", "புதன்", "வியாழன்", "வெள்ளி", "சனி"}
	halves   = [...]string{"முற்பகல்", "பிற்பகல்"}
)

// parts are what a pattern can ask for; where one begins another, it stands first.
var parts = []struct {
	name string
	add  func(dst []byte, t time.Time) []byte
}{
	{"YYYY", func(b []byte, t time.Time) []byte { return padded(b, t.Year(), 4) }},
	{"YY", func(b []byte, t time.Time) []byte { return padded(b, t.Year()%100, 2) }},
	{"MMMM", func(b []byte, t time.Time) []byte { return append(b, months[t.Month()-1]...) }},
	{"MMM", func(b []byte, t time.Time) []byte { return append(b, t.Month().String()[:3]...) }},
	{"MM", func(b []byte, t time.Time) []byte { return padded(b, int(t.Month()), 2) }},
	{"M", func(b []byte, t time.Time) []byte { return padded(b, int(t.Month()), 1) }},
	{"DD", func(b []byte, t time.Time) []byte { return padded(b, t.Day(), 2) }},
	{"D", func(b []byte, t time.Time) []byte { return padded(b, t.Day(), 1) }},
	{"dddd", func(b []byte, t time.Time) []byte { return append(b, weekdays[t.Weekday()]...) }},
	{"ddd", func(b []byte, t time.Time) []byte { return append(b, t.Weekday().String()[:3]...) }},
	{"hh", func(b []byte, t time.Time) []byte { return padded(b, t.Hour(), 2) }},
	{"h", func(b []byte, t time.Time) []byte { return padded(b, t.Hour(), 1) }},
	{"HH", func(b []byte, t time.Time) []byte { return padded(b, t.Hour(), 2) }},
	{"H", func(b []byte, t time.Time) []byte { return padded(b, t.Hour(), 1) }},
	{"II", func(b []byte, t time.Time) []byte { return padded(b, (t.Hour()+11)%12+1, 2) }},
	{"I", func(b []byte, t time.Time) []byte { return padded(b, (t.Hour()+11)%12+1, 1) }},
	{"mm", func(b []byte, t time.Time) []byte { return padded(b, t.Minute(), 2) }},
	{"ss", func(b []byte, t time.Time) []byte { return padded(b, t.Second(), 2) }},
	{"SSS", func(b []byte, t time.Time) []byte { return padded(b, t.Nanosecond()/1e6, 3) }},
	{"A", func(b []byte, t time.Time) []byte { return append(b, halves[t.Hour()/12]...) }},
	{"a", func(b []byte, t time.Time) []byte { return append(b, [...]string{"AM", "PM"}[t.Hour()/12]...) }},
	{"Z", func(b []byte, t time.Time) []byte { return t.AppendFormat(b, "Z07:00") }},
}

// padded appends n with zeros in front up to the width.
func padded(b []byte, n, width int) []byte {
	for limit := tens[width-1]; limit > 1 && n < limit; limit /= 10 {
		b = append(b, '0')
	}
	return strconv.AppendInt(b, int64(n), 10)
}

var tens = [...]int{1, 10, 100, 1000}

func appendTime(dst []byte, pattern string, t time.Time) []byte {
next:
	for pattern != "" {
		if pattern[0] == '[' {
			if end := strings.IndexByte(pattern, ']'); end > 0 {
				dst = append(dst, pattern[1:end]...)
				pattern = pattern[end+1:]
				continue
			}
		}
		for _, p := range parts {
			if rest, ok := strings.CutPrefix(pattern, p.name); ok {
				dst, pattern = p.add(dst, t), rest
				continue next
			}
		}
		dst = append(dst, pattern[0])
		pattern = pattern[1:]
	}
	return dst
}
