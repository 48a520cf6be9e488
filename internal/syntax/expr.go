package syntax

import (
	"slices"

	"etamil/internal/diag"

	"golang.org/x/text/unicode/norm"
)

// noValue stands for a value that could not be read.
func (p *parser) noValue() Expr { return &Nil{p.from(p.pos)} }

// expr reads an expression, loosest operators first.
func (p *parser) expr() Expr {
	defer p.leave(p.enter())
	x := p.and()
	for p.accept(KindOr) {
		y := p.and()
		x = &Binary{p.since(x), Or, x, y}
		p.taller()
	}
	return x
}

func (p *parser) and() Expr {
	x := p.not()
	for p.accept(KindAnd) {
		y := p.not()
		x = &Binary{p.since(x), And, x, y}
		p.taller()
	}
	return x
}

func (p *parser) not() Expr {
	if p.kind() != KindNot {
		return p.comparison()
	}
	defer p.leave(p.enter())
	start := p.advance()
	x := p.not()
	return &Unary{p.from(start), Not, x}
}

func (p *parser) comparison() Expr {
	x := p.sum()
	op, ok := p.compareOp()
	if !ok {
		return x
	}
	c := &Compare{Xs: []Expr{x}}
	for ; ok; op, ok = p.compareOp() {
		p.advance()
		c.Ops = append(c.Ops, op)
		c.Xs = append(c.Xs, p.sum())
	}
	for _, middle := range c.Xs[1 : len(c.Xs)-1] {
		if !isPlain(middle) {
			p.fail(diag.ParseChain, middle.Span())
		}
	}
	c.At = p.since(x)
	p.taller()
	return c
}

// compareOp is the comparison at the current token. In the condition of यदि a
// single = is one (rule 16).
func (p *parser) compareOp() (op CompareOp, ok bool) {
	switch p.kind() {
	case KindEq:
		return Eq, true
	case KindNe:
		return Ne, true
	case KindLt:
		return Lt, true
	case KindLe:
		return Le, true
	case KindGt:
		return Gt, true
	case KindGe:
		return Ge, true
	case KindAssign:
		return Eq, p.ctx.eq
	}
	return 0, false
}

// isPlain reports whether x may stand in the middle of a chain of comparisons,
// where it is used twice (rule 17).
func isPlain(x Expr) bool {
	for {
		switch e := x.(type) {
		case *Ident, *Number, *String, *Bool, *Nil:
			return true
		case *Field:
			x = e.X
		case *Index:
			if !isPlain(e.I) {
				return false
			}
			x = e.X
		default:
			return false
		}
	}
}

func (p *parser) sum() Expr {
	x := p.product()
	for {
		var op BinaryOp
		switch p.kind() {
		case KindPlus:
			op = Add
		case KindMinus:
			op = Sub
		case KindAmp:
			op = Concat
		default:
			return x
		}
		p.advance()
		y := p.product()
		x = &Binary{p.since(x), op, x, y}
		p.taller()
	}
}

func (p *parser) product() Expr {
	x := p.unary()
	for {
		var op BinaryOp
		switch p.kind() {
		case KindStar:
			op = Mul
		case KindSlash:
			op = Div
		default:
			return x
		}
		p.advance()
		y := p.unary()
		x = &Binary{p.since(x), op, x, y}
		p.taller()
	}
}

func (p *parser) unary() Expr {
	op := Neg
	switch p.kind() {
	case KindMinus:
	case KindNot:
		op = Not
	default:
		return p.waitedOrPostfix()
	}
	defer p.leave(p.enter())
	start := p.advance()
	x := p.unary()
	return &Unary{p.from(start), op, x}
}

// waitedOrPostfix reads a value with its suffixes, or what waits for one or
// starts one.
func (p *parser) waitedOrPostfix() Expr {
	if p.role() != 0 {
		if x := p.waited(); x != nil {
			return p.suffixes(x, true)
		}
	}
	return p.suffixes(p.primary(), true)
}

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

// applied is a word of tasks with its operand.
func applied(role Kind, at At, x Expr) Expr {
	if role == KindAwait {
		return &Await{at, x}
	}
	return &Spawn{At: at, Background: role == KindBackground, X: x}
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

// suffixes reads what may follow a value: [i] .key (args), and ? if asked.
func (p *parser) suffixes(x Expr, question bool) Expr {
	for {
		switch p.kind() {
		case KindLBrack:
			open := p.advance()
			i := p.bracketed()
			p.closing(KindRBrack, open)
			x = &Index{p.since(x), x, fieldText(i)}
		case KindDot:
			p.advance()
			key := p.key()
			x = &Field{p.since(x), x, key}
		case KindLParen:
			args := p.args()
			x = &Call{p.since(x), x, args}
		case KindQuestion:
			if !question {
				return x
			}
			p.advance()
			x = &TryExpr{p.since(x), x}
		default:
			return x
		}
		p.taller()
	}
}

// fieldText puts text that is written as an index into NFC, as it may name a
// field.
func fieldText(i Expr) Expr {
	if s, ok := i.(*String); ok && !norm.NFC.IsNormalString(s.Value) {
		return &String{s.At, norm.NFC.String(s.Value)}
	}
	return i
}

// bracketed reads an expression inside brackets other than grouping ones, which
// lift the rules of heads and of यदि.
func (p *parser) bracketed() Expr {
	saved := p.ctx
	p.ctx.head, p.ctx.eq = false, false
	x := p.expr()
	p.ctx = saved
	return x
}

func (p *parser) args() []Expr {
	open := p.opening(KindLParen)
	var args []Expr
	for k := p.kind(); k != KindRParen && k != KindEOF; k = p.kind() {
		args = append(args, p.bracketed())
		if !p.accept(KindComma) {
			break
		}
	}
	p.closing(KindRParen, open)
	return args
}

// callable reports whether the current token is a reserved word that names a
// builtin here (rule 2).
func (p *parser) callable() bool {
	return p.look(0).word.row().Class == Callable && p.look(1).Kind == KindLParen
}

func (p *parser) primary() Expr {
	start := p.pos
	switch k := p.kind(); k {
	case KindNumber:
		p.advance()
		return &Number{p.from(start), p.numbers[p.tok(start).aux]}
	case KindString:
		p.advance()
		return &String{p.from(start), p.text(start)}
	case KindFStart:
		return p.fString()
	case KindTrue, KindFalse:
		p.advance()
		return &Bool{p.from(start), k == KindTrue}
	case KindNull:
		p.advance()
		return &Nil{p.from(start)}
	case KindName:
		return p.nameValue()
	case KindLParen:
		p.advance()
		saved := p.ctx
		p.ctx.head = false // but = keeps its meaning in यदि
		x := p.expr()
		p.ctx = saved
		p.closing(KindRParen, start)
		return &Paren{p.from(start), x}
	case KindLBrack:
		return p.listValue()
	case KindLBrace:
		entries := p.entries(false)
		return &Record{p.from(start), entries}
	case KindFunction:
		p.advance()
		f := p.signatureAndBody(false)
		return &Lambda{At: p.from(start), Func: f}
	}
	if p.callable() {
		p.advance()
		return &Ident{At: p.from(start), Name: p.text(start), Callable: true}
	}
	if k := p.kind(); k >= KindReserved && k != KindEOF && (usedAsName(p.look(1).Kind) || k == KindReserved) {
		p.reserved(diag.ParseReserved)
	} else {
		p.want(diag.ParseValue)
	}
	return p.noValue()
}

// nameValue reads a name, NAME{…}, or a task written as a value.
func (p *parser) nameValue() Expr {
	start := p.pos
	if !p.ctx.head {
		switch p.role() {
		case KindTask:
			if p.lambdaBrace(start+1) >= 0 {
				p.advance()
				f := p.signatureAndBody(true)
				return &Lambda{At: p.from(start), Func: f}
			}
		case KindAsync:
			if word, name, ok := p.asyncShape(); ok {
				p.advance()
				l := &Lambda{}
				if word {
					p.advance()
				}
				if name {
					l.Name = p.nameHere()
				}
				l.Func = p.signatureAndBody(true)
				l.At = p.from(start)
				return l
			}
		}
	}
	p.advance()
	ident := &Ident{At: p.from(start), Name: p.text(start)}
	if p.kind() != KindLBrace || p.ctx.head {
		return ident
	}
	entries := p.entries(true)
	return &Filled{p.from(start), ident, entries}
}

func (p *parser) listValue() *List {
	start := p.opening(KindLBrack)
	l := &List{}
	for k := p.kind(); k != KindRBrack && k != KindEOF; k = p.kind() {
		spread := p.accept(KindDots)
		l.Items = append(l.Items, Element{spread, p.bracketed()})
		if !p.accept(KindComma) {
			break
		}
	}
	p.closing(KindRBrack, start)
	l.At = p.from(start)
	return l
}

// entries reads { k: v, ..r }. In NAME{…} a spread is the last entry.
func (p *parser) entries(filled bool) []Entry {
	open := p.opening(KindLBrace)
	var list []Entry
	for k := p.kind(); k != KindRBrace && k != KindEOF; k = p.kind() {
		if p.accept(KindDots) {
			list = append(list, Entry{Spread: true, X: p.bracketed()})
			if filled {
				p.accept(KindComma)
				break
			}
		} else {
			key := p.key()
			if !p.accept(KindColon) {
				p.want(diag.ParseClose, ":")
			}
			list = append(list, Entry{Key: key, X: p.bracketed()})
		}
		if !p.accept(KindComma) {
			break
		}
	}
	p.closing(KindRBrace, open)
	return list
}

// fString reads f"…" with its holes.
func (p *parser) fString() Expr {
	start := p.advance()
	f := &FString{}
	for {
		switch p.kind() {
		case KindFText:
			f.Parts = append(f.Parts, FPart{Text: p.text(p.advance())})
			continue
		case KindHole:
			f.Parts = append(f.Parts, p.hole())
			continue
		}
		p.closing(KindFEnd, start)
		f.At = p.from(start)
		return f
	}
}

func (p *parser) hole() FPart {
	open := p.advance()
	part := FPart{X: p.bracketed()}
	if p.kind() == KindSpec {
		part.Spec = p.text(p.advance())
	}
	switch k := p.kind(); {
	case k == KindHoleEnd || k == KindEOF:
		p.closing(KindHoleEnd, open)
	case k == KindAssign:
		p.assignNotCompare()
	default:
		p.want(diag.ParseHole)
	}
	return part
}
