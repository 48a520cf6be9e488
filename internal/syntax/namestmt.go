package syntax

import (
	"etamil/internal/diag"
)

// What a statement that begins with a name is depends on the words around it
// (rules 3, 5-10 and 14 of the grammar).

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
		if next.Kind == KindName || next.Kind == KindType || next.Kind == KindFunction || next.Kind.isWord() && third.Kind == KindAssign {
			p.advance()
			return p.declare(true)
		}
	case KindShape:
		if next.Kind.isWord() && third.Kind == KindLBrace { // a word of the language is told to be no name
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
		p.standsAlone(x, start)
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
