package testrun

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"
)

var (
	times   = regexp.MustCompile(`\d+(\.\d+)? (ms|s)\b`)
	folders = regexp.MustCompile(`[^ (\n]*/a_test\.qmz`)
)

// settle makes what differs from run to run the same.
func settle(s string) string {
	return folders.ReplaceAllString(times.ReplaceAllString(s, "T"), "a_test.qmz")
}

const reported = `சோதனை "பெயர்" { அச்சு "காணாதது"; }
சோதனை "தவறு` + "\t\x1b" + `" {
    அச்சு "ஒன்று` + "\n" + `இரண்டு` + "\x1b[2J" + `";
    பிழையாகும்(செயல்() { }, "x");
}
சோதனை "குழு" {
    முன்(செயல்() { சமமாகும்({அ: [1]}, {அ: [2]}); });
    சோதனை "உள்" { }
}
`

func TestPrinter(t *testing.T) {
	r := run(t, "a_test.qmz", reported)
	var b strings.Builder
	p := NewPrinter(&b, Style{})
	for _, x := range r.Results {
		p.Result(x)
	}
	p.Summary(r)
	const want = `a_test.qmz
  ✓ பெயர்  T
  ✗ தவறு	\x1b  T
      a_test.qmz:5:5: பிழை assert: பிழை எறியப்படவில்லை  (no error was raised)
        5 |     பிழையாகும்(செயல்() { }, "x");
          |     ^^
      │ ஒன்று
      │ இரண்டு\x1b[2J
  ✗ குழு › உள்  T
      'முன்' செயலில்  (in what runs before the test):
      a_test.qmz:8:20: பிழை assert: கிடைத்தது {"அ":[1]}; எதிர்பார்த்தது {"அ":[2]}  (got {"அ":[1]}, want {"அ":[2]})
        8 |     முன்(செயல்() { சமமாகும்({அ: [1]}, {அ: [2]}); });
          |                  ^
        - எதிர்பார்த்தது (want)   + கிடைத்தது (got)
        .அ[0]
          - 2
          + 1

1 வென்றன, 2 தவறின  (1 passed, 2 failed) T
`
	if got := settle(b.String()); got != want {
		t.Errorf("it says\n%s\nwant\n%s", got, want)
	}

	b.Reset()
	p = NewPrinter(&b, Style{Color: true, Verbose: true})
	p.Result(r.Results[0])
	if s := b.String(); !strings.Contains(s, green+"✓"+off) || !strings.Contains(s, "காணாதது") {
		t.Errorf("in colour and whole: %q", s)
	}
}

func TestDocument(t *testing.T) {
	r := run(t, "a_test.qmz", reported, "b_test.qmz", "x = ;")
	d := r.Document()
	if d.Passed != 1 || d.Failed != 2 || d.Files != 2 || d.FilesFailed != 1 || len(d.Tests) != 3 || len(d.Mistakes) != 1 {
		t.Fatalf("%+v", d)
	}
	x := d.Tests[2]
	if x.Name != "குழு › உள்" || x.Passed || x.Line != 9 || x.Column != 5 || x.Failure.Stage != StageBefore || x.Failure.Kind != "error" ||
		x.Failure.Code != "assert" || !strings.Contains(x.Failure.Details, ".அ[0]") || x.Failure.Line != 8 {
		t.Errorf("%+v %+v", x, x.Failure)
	}
	if _, err := json.Marshal(d); err != nil {
		t.Error(err)
	}
	if p := d.Tests[0]; !p.Passed || p.Output != "காணாதது\n" || p.Failure != nil {
		t.Errorf("%+v", p)
	}
}
