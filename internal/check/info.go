package check

import (
	"etamil/internal/builtin"
	"etamil/internal/rule"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// Program is what the checker found out about a whole program: the entry file
// and everything it imports. The tree itself isn't changed; what a node means
// stands in the tables here, keyed by the node. Later stages read it and never
// ask what a name means again.
type Program struct {
	Set     *source.Set
	Entry   *syntax.File
	Top     *Func   // the entry file's statements, imports spliced in place
	Funcs   []*Func // every function, Top first; Func.Index is the position here
	Globals []*Var  // names of the top level that stay frozen once the program serves
	Window  []*Var  // names of the top level that a route or timer assigns: each request has its own
	Shapes  []*Shape

	// Imports says which file's statements stand at an import. An import of a
	// file that is already spliced in, or that goes in a circle, has no entry.
	// Files imported with a name have an entry too: their statements run there.
	Imports map[*syntax.Import]*syntax.File

	Uses    map[*syntax.Ident]*Use // every identifier that is read or written, also call targets; a module's name has no entry
	Names   map[*syntax.Name]*Var  // loop, catch and read-into variables, declarations
	Members map[*syntax.Field]*Use // m.f of a named import, S.m of a shape; all other fields have no entry
	FuncOf  map[*syntax.Func]*Func // the function that a declaration, lambda, body … makes
	ShapeOf map[*syntax.Shape]*Shape
	Fills   map[*syntax.Filled]*Shape // shape literals; a Filled without an entry is a call of Filled.Name with the record
	Starts  map[syntax.Expr]*Start    // what a spawn, an item of இணையாக or an arm of a select starts
	Late    map[syntax.Node]bool      // LateWord, LateExpr: true means the word, false the plain reading
	// Prelude has the functions that are builtins written in eTamil, by the
	// builtin's ID and the number of arguments: sort_2. The compiler fills it in.
	Prelude map[string]*Func
	Written map[string]bool // their names, as long as it hasn't
	Main    *Func           // the main task (முதன்மை, main …) or nil; when it is held in a variable, MainVar
	MainVar *Var
	Serves  bool // it declares a route or timer, or starts a server
}

// FuncKind says what a Func came from.
type FuncKind uint8

// The kinds of function.
const (
	KindTop FuncKind = iota
	KindNamed
	KindLambda
	KindMethod
	KindRoute
	KindEvery
	KindTest
	KindSpawned // the block of a spawn
	KindShape   // made by the checker: Shape.From or Shape.Fill
)

// Func is one function.
type Func struct {
	Index    int
	Kind     FuncKind
	Name     string       // for stack traces; a lambda without a name has the empty one
	Decl     *syntax.Func // nil for Top
	Parent   *Func        // the function whose text holds this one; nil for Top
	Shape    *Shape       // of a method, and of KindShape
	Self     bool         // a method whose first parameter is the value itself
	Params   []*Var
	Locals   []*Var    // parameters first
	Captures []Capture // what a lambda copies when it is made
	Task     bool
	Library  bool // a named function of a file of the library
	Prelude  bool // a named function of the prelude: the machine finds it by its name
	// Raises says that a failure which a ? in the body finds is raised: what holds the function is
	// not what it would return to.
	Raises bool
	// UsesTry says that the body holds a try statement.
	UsesTry bool
}

// Start says how an expression is started as a task. Of a call, what is called and the
// arguments are evaluated where it stands, and the call alone is the task's.
type Start struct {
	// Call is what is started, without parentheses; nil: the expression is no call, and
	// all of it is the task's, as the body of Through.
	Call *syntax.Call
	// Through is a function that makes the call: of the value and the arguments of a
	// member, x.m(…), or of the arguments of what may be a builtin. nil: neither.
	Through *syntax.Func
}

// MinArgs is how many arguments a call must give: the parameters before the
// first that has a default.
func (f *Func) MinArgs() int {
	if f.Decl == nil {
		return 0
	}
	for i, p := range f.Decl.Params {
		if p.Default != nil {
			return i
		}
	}
	return len(f.Decl.Params)
}

// Capture is a local of the enclosing function that a lambda copies at its
// creation (unset ones as nil). To is the lambda's own variable of that name.
type Capture struct{ From, To *Var }

// Var is a variable: a local of one function, a global, or a name of the
// request's window.
type Var struct {
	Name   string
	Func   *Func // nil for a global
	Index  int   // in Locals, Globals or Window
	Window bool
	Const  bool // set once and never changed
	Param  bool
	// Captured: a local that some lambda copies. ReadElsewhere: a global that
	// another function than Top reads (or a window name that another than its
	// writer does); one that isn't can live in registers.
	Captured, ReadElsewhere bool
	Decl                    source.Span // first place that names it
}

// Use is what an identifier may mean, in the order in which it is looked up
// when the program runs: a local that is set, then a global that is set, then
// the first of the others that isn't nil. In a call, a local or global counts
// only if it holds a function at that moment, else Func or Builtin is called.
// When all are nil nothing defines the name: an error when it is reached.
//
// A Builtin that is a variable (Spec.Variable: request_body, server …) is read
// by calling it without arguments; the builtin "param" takes the part of the
// name that follows param_.
type Use struct {
	Local   *Var
	Global  *Var // global or window name
	Func    *Func
	Builtin *builtin.Spec
	Shape   *Shape
	// Known: the local or global is certainly set here on every path, so no
	// test is needed. (The compiler finds most of these again by itself.)
	Known bool
}

// nothing says that no meaning was found.
func (u *Use) nothing() bool {
	return u.Local == nil && u.Global == nil && u.Func == nil && u.Builtin == nil && u.Shape == nil
}

// Shape is a declared shape.
type Shape struct {
	Name    string
	Index   int
	Decl    *syntax.Shape
	Fields  []*syntax.ShapeField
	Of      []Inner       // for each field, the shape in its type
	Rules   [][]rule.Spec // for each field, what stands after விதி
	Methods map[string]*Func
	// From is the shape as a function: of a record it makes a result.
	From *Func
	// Fill gives a record the defaults that it lacks, also those of the records in it. It
	// is nil if there are none. What can't become a value of the shape it leaves alone.
	Fill *Func
}

// Inner is the shape that values in a field have, inside so many lists; Shape is nil for
// a field without any.
type Inner struct {
	Shape *Shape
	Lists int
}

// field returns the declared field of that name, or nil.
func (s *Shape) field(name string) *syntax.ShapeField {
	for _, f := range s.Fields {
		if f.Name.Text == name {
			return f
		}
	}
	return nil
}
