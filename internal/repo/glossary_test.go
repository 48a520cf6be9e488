package repo

import (
	"fmt"
	"path"
	"regexp"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

const glossary = "docs/glossary.md"

// avoided are the words that the glossary names as not to be used, with those that stand
// for them.
func avoided(page string) map[string]string {
	words := map[string]string{}
	for line := range strings.Lines(page) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), "|")
		if !strings.HasPrefix(line, "|") || len(cells) != 3 {
			continue
		}
		for word := range strings.SplitSeq(cells[2], ",") {
			if word = strings.TrimSpace(word); word != "" && word != "not" && !strings.HasPrefix(word, "-") {
				words[strings.TrimSuffix(word, "ம்")] = strings.TrimSpace(cells[1])
			}
		}
	}
	return words
}

// older is a message that existing programs know as it stands.
const older = "ஒரு எண் அல்ல"

// oru is ஒரு where ஓர் must stand.
var oru = regexp.MustCompile(`(^|[^\p{Tamil}])ஒரு [அ-ஔ]`)

// mixed are the complaints about the Tamil of one file. A word counts with any ending.
func mixed(f file, words map[string]string) (bad []string) {
	for n, line := range strings.Split(f.text, "\n") {
		for word, better := range words {
			at := strings.Index(line, word)
			if at < 0 {
				continue
			}
			if r, _ := utf8.DecodeLastRuneInString(line[:at]); !unicode.Is(unicode.Tamil, r) {
				bad = append(bad, fmt.Sprintf("%s:%d: %s: the glossary has %s", f.name, n+1, word, better))
			}
		}
		if found := oru.FindString(strings.ReplaceAll(line, older, "")); found != "" && path.Ext(f.name) == ".go" {
			bad = append(bad, fmt.Sprintf("%s:%d: %s: ஓர் before a vowel", f.name, n+1, found))
		}
	}
	return bad
}

// TestOneWordForOneThing holds messages, help, the library and the pages to the glossary.
func TestOneWordForOneThing(t *testing.T) {
	all := files(t)
	words := avoided(text(t, all, glossary))
	if len(words) < 5 {
		t.Fatalf("only %d words are avoided: the table is not read", len(words))
	}
	for _, f := range all {
		ext := path.Ext(f.name)
		if f.name == glossary || strings.HasSuffix(f.name, "_test.go") || strings.Contains("/"+f.name, "/testdata/") || ext != ".go" && ext != ".qmz" && ext != ".md" {
			continue
		}
		for _, complaint := range mixed(f, words) {
			t.Error(complaint)
		}
	}
}

func TestMixedWordsAreSeen(t *testing.T) {
	words := avoided("| English | தமிழ் | not |\n|---|---|---|\n| top | மேல்மட்டம் | மேல் மட்டம், மேல்நிலை |\n")
	for line, want := range map[string]int{
		"மேல்மட்டத்தில்":           0,
		"கோப்பின் மேல் மட்டத்தில்": 1,
		"மேல்நிலை, ஒரு எண்":        2,
		"ஓர் எண், ஒவ்வொரு எண்":     0,
	} {
		if bad := mixed(file{"a.go", line}, words); len(bad) != want {
			t.Errorf("%q: %v, want %d", line, bad, want)
		}
	}
}
