package diag

import "etamil/internal/source"

// JSON is a message as tools read it (`etamil check --json`). Lines and columns
// count from 1, columns in code points; the end is the place just behind.
type JSON struct {
	Code       string     `json:"code"`
	Severity   string     `json:"severity"` // "error" or "warning"
	Kind       string     `json:"kind"`     // "lex", "parse", "type" or "run"
	File       string     `json:"file,omitempty"`
	Line       int        `json:"line,omitempty"`
	Column     int        `json:"column,omitempty"`
	EndLine    int        `json:"end_line,omitempty"`
	EndColumn  int        `json:"end_column,omitempty"`
	Tamil      string     `json:"tamil"`
	English    string     `json:"english"`
	Suggestion string     `json:"suggestion,omitempty"`
	Notes      []JSONNote `json:"notes,omitempty"`
}

// JSONNote is a Note as tools read it.
type JSONNote struct {
	File    string `json:"file,omitempty"`
	Line    int    `json:"line,omitempty"`
	Column  int    `json:"column,omitempty"`
	Tamil   string `json:"tamil"`
	English string `json:"english"`
}

// JSON returns the message with its place worked out; whoever prints it encodes
// it.
func (m *Message) JSON(set *source.Set) JSON {
	from, to := set.Place(m.Span.Start), set.Place(m.Span.End)
	j := JSON{
		Code: string(m.Code), Severity: m.Severity().String(), Kind: m.Kind().String(),
		File: from.File, Line: from.Line, Column: from.Column, EndLine: to.Line, EndColumn: to.Column,
		Tamil: m.Text(Tamil), English: m.Text(English), Suggestion: m.Suggestion,
	}
	for _, n := range m.Notes {
		p := set.Place(n.Span.Start)
		j.Notes = append(j.Notes, JSONNote{p.File, p.Line, p.Column, n.Tamil, n.English})
	}
	return j
}
