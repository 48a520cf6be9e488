package core_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"etamil/internal/std/core"
	"etamil/internal/std/host"
	"etamil/internal/std/host/hosttest"
	"etamil/internal/value"
)

type list = []any

const largest = hosttest.Number("79228162514264337593543950335")

func TestValues(t *testing.T) {
	k := hosttest.New(t, core.Bind)
	num := func(s string) hosttest.Number { return hosttest.Number(s) }
	k.Run([]hosttest.Check{
		{"length", list{"வணக்கம்"}, "5"},
		{"length", list{"👨‍👩‍👧é"}, "2"},
		{"length", list{""}, "0"},
		{"length", list{list{1, 2}}, "2"},
		{"length", list{map[string]any{"a": 1}}, "1"},
		{"length", list{[]byte("abc")}, "3"},
		{"length", list{5}, "error: no_length"},
		{"length", list{nil}, "error: no_length"},
		{"length", nil, "error: arity"},
		{"length", list{1, 2}, "error: arity"},
		{"typeof", list{1}, "a number"},
		{"typeof", list{"a"}, "a string"},
		{"typeof", list{true}, "a boolean"},
		{"typeof", list{list{}}, "an array"},
		{"typeof", list{map[string]any{}}, "a record"},
		{"typeof", list{nil}, "nil"},
		{"toString", list{num("1.50")}, "1.5"},
		{"toString", list{list{1, "a"}}, "[1, a]"},
		{"toString", list{nil}, "nil"},
		{"toNumber", list{"12.50"}, "சரி(12.5)"},
		{"toNumber", list{" 7 "}, "சரி(7)"},
		{"toNumber", list{"1e2"}, "சரி(100)"},
		{"toNumber", list{"1_0"}, "சரி(10)"},
		{"toNumber", list{"-.5"}, "சரி(-0.5)"},
		{"toNumber", list{"1,000"}, "தவறு('1,000' ஒரு எண் அல்ல  ('1,000' is not a number))"},
		{"toNumber", list{"1e-30"}, "தவறு('1e-30' ஒரு எண் அல்ல  ('1e-30' is not a number))"},
		{"toNumber", list{""}, "தவறு('' ஒரு எண் அல்ல  ('' is not a number))"},
		{"toNumber", list{nil}, "தவறு('nil' ஒரு எண் அல்ல  ('nil' is not a number))"},
	})
}

func TestNumbers(t *testing.T) {
	k := hosttest.New(t, core.Bind)
	num := func(s string) hosttest.Number { return hosttest.Number(s) }
	k.Run([]hosttest.Check{
		{"round", list{num("2.5"), 0}, "3"},
		{"round", list{num("-2.5"), 0}, "-3"},
		{"round", list{num("2.345"), 2}, "2.35"},
		{"round", list{num("1.2345"), num("1.9")}, "1.2"},
		{"round", list{"3.456", 1}, "3.5"},
		{"round", list{num("1.5"), 30}, "1.5"},
		{"round", list{num("1234.5"), -1}, "error: argument"},
		{"floor", list{num("2.7")}, "2"},
		{"floor", list{num("-2.1")}, "-3"},
		{"floor", list{"x"}, "0"},
		{"ceil", list{num("2.1")}, "3"},
		{"ceil", list{num("-2.9")}, "-2"},
		{"abs", list{num("-2.50")}, "2.5"},
		{"min", list{3, num("1.5"), 2}, "1.5"},
		{"max", list{3, "10", 2}, "10"},
		{"max", list{-1, "x"}, "0"},
		{"min", list{list{4, 2, 8}}, "2"},
		{"min", list{list{}}, "error: argument"},
		{"min", list{nil, true}, "0"},
		{"mod", list{-7, 3}, "2"},
		{"mod", list{7, -3}, "-2"},
		{"mod", list{7, "x"}, "error: division_by_zero"},
		{"div", list{-7, 2}, "-4"},
		{"div", list{1, 0}, "error: division_by_zero"},
		{"div", list{largest, num("0.5")}, "error: number_too_large"},
	})
}

func TestResults(t *testing.T) {
	k := hosttest.New(t, core.Bind)
	good := func(x any) value.Value { return k.Keep(k.F.Heap().Ok(k.Value(x))) }
	bad := func(x any) value.Value { return k.Keep(k.F.Heap().Fail(k.Value(x))) }
	k.Run([]hosttest.Check{
		{"ok", list{list{1}}, "சரி([1])"},
		{"err", list{"e"}, "தவறு(e)"},
		{"isOk", list{good(1)}, "true"},
		{"isOk", list{5}, "false"},
		{"isErr", list{bad(1)}, "true"},
		{"isErr", list{nil}, "false"},
		{"unwrap", list{good("x")}, "x"},
		{"unwrap", list{bad("x")}, "error: unwrap"},
		{"unwrap", list{5}, "error: argument"},
		{"unwrapErr", list{bad(map[string]any{"a": 1})}, "{a: 1}"},
		{"unwrapErr", list{good(1)}, "error: unwrap"},
		{"unwrapOr", list{good(1), 2}, "1"},
		{"unwrapOr", list{bad(1), 2}, "2"},
		{"unwrapOr", list{5, 2}, "error: argument"},
	})
	made, err := k.Call("error", k.Values("not_found", "இல்லை", list{1})...)
	if err != nil || made.ErrorSlot(value.ErrCode).Str() != "not_found" || k.Render(*made.ErrorSlot(value.ErrDetails)) != "[1]" {
		t.Errorf("error(…) = %s, %v", k.Render(made), err)
	}
	if c := made.ErrorSlot(value.ErrCause); !c.IsNil() {
		t.Errorf("a list is the cause: %s", k.Render(*c))
	}
	again, err := k.Call("error", k.Values("order", "ஆணை", k.Keep(made))...)
	if err != nil || again.ErrorSlot(value.ErrCause).ErrorSlot(value.ErrCode).Str() != "not_found" {
		t.Errorf("error(…, e) = %s, %v", k.Render(again), err)
	}
	if got := k.Show("unwrap", bad(k.Keep(made))); got != "error: not_found" {
		t.Errorf("unwrapping a failure that holds an error: %s", got)
	}
}

func TestLists(t *testing.T) {
	k := hosttest.New(t, core.Bind)
	num := func(s string) hosttest.Number { return hosttest.Number(s) }
	rec := func(n any) any { return map[string]any{"n": n} }
	k.Run([]hosttest.Check{
		{"append", list{list{1}, 2}, "[1, 2]"},
		{"append", list{list{}, list{1}}, "[[1]]"},
		{"append", list{"a", 1}, "error: not_list"},
		{"range", list{1, 3}, "வீச்சு(1, 3)"},
		{"range", list{3, 1, -1}, "வீச்சு(3, 1, -1)"},
		{"range", list{1, 2, 0}, "error: argument"},
		{"sort", list{list{10, 9, num("1.5")}}, "[1.5, 9, 10]"},
		{"sort", list{list{10, -9, 0, largest}}, "[-9, 0, 10, 79228162514264337593543950335]"},
		{"sort", list{list{10, -9, 0, 10}}, "[-9, 0, 10, 10]"},
		{"sort", list{list{}}, "[]"},
		{"sort", list{list{"ஆ", "அ", "b"}}, "[b, அ, ஆ]"},
		{"sort", list{list{10, "9", 1}}, "[1, 10, 9]"},
		{"sort", list{list{"a\x00", "a", "", "abcdefghi", "abcdefgh", "abcdefghij"}}, "[, a, a\x00, abcdefgh, abcdefghi, abcdefghij]"},
		{"sort", list{5}, "error: not_list"},
		{"sortByField", list{list{rec(2), rec("1"), map[string]any{}}, "n", false}, "[{}, {n: 1}, {n: 2}]"},
		{"sortByField", list{list{rec(2), rec(3)}, "n", true}, "[{n: 3}, {n: 2}]"},
		{"pattern_list", list{list{1, 2}, 2}, "nil"},
		{"pattern_list", list{list{1, 2}, 3}, "error: pattern"},
		{"pattern_list", list{5, 3}, "error: not_list"},
	})
	// What was given stays as it is, and what it holds is not written through.
	given := k.Value(list{list{3}, list{1}})
	if k.Direct(core.Native("append"), given, value.Int(1)); k.Render(given) != "[[3], [1]]" {
		t.Errorf("append changed its argument to %s", k.Render(given))
	}
	for i := range 2 {
		if !value.IsShared(given.List().At(i)) {
			t.Error("append let two lists hold an unmarked item")
		}
	}
}

func TestSortIsStableAndRight(t *testing.T) {
	k := hosttest.New(t, core.Bind)
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{0, 1, 2, 11, 12, 13, 24, 25, 100, 1000} {
		type row struct{ key, at int }
		rows := make([]row, n)
		items := make(list, n)
		for i := range rows {
			rows[i] = row{r.IntN(n/3 + 1), i}
			items[i] = map[string]any{"k": rows[i].key, "i": i}
		}
		slices.SortStableFunc(rows, func(a, b row) int { return a.key - b.key })
		v, err := k.Call("sortByField", k.Values(items, "k", false)...)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range rows {
			at, _ := v.List().At(i).Field("i")
			if int(at.N) != want.at {
				t.Fatalf("n=%d: item %d is what stood at %d, want %d", n, i, at.N, want.at)
			}
		}
	}
}

func TestWorld(t *testing.T) {
	k := hosttest.New(t, core.Bind)
	k.Environ["NAME"] = "val"
	k.Config = func(path string) (any, bool) {
		return map[string]any{"n": int64(5), "f": 0.1, "l": []any{true, nil}}, path == "a.b"
	}
	k.In = host.NewInput(strings.NewReader("  வணக்கம் \r\n\xff\nlast"))
	k.Run([]hosttest.Check{
		{"print", list{list{1, "a"}}, "nil"},
		{"print", list{""}, "nil"},
		{"env", list{"NAME", "d"}, "val"},
		{"env", list{"NONE", 5}, "5"},
		{"env", list{"NONE", nil}, "nil"},
		{"env", list{"NONE"}, "error: env"},
		{"config", list{"a.b"}, "{f: 0.1, l: [true, nil], n: 5}"},
		{"config", list{"a.c", 1}, "1"},
		{"config", list{"a.c"}, "error: config"},
		{"input", nil, "வணக்கம்"},
		{"input", nil, "error: input"},
		{"input", nil, "last"},
		{"input", nil, ""},
	})
	if got := k.Printed.String(); got != "[1, a]\n\n" {
		t.Errorf("printed %q", got)
	}
	_, err := k.Call("env", k.Value("NONE"))
	if err == nil || !strings.Contains(err.Error(), "NONE") {
		t.Errorf("the error does not name the variable: %v", err)
	}
	for _, c := range []struct {
		arg  any
		want int
	}{{0, 0}, {3, 3}, {"7", 7}, {300, 1}, {-1, 1}, {hosttest.Number("1.5"), 1}} {
		k.Status = -1
		if got := k.Show("exit", c.arg); k.Status != c.want || got != "error: exit" {
			t.Errorf("exit(%v) ended with %d, want %d; it answered %s", c.arg, k.Status, c.want, got)
		}
		k.F.Reset()
	}
}

func TestHotNativesDoNotAllocate(t *testing.T) {
	k := hosttest.New(t, core.Bind)
	long := strings.Repeat("a", 1000)
	for id, args := range map[string]list{
		"length": {long}, "typeof": {5}, "floor": {hosttest.Number("1.5")}, "abs": {-1}, "min": {1, 2},
		"round": {hosttest.Number("1.55"), 1}, "isOk": {1}, "ok": {1}, "toString": {5}, "toNumber": {"12"},
		"append": {list{1}, 2}, "mod": {7, 2},
	} {
		if n := k.Allocs(core.Native(id), k.Values(args...)...); n > 0 {
			t.Errorf("%s%.20v makes %v Go allocations", id, args, n)
		}
	}
}

func benchSort(b *testing.B, item func(*rand.Rand) any) {
	k := hosttest.New(b)
	r := rand.New(rand.NewPCG(1, 2))
	items := make(list, 200_000)
	for i := range items {
		items[i] = item(r)
	}
	v := []value.Value{k.Keep(k.Value(items))}
	run := core.Native("sort")
	for b.Loop() {
		if _, err := run(k.F, v); err != nil {
			b.Fatal(err)
		}
		k.F.Reset()
	}
}

func BenchmarkSortInts(b *testing.B) {
	benchSort(b, func(r *rand.Rand) any { return r.IntN(1 << 40) })
}

func BenchmarkSortNumbers(b *testing.B) {
	benchSort(b, func(r *rand.Rand) any { return hosttest.Number(fmt.Sprintf("%d.%02d", r.IntN(1<<30), r.IntN(100))) })
}

func BenchmarkSortTexts(b *testing.B) {
	benchSort(b, func(r *rand.Rand) any { return fmt.Sprintf("key%d", r.IntN(1<<30)) })
}
