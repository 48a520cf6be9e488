package diag

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// Files returns the documentation made from the tables, by path from the root of the
// repository.
func Files() map[string]string {
	return map[string]string{"docs/reference/errors.md": page()}
}

// chapters are the kinds of code by their first letter, in the order in which a program
// meets them.
var chapters = []struct{ letter, title, about string }{
	{"L", "எழுத்துகள் · How the text is written", "Found before the program has any grammar."},
	{"P", "இலக்கணம் · Grammar", "Found while the program is read."},
	{"T", "வகைகள் · Types", "Found by `etamil check`. `etamil run` stops at those that declarations forbid, and only warns of those that matter when they are reached."},
	{"N", "பெயர்கள் · Names", "Found by `etamil check`. `etamil run` only warns of a name that nothing defines."},
	{"S", "வடிவங்கள் · Shapes", "Found by `etamil check` and `etamil run`."},
	{"D", "தரவுதளம் · Databases", "Found by `etamil check --db`: the program's SQL held against a database."},
	{"W", "எச்சரிக்கைகள் · Warnings", "They stop nothing."},
	{"C", "மொழிமாற்றியின் வரம்புகள் · Limits of the compiler", "Programs that a person would hardly write."},
	{"R", "இயங்கும்போது · While running", "A program can catch them; the name in parentheses is the code that `பிழை(e)` sees as `e.code`."},
}

func page() string {
	var b strings.Builder
	b.WriteString("# பிழைகள் · Mistakes\n\n")
	b.WriteString("Made from the tables of internal/diag; `go test ./internal/diag -update` writes it anew.\n\n")
	b.WriteString("Each mistake has a code that stays. `etamil explain CODE` prints what stands here. … stands for what differs from\n" +
		"case to case, and ⟨U+202E⟩ for a character that cannot be seen. Both programs of every entry are tried by tests.\n")
	for _, c := range chapters {
		b.WriteString("\n## " + c.title + "\n\n" + c.about + "\n")
		rows := table()
		for i := range rows {
			if r := &rows[i]; strings.HasPrefix(string(r.Code), c.letter) {
				entry(&b, r)
			}
		}
	}
	return b.String()
}

// entry writes one mistake.
func entry(b *strings.Builder, r *Row) {
	b.WriteString("\n### " + string(r.Code))
	if name := RunName(r.Code); name != "" {
		b.WriteString(" (`" + name + "`)")
	}
	b.WriteString("\n\n" + escape(fill(r.Tamil, anything, Tamil)) + "\\\n" + escape(fill(r.English, anything, English)) + "\n")
	for _, text := range []string{r.ExplainTamil, r.ExplainEnglish} {
		if text != "" {
			b.WriteString("\n" + escape(text) + "\n")
		}
	}
	for _, f := range r.Beside {
		b.WriteString("\n" + f.Name + "\n\n```text\n" + visible(f.Text) + "```\n")
	}
	if r.Wrong != "" {
		b.WriteString("\nதவறு · wrong\n\n```text\n" + visible(r.Wrong) + "```\n\nசரி · right\n\n```text\n" + visible(r.Right) + "```\n")
	}
}

// anything stands for the arguments of a sentence where there is no message.
var anything = []string{"…", "…", "…", "…"}

// escape keeps Markdown from reading a sentence as its own signs.
func escape(s string) string {
	parts := strings.Split(s, "`") // what stands between these is code already
	for i := 0; i < len(parts); i += 2 {
		parts[i] = markdown().Replace(parts[i])
	}
	return strings.Join(parts, "`")
}

var markdown = sync.OnceValue(func() *strings.Replacer {
	return strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "<", `\<`, ">", `\>`, "[", `\[`, "]", `\]`)
})

// visible is a program with the characters that cannot be seen, or that would turn the
// text around, named instead: ⟨U+202E⟩. A byte that is no UTF-8 is ⟨FF⟩.
func visible(program string) string {
	var b strings.Builder
	for i := 0; i < len(program); {
		r, n := utf8.DecodeRuneInString(program[i:])
		switch {
		case r == utf8.RuneError && n == 1:
			b.WriteString("⟨" + strings.TrimPrefix(CodePoint(rune(program[i])), "U+00") + "⟩")
		case isBidi(r) || r == '\r' || r == 0xa0 || r == 0xfeff:
			b.WriteString("⟨" + CodePoint(r) + "⟩")
		default:
			b.WriteRune(r)
		}
		i += n
	}
	return b.String()
}
