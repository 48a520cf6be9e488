package all_test

import (
	"slices"
	"strconv"
	"testing"

	"etamil/internal/builtin"
	"etamil/internal/check"
	"etamil/internal/prelude"
	"etamil/internal/source"
	"etamil/internal/std/all"
	"etamil/internal/std/light"
	"etamil/internal/syntax"
	"etamil/vm"
)

// preludeNames are the functions of the prelude.
func preludeNames(t *testing.T) map[string]bool {
	t.Helper()
	set := source.NewSet()
	tree, msgs := syntax.Parse(prelude.Add(set))
	if len(msgs) > 0 {
		t.Fatal(msgs[0].Both())
	}
	checked, msgs := check.Check(tree, nil, check.Options{Set: set})
	if len(msgs) > 0 {
		t.Fatal(msgs[0].Both())
	}
	names := map[string]bool{}
	for _, f := range checked.Funcs {
		names[f.Name] = true
	}
	return names
}

// TestEveryBuiltinHasCodeOnce holds that each declared builtin is bound here, written in
// the prelude for each number of arguments, or named as somebody else's; and that nothing
// else is bound.
func TestEveryBuiltinHasCodeOnce(t *testing.T) {
	l := vm.NewLinker()
	all.Bind(l)
	bound := map[string]bool{}
	for _, name := range l.Names() {
		bound[name] = true
	}
	written := preludeNames(t)
	for _, s := range builtin.All() {
		inPrelude := true
		for n := s.Min; n <= max(s.Min, s.Max); n++ {
			inPrelude = inPrelude && written[s.ID+"_"+strconv.Itoa(n)]
		}
		elsewhere := slices.Contains(light.Elsewhere, s.ID)
		ways := 0
		for _, way := range []bool{bound[s.ID], inPrelude && !bound[s.ID], elsewhere} {
			if way {
				ways++
			}
		}
		if ways != 1 {
			t.Errorf("%s: bound here %v, in the prelude %v, elsewhere %v; want one of the three", s.ID, bound[s.ID], inPrelude, elsewhere)
		}
		delete(bound, s.ID)
		if s.Method && !written[s.ID+"_"+strconv.Itoa(s.Max)] {
			t.Errorf("%s is a method, and the prelude has no %s_%d", s.ID, s.ID, s.Max)
		}
	}
	for name := range bound {
		t.Errorf("%s is bound and not declared", name)
	}
	for _, id := range light.Elsewhere {
		if builtin.ByID(id) == nil {
			t.Errorf("%s is bound elsewhere and not declared", id)
		}
	}
}
