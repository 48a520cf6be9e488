package syntax

import (
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// TestWordsAgainstTheList compares the table with the words of the existing
// implementation, a copy of which stands in testdata.
func TestWordsAgainstTheList(t *testing.T) {
	text, err := os.ReadFile("testdata/keywords.tsv")
	if err != nil {
		t.Fatal(err)
	}
	byToken := map[string]*Word{}
	for i := range Words {
		w := &Words[i]
		if byToken[w.Token] != nil {
			t.Errorf("two words are called %s", w.Token)
		}
		byToken[w.Token] = w
	}
	freed := strings.Fields("Request Body Header Method URL Host Port Param Index Row Serve Auth")
	callable := strings.Fields("Limit Encrypt Decrypt EncryptionKey Join Response")
	lines := strings.Split(strings.TrimSuffix(string(text), "\n"), "\n")
	if len(lines) != 204 {
		t.Fatalf("keywords.tsv has %d lines, want 204", len(lines))
	}
	for _, line := range lines[1:] {
		f := strings.Split(line, "\t")
		w := byToken[f[0]]
		if w == nil {
			t.Errorf("%s is missing", f[0])
			continue
		}
		if w.Tamil != f[1] || w.Romanised != f[2] || w.English != f[3] {
			t.Errorf("%s: %q %q %q, want %q", f[0], w.Tamil, w.Romanised, w.English, f[1:4])
		}
		want := Vocabulary
		switch {
		case slices.Contains(freed, f[0]):
			want = Freed
		case slices.Contains(callable, f[0]):
			want = Callable
		case f[5] == "hard-type":
			want = TypeWord
		case f[5] == "hard":
			want = Reserved
		case strings.Contains(f[5], "contextual"):
			want = Contextual
		}
		if w.Class != want {
			t.Errorf("%s: class %d, want %d", f[0], w.Class, want)
		}
		if hasGrammar := f[6] == "statement/operator"; hasGrammar && (w.Kind == KindName || w.Kind == KindReserved) {
			t.Errorf("%s has a grammar, but no kind of token", f[0])
		}
	}
}

func TestSpellingsAreOneWordEach(t *testing.T) {
	seen := map[string]string{}
	for i := range Words {
		for _, s := range Words[i].Spellings() {
			if other := seen[s]; other != "" {
				t.Errorf("%s is a spelling of %s and of %s", s, other, Words[i].Token)
			}
			seen[s] = Words[i].Token
			if !norm.NFC.IsNormalString(s) {
				t.Errorf("%s is not in NFC", s)
			}
		}
	}
	for _, s := range []string{"யदि", "வரி", "vari", "kOrikkY", "முறை", "x"} {
		if w := LookupWord(s); w != nil {
			t.Errorf("%s is the word %s, want a name", s, w.Token)
		}
	}
	for s, want := range map[string]string{"यदि": "Yadi", "पिछा": "Catch", "return": "Ret", "async": "Async", "await": "Await", "_select": "Select", "எண்": "IntegerType"} {
		if w := LookupWord(s); w == nil || w.Token != want {
			t.Errorf("LookupWord(%s) = %v, want %s", s, w, want)
		}
	}
}

// oldSpellings don't follow the letter table, or follow an older one. They stay
// since programs use them.
var oldSpellings = strings.Fields(`soqqu matippIDu toqai parivarttaZai kataZ_qIrppu matippuyarvu mUlataZam varumAZ_aRikkY
	varumAZ_vari toguippu taZik_vicY iraqi_pulli vazhi paDil talYppu uqal pAtY_aLavuru talY vazawki_toqotawku`)

func TestRomanisations(t *testing.T) {
	used := map[string]bool{}
	for i := range Words {
		w := &Words[i]
		for n, r := range strings.Split(w.Romanised, "|") {
			want := Romanise(w.Tamil)
			switch {
			case r == want:
			case slices.Contains(oldSpellings, r) && n > 0:
				used[r] = true
			default:
				t.Errorf("%s: %s is romanised %s, want %s", w.Token, w.Tamil, r, want)
			}
		}
	}
	for _, s := range oldSpellings {
		if !used[s] {
			t.Errorf("oldSpellings: %s is no spelling of any word", s)
		}
	}
}

func TestRomanise(t *testing.T) {
	for tamil, want := range map[string]string{
		"வணக்கம்": "vaNakkam", "பிழை": "pizY", "ஒளவை": "oLavY", "ஔவை": "VvY", "கௌ": "kV", "கொ கோ": "ko kO",
		"எறி_2": "eRi_2", "ஸ்ரீ": "srI", "abc": "abc", "ஞாயிறு": "WAyiRu", "ஏஓஈஊஆஐ": "EOIUAY",
	} {
		if got := Romanise(tamil); got != want {
			t.Errorf("Romanise(%s) = %s, want %s", tamil, got, want)
		}
	}
	if s := Romanise("\xff"); !utf8.ValidString(s) {
		t.Errorf("Romanise makes %q of a bad byte", s)
	}
}
