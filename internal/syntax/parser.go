package syntax

import (
	"etamil/internal/diag"
	"etamil/internal/source"
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
	// times the memory of an ordinary text, and of one made of the shortest
	// statements six times that.
	MaxSize = 16 << 20
)

// Parse reads a file. The tree holds every statement that could be read and is
// free of nil nodes where a node is required; messages are the mistakes in the
// order in which they were met, at most 50. If the file has lexical mistakes,
// only those are told, since the others may follow from them.
func Parse(f *source.File) (*File, []*diag.Message) {
	toks, messages := lex(f)
	p := &parser{f: f, tokens: toks, end: len(toks.list) - 1, ctx: context{top: true}}
	file := &File{Source: f, Body: p.statements()}
	file.Serves = p.serves
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
	serves   bool
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
