package diag

import (
	"sort"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

// Table is every row, in order of code. The caller must not change it.
func Table() []Row { return table() }

// table is made from the table of each stage when somebody first needs a row: most
// programs have no mistake, and start without it.
var table = sync.OnceValue(func() []Row {
	return joinTables(lexRows, parseRows, checkRows, compileRows, runRows)
})

var rowOf = sync.OnceValue(func() map[Code]*Row {
	rows := table()
	m := make(map[Code]*Row, len(rows))
	for i := range rows {
		m[rows[i].Code] = &rows[i]
	}
	return m
})

func joinTables(tables ...[]Row) []Row {
	var all []Row
	for _, t := range tables {
		all = append(all, t...)
	}
	sort.SliceStable(all, func(i, j int) bool { return all[i].Code < all[j].Code })
	return all
}

// Lookup returns the row of code. ok is false when there is no such code, which
// for a Message means a bug in whoever made it.
func Lookup(code Code) (row Row, ok bool) {
	r, ok := rowOf()[code]
	if !ok {
		return Row{}, false
	}
	return *r, true
}

// Lang chooses the language of a sentence.
type Lang uint8

// The languages in which every mistake can be told.
const (
	Tamil Lang = iota
	English
)

// argSeparator stands between the two languages of an argument made by Both.
// It is a control character, so no program text that reaches a message as a
// token holds it: the lexer refuses it outside strings, and Quote escapes it.
const argSeparator = "\x1f"

// Both makes an argument for New that reads differently in the two languages.
func Both(tamil, english string) string { return tamil + argSeparator + english }

// Sides is what Both has joined, for a sentence that is in no table; an argument that says
// the same in both languages is both.
func Sides(arg string) (tamil, english string) {
	tamil, english, ok := strings.Cut(arg, argSeparator)
	if !ok {
		return arg, arg
	}
	return tamil, english
}

// fill puts args into the {0}, {1} … of a sentence.
func fill(sentence string, args []string, l Lang) string {
	if !strings.Contains(sentence, "{") {
		return sentence
	}
	var b strings.Builder
	for {
		open := strings.IndexByte(sentence, '{')
		if open < 0 {
			break
		}
		shut := strings.IndexByte(sentence[open:], '}')
		if shut < 0 {
			break
		}
		n, err := strconv.Atoi(sentence[open+1 : open+shut])
		if err != nil || n < 0 || n >= len(args) {
			b.WriteString(sentence[:open+1]) // a brace that means itself
			sentence = sentence[open+1:]
			continue
		}
		b.WriteString(sentence[:open])
		arg := args[n]
		if ta, en, both := strings.Cut(arg, argSeparator); both {
			arg = ta
			if l == English {
				arg = en
			}
		}
		b.WriteString(arg)
		sentence = sentence[open+shut+1:]
	}
	b.WriteString(sentence)
	return b.String()
}

// Text is the message's sentence in one language, without its place.
func (m *Message) Text(l Lang) string {
	r, ok := rowOf()[m.Code]
	if !ok {
		panic("diag: no row for code " + string(m.Code))
	}
	args := m.Args
	if r.Kind != Run { // what a program throws, it gets back whole
		args = make([]string, len(m.Args))
		for i, a := range m.Args {
			if ta, en, both := strings.Cut(a, argSeparator); both {
				args[i] = Both(clip(ta), clip(en))
			} else {
				args[i] = clip(a)
			}
		}
	}
	if l == Tamil {
		return fill(r.Tamil, args, l)
	}
	return fill(r.English, args, l)
}

// maxArg is how many bytes of an argument a message shows: a name can be a megabyte long.
const maxArg = 2048

// clip cuts what is longer than maxArg, between characters.
func clip(s string) string {
	if len(s) <= maxArg {
		return s
	}
	end := maxArg
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

// Both is the message's sentence in Tamil followed by English in parentheses,
// as the existing implementation writes its messages.
func (m *Message) Both() string { return m.Text(Tamil) + "  (" + m.Text(English) + ")" }

// Halves takes apart a sentence that Both has made; ok is false for any other text.
func Halves(sentence string) (tamil, english string, ok bool) {
	tamil, english, ok = strings.Cut(sentence, "  (")
	if !ok || !strings.HasSuffix(english, ")") {
		return "", "", false
	}
	return tamil, strings.TrimSuffix(english, ")"), true
}

// Severity is that of the message's row, but a soft message only warns.
func (m *Message) Severity() Severity {
	if m.Soft {
		return Warning
	}
	if r, ok := rowOf()[m.Code]; ok {
		return r.Severity
	}
	return Error
}

// Kind is that of the message's row.
func (m *Message) Kind() Kind {
	if r, ok := rowOf()[m.Code]; ok {
		return r.Kind
	}
	return Parse
}

// String is the kind as vectors.txt writes it.
func (k Kind) String() string { return [...]string{"lex", "parse", "type", "run"}[k] }

// String is the severity's English word.
func (s Severity) String() string { return [...]string{"error", "warning"}[s] }

// HasErrors reports whether any of the messages stops the program.
func HasErrors(messages []*Message) bool {
	for _, m := range messages {
		if m.Severity() == Error {
			return true
		}
	}
	return false
}

// Sort puts messages in the order in which they stand in the source; those at
// one place keep their order.
func Sort(messages []*Message) {
	sort.SliceStable(messages, func(i, j int) bool {
		return messages[i].Span.Start < messages[j].Span.Start
	})
}
