package ir

import (
	"fmt"
	"strconv"
	"strings"
	"sync"

	"etamil/internal/builtin"
	"etamil/internal/decimal"
)

// Parse reads functions as Func.String writes them. Values and blocks keep the
// numbers they have in the text, so String gives the same text again; what the
// text doesn't have (positions, names that only messages need) is left empty.
// The functions have Preds; they have not been verified.
//
// Lines that begin with // are comments. An error names the line.
func Parse(text string) ([]*Func, error) {
	p := &parser{}
	for i, line := range strings.Split(text, "\n") {
		p.line, p.rest = i+1, strings.TrimSpace(line)
		if p.rest == "" || strings.HasPrefix(p.rest, "//") {
			continue
		}
		p.readLine()
		if p.err != nil {
			return nil, fmt.Errorf("line %d: %w", p.line, p.err)
		}
	}
	if p.f != nil {
		return nil, fmt.Errorf("line %d: function %q doesn't end", p.line, p.f.Name)
	}
	return p.funcs, nil
}

// parser reads one line at a time. The first mistake stays in err, and nothing
// is read after it.
type parser struct {
	line  int
	rest  string // what is left of the line
	err   error
	funcs []*Func

	f      *Func
	cur    *Block
	ended  bool // cur has its Term
	values map[int]*Value
	blocks map[int]*Block
	found  map[any]bool // values and blocks that have been defined, not only used
}

func (p *parser) fail(format string, args ...any) {
	if p.err == nil {
		p.err = fmt.Errorf(format, args...)
	}
}

func (p *parser) space() { p.rest = strings.TrimLeft(p.rest, " \t") }

// has takes s if it is next.
func (p *parser) has(s string) bool {
	p.space()
	if p.err != nil || !strings.HasPrefix(p.rest, s) {
		return false
	}
	p.rest = p.rest[len(s):]
	return true
}

func (p *parser) want(s string) {
	if !p.has(s) {
		p.fail("%q wanted before %q", s, p.rest)
	}
}

// word takes letters, digits and what numbers and types are written with.
func (p *parser) word() string {
	p.space()
	n := 0
	for n < len(p.rest) && !strings.ContainsRune(" \t(),:\"={}", rune(p.rest[n])) {
		n++
	}
	w := p.rest[:n]
	p.rest = p.rest[n:]
	return w
}

func (p *parser) number() int {
	w := p.word()
	n, err := strconv.Atoi(w)
	if err != nil || n < 0 {
		p.fail("number wanted, not %q", w)
	}
	return n
}

// numbered takes a number behind a prefix: v12, b3, #4.
func (p *parser) numbered(prefix string) int {
	p.want(prefix)
	if p.err != nil {
		return 0
	}
	return p.number()
}

func (p *parser) quoted() string {
	p.space()
	q, err := strconv.QuotedPrefix(p.rest)
	if err != nil {
		p.fail("text in quotes wanted before %q", p.rest)
		return ""
	}
	p.rest = p.rest[len(q):]
	s, err := strconv.Unquote(q)
	if err != nil {
		p.fail("text in quotes: %v", err)
	}
	return s
}

func (p *parser) readLine() {
	switch {
	case p.f == nil:
		p.header()
	case p.has("}"):
		p.end()
	case p.rest[0] == 'b' && len(p.rest) > 1 && p.rest[1] >= '0' && p.rest[1] <= '9':
		p.blockLine()
	case p.cur == nil || p.ended:
		p.fail("a block wanted before %q", p.rest)
	default:
		p.instr()
	}
	if p.space(); p.err == nil && p.rest != "" {
		p.fail("%q is left over", p.rest)
	}
}

func (p *parser) header() {
	p.want("func")
	index := p.number()
	f := NewFunc(p.quoted(), index)
	min := -1
	for p.err == nil && !p.has("{") {
		switch w := p.word(); w {
		case "captures", "min", "slots":
			p.want("=")
			n := p.number()
			switch w {
			case "captures":
				f.Captures = n
			case "slots":
				f.Slots = n
			default:
				min = n
			}
		case "top":
			f.Top = true
		case "task":
			f.Task = true
		case "open":
			f.Open = true
		default:
			p.fail("%q in the head of a function", w)
		}
	}
	f.MinArgs = min
	p.f, p.cur = f, nil
	p.values, p.blocks, p.found = map[int]*Value{}, map[int]*Block{}, map[any]bool{}
}

func (p *parser) end() {
	f := p.f
	for id, v := range p.values {
		if !p.found[v] {
			p.fail("v%d is used but defined nowhere", id)
		}
	}
	for id, b := range p.blocks {
		if !p.found[b] {
			p.fail("b%d is named but stands nowhere", id)
		}
	}
	switch {
	case p.err != nil:
		return
	case len(f.Blocks) == 0:
		p.fail("a function without blocks")
		return
	case !p.ended:
		p.fail("b%d doesn't end", p.cur.ID)
		return
	}
	// What gives no result has no number in the text.
	for _, b := range f.Blocks {
		for _, v := range b.Instrs {
			if v.ID < 0 {
				v.ID = f.nextV
				f.nextV++
			}
		}
	}
	f.Params = len(f.Blocks[0].Params)
	if f.MinArgs < 0 {
		f.MinArgs = f.Params
	}
	for _, b := range f.Blocks {
		for _, e := range b.Term.Succs {
			e.To.Preds = append(e.To.Preds, b)
		}
	}
	p.funcs = append(p.funcs, f)
	p.f = nil
}

// value returns the value of that number, which may be defined further below.
func (p *parser) value() *Value {
	id := p.numbered("v")
	v := p.values[id]
	if v == nil {
		v = &Value{ID: id}
		p.values[id] = v
		p.f.nextV = max(p.f.nextV, id+1)
	}
	return v
}

// define is value where it is defined.
func (p *parser) define() *Value {
	v := p.value()
	if p.found[v] {
		p.fail("v%d is defined twice", v.ID)
	}
	p.found[v] = true
	v.Block = p.cur
	return v
}

func (p *parser) block() *Block {
	id := p.numbered("b")
	b := p.blocks[id]
	if b == nil {
		b = &Block{ID: id, Func: p.f}
		p.blocks[id] = b
		p.f.nextB = max(p.f.nextB, id+1)
	}
	return b
}

func (p *parser) blockLine() {
	if p.cur != nil && !p.ended {
		p.fail("b%d doesn't end", p.cur.ID)
		return
	}
	b := p.block()
	if p.found[b] {
		p.fail("b%d stands twice", b.ID)
	}
	p.found[b] = true
	p.f.Blocks = append(p.f.Blocks, b)
	p.cur, p.ended = b, false
	p.want("(")
	for p.err == nil && !p.has(")") {
		if len(b.Params) > 0 {
			p.want(",")
		}
		v := p.define()
		v.Op, v.Type = OpParam, p.kinds()
		b.Params = append(b.Params, v)
	}
	p.want(":")
	if p.has("handler=") {
		b.Handler = p.block()
	}
}

// kinds takes a type.
func (p *parser) kinds() Type {
	w := p.word()
	switch w {
	case "any":
		return TAny
	case "any?":
		return TAny | TUndef
	case "none":
		return 0
	}
	var t Type
	for _, k := range strings.Split(w, "|") {
		i := 0
		for i < len(typeNames) && typeNames[i] != k {
			i++
		}
		if i == len(typeNames) {
			p.fail("%q is no kind of value", k)
		}
		t |= 1 << i
	}
	return t
}

// opNames finds an Op by its name.
var opNames = sync.OnceValue(func() map[string]Op {
	m := map[string]Op{}
	for op := OpInvalid + 1; op < NumOps; op++ {
		m[op.String()] = op
	}
	return m
})

// instr takes an instruction, or the end of a block.
func (p *parser) instr() {
	rest := p.rest
	v := &Value{ID: -1, Block: p.cur}
	named := false
	if len(rest) > 1 && rest[0] == 'v' && rest[1] >= '0' && rest[1] <= '9' {
		v = p.define()
		named = true
		p.want("=")
	}
	name := p.word()
	// try is an operation where it gives a result, and the end of a block where
	// it doesn't.
	if !named && p.term(name) {
		return
	}
	op, ok := opNames()[name]
	if !ok {
		p.fail("no operation %q", name)
		return
	}
	info := op.Info()
	if named != (info.Result != 0) {
		p.fail("%s gives %s", name, map[bool]string{true: "a result", false: "no result"}[!named])
		return
	}
	v.Op, v.Type = op, info.Result
	p.details(v)
	for p.err == nil {
		if p.space(); p.rest == "" || p.rest[0] == ':' {
			break
		}
		if len(v.Args) > 0 {
			p.want(",")
		}
		v.Args = append(v.Args, p.value())
	}
	if p.has(":") {
		v.Type = p.kinds()
	}
	p.cur.Instrs = append(p.cur.Instrs, v)
}

// details takes what stands between an operation's name and its operands.
func (p *parser) details(v *Value) {
	switch v.Op {
	case OpConst:
		v.Const = p.constant()
		v.Type = v.Const.Type()
	case OpCapture, OpSlotGet, OpSlotSet, OpCall, OpClosure, OpShapeRecord, OpToShape:
		v.Int = int64(p.numbered("#"))
	case OpGetGlobal, OpSetGlobal, OpGetWindow, OpSetWindow, OpOrGlobal, OpOrWindow, OpGlobalOrUndef, OpWindowOrUndef:
		v.Int = int64(p.numbered("#"))
		v.Name = p.quoted()
	case OpCheck, OpGetField, OpSetField, OpOwnField, OpGetOwnedField, OpCallMember, OpRecord:
		v.Name = p.quoted()
	case OpFail:
		v.Name = p.quoted()
		v.Const = Const{Kind: ConstText, Text: p.quoted()}
	case OpBuiltin:
		id := p.quoted()
		if v.Spec = builtin.ByID(id); v.Spec == nil {
			p.fail("no builtin %q", id)
		}
	}
}

func (p *parser) constant() Const {
	p.space()
	if strings.HasPrefix(p.rest, `"`) {
		return Const{Kind: ConstText, Text: p.quoted()}
	}
	switch w := p.word(); {
	case w == "nil":
		return Const{Kind: ConstNil}
	case w == "undef":
		return Const{Kind: ConstUndef}
	case w == "true" || w == "false":
		return Const{Kind: ConstBool, Bool: w == "true"}
	case w == "builtin":
		return Const{Kind: ConstBuiltin, Text: p.quoted()}
	case strings.HasPrefix(w, "func#"):
		n, err := strconv.Atoi(w[len("func#"):])
		if err != nil {
			p.fail("no function %q", w)
		}
		return Const{Kind: ConstFunc, Func: n}
	default:
		d, err := decimal.Parse(w)
		if err != nil {
			p.fail("no constant %q", w)
		}
		return Const{Kind: ConstNumber, Num: d}
	}
}

// termKinds finds how a block ends by the word for it.
var termKinds = map[string]TermKind{
	"jump": TermJump, "if": TermIf, "return": TermReturn, "throw": TermThrow,
	"next": TermNext, "next2": TermNext, "try": TermTry, "halt": TermHalt,
}

// term takes the end of a block; false if word doesn't begin one.
func (p *parser) term(word string) bool {
	kind, ok := termKinds[word]
	if !ok {
		return false
	}
	t := Term{Kind: kind, Keyed: word == "next2"}
	edge := func() {
		e := Edge{To: p.block()}
		if p.has("(") {
			for p.err == nil && !p.has(")") {
				if len(e.Args) > 0 {
					p.want(",")
				}
				e.Args = append(e.Args, p.value())
			}
		}
		t.Succs = append(t.Succs, e)
	}
	switch kind {
	case TermJump:
		edge()
	case TermIf, TermNext:
		t.Value = p.value()
		edge()
		p.want("else")
		edge()
	case TermReturn, TermThrow:
		t.Value = p.value()
	case TermTry:
		edge()
		p.want("catch")
		edge()
	}
	p.cur.Term = t
	p.ended = true
	return true
}
