package roots_test

import (
	"strings"
	"testing"

	"etamil/internal/std/host/hosttest"
	"etamil/internal/std/roots"
)

type list = []any

func TestRoots(t *testing.T) {
	k := hosttest.New(t, roots.Bind)
	num := func(s string) hosttest.Number { return hosttest.Number(s) }
	k.Run([]hosttest.Check{
		{"sqrt", list{2}, "சரி(1.4142135623730950488016887242)"},
		{"pow", list{2, 10}, "சரி(1024)"},
		{"pow", list{num("1.5"), 2}, "சரி(2.25)"},
		{"exp", list{0}, "சரி(1)"},
		{"log10", list{1000}, "சரி(3)"},
		{"ln", list{1}, "சரி(0)"},
	})
	for _, c := range []struct {
		id   string
		args list
	}{{"sqrt", list{-1}}, {"ln", list{0}}, {"log10", list{-1}}, {"exp", list{1000}}, {"pow", list{10, 100}}, {"pow", list{0, -1}}} {
		if got := k.Show(c.id, c.args...); !strings.HasPrefix(got, "தவறு(") || !strings.HasSuffix(got, "))") {
			t.Errorf("%s%v = %s, want a failure", c.id, c.args, got)
		}
	}
}
