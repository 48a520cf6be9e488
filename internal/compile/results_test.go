package compile_test

import (
	"strings"
	"testing"

	"etamil/internal/compile"
	"etamil/internal/source/load"
)

// TestResultsAreNotCopied: a list that goes into a function and comes back as a result has
// one owner all the way, so that nothing marks it and the next change is made in place. A
// mark would cost a copy of the whole list on each turn.
func TestResultsAreNotCopied(t *testing.T) {
	for _, noOpt := range []bool{false, true} {
		var shown strings.Builder
		_, err := compile.Program(load.File{Name: "-", Key: "-", Text: `
			செயல் சேர்க்க(பட்டி, x) {
				(x < 0) எனில் { திரும்பு தவறு("குறை"); }
				திரும்பு சரி(இணை(பட்டி, x));
			}
			செயல் ஓட்டு(n) {
				ப = [];
				ஒவ்வொரு i இல் வீச்சு(1, n) { ப = சேர்க்க(ப, i)?; }
				ஒவ்வொரு i இல் வீச்சு(1, n) { ப = மதிப்பு(சேர்க்க(ப, i)); }
				திரும்பு நீளம்(ப);
			}
			அச்சு ஓட்டு(10);`}, &load.Finder{}, compile.Options{NoOpt: noOpt, Show: &shown, Stage: compile.Code})
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(shown.String(), "try ") || strings.Contains(shown.String(), "share") {
			t.Errorf("optimiser off %v: something is marked\n%s", noOpt, shown.String())
		}
	}
}
