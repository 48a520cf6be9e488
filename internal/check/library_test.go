package check

import (
	"strings"
	"testing"
	"testing/fstest"

	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/syntax"
)

// TestLibrary: a file of the library has names of its own, and lends its functions to who
// imports it.
func TestLibrary(t *testing.T) {
	lib := fstest.MapFS{
		"n/a.qmz": {Data: []byte("செயல் கூட்டு(x) { திரும்பு _உதவி(x); }\nசெயல் _உதவி(x) { திரும்பு x; }\n")},
		"n/b.qmz": {Data: []byte("இறக்கு \"a.qmz\";\nசெயல் இரட்டி(x) { திரும்பு கூட்டு(x) * 2; }\n")},
		"n/c.qmz": {Data: []byte("செயல் கூட்டு(x, y) { திரும்பு x + y; }\n")},
		"n/d.qmz": {Data: []byte("இறக்கு \"e.qmz\";\nசெயல் டி() { திரும்பு ஈ(); }\n")},
		"n/e.qmz": {Data: []byte("இறக்கு \"d.qmz\";\nசெயல் ஈ() { திரும்பு டி(); }\n")},
	}
	for _, c := range []struct {
		name, text string
		want       diag.Code // of the only message; "": none
		says       string    // part of it
	}{
		{"lent", `இறக்கு "n/a.qmz"; அச்சு கூட்டு(1);`, "", ""},
		{"lent on", `இறக்கு "n/b.qmz"; அச்சு கூட்டு(1) + இரட்டி(2);`, "", ""},
		{"twice by two ways", `இறக்கு "n/b.qmz"; இறக்கு "n/a.qmz"; அச்சு கூட்டு(1);`, "", ""},
		{"with a name as well", `இறக்கு "n/b.qmz" என b; இறக்கு "n/a.qmz"; அச்சு b.கூட்டு(1) + கூட்டு(1) + b.இரட்டி(1);`, "", ""},
		{"a circle", `இறக்கு "n/d.qmz"; அச்சு டி();`, "", ""},
		{"not lent: what is private", `இறக்கு "n/a.qmz"; அச்சு _உதவி(1);`, diag.FuncUndefined, "_உதவி"},
		{"the program's own counts", `இறக்கு "n/b.qmz"; செயல் கூட்டு() { திரும்பு 1; } செயல் _உதவி() { } அச்சு கூட்டு() + இரட்டி(2);`, "", ""},
		{"arguments are counted", `இறக்கு "n/a.qmz"; அச்சு கூட்டு(1, 2);`, diag.TypeArgCount, "கூட்டு"},
		{"one name in two files", `இறக்கு "n/b.qmz"; இறக்கு "n/c.qmz"; அச்சு இரட்டி(1);`, diag.FuncTwoModules, "n/c.qmz"},
		{"unless the program has it", `இறக்கு "n/b.qmz"; இறக்கு "n/c.qmz"; செயல் கூட்டு() { திரும்பு 1; } அச்சு கூட்டு();`, "", ""},
		{"spelt wrongly", `இறக்கு "n/aa.qmz"; அச்சு 1;`, diag.ImportMissing, "n/a.qmz"},
		{"in another folder", `இறக்கு "nUlakam/atippatY/c.qmz"; அச்சு 1;`, diag.ImportMissing, "n/c.qmz"},
		{"like nothing", `இறக்கு "வேறெதோ.qmz"; அச்சு 1;`, diag.ImportMissing, ""},
	} {
		set := source.NewSet()
		tree, msgs := syntax.Parse(set.Add("main.qmz", c.text))
		_, more := Check(tree, &load.Finder{Lib: lib}, Options{Set: set, Key: "main.qmz"})
		msgs = append(msgs, more...)
		switch {
		case c.want == "" && len(msgs) > 0:
			t.Errorf("%s: %s", c.name, msgs[0].Both())
		case c.want != "" && (len(msgs) != 1 || msgs[0].Code != c.want):
			t.Errorf("%s: %d messages, want one with the code %s", c.name, len(msgs), c.want)
		case c.says != "" && !strings.Contains(msgs[0].Both()+msgs[0].Suggestion, c.says):
			t.Errorf("%s: %q and %q do not say %q", c.name, msgs[0].Both(), msgs[0].Suggestion, c.says)
		}
	}
}
