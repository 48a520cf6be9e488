package builtin

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

var update = flag.Bool("update", false, "write docs/reference/builtins.md anew")

// letters is the table of backend.md 7.
var (
	consonants = map[rune]string{'க': "k", 'ங': "w", 'ச': "c", 'ஞ': "W", 'ட': "t", 'ண': "N", 'த': "q", 'ந': "n", 'ப': "p",
		'ம': "m", 'ய': "y", 'ர': "r", 'ல': "l", 'வ': "v", 'ழ': "z", 'ள': "L", 'ற': "R", 'ன': "Z", 'ஜ': "j", 'ஸ': "s"}
	vowels = map[rune]string{'அ': "a", 'ஆ': "A", 'இ': "i", 'ஈ': "I", 'உ': "u", 'ஊ': "U", 'எ': "e", 'ஏ': "E", 'ஐ': "Y", 'ஒ': "o", 'ஓ': "O", 'ஔ': "V"}
	signs  = map[rune]string{'ா': "A", 'ி': "i", 'ீ': "I", 'ு': "u", 'ூ': "U", 'ெ': "e", 'ே': "E", 'ை': "Y", 'ொ': "o", 'ோ': "O", 'ௌ': "V", '்': ""}
)

// romanise writes a Tamil name in Latin letters.
func romanise(name string) string {
	var b strings.Builder
	open := false // a consonant waits for its vowel
	for _, r := range name {
		if s, ok := signs[r]; ok {
			b.WriteString(s)
			open = false
			continue
		}
		if open {
			b.WriteByte('a')
		}
		c, isConsonant := consonants[r]
		switch open = isConsonant; {
		case isConsonant:
			b.WriteString(c)
		case vowels[r] != "":
			b.WriteString(vowels[r])
		default:
			b.WriteRune(r)
		}
	}
	if open {
		b.WriteByte('a')
	}
	return b.String()
}

func isTamil(s string) bool {
	return strings.IndexFunc(s, func(r rune) bool { return unicode.Is(unicode.Tamil, r) }) >= 0
}

// spelt checks the spellings of one row: Tamil first, and each Tamil one
// followed by its romanisation somewhere in the row.
func spelt(t *testing.T, id string, list []string) {
	t.Helper()
	for _, s := range list {
		if s != norm.NFC.String(s) {
			t.Errorf("%s: %q is not in NFC", id, s)
		}
		if !isTamil(s) {
			continue
		}
		found := false
		for _, r := range list {
			found = found || r == romanise(s)
		}
		if !found {
			t.Errorf("%s: %s is romanised %s, which isn't there: %q", id, s, romanise(s), list)
		}
	}
}

func TestRowsAreWhole(t *testing.T) {
	ids := map[string]bool{}
	spellings := map[string]string{}
	for _, s := range All() {
		if ids[s.ID] {
			t.Errorf("%s: two rows", s.ID)
		}
		ids[s.ID] = true
		if ByID(s.ID) != s {
			t.Errorf("ByID(%s) is another", s.ID)
		}
		spelt(t, s.ID, s.Spellings)
		for _, name := range s.Spellings {
			if other, ok := spellings[name]; ok {
				t.Errorf("%s: %s is a spelling of %s too", s.ID, name, other)
			}
			spellings[name] = s.ID
			if s.Variable {
				if Predeclared(name) != s {
					t.Errorf("Predeclared(%s) isn't %s", name, s.ID)
				}
			} else if Lookup(name) != s {
				t.Errorf("Lookup(%s) isn't %s", name, s.ID)
			}
		}
		if s.Max >= 0 && (s.Min > s.Max || len(s.Params) != s.Max) || s.Max < 0 && len(s.Params) < s.Min {
			t.Errorf("%s: %d to %d arguments, %d are described", s.ID, s.Min, s.Max, len(s.Params))
		}
		if s.Result == "" || s.English == "" {
			t.Errorf("%s: not described", s.ID)
		}
		if s.Hidden {
			if !s.Variable && len(s.Spellings) > 0 {
				t.Errorf("%s: hidden, but has a spelling", s.ID)
			}
			continue
		}
		if len(s.Spellings) < 3 || !isTamil(s.Spellings[0]) || isTamil(s.Spellings[1]) {
			t.Errorf("%s: spellings are Tamil, romanised, English: %q", s.ID, s.Spellings)
		}
		if !isTamil(s.Tamil) || !strings.HasSuffix(s.Tamil, ".") || !strings.HasSuffix(s.English, ".") {
			t.Errorf("%s: two sentences: %q %q", s.ID, s.Tamil, s.English)
		}
		if s.Example == "" || s.Output == "" || !strings.HasSuffix(s.Example, "\n") || !strings.HasSuffix(s.Output, "\n") {
			t.Errorf("%s: an example with what it prints", s.ID)
		}
	}
	for _, a := range aliases {
		name, id := a.name, a.id
		if ByID(id) == nil || Lookup(name) != ByID(id) || name != norm.NFC.String(name) {
			t.Errorf("alias %s of %s", name, id)
		}
	}
	if Lookup("இல்லாதது") != nil || Lookup("print") != nil || Predeclared("length") != nil {
		t.Error("a name that doesn't exist was found")
	}
}

func TestHandles(t *testing.T) {
	types := map[string]bool{"": true}
	for _, h := range Handles() {
		types[h.Type] = true
		spelt(t, h.Type, h.Spellings)
		for i := range h.Members {
			m := &h.Members[i]
			spelt(t, h.Type+"."+m.ID, m.Spellings)
			for _, s := range m.Spellings {
				if h.Member(s) != m {
					t.Errorf("%s.%s is two members", h.Type, s)
				}
			}
			if !isTamil(m.Tamil) || m.English == "" || m.Result == "" {
				t.Errorf("%s.%s: not described", h.Type, m.ID)
			}
			if m.Method && len(m.Params) != m.Max || !m.Method && len(m.Params) > 0 {
				t.Errorf("%s.%s: %d parameters", h.Type, m.ID, len(m.Params))
			}
		}
	}
	for _, s := range variables {
		if s.ID == "server" || s.ID == "database" {
			if !types[s.Result] {
				t.Errorf("%s is no handle", s.ID)
			}
		}
	}
	if HandleOf("server").Member("மீது").ID != "on" || HandleOf("request").Member("nothing") != nil || HandleOf("x") != nil {
		t.Error("members are looked up wrongly")
	}
}

func TestRomanise(t *testing.T) {
	for tamil, want := range map[string]string{
		"நீளம்": "nILam", "வெளியேறு": "veLiyERu", "இயற்கை_மடக்கை": "iyaRkY_matakkY", "ஜேசான்_படி": "jEcAZ_pati", "சுருக்கம்_256": "curukkam_256",
	} {
		if got := romanise(tamil); got != want {
			t.Errorf("%s: %s, want %s", tamil, got, want)
		}
	}
}

func TestFilesAreFresh(t *testing.T) {
	for name, want := range Files() {
		path := filepath.Join("..", "..", filepath.FromSlash(name))
		if *update {
			if err := os.WriteFile(path, []byte(want), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		got, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if string(got) != want {
			t.Errorf("%s is out of date: go test ./internal/builtin -update", name)
		}
	}
}
