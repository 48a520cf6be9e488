package config

// Error is one thing that is wrong with what was given.
type Error struct {
	Source         Source
	Where          string // "etamil.toml", "ETAMIL_PORT", "--port"
	Line           int    // of the file; 0: unknown, or no file
	Key            string // the key it is about, as "server.port"; "" when there is none
	Tamil, English string
	Suggestion     string // what may have been meant; "" for nothing
}

// Error says it in both languages.
func (e *Error) Error() string {
	s := at(e.Where, e.Line) + ": "
	if e.Key != "" && e.Source == File {
		s += e.Key + ": "
	}
	s += e.Tamil + "  (" + e.English + ")"
	if e.Suggestion != "" {
		s += " → " + e.Suggestion + "?"
	}
	return s
}

// Errors is everything that is wrong with what was given.
type Errors []*Error

// Error has a line for each.
func (e Errors) Error() string {
	s := ""
	for i, x := range e {
		if i > 0 {
			s += "\n"
		}
		s += x.Error()
	}
	return s
}

// Unwrap gives errors.As each of them.
func (e Errors) Unwrap() []error {
	list := make([]error, len(e))
	for i := range e {
		list[i] = e[i]
	}
	return list
}
