package code

// The table of instructions. Everything that must know all instructions (the
// constants, names, verifier, disassembler and docs/reference/opcodes.md) is
// made from these rows; the interpreter's switch is checked against them by a
// test.
//
// In a meaning, R[x] is a register of the running function's window, K[x] a
// constant of the function, and pc the address of the next instruction.
//
// Shapes of operands (letters stand for where they are kept in the word, see
// Instr):
//
//	r   register, read          w   register, written      u  register, read and written
//	h   register below 256, read
//	k   constant                n   count                  j  jump, relative to the next instruction
//	f   function of the program b   builtin of the program g  global          x  inline cache, 0 for none
//	l   class of the program    s   shape of the program   i  small signed number   -  unused
//
// B and C together ("bc") hold one 32-bit operand where a row says so.
//
// Steps are spent by calls and by the loop instructions, so every cycle in a
// verified program spends them: any other jump goes forward. In arithmetic and
// in comparisons for order a constant is a number whose coefficient is an int64;
// other numbers are brought into a register by loadk.

// Row is one instruction.
type Row struct {
	Op      Op
	Name    string
	D       byte   // shape of D
	A, B, C byte   // shapes
	BC      byte   // shape of B and C taken together as 32 bits; 0: not used
	Window  string // registers touched besides A, B, C: see windows; "" none
	Meaning string
	Traps   string // when it raises an error; empty: never
}

// windows says which registers a row's Window stands for. The count n is C
// itself, or the number of fields of the class or shape that C names.
var windows = map[string]string{
	"":      "none",
	"b+n":   "R[b] … R[b+n-1]",
	"b+d":   "R[b] … R[b+d-1]",
	"b+2":   "R[b], R[b+1]",
	"a+d":   "R[a], and R[a] … R[a+d-1]",
	"a+1+d": "R[a] … R[a+d]",
}

// Op is the number of an instruction.
type Op uint8

// The instructions, in the order of Table.
const (
	OpHalt Op = iota
	OpMove
	OpCopy
	OpShare
	OpLoadK
	OpLoadI
	OpLoadNil
	OpUndef
	OpCheck
	OpGetG
	OpSetG
	OpGetW
	OpSetW
	OpOrG
	OpOrW
	OpGetGU
	OpGetWU
	OpIsSet
	OpIsFunc
	OpNilUndef
	OpAdd
	OpAddK
	OpSub
	OpSubK
	OpRSubK
	OpMul
	OpMulK
	OpMulAdd
	OpDiv
	OpDivK
	OpMod
	OpModK
	OpIDiv
	OpIDivK
	OpNeg
	OpConcat
	OpConcatN
	OpEq
	OpNe
	OpLt
	OpLe
	OpNot
	OpTruth
	OpJump
	OpLoop
	OpJT
	OpJF
	OpJEq
	OpJNe
	OpJLt
	OpJNLt
	OpJLe
	OpJNLe
	OpJEqK
	OpJNeK
	OpJLtK
	OpJNLtK
	OpJLeK
	OpJNLeK
	OpJGtK
	OpJNGtK
	OpJGeK
	OpJNGeK
	OpLoopT
	OpLoopF
	OpLoopLt
	OpLoopLe
	OpLoopLtK
	OpLoopLeK
	OpLoopGtK
	OpLoopGeK
	OpForLt
	OpForLe
	OpForLtK
	OpForLeK
	OpNewList
	OpNewRecord
	OpNewShape
	OpToShape
	OpSpreadList
	OpSpreadRecord
	OpGetI
	OpGetIK
	OpGetII
	OpSetI
	OpGetF
	OpSetF
	OpAddF
	OpSubF
	OpOwnI
	OpOwnF
	OpAppend
	OpLen
	OpClosure
	OpGetC
	OpCall
	OpCallV
	OpCallM
	OpCallB
	OpRet
	OpRetNil
	OpTry
	OpTryThrow
	OpOk
	OpErr
	OpThrow
	OpFail
	OpIter
	OpNext
	OpNext2
	OpLoopNext
	OpLoopNext2
	NumOps
)

// Table has one row for each instruction, at the index of its Op.
var Table = [NumOps]Row{
	{OpHalt, "halt", '-', '-', '-', '-', 0, "", "end the fiber: the top level is done", ""},
	{OpMove, "move", '-', 'w', 'r', '-', 0, "", "R[a] = R[b]; R[b] is not used again, so no mark", ""},
	{OpCopy, "copy", '-', 'w', 'r', '-', 0, "", "R[a] = R[b], and the object is marked shared", ""},
	{OpShare, "share", '-', 'r', '-', '-', 0, "", "mark the object of R[a] shared", ""},
	{OpLoadK, "loadk", '-', 'w', 0, 0, 'k', "", "R[a] = K[bc]", ""},
	{OpLoadI, "loadi", '-', 'w', 0, 0, 'i', "", "R[a] = the whole number bc", ""},
	{OpLoadNil, "loadnil", '-', 'w', '-', '-', 0, "", "R[a] = nil", ""},
	{OpUndef, "undef", '-', 'w', '-', '-', 0, "", "R[a] = not set", ""},
	{OpCheck, "check", '-', 'r', 0, 0, 'k', "", "R[a] must be set; K[bc] is its name", "R[a] is not set: undefined variable"},
	{OpGetG, "getg", '-', 'w', 0, 0, 'g', "", "R[a] = global bc", "the global is not set: undefined variable"},
	{OpSetG, "setg", '-', 'r', 0, 0, 'g', "", "global bc = R[a]", ""},
	{OpGetW, "getw", '-', 'w', 0, 0, 'g', "", "R[a] = name bc of the request's window", "the name is not set: undefined variable"},
	{OpSetW, "setw", '-', 'r', 0, 0, 'g', "", "name bc of the request's window = R[a]", ""},
	{OpOrG, "org", '-', 'u', 0, 0, 'g', "", "if R[a] is not set: R[a] = global bc", "neither is set: undefined variable"},
	{OpOrW, "orw", '-', 'u', 0, 0, 'g', "", "if R[a] is not set: R[a] = name bc of the window", "neither is set: undefined variable"},
	{OpGetGU, "getgu", '-', 'w', 0, 0, 'g', "", "R[a] = global bc, set or not", ""},
	{OpGetWU, "getwu", '-', 'w', 0, 0, 'g', "", "R[a] = name bc of the request's window, set or not", ""},
	{OpIsSet, "isset", '-', 'w', 'r', '-', 0, "", "R[a] = R[b] is set, as a boolean", ""},
	{OpIsFunc, "isfunc", '-', 'w', 'r', '-', 0, "", "R[a] = R[b] is a function, as a boolean", ""},
	{OpNilUndef, "nilundef", '-', 'w', 'r', '-', 0, "", "R[a] = R[b], or nil when that is not set", ""},
	{OpAdd, "add", '-', 'w', 'r', 'r', 0, "", "R[a] = R[b] + R[c]", "the sum is too large"},
	{OpAddK, "addk", '-', 'w', 'r', 'k', 0, "", "R[a] = R[b] + K[c]; K[c] is a number", "the sum is too large"},
	{OpSub, "sub", '-', 'w', 'r', 'r', 0, "", "R[a] = R[b] - R[c]", "the difference is too large"},
	{OpSubK, "subk", '-', 'w', 'r', 'k', 0, "", "R[a] = R[b] - K[c]; K[c] is a number", "the difference is too large"},
	{OpRSubK, "rsubk", '-', 'w', 'r', 'k', 0, "", "R[a] = K[c] - R[b]; K[c] is a number", "the difference is too large"},
	{OpMul, "mul", '-', 'w', 'r', 'r', 0, "", "R[a] = R[b] * R[c]", "the product is too large"},
	{OpMulK, "mulk", '-', 'w', 'r', 'k', 0, "", "R[a] = R[b] * K[c]; K[c] is a number", "the product is too large"},
	{OpMulAdd, "muladd", 'h', 'w', 'r', 'r', 0, "", "if all are small numbers, sum and product of one scale, and so is what comes out: R[a] = R[d] + R[b] * R[c]; pc += 2, past mul and add, which do the same", ""},
	{OpDiv, "div", '-', 'w', 'r', 'r', 0, "", "R[a] = R[b] / R[c]", "R[c] is zero, or the quotient is too large"},
	{OpDivK, "divk", '-', 'w', 'r', 'k', 0, "", "R[a] = R[b] / K[c]; K[c] is a number, not zero", "the quotient is too large"},
	{OpMod, "mod", '-', 'w', 'r', 'r', 0, "", "R[a] = remainder of R[b] / R[c], with the sign of R[c]", "R[c] is zero, or the quotient is too large"},
	{OpModK, "modk", '-', 'w', 'r', 'k', 0, "", "R[a] = remainder of R[b] / K[c]; K[c] is a number, not zero", "the quotient is too large"},
	{OpIDiv, "idiv", '-', 'w', 'r', 'r', 0, "", "R[a] = R[b] / R[c] rounded down to a whole number", "R[c] is zero, or the quotient is too large"},
	{OpIDivK, "idivk", '-', 'w', 'r', 'k', 0, "", "R[a] = R[b] / K[c] rounded down; K[c] is a number, not zero", "the quotient is too large"},
	{OpNeg, "neg", '-', 'w', 'r', '-', 0, "", "R[a] = 0 - R[b]", ""},
	{OpConcat, "concat", '-', 'w', 'r', 'r', 0, "", "R[a] = text of R[b], then of R[c]; R[b] may be extended in place when a = b and it is unshared text", "the text is too long"},
	{OpConcatN, "concatn", '-', 'w', 'r', 'n', 0, "b+n", "R[a] = the texts of R[b]…R[b+c-1], one after the other", "the text is too long"},
	{OpEq, "eq", '-', 'w', 'r', 'r', 0, "", "R[a] = R[b] == R[c]", ""},
	{OpNe, "ne", '-', 'w', 'r', 'r', 0, "", "R[a] = not R[b] == R[c]", ""},
	{OpLt, "lt", '-', 'w', 'r', 'r', 0, "", "R[a] = R[b] < R[c] (false when unordered)", ""},
	{OpLe, "le", '-', 'w', 'r', 'r', 0, "", "R[a] = R[b] <= R[c] (false when unordered)", ""},
	{OpNot, "not", '-', 'w', 'r', '-', 0, "", "R[a] = R[b] is not true", ""},
	{OpTruth, "truth", '-', 'w', 'r', '-', 0, "", "R[a] = R[b] is true, as a boolean", ""},
	{OpJump, "jump", '-', '-', 0, 0, 'j', "", "pc += bc", ""},
	{OpLoop, "loop", '-', '-', 0, 0, 'j', "", "pc += bc, back to a loop's head; one step is spent", "out of steps, cancelled"},
	{OpJT, "jt", '-', 'r', 0, 0, 'j', "", "if R[a] is true: pc += bc", ""},
	{OpJF, "jf", '-', 'r', 0, 0, 'j', "", "if R[a] is not true: pc += bc", ""},
	{OpJEq, "jeq", '-', 'r', 'r', 'j', 0, "", "if R[a] == R[b]: pc += c", ""},
	{OpJNe, "jne", '-', 'r', 'r', 'j', 0, "", "if not R[a] == R[b]: pc += c", ""},
	{OpJLt, "jlt", '-', 'r', 'r', 'j', 0, "", "if R[a] < R[b]: pc += c", ""},
	{OpJNLt, "jnlt", '-', 'r', 'r', 'j', 0, "", "if not R[a] < R[b]: pc += c", ""},
	{OpJLe, "jle", '-', 'r', 'r', 'j', 0, "", "if R[a] <= R[b]: pc += c", ""},
	{OpJNLe, "jnle", '-', 'r', 'r', 'j', 0, "", "if not R[a] <= R[b]: pc += c", ""},
	{OpJEqK, "jeqk", '-', 'r', 'k', 'j', 0, "", "if R[a] == K[b]: pc += c", ""},
	{OpJNeK, "jnek", '-', 'r', 'k', 'j', 0, "", "if not R[a] == K[b]: pc += c", ""},
	{OpJLtK, "jltk", '-', 'r', 'k', 'j', 0, "", "if R[a] < K[b]: pc += c", ""},
	{OpJNLtK, "jnltk", '-', 'r', 'k', 'j', 0, "", "if not R[a] < K[b]: pc += c", ""},
	{OpJLeK, "jlek", '-', 'r', 'k', 'j', 0, "", "if R[a] <= K[b]: pc += c", ""},
	{OpJNLeK, "jnlek", '-', 'r', 'k', 'j', 0, "", "if not R[a] <= K[b]: pc += c", ""},
	{OpJGtK, "jgtk", '-', 'r', 'k', 'j', 0, "", "if R[a] > K[b]: pc += c", ""},
	{OpJNGtK, "jngtk", '-', 'r', 'k', 'j', 0, "", "if not R[a] > K[b]: pc += c", ""},
	{OpJGeK, "jgek", '-', 'r', 'k', 'j', 0, "", "if R[a] >= K[b]: pc += c", ""},
	{OpJNGeK, "jngek", '-', 'r', 'k', 'j', 0, "", "if not R[a] >= K[b]: pc += c", ""},
	{OpLoopT, "loopt", '-', 'r', 0, 0, 'j', "", "if R[a] is true: pc += bc (back); one step is spent", "out of steps, cancelled"},
	{OpLoopF, "loopf", '-', 'r', 0, 0, 'j', "", "if R[a] is not true: pc += bc (back); one step is spent", "out of steps, cancelled"},
	{OpLoopLt, "looplt", '-', 'r', 'r', 'j', 0, "", "if R[a] < R[b]: pc += c (back); one step is spent", "out of steps, cancelled"},
	{OpLoopLe, "loople", '-', 'r', 'r', 'j', 0, "", "if R[a] <= R[b]: pc += c (back); one step is spent", "out of steps, cancelled"},
	{OpLoopLtK, "loopltk", '-', 'r', 'k', 'j', 0, "", "if R[a] < K[b]: pc += c (back); one step is spent", "out of steps, cancelled"},
	{OpLoopLeK, "looplek", '-', 'r', 'k', 'j', 0, "", "if R[a] <= K[b]: pc += c (back); one step is spent", "out of steps, cancelled"},
	{OpLoopGtK, "loopgtk", '-', 'r', 'k', 'j', 0, "", "if R[a] > K[b]: pc += c (back); one step is spent", "out of steps, cancelled"},
	{OpLoopGeK, "loopgek", '-', 'r', 'k', 'j', 0, "", "if R[a] >= K[b]: pc += c (back); one step is spent", "out of steps, cancelled"},
	{OpForLt, "forlt", 'i', 'u', 'r', 'j', 0, "", "R[a] = R[a] + d; if R[a] < R[b]: pc += c (back); one step is spent", "the sum is too large; out of steps, cancelled"},
	{OpForLe, "forle", 'i', 'u', 'r', 'j', 0, "", "R[a] = R[a] + d; if R[a] <= R[b]: pc += c (back); one step is spent", "the sum is too large; out of steps, cancelled"},
	{OpForLtK, "forltk", 'i', 'u', 'k', 'j', 0, "", "R[a] = R[a] + d; if R[a] < K[b]: pc += c (back); one step is spent", "the sum is too large; out of steps, cancelled"},
	{OpForLeK, "forlek", 'i', 'u', 'k', 'j', 0, "", "R[a] = R[a] + d; if R[a] <= K[b]: pc += c (back); one step is spent", "the sum is too large; out of steps, cancelled"},
	{OpNewList, "newlist", '-', 'w', 'r', 'n', 0, "b+n", "R[a] = [R[b], …, R[b+c-1]]", ""},
	{OpNewRecord, "newrec", '-', 'w', 'r', 'l', 0, "b+n", "R[a] = a record of class c, its fields from R[b] on, in the class's order", ""},
	{OpNewShape, "newshape", '-', 'w', 'r', 's', 0, "b+n", "R[a] = a record of shape c, its fields from R[b] on, in the order of declaration", "a field has the wrong kind"},
	{OpToShape, "toshape", '-', 'w', 'r', 's', 0, "", "R[a] = success of the record R[b] as one of shape c, or a failure that says why not", ""},
	{OpSpreadList, "spreadl", '-', 'u', 'r', '-', 0, "", "append every item of R[b] to the list R[a]", "R[b] is not a list"},
	{OpSpreadRecord, "spreadr", '-', 'u', 'r', '-', 0, "", "every field of R[b] is set in the record R[a]", "R[b] is not a record"},
	{OpGetI, "geti", '-', 'w', 'r', 'r', 0, "", "R[a] = R[b][R[c]]: item, letter or field", "out of bounds, not a whole number, no such field, cannot be indexed"},
	{OpGetIK, "getik", '-', 'w', 'r', 'i', 0, "", "R[a] = R[b][c], c a whole number", "as geti"},
	{OpGetII, "getii", 'h', 'w', 'r', 'r', 0, "", "if R[b] and its item are lists that have these items: R[a] = R[b][R[c]][R[d]]; pc += 2, past two geti, which do the same", ""},
	{OpSetI, "seti", '-', 'u', 'r', 'r', 0, "", "R[a][R[b]] = R[c], in R[a] itself if it is unshared, else in a copy", "as geti; text cannot be changed"},
	{OpGetF, "getf", 'x', 'w', 'r', 'k', 0, "", "R[a] = R[b].K[c]; d is its cache", "no such field, not a record"},
	{OpSetF, "setf", 'x', 'u', 'k', 'r', 0, "", "R[a].K[b] = R[c], in R[a] itself if it is unshared, else in a copy; d is its cache", "not a record; a shape has no such field"},
	{OpAddF, "addf", 'x', 'u', 'k', 'r', 0, "", "R[a].K[b] = R[a].K[b] + R[c], as getf, add, setf", "as getf, add, setf"},
	{OpSubF, "subf", 'x', 'u', 'k', 'r', 0, "", "R[a].K[b] = R[a].K[b] - R[c], as getf, sub, setf", "as getf, sub, setf"},
	{OpOwnI, "owni", '-', 'u', 'r', '-', 0, "", "make R[a] and its item R[b] unshared, so that the item can be read, changed in place and stored back", "as geti"},
	{OpOwnF, "ownf", '-', 'u', 0, 0, 'k', "", "the same for field K[bc]", "as getf"},
	{OpAppend, "append", '-', 'u', 'r', '-', 0, "", "append R[b] to the list R[a], in place if it is unshared", "R[a] is not a list"},
	{OpLen, "len", '-', 'w', 'r', '-', 0, "", "R[a] = number of items, fields or letters of R[b]", "R[b] has no length"},
	{OpClosure, "closure", 'n', 'w', 'r', 'f', 0, "b+d", "R[a] = function c with copies of R[b]…R[b+d-1]", ""},
	{OpGetC, "getc", '-', 'w', 0, 0, 'i', "", "R[a] = capture bc of the running closure", ""},
	{OpCall, "call", 'n', 'u', 'f', '-', 0, "a+d", "R[a] = f[b](R[a], …, R[a+d-1]); the callee's window begins at R[a]; one step is spent", "too deep, out of steps, and what the callee raises"},
	{OpCallV, "callv", 'n', 'u', '-', '-', 0, "a+1+d", "R[a] = R[a](R[a+1], …, R[a+d])", "R[a] is not a function, wrong number of arguments, and as call"},
	{OpCallM, "callm", 'n', 'u', 'k', 'x', 0, "a+1+d", "R[a] = R[a].K[b](R[a+1], …, R[a+d]): a method of a shape, a member of a handle, a function in a field; c is its cache", "no such member, and as callv"},
	{OpCallB, "callb", 'n', 'u', 'b', '-', 0, "a+d", "R[a] = builtin b(R[a], …, R[a+d-1])", "what the builtin raises"},
	{OpRet, "ret", '-', 'r', '-', '-', 0, "", "return R[a]", ""},
	{OpRetNil, "retnil", '-', '-', '-', '-', 0, "", "return nil", ""},
	{OpTry, "try", '-', 'w', 'r', '-', 0, "", "R[b] must be a result: a success gives R[a] its value, a failure is returned at once", "not a result; a failure at the top level"},
	{OpTryThrow, "trythrow", '-', 'w', 'r', '-', 0, "", "as try, but a failure is raised", "not a result, a failure"},
	{OpOk, "ok", '-', 'w', 'r', '-', 0, "", "R[a] = success of R[b]", ""},
	{OpErr, "err", '-', 'w', 'r', '-', 0, "", "R[a] = failure of R[b]", ""},
	{OpThrow, "throw", '-', 'r', '-', '-', 0, "", "raise R[a]", "always"},
	{OpFail, "fail", '-', 'k', 0, 0, 'k', "", "raise the mistake whose code is K[a], about K[bc]", "always"},
	{OpIter, "iter", '-', 'w', 'r', '-', 0, "", "R[a] = an iterator over R[b]: R[b] itself if it is a handle that things come from, such as a channel", "R[b] cannot be iterated over"},
	{OpNext, "next", '-', 'r', 'w', 'j', 0, "", "if the iterator R[a] has another item, letter or name of a field, or if more comes from the handle, which may be waited for: R[b] = it; else pc += c", "what the handle raises"},
	{OpNext2, "next2", '-', 'r', 'w', 'j', 0, "b+2", "as next, with the name or position in R[b] and the value in R[b+1]", "R[a] is a handle"},
	{OpLoopNext, "loopnext", '-', 'r', 'w', 'j', 0, "", "if the iterator R[a] has another item, letter or name of a field, or if more comes from the handle, which may be waited for: R[b] = it; pc += c (back); one step is spent", "out of steps, cancelled, what the handle raises"},
	{OpLoopNext2, "loopnext2", '-', 'r', 'w', 'j', 0, "b+2", "as loopnext, with the name or position in R[b] and the value in R[b+1]", "out of steps, cancelled, R[a] is a handle"},
}
