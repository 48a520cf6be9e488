package syntax

import (
	"etamil/internal/decimal"
	"etamil/internal/source"
)

// Node is anything in the tree. Nodes are made by the parser and never changed
// afterwards: what the checker learns stands in tables keyed by node.
type Node interface{ Span() source.Span }

// At is embedded in every node and gives it its place.
type At struct{ Start, End source.Pos }

// Span returns where the node stands.
func (a At) Span() source.Span { return source.Span{Start: a.Start, End: a.End} }

// File is one parsed source file.
type File struct {
	Source *source.File
	Body   []Stmt
	Serves bool // a route or a timer stands in it
}

// Name is a name where it is declared or used as a label: NFC text in the
// spelling written.
type Name struct {
	At
	Text   string
	Quoted bool // written as a string where a LABEL or KEY allows it
}

// ---- Statements --------------------------------------------------------

// Stmt is a statement.
type Stmt interface {
	Node
	stmt()
}

// Block is { … }.
type Block struct {
	At
	Stmts []Stmt
}

type (
	// Import is இறக்கு "path" [என name];
	Import struct {
		At
		Path   string // escapes resolved
		PathAt source.Span
		As     *Name // nil: names are spliced
	}

	// Return is திரும்பு [x]; or return [x];
	Return struct {
		At
		X Expr // nil: nil
	}

	// Print is அச்சு x;
	Print struct {
		At
		X Expr
	}

	// Input is உள்ளிடு x; x is an *Ident to be read into, or anything else
	// (a line is then read and dropped, x is not evaluated).
	Input struct {
		At
		X Expr
	}

	// Declare is `type name [= x];`, `செயல் name = x;` or `name;`.
	Declare struct {
		At
		Const bool  // நிலை
		Type  *Type // nil: none written
		Name  *Name
		X     Expr // nil: the number 0
	}

	// Assign is target = x;
	Assign struct {
		At
		Target Expr // *Ident, *Index or *Field over those
		X      Expr
	}

	// Destructure is pattern = x;
	Destructure struct {
		At
		Pattern Pattern
		X       Expr
	}

	// ExprStmt is an expression that stands alone: a call, a task started or
	// waited for.
	ExprStmt struct {
		At
		X Expr
	}

	// Throw is எறி x;
	Throw struct {
		At
		X Expr
	}

	// LateWord is `எறி(x)…;` or `return(x)…;` (grammar.md, rule 8): Call is
	// the reading as an ordinary call of a name; Word is the reading as a
	// statement. The checker picks Call if the program has a function or a
	// visible variable of that spelling, else Word.
	LateWord struct {
		At
		Call *ExprStmt
		Word Stmt // *Throw or *Return
	}

	// Break and Continue are நிறுத்து; and தொடர்; inside a loop.
	Break    struct{ At }
	Continue struct{ At }

	// FuncDecl is செயல் f(…) { … } or பணி f(…) { … }.
	FuncDecl struct {
		At
		Name *Name
		Func *Func
	}

	// If is (c) எனில் { } [இன்றேல் …] or यदि c { }. Else is nil, a *Block or an *If.
	If struct {
		At
		Cond Expr
		Then *Block
		Else Node
	}

	// While is (c) சுற்று { }.
	While struct {
		At
		Cond Expr
		Body *Block
	}

	// ForEach is ஒவ்வொரு [k,] v இல் x { }.
	ForEach struct {
		At
		Key  *Name // nil unless two names are written
		Var  *Name
		X    Expr
		Body *Block
	}

	// Try is முயல் { } [பிழை(e) { }] [இறுதியில் { }].
	Try struct {
		At
		Body     *Block
		CatchVar *Name  // nil: catch without a name
		Catch    *Block // nil: none
		Finally  *Block // nil: none
	}

	// Route is வழி method, path [, options] { }.
	Route struct {
		At
		Method  string // GET, POST …; a plain name as written, upper-cased
		Path    Expr
		Options Expr // nil: none
		Body    *Func
	}

	// Every is இடைவெளி seconds { }.
	Every struct {
		At
		Seconds Expr
		Body    *Func
	}

	// Test is சோதனை "name" { } or அளவீடு "name" { }.
	Test struct {
		At
		Bench bool
		Name  string
		Body  *Func
	}

	// Lock is பூட்டு(x) { } or காலக்கெடு(x) { }.
	Lock struct {
		At
		Deadline bool
		X        Expr
		Body     *Block
	}

	// Select is தேர்ந்தெடு { … }.
	Select struct {
		At
		Arms []*Arm
	}

	// Shape is வடிவம் S { … }.
	Shape struct {
		At
		Name    *Name
		Fields  []*ShapeField
		Methods []*FuncDecl
	}

	// FileOp is one of the file statements.
	FileOp struct {
		At
		Op   FileOpKind
		Path Expr
		X    Expr  // mode of open (nil: read; a bare word is a *String), value of write
		Into *Name // variable read into
	}

	// DBOp is one of the database statements.
	DBOp struct {
		At
		Op     DBOpKind
		Driver string // word as written, for connect and disconnect
		SQL    Expr   // connection string of connect
		Params Expr
		Into   *Name // variable of a query
		Handle *Name // the optional trailing name (2.0); nil: default
	}

	// LegacySQL is one of the five SQL-like statements that parse and fail
	// when they are reached (facts.md, 11).
	LegacySQL struct {
		At
		Word string // spelling of the keyword, for the message
	}

	// Response is பதில் status, body [, headers];
	Response struct {
		At
		Status, Body, Headers Expr // Headers may be nil
	}

	// JSONBody is ஜேசான்_உரை data [, status];
	JSONBody struct {
		At
		X, Status Expr // Status may be nil
	}

	// StartServer is வழங்கி_தொடங்கு host, port; StopServer is வழங்கி_நிறுத்து;
	StartServer struct {
		At
		Host, Port Expr
	}
	StopServer struct{ At }
)

// FileOpKind says which file statement a FileOp is.
type FileOpKind uint8

// The file statements.
const (
	FileOpen FileOpKind = iota
	FileClose
	FileRead
	FileWrite
	ReadCSV
	WriteCSV
)

// DBOpKind says which database statement a DBOp is.
type DBOpKind uint8

// The database statements.
const (
	DBConnect DBOpKind = iota
	DBDisconnect
	DBQuery
	DBExecute
)

// Arm is one arm of a select: [target =] x => { }.
type Arm struct {
	At
	Target Pattern // nil: no binding. A target is an *ItemTarget.
	X      Expr
	Body   *Block
}

// ShapeField is one declared field of a shape.
type ShapeField struct {
	At
	Type     *Type // nil: anything
	Name     *Name
	Optional bool
	Default  Expr // nil: none
	Rules    []*Rule
}

// Rule is one rule of a field after விதி.
type Rule struct {
	At
	Kind    RuleKind
	Low, Up *decimal.Decimal // RuleRange: nil = open; a single bound has Low == Up
	Text    string           // RulePattern: the pattern; RuleNamed: the name
	Args    []Expr           // RuleNamed
}

// RuleKind says what a Rule is.
type RuleKind uint8

// The kinds of rule.
const (
	RuleRange   RuleKind = iota // length of text and lists, size of numbers
	RulePattern                 // "regular expression"
	RuleNamed                   // name or name(args)
)

// ---- Patterns ----------------------------------------------------------

// Pattern is the left side of a destructuring.
type Pattern interface {
	Node
	pattern()
}

type (
	// ListPattern is [a, b].
	ListPattern struct {
		At
		Items []Pattern
	}
	// RecordPattern is {x, k: pattern}.
	RecordPattern struct {
		At
		Fields []FieldPattern
	}
	// ItemTarget stores into a target; the target `_` stores nothing.
	ItemTarget struct {
		At
		Target Expr
	}
)

// FieldPattern is one field of a RecordPattern.
type FieldPattern struct {
	Key  *Name
	Item Pattern
}

// ---- Expressions -------------------------------------------------------

// Expr is an expression.
type Expr interface {
	Node
	expr()
}

type (
	// Number is a number or percentage, its value exact.
	Number struct {
		At
		Value decimal.Decimal
	}
	// String is "…", escapes resolved.
	String struct {
		At
		Value string
	}
	// FString is f"…{x}…". Parts alternate freely; a part with X nil is text.
	FString struct {
		At
		Parts []FPart
	}
	// Bool and Nil are மெய், பொய், இன்மை.
	Bool struct {
		At
		Value bool
	}
	Nil struct{ At }
	// Ident is a name that is read (or written, as a target).
	Ident struct {
		At
		Name string
		// Callable is set when a reserved word stands as the name of a builtin
		// (grammar.md, rule 2).
		Callable bool
	}
	// Paren is (x). It is kept because rules 8, 16 and 17 see it.
	Paren struct {
		At
		X Expr
	}
	// List is [a, ..b].
	List struct {
		At
		Items []Element
	}
	// Record is {k: v, ..r}.
	Record struct {
		At
		Entries []Entry
	}
	// Filled is Name{k: v, ..r}: a shape's literal, or a call of that name
	// with the record (the checker says which).
	Filled struct {
		At
		Name    *Ident
		Entries []Entry
	}
	// Lambda is செயல்(…) { … } as a value.
	Lambda struct {
		At
		Name *Name // nil unless written
		Func *Func
	}
	// Index is x[i].
	Index struct {
		At
		X, I Expr
	}
	// Field is x.key.
	Field struct {
		At
		X   Expr
		Key *Name
	}
	// Call is f(args); f is any postfix expression. A method call is a Call
	// whose Fun is a *Field.
	Call struct {
		At
		Fun  Expr
		Args []Expr
	}
	// TryExpr is x?.
	TryExpr struct {
		At
		X Expr
	}
	// Unary is -x or இல்லை x.
	Unary struct {
		At
		Op UnaryOp
		X  Expr
	}
	// Binary is x op y for arithmetic, &, and, or.
	Binary struct {
		At
		Op   BinaryOp
		X, Y Expr
	}
	// Compare is a chain of comparisons: Xs has one more item than Ops.
	// `=` in a यदि condition is an Eq here.
	Compare struct {
		At
		Xs  []Expr
		Ops []CompareOp
	}
	// Await is காத்திரு x.
	Await struct {
		At
		X Expr
	}
	// Spawn is தொடங்கு x or பின்னணி x; X holds a call, or Block is set.
	Spawn struct {
		At
		Background bool
		X          Expr
		Block      *Func // { … } to be started
	}
	// Parallel is இணையாக [a, b].
	Parallel struct {
		At
		List *List
	}
	// LateExpr is a reading that is settled when names are known
	// (grammar.md, rules 8 and 13): Plain if the program has a function of
	// that name, or the scope a variable; else Word.
	LateExpr struct {
		At
		Name  string
		Plain Expr
		Word  Expr
	}
)

// FPart is a piece of an f-string.
type FPart struct {
	Text string
	X    Expr   // nil: Text is literal
	Spec string // after ':' in a hole
}

// Element is one item of a list literal.
type Element struct {
	Spread bool
	X      Expr
}

// Entry is one entry of a record literal.
type Entry struct {
	Key    *Name // nil for a spread
	Spread bool
	X      Expr
}

// UnaryOp is an operator of Unary.
type UnaryOp uint8

// Unary operators.
const (
	Neg UnaryOp = iota
	Not
)

// BinaryOp is an operator of Binary.
type BinaryOp uint8

// Binary operators.
const (
	Add BinaryOp = iota
	Sub
	Mul
	Div
	Concat
	And
	Or
)

// CompareOp is an operator of Compare.
type CompareOp uint8

// Comparison operators.
const (
	Eq CompareOp = iota
	Ne
	Lt
	Le
	Gt
	Ge
)

// ---- Functions and types -----------------------------------------------

// Func is a signature and a body: of a function, task, lambda, route, timer,
// test or started block.
type Func struct {
	At
	Task   bool // பணி or async
	Params []*Param
	Result *Type // nil: none written
	Body   *Block
}

// Param is one parameter.
type Param struct {
	At
	Const   bool
	Type    *Type
	Name    *Name
	Default Expr // nil: none
}

// Type is a type as written.
type Type struct {
	At
	Kind TypeKind
	Name string // TypeNamed: a shape's name
	Elem *Type  // அணி<elem>; nil otherwise
}

// TypeKind is what a Type names.
type TypeKind uint8

// The kinds of type that can be written.
const (
	TypeNumber   TypeKind = iota // எண், பின்னம்
	TypeText                     // சொல், உரை
	TypeBool                     // ஈர்ம
	TypeList                     // அணி
	TypeRecord                   // பொருள், தரவு
	TypeDate                     // தேதி
	TypeFunction                 // செயல்
	TypeNamed                    // a shape
)

func (*Import) stmt()      {}
func (*Return) stmt()      {}
func (*Print) stmt()       {}
func (*Input) stmt()       {}
func (*Declare) stmt()     {}
func (*Assign) stmt()      {}
func (*Destructure) stmt() {}
func (*ExprStmt) stmt()    {}
func (*Throw) stmt()       {}
func (*LateWord) stmt()    {}
func (*Break) stmt()       {}
func (*Continue) stmt()    {}
func (*FuncDecl) stmt()    {}
func (*If) stmt()          {}
func (*While) stmt()       {}
func (*ForEach) stmt()     {}
func (*Try) stmt()         {}
func (*Route) stmt()       {}
func (*Every) stmt()       {}
func (*Test) stmt()        {}
func (*Lock) stmt()        {}
func (*Select) stmt()      {}
func (*Shape) stmt()       {}
func (*FileOp) stmt()      {}
func (*DBOp) stmt()        {}
func (*LegacySQL) stmt()   {}
func (*Response) stmt()    {}
func (*JSONBody) stmt()    {}
func (*StartServer) stmt() {}
func (*StopServer) stmt()  {}

func (*Number) expr()   {}
func (*String) expr()   {}
func (*FString) expr()  {}
func (*Bool) expr()     {}
func (*Nil) expr()      {}
func (*Ident) expr()    {}
func (*Paren) expr()    {}
func (*List) expr()     {}
func (*Record) expr()   {}
func (*Filled) expr()   {}
func (*Lambda) expr()   {}
func (*Index) expr()    {}
func (*Field) expr()    {}
func (*Call) expr()     {}
func (*TryExpr) expr()  {}
func (*Unary) expr()    {}
func (*Binary) expr()   {}
func (*Compare) expr()  {}
func (*Await) expr()    {}
func (*Spawn) expr()    {}
func (*Parallel) expr() {}
func (*LateExpr) expr() {}

func (*ListPattern) pattern()   {}
func (*RecordPattern) pattern() {}
func (*ItemTarget) pattern()    {}
