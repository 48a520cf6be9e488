package syntax

import (
	"strings"

	"etamil/internal/diag"
)

// statement reads one statement with its ; or block.
func (p *parser) statement() Stmt {
	defer p.leave(p.enter())
	start := p.pos
	switch k := p.kind(); k {
	case KindName:
		return p.nameStatement()
	case KindLParen:
		return p.parenStatement()
	case KindLBrack:
		if p.tok(p.after(start)).Kind == KindAssign {
			return p.destructure()
		}
		return p.callStatement()
	case KindLBrace:
		if m := p.match(start); m >= 0 && p.tok(m+1).Kind != KindAssign {
			break // a bare block, most likely
		}
		return p.destructure()
	case KindType:
		return p.declare(false)
	case KindFunction:
		return p.functionStatement()
	case KindYadi:
		return p.compound(p.elseChain(start, p.yadiPart()))
	case KindSelectBang:
		return p.compound(p.selectTask())
	case KindForEach:
		return p.compound(p.forEach())
	case KindRoute:
		return p.compound(p.route())
	case KindEvery:
		return p.compound(p.every())
	case KindSemicolon:
		p.fail(diag.ParseEmptyStatement, p.here())
		return p.noStatement()
	case KindIf, KindLoop:
		p.fail(diag.ParseCondFirst, p.here(), p.source(start))
		return p.noStatement()
	case KindElse:
		p.fail(diag.ParseCatchAlone, p.here(), p.source(start))
		return p.noStatement()
	default:
		if s := p.wordStatement(); s != nil {
			p.semicolon()
			return s
		}
		if p.callable() {
			return p.callStatement()
		}
		if k >= KindReserved && usedAsName(p.look(1).Kind) {
			p.reserved(diag.ParseReserved)
			return p.noStatement()
		}
	}
	p.want(diag.ParseStatement)
	return p.noStatement()
}

// noStatement stands for a statement that could not be read; statements leaves
// it out of the tree.
func (p *parser) noStatement() Stmt { return &ExprStmt{At: p.from(p.pos), X: p.noValue()} }

// usedAsName reports whether a word before k was meant as a name.
func usedAsName(k Kind) bool {
	return k == KindAssign || k == KindDot || k == KindLBrack || k == KindLParen || k == KindSemicolon
}

// compound goes past the one ; that may stand behind a statement's }.
func (p *parser) compound(s Stmt) Stmt {
	p.accept(KindSemicolon)
	return s
}

// wordStatement reads a statement that begins with a reserved word and ends
// with ;, without the ;. It returns nil if there is none here.
func (p *parser) wordStatement() Stmt {
	start := p.pos
	k := p.kind()
	if k < KindReserved {
		return nil
	}
	p.advance()
	switch k {
	case KindImport:
		s := &Import{}
		s.Path, s.PathAt = p.quotedText()
		if p.role() == KindAs {
			p.advance()
			s.As = p.name(diag.ParseName)
		}
		s.At = p.from(start)
		return s
	case KindReturn:
		s := &Return{}
		if p.kind() != KindSemicolon {
			s.X = p.expr()
		}
		s.At = p.from(start)
		return s
	case KindPrint:
		x := p.expr()
		return &Print{p.from(start), x}
	case KindInput:
		x := p.expr()
		return &Input{p.from(start), x}
	case KindResponse:
		status := p.expr()
		p.comma()
		body := p.expr()
		headers := p.optionalExpr()
		return &Response{p.from(start), status, body, headers}
	case KindJSONBody:
		x := p.expr()
		status := p.optionalExpr()
		return &JSONBody{p.from(start), x, status}
	case KindStartServer:
		host := p.expr()
		p.comma()
		port := p.expr()
		return &StartServer{p.from(start), host, port}
	case KindStopServer:
		return &StopServer{p.from(start)}
	case KindFileOpen, KindFileClose, KindFileRead, KindFileWrite, KindReadCSV, KindWriteCSV:
		return p.fileOp(start, k)
	case KindDBConnect, KindDBDisconnect, KindDBQuery, KindDBExecute:
		return p.dbOp(start, k)
	case KindDBInsert, KindDBDelete, KindCreateTable, KindDBUpdate, KindSQLSelect:
		return p.legacySQL(start, k)
	}
	p.pos = start
	return nil
}

// optionalExpr reads , and an expression if there is a comma; else it is nil.
func (p *parser) optionalExpr() Expr {
	if !p.accept(KindComma) {
		return nil
	}
	return p.expr()
}

func (p *parser) fileOp(start int, k Kind) Stmt {
	s := &FileOp{Path: p.expr()}
	switch k {
	case KindFileOpen:
		s.Op = FileOpen
		switch {
		case p.kind() == KindComma && p.look(1).Kind == KindName && p.look(2).Kind == KindSemicolon:
			p.advance()
			i := p.advance()
			s.X = &String{p.from(i), p.text(i)} // a bare word is the mode itself
		default:
			s.X = p.optionalExpr()
		}
	case KindFileClose:
		s.Op = FileClose
	case KindFileRead, KindReadCSV:
		s.Op = FileRead
		if k == KindReadCSV {
			s.Op = ReadCSV
		}
		p.comma()
		s.Into = p.label(diag.ParseName)
	default:
		s.Op = FileWrite
		if k == KindWriteCSV {
			s.Op = WriteCSV
		}
		p.comma()
		s.X = p.expr()
	}
	s.At = p.from(start)
	return s
}

func (p *parser) dbOp(start int, k Kind) Stmt {
	s := &DBOp{}
	switch k {
	case KindDBConnect:
		s.Op = DBConnect
		s.Driver = p.word()
		p.comma()
		s.SQL = p.expr()
	case KindDBDisconnect:
		s.Op = DBDisconnect
		s.Driver = p.word()
	case KindDBQuery:
		s.Op = DBQuery
		s.SQL = p.expr()
		p.comma()
		s.Params = p.expr()
		p.comma()
		s.Into = p.label(diag.ParseName)
	case KindDBExecute:
		s.Op = DBExecute
		s.SQL = p.expr()
		p.comma()
		s.Params = p.expr()
	}
	if k != KindDBDisconnect && p.accept(KindComma) {
		s.Handle = p.key()
	}
	s.At = p.from(start)
	return s
}

// word reads any word and returns its text.
func (p *parser) word() string {
	if !p.kind().isWord() {
		p.want(diag.ParseWord)
		return ""
	}
	return p.text(p.advance())
}

// legacySQL reads one of the statements that are understood but never worked.
func (p *parser) legacySQL(start int, k Kind) Stmt {
	p.label(diag.ParseName)
	if k == KindSQLSelect {
		for p.accept(KindComma) {
			p.label(diag.ParseName)
		}
		if !p.accept(KindFrom) {
			p.want(diag.ParseFrom)
		}
		p.label(diag.ParseName)
		if p.accept(KindWhere) {
			p.expr()
		}
	} else {
		p.comma()
		p.expr()
		if k == KindDBUpdate {
			p.optionalExpr()
		}
	}
	return &LegacySQL{p.from(start), p.source(start)}
}

// ---- Statements that begin with a name -----------------------------------

// nameStatement reads a statement that begins with a name, which may be a
// contextual word. What the words around it say decides (rules 3, 5-10, 14).
func (p *parser) nameStatement() Stmt {
	start := p.pos
	role, next, third := p.role(), p.look(1), p.look(2)

	// Rule 5: two names in a row.
	if next.Kind == KindName {
		declares := third.Kind == KindAssign && role != KindConst ||
			third.Kind == KindSemicolon && role != KindThrow && role != KindRet && role != KindAwait
		if declares {
			return p.declare(false)
		}
	}
	if s := p.contextual(role, next, third); s != nil {
		return s
	}
	switch {
	case next.Kind == KindName && !startsWaited(role):
		s := p.declare(false)
		if p.failed {
			p.hint(p.messages[len(p.messages)-1], start)
		}
		return s
	case next.Kind == KindSemicolon:
		name := p.nameHere()
		s := &Declare{At: p.from(start), Name: name}
		p.semicolon()
		return s
	case p.tok(p.skipPath(start+1, false)).Kind == KindAssign:
		target := p.target()
		p.advance()
		s := &Assign{Target: target, X: p.expr()}
		s.At = p.from(start)
		p.semicolon()
		return s
	}
	return p.callStatement()
}

// startsWaited reports whether role NAME is an expression.
func startsWaited(role Kind) bool {
	return role == KindAwait || role == KindSpawn || role == KindBackground
}

// contextual reads the statement of a contextual word at the start of a
// statement if what follows makes it one; else it returns nil.
func (p *parser) contextual(role Kind, next, third *Token) Stmt {
	start := p.pos
	switch role {
	case KindTask:
		if (next.Kind == KindString || next.Kind.isWord()) && third.Kind == KindLParen {
			return p.compound(p.function())
		}
		if brace := p.lambdaBrace(start + 1); brace >= 0 && !beginsSuffix(p.tok(p.after(brace)).Kind) {
			p.advance()
			p.want(diag.ParseFuncName)
			return p.noStatement()
		}
	case KindAsync:
		if next.Kind == KindLBrace && !p.filledFollows(start+1) {
			return p.compound(p.startBlock())
		}
		if p.asyncLabel() {
			return p.compound(p.function())
		}
	case KindSpawn, KindBackground:
		if next.Kind == KindLBrace && !p.filledFollows(start+1) {
			return p.compound(p.startBlock())
		}
	case KindTry:
		if next.Kind == KindLBrace {
			return p.compound(p.try())
		}
	case KindThrow, KindRet:
		if s := p.throwOrReturn(role, next); s != nil {
			return s
		}
	case KindBreak, KindContinue:
		if next.Kind == KindSemicolon && p.ctx.loop {
			p.advance()
			var s Stmt = &Break{p.from(start)}
			if role == KindContinue {
				s = &Continue{p.from(start)}
			}
			p.semicolon()
			return s
		}
	case KindSelectTask:
		if next.Kind == KindLBrace {
			return p.compound(p.selectTask())
		}
	case KindTest, KindBench:
		if next.Kind == KindString && third.Kind == KindLBrace {
			return p.compound(p.test())
		}
	case KindLock, KindDeadline:
		if next.Kind == KindLParen && p.match(start+1) >= 0 && p.tok(p.after(start+1)).Kind == KindLBrace {
			return p.compound(p.lock())
		}
	case KindConst:
		if next.Kind == KindName || next.Kind == KindType || next.Kind == KindFunction {
			p.advance()
			return p.declare(true)
		}
	case KindShape:
		if next.Kind == KindName && third.Kind == KindLBrace {
			return p.compound(p.shape())
		}
	}
	return nil
}

// throwOrReturn reads எறி or return as a keyword, or returns nil if it is a name
// here (rules 7 and 8).
func (p *parser) throwOrReturn(role Kind, next *Token) Stmt {
	start := p.pos
	if role == KindRet && next.Kind == KindSemicolon {
		p.advance()
		s := &Return{At: p.from(start)}
		p.semicolon()
		return s
	}
	if !p.beginsExpr(start + 1) {
		return nil
	}
	if next.Kind == KindLBrack || next.Kind == KindLParen {
		behind := p.after(start + 1)
		if p.tok(p.skipPath(behind, true)).Kind == KindAssign {
			return nil
		}
		if next.Kind == KindLParen && p.tok(p.skipSuffixes(behind)).Kind == KindSemicolon {
			return p.lateStatement(role)
		}
	}
	p.advance()
	x := p.expr()
	s := wordApplied(role, p.from(start), x)
	p.semicolon()
	return s
}

// wordApplied is எறி x or return x.
func wordApplied(role Kind, at At, x Expr) Stmt {
	if role == KindThrow {
		return &Throw{at, x}
	}
	return &Return{at, x}
}

// lateStatement reads எறி(x)…; or return(x)…;, which is a call if the program
// has something of that name (rule 8).
func (p *parser) lateStatement(role Kind) Stmt {
	start := p.pos
	call, arg := p.lateCall()
	at := p.from(start)
	p.semicolon()
	plain := &ExprStmt{at, call}
	if arg == nil {
		return plain
	}
	return &LateWord{at, plain, wordApplied(role, at, rebase(suffixChain(call), arg))}
}

// skipPath returns the index behind a run of [i] and .key, and of ? if asked.
func (p *parser) skipPath(i int, question bool) int {
	for {
		switch t := p.tok(i); {
		case t.Kind == KindLBrack && t.aux >= 0:
			i = int(t.aux) + 1
		case t.Kind == KindDot && (p.tok(i+1).Kind.isWord() || p.tok(i+1).Kind == KindString):
			i += 2
		case t.Kind == KindQuestion && question:
			i++
		default:
			return i
		}
	}
}

// skipSuffixes returns the index behind a run of suffixes.
func (p *parser) skipSuffixes(i int) int {
	for {
		j := p.skipPath(i, true)
		if t := p.tok(j); t.Kind == KindLParen && t.aux >= 0 {
			j = int(t.aux) + 1
		}
		if j == i {
			return i
		}
		i = j
	}
}

// beginsExpr reports whether an expression can begin at token i.
func (p *parser) beginsExpr(i int) bool {
	switch t := p.tok(i); t.Kind {
	case KindName, KindNumber, KindString, KindFStart, KindTrue, KindFalse, KindNull, KindFunction, KindNot, KindMinus,
		KindLParen, KindLBrack, KindLBrace:
		return true
	default:
		return t.word.row().Class == Callable && p.tok(i+1).Kind == KindLParen
	}
}

func beginsSuffix(k Kind) bool {
	return k == KindLParen || k == KindLBrack || k == KindDot || k == KindQuestion
}

// declare reads [type] name [= value]; or, after நிலை, what must have a value.
// The நிலை itself has been read.
func (p *parser) declare(isConst bool) Stmt {
	start := p.pos
	if isConst {
		start--
	}
	s := &Declare{Const: isConst}
	k := p.kind()
	if k == KindType || k == KindFunction || k == KindName && p.look(1).Kind == KindName {
		s.Type = p.typ()
		if p.kind() == KindAssign || p.kind() == KindSemicolon {
			p.want(diag.ParseName).
				Note(p.span(p.pos-1), "இது வகைச் சொல்; தனியாகப் பெயர் ஆகாது", "this is a type's word and can't be a name itself")
		}
	}
	s.Name = p.name(diag.ParseName)
	switch {
	case p.accept(KindAssign):
		s.X = p.expr()
	case isConst || p.kind() != KindSemicolon:
		p.want(diag.ParseEquals)
	}
	s.At = p.from(start)
	p.semicolon()
	return s
}

// functionStatement reads what begins with செயல் at the start of a statement: a
// function, or a variable that holds one.
func (p *parser) functionStatement() Stmt {
	start := p.pos
	if k := p.look(1).Kind; (k == KindString || k.isWord()) && p.look(2).Kind == KindLParen || k == KindLParen {
		return p.compound(p.function())
	}
	p.advance()
	typ := &Type{At: p.from(start), Kind: TypeFunction}
	s := &Declare{Type: typ, Name: p.label(diag.ParseFuncName)}
	switch {
	case p.accept(KindAssign):
		s.X = p.expr()
	case p.kind() != KindSemicolon || s.Name.Quoted:
		p.want(diag.ParseClose, signs[KindLParen])
	}
	s.At = p.from(start)
	p.semicolon()
	return s
}

// callStatement reads an expression that stands alone, which must call
// something (rule 3).
func (p *parser) callStatement() Stmt {
	start := p.pos
	x := p.waitedOrPostfix()
	if p.failed {
		return p.noStatement()
	}
	at := p.from(start)
	calls, named := holdsCall(x), p.tok(start).Kind == KindName
	switch k := p.kind(); {
	case k == KindAssign:
		p.fail(diag.ParseTarget, x.Span())
	case k == KindSemicolon && !calls:
		p.fail(diag.ParseNoEffect, x.Span())
	case k == KindSemicolon:
		p.advance()
	case named && !calls:
		p.hint(p.want(diag.ParseEquals), start)
	default:
		m := p.semicolon()
		if named {
			p.hint(m, start)
		}
	}
	return &ExprStmt{at, x}
}

// holdsCall reports whether x calls, starts or awaits something, what stands in
// brackets not counted.
func holdsCall(x Expr) bool {
	for ; x != nil; x = under(x) {
		switch x.(type) {
		case *Call, *Filled, *Await, *Spawn, *Parallel, *LateExpr:
			return true
		}
	}
	return false
}

// under returns what the suffix x stands on, or nil if x is no suffix.
func under(x Expr) Expr {
	switch e := x.(type) {
	case *Field:
		return e.X
	case *Index:
		return e.X
	case *TryExpr:
		return e.X
	case *Call:
		return e.Fun
	}
	return nil
}

// parenStatement reads what begins with ( at the start of a statement: an if, a
// while, or a call.
func (p *parser) parenStatement() Stmt {
	start := p.pos
	if beginsSuffix(p.tok(p.after(start)).Kind) && p.match(start) >= 0 {
		return p.callStatement()
	}
	cond := p.condition()
	switch {
	case p.accept(KindLoop):
		body := p.loopBlock()
		return p.compound(&While{p.from(start), cond, body})
	case p.kind() == KindIf:
		return p.compound(p.elseChain(start, p.thenPart(cond)))
	}
	p.want(diag.ParseIfOrLoop)
	return p.noStatement()
}

// condition reads ( expr ).
func (p *parser) condition() Expr {
	open := p.opening(KindLParen)
	saved := p.ctx
	p.ctx.head, p.ctx.eq = false, false
	x := p.expr()
	p.ctx = saved
	p.closing(KindRParen, open)
	return x
}

// thenPart reads எனில் { }.
func (p *parser) thenPart(cond Expr) *If {
	if !p.accept(KindIf) {
		p.want(diag.ParseIfOrLoop)
	}
	return &If{Cond: cond, Then: p.block()}
}

// yadiPart reads यदि cond { }.
func (p *parser) yadiPart() *If {
	p.advance()
	cond := p.headExpr(true)
	return &If{Cond: cond, Then: p.block()}
}

// elseChain reads the இன்றேல் parts that follow the if that begins at start.
// However many there are, it does so without recursion.
func (p *parser) elseChain(start int, first *If) Stmt {
	chain, starts := []*If{first}, []int{start}
	for p.accept(KindElse) {
		last, start := chain[len(chain)-1], p.pos
		var next *If
		switch p.kind() {
		case KindLParen:
			next = p.thenPart(p.condition())
		case KindYadi:
			next = p.yadiPart()
		default:
			last.Else = p.block()
		}
		if next == nil {
			break
		}
		last.Else = next
		chain, starts = append(chain, next), append(starts, start)
		p.taller()
	}
	for i, n := range chain {
		n.At = p.from(starts[i])
	}
	return first
}

// block reads { … }.
func (p *parser) block() *Block {
	if p.kind() != KindLBrace {
		p.want(diag.ParseBlock)
	}
	b := &Block{}
	open := p.advance()
	saved := p.ctx
	p.ctx.head, p.ctx.eq, p.ctx.top, p.ctx.test = false, false, false, false
	b.Stmts = p.statements()
	p.ctx = saved
	p.closing(KindRBrace, open)
	b.At = p.from(open)
	return b
}

func (p *parser) loopBlock() *Block {
	saved := p.ctx
	p.ctx.loop = true
	b := p.block()
	p.ctx = saved
	return b
}

// headExpr reads an expression that stands before a block (rule 15).
func (p *parser) headExpr(eq bool) Expr {
	saved := p.ctx
	p.ctx.head, p.ctx.eq = true, eq
	x := p.expr()
	p.ctx = saved
	return x
}

func (p *parser) forEach() Stmt {
	start := p.advance()
	s := &ForEach{Var: p.label(diag.ParseLoopVar)}
	if p.accept(KindComma) {
		s.Key, s.Var = s.Var, p.label(diag.ParseLoopVar)
	}
	if !p.accept(KindIn) {
		p.want(diag.ParseIn)
	}
	s.X = p.headExpr(false)
	s.Body = p.loopBlock()
	s.At = p.from(start)
	return s
}

// methods are the words of வழி that have a name in HTTP.
var methods = map[string]string{
	"HttpGet": "GET", "HttpPost": "POST", "HttpPut": "PUT", "HttpDelete": "DELETE",
	"HttpPatch": "PATCH", "HttpOptions": "OPTIONS", "HttpHead": "HEAD",
}

func (p *parser) route() Stmt {
	start := p.advance()
	s := &Route{}
	method := p.look(0).word.row().Token
	s.Method = strings.ToUpper(p.word())
	if m := methods[method]; m != "" {
		s.Method = m
	}
	p.comma()
	s.Path = p.headExpr(false)
	if p.accept(KindComma) {
		s.Options = p.headExpr(false)
	}
	s.Body = p.bodyFunc()
	s.At = p.from(start)
	return s
}

func (p *parser) every() Stmt {
	start := p.advance()
	s := &Every{Seconds: p.headExpr(false)}
	s.Body = p.bodyFunc()
	s.At = p.from(start)
	return s
}

// bodyFunc reads a block that runs as a function without parameters.
func (p *parser) bodyFunc() *Func {
	start := p.pos
	saved := p.ctx
	p.ctx = context{}
	f := &Func{Body: p.block()}
	p.ctx = saved
	f.At = p.from(start)
	return f
}

// startBlock reads தொடங்கு { }, பின்னணி { } or async { } as a statement.
func (p *parser) startBlock() Stmt {
	start := p.pos
	x := p.startedBlock()
	return &ExprStmt{p.from(start), x}
}

// startedBlock reads the word and the block as an expression.
func (p *parser) startedBlock() *Spawn {
	background := p.role() == KindBackground
	start := p.advance()
	body := p.bodyFunc()
	return &Spawn{At: p.from(start), Background: background, Block: body}
}

func (p *parser) try() Stmt {
	start := p.advance()
	s := &Try{Body: p.block()}
	if next := p.look(1).Kind; p.role() == KindCatch && (next == KindLParen || next == KindLBrace) {
		p.advance()
		if p.kind() == KindLParen {
			open := p.advance()
			s.CatchVar = p.name(diag.ParseName)
			p.closing(KindRParen, open)
		}
		s.Catch = p.block()
	}
	if p.role() == KindFinally && p.look(1).Kind == KindLBrace {
		p.advance()
		s.Finally = p.block()
	}
	s.At = p.from(start)
	if s.Catch == nil && s.Finally == nil {
		p.fail(diag.ParseTryAlone, p.span(start))
	}
	return s
}

func (p *parser) selectTask() Stmt {
	start := p.advance()
	if p.kind() != KindLBrace {
		p.want(diag.ParseBlock)
	}
	open := p.advance()
	s := &Select{}
	saved := p.ctx
	p.ctx.head, p.ctx.eq, p.ctx.top, p.ctx.test = false, false, false, false
	for k := p.kind(); k != KindRBrace && k != KindEOF; k = p.kind() {
		s.Arms = append(s.Arms, p.arm())
		p.accept(KindComma)
	}
	p.ctx = saved
	p.closing(KindRBrace, open)
	s.At = p.from(start)
	return s
}

// arm reads [target =] expr => { } (rule 14).
func (p *parser) arm() *Arm {
	defer p.leave(p.enter())
	start := p.pos
	a := &Arm{}
	behind := -1
	switch p.kind() {
	case KindName:
		behind = p.skipPath(start+1, false)
	case KindLBrack, KindLBrace:
		behind = p.skipPath(p.after(start), false)
	}
	if behind >= 0 && p.tok(behind).Kind == KindAssign {
		a.Target = p.pattern()
		if !p.accept(KindAssign) {
			p.want(diag.ParseEquals)
		}
	}
	a.X = p.expr()
	if !p.accept(KindArrow) {
		p.want(diag.ParseArrow)
	}
	a.Body = p.block()
	a.At = p.from(start)
	return a
}

func (p *parser) test() Stmt {
	if !p.ctx.top && !p.ctx.test {
		p.fail(diag.ParseTestPlace, p.here())
	}
	bench := p.role() == KindBench
	start := p.advance()
	s := &Test{Bench: bench}
	s.Name, _ = p.quotedText()
	saved := p.ctx
	p.ctx = context{}
	body := p.pos
	if p.kind() != KindLBrace {
		p.want(diag.ParseBlock)
	}
	open := p.advance()
	p.ctx.test = true
	b := &Block{Stmts: p.statements()}
	p.closing(KindRBrace, open)
	b.At = p.from(body)
	s.Body = &Func{At: b.At, Body: b}
	p.ctx = saved
	s.At = p.from(start)
	return s
}

func (p *parser) lock() Stmt {
	deadline := p.role() == KindDeadline
	start := p.advance()
	x := p.condition()
	s := &Lock{Deadline: deadline, X: x, Body: p.block()}
	s.At = p.from(start)
	return s
}
