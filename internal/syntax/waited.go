package syntax

import (
	"slices"

	"etamil/internal/diag"
)

// Words of tasks in expressions: waiting, starting, running side by side
// (rules 8, 10, 12 and 13 of the grammar).

// waited reads what the words of tasks begin, up to the first suffix that isn't
// theirs, or returns nil if the word is a name here (rules 8-10, 12, 13).
func (p *parser) waited() Expr {
	start := p.pos
	next := p.look(1).Kind
	switch role := p.role(); role {
	case KindAwait, KindSpawn, KindBackground:
		switch {
		case next == KindLParen:
			return p.lateExpr(role)
		case role == KindAwait && p.startsTask(start+1):
			p.advance()
			x := p.waited()
			return applied(role, p.from(start), x)
		case next == KindName || next == KindFunction:
			p.advance()
			x := p.suffixes(p.primary(), false)
			y := applied(role, p.from(start), x)
			if s, ok := y.(*Spawn); ok && !p.failed && !s.Calls() {
				p.fail(diag.ParseNothingCalled, p.span(start), quote(p.source(start)))
			}
			return y
		case next == KindLBrace && role != KindAwait && !p.ctx.head && !p.filledFollows(start+1):
			return p.startedBlock()
		}
	case KindAsync:
		if next == KindLBrace && !p.ctx.head && !p.filledFollows(start+1) {
			return p.startedBlock()
		}
	case KindParallel:
		if next == KindLBrack {
			return p.parallel()
		}
	}
	return nil
}

// startsTask reports whether the token at i is a word that starts something with what follows it: காத்திரு
// தொடங்கு f(x), காத்திரு இணையாக [ … ]. Parentheses behind it are left to lateExpr.
func (p *parser) startsTask(i int) bool {
	next := p.tok(i + 1).Kind
	switch p.tok(i).Role {
	case KindSpawn, KindBackground:
		return next == KindName || next == KindFunction || next == KindLBrace && !p.ctx.head && !p.filledFollows(i+1)
	case KindParallel:
		return next == KindLBrack
	}
	return false
}

// applied is a word of tasks with its operand.
func applied(role Kind, at At, x Expr) Expr {
	if role == KindAwait {
		return &Await{at, x}
	}
	return &Spawn{At: at, Background: role == KindBackground, X: x}
}

// startedBlock reads the word and the block as an expression.
func (p *parser) startedBlock() *Spawn {
	background := p.role() == KindBackground
	start := p.advance()
	body := p.bodyFunc()
	return &Spawn{At: p.from(start), Background: background, Block: body}
}

// Calls reports whether there is something to start: a block, or a call in X.
// Where the parser can't tell (the Word of a LateExpr), the checker asks, and
// reports diag.ParseNothingCalled.
func (s *Spawn) Calls() bool {
	x := s.X
	for s.Block == nil && !holdsCall(x) {
		// தொடங்கு (f(x)).y: what is in the parentheses is the operand as well.
		base := x
		for inner := under(base); inner != nil; inner = under(base) {
			base = inner
		}
		p, ok := base.(*Paren)
		if !ok {
			return false
		}
		x = p.X
	}
	return true
}

// filledFollows reports whether the { at token i begins the fields of NAME{…}
// rather than a block (rule 10).
func (p *parser) filledFollows(i int) bool {
	first := p.tok(i + 1)
	return first.Kind == KindDots || (first.Kind.isWord() || first.Kind == KindString) && p.tok(i+2).Kind == KindColon
}

// parallel reads இணையாக [ … ]. With exactly one item it may be an index of a
// variable of that name (rule 13).
func (p *parser) parallel() Expr {
	start := p.advance()
	list := p.listValue()
	x := &Parallel{p.from(start), list}
	trailing := p.pos >= 2 && p.tok(p.pos-2).Kind == KindComma
	if len(list.Items) != 1 || list.Items[0].Spread || trailing {
		return x
	}
	name := p.text(start)
	ident := &Ident{At: At{x.Start, p.span(start).End}, Name: name}
	return &LateExpr{x.At, name, &Index{x.At, ident, fieldText(list.Items[0].X)}, x}
}

// lateExpr reads காத்திரு(x)… and the like: a call if the program has something
// of that name, else the word applied to (x) (rule 8).
func (p *parser) lateExpr(role Kind) Expr {
	start := p.pos
	call, arg := p.lateCall()
	if arg == nil {
		return call
	}
	// The word takes the suffixes up to the first ?; the rest follows it.
	chain := suffixChain(call)
	mine := len(chain)
	for i, x := range chain {
		if _, ok := x.(*TryExpr); ok {
			mine = i
			break
		}
	}
	operand := rebase(chain[:mine], arg)
	at := p.from(start)
	word := rebase(chain[mine:], applied(role, At{at.Start, operand.Span().End}, operand))
	return &LateExpr{at, p.text(start), call, word}
}

// lateCall reads name(args)… as a call with its suffixes. arg is what stands in
// the parentheses if that is a single expression, else nil.
func (p *parser) lateCall() (call, arg Expr) {
	start := p.advance()
	name := &Ident{At: p.from(start), Name: p.text(start)}
	open := p.pos
	args := p.args()
	call = &Call{p.from(start), name, args}
	if len(args) == 1 && p.tok(p.pos-2).Kind != KindComma {
		arg = &Paren{p.from(open), args[0]}
	}
	p.taller()
	return p.suffixes(call, true), arg
}

// suffixChain returns the suffixes on the innermost call of name(args)…, the
// innermost first and without that call.
func suffixChain(x Expr) []Expr {
	var chain []Expr
	for ; under(under(x)) != nil; x = under(x) {
		chain = append(chain, x)
	}
	slices.Reverse(chain)
	return chain
}

// rebase puts copies of the suffixes of chain on x.
func rebase(chain []Expr, x Expr) Expr {
	start := x.Span().Start
	for _, suffix := range chain {
		at := At{start, suffix.Span().End}
		switch e := suffix.(type) {
		case *Field:
			x = &Field{at, x, e.Key}
		case *Index:
			x = &Index{at, x, e.I}
		case *TryExpr:
			x = &TryExpr{at, x}
		case *Call:
			x = &Call{at, x, e.Args}
		}
	}
	return x
}
