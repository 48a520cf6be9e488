package syntax

import (
	"etamil/internal/decimal"
	"etamil/internal/diag"
)

// shape reads வடிவம் S { … }.
func (p *parser) shape() Stmt {
	if !p.ctx.top {
		p.fail(diag.ParseShapePlace, p.here())
	}
	start := p.advance()
	s := &Shape{Name: p.name(diag.ParseName)}
	open := p.opening(KindLBrace)
	saved := p.ctx
	p.ctx = context{}
	for k := p.kind(); k != KindRBrace && k != KindEOF; k = p.kind() {
		if p.methodAt(p.pos) {
			method := p.function().(*FuncDecl)
			s.Methods = append(s.Methods, method)
			p.accept(KindComma)
			continue
		}
		s.Fields = append(s.Fields, p.shapeField())
		if !p.accept(KindComma) && p.kind() != KindRBrace && !p.methodAt(p.pos) {
			p.want(diag.ParseComma)
		}
	}
	p.ctx = saved
	p.closing(KindRBrace, open)
	s.At = p.from(start)
	return s
}

// methodAt reports whether a method of a shape begins at token i.
func (p *parser) methodAt(i int) bool {
	word, label := p.tok(i), p.tok(i+1).Kind
	return !p.failed && (word.Kind == KindFunction || word.Role == KindTask) &&
		(label == KindString || label.isWord()) && p.tok(i+2).Kind == KindLParen
}

// shapeField reads [type] name [?] [= default] [விதி rule மற்றும் rule].
func (p *parser) shapeField() *ShapeField {
	defer p.leave(p.enter())
	start := p.pos
	f := &ShapeField{}
	next := p.look(1).Kind
	switch k := p.kind(); {
	case k == KindType || k == KindFunction:
		if endsField(next) {
			p.reserved(diag.ParseReservedField)
		}
		f.Type = p.typ()
	case k == KindName && (next == KindString || next.isWord() && next != KindWhere) && !p.methodAt(p.pos+1):
		f.Type = p.typ()
	}
	if k := p.kind(); k != KindName && k.isWord() {
		p.reserved(diag.ParseReservedField)
	}
	f.Name = p.label(diag.ParseKey)
	f.Optional = p.accept(KindQuestion)
	if p.accept(KindAssign) {
		f.Default = p.expr()
	}
	if p.accept(KindWhere) {
		f.Rules = append(f.Rules, p.rule())
		for p.accept(KindAnd) {
			f.Rules = append(f.Rules, p.rule())
		}
	}
	f.At = p.from(start)
	return f
}

// endsField reports whether k stands behind the name of a field.
func endsField(k Kind) bool {
	return k == KindComma || k == KindRBrace || k == KindQuestion || k == KindAssign || k == KindWhere
}

// rule reads one rule of a field.
func (p *parser) rule() *Rule {
	start := p.pos
	r := &Rule{}
	switch k := p.kind(); {
	case k == KindNumber || k == KindMinus:
		r.Low = p.bound()
		r.Up = r.Low
		if p.accept(KindDots) {
			r.Up = nil
			if k := p.kind(); k == KindNumber || k == KindMinus {
				r.Up = p.bound()
			}
		}
	case k == KindDots:
		p.advance()
		r.Up = p.bound()
	case k == KindString:
		r.Kind, r.Text = RulePattern, p.text(p.advance())
	case k == KindName || k == KindType: // தேதி is both a type and a rule
		r.Kind, r.Text = RuleNamed, p.text(p.advance())
		if p.kind() == KindLParen {
			r.Args = p.args()
		}
	default:
		p.want(diag.ParseRule)
	}
	r.At = p.from(start)
	return r
}

// bound reads a number, which may be negative.
func (p *parser) bound() *decimal.Decimal {
	negative := p.accept(KindMinus)
	if p.kind() != KindNumber {
		p.want(diag.ParseRule)
		return &decimal.Decimal{}
	}
	d := p.numbers[p.tok(p.advance()).aux]
	if negative {
		d = decimal.Neg(d)
	}
	return &d
}
