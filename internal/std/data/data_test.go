package data_test

import (
	"strings"
	"testing"

	"etamil/internal/std/data"
	"etamil/internal/std/host/hosttest"
	"etamil/internal/value"
)

type list = []any

func TestRecords(t *testing.T) {
	k := hosttest.New(t, data.Bind)
	rec := map[string]any{"b": 1, "a": list{2}, "5": nil}
	k.Run([]hosttest.Check{
		{"hasField", list{rec, "a"}, "true"},
		{"hasField", list{rec, 5}, "true"},
		{"hasField", list{rec, "c"}, "false"},
		{"hasField", list{list{}, "c"}, "error: argument"},
		{"fieldOr", list{rec, "a", 0}, "[2]"},
		{"fieldOr", list{rec, "c", "x"}, "x"},
		{"fieldOr", list{5, "c", "x"}, "error: argument"},
		{"keys", list{rec}, "[5, a, b]"},
		{"values", list{rec}, "[nil, [2], 1]"},
		{"entries", list{rec}, "[[5, nil], [a, [2]], [b, 1]]"},
		{"entries", list{map[string]any{}}, "[]"},
		{"keys", list{"a"}, "error: argument"},
		{"values", list{nil}, "error: argument"},
		{"entries", list{1}, "error: argument"},
		{"removeField", list{rec, "a"}, "{5: nil, b: 1}"},
		{"removeField", list{rec, "x"}, "{5: nil, a: [2], b: 1}"},
		{"removeField", list{1, "x"}, "error: argument"},
	})
	given := k.Value(map[string]any{"a": list{1}, "b": list{2}})
	if k.Direct(data.Native("removeField"), given, k.Value("a")); k.Render(given) != "{a: [1], b: [2]}" {
		t.Errorf("removeField changed its argument to %s", k.Render(given))
	}
	if b, _ := given.Field("b"); !value.IsShared(b) {
		t.Error("removeField let two records hold an unmarked value")
	}
}

func TestJSON(t *testing.T) {
	k := hosttest.New(t, data.Bind)
	k.Run([]hosttest.Check{
		{"jsonParse", list{` [1, {"a": null, "b": "அ\u0b86"}] `}, "சரி([1, {a: nil, b: அஆ}])"},
		{"jsonParse", list{"1e3"}, "சரி(1000)"},
		{"jsonParse", list{"[1,]"}, "தவறு(ஜேசான் அல்ல: பைட்டு 3 இல் எதிர்பாராத எழுத்து  (not JSON: unexpected character, at byte 3))"},
		{"jsonStringify", list{hosttest.Number("2.50")}, "2.50"},
		{"jsonStringify", list{map[string]any{"b": list{1, "x\n"}, "a": nil}}, `{"a":null,"b":[1,"x\n"]}`},
	})
	for _, bad := range []string{"", "{", "1 2", "\"\\x\"", "1e999", strings.Repeat("[", 2000), "nul", "\"\xff\""} {
		if got := k.Show("jsonParse", bad); !strings.HasPrefix(got, "தவறு(") {
			t.Errorf("jsonParse(%.20q) = %s, want a failure", bad, got)
		}
	}
}
