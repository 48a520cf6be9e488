package check

import (
	"testing"

	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// FuzzCheck: the checker answers whatever the tree holds, twice the same, and
// what it lets through has a meaning for every name.
func FuzzCheck(f *testing.F) {
	f.Add(everything)
	for _, row := range diag.Table() {
		f.Add(row.Wrong)
		f.Add(row.Right)
	}
	f.Fuzz(func(t *testing.T, text string) {
		set := source.NewSet()
		file, parsed := syntax.Parse(set.Add("main.qmz", text))
		p, msgs := Check(file, mapLoader{}, Options{Set: set, Key: "main.qmz", Lenient: true})
		_, again := Check(file, mapLoader{}, Options{Set: set, Key: "main.qmz", Lenient: true})
		if a, b := show(set, msgs), show(set, again); a != b {
			t.Errorf("two answers:\n%s\n%s", a, b)
		}
		if diag.HasErrors(parsed) || diag.HasErrors(msgs) {
			return
		}
		wholeMeaning(t, p)
	})
}
