package syntax

import "etamil/internal/decimal"

// Token is one word, number, text or sign of a file. Tokens are small and stand
// in one slice, so that the parser can look ahead by index.
type Token struct {
	Kind Kind
	// Role is what a KindName that is a contextual word can be, KindThrow for
	// instance; 0 for any other name.
	Role Kind
	word wordID
	// Start and End are byte offsets in the file.
	Start, End int32
	// aux is, by Kind: the index of the matching bracket or -1; the index of
	// the text in tokens.texts, or -1 if the file's own bytes will do; the
	// index in tokens.numbers.
	aux int32
}

// Kind is what a token is.
type Kind uint8

// The kinds of token.
const (
	KindEOF Kind = iota
	KindName
	KindNumber  // numbers and percentages
	KindString  // "…"
	KindFStart  // f"
	KindFText   // text of an f-string
	KindHole    // { of an f-string
	KindSpec    // :… before the end of a hole
	KindHoleEnd // } of an f-string
	KindFEnd    // " of an f-string

	// Signs.
	KindLParen
	KindRParen
	KindLBrack
	KindRBrack
	KindLBrace
	KindRBrace
	KindEq     // ==
	KindNe     // !=
	KindLt     // <
	KindLe     // <=
	KindGt     // >
	KindGe     // >=
	KindAssign // =
	KindArrow  // =>
	KindPlus
	KindMinus
	KindStar
	KindSlash
	KindAmp
	KindQuestion
	KindDot
	KindDots // ..
	KindColon
	KindComma
	KindSemicolon
	KindSelectBang // select!

	// Reserved words.
	KindReserved // without any grammar of its own but as a key or Callable
	KindType     // one of the nine type words
	KindTrue
	KindFalse
	KindNull
	KindIf
	KindElse
	KindLoop
	KindPrint
	KindInput
	KindFunction
	KindReturn
	KindForEach
	KindIn
	KindImport
	KindFileOpen
	KindFileClose
	KindFileRead
	KindFileWrite
	KindReadCSV
	KindWriteCSV
	KindDBConnect
	KindDBDisconnect
	KindDBQuery
	KindDBExecute
	KindDBInsert
	KindDBUpdate
	KindDBDelete
	KindCreateTable
	KindSQLSelect
	KindFrom
	KindWhere
	KindRoute
	KindEvery
	KindResponse
	KindJSONBody
	KindStartServer
	KindStopServer
	KindAnd
	KindOr
	KindNot
	KindYadi // यदि

	// Roles of contextual words; never the Kind of a Token.
	KindTask
	KindAsync
	KindTry
	KindCatch
	KindFinally
	KindThrow
	KindRet
	KindBreak
	KindContinue
	KindAwait
	KindSpawn
	KindBackground
	KindParallel
	KindSelectTask
	KindTest
	KindBench
	KindLock
	KindDeadline
	KindAs
	KindConst
	KindShape
)

// isWord reports whether k is a WORD of the grammar: a name or a reserved word.
func (k Kind) isWord() bool { return k == KindName || k >= KindReserved }

// signs are the signs by kind, for messages.
var signs = map[Kind]string{
	KindLParen: "(", KindRParen: ")", KindLBrack: "[", KindRBrack: "]", KindLBrace: "{", KindRBrace: "}",
	KindColon: ":", KindHole: "{", KindHoleEnd: "}", KindGt: ">", KindFStart: `f"`, KindFEnd: `"`,
}

// tokens is a file cut into tokens. The last one is a KindEOF.
type tokens struct {
	list    []Token
	texts   []string
	numbers []decimal.Decimal
}
