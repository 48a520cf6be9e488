package syntax

import (
	"etamil/internal/diag"
)

// statement reads one statement with its ; or block.
func (p *parser) statement() Stmt {
	defer p.leave(p.enter())
	start := p.pos
	switch k := p.kind(); k {
	case KindName:
		before := len(p.messages)
		s := p.nameStatement()
		if p.failed && len(p.messages) > before {
			p.foreignHint(p.messages[before], start)
		}
		return s
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
