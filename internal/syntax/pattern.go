package syntax

import "etamil/internal/diag"

// destructure reads pattern = expr; (rule 4).
func (p *parser) destructure() Stmt {
	start := p.pos
	pattern := p.pattern()
	if !p.accept(KindAssign) {
		p.want(diag.ParseEquals)
	}
	s := &Destructure{Pattern: pattern, X: p.expr()}
	s.At = p.from(start)
	p.semicolon()
	return s
}

// pattern reads [a, b], {x, k: item} or a target.
func (p *parser) pattern() Pattern {
	defer p.leave(p.enter())
	start := p.pos
	switch k := p.kind(); {
	case k == KindLBrack:
		p.advance()
		list := &ListPattern{}
		for k := p.kind(); k != KindRBrack && k != KindEOF; k = p.kind() {
			list.Items = append(list.Items, p.pattern())
			if !p.accept(KindComma) {
				break
			}
		}
		p.closing(KindRBrack, start)
		list.At = p.from(start)
		return list
	case k == KindLBrace:
		p.advance()
		if p.kind() == KindRBrace {
			p.fail(diag.ParseEmptyPattern, p.span(start))
		}
		record := &RecordPattern{}
		for k := p.kind(); k != KindRBrace && k != KindEOF; k = p.kind() {
			record.Fields = append(record.Fields, p.fieldPattern())
			if !p.accept(KindComma) {
				break
			}
		}
		p.closing(KindRBrace, start)
		record.At = p.from(start)
		return record
	case k == KindName:
		target := p.target()
		if p.kind() == KindLParen {
			p.fail(diag.ParseTarget, target.Span())
		}
		return &ItemTarget{p.from(start), target}
	case k.isWord():
		p.reserved(diag.ParseReserved)
	default:
		p.want(diag.ParsePattern)
	}
	return &ItemTarget{p.from(start), &Ident{At: p.from(start)}}
}

// fieldPattern reads name, or key: item.
func (p *parser) fieldPattern() FieldPattern {
	if p.look(1).Kind == KindColon {
		key := p.key()
		p.advance()
		return FieldPattern{key, p.pattern()}
	}
	name := p.name(diag.ParsePattern)
	return FieldPattern{name, &ItemTarget{name.At, &Ident{At: name.At, Name: name.Text}}}
}

// target reads a name with places and fields, without any call.
func (p *parser) target() Expr {
	start := p.advance()
	var x Expr = &Ident{At: p.from(start), Name: p.text(start)}
	for {
		part := p.part(x)
		if part == nil {
			return x
		}
		x = part
		p.taller()
	}
}
