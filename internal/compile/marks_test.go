package compile

import (
	"strings"
	"testing"

	"etamil/internal/source/load"
)

// What `dis --stage=opt` shows says which pass did what.
func TestMarks(t *testing.T) {
	entry, err := load.Stdin(strings.NewReader(`செயல் f(a, n) {
    s = 0;
    (1 > 2) எனில் { அச்சு "never"; }
    ஒவ்வொரு i இல் வீச்சு(1, n) { s = s + a.x; }
    திரும்பு s + 2 * 3;
}
அச்சு f({x: 1}, 3);
`))
	if err != nil {
		t.Fatal(err)
	}
	var w strings.Builder
	if _, err := Program(entry, load.NewFinder("", "", nil), Options{Stage: Opt, Show: &w, Marks: true}); err != nil {
		t.Fatal(err)
	}
	text := w.String()
	for _, want := range []string{
		"// dropped: sccp 3 instructions and 1 block",
		"const 6", "// sccp\n",
		`getfield "x" v0`, "licm: from b4",
		"// licm: new\n",
		"// types\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
	var plain strings.Builder
	if _, err := Program(entry, load.NewFinder("", "", nil), Options{Stage: Opt, Show: &plain}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(plain.String(), "//") {
		t.Errorf("marks where nothing was done:\n%s", plain.String())
	}
}
