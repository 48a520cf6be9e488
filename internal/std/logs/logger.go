package logs

import (
	"errors"
	"io"
	"os"
	"strings"
	"sync"
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

// Redacted are the names of fields that are hidden unless somebody says otherwise.
var Redacted = []string{"password", "passwd", "secret", "token", "authorization", "cookie", "api_key", "கடவுச்சொல்", "ரகசியம்"}

// Logger writes lines. It is safe for concurrent use; each line is one Write.
type Logger struct {
	w      io.Writer
	o      Options
	hidden map[string]bool
}

// New makes a Logger. w should not block: a host.Queue does not, and its Logger tells how
// many lines it has lost.
func New(w io.Writer, o Options) *Logger {
	l := &Logger{w: w, o: o, hidden: map[string]bool{}}
	for _, name := range o.Redact {
		l.hidden[strings.ToLower(name)] = true
	}
	if q, ok := w.(*host.Queue); ok {
		q.Report(l.lostLine)
	}
	return l
}

// Stderr is the Logger of a program that has been given none: on the standard error
// stream, JSON unless that is a terminal.
var Stderr = sync.OnceValue(func() *Logger {
	tty := IsTerminal(os.Stderr)
	return New(os.Stderr, Options{JSON: !tty, Color: tty && os.Getenv("NO_COLOR") == "", Min: host.Info, Redact: Redacted})
})

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

// lines are those of events that are written: one of its own would cost each event an
// allocation, since anybody's function gets it.
var lines = sync.Pool{New: func() any { return new(Line) }}

// Write writes an event of our own; add gives the line its fields.
func (l *Logger) Write(at time.Time, level host.Level, event string, add func(*Line)) {
	if !l.Enabled(level) {
		return
	}
	buf := host.TakeScratch()
	defer buf.Give()
	line := lines.Get().(*Line)
	line.l, line.b = l, buf.B
	line.begin(at, level, event)
	if add != nil {
		add(line)
	}
	line.end()
	buf.B = line.b
	_, _ = l.w.Write(line.b) // a log that cannot be written has nobody to tell
	*line = Line{}
	lines.Put(line)
}

// Failed writes an error that nothing in the program has caught.
func (l *Logger) Failed(event string, e *vm.Error) {
	l.Write(time.Now(), host.Error, event, func(line *Line) { line.Error(e) })
}

// lostLine is the line that tells how many were lost.
func (l *Logger) lostLine(lost int) []byte {
	line := Line{l: l}
	line.begin(time.Now(), host.Warn, "log_lines_lost")
	line.Int("count", int64(lost))
	line.end()
	return line.b
}

// flushTime is how long Flush waits for a reader that is slow.
const flushTime = time.Second

// Flush waits until what was logged is written, though not for long: who does not read
// must not keep a program from ending.
func (l *Logger) Flush() error {
	if q, ok := l.w.(*host.Queue); ok && !q.FlushWithin(flushTime) {
		return errUnread
	}
	return nil
}

var errUnread = errors.New("logs: what was logged is not written yet")
