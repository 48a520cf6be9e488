// Package ir is a program's functions in SSA form with block parameters.
//
// A Func is a graph of Blocks. Each value is defined once: by an instruction
// or as a parameter of a block. Where control flow joins, the predecessors
// pass arguments to the block's parameters (instead of phi instructions).
//
// Values here are the language's values, semantics included: setindex gives a
// new list and leaves the old one alone. Whether that happens in place is
// decided later, by liveness: an operand that dies there is changed in place,
// another is marked shared first.
//
// Everything has a text form that Parse reads and String writes, so a pass is
// tested by text before and after.
package ir

import (
	"etamil/internal/builtin"
	"etamil/internal/decimal"
	"etamil/internal/source"
)

// Func is one function in SSA form.
type Func struct {
	Name     string
	Index    int
	Params   int // the entry block's parameters are the arguments
	MinArgs  int
	Captures int
	Top      bool
	Task     bool
	Open     bool // others than the program's functions may enter it: a method, a route, what the machine finds by name
	Span     source.Span
	Names    []string // parameter names
	Blocks   []*Block // Blocks[0] is the entry; it has no predecessors
	Slots    int      // variables kept out of SSA because of a try (OpSlot…)
	TooLarge bool     // building it was given up: what is here means nothing
	nextV    int
	nextB    int
	shape    shape
	values   []Value  // room for the next ones: making them one by one costs more than all else of it
	args     []*Value // room for their operands
}

// shape is what is known of a function's graph. It is forgotten when the graph changes, so
// that passes which leave it as it is need not find it again.
type shape struct {
	blocks int // how many blocks there were when Recompute last looked
	post   []*Block
	dom    *DomTree
}

// Block is a straight run of instructions with one way in and a Term at the end.
type Block struct {
	ID      int
	Params  []*Value
	Instrs  []*Value
	Term    Term
	Handler *Block   // where an error raised in this block goes; nil: out of the function
	Preds   []*Block // derived: kept right by Func.Recompute
	Loop    int      // derived: loop depth, set by Func.FindLoops and Func.Layout
	Func    *Func
}

// Term ends a block.
type Term struct {
	Kind  TermKind
	Value *Value // condition, returned or thrown value, iterator
	// Succs: jump 1; if 2 (true, false); next 2 (body: its first one or two
	// parameters receive the value, or key and value, and Args fill the rest;
	// exit); try 2 (body, handler: the handler's only parameter is the error).
	Succs []Edge
	Keyed bool // next: key and value
	Pos   source.Pos
	In    *Site // nil: it was written in the function it stands in
}

// Site is a call that is no more: the body of what it called stands in its place. What
// was copied from there points to it, so that an error can say where the call stood.
// Values of one copy share one Site. It isn't changed once it is made.
type Site struct {
	Func int        // the function whose body was copied
	Pos  source.Pos // where it was called
	In   *Site      // where that call came from itself; nil: from the function it stands in
}

// Edge is a way to another block with the arguments for its parameters.
type Edge struct {
	To   *Block
	Args []*Value
}

// TermKind is how a block ends.
type TermKind uint8

// Kinds of Term.
const (
	TermNone TermKind = iota // not set yet
	TermJump
	TermIf
	TermReturn
	TermThrow
	TermNext
	TermTry
	TermHalt // the end of the top level
)

// Value is an instruction or a block parameter.
type Value struct {
	ID    int
	Op    Op
	Type  Type
	Pos   source.Pos
	Args  []*Value
	Const Const         // OpConst
	Name  string        // variable, key, member … by Op
	Int   int64         // global, slot, function, class … index by Op
	Spec  *builtin.Spec // OpBuiltin
	Block *Block
	In    *Site // nil: it was written in the function it stands in
}

// Const is a constant: nil, bool, number, text or a function of the program.
type Const struct {
	Kind ConstKind
	Bool bool
	Func int // function or builtin index by Kind
	Num  decimal.Decimal
	Text string
}

// Truth reports whether c counts as true in a condition.
func (c Const) Truth() bool {
	switch c.Kind {
	case ConstBool:
		return c.Bool
	case ConstNumber:
		return !c.Num.IsZero()
	case ConstText:
		return c.Text != ""
	case ConstFunc, ConstBuiltin:
		return true
	}
	return false
}

// ConstKind says which Const it is.
type ConstKind uint8

// Kinds of Const.
const (
	ConstNil ConstKind = iota
	ConstBool
	ConstNumber
	ConstText
	ConstFunc
	ConstBuiltin // Text is the builtin's ID
	ConstUndef   // a name that isn't set
)

// Type is a set of the kinds a value may have when it runs.
type Type uint16

// Kinds in a Type.
const (
	TNumber Type = 1 << iota
	TText
	TBool
	TNil
	TList
	TRecord
	TResult
	TFunc
	TOther // handles, ranges, errors …
	TUndef
	TAny = TNumber | TText | TBool | TNil | TList | TRecord | TResult | TFunc | TOther
	// TScalar values hold no reference: sharing them needs no mark.
	TScalar = TNumber | TBool | TNil | TUndef
)

// Op says what an instruction does.
type Op uint8

// The operations. Info has one row for each.
const (
	OpInvalid       Op = iota
	OpParam            // parameter of a block
	OpConst            // Const
	OpHold             // a constant, in a register; it holds no reference
	OpCapture          // Int: capture of the running closure
	OpCheck            // args v: v, which must be set; Name is the variable
	OpGetGlobal        // Int, Name
	OpSetGlobal        // Int, Name; v
	OpGetWindow        // Int, Name
	OpSetWindow        // Int, Name; v
	OpOrGlobal         // v, else global Int
	OpOrWindow         // v, else window Int
	OpGlobalOrUndef    // global Int, or undef when it isn't set (no error)
	OpWindowOrUndef
	OpIsSet      // v is not undef, as bool
	OpIsFunc     // v is a function, as bool
	OpNilIfUndef // v, or nil when it isn't set (captures)
	OpSlotGet    // Int: variable kept out of SSA
	OpSlotSet    // Int; v
	OpAdd
	OpSub
	OpMul
	OpDiv
	OpMod  // remainder with the sign of the divisor
	OpIDiv // quotient rounded down to a whole number
	OpNeg
	OpConcat // two or more
	OpEq
	OpNe
	OpLt
	OpLe
	OpGt
	OpGe
	OpNot
	OpTruth
	OpList          // items
	OpRecord        // Keys in Name joined by "\x00"; values in that order; equal keys: the builder has dropped all but the first
	OpShapeRecord   // Int: shape; values in the order of declaration
	OpToShape       // Int: shape; record -> result
	OpFail          // Name: name of a run-time mistake (diag.RunName); Const: text it is about
	OpSpreadList    // list, other
	OpSpreadRecord  // record, other
	OpGetIndex      // x, i
	OpSetIndex      // x, i, v -> x'
	OpGetField      // x; Name
	OpSetField      // x, v; Name -> x'
	OpOwnIndex      // x, i -> x' whose item i is held by nobody else (before a nested change)
	OpOwnField      // x; Name
	OpGetOwned      // x, i: item of an OpOwnIndex result, to be changed in place and stored back
	OpGetOwnedField // x; Name
	OpAppend        // list, v -> list'
	OpLen
	OpClosure    // Int: function; captures
	OpCall       // Int: function; as many arguments as parameters (undef: left out)
	OpCallValue  // f, arguments
	OpCallMember // x, arguments; Name
	OpBuiltin    // Spec; arguments
	OpTry        // result -> value; a failure is returned from the function
	OpTryThrow   // result -> value; a failure is raised
	OpOk
	OpErr
	OpIter // x -> iterator
	NumOps
)

// Effect is what the passes may assume of an operation.
type Effect uint8

// Effects, to be or-ed.
const (
	CanTrap   Effect = 1 << iota // may raise an error: must stay, in order
	ReadsMem                     // depends on globals, window, slots or the outside
	WritesMem                    // changes them
	Allocates                    // makes a new object
)

// Info is what is known of an operation whatever its operands.
type Info struct {
	Name    string
	MinArgs int
	MaxArgs int // -1: any number
	Effect  Effect
	Result  Type // the kinds it can give; 0: nothing
	// Consumes: bit i set means that operand i goes into the result or into
	// memory, so it gets a second owner unless it dies there. Bit 7 stands for
	// operand 7 and all after it.
	Consumes uint8
}
