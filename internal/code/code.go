package code

import (
	"etamil/internal/rule"
	"etamil/internal/source"
	"etamil/internal/value"
)

// Instr is one instruction: op in bits 0..7, D in 8..15, A in 16..31, B in
// 32..47, C in 48..63. A register or constant operand is kept as its byte
// offset (16 × its number), so that the interpreter adds it to a base without
// scaling; a function can therefore name 4,095 registers, and 4,095 constants
// without loadk. Jumps are counted in instructions from the next one.
type Instr uint64

// MaxRegs is how many registers a function's window can have.
const MaxRegs = 4095

// MaxSmallK is the number of constants that B and C can name; loadk reaches all.
const MaxSmallK = 4095

// Program is everything a Machine needs to run. It is read-only once verified
// and is shared by all workers.
type Program struct {
	Funcs    []*Func
	Main     int            // index of the top level in Funcs
	Globals  []string       // names of the frozen globals
	Window   []string       // names of the request's window
	Builtins []string       // canonical English names; callb's B is an index into this
	Called   []string       // what people call those builtins, in messages; may be shorter
	Classes  []*value.Class // of record literals and shapes
	Shapes   []*Shape       // declared shapes, methods resolved
	Frozen   *value.Frozen  // owns the text of the constants
	Files    *source.Set    // for positions
	ByName   map[string]int // functions by name: for entry points such as main
}

// Func is one function.
type Func struct {
	Name     string
	Index    int
	Params   int // registers R[0]…R[Params-1] hold the arguments
	MinArgs  int // arguments that have no default
	Regs     int // size of the window
	Captures int
	Top      bool // the top level: return is an error, ? on a failure too
	Task     bool
	Borrowed uint64 // bit i: parameter i is only read, so a known caller need not mark it
	Code     []Instr
	K        []value.Value // constants; text is in the program's frozen block
	Caches   int           // inline caches used by D operands (0 is "none")
	Handlers []Handler     // inner before outer
	Lines    []Line        // by PC
	Sums     []Sum         // by PC: of instructions that read, add and store
	Inlined  []Inlined     // calls whose callee's code stands here instead
	Span     source.Span
	Names    []string // parameter names, for messages
}

// Handler says where an error raised in Start ≤ pc < End goes: the error value
// is put in register Reg, and running goes on at Target.
type Handler struct {
	Start, End, Target int32
	Reg                int32
}

// Line says where the code from PC on comes from.
type Line struct {
	PC  int32
	In  int32 // one more than the number of the inlined call that it belongs to; 0: none
	Pos source.Pos
}

// Sum says where the parts of the instruction at PC come from, which reads a field, adds to
// it and stores it: its Line is where it is read.
type Sum struct {
	PC         int32
	Add, Store source.Pos
}

// Inlined is a call of Func at Pos that isn't made: what it does stands in the code of
// the caller. A stack shows it as if it were made.
type Inlined struct {
	Func int32
	In   int32 // of the call itself, as in Line: an earlier row of the table
	Pos  source.Pos
}

// Shape is a declared shape as the machine sees it.
type Shape struct {
	Name    string
	Class   *value.Class
	Fields  []ShapeField
	Methods map[string]Method
}

// ShapeField is one field, in declaration order.
type ShapeField struct {
	Name     string
	Type     FieldType
	Optional bool // it may be nil
}

// FieldType is what a field, or an item of a list in one, may hold.
type FieldType struct {
	Kind  string      // number text bool list record date function shape; "" anything
	Shape int         // of kind shape: its number in Program.Shapes
	Elem  *FieldType  // of a list; nil: anything
	Rules []rule.Spec // what else is demanded
}

// Method is a function in a shape; Self says whether its first parameter is
// the value it is called on.
type Method struct {
	Func int
	Self bool
}
