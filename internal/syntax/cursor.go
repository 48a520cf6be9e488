package syntax

import (
	"etamil/internal/diag"
	"etamil/internal/source"

	"golang.org/x/text/unicode/norm"
)

// Looking at tokens and going past them; mistakes about what is not there.

var eofToken = Token{Kind: KindEOF, aux: -1}

func (p *parser) kind() Kind { return p.look(0).Kind }

// role is what the current token can be if it is a contextual word.
func (p *parser) role() Kind { return p.look(0).Role }

// look returns the token n places ahead.
func (p *parser) look(n int) *Token {
	if p.failed {
		return &eofToken
	}
	return p.tok(p.pos + n)
}

// tok returns the token at an index; behind the last one there are only ends.
func (p *parser) tok(i int) *Token {
	if i >= p.end {
		return &p.list[p.end]
	}
	return &p.list[i]
}

// advance goes to the next token and returns the index of the one it leaves.
func (p *parser) advance() int {
	i := p.pos
	if !p.failed && p.pos < p.end {
		p.pos++
	}
	return i
}

// accept goes past the current token if it is a k.
func (p *parser) accept(k Kind) bool {
	if p.kind() != k || k == KindEOF {
		return false
	}
	p.advance()
	return true
}

// span returns the place of the token at index i.
func (p *parser) span(i int) source.Span {
	t := p.tok(i)
	return source.Span{Start: p.f.Pos(int(t.Start)), End: p.f.Pos(int(t.End))}
}

// here is the place of the current token; at the end of the input that of the
// last one, as there is nothing to point at behind it.
func (p *parser) here() source.Span {
	if p.pos >= p.end && p.end > 0 {
		return p.span(p.end - 1)
	}
	return p.span(p.pos)
}

// from is the place from the token at index start up to the last one read.
func (p *parser) from(start int) At {
	return At{p.span(start).Start, p.span(max(p.pos-1, start)).End}
}

// since is from for a node that begins with another node.
func (p *parser) since(n Node) At {
	return At{n.Span().Start, p.span(max(p.pos-1, 0)).End}
}

// source returns the bytes of the token at index i.
func (p *parser) source(i int) string {
	t := p.tok(i)
	return p.f.Text[t.Start:t.End]
}

// text returns the NFC text of a word, or the text between quotation marks.
func (p *parser) text(i int) string {
	t := p.tok(i)
	switch {
	case t.aux >= 0:
		return p.texts[t.aux]
	case t.Kind == KindString:
		return p.f.Text[t.Start+1 : t.End-1]
	}
	return p.f.Text[t.Start:t.End]
}

// match returns the index of the partner of the bracket at index i, or -1.
func (p *parser) match(i int) int { return int(p.tok(i).aux) }

// after returns the index behind the partner of the bracket at index i; without
// a partner, the end of the file.
func (p *parser) after(i int) int {
	if m := p.match(i); m >= 0 {
		return m + 1
	}
	return p.end
}

// fail records a mistake. Only the first since the last recovery counts.
func (p *parser) fail(code diag.Code, at source.Span, args ...string) *diag.Message {
	m := diag.New(code, at, args...)
	if !p.failed {
		p.failed = true
		p.messages = append(p.messages, m)
		p.stopped = len(p.messages) >= maxMessages
	}
	return m
}

// found says what the current token is, for a message. It must be called before
// fail, as everything is an end afterwards.
func (p *parser) found() string {
	if p.kind() == KindEOF {
		return endOfInput
	}
	return quote(p.source(p.pos))
}

// want records that something else should stand here.
func (p *parser) want(code diag.Code, args ...string) *diag.Message {
	return p.fail(code, p.here(), append([]string{p.found()}, args...)...)
}

// reserved records that the current token is a word of the language where a
// name should stand.
func (p *parser) reserved(code diag.Code) {
	word := p.source(p.pos)
	m := p.fail(code, p.here(), quote(word), word)
	if code == diag.ParseReserved {
		m.Suggest(word + "_1")
	} else {
		m.Suggest(`"` + word + `"`)
	}
}

// semicolon goes past the ; that ends a statement. It returns the message if
// there is none.
func (p *parser) semicolon() *diag.Message {
	if p.accept(KindSemicolon) {
		return nil
	}
	if p.kind() == KindAssign {
		return p.assignNotCompare()
	}
	at := p.beforeCondition()
	m := p.want(diag.ParseSemicolon)
	if at > 0 && p.pos < p.end && (at < p.pos || p.beginsLine(at)) { // else the message's own excerpt shows it
		behind := p.span(at - 1).End
		m.Note(source.Span{Start: behind, End: behind}, "';' இங்கே வரும்", "the ';' belongs here")
	}
	return m
}

// beforeCondition is the current token, or, where that is எனில் or சுற்று behind a ( ) that
// begins a line, that (: the statement on the line before lacks its ;, and took the
// condition for the arguments of a call.
func (p *parser) beforeCondition() int {
	if k := p.kind(); (k == KindIf || k == KindLoop) && p.pos > 0 && p.tok(p.pos-1).Kind == KindRParen {
		for open := p.pos - 2; open > 0; open-- {
			if p.tok(open).Kind == KindLParen && p.match(open) == p.pos-1 && p.beginsLine(open) {
				return open
			}
		}
	}
	return p.pos
}

// assignNotCompare records a = within a value.
func (p *parser) assignNotCompare() *diag.Message {
	return p.fail(diag.ParseAssignInCond, p.here()).Suggest("==")
}

// comma goes past a comma that must be there.
func (p *parser) comma() {
	if !p.accept(KindComma) {
		p.want(diag.ParseComma)
	}
}

// closing goes past the partner of the bracket at index open.
func (p *parser) closing(k Kind, open int) {
	switch {
	case p.accept(k) || p.failed:
	case p.kind() == KindEOF:
		p.fail(diag.ParseUnclosed, p.here(), p.source(open), signs[k]).
			Note(p.span(open), "இது இங்கே திறந்தது", "it was opened here")
		p.stopped = true // what is around it has no end either
	case p.kind() == KindAssign:
		p.assignNotCompare()
	default:
		p.want(diag.ParseClose, signs[k])
	}
}

// opening goes past a bracket that must be there and returns its index.
func (p *parser) opening(k Kind) int {
	if p.kind() != k {
		p.want(diag.ParseClose, signs[k])
	}
	return p.advance()
}

// name reads a NAME; code is the mistake of there being none.
func (p *parser) name(code diag.Code) *Name {
	switch k := p.kind(); {
	case k == KindName:
	case k.isWord():
		p.reserved(diag.ParseReserved)
	default:
		p.want(code)
	}
	return p.nameHere()
}

// label reads a LABEL: a name, or text in its place.
func (p *parser) label(code diag.Code) *Name {
	if p.kind() == KindString {
		return p.nameHere()
	}
	return p.name(code)
}

// key reads a KEY: any word, or text.
func (p *parser) key() *Name {
	if k := p.kind(); k != KindString && !k.isWord() {
		p.want(diag.ParseKey)
	}
	return p.nameHere()
}

// nameHere makes a Name of the current token, whatever it is.
func (p *parser) nameHere() *Name {
	if p.failed {
		return &Name{At: p.from(p.pos)}
	}
	quoted := p.kind() == KindString
	i := p.advance()
	n := &Name{At: p.from(i), Text: p.text(i), Quoted: quoted}
	if quoted {
		n.Text = norm.NFC.String(n.Text)
	}
	return n
}

// quotedText reads text in quotation marks.
func (p *parser) quotedText() (string, source.Span) {
	if p.kind() != KindString {
		p.want(diag.ParseText)
		return "", p.here()
	}
	i := p.advance()
	return p.text(i), p.span(i)
}
