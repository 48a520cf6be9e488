package text_test

import (
	"strings"
	"testing"

	"etamil/internal/std/host/hosttest"
	"etamil/internal/std/text"
	"etamil/internal/value"
)

type list = []any

func num(s string) hosttest.Number { return hosttest.Number(s) }

func TestLetters(t *testing.T) {
	k := hosttest.New(t, text.Bind)
	k.Run([]hosttest.Check{
		{"upper", list{"abcÉß"}, "ABCÉSS"},
		{"upper", list{"தமிழ் abc"}, "தமிழ் ABC"},
		{"upper", list{"e\u0301"}, "E\u0301"},
		{"upper", list{5}, "5"},
		{"lower", list{"ABCİ"}, "abci̇"},
		{"lower", list{"ΑΣ"}, "ας"},
		{"lower", list{"a@[Z`{"}, "a@[z`{"},
		{"upper", list{"z@[a`{"}, "Z@[A`{"},

		{"replace", list{"aXbX", "X", "--"}, "a--b--"},
		{"replace", list{"abc", "", "z"}, "abc"},
		{"replace", list{"கா", "ா", "x"}, "கா"},
		{"replace", list{"aaa", "aa", "b"}, "ba"},
		{"replace", list{num("1.50"), "5", "x"}, "1.x"},
		{"replace", list{"காக", "க", "X"}, "காX"},

		{"split", list{"a,b,,c", ","}, "[a, b, , c]"},
		{"split", list{"abc", ""}, "[abc]"},
		{"split", list{"", ","}, "[]"},
		{"split", list{",", ","}, "[, ]"},
		{"split", list{"a--b", "--"}, "[a, b]"},
		{"split", list{"கா", "ா"}, "[கா]"},
		{"join", list{list{1, "a", true, nil}, "-"}, "1-a-true-nil"},
		{"join", list{list{}, ","}, ""},
		{"join", list{list{num("1.50"), 2}, 0}, "1.502"},
		{"join", list{list{"a", "b"}, ","}, "a,b"},
		{"join", list{"a", ","}, "error: not_list"},

		{"find", list{"வணக்கம்", "க"}, "3"},
		{"find", list{"abc", "d"}, "nil"},
		{"find", list{"abc", ""}, "0"},
		{"find", list{list{1, "2"}, "2"}, "1"},
		{"find", list{list{1}, "1"}, "nil"},
		{"contains", list{"abc", "bc"}, "true"},
		{"contains", list{"காபி", "க"}, "false"},
		{"contains", list{"காபி", "பி"}, "true"},
		{"contains", list{"காபி", ""}, "true"},
		{"contains", list{list{list{1}}, list{1}}, "true"},
		{"startsWith", list{"காபி", "க"}, "false"},
		{"startsWith", list{"காபி", "கா"}, "true"},
		{"startsWith", list{"a", "ab"}, "false"},
		{"endsWith", list{"வணக்கம்", "ம்"}, "true"},
		{"endsWith", list{"வணக்கம்", "\u0bcd"}, "false"},
		{"endsWith", list{"a.qmz", ".qmz"}, "true"},
	})
	if v, err := k.Call("split", k.Values("", ",")...); err != nil || v.List().Len() != 1 {
		t.Errorf("an empty text has one piece, not %s", k.Render(v))
	}
}

func TestCut(t *testing.T) {
	k := hosttest.New(t, text.Bind)
	k.Run([]hosttest.Check{
		{"slice", list{"வணக்கம்", 0, 2}, "வண"},
		{"slice", list{"வணக்கம்", -2}, "கம்"},
		{"slice", list{"abc", 1, 100}, "bc"},
		{"slice", list{"abc", 5}, ""},
		{"slice", list{"abc", -9, 1}, "a"},
		{"slice", list{"abc", 1, -1}, ""},
		{"slice", list{list{1, 2, 3}, -2}, "[2, 3]"},
		{"slice", list{list{1, 2, 3}, 1, 1}, "[2]"},
		{"slice", list{[]byte("abc"), 1}, "6263"},
		{"slice", list{"abc", num("0.5")}, "error: argument"},
		{"trim", list{" \t a b\n"}, "a b"},
		{"pad", list{7, 3, "0"}, "007"},
		{"pad", list{"a", -3, "."}, "a.."},
		{"pad", list{"கா", 3}, "  கா"},
		{"pad", list{"a", 4, "கா-"}, "கா-காa"},
		{"pad", list{"abc", 2}, "abc"},
		{"pad", list{"a", 5, ""}, "a"},
		{"repeat", list{"ab", 3}, "ababab"},
		{"repeat", list{"கா", 7}, "காகாகாகாகாகாகா"},
		{"repeat", list{"x", 1}, "x"},
		{"repeat", list{"ab", 0}, ""},
		{"repeat", list{"ab", -1}, "error: argument"},
		{"repeat", list{"ab", 1 << 40}, "error: out_of_memory"},
		{"reverse", list{"கிளி"}, "ளிகி"},
		{"reverse", list{list{1, 2, 3}}, "[3, 2, 1]"},
	})
	given := k.Value(list{list{1}, list{2}})
	if k.Direct(text.Native("reverse"), given); k.Render(given) != "[[1], [2]]" || !value.IsShared(given.List().At(0)) {
		t.Errorf("reverse changed what it was given to %s, or did not mark it", k.Render(given))
	}
}

func TestFormat(t *testing.T) {
	k := hosttest.New(t, text.Bind)
	rec := map[string]any{"பெயர்": "கண்ணன்", "n": num("1234567.5")}
	k.Run([]hosttest.Check{
		{"format", list{"{} = ₹{:,.2}", "மொத்தம்", num("1234567.5")}, "மொத்தம் = ₹12,34,567.50"},
		{"format", list{"{1}{0}", "a", "b"}, "ba"},
		{"format", list{"{பெயர்}: {n:,}", rec}, "கண்ணன்: 12,34,567.5"},
		{"format", list{"{{}} {}", 1}, "{} 1"},
		{"format", list{"[{:5}][{:5}]", "கா", 7}, "[கா    ][    7]"},
		{"format", list{"[{:*>5}][{:<4}][{:^5}]", "கா", 7, "a"}, "[****கா][7   ][  a  ]"},
		{"format", list{"{:05}|{:05}|{:+}", 42, -42, 7}, "00042|-0042|+7"},
		{"format", list{"{:.1%} {:%}", num("0.1234"), num("0.5")}, "12.3% 50%"},
		{"format", list{"{:.2}", "1.005"}, "1.01"},
		{"format", list{"{:,.0}", num("-0.4")}, "0"},
		{"format", list{"{:க^4}", "x"}, "கxகக"},
		{"format", list{"{}", list{1, nil}}, "[1, nil]"},
		{"format", list{"plain"}, "plain"},
		{"format", list{"{}"}, "error: format"},
		{"format", list{"{2}", 1}, "error: format"},
		{"format", list{"{x}", 1}, "error: format"},
		{"format", list{"{", 1}, "error: format"},
		{"format", list{"}", 1}, "error: format"},
		{"format", list{"{:q}", 1}, "error: format"},
		{"format", list{"{:999999999}", 1}, "error: format"},
		{"format", list{"{:.29}", 1}, "error: format"},
	})
}

func TestPatterns(t *testing.T) {
	k := hosttest.New(t, text.Bind)
	k.Run([]hosttest.Check{
		{"match", list{"GST 18%", "([0-9]+)%"}, "[18%, 18]"},
		{"match", list{"b", "(a)|b"}, "[b, nil]"},
		{"match", list{"b", "a"}, "nil"},
		{"match", list{"b", "("}, "error: pattern"},
		{"match", list{"b", strings.Repeat("a", 20_000)}, "error: pattern"},
		{"match", list{"அ1", `\p{Tamil}`}, "[அ]"},
		{"replacePattern", list{"a1b22", "[0-9]+", "#"}, "a#b#"},
		{"replacePattern", list{"2026-01", `(\d+)-(\d+)`, "$2அ${1}$$$"}, "01அ2026$$"},
		{"replacePattern", list{"ab", `(?P<x>a)`, "${x}${x}$y"}, "aa$yb"},
		{"replacePattern", list{"ab", `a`, "$0$9"}, "ab"},
		{"replacePattern", list{"abc", "", "-"}, "-a-b-c-"},
		{"replacePattern", list{"abc", "x", "-"}, "abc"},
	})
	// What backtracking would take years for.
	if got := k.Show("match", strings.Repeat("a", 5000), "^(a+)+$b"); got != "nil" {
		t.Error(got)
	}
}

func TestEncodings(t *testing.T) {
	k := hosttest.New(t, text.Bind)
	k.Run([]hosttest.Check{
		{"bytes", list{"அa"}, "[224, 174, 133, 97]"},
		{"bytes", list{5}, "[53]"},
		{"fromBytes", list{list{224, 174, 133}}, "சரி(அ)"},
		{"fromBytes", list{list{}}, "சரி()"},
		{"fromBytes", list{list{255}}, "தவறு(இந்தப் பைட்டுகள் செல்லுபடியான UTF-8 அல்ல  (these bytes are not valid UTF-8))"},
		{"fromBytes", list{list{256}}, "error: argument"},
		{"fromBytes", list{list{num("1.5")}}, "error: argument"},
		{"fromBytes", list{list{"1"}}, "error: argument"},
		{"fromBytes", list{5}, "error: not_list"},
		{"base64", list{"abc"}, "YWJj"},
		{"base64", list{list{255, 254}}, "//4="},
		{"base64", list{[]byte{255}}, "/w=="},
		{"unbase64", list{"YWJj"}, "சரி(abc)"},
		{"unbase64", list{"YQ=="}, "சரி(a)"},
		{"unbase64", list{"YQ"}, "சரி(a)"},
		{"unbase64", list{"4K6F"}, "சரி(அ)"},
		{"hex", list{list{0, 255}}, "00ff"},
		{"hex", list{"அ"}, "e0ae85"},
		{"unhex", list{"E0AE85"}, "சரி(அ)"},
		{"urlEncode", list{"a b&அ~"}, "a%20b%26%E0%AE%85~"},
		{"urlDecode", list{"a+b%26%e0%AE%85"}, "சரி(a b&அ)"},
		{"htmlEscape", list{"<b>&'\""}, "&lt;b&gt;&amp;&#39;&#34;"},
		{"htmlEscape", list{"அ"}, "அ"},
	})
	for _, c := range [][2]string{{"unbase64", "YQ="}, {"unbase64", "Y"}, {"unbase64", "YR=="}, {"unbase64", "Y Q"}, {"unbase64", "/w=="}, {"unbase64", "YW\nJj"},
		{"unhex", "abc"}, {"unhex", "zz"}, {"unhex", "ff"}, {"urlDecode", "%"}, {"urlDecode", "%f"}, {"urlDecode", "%zz"}, {"urlDecode", "%ff"}} {
		if got := k.Show(c[0], c[1]); !strings.HasPrefix(got, "தவறு(") {
			t.Errorf("%s(%q) = %s, want a failure", c[0], c[1], got)
		}
	}
}

// TestTooMuch asks for more than the memory budget, each in its own way.
func TestTooMuch(t *testing.T) {
	k := hosttest.New(t, text.Bind)
	big := k.Keep(k.Value(strings.Repeat("a", 1<<18)))
	many := make(list, 200)
	for i := range many {
		many[i] = big
	}
	for _, c := range []struct {
		id   string
		args list
	}{
		{"replace", list{big, "a", strings.Repeat("b", 1000)}},
		{"replacePattern", list{big, "a", strings.Repeat("b", 1000)}},
		{"join", list{append(many, 5), ""}},
		{"pad", list{"a", 1 << 50}},
	} {
		if got := k.Show(c.id, c.args...); got != "error: out_of_memory" {
			t.Errorf("%s = %.40s, want out of memory", c.id, got)
		}
		k.F.Reset()
	}
}

func TestHotNativesDoNotAllocate(t *testing.T) {
	k := hosttest.New(t, text.Bind)
	for id, args := range map[string]list{
		"contains": {"hello world", "wor"}, "find": {"hello", "l"}, "startsWith": {"hello", "he"}, "endsWith": {"hello", "lo"},
		"slice": {"hello", 1, 3}, "trim": {" a "}, "replace": {"abc", "b", "x"}, "upper": {"abc"}, "split": {"a,b", ","}, "join": {list{"a", "b"}, ","},
		"pad": {7, 3, "0"},
	} {
		if n := k.Allocs(text.Native(id), k.Values(args...)...); n > 0 {
			t.Errorf("%s%v makes %v Go allocations", id, args, n)
		}
	}
}
