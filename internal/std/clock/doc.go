// Package clock is the code behind the builtins of time: dates, moments, lengths of time
// and waiting.
//
// A date is text YYYY-MM-DD. A moment is ISO 8601 text with a zone,
// 2026-01-02T03:04:05+05:30; whatever takes one also takes a date (its first moment) and
// text without a zone (UTC). A length of time is a number of seconds or text such as "2h".
// Zones are named as in the IANA database, which is part of the binary, or written as an
// offset: Asia/Kolkata, +05:30.
//
// What the time is says the fiber's host.Clock, so a test can move it.
package clock

import (
	"etamil/internal/std/host"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) { host.Bind(l, natives) }

var natives = []host.Native{
	{ID: "today", Min: 0, Max: 0, Run: today},
	{ID: "daysBetween", Min: 2, Max: 2, Run: daysBetween},
	{ID: "addDays", Min: 2, Max: 2, Run: addDays},

	{ID: "now", Min: 0, Max: 1, Run: now},
	{ID: "nowSeconds", Min: 0, Max: 0, Run: nowSeconds},
	{ID: "parseTime", Min: 1, Max: 2, Run: parseTime},
	{ID: "formatTime", Min: 2, Max: 3, Run: formatTime},
	{ID: "addTime", Min: 2, Max: 2, Run: addTime},
	{ID: "timeDiff", Min: 2, Max: 2, Run: timeDiff},

	{ID: "elapsed", Min: 0, Max: 1, Run: elapsed},
	{ID: "sleep", Min: 1, Max: 1, Run: sleep},
	{ID: "sleepMs", Min: 1, Max: 1, Run: sleepMs},
}
