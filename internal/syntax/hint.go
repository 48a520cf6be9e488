package syntax

import (
	"sync"

	"etamil/internal/diag"
	"etamil/internal/source"
)

// foreign are the words of other languages, and of everyday Tamil, that people write
// first, with the word and the form that is meant.
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
	"switch":   {"(…) எனில் { … } இன்றேல் (…) எனில் { … } என எழுதுக", "write (…) எனில் { … } இன்றேல் (…) எனில் { … }"},
	"input":    {"உள்ளிடு x; என எழுதுக", "write உள்ளிடு x;, in English _input x;"},
	"len":      {"நீளம்(…) என எழுதுக", "write நீளம்(…), in English _length(…)"},
	"null":     {"இன்மை என எழுதுக", "write இன்மை, in English _null"},
	"None":     {"இன்மை என எழுதுக", "write இன்மை, in English _null"},
	"True":     {"மெய் என எழுதுக", "write மெய், in English _true"},
	"False":    {"பொய் என எழுதுக", "write பொய், in English _false"},

	// Tamil words that mean the same.
	"இல்லையேல்":     {"இன்றேல் { … } என எழுதுக", "write இன்றேல் { … }"},
	"இல்லாவிட்டால்": {"இன்றேல் { … } என எழுதுக", "write இன்றேல் { … }"},
	"இல்லையெனில்":   {"இன்றேல் { … } என எழுதுக", "write இன்றேல் { … }"},
	"மாறி":          {"x = …; என மட்டும் எழுதுக", "write x = …; alone"},
	"அச்சிடு":       {"அச்சு … என எழுதுக", "write அச்சு …"},
}

// Foreign is what to write instead of a word that belongs to another language, in Tamil
// and in English. ok is false for any other word.
func Foreign(word string) (tamil, english string, ok bool) {
	f, ok := foreign[word]
	return f.tamil, f.english, ok
}

// foreignHint adds to m what is meant by the name at token i, which begins the statement
// that m is about, if it is a word of another language.
func (p *parser) foreignHint(m *diag.Message, i int) {
	if tamil, english, ok := Foreign(p.text(i)); ok {
		m.Notes, m.Suggestion = nil, "" // what is wrong with the rest is beside the point then
		m.Note(p.span(i), tamil, english)
	}
}

// signNotes say what to write instead of a sign of other languages.
var signNotes = map[rune]struct{ tamil, english string }{
	'\'': {`உரையை "…" க்குள் எழுதுக`, `write text in "…"`},
	'“':  {`உரையை "…" க்குள் எழுதுக; “ ” வேறு எழுத்துகள்`, `write text in "…"; “ ” are other characters`},
	'”':  {`உரையை "…" க்குள் எழுதுக; “ ” வேறு எழுத்துகள்`, `write text in "…"; “ ” are other characters`},
	'‘':  {`உரையை "…" க்குள் எழுதுக`, `write text in "…"`},
	'’':  {`உரையை "…" க்குள் எழுதுக`, `write text in "…"`},
	'`':  {`உரையை "…" க்குள் எழுதுக`, `write text in "…"`},
	'#':  {"குறிப்புரையை // இல் தொடங்குக", "begin a comment with //"},
	'|':  {"அல்லது என எழுதுக", "write அல்லது, in English _or"},
	'^':  {"அடுக்கேற்று(a, b) என எழுதுக", "write அடுக்கேற்று(a, b), in English _pow(a, b)"},
	'×':  {"* என எழுதுக", "write *"},
	'÷':  {"/ என எழுதுக", "write /"},
	'−':  {"- என எழுதுக", "write -"},
	'–':  {"- என எழுதுக", "write -"},
	'≤':  {"<= என எழுதுக", "write <="},
	'≥':  {">= என எழுதுக", "write >="},
	'≠':  {"!= என எழுதுக", "write !="},
}

// standsAlone records what is wrong with the statement x that calls nothing and is
// followed by something else than = and ;.
func (p *parser) standsAlone(x Expr, start int) {
	k, next := p.kind(), p.look(1).Kind
	switch k {
	case KindEq:
		p.want(diag.ParseEquals).Suggest("=")
	case KindPlus, KindMinus, KindStar, KindSlash, KindAmp:
		name, sign := p.text(start), p.source(p.pos)
		if next != KindAssign && next != k {
			p.fail(diag.ParseNoEffect, x.Span()).Note(source.Span{}, "திரும்பு …; அல்லது அச்சு …; வேண்டுமா?", "did you mean திரும்பு …; (_return) or அச்சு …; (_print)?")
			return
		}
		p.want(diag.ParseEquals).Note(p.span(start), name+" = "+name+" "+sign+" …; என எழுதுக", "write "+name+" = "+name+" "+sign+" …;")
	default:
		p.hint(p.want(diag.ParseEquals), start)
	}
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
	word, ok := diag.Nearest(p.text(i), statementWords())
	if _, known := foreign[p.text(i)]; known || !ok {
		return
	}
	m.Notes = nil // where a ; would go is beside the point then
	m.Note(p.span(i), "இது "+word+" என்ற சொல்லா?", "did you mean the word "+word+"?")
}
