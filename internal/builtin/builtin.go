// Package builtin declares every builtin once: its spellings, arguments,
// effect and documentation. It holds no code: the checker needs names and
// counts, the optimiser effects, the documentation text, and none of them
// needs a database driver. internal/std binds the code, and a test demands
// that it binds each Spec here and nothing else.
package builtin

// Effect says what a call may do besides giving its result; the optimiser
// relies on it.
type Effect uint8

// Effects, from least to most.
const (
	Pure   Effect = iota // same arguments, same result; may raise an error
	Reads                // reads the clock, files, environment …; changes nothing
	Writes               // changes something outside the program's values
	Waits                // may suspend the task; implies Writes
)

// Spec is one builtin.
type Spec struct {
	ID        string   // the canonical name: English without the leading underscore
	Spellings []string // every spelling: Tamil first, romanised, English; then odd ones
	Min, Max  int      // number of arguments; Max -1: any number
	Effect    Effect
	Result    string // number text bool list record result nil any …
	Params    []Param
	Tamil     string // one sentence
	English   string
	Example   string // a whole program; run by tests
	Output    string // what the example prints
	// Hidden builtins have no spelling: the compiler calls them for statements.
	Hidden bool
}

// Param names one argument, for messages and documentation.
type Param struct {
	Tamil, English string
	Type           string // as Result
}
