package syntax

import (
	"etamil/internal/diag"
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
