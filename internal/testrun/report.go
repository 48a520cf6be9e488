package testrun

import (
	"fmt"
	"io"
	"strings"
	"time"

	"etamil/internal/diag"
)

// Style says how results are shown to people.
type Style struct {
	Color   bool // ANSI colours
	Verbose bool // also what tests that passed have printed
}

// Printer shows results as they come.
type Printer struct {
	w    io.Writer
	s    Style
	file *File // the one whose tests are being shown
}

// NewPrinter shows results on w.
func NewPrinter(w io.Writer, s Style) *Printer { return &Printer{w: w, s: s} }

const (
	red   = "\x1b[1;31m"
	green = "\x1b[32m"
	faint = "\x1b[2m"
	off   = "\x1b[0m"
)

func (p *Printer) paint(color, s string) string {
	if !p.s.Color {
		return s
	}
	return color + s + off
}

// Result shows one test. Results must come in the order of the report.
func (p *Printer) Result(r *Result) {
	var b strings.Builder
	if r.File != p.file {
		p.file = r.File
		fmt.Fprintf(&b, "%s\n", r.File.Name)
	}
	mark := p.paint(green, "✓")
	if r.Failure != nil {
		mark = p.paint(red, "✗")
	}
	fmt.Fprintf(&b, "  %s %s  %s\n", mark, visible(r.Name), p.paint(faint, milliseconds(r.Duration)))
	if r.Failure != nil {
		indented(&b, "      ", r.Failure.text(p.s.Color))
	}
	if r.Output != "" && (r.Failure != nil || p.s.Verbose) {
		indented(&b, "      "+p.paint(faint, "│")+" ", visible(r.Output))
	}
	_, _ = io.WriteString(p.w, b.String()) // nobody is left to tell
}

// Summary shows what came of all.
func (p *Printer) Summary(r *Report) {
	passed, failed, files := r.Count()
	text := fmt.Sprintf("%d வென்றன, %d தவறின  (%d passed, %d failed", passed, failed, passed, failed)
	if files > 0 {
		text = fmt.Sprintf("%d வென்றன, %d தவறின, %d கோப்புகள் தவறானவை  (%d passed, %d failed, %d files not compiled", passed, failed, files, passed, failed, files)
	}
	color := green
	if failed+files > 0 || passed == 0 {
		color = red
	}
	fmt.Fprintf(p.w, "\n%s %s\n", p.paint(color, text+")"), p.paint(faint, milliseconds(r.Duration)))
}

// text is a failure as people read it: whole lines.
func (f *Failure) text(color bool) string {
	var b strings.Builder
	if s := f.stage(); s != "" {
		b.WriteString(s + "\n")
	}
	if f.Bug != "" {
		b.WriteString("இது eTamil இன் பிழை; உங்கள் சோதனையின் பிழை அல்ல.  (This is a bug in eTamil, not in your test.)\n" + f.Bug + "\n")
	}
	if f.Text != "" {
		b.WriteString(visible(f.Text) + "\n")
	}
	if e := f.Error; e != nil {
		code := e.Diag
		if code == "" {
			code = diag.Code(e.Code)
		}
		render := diag.Renderer{Set: f.Set, Color: color}
		_ = render.Thrown(&b, code, f.Set.Span(e.Place), visible(e.Message)) // a Builder takes everything
		if e.Details != "" {
			indented(&b, "  ", visible(e.Details))
		}
		for _, at := range e.Trace() {
			b.WriteString("    " + visible(at) + "\n")
		}
		for c := e.Cause; c != nil; c = c.Cause {
			fmt.Fprintf(&b, "  காரணம்  (caused by): %s\n", visible(c.Error()))
		}
	}
	return b.String()
}

// stage says where it was, unless that is the test itself.
func (f *Failure) stage() string {
	return map[Stage]string{
		StageTop:     "மேல்மட்டத்தில்  (in the top level):",
		StageProgram: "சோதிக்கப்படும் நிரலில்  (in the program under test):",
		StageGroup:   "குழுவில்  (in the group):",
		StageBefore:  "'முன்' செயலில்  (in what runs before the test):",
		StageAfter:   "'பின்' செயலில்  (in what runs after the test):",
	}[f.Stage]
}

// indented writes text with something before each of its lines.
func indented(b *strings.Builder, before, text string) {
	for line := range strings.Lines(text) {
		b.WriteString(before + strings.TrimSuffix(line, "\n") + "\n")
	}
}

// visible shows control characters, so that what a test has printed can neither move the
// cursor nor pretend to be a result.
func visible(s string) string {
	if !strings.ContainsFunc(s, isControl) {
		return s
	}
	var b strings.Builder
	for _, r := range s {
		if isControl(r) {
			fmt.Fprintf(&b, `\x%02x`, r)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func isControl(r rune) bool {
	return r < ' ' && r != '\n' && r != '\t' || r >= 0x7f && r < 0xa0
}

// milliseconds is a duration with three digits or so.
func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	switch {
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 10_000:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}
