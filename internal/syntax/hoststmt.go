package syntax

import (
	"etamil/internal/diag"
)

// Statements that reach outside the program: files, databases, answers.

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
