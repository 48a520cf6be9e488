package diag

import "strings"

// Explain is the page that `etamil explain CODE` prints: both sentences, the
// explanation, and a wrong and a right program with the files that they import. ok is false for an unknown code.
func Explain(code Code) (page string, ok bool) {
	r, ok := Lookup(code)
	if !ok {
		return "", false
	}
	var b strings.Builder
	b.WriteString(string(r.Code) + "  " + fill(r.Tamil, anything, Tamil) + "\n" +
		spaces(len(r.Code)) + "  " + fill(r.English, anything, English) + "\n")
	for _, text := range []string{r.ExplainTamil, r.ExplainEnglish} {
		if text != "" {
			b.WriteString("\n" + text + "\n")
		}
	}
	program := func(title, text string) {
		if text == "" {
			return
		}
		b.WriteString("\n" + title + "\n")
		for line := range strings.Lines(visible(strings.TrimSuffix(text, "\n")) + "\n") {
			b.WriteString("    " + line)
		}
	}
	for _, f := range r.Beside {
		program(f.Name+":", f.Text)
	}
	program("தவறு (wrong):", r.Wrong)
	program("சரி (right):", r.Right)
	return b.String(), true
}
