package syntax

import (
	"strings"

	"etamil/internal/diag"
)

// Statements with blocks.

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
	p.serves = true
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
	p.serves = true
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
