package clock_test

import (
	"strings"
	"testing"
	"time"

	"etamil/internal/std/clock"
	"etamil/internal/std/host/hosttest"
)

type list = []any

func num(s string) hosttest.Number { return hosttest.Number(s) }

func TestDates(t *testing.T) {
	k := hosttest.New(t, clock.Bind)
	k.Run([]hosttest.Check{
		{"today", nil, "2026-01-02"},
		{"daysBetween", list{"2026-01-01", "2026-03-01"}, "59"},
		{"daysBetween", list{"2026-03-01", "2026-01-01"}, "-59"},
		{"daysBetween", list{"2026-02-31", "2026-03-03"}, "0"},
		{"addDays", list{"2026-02-28", 1}, "2026-03-01"},
		{"addDays", list{"2024-02-28", 1}, "2024-02-29"},
		{"addDays", list{"2026-01-01", -1}, "2025-12-31"},
		{"addDays", list{"2026-01-01", num("1.9")}, "2026-01-02"},
		{"addDays", list{"2026-02-31", 0}, "2026-03-03"},
		{"addDays", list{" 2026-1-5 ", 0}, "2026-01-05"},
		{"addDays", list{"0001-01-01", -1}, "0000-12-31"},
		{"addDays", list{"9999-12-31", 1}, "error: date"},
		{"addDays", list{"0000-01-01", -1}, "error: date"},
		{"addDays", list{"2026-01-01", num("79228162514264337593543950335")}, "error: date"},
	})
	for _, bad := range []string{"2026/01/01", "x", "2026-13-01", "2026-00-01", "2026-01-32", "2026-01-0", "2026-01", "2026-01-01-01", "", "-1-1-1", "2026-01-01T00:00:00Z", "12345-01-01"} {
		if got := k.Show("addDays", bad, 1); got != "error: date" {
			t.Errorf("addDays(%q) = %s, want an error", bad, got)
		}
	}
}

func TestMoments(t *testing.T) {
	k := hosttest.New(t, clock.Bind)
	k.Run([]hosttest.Check{
		{"now", nil, "2026-01-02T03:04:05.678Z"},
		{"now", list{"Asia/Kolkata"}, "2026-01-02T08:34:05.678+05:30"},
		{"now", list{"-03:00"}, "2026-01-02T00:04:05.678-03:00"},
		{"now", list{"Nowhere/Here"}, "error: zone"},
		{"now", list{"../etc/passwd"}, "error: zone"},
		{"now", list{""}, "error: zone"},
		{"nowSeconds", nil, "1767323045"},
		{"parseTime", list{"2026-01-02 03:04:05", "Asia/Kolkata"}, "சரி(2026-01-02T03:04:05+05:30)"},
		{"parseTime", list{"2026-07-02", "America/New_York"}, "சரி(2026-07-02T00:00:00-04:00)"},
		{"parseTime", list{"2026-01-02T03:04:05.120+01:00", "Asia/Kolkata"}, "சரி(2026-01-02T03:04:05.12+01:00)"},
		{"parseTime", list{"Fri, 02 Jan 2026 03:04:05 GMT"}, "சரி(2026-01-02T03:04:05Z)"},
		{"parseTime", list{"20260102T030405Z"}, "சரி(2026-01-02T03:04:05Z)"},
		{"parseTime", list{"2026-01-02T03:04"}, "சரி(2026-01-02T03:04:00Z)"},
		{"addTime", list{"2026-01-01T00:00:00Z", 90}, "2026-01-01T00:01:30Z"},
		{"addTime", list{"2026-01-01T00:00:00+05:30", "-2h"}, "2025-12-31T22:00:00+05:30"},
		{"addTime", list{"2026-01-01", "1.5d"}, "2026-01-02T12:00:00Z"},
		{"addTime", list{"2026-01-01", "250ms"}, "2026-01-01T00:00:00.25Z"},
		{"addTime", list{"2026-01-01", num("0.000000001")}, "2026-01-01T00:00:00.000000001Z"},
		{"addTime", list{"9999-12-31", "2w"}, "error: time"},
		{"addTime", list{"x", 1}, "error: time"},
		{"addTime", list{"2026-01-01", "soon"}, "error: argument"},
		{"addTime", list{"2026-01-01", nil}, "error: argument"},
		{"addTime", list{"2026-01-01", num("1e28")}, "error: argument"},
		{"timeDiff", list{"2026-01-01T00:00:00Z", "2026-01-01T01:00:00Z"}, "3600"},
		{"timeDiff", list{"2026-01-01T00:00:00.5+05:30", "2025-12-31T18:30:00Z"}, "-0.5"},
		{"timeDiff", list{"0001-01-01", "9999-01-01"}, "315506361600"},
	})
	for _, bad := range []string{"", "x", "2026-02-30", "2026-01-02T25:00:00Z", "2026-01-02T03:04:05Zx"} {
		if got := k.Show("parseTime", bad); !strings.HasPrefix(got, "தவறு(") {
			t.Errorf("parseTime(%q) = %s, want a failure", bad, got)
		}
	}
}

func TestFormat(t *testing.T) {
	k := hosttest.New(t, clock.Bind)
	const at = "2026-01-02T13:04:05.078Z"
	k.Run([]hosttest.Check{
		{"formatTime", list{"2026-01-02T03:04:05Z", "DD-MM-YYYY hh:mm"}, "02-01-2026 03:04"},
		{"formatTime", list{at, "D MMMM YYYY, dddd"}, "2 ஜனவரி 2026, வெள்ளி"},
		{"formatTime", list{at, "ddd, DD MMM YY II:mm:ss.SSS a A"}, "Fri, 02 Jan 26 01:04:05.078 PM பிற்பகல்"},
		{"formatTime", list{at, "[DD] HH:mm Z", "Asia/Kolkata"}, "DD 18:34 +05:30"},
		{"formatTime", list{at, "YYYY-MM-DD[T]HH:mm:ssZ"}, "2026-01-02T13:04:05Z"},
		{"formatTime", list{"0007-01-02", "YYYY [x"}, "0007 [x"},
		{"formatTime", list{"x", "YYYY"}, "error: time"},
	})
}

func TestWaiting(t *testing.T) {
	k := hosttest.New(t, clock.Bind)
	before := k.Now
	k.Run([]hosttest.Check{
		{"elapsed", nil, "0"},
		{"sleep", list{num("1.5")}, "nil"},
		{"sleep", list{"250ms"}, "nil"},
		{"sleep", list{-1}, "nil"},
		{"sleepMs", list{250}, "சரி(nil)"},
		{"sleepMs", list{-5}, "சரி(nil)"},
		{"elapsed", nil, "2"},
		{"elapsed", list{num("0.5")}, "1.5"},
		{"sleep", list{"x"}, "error: argument"},
		{"sleep", list{nil}, "error: argument"},
	})
	if d := k.Now.Sub(before); d != 2*time.Second {
		t.Errorf("%v passed, want 2s", d)
	}
}
