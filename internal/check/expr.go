package check

import (
	"slices"
	"strconv"
	"strings"
	"unicode"

	"etamil/internal/builtin"
	"etamil/internal/decimal"
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// expr walks an expression and returns what is known of its type.
func (c *checker) expr(e syntax.Expr) typ {
	switch e := e.(type) {
	case *syntax.Number:
		return typ{kind: tNumber}
	case *syntax.String:
		return typ{kind: tText}
	case *syntax.FString:
		for _, p := range e.Parts {
			if p.X != nil {
				c.expr(p.X)
			}
		}
		return typ{kind: tText}
	case *syntax.Bool:
		return typ{kind: tBool}
	case *syntax.Ident:
		return c.ident(e)
	case *syntax.Paren:
		return c.expr(e.X)
	case *syntax.List:
		return c.list(e)
	case *syntax.Record:
		for _, en := range e.Entries {
			c.expr(en.X)
		}
		return typ{kind: tRecord}
	case *syntax.Filled:
		return c.filled(e)
	case *syntax.Lambda:
		name := ""
		if e.Name != nil {
			name = e.Name.Text
		}
		c.function(e.Func, KindLambda, name)
		return typ{kind: tFunction}
	case *syntax.Index:
		c.expr(e.X)
		c.expr(e.I)
	case *syntax.Field:
		return c.field(e)
	case *syntax.Call:
		return c.call(e)
	case *syntax.TryExpr:
		c.expr(e.X)
	case *syntax.Unary:
		c.expr(e.X)
		if e.Op == syntax.Not {
			return typ{kind: tBool}
		}
		return typ{kind: tNumber}
	case *syntax.Binary:
		return c.binary(e)
	case *syntax.Compare:
		for _, x := range e.Xs {
			c.expr(x)
		}
		return typ{kind: tBool}
	case *syntax.Await:
		c.expr(e.X)
	case *syntax.Spawn:
		if e.Block != nil {
			c.function(e.Block, KindSpawned, "தொடங்கு")
		} else {
			if !e.Calls() {
				c.errorf(diag.ParseNothingCalled, e.Span(), startWord(e))
			}
			c.started(e.X)
		}
	case *syntax.Parallel:
		for _, it := range e.List.Items {
			if it.Spread {
				c.errorf(diag.ParallelSpread, it.X.Span())
				c.expr(it.X)
				continue
			}
			c.item(it.X)
		}
		return typ{kind: tList}
	case *syntax.LateExpr:
		_, index := e.Plain.(*syntax.Index)
		if c.word(e, e.Name, !index) {
			return c.expr(e.Word)
		}
		return c.expr(e.Plain)
	}
	return typ{}
}

// binary walks down the left side in a loop, which may be as long as the file.
func (c *checker) binary(e *syntax.Binary) typ {
	spine := leftSpine(e)
	last := spine[len(spine)-1]
	c.expr(last.X)
	c.added(last, last.X)
	for i := len(spine) - 1; i >= 0; i-- {
		c.expr(spine[i].Y)
		c.added(spine[i], spine[i].Y)
	}
	switch e.Op {
	case syntax.Concat:
		return typ{kind: tText}
	case syntax.And, syntax.Or:
		return typ{kind: tBool}
	}
	return typ{kind: tNumber}
}

// added warns of an operand of + that is text and no number: whoever writes that means to
// join, as other languages do with the same sign.
func (c *checker) added(e *syntax.Binary, operand syntax.Expr) {
	if e.Op != syntax.Add {
		return
	}
	switch x := operand.(type) {
	case *syntax.String:
		if _, err := decimal.ParseText(x.Value); err == nil {
			return
		}
	case *syntax.FString:
		letters := func(p syntax.FPart) bool { return p.X == nil && strings.ContainsFunc(p.Text, unicode.IsLetter) }
		if !slices.ContainsFunc(x.Parts, letters) {
			return
		}
	default:
		return
	}
	c.errorf(diag.WarnTextAdded, operand.Span()).Note(source.Span{}, "உரைகளைச் சேர்க்க '&' என எழுதுக", "write '&' to join texts")
}

// list walks a list literal. Its items have a type if all have the same.
func (c *checker) list(e *syntax.List) typ {
	t := typ{kind: tList}
	for i, it := range e.Items {
		item := c.expr(it.X)
		switch {
		case it.Spread || item.kind == tUnknown:
			item = typ{}
		case i > 0 && (t.elem == nil || *t.elem != item):
			item = typ{}
		}
		t.elem = &item
	}
	if t.elem != nil && t.elem.kind == tUnknown {
		t.elem = nil
	}
	return t
}

// ident reads a name as a value.
func (c *checker) ident(id *syntax.Ident) typ {
	if c.module(id) != nil {
		c.errorf(diag.ModuleValue, id.Span(), id.Name)
		return typ{}
	}
	return c.varType(c.read(id, false))
}

// field reads x.key: a field, a member of a module or shape, a method.
func (c *checker) field(e *syntax.Field) typ {
	if u := c.member(e); u != nil {
		if u.Func != nil {
			return typ{kind: tFunction}
		}
		return typ{}
	}
	t := c.expr(e.X)
	return c.shapeField(e, t)
}

// shapeField is the type of x.key when x is known to have type t.
func (c *checker) shapeField(e *syntax.Field, t typ) typ {
	if t.kind != tShape {
		c.handleMember(e)
		return typ{}
	}
	if f := t.shape.field(e.Key.Text); f != nil {
		if f.Optional {
			return typ{}
		}
		return c.fieldType(t.shape, f)
	}
	if t.shape.Methods[e.Key.Text] != nil {
		return typ{kind: tFunction}
	}
	c.noMember(t.shape, e.Key)
	return typ{}
}

// member settles m.f of a module and S.m of a shape; nil for any other field.
func (c *checker) member(e *syntax.Field) *Use {
	switch x := e.X.(type) {
	case *syntax.Ident:
		if m := c.module(x); m != nil {
			return c.moduleMember(e, x.Name, m)
		}
		if s := c.shapeName(x); s != nil {
			return c.shapeMember(e, s)
		}
	case *syntax.Field:
		if id, ok := x.X.(*syntax.Ident); ok && c.module(id) != nil {
			if u := c.member(x); u.Shape != nil && u.Global == nil {
				return c.shapeMember(e, u.Shape)
			}
		}
	}
	return nil
}

// shapeName returns the shape that id names, unless a variable hides it.
func (c *checker) shapeName(id *syntax.Ident) *Shape {
	n := c.names[c.sp]
	s := n.shapes[id.Name]
	if s == nil || c.fn.local(id.Name) != nil || n.globals[id.Name] != nil {
		return nil
	}
	return s
}

// moduleMember settles m.key.
func (c *checker) moduleMember(e *syntax.Field, module string, m *space) *Use {
	key := e.Key.Text
	n := c.names[m]
	u := &Use{Func: n.funcs[key], Shape: n.shapes[key]}
	if g := n.globals[key]; g != nil {
		outer := c.sp
		c.sp = m // whose name it is
		c.mention(key)
		c.useGlobal(u, g, false)
		c.sp = outer
	}
	c.prog.Members[e] = u
	switch {
	case builtin.IsPrivate(key):
		c.errorf(diag.ModulePrivate, e.Key.Span(), key, module)
	case u.nothing() && !c.g.broken:
		msg := c.errorf(diag.ModuleNoName, e.Key.Span(), module, key)
		list := append(sortedKeys(n.funcs), sortedKeys(n.globals)...)
		if best, ok := diag.Nearest(key, append(list, sortedKeys(n.shapes)...)); ok {
			msg.Suggest(best)
		}
	}
	return u
}

// ---- Calls ---------------------------------------------------------------

func (c *checker) call(e *syntax.Call) typ {
	fun := e.Fun
	for {
		p, ok := fun.(*syntax.Paren)
		if !ok {
			break
		}
		fun = p.X
	}
	switch f := fun.(type) {
	case *syntax.Ident:
		if c.module(f) != nil {
			c.errorf(diag.ModuleValue, f.Span(), f.Name)
			c.args(e.Args, nil, nil)
			return typ{}
		}
		u := c.read(f, true)
		return c.callUse(u, f.Name, e.Args, e.Span(), 0)
	case *syntax.Field:
		return c.callField(e, f)
	}
	c.expr(fun)
	c.args(e.Args, nil, nil)
	return typ{}
}

// callField is m.f(…), S.m(…), v.m(…) or a call of whatever the field holds.
func (c *checker) callField(e *syntax.Call, f *syntax.Field) typ {
	if u := c.member(f); u != nil {
		return c.callUse(u, f.Key.Text, e.Args, e.Span(), 0)
	}
	t := c.expr(f.X)
	if t.kind == tShape {
		if m := t.shape.Methods[f.Key.Text]; m != nil {
			self := 0
			if m.Self {
				self = 1
			}
			return c.callUse(&Use{Func: m}, t.shape.Name+"."+f.Key.Text, e.Args, e.Span(), self)
		}
		c.shapeField(f, t)
	} else if member := c.handleMember(f); member != nil {
		c.startsServer(f)
		c.count(f.Key.Text, len(e.Args), member.Min, member.Max, e.Span())
	}
	c.args(e.Args, nil, nil)
	return typ{}
}

// callUse checks a call of what u means. self is how many parameters the value
// before the dot fills.
func (c *checker) callUse(u *Use, name string, args []syntax.Expr, at source.Span, self int) typ {
	if u.Builtin != nil && u.Builtin.ID == "server_create" && u.Func == nil {
		c.prog.Serves = true
	}
	certain := u.Local == nil && u.Global == nil
	switch {
	case certain && u.Func != nil:
		f := u.Func
		c.count(name, len(args), max(0, f.MinArgs()-self), len(f.Decl.Params)-self, at)
		c.args(args, f.Decl.Params[min(self, len(f.Decl.Params)):], f)
		return c.typeIn(c.home[f], f.Decl.Result)
	case certain && u.Builtin != nil && !u.Builtin.Variable:
		c.count(name, len(args), u.Builtin.Min, u.Builtin.Max, at)
		if u.Builtin.Result == "server" {
			c.prog.Serves = true
		}
	case certain && u.Shape != nil:
		c.count(name, len(args), 1, 1, at)
	}
	c.args(args, nil, nil)
	return typ{}
}

// args walks arguments and checks them against the parameters, if known.
func (c *checker) args(args []syntax.Expr, params []*syntax.Param, f *Func) {
	for i, a := range args {
		given := c.expr(a)
		if i < len(params) {
			if want := c.typeIn(c.home[f], params[i].Type); !accepts(want, given) {
				c.errorf(diag.TypeArgument, a.Span(), f.Name, params[i].Name.Text, want.declared(), given.given())
			}
		}
	}
}

// count checks the number of arguments; most is -1 for any number.
func (c *checker) count(name string, got, least, most int, at source.Span) {
	if got >= least && (most < 0 || got <= most) {
		return
	}
	want := strconv.Itoa(least)
	switch {
	case most < 0:
		want = diag.Both(want+" அல்லது மேல்", want+" or more")
	case most != least:
		want += "–" + strconv.Itoa(most)
	}
	c.soft(diag.TypeArgCount, at, name, want, strconv.Itoa(got))
}

// filled is a shape's literal, or a call of the name with the record.
func (c *checker) filled(e *syntax.Filled) typ {
	if s := c.shapeName(e.Name); s != nil {
		c.prog.Fills[e] = s
		c.prog.Uses[e.Name] = &Use{Shape: s}
		c.shapeLiteral(e, s)
		return typ{kind: tShape, shape: s}
	}
	u := c.read(e.Name, true)
	for _, en := range e.Entries {
		c.expr(en.X)
		if en.Spread {
			c.errorf(diag.ShapeSpread, en.X.Span(), e.Name.Name)
		}
	}
	if u.Local == nil && u.Global == nil {
		switch {
		case u.Func != nil:
			c.count(e.Name.Name, 1, u.Func.MinArgs(), len(u.Func.Decl.Params), e.Span())
			return c.typeIn(c.home[u.Func], u.Func.Decl.Result)
		case u.Builtin != nil && !u.Builtin.Variable:
			c.count(e.Name.Name, 1, u.Builtin.Min, u.Builtin.Max, e.Span())
		}
	}
	return typ{}
}

// ---- Targets -------------------------------------------------------------

// target is the left side of an assignment of a value of type t.
func (c *checker) target(e syntax.Expr, t typ) {
	id := baseIdent(e)
	if id == nil {
		return
	}
	if whole, ok := e.(*syntax.Ident); ok {
		c.notModule(id.Name, id.Span())
		v := c.writable(id.Name)
		c.prog.Uses[whole] = useOf(v)
		if c.assign(v, id.Span()) {
			c.expectVar(v, t, id.Span())
		}
		return
	}
	if c.module(id) != nil {
		c.errorf(diag.ModuleAssigned, id.Span(), id.Name)
		c.walkTarget(e)
		return
	}
	u := c.read(id, false)
	v := c.writable(id.Name)
	// The compiler stores into Local, or else into Global.
	if v.Func != nil {
		u.Local = v
	} else {
		u.Global = v
	}
	base := c.fn.types[v]
	if last := c.walkTarget(e); last != nil && base.kind == tShape {
		c.storeField(base.shape, last, t)
	}
	c.assign(v, id.Span())
}

// useOf is the Use of a name that is only written.
func useOf(v *Var) *Use {
	if v.Func != nil {
		return &Use{Local: v}
	}
	return &Use{Global: v}
}

// variableOf is the variable that a written name stands for.
func (c *checker) variableOf(id *syntax.Ident) *Var {
	u := c.prog.Uses[id]
	if u.Local != nil {
		return u.Local
	}
	return u.Global
}

// walkTarget walks the indexes of a target. It returns the target itself if it
// is a field of the variable, as in r.f = x.
func (c *checker) walkTarget(e syntax.Expr) *syntax.Field {
	if f, ok := e.(*syntax.Field); ok {
		if _, direct := f.X.(*syntax.Ident); direct {
			return f
		}
	}
	for {
		switch x := e.(type) {
		case *syntax.Index:
			c.expr(x.I)
			e = x.X
		case *syntax.Field:
			e = x.X
		case *syntax.Paren:
			e = x.X
		default:
			return nil
		}
	}
}
