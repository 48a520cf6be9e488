// Package diag is the one table of mistakes a program can hold, and the way a
// mistake is shown to a person, in Tamil and in English.
//
// A stage that finds a mistake makes a Message from a Code, a place and the
// few words that differ from case to case; everything else (both sentences, a
// wrong and a right program, the longer explanation) is the row of that Code.
// The rows stand in table_*.go, one file for each stage, and are joined in
// Table. Nothing prints here except Renderer, and only when told where.
//
//	diag.New(diag.UndefinedName, span, "விலை").Suggest("விலைகள்")
package diag

import "etamil/internal/source"

// Code names a mistake for good: it is printed, documented and searched for,
// so it is never reused. L… are lexical, P… grammar, T… types, N… names,
// S… shapes, W… warnings, C… limits of the compiler, R… run time.
type Code string

// Kind is the stage a mistake belongs to; vectors.txt calls them lex, parse,
// type and run.
type Kind uint8

// The kinds of mistake.
const (
	Lex Kind = iota
	Parse
	Type // found by the checker
	Run
)

// Severity says whether a message stops the program from running.
type Severity uint8

// The severities.
const (
	Error Severity = iota
	Warning
)

// Row is everything that is the same for each occurrence of a mistake.
//
// Tamil and English hold {0}, {1} … for the arguments of New. Wrong is a whole
// program that gives exactly this code (for Run: when it is run), Right the
// same program mended; tests check both. Tamil and English explanations are
// printed by `etamil explain CODE` and may be empty only while Wrong and
// Right say it all.
type Row struct {
	Code           Code
	Kind           Kind
	Severity       Severity
	Tamil, English string
	Beside         []File // what both programs import
	Wrong, Right   string
	ExplainTamil   string
	ExplainEnglish string
}

// File is a file that lies beside a row's programs.
type File struct{ Name, Text string }

// Message is one mistake found in one program.
type Message struct {
	Code       Code
	Span       source.Span
	Args       []string
	Notes      []Note
	Suggestion string // text that could stand at Span instead; empty: none
	Soft       bool   // an error that only warns: `run` lets the program try, as it matters only when reached
}

// Note points at another place that has to do with the mistake.
type Note struct {
	Span           source.Span // may be invalid: no place
	Tamil, English string
}

// New makes a message. There must be a row for code.
func New(code Code, span source.Span, args ...string) *Message {
	return &Message{Code: code, Span: span, Args: args}
}

// Suggest adds what could stand there instead and returns m.
func (m *Message) Suggest(s string) *Message { m.Suggestion = s; return m }

// Note adds a note and returns m.
func (m *Message) Note(span source.Span, tamil, english string) *Message {
	m.Notes = append(m.Notes, Note{span, tamil, english})
	return m
}
