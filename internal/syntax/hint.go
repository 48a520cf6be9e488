package syntax

import (
	"sync"

	"etamil/internal/diag"
)

// foreign are the words of other languages that people write first, with the
// word and the form that is meant.
var foreign = map[string]struct{ tamil, english string }{
	"if":       {"(…) எனில் { … } என எழுதுக", "write (…) எனில் { … }, in English (…) _if { … }"},
	"while":    {"(…) சுற்று { … } என எழுதுக", "write (…) சுற்று { … }, in English (…) _loop { … }"},
	"for":      {"ஒவ்வொரு x இல் … { … } என எழுதுக", "write ஒவ்வொரு x இல் … { … }, in English _each x _in … { … }"},
	"else":     {"இன்றேல் { … } என எழுதுக", "write இன்றேல் { … }, in English _else { … }"},
	"print":    {"அச்சு … என எழுதுக", "write அச்சு …, in English _print …"},
	"function": {"செயல் f(…) { … } என எழுதுக", "write செயல் f(…) { … }, in English _fn f(…) { … }"},
	"func":     {"செயல் f(…) { … } என எழுதுக", "write செயல் f(…) { … }, in English _fn f(…) { … }"},
	"def":      {"செயல் f(…) { … } என எழுதுக", "write செயல் f(…) { … }, in English _fn f(…) { … }"},
	"import":   {"இறக்கு \"…\" என எழுதுக", "write இறக்கு \"…\", in English _import \"…\""},
	"let":      {"x = …; என மட்டும் எழுதுக", "write x = …; alone"},
	"var":      {"x = …; என மட்டும் எழுதுக", "write x = …; alone"},
	"const":    {"நிலை x = …; என எழுதுக", "write நிலை x = …, in English _const x = …"},
	"throw":    {"எறி …; என எழுதுக", "write எறி …, in English _throw …"},
	"try":      {"முயல் { … } பிழை(e) { … } என எழுதுக", "write முயல் { … } பிழை(e) { … }, in English _try { … } _catch(e) { … }"},
}

// statementWords are the spellings of the words that begin a statement.
var statementWords = sync.OnceValue(func() []string {
	var all []string
	for i := range Words {
		if w := &Words[i]; beginsStatement(w.Kind) && w.Class == Reserved || w.Class == Contextual {
			all = append(all, w.Spellings()...)
		}
	}
	return all
})

// hint adds to m what the name at token i, which begins a statement that could
// not be read, may have been meant for.
func (p *parser) hint(m *diag.Message, i int) {
	name := p.text(i)
	tamil, english := "", ""
	if f, ok := foreign[name]; ok {
		tamil, english = f.tamil, f.english
	} else if word, ok := diag.Nearest(name, statementWords()); ok {
		tamil, english = "இது "+word+" என்ற சொல்லா?", "did you mean the word "+word+"?"
	} else {
		return
	}
	m.Notes = nil // where a ; would go is beside the point then
	m.Note(p.span(i), tamil, english)
}
