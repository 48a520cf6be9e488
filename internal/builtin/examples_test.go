package builtin_test

import (
	"testing"

	"etamil/internal/builtin"
	"etamil/internal/check"
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/source/load"
	"etamil/internal/syntax"
)

// TestExamplesCheck: every example is a program without mistakes that calls the
// builtin it is about.
func TestExamplesCheck(t *testing.T) {
	for _, s := range builtin.All() {
		if s.Hidden {
			continue
		}
		set := source.NewSet()
		file, msgs := syntax.Parse(set.Add(s.ID, s.Example))
		if len(msgs) == 0 {
			var p *check.Program
			p, msgs = check.Check(file, load.NewFinder("", "", nil), check.Options{Set: set, Key: s.ID})
			used := false
			for _, u := range p.Uses {
				used = used || u.Builtin == s
			}
			if !used {
				t.Errorf("%s: its example doesn't use it", s.ID)
			}
		}
		for _, m := range msgs {
			t.Errorf("%s: %v %s", s.ID, set.Place(m.Span.Start), m.Text(diag.English))
		}
	}
}
