package syntax

import (
	"strings"

	"etamil/internal/diag"
)

// Going on after a mistake.

// statements reads up to the end of the file or, in a block, up to its }.
func (p *parser) statements() []Stmt {
	list := []Stmt{}
	inBlock := !p.ctx.top
	for !p.stopped && !p.failed {
		if k := p.kind(); k == KindEOF || k == KindRBrace && inBlock {
			break
		}
		start, height := p.pos, p.height
		s := p.statement()
		if p.failed {
			p.height = height
			p.recover(start, inBlock)
			continue
		}
		list = append(list, s)
	}
	if p.stopped {
		p.failed = true // unwinds what is left
	}
	return list
}

// recover goes on after a mistake in the statement that begins at start: behind
// its ; or block, or at a later statement that begins a line.
func (p *parser) recover(start int, inBlock bool) {
	failed := p.pos
	p.failed = false
	// A forgotten ; at the end of a line: nothing needs to be skipped.
	forgotten := p.messages[len(p.messages)-1].Code == diag.ParseSemicolon && failed > start && p.beginsLine(failed)
	for i := start; i < p.end; {
		t := p.tok(i)
		past := i >= failed
		if past && i > start && (forgotten || p.beginsLine(i) && beginsStatement(t.Kind)) {
			p.pos = i
			return
		}
		switch t.Kind {
		case KindSemicolon:
			if past {
				p.pos = i + 1
				return
			}
		case KindRBrace:
			if past {
				p.pos = i
				if !inBlock || i == start {
					p.pos++
				}
				return
			}
		case KindLParen, KindLBrack, KindFStart, KindHole, KindLBrace:
			if m := p.match(i); m >= 0 {
				i = m + 1
				if i > failed && t.Kind == KindLBrace && !goesOn(p.tok(i).Kind) {
					if p.tok(i).Kind == KindSemicolon {
						i++
					}
					p.pos = i
					return
				}
				continue
			}
		}
		i++
	}
	p.pos = p.end
}

// beginsLine reports whether only white space stands before token i on its line.
func (p *parser) beginsLine(i int) bool {
	return i == 0 || strings.IndexByte(p.f.Text[p.tok(i-1).End:p.tok(i).Start], '\n') >= 0
}

// beginsStatement reports whether k is a word that begins a statement and can't
// stand within one.
func beginsStatement(k Kind) bool {
	switch k {
	case KindPrint, KindInput, KindReturn, KindForEach, KindImport, KindRoute, KindEvery, KindFileOpen, KindFileClose,
		KindFileRead, KindFileWrite, KindReadCSV, KindWriteCSV, KindDBConnect, KindDBDisconnect, KindDBQuery, KindDBExecute,
		KindJSONBody, KindStartServer, KindStopServer, KindYadi, KindType:
		return true
	}
	return false
}

// goesOn reports whether a statement can go on with k behind a }.
func goesOn(k Kind) bool {
	switch k {
	case KindRParen, KindRBrack, KindHoleEnd, KindComma, KindDot, KindQuestion, KindElse, KindArrow, KindAssign,
		KindPlus, KindMinus, KindStar, KindSlash, KindAmp, KindEq, KindNe, KindLt, KindLe, KindGt, KindGe, KindAnd, KindOr, KindColon:
		return true
	}
	return false
}
