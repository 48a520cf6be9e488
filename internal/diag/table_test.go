package diag

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// alone are the rows without programs, and why no program of a few lines, run by itself, can show them.
var alone = map[Code]string{
	"C001": "thousands of values", "C002": "thousands of constants", "P025": "a thousand brackets",
	"D001": "a database", "D002": "a database", "D003": "a database", "D004": "a database", "W005": "a check that knows of no database",
	"R027": "a server", "R035": "a server that is full", "R037": "a request", "R041": "two workers",
	"R029": "a builtin that fails in a way that has no row", "R036": "a bug in us",
	"R033": "it stands in the details of R034", "R039": "a hundred thousand tasks",
}

func TestEveryRowIsWhole(t *testing.T) {
	seen := map[Code]bool{}
	for _, r := range Table() {
		if seen[r.Code] {
			t.Errorf("%s: two rows", r.Code)
		}
		seen[r.Code] = true
		if len(r.Code) != 4 || !strings.ContainsRune("LPTNSWCRD", rune(r.Code[0])) {
			t.Errorf("%s: a code is a letter and three digits", r.Code)
		}
		if strings.IndexFunc(r.Tamil, func(c rune) bool { return unicode.Is(unicode.Tamil, c) }) < 0 {
			t.Errorf("%s: no Tamil sentence: %q", r.Code, r.Tamil)
		}
		if r.English == "" {
			t.Errorf("%s: no English sentence", r.Code)
		}
		for _, hole := range []string{"{0}", "{1}", "{2}", "{3}"} {
			if strings.Contains(r.Tamil, hole) != strings.Contains(r.English, hole) {
				t.Errorf("%s: %s stands in one language only", r.Code, hole)
			}
		}
		if (r.Wrong == "") != (r.Right == "") {
			t.Errorf("%s: Wrong and Right come in pairs", r.Code)
		}
		if _, ok := alone[r.Code]; ok == (r.Wrong != "") {
			t.Errorf("%s: a row has programs, or a reason why there are none: not both", r.Code)
		}
		if r.Wrong == "" && (r.ExplainTamil == "" || r.ExplainEnglish == "") {
			t.Errorf("%s: neither an example nor an explanation", r.Code)
		}
		if page, ok := Explain(r.Code); !ok || !strings.Contains(page, fill(r.English, []string{"…", "…", "…", "…"}, English)) || !strings.Contains(page, r.ExplainEnglish) {
			t.Errorf("%s: Explain: %q", r.Code, page)
		}
	}
	if len(seen) < len(lexRows)+len(parseRows) {
		t.Errorf("Table holds only %d codes", len(seen))
	}
}

func TestFill(t *testing.T) {
	for _, c := range []struct{ sentence, want string }{
		{"no hole", "no hole"},
		{"{0} and {1}", "one and இரண்டு"},
		{"'{' stays, {0}", "'{' stays, one"},
		{"{7} stays, {", "{7} stays, {"},
		{"{1}{1}", "இரண்டுஇரண்டு"},
	} {
		if got := fill(c.sentence, []string{"one", Both("இரண்டு", "two")}, Tamil); got != c.want {
			t.Errorf("fill(%q) = %q, want %q", c.sentence, got, c.want)
		}
	}
	if got := fill("{0}", []string{Both("இரண்டு", "two")}, English); got != "two" {
		t.Errorf("English argument: %q", got)
	}
	if got := fill("{0}", []string{"{1}"}, English); got != "{1}" {
		t.Errorf("an argument was filled itself: %q", got)
	}
}

func TestUnknownCode(t *testing.T) {
	if _, ok := Lookup("X999"); ok {
		t.Error("Lookup found X999")
	}
	if _, ok := Explain("X999"); ok {
		t.Error("Explain found X999")
	}
	defer func() {
		if recover() == nil {
			t.Error("Text of a code without a row must panic: it is our bug")
		}
	}()
	(&Message{Code: "X999"}).Text(Tamil)
}

// A message shows the beginning of a name that nobody would read to its end, and an error that a
// program can catch shows all of what was thrown.
func TestLongArguments(t *testing.T) {
	long := strings.Repeat("அ", 300_000)
	for _, arg := range []string{long, Both(long, long)} {
		for _, l := range []Lang{Tamil, English} {
			m := Message{Code: NameUndefined, Args: []string{arg}}
			if got := m.Text(l); len(got) > 2*maxArg || !utf8.ValidString(got) || !strings.Contains(got, "அஅஅ…") {
				t.Errorf("%d bytes: %.100q", len(got), got)
			}
		}
	}
	m := Message{Code: RunUnhandled, Args: []string{long}}
	if got := m.Text(English); !strings.Contains(got, long) {
		t.Errorf("what was thrown is cut: %d bytes", len(got))
	}
}

func TestNearest(t *testing.T) {
	for _, c := range []struct {
		word       string
		candidates []string
		want       string
	}{
		{"பயனரி", []string{"விலை", "பயனர்"}, "பயனர்"},
		{"nilam", []string{"nILam"}, "nILam"},
		{"பயன்", []string{"விலை"}, ""},
		{"கீழ்", []string{"மேல்", "கீழ"}, "கீழ"},
		{"respones", []string{"request", "response"}, "response"},
		{"ab", []string{"ac"}, ""},
		{"abc", []string{"xyz", "abd", "abe"}, "abd"},
		{"abc", []string{"abc"}, ""},
		{"prnit", []string{"print"}, "print"},
		{"abcdefghijk", []string{"abXdeXghXjk"}, "abXdeXghXjk"},
		{"abcdefghijk", []string{"aXXdeXghXjk"}, ""},
		{"", nil, ""},
		// Names can be a megabyte long: to compare these two took hours.
		{strings.Repeat("a", 480_000) + "b", []string{strings.Repeat("a", 480_000) + "c"}, ""},
		{"abc", []string{strings.Repeat("a", 480_000), "abd"}, "abd"},
	} {
		got, ok := Nearest(c.word, c.candidates)
		if ok != (c.want != "") || ok && got != c.want {
			t.Errorf("Nearest(%.40q, %.40q) = %.40q, %v; want %q", c.word, c.candidates, got, ok, c.want)
		}
	}
}
