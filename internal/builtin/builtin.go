package builtin

// Effect says what a call may do besides giving its result; the optimiser
// relies on it.
type Effect uint8

// Effects, from least to most.
const (
	Pure   Effect = iota // same arguments, same result; may raise an error
	Reads                // reads the clock, environment, chance …; changes nothing
	Writes               // changes something outside the program's values, or calls a function that may
	Waits                // may suspend the task; implies Writes
)

// Spec is one builtin.
type Spec struct {
	ID        string   // the canonical name: English without the leading underscore
	Spellings []string // every spelling: Tamil first, romanised, English; then odd ones
	Min, Max  int      // number of arguments; Max -1: any number
	Effect    Effect
	Result    string // number text bool list record result nil any …, or the type of a handle; compilers rely on number and bool
	Params    []Param
	Tamil     string // one sentence
	English   string
	Example   string // a whole program; run by tests
	Output    string // what the example prints
	// Hidden builtins aren't called by name: the compiler calls them for
	// statements and for predeclared names.
	Hidden bool
	// Variable: a hidden builtin without arguments that a program reads like a
	// variable (request_body, server, true). Predeclared finds it; its
	// Spellings are the names.
	Variable bool
	// Method: x.name(…) means name(x, …) when x is no handle, shape or record
	// that has such a member.
	Method bool
	// Takes: the first argument is a result, and what it holds is what the builtin
	// gives (value.Take). So the argument is given to it, as to a function.
	Takes bool
	// Outside says what a value comes from that differs from run to run: clock,
	// file, query, environment, random; empty for all others.
	Outside string
}

// Param names one argument, for messages and documentation.
type Param struct {
	Tamil, English string
	Type           string // as Result
}

// subject is the builtins of one file of this package.
type subject struct {
	tamil, english string
	specs          *[]Spec // the variable, whose address the linker knows; its value would be copied at each start
}

// subjects in the order of the documentation.
var subjects = []subject{
	{"அடிப்படை", "Basics", &basics},
	{"எண்கள்", "Numbers", &numbers},
	{"சொற்கள்", "Text", &texts},
	{"அணிகள்", "Lists", &lists},
	{"பொருள்கள்", "Records", &records},
	{"நேரம்", "Time", &times},
	{"குறியாக்கம்", "Encodings", &encodings},
	{"மறையியல்", "Cryptography", &crypto},
	{"கோப்புகள்", "Files", &files},
	{"தரவுதளம்", "Databases", &data},
	{"பணிகள்", "Tasks", &tasks},
	{"வழங்கி", "Serving", &serving},
	{"பதிவுகள்", "Logs", &logs},
	{"சோதனை", "Tests", &checks},
}
