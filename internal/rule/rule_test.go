package rule

import (
	"regexp"
	"strings"
	"testing"

	"etamil/internal/decimal"
	"etamil/internal/value"
)

// Package pattern would be a cycle here.
func init() { Compile = func(s string) (Matcher, error) { return regexp.Compile(s) } }

// TestNobodyReadsPatterns: without package pattern no pattern is accepted, be it a good one.
func TestNobodyReadsPatterns(t *testing.T) {
	defer func(had func(string) (Matcher, error)) { Compile = had }(Compile)
	Compile = nil
	if _, err := New(Spec{Kind: Pattern, Pattern: "a"}); err == nil {
		t.Error("accepted")
	}
}

func number(t testing.TB, s string) *decimal.Decimal {
	t.Helper()
	if s == "" {
		return nil
	}
	d, err := decimal.Parse(s)
	if err != nil {
		t.Fatal(err)
	}
	return &d
}

func must(t testing.TB, s Spec) *Rule {
	t.Helper()
	r, err := New(s)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestRange(t *testing.T) {
	var pool value.Pool
	h := value.NewHeap(&pool, 0)
	list := func(n int) value.Value { return h.NewList(n, n) }
	num := func(s string) value.Value { return value.Number(*number(t, s)) }
	text := func(s string) value.Value { return h.NewText(s) }
	for _, c := range []struct {
		low, up string
		v       value.Value
		asText  bool
		want    bool
	}{
		{"18", "120", num("18"), false, true},
		{"18", "120", num("120"), false, true},
		{"18", "120", num("17.9999999999999999999999999"), false, false},
		{"18", "120", num("120.01"), false, false},
		{"18", "120", num("18.00"), false, true},
		{"-1.5", "", num("-1.5"), false, true},
		{"-1.5", "", num("-1.51"), false, false},
		{"", "0", num("0.0"), false, true},
		{"", "0", num("79228162514264337593543950335"), false, false},
		{"1", "3", text(""), false, false},
		{"1", "3", text("க்ஷ"), false, true}, // two letters, nine bytes
		{"2", "2", text("கௌக"), true, true},
		{"1", "3", text("abcd"), true, false},
		{"", "3", text("கொகொகொ"), true, true},
		{"", "3", text("அஆஇஈ"), true, false},
		{"6", "6", num("600001"), true, true},
		{"6", "6", num("60000"), true, false},
		{"3", "3", num("-12"), true, true},
		{"1", "2", list(0), false, false},
		{"1", "2", list(1), false, true},
		{"1", "2", list(2), false, true},
		{"1", "2", list(3), false, false},
		{"0", "9", value.True, false, false},
		{"0", "9", value.Nil, true, false},
	} {
		r := must(t, Spec{Kind: Range, Low: number(t, c.low), Up: number(t, c.up)})
		if got := r.Holds(&c.v, c.asText); got != c.want {
			t.Errorf("%s..%s, as text %v: %v", c.low, c.up, c.asText, got)
		}
	}
	r, v, s := must(t, Spec{Low: number(t, "1"), Up: number(t, "9")}), num("5"), text("வணக்கம்")
	if n := testing.AllocsPerRun(100, func() { r.Holds(&v, false); r.Holds(&s, true) }); n != 0 {
		t.Errorf("a range allocates %v times", n)
	}
}

// TestTexts asks each kind of rule about texts.
func TestTexts(t *testing.T) {
	var pool value.Pool
	h := value.NewHeap(&pool, 0)
	for _, c := range []struct {
		spec      Spec
		good, bad []string
	}{
		{Spec{Kind: Pattern, Pattern: "a|bc"}, []string{"a", "bc"}, []string{"", "ac", "abc", "a\n", "xa", "bc "}},
		{Spec{Kind: Pattern, Pattern: "(?i)[அ-ஔ]+"}, []string{"அஆ"}, []string{"க", ""}},
		{Spec{Kind: Pattern, Pattern: ""}, []string{""}, []string{"a"}},
		{Spec{Kind: Email}, []string{
			"a@b.in", "first.last+tag@sub.example.com", "o'brien@example.ie", "கயல்@எடுத்துக்காட்டு.இந்தியா", "1@2.co", strings.Repeat("a", 64) + "@example.com",
		}, []string{
			"", "a", "@b.in", "a@", "a@b", "a@@b.in", "a@b@c.in", ".a@b.in", "a.@b.in", "a..b@c.in", "a b@c.in", "a@b..in", "a@-b.in", "a@b-.in", "a@b.in.",
			"a@b.in\n", "<a@b.in>", "a@[127.0.0.1]", "\"a\"@b.in", strings.Repeat("a", 65) + "@example.com", "a@" + strings.Repeat("b", 64) + ".in",
			"a@" + strings.Repeat("bcdefgh.", 40) + "in", "a\xff@b.in", "a,b@c.in",
		}},
		{Spec{Kind: URL}, []string{
			"http://a", "https://example.com/a?b=c#d", "HTTPS://Example.com", "http://localhost:8080/", "http://[::1]/", "https://எடுத்துக்காட்டு.இந்தியா/பாதை", "http://u:p@h/",
		}, []string{
			"", "a", "example.com", "//a", "ftp://a", "javascript:alert(1)", "http://", "http:///a", "http:a", "http://a b", "http://a\n", "http://a:x/", "http://-a/", "http://[::1", "http://%zz/", "http://a/\xff",
		}},
		{Spec{Kind: UUID}, []string{"01a21463-7e0c-7675-9725-61b8c1c9ccf3", "01A21463-7E0C-7675-9725-61B8C1C9CCF3"}, []string{
			"", "01a21463-7e0c-7675-9725-61b8c1c9ccf", "01a21463-7e0c-7675-9725-61b8c1c9ccg3", "01a214637e0c-7675-9725-61b8c1c9ccf3-", "{01a21463-7e0c-7675-9725-61b8c1c9ccf3}", "01a2146307e0c-7675-9725-61b8c1c9ccf3",
		}},
		{Spec{Kind: Date}, []string{"2026-01-31", "2024-02-29", "2000-02-29", "0001-12-31"}, []string{
			"", "2026-02-29", "1900-02-29", "2026-13-01", "2026-00-01", "2026-04-31", "2026-01-00", "0000-01-01", "2026-1-31", "31-01-2026", "2026/01/31", "2026-01-31T00:00:00Z", "２026-01-31", "2026-0a-01",
		}},
		{Spec{Kind: OneOf, Of: []Literal{Text("அ"), Text("b"), Number(*number(t, "1.50")), Bool(true)}}, []string{"அ", "b"}, []string{"", "ஆ", "B", "1.5", "true"}},
	} {
		r := must(t, c.spec)
		for _, s := range c.good {
			if v := h.NewText(s); !r.Holds(&v, true) {
				t.Errorf("%v refuses %q", c.spec, s)
			}
		}
		for _, s := range c.bad {
			if v := h.NewText(s); r.Holds(&v, true) {
				t.Errorf("%v takes %q", c.spec, s)
			}
		}
	}
}

func TestOtherKinds(t *testing.T) {
	five := value.Number(*number(t, "625001.0"))
	pin := must(t, Spec{Kind: Pattern, Pattern: "[0-9]{6}"})
	if !pin.Holds(&five, true) || pin.Holds(&five, false) {
		t.Error("a number counts as its text in a field of text, and nowhere else")
	}
	choice := must(t, Spec{Kind: OneOf, Of: []Literal{Number(*number(t, "1.50")), Bool(false)}})
	for v, want := range map[value.Value]bool{value.Number(*number(t, "1.5")): true, value.Number(*number(t, "1")): false, value.False: true, value.True: false, value.Nil: false} {
		if choice.Holds(&v, false) != want {
			t.Errorf("%v: %v", v, !want)
		}
	}
}

func TestNew(t *testing.T) {
	for _, s := range []Spec{
		{Kind: Range},
		{Kind: Range, Low: number(t, "2"), Up: number(t, "1")},
		{Kind: Pattern, Pattern: "["},
		{Kind: Pattern, Pattern: "a)|(b"},
		{Kind: Pattern, Pattern: strings.Repeat("a", maxPattern+1)},
		{Kind: OneOf},
		{Kind: OneOf + 1},
	} {
		if _, err := New(s); err == nil {
			t.Errorf("%v can be made", s)
		}
	}
}

func TestWords(t *testing.T) {
	for _, c := range []struct {
		spec           Spec
		tamil, english string
	}{
		{Spec{Low: number(t, "1"), Up: number(t, "80")}, "1 முதல் 80 வரை இருக்க", "from 1 to 80"},
		{Spec{Low: number(t, "6"), Up: number(t, "6")}, "சரியாக 6 ஆக இருக்க", "exactly 6"},
		{Spec{Low: number(t, "-1.50")}, "குறைந்தது -1.5 ஆக இருக்க", "at least -1.5"},
		{Spec{Up: number(t, "3")}, "அதிகபட்சம் 3 ஆக இருக்க", "at most 3"},
		{Spec{Kind: OneOf, Of: []Literal{Text("அ"), Number(*number(t, "2")), Bool(true)}}, `"அ", 2, true ஆகியவற்றில் ஒன்றாக இருக்க`, `one of "அ", 2, true`},
	} {
		if tamil, english := must(t, c.spec).Words(); tamil != c.tamil || english != c.english {
			t.Errorf("%q, %q; want %q, %q", tamil, english, c.tamil, c.english)
		}
	}
}
