package testrun

import (
	"fmt"
	"io"
	"strings"

	"etamil/internal/diag"
)

// Document is a report for machines: what etamil test --json writes.
type Document struct {
	Passed       int         `json:"passed"`
	Failed       int         `json:"failed"`
	Files        int         `json:"files"`        // with tests
	FilesFailed  int         `json:"files_failed"` // that could not be compiled
	Milliseconds float64     `json:"milliseconds"` // all of it
	Tests        []TestEntry `json:"tests"`        // by file and line
	Mistakes     []diag.JSON `json:"mistakes"`     // of the compiler, warnings too
}

// TestEntry is one test of a Document.
type TestEntry struct {
	File         string        `json:"file"`
	Line         int           `json:"line"`
	Column       int           `json:"column"`
	Name         string        `json:"name"`
	Passed       bool          `json:"passed"`
	Milliseconds float64       `json:"milliseconds"`
	Output       string        `json:"output,omitempty"`
	Failure      *FailureEntry `json:"failure,omitempty"`
}

// FailureEntry is why a test failed.
type FailureEntry struct {
	Stage   Stage    `json:"stage"`             // where
	Kind    string   `json:"kind"`              // error, timeout or bug
	Code    string   `json:"code,omitempty"`    // of an error
	Message string   `json:"message"`           // in both languages
	Details string   `json:"details,omitempty"` // of an error: where two values differ
	File    string   `json:"file,omitempty"`
	Line    int      `json:"line,omitempty"`
	Column  int      `json:"column,omitempty"`
	Stack   []string `json:"stack,omitempty"` // innermost first
}

// Document is r for machines.
func (r *Report) Document() *Document {
	d := &Document{Milliseconds: inMilliseconds(r.Duration.Seconds()), Tests: []TestEntry{}, Mistakes: []diag.JSON{}}
	d.Passed, d.Failed, d.FilesFailed = r.Count()
	d.Files = len(r.Files)
	for _, f := range r.Files {
		for _, m := range f.Messages {
			d.Mistakes = append(d.Mistakes, m.JSON(f.Set))
		}
	}
	for _, t := range r.Results {
		e := TestEntry{File: t.Place.File, Line: t.Place.Line, Column: t.Place.Column, Name: t.Name,
			Passed: t.Failure == nil, Milliseconds: inMilliseconds(t.Duration.Seconds()), Output: t.Output}
		if t.Failure != nil {
			e.Failure = t.Failure.entry()
		}
		d.Tests = append(d.Tests, e)
	}
	return d
}

// inMilliseconds rounds to microseconds.
func inMilliseconds(seconds float64) float64 { return float64(int64(seconds*1e6)) / 1e3 }

func (f *Failure) entry() *FailureEntry {
	e := &FailureEntry{Stage: f.Stage, Kind: f.kind(), Message: f.Text + f.Bug}
	if x := f.Error; x != nil {
		e.Code, e.Message, e.Details, e.Stack = x.Code, x.Message, x.Details, x.Stack
		e.File, e.Line, e.Column = x.Place.File, x.Place.Line, x.Place.Column
	}
	return e
}

func (f *Failure) kind() string {
	switch {
	case f.Bug != "":
		return "bug"
	case f.Timeout:
		return "timeout"
	}
	return "error"
}

// WriteJUnit writes r in the form that continuous integration reads: a testsuite for each
// file. The only error is that of w.
func WriteJUnit(w io.Writer, r *Report) error {
	var b strings.Builder
	passed, failed, files := r.Count()
	fmt.Fprintf(&b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%.6f\">\n",
		passed+failed, failed, files, r.Duration.Seconds())
	for _, f := range r.Files {
		f.junit(&b, r.Results)
	}
	b.WriteString("</testsuites>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (f *File) junit(b *strings.Builder, all []*Result) {
	var own []*Result
	failed, seconds := 0, 0.0
	for _, t := range all {
		if t.File != f {
			continue
		}
		own = append(own, t)
		seconds += t.Duration.Seconds()
		if t.Failure != nil {
			failed++
		}
	}
	tests, errs := len(own), 0
	if f.Failed() {
		tests, errs = 1, 1
	}
	fmt.Fprintf(b, "  <testsuite name=%s tests=\"%d\" failures=\"%d\" errors=\"%d\" time=\"%.6f\">\n", attribute(f.Name), tests, failed, errs, seconds)
	if f.Failed() {
		var text strings.Builder
		if f.Err != nil {
			text.WriteString(f.Err.Error())
		} else {
			render := diag.Renderer{Set: f.Set}
			_ = render.All(&text, f.Messages) // a Builder takes everything
		}
		fmt.Fprintf(b, "    <testcase name=%s classname=%s time=\"0\">\n      <error message=\"not compiled\">%s</error>\n    </testcase>\n",
			attribute(f.Name), attribute(f.Name), escaped(text.String()))
	}
	for _, t := range own {
		fmt.Fprintf(b, "    <testcase name=%s classname=%s file=%s line=\"%d\" time=\"%.6f\">\n",
			attribute(t.Name), attribute(f.Name), attribute(f.Name), t.Place.Line, t.Duration.Seconds())
		if x := t.Failure; x != nil {
			e := x.entry()
			fmt.Fprintf(b, "      <failure type=%s message=%s>%s</failure>\n", attribute(e.Kind), attribute(e.Message), escaped(x.text(false)))
		}
		if t.Output != "" {
			fmt.Fprintf(b, "      <system-out>%s</system-out>\n", escaped(t.Output))
		}
		b.WriteString("    </testcase>\n")
	}
	b.WriteString("  </testsuite>\n")
}

// attribute is s as an attribute's value, with its quotation marks.
func attribute(s string) string {
	return `"` + strings.NewReplacer("\n", "&#10;", "\t", "&#9;").Replace(escaped(s)) + `"`
}

// escaped is s as text of XML. What XML can't hold at all is shown as \x1b and the like.
func escaped(s string) string {
	s = strings.Map(func(r rune) rune {
		if r == 0xFFFE || r == 0xFFFF {
			return 0xFFFD
		}
		return r
	}, strings.ToValidUTF8(visible(s), "\uFFFD"))
	return strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&quot;").Replace(s)
}
