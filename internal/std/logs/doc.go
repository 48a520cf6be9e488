// Package logs is the code behind log_info and its relatives, and the Logger that the
// server writes its own lines with.
//
// An event is one line on the standard error stream, never on the standard output: JSON
// where nobody looks on, readable columns on a terminal. No value can forge a line or move
// the cursor: whatever is not a printable character is escaped. Fields that the
// configuration names are hidden at every depth. A line is bounded, and where the reader
// is slow, lines are dropped and counted instead of making a worker wait.
package logs

import (
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Bind binds the builtins of this package.
func Bind(l *vm.Linker) { host.Bind(l, natives) }

var natives = []host.Native{
	{ID: "log_debug", Min: 1, Max: 2, Run: event(host.Debug)},
	{ID: "log_info", Min: 1, Max: 2, Run: event(host.Info)},
	{ID: "log_warn", Min: 1, Max: 2, Run: event(host.Warn)},
	{ID: "log_error", Min: 1, Max: 2, Run: event(host.Error)},
}

// event is the builtin of a level: (event, fields).
func event(level host.Level) vm.Native {
	return func(f *vm.Fiber, a []value.Value) (value.Value, error) {
		log := host.Of(f).Log
		if log == nil {
			log = Stderr()
		}
		var fields *value.Value
		if len(a) > 1 && !a[1].IsNil() {
			fields = &a[1]
		}
		log.Log(f, level, host.Text(f, &a[0]), fields)
		return value.Nil, nil
	}
}
