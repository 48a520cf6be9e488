package syntax

import (
	"etamil/internal/diag"
	"etamil/internal/source"

	"golang.org/x/text/unicode/norm"
)

// Values without operators, and what may follow them.

// suffixes reads what may follow a value: [i] .key (args), and ? if asked.
func (p *parser) suffixes(x Expr, question bool) Expr {
	for {
		if part := p.part(x); part != nil {
			x = part
			p.taller()
			continue
		}
		switch p.kind() {
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

// part reads [i] or .key behind x; nil: there is neither.
func (p *parser) part(x Expr) Expr {
	switch p.kind() {
	case KindLBrack:
		open := p.advance()
		i := p.bracketed()
		p.closing(KindRBrack, open)
		return &Index{p.since(x), x, fieldText(i)}
	case KindDot:
		p.advance()
		key := p.key()
		return &Field{p.since(x), x, key}
	}
	return nil
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
		both := p.pos > 0 && p.kind() == KindAmp && p.tok(p.pos-1).Kind == KindAmp
		if m := p.want(diag.ParseValue); both {
			m.Note(source.Span{}, "&& க்குப் பதில் மற்றும் என எழுதுக", "for && write மற்றும், in English _and")
		}
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
			dots := p.pos - 1
			list = append(list, Entry{Spread: true, X: p.bracketed()})
			if filled {
				if p.accept(KindComma) && p.kind() != KindRBrace && p.kind() != KindEOF && !p.failed {
					p.want(diag.ParseClose, signs[KindRBrace]).
						Note(p.span(dots), "பெயருடன் வரும் { } இல் '..' கடைசியில் நிற்கும்", "in NAME{ } the '..' stands last")
				}
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
