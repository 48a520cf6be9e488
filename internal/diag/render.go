package diag

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"etamil/internal/source"
)

// maxColumns is how much of a line an excerpt shows unless Renderer.Columns
// says otherwise.
const maxColumns = 100

// Renderer shows messages to people:
//
//	கடை.qmz:2:8: பிழை P001: ';' எதிர்பார்க்கப்பட்டது, '50' கிடைத்தது
//	  error P001: expected ';', found '50'
//	  2 | accu 50%50;
//	    |         ^^
//
// The zero Renderer but for Set is ready for use: both languages, no colour.
type Renderer struct {
	Set     *source.Set
	Color   bool  // ANSI colours
	Columns int   // width of an excerpt; 0: 100
	Only    *Lang // nil: both languages
}

// ColorFor reports whether colours belong on f: f is a terminal and the
// environment doesn't hold NO_COLOR.
func ColorFor(f *os.File) bool {
	if os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

const (
	colorRed    = "\x1b[1;31m"
	colorYellow = "\x1b[1;33m"
	colorBlue   = "\x1b[34m"
	colorGreen  = "\x1b[32m"
	colorOff    = "\x1b[0m"
)

func (r *Renderer) paint(color, s string) string {
	if !r.Color || s == "" {
		return s
	}
	return color + s + colorOff
}

// All shows every message, one after the other.
func (r *Renderer) All(w io.Writer, messages []*Message) error {
	for _, m := range messages {
		if err := r.Render(w, m); err != nil {
			return err
		}
	}
	return nil
}

// Render shows one message. The only error is that of w.
func (r *Renderer) Render(w io.Writer, m *Message) error {
	var b strings.Builder
	strong, tamil, english := colorRed, "பிழை", "error"
	if m.Severity() == Warning {
		strong, tamil, english = colorYellow, "எச்சரிக்கை", "warning"
	}
	if p := r.Set.Place(m.Span.Start); p.Line > 0 {
		fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	}
	head := func(word string, l Lang) string {
		return r.paint(strong, word+" "+string(m.Code)+":") + " " + m.Text(l) + "\n"
	}
	switch {
	case r.Only == nil:
		b.WriteString(head(tamil, Tamil) + "  " + head(english, English))
	case *r.Only == Tamil:
		b.WriteString(head(tamil, Tamil))
	default:
		b.WriteString(head(english, English))
	}
	r.excerpt(&b, m.Span, strong)
	if m.Suggestion != "" {
		r.line(&b, colorGreen, "இதுவா? "+m.Suggestion, "did you mean "+m.Suggestion+"?")
	}
	for _, n := range m.Notes {
		r.line(&b, colorBlue, "குறிப்பு: "+n.Tamil, "note: "+n.English)
		r.excerpt(&b, n.Span, colorBlue)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// Thrown shows an error that a running program raised. message is both languages
// as the program sees them; code is "" for an error that the program made up.
// The only error is that of w.
func (r *Renderer) Thrown(w io.Writer, code Code, at source.Span, message string) error {
	var b strings.Builder
	if p := r.Set.Place(at.Start); p.Line > 0 {
		fmt.Fprintf(&b, "%s:%d:%d: ", p.File, p.Line, p.Column)
	}
	b.WriteString(r.paint(colorRed, strings.TrimSpace("பிழை "+string(code))+":") + " " + message + "\n")
	r.excerpt(&b, at, colorRed)
	_, err := io.WriteString(w, b.String())
	return err
}

// line writes a remark below an excerpt.
func (r *Renderer) line(b *strings.Builder, color, tamil, english string) {
	switch {
	case r.Only == nil:
		b.WriteString("  " + r.paint(color, tamil) + "  (" + english + ")\n")
	case *r.Only == Tamil:
		b.WriteString("  " + r.paint(color, tamil) + "\n")
	default:
		b.WriteString("  " + r.paint(color, english) + "\n")
	}
}

// excerpt writes the line in which span begins, with the span marked below it.
// What the span holds beyond its first line is not marked.
func (r *Renderer) excerpt(b *strings.Builder, span source.Span, color string) {
	f := r.Set.File(span.Start)
	if f == nil {
		return
	}
	number := f.Place(span.Start).Line
	start := f.LineStart(number)
	from, to := f.Offset(span.Start)-start, f.Offset(span.End)-start
	columns := r.Columns
	if columns <= 0 {
		columns = maxColumns
	}
	text, pad, mark := excerptLine(f.Line(number), from, to, columns)
	label := strconv.Itoa(number)
	b.WriteString("  " + r.paint(colorBlue, label+" |") + " " + text + "\n")
	b.WriteString("  " + r.paint(colorBlue, spaces(len(label))+" |") + " " + spaces(pad) +
		r.paint(color, strings.Repeat("^", mark)) + "\n")
}

// Bytes of a line far from the mark that are looked at: enough for columns
// clusters of any sensible size, so that a line of a megabyte costs nothing.
const bytesPerColumn = 32

// excerptLine returns what to show of a line, how many columns to leave before
// the mark and how many to mark. from and to are the bytes of the line marked.
// Of a line wider than columns only the neighbourhood of from is shown, with …
// where something was cut.
func excerptLine(line string, from, to, columns int) (text string, pad, mark int) {
	from = min(max(from, 0), len(line))
	to = min(max(to, from), len(line))
	cutFront, cutBack := false, false
	if near := columns * bytesPerColumn; len(line) > 2*near {
		lo, hi := max(from-near, 0), min(from+near, len(line))
		for lo > 0 && line[lo]&0xc0 == 0x80 {
			lo++
		}
		for hi < len(line) && line[hi]&0xc0 == 0x80 {
			hi--
		}
		cutFront, cutBack = lo > 0, hi < len(line)
		line, from, to = line[lo:hi], from-lo, min(to, hi)-lo
	}
	all := cells(line)
	at := 0 // the cell in which the mark begins
	for at < len(all) && all[at].end <= from {
		at++
	}
	total := 0
	for _, c := range all {
		total += c.width
	}
	first, last := 0, len(all)
	if total > columns || cutFront || cutBack {
		// Two fifths of the room go before the mark.
		room := columns * 2 / 5
		for first = at; first > 0 && all[first-1].width <= room; first-- {
			room -= all[first-1].width
		}
		room = columns
		for last = first; last < len(all) && all[last].width <= room; last++ {
			room -= all[last].width
		}
		cutFront, cutBack = cutFront || first > 0, cutBack || last < len(all)
	}
	var b strings.Builder
	if cutFront {
		b.WriteString("…")
		pad++
	}
	for i := first; i < last; i++ {
		c := all[i]
		b.WriteString(c.text)
		switch {
		case i < at:
			pad += c.width
		case c.offset < to || i == at:
			mark += c.width
		}
	}
	if cutBack {
		b.WriteString("…")
	}
	return b.String(), pad, max(mark, 1)
}

func spaces(n int) string { return strings.Repeat(" ", n) }
