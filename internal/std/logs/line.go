package logs

import (
	"etamil/vm"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"etamil/internal/std/host"
	"etamil/internal/value"
)

// Bounds of one line.
const (
	maxLine  = 64 << 10 // bytes; fields beyond are left out
	maxText  = 8 << 10  // bytes of one text; the rest is cut off
	maxDepth = 12       // records and lists inside each other
)

// cut stands for what a bound left out.
const cut = "…"

// Line is a line being made. Its methods add fields, each name once.
type Line struct {
	l *Logger
	b []byte
}

// levels are the names of the levels: in JSON, in a column, and their colour.
var levels = [...]struct{ name, column, color string }{
	host.Debug: {"debug", "DEBUG", "\x1b[2m"},
	host.Info:  {"info", "INFO ", "\x1b[36m"},
	host.Warn:  {"warn", "WARN ", "\x1b[33m"},
	host.Error: {"error", "ERROR", "\x1b[31m"},
}

func (n *Line) begin(at time.Time, level host.Level, event string) {
	lv := &levels[level]
	if n.l.o.JSON {
		n.b = at.UTC().AppendFormat(append(n.b, `{"time":"`...), "2006-01-02T15:04:05.000Z")
		n.b = append(append(n.b, `","level":"`...), lv.name...)
		n.b = appendQuoted(append(n.b, `","event":`...), event)
		return
	}
	n.b = at.AppendFormat(n.b, "2006-01-02 15:04:05.000 ")
	if n.l.o.Color {
		n.b = append(append(append(n.b, lv.color...), lv.column...), "\x1b[0m"...)
	} else {
		n.b = append(n.b, lv.column...)
	}
	n.b = appendBare(append(n.b, ' '), event, true)
}

func (n *Line) end() {
	if n.l.o.JSON {
		n.b = append(n.b, '}')
	}
	n.b = append(n.b, '\n')
}

// name begins a field; false when the line is full.
func (n *Line) name(name string) bool {
	if len(n.b) > maxLine {
		return false
	}
	if !n.l.o.JSON {
		n.b = append(appendBare(append(n.b, ' '), name, false), '=')
		return true
	}
	switch name {
	case "time", "level", "event":
		name += "_" // these are the line's own
	}
	n.b = append(appendQuoted(append(n.b, ','), name), ':')
	return true
}

// Text adds a text.
func (n *Line) Text(name, s string) {
	if !n.name(name) {
		return
	}
	if n.l.hides(name) {
		s = hidden
	}
	n.text(s)
}

func (n *Line) text(s string) {
	if n.l.o.JSON {
		n.b = appendQuoted(n.b, s)
	} else {
		n.b = appendBare(n.b, s, false)
	}
}

// Int adds a whole number.
func (n *Line) Int(name string, i int64) {
	if n.name(name) {
		n.b = strconv.AppendInt(n.b, i, 10)
	}
}

// Seconds adds a length of time, in seconds.
func (n *Line) Seconds(name string, d time.Duration) {
	if n.name(name) {
		n.b = strconv.AppendFloat(n.b, d.Seconds(), 'f', 6, 64)
	}
}

// Error adds the fields of an error: its code and message, and what it has of a place, details, a stack and
// a cause.
func (n *Line) Error(e *vm.Error) {
	n.Text("code", e.Code)
	n.Text("message", e.Message)
	if e.Place.Line > 0 {
		n.Text("file", e.Place.File)
		n.Int("line", int64(e.Place.Line))
		n.Int("column", int64(e.Place.Column))
	}
	if e.Details != "" {
		n.Text("details", e.Details)
	}
	if len(e.Stack) > 0 {
		n.Text("stack", strings.Join(e.Stack, " < "))
	}
	if e.GoStack != "" {
		n.Text("go_stack", e.GoStack)
	}
	if e.Cause != nil {
		n.Text("cause", e.Cause.Error())
	}
}

// Value adds a value of a program.
func (n *Line) Value(h *value.Heap, name string, v *value.Value) {
	switch {
	case v.IsText():
		n.Text(name, v.Str())
	case !n.name(name):
	case n.l.hides(name):
		n.text(hidden)
	default:
		n.value(h, v, 0)
	}
}

// hidden stands in place of what must not be seen.
const hidden = "***"

func (l *Logger) hides(name string) bool {
	return len(l.hidden) > 0 && l.hidden[strings.ToLower(name)]
}

// value appends a value in the manner of JSON.
func (n *Line) value(h *value.Heap, v *value.Value, depth int) {
	switch {
	case v.IsText():
		n.b = appendQuoted(n.b, v.Str())
	case depth >= maxDepth && v.IsRef() || len(n.b) > maxLine:
		n.b = appendQuoted(n.b, cut)
	case v.IsRecord():
		n.record(h, v, depth)
	case v.IsList():
		n.b = append(n.b, '[')
		for i := range v.List().Len() {
			if i > 0 {
				n.b = append(n.b, ',')
			}
			n.value(h, v.List().At(i), depth+1)
			if len(n.b) > maxLine {
				break
			}
		}
		n.b = append(n.b, ']')
	case v.IsError():
		n.error(h, v, depth)
	case v.IsNumber() || v.IsBool() || v.IsNil():
		n.b = h.Writer().AppendJSON(n.b, v)
	default: // a result, a function, a handle …: as it prints
		t := h.ToText(v)
		n.b = appendQuoted(n.b, t.Str())
	}
}

func (n *Line) record(h *value.Heap, v *value.Value, depth int) {
	names := h.Keys(v)
	n.b = append(n.b, '{')
	for i := range names.List().Len() {
		name := names.List().At(i).Str()
		if i > 0 {
			n.b = append(n.b, ',')
		}
		n.b = append(appendQuoted(n.b, name), ':')
		if n.l.hides(name) {
			n.b = appendQuoted(n.b, hidden)
		} else if field, ok := v.Field(name); ok {
			n.value(h, field, depth+1)
		}
		if len(n.b) > maxLine {
			break
		}
	}
	n.b = append(n.b, '}')
}

// error appends all of an error: the log is where it is to be seen.
func (n *Line) error(h *value.Heap, v *value.Value, depth int) {
	n.b = append(n.b, '{')
	first := true
	for _, part := range []struct {
		name string
		slot int
	}{{"code", value.ErrCode}, {"message", value.ErrMessage}, {"file", value.ErrFile}, {"line", value.ErrLine}, {"column", value.ErrColumn},
		{"details", value.ErrDetails}, {"stack", value.ErrStack}, {"cause", value.ErrCause}} {
		x := v.ErrorSlot(part.slot)
		if x.IsNil() || x.IsText() && x.ByteLen() == 0 {
			continue
		}
		if !first {
			n.b = append(n.b, ',')
		}
		first = false
		n.b = append(appendQuoted(n.b, part.name), ':')
		n.value(h, x, depth+1)
	}
	n.b = append(n.b, '}')
}

// safe reports whether a character may stand in a line as it is. Controls, also those of
// the upper half and those that turn the direction of text, may not; the joiners that
// letters need may.
func safe(r rune) bool {
	return unicode.IsPrint(r) || r == '\u200c' || r == '\u200d'
}

// appendQuoted appends s as a JSON string.
func appendQuoted(dst []byte, s string) []byte {
	dst = append(dst, '"')
	more := false
	if len(s) > maxText {
		n := maxText
		for !utf8.RuneStart(s[n]) {
			n--
		}
		s, more = s[:n], true
	}
	for i := 0; i < len(s); {
		c := s[i]
		if c >= ' ' && c < 0x7f && c != '"' && c != '\\' {
			dst = append(dst, c)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == '"' || r == '\\':
			dst = append(dst, '\\', c)
		case r == '\n':
			dst = append(dst, `\n`...)
		case r == utf8.RuneError && n == 1:
			dst = append(dst, `\ufffd`...)
		case safe(r):
			dst = append(dst, s[i:i+n]...)
		case r > 0xffff:
			hi, lo := surrogates(r)
			dst = appendEscape(appendEscape(dst, hi), lo)
		default:
			dst = appendEscape(dst, r)
		}
		i += n
	}
	if more {
		dst = append(dst, cut...)
	}
	return append(dst, '"')
}

func surrogates(r rune) (hi, lo rune) {
	r -= 0x10000
	return 0xd800 + r>>10, 0xdc00 + r&0x3ff
}

func appendEscape(dst []byte, r rune) []byte {
	const digits = "0123456789abcdef"
	return append(dst, '\\', 'u', digits[r>>12&15], digits[r>>8&15], digits[r>>4&15], digits[r&15])
}

// appendBare appends s for a reader: without quotes where nothing in it could be taken
// for something else. An event may have spaces in it.
func appendBare(dst []byte, s string, spaces bool) []byte {
	bare := s != "" && len(s) <= maxText
	for _, r := range s {
		if !bare {
			break
		}
		bare = safe(r) && r != utf8.RuneError && r != '"' && r != '=' && r != '\\' && (spaces && r == ' ' || !unicode.IsSpace(r))
	}
	if bare {
		return append(dst, s...)
	}
	return appendQuoted(dst, s)
}
