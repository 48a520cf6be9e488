package logs

import (
	"io"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// Options say what a Logger writes and how.
type Options struct {
	JSON   bool       // one object a line; else readable columns
	Color  bool       // levels in colour, for a terminal
	Min    host.Level // what matters less is not written
	Redact []string   // names of fields whose values are hidden, in any case
	// Context adds what belongs to the fiber's request, such as its id. It may be nil.
	Context func(f *vm.Fiber, l *Line)
}

// Logger writes lines. It is safe for concurrent use; each line is one Write.
type Logger struct {
	w        io.Writer
	o        Options
	hidden   map[string]bool
	reported atomic.Int64 // lines known to be lost
}

// New makes a Logger. w should not block: a host.Queue does not.
func New(w io.Writer, o Options) *Logger {
	l := &Logger{w: w, o: o, hidden: map[string]bool{}}
	for _, name := range o.Redact {
		l.hidden[strings.ToLower(name)] = true
	}
	return l
}

// maxWaiting is how many bytes of lines may wait to be written.
const maxWaiting = 4 << 20

// Stderr is the Logger of a program that has been given none: on the standard error
// stream, JSON unless that is a terminal.
var Stderr = sync.OnceValue(func() *Logger {
	tty := IsTerminal(os.Stderr)
	return New(os.Stderr, Options{JSON: !tty, Color: tty && os.Getenv("NO_COLOR") == "", Min: host.Info})
})

// Queued is a Logger on a file that never blocks its callers.
func Queued(file io.Writer, o Options) *Logger { return New(host.NewQueue(file, maxWaiting), o) }

// IsTerminal reports whether a person looks at what is written to the file.
func IsTerminal(f *os.File) bool {
	st, err := f.Stat()
	if err != nil || st.Mode()&os.ModeCharDevice == 0 {
		return false
	}
	null, err := os.Stat(os.DevNull)
	return err != nil || !os.SameFile(st, null)
}

// Enabled reports whether events of a level are written.
func (l *Logger) Enabled(level host.Level) bool { return level >= l.o.Min }

// Log writes an event of a program: the fields of a record, or any other value under the
// name value.
func (l *Logger) Log(f *vm.Fiber, level host.Level, event string, fields *value.Value) {
	if !l.Enabled(level) {
		return
	}
	l.Write(host.Of(f).Clock.Now(), level, event, func(line *Line) {
		if l.o.Context != nil {
			l.o.Context(f, line)
		}
		if fields == nil {
			return
		}
		h := f.Heap()
		switch {
		case fields.IsRecord():
			names := h.Keys(fields)
			for i := range names.List().Len() {
				name := names.List().At(i)
				if v, ok := fields.Field(name.Str()); ok {
					line.Value(h, name.Str(), v)
				}
			}
		case fields.IsError():
			line.Value(h, "error", fields)
		default:
			line.Value(h, "value", fields)
		}
	})
}

// Write writes an event of our own; add gives the line its fields.
func (l *Logger) Write(at time.Time, level host.Level, event string, add func(*Line)) {
	if !l.Enabled(level) {
		return
	}
	l.report(at)
	buf := host.TakeScratch()
	defer buf.Give()
	line := Line{l: l, b: buf.B}
	line.begin(at, level, event)
	if add != nil {
		add(&line)
	}
	line.end()
	buf.B = line.b
	_, _ = l.w.Write(line.b) // a log that cannot be written has nobody to tell
}

// reportBytes is more than the line of a report takes.
const reportBytes = 200

// report writes how many lines were lost since the last time, once there is room again.
func (l *Logger) report(at time.Time) {
	q, ok := l.w.(*host.Queue)
	if !ok {
		return
	}
	lost, known := int64(q.Lost()), l.reported.Load()
	if lost == known || !q.Room(reportBytes) || !l.reported.CompareAndSwap(known, lost) {
		return
	}
	line := Line{l: l}
	line.begin(at, host.Warn, "log_lines_lost")
	line.Int("count", lost-known)
	line.end()
	_, _ = l.w.Write(line.b)
}

// Flush waits until what was logged is written.
func (l *Logger) Flush() error {
	if q, ok := l.w.(interface{ Flush() error }); ok {
		return q.Flush()
	}
	return nil
}
