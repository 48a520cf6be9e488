package syntax

import (
	"strings"

	"etamil/internal/diag"
	"etamil/internal/source"

	"golang.org/x/text/unicode/norm"
)

const (
	// MaxDepth is how deep brackets, blocks, functions and prefix operators
	// may stand in each other.
	MaxDepth = 1000
	// MaxHeight bounds the height of a tree, which also grows with each
	// operator of a chain such as a + b + c.
	MaxHeight = 10000
	// MaxSize is how long a file may be, in bytes. Whoever reads files refuses
	// longer ones before Parse sees them: tokens and tree take some twenty
	// times the memory of the text.
	MaxSize = 16 << 20
)

// Parse reads a file. The tree holds every statement that could be read and is
// free of nil nodes where a node is required; messages are the mistakes in the
// order in which they were met, at most 50. If the file has lexical mistakes, only those are
// told, since the others may follow from them.
func Parse(f *source.File) (*File, []*diag.Message) {
	toks, messages := lex(f)
	p := &parser{f: f, tokens: toks, end: len(toks.list) - 1, ctx: context{top: true}}
	file := &File{Source: f, Body: p.statements()}
	if len(messages) > 0 {
		return file, messages
	}
	return file, p.messages
}

// parser descends over the tokens of one file.
//
// A mistake sets failed. From then on every look at a token answers "end of
// file", so that all loops end and every production returns at once, with some
// node in place of what is missing; statements clears failed and goes on.
type parser struct {
	f *source.File
	tokens
	pos      int // index of the current token
	end      int // index of the KindEOF
	failed   bool
	stopped  bool // enough mistakes: read no further
	messages []*diag.Message
	ctx      context
	depth    int
	height   int // of the tallest tree completed in the current frame
}

// context is what a production must know about where it stands.
type context struct {
	head bool // in a head: NAME { is a name and then a block (rule 15)
	eq   bool // in a यदि condition: = is == (rule 16)
	loop bool // inside a loop of this function (rule 6)
	top  bool // directly at the top level of the file
	test bool // directly in a test
}

// ---- Tokens ------------------------------------------------------------

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

// ---- Mistakes ----------------------------------------------------------

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
	m := p.want(diag.ParseSemicolon)
	if p.pos > 0 && p.pos < p.end {
		behind := p.span(p.pos - 1).End
		m.Note(source.Span{Start: behind, End: behind}, "';' இங்கே வரும்", "the ';' belongs here")
	}
	return m
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

// ---- Depth -------------------------------------------------------------

// enter begins a frame of the tree: what is completed until leave stands below
// one node. It returns what leave wants.
func (p *parser) enter() (outer int) {
	outer, p.height = p.height, 0
	p.depth++
	if p.depth > MaxDepth {
		p.fail(diag.ParseDeep, p.here())
	}
	return outer
}

func (p *parser) leave(outer int) {
	p.depth--
	p.height = max(outer, p.height+1)
}

// taller counts a node put on top of what the current frame holds, as a chain
// of operators does.
func (p *parser) taller() {
	p.height++
	if p.height > MaxHeight {
		p.fail(diag.ParseDeep, p.here())
	}
}

// ---- Statements in a row -------------------------------------------------

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

// ---- Names -------------------------------------------------------------

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
