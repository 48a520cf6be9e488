package syntax

import (
	"fmt"
	"strings"
)

// Files returns the documentation made from Words, by path from the root of the
// repository.
func Files() map[string]string {
	return map[string]string{"docs/reference/keywords.md": page()}
}

// chapters are the classes of word, the strictest first.
var chapters = []struct {
	class        Class
	title, about string
}{
	{Reserved, "மொழியின் சொற்கள் · Reserved words",
		"They can't name a variable, a parameter, a function or a loop variable. They can name fields: `r.வரிசை`, `{வரிசை: 1}`."},
	{TypeWord, "வகைகள் · Types", "Reserved. A type stands before the name that it declares: `எண் விலை = 10;`."},
	{Callable, "அழைக்கக்கூடிய சொற்கள் · Reserved words that can be called", "Reserved, and the name of a builtin where `(` follows."},
	{Contextual, "இடத்தைப் பொறுத்த சொற்கள் · Words by their place",
		"Words of the language only where one can stand; everywhere else they are names like any other: `நிலை = 5;`."},
	{Freed, "விடுவிக்கப்பட்ட சொற்கள் · Freed words", "Reserved by earlier implementations; here they are names like any other."},
	{Vocabulary, "சொற்களஞ்சியம் · Vocabulary",
		"Business words with one agreed spelling. The language gives them no meaning: they are good names."},
}

func page() string {
	var b strings.Builder
	b.WriteString("# சொற்கள் · Words\n\n")
	b.WriteString("Made from the table of internal/syntax; `go test ./internal/syntax -update` writes it anew.\n\n")
	b.WriteString("Every word can be written in Tamil, in Latin letters, and mostly in English with an underscore; all spellings mean the\n" +
		"same. Names of your own are not translated: `வரி` and `vari` are two variables. The last column is what the word is\n" +
		"called in English.\n")
	for _, c := range chapters {
		fmt.Fprintf(&b, "\n## %s\n\n%s\n\n| தமிழ் | romanised | English | |\n|---|---|---|---|\n", c.title, c.about)
		for i := range Words {
			if w := &Words[i]; w.Class == c.class {
				fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", spellings(w.Tamil), spellings(w.Romanised), spellings(w.English), w.Token)
			}
		}
	}
	return b.String()
}

// spellings shows what stands between bars in Words.
func spellings(s string) string {
	if s == "" {
		return ""
	}
	return "`" + strings.ReplaceAll(s, "|", "` `") + "`"
}
