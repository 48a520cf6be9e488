package checks

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"etamil/internal/std/host/hosttest"
	"etamil/vm"
)

type (
	list   = []any
	record = map[string]any
)

func TestChecks(t *testing.T) {
	k := hosttest.New(t, Bind)
	k.Run([]hosttest.Check{
		{"assert", list{1}, "nil"},
		{"assert", list{0, "note"}, "error: assert"},
		{"assertEqual", list{list{1}, list{1}}, "nil"},
		{"assertEqual", list{hosttest.Number("1.10"), hosttest.Number("1.1")}, "nil"},
		{"assertEqual", list{5, "5", "note"}, "error: assert"},
	})
}

// numbered is n lines, some of which are others.
func numbered(n int, other map[int]string) string {
	var lines []string
	for i := 1; i <= n; i++ {
		line, ok := other[i]
		if !ok {
			line = fmt.Sprintf("வரி %d", i)
		}
		if line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}

// TestDifferences holds what a failed comparison says, and its details after the first
// line.
func TestDifferences(t *testing.T) {
	k := hosttest.New(t, Bind)
	long := strings.Repeat("வணக்கம் ", 40)
	for _, c := range []struct {
		name      string
		got, want any
		message   string
		details   []string
	}{
		{"short", 5, "5", `got 5, want "5"`, nil},
		{"nil", nil, false, `got null, want false`, nil},
		{"one field", record{"a": 1, "ஆ": list{1, record{"x": 2}}}, record{"a": 1, "ஆ": list{1, record{"x": 3}}},
			`got {"a":1,"ஆ":[1,{"x":2}]}, want {"a":1,"ஆ":[1,{"x":3}]}`, []string{".ஆ[1].x", "  - 3", "  + 2"}},
		{"fields too many and too few", record{"a": 1, "b": "x"}, record{"a": 1, "c": nil},
			`got {"a":1,"b":"x"}, want {"a":1,"c":null}`, []string{".b", `  + "x"`, ".c", "  - null"}},
		{"one item more", list{1, 2, 9, 3}, list{1, 2, 3}, "got [1,2,9,3], want [1,2,3]", []string{"[2]", "  + 9"}},
		{"one item less", list{2, 3}, list{1, 2, 3}, "got [2,3], want [1,2,3]", []string{"[0]", "  - 1"}},
		{"kinds", list{record{"a": 1}}, list{list{1}}, `got [{"a":1}], want [[1]]`, []string{"[0]", "  - [1]", `  + {"a":1}`}},
		{"long text", long + "கா" + long, long + "கி" + long, "they differ in one place", []string{
			`  - …` + strings.Repeat("வணக்கம் ", 5) + "கி" + strings.Repeat("வணக்கம் ", 5) + "…"}},
		{"lines", numbered(20, map[int]string{9: "", 15: "புது\tவரி"}), numbered(20, nil), "they differ in one place", []string{
			"    …", "    வரி 7", "    வரி 8", "  - வரி 9", "    வரி 10", "    வரி 11", "    …",
			"    வரி 13", "    வரி 14", "  - வரி 15", "  + புது\tவரி", "    வரி 16", "    வரி 17", "    …"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := k.Call("assertEqual", k.Values(c.got, c.want, "குறிப்பு")...)
			var e *vm.Error
			if !errors.As(err, &e) {
				t.Fatalf("%v is no error", err)
			}
			if !strings.HasPrefix(e.Message, "குறிப்பு: ") || !strings.Contains(e.Message, "  ("+c.message) {
				t.Errorf("it says %q, want %q in it", e.Message, c.message)
			}
			lines := strings.Split(e.Details, "\n")
			if len(c.details) > 0 {
				lines = lines[1:]
			}
			if c.name == "long text" {
				lines = lines[:1] // letters are counted, so the second is the same but for the letter
			}
			if got, want := strings.Join(lines, "\n"), strings.Join(c.details, "\n"); got != want {
				t.Errorf("the details are\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// TestManyDifferences holds that what is large stays readable.
func TestManyDifferences(t *testing.T) {
	k := hosttest.New(t, Bind)
	var got, want list
	for i := range 5000 {
		got, want = append(got, i), append(want, i+1)
	}
	_, err := k.Call("assertEqual", k.Values(got, want)...)
	var e *vm.Error
	if !errors.As(err, &e) || !strings.Contains(e.Message, "more than 1000 places") {
		t.Fatalf("%v", err)
	}
	if n := strings.Count(e.Details, "\n") + 1; n != 2+3*maxShownPlaces {
		t.Errorf("%d lines of details", n)
	}
	text := numbered(2000, nil)
	_, err = k.Call("assertEqual", k.Values(text, strings.ReplaceAll(text, "1", "2"))...)
	if !errors.As(err, &e) || strings.Count(e.Details, "\n") > maxDiffLines+2 {
		t.Errorf("a long text has %d lines of details", strings.Count(e.Details, "\n"))
	}
}
