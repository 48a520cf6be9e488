package syntax

import "etamil/internal/diag"

// function reads a function or task with its name.
func (p *parser) function() Stmt {
	start := p.pos
	task := p.functionWord()
	name := p.label(diag.ParseFuncName)
	f := p.signatureAndBody(task)
	return &FuncDecl{p.from(start), name, f}
}

// functionWord goes past செயல், பணி, or async and one of them before a name, and
// reports whether it makes a task.
func (p *parser) functionWord() (task bool) {
	switch {
	case p.accept(KindFunction):
		return false
	case p.role() == KindAsync:
		p.advance()
		if next := p.look(1).Kind; p.kind() == KindFunction || p.role() == KindTask && (next == KindName || next == KindString) {
			p.advance()
		}
		return true
	}
	p.advance()
	return true
}

// signatureAndBody reads (params) [type] { … }.
func (p *parser) signatureAndBody(task bool) *Func {
	defer p.leave(p.enter())
	f := &Func{Task: task}
	open := p.opening(KindLParen)
	saved := p.ctx
	p.ctx = context{}
	for k := p.kind(); k != KindRParen && k != KindEOF; k = p.kind() {
		f.Params = append(f.Params, p.param(f.Params))
		if !p.accept(KindComma) {
			break
		}
	}
	p.closing(KindRParen, open)
	if k := p.kind(); k == KindType || k == KindFunction || k == KindName {
		f.Result = p.typ()
	}
	f.Body = p.block()
	p.ctx = saved
	f.At = p.from(open)
	return f
}

// param reads [நிலை] [type] name [= default].
func (p *parser) param(before []*Param) *Param {
	start := p.pos
	a := &Param{}
	if next := p.look(1).Kind; p.role() == KindConst && (next == KindName || next == KindType || next == KindFunction) {
		p.advance()
		a.Const = true
	}
	switch k, next := p.kind(), p.look(1).Kind; {
	case (k == KindType || k == KindFunction) && next != KindComma && next != KindRParen && next != KindAssign,
		k == KindName && next == KindName:
		a.Type = p.typ()
	}
	a.Name = p.name(diag.ParseParam)
	if p.accept(KindAssign) {
		a.Default = p.expr()
	} else if len(before) > 0 && before[len(before)-1].Default != nil {
		p.fail(diag.ParseDefaultOrder, a.Name.Span(), quote(a.Name.Text))
	}
	a.At = p.from(start)
	return a
}

// typeKinds are what the nine type words name.
var typeKinds = map[string]TypeKind{
	"IntegerType": TypeNumber, "FloatType": TypeNumber, "StringType": TypeText, "TextType": TypeText,
	"BoolType": TypeBool, "ArrayType": TypeList, "ObjectType": TypeRecord, "DataType": TypeRecord, "DateType": TypeDate,
}

// typ reads a type. Its nesting, அணி<அணி<…>>, counts as depth.
func (p *parser) typ() *Type {
	defer p.leave(p.enter())
	start := p.pos
	t := &Type{}
	switch p.kind() {
	case KindType:
		t.Kind = typeKinds[p.look(0).word.row().Token]
		p.advance()
		if t.Kind == TypeList && p.kind() == KindLt {
			open := p.advance()
			t.Elem = p.typ()
			p.closing(KindGt, open)
		}
	case KindFunction:
		p.advance()
		t.Kind = TypeFunction
	case KindName:
		t.Kind, t.Name = TypeNamed, p.text(p.pos)
		p.advance()
	default:
		p.want(diag.ParseType)
	}
	t.At = p.from(start)
	return t
}

// skipType returns the index behind the type at token i, or -1 if there is none.
func (p *parser) skipType(i int) int {
	depth := 0
	for p.tok(i).word.row().Token == "ArrayType" && p.tok(i+1).Kind == KindLt {
		depth++
		i += 2
	}
	if k := p.tok(i).Kind; k != KindType && k != KindFunction && k != KindName {
		return -1
	}
	for i++; depth > 0; depth-- {
		if p.tok(i).Kind != KindGt {
			return -1
		}
		i++
	}
	return i
}

// lambdaBrace returns the index of the { of a body if tokens from the ( at i on
// have the shape (…) [type] {, else -1 (rule 9).
func (p *parser) lambdaBrace(i int) int {
	if p.tok(i).Kind != KindLParen || p.match(i) < 0 {
		return -1
	}
	i = p.after(i)
	if p.tok(i).Kind == KindLBrace {
		return i
	}
	if i = p.skipType(i); i >= 0 && p.tok(i).Kind == KindLBrace {
		return i
	}
	return -1
}

// asyncShape looks behind the async at the current token. It returns whether a
// word for a function and a name follow it, and ok if it is the beginning of a
// function at all: the whole shape up to { is there.
func (p *parser) asyncShape() (word, name, ok bool) {
	i := p.pos + 1
	if t := p.tok(i); t.Kind == KindFunction || t.Role == KindTask {
		word = true
		i++
	}
	if p.tok(i).Kind == KindName {
		name = true
		i++
	}
	return word, name, p.lambdaBrace(i) >= 0
}

// asyncLabel reports whether the async at the current token begins a function
// with a name, as a statement.
func (p *parser) asyncLabel() bool {
	i := p.pos + 1
	next := p.tok(i + 1).Kind
	if t := p.tok(i); t.Kind == KindFunction || t.Role == KindTask && (next == KindName || next == KindString) {
		i++
	}
	k := p.tok(i).Kind
	return (k == KindName || k == KindString) && p.lambdaBrace(i+1) >= 0
}
