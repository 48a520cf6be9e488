package check

import (
	"etamil/internal/builtin"
	"etamil/internal/diag"
	"etamil/internal/syntax"
)

func (c *checker) stmts(list []syntax.Stmt) {
	for _, s := range list {
		c.stmt(s)
	}
}

// blockStmts walks a block, and remembers what it assigns.
func (c *checker) blockStmts(b *syntax.Block) {
	if b == nil {
		return
	}
	outer := c.fn.block
	c.fn.block = &blockInfo{parent: outer}
	c.stmts(b.Stmts)
	c.fn.block = outer
}

func (c *checker) stmt(s syntax.Stmt) {
	switch s := s.(type) {
	case *syntax.Import:
		c.importStmt(s)
	case *syntax.Return:
		c.returnStmt(s)
	case *syntax.Print:
		c.expr(s.X)
	case *syntax.Input:
		if id, ok := s.X.(*syntax.Ident); ok {
			c.target(id, typ{})
			delete(c.fn.types, c.variableOf(id))
			c.fromOutside(id.Name, id.Span(), "input")
		}
	case *syntax.Declare:
		c.declareStmt(s)
	case *syntax.Assign:
		t := c.expr(s.X)
		c.targetFrom(s.Target, t, s.X)
	case *syntax.Destructure:
		c.expr(s.X)
		c.pattern(s.Pattern)
	case *syntax.ExprStmt:
		c.expr(s.X)
	case *syntax.Throw:
		c.expr(s.X)
		c.fn.flow.dead = true
	case *syntax.LateWord:
		c.lateWord(s)
	case *syntax.Break:
		c.breakStmt()
	case *syntax.Continue:
		c.fn.flow.dead = true
	case *syntax.FuncDecl:
		c.function(s.Func, KindNamed, s.Name.Text)
	case *syntax.If:
		c.ifStmt(s)
	case *syntax.While:
		c.whileStmt(s)
	case *syntax.ForEach:
		c.forEach(s)
	case *syntax.Try:
		c.try(s)
	case *syntax.Route:
		c.route(s)
	case *syntax.Every:
		c.prog.Serves = true
		c.expr(s.Seconds)
		c.function(s.Body, KindEvery, "இடைவெளி")
	case *syntax.Test:
		c.function(s.Body, KindTest, s.Name)
	case *syntax.Lock:
		c.expr(s.X)
		c.fn.f.UsesTry = true
		c.blockStmts(s.Body)
	case *syntax.Select:
		c.selectStmt(s)
	case *syntax.Shape:
		c.shapeStmt(s)
	case *syntax.FileOp:
		c.fileOp(s)
	case *syntax.DBOp:
		c.optional(s.SQL)
		c.optional(s.Params)
		if s.Into != nil {
			c.bind(s.Into)
			c.fromOutside(s.Into.Text, s.Into.Span(), "query")
		}
	case *syntax.Response:
		c.expr(s.Status)
		c.expr(s.Body)
		c.optional(s.Headers)
	case *syntax.JSONBody:
		c.expr(s.X)
		c.optional(s.Status)
	case *syntax.StartServer:
		c.prog.Serves = true
		c.expr(s.Host)
		c.expr(s.Port)
	}
}

func (c *checker) optional(e syntax.Expr) {
	if e != nil {
		c.expr(e)
	}
}

// importStmt walks the statements that stand at an import.
func (c *checker) importStmt(s *syntax.Import) {
	file := c.g.at[s]
	if file == nil {
		return
	}
	outer := c.sp
	c.sp = c.g.spaceOf[file]
	c.stmts(file.Body)
	c.sp = outer
}

func (c *checker) returnStmt(s *syntax.Return) {
	t := typ{}
	if s.X != nil {
		t = c.expr(s.X)
	}
	switch {
	case c.fn.top():
		c.errorf(diag.WarnReturnOutside, s.Span())
	case s.X != nil && !accepts(c.fn.result, t):
		name := c.fn.f.Name
		if name == "" {
			name = "செயல்"
		}
		c.errorf(diag.TypeResult, s.X.Span(), name, c.fn.result.declared(), t.given())
	}
	c.fn.flow.dead = true
}

// declareStmt is `type name = x;`, `name;` and the like.
func (c *checker) declareStmt(s *syntax.Declare) {
	given := typ{kind: tNumber} // without a value it is the number 0
	if s.X != nil {
		given = c.expr(s.X)
	}
	c.checkType(s.Type)
	c.notModule(s.Name.Text, s.Name.Span())
	v := c.writable(s.Name.Text)
	c.prog.Names[s.Name] = v
	c.assign(v, s.Name.Span())
	if s.Type != nil {
		c.fn.types[v] = c.typeOf(s.Type)
	}
	c.expectVar(v, given, s.Name.Span())
	if s.Const {
		c.fn.declareConst(v, s.Name)
	}
	c.valueFromOutside(s.Name.Text, s.Name.Span(), s.X)
}

// targetFrom is target for the value of an expression.
func (c *checker) targetFrom(target syntax.Expr, t typ, x syntax.Expr) {
	c.target(target, t)
	if id, ok := target.(*syntax.Ident); ok {
		c.valueFromOutside(id.Name, id.Span(), x)
		c.mainVar(id, x)
	}
}

// mainVar notices `मुख्य = async …() { }`.
func (c *checker) mainVar(id *syntax.Ident, x syntax.Expr) {
	if l, ok := x.(*syntax.Lambda); ok && l.Func.Task && c.fn.top() && c.sp == c.g.main && builtin.IsMain(id.Name) {
		c.prog.MainVar = c.prog.Uses[id].Global
	}
}

func (c *checker) pattern(p syntax.Pattern) {
	switch p := p.(type) {
	case *syntax.ListPattern:
		for _, it := range p.Items {
			c.pattern(it)
		}
	case *syntax.RecordPattern:
		for _, f := range p.Fields {
			c.pattern(f.Item)
		}
	case *syntax.ItemTarget:
		if !ignored(p) {
			c.target(p.Target, typ{})
		}
	}
}

func (c *checker) lateWord(s *syntax.LateWord) {
	name := ""
	if id := calledIdent(s.Call.X); id != nil {
		name = id.Name
	}
	if c.word(s, name, true) {
		c.stmt(s.Word)
	} else {
		c.stmt(s.Call)
	}
}

// calledIdent is the name that stands first in a chain of calls, fields and ?.
func calledIdent(e syntax.Expr) *syntax.Ident {
	for {
		switch x := e.(type) {
		case *syntax.Ident:
			return x
		case *syntax.Call:
			e = x.Fun
		case *syntax.Field:
			e = x.X
		case *syntax.Index:
			e = x.X
		case *syntax.TryExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// ---- Branches and loops --------------------------------------------------

func (c *checker) ifStmt(s *syntax.If) {
	f := c.fn
	out := flow{dead: true}
	var made []map[*Var]*syntax.Name
	for {
		c.expr(s.Cond)
		before := f.flow.clone()
		mark := len(f.made)
		c.blockStmts(s.Then)
		out = join(out, f.flow)
		f.flow = before
		// What one branch declares constant is not constant in the other, but
		// it is behind both.
		if consts := f.constsSince(mark); consts != nil {
			made = append(made, consts)
		}
		if next, ok := s.Else.(*syntax.If); ok {
			s = next
			continue
		}
		if b, ok := s.Else.(*syntax.Block); ok {
			c.blockStmts(b)
		}
		f.flow = join(out, f.flow)
		break
	}
	for _, consts := range made {
		for v, name := range consts {
			f.declareConst(v, name)
		}
	}
}

// enterLoop makes what the body assigns possible at its beginning: the loop may
// come round again. For a loop inside a loop the outer one has done so.
func (c *checker) enterLoop(body *syntax.Block) {
	f := c.fn
	if len(f.loops) == 0 {
		for _, a := range assignedIn(body.Stmts, c.sp) {
			if v := c.visible(a.name); v != nil {
				if n := f.number(v); n >= 0 {
					f.flow.maybe.add(n)
				}
			}
		}
	}
	f.loops = append(f.loops, &loopInfo{})
}

// visible is the variable that an assignment to name would change here, or nil.
func (c *checker) visible(name string) *Var {
	if c.fn.top() {
		return c.names[c.sp].globals[name]
	}
	return c.fn.vars[name]
}

// leaveLoop joins what is known where the condition failed with what is known at
// the breaks. endless says that the condition never fails.
func (c *checker) leaveLoop(out flow, endless bool) {
	f := c.fn
	l := f.loops[len(f.loops)-1]
	f.loops = f.loops[:len(f.loops)-1]
	out.maybe.union(f.flow.maybe)
	out.dead = out.dead || endless
	if l.any {
		out = join(out, l.broke)
	}
	f.flow = out
}

func (c *checker) breakStmt() {
	f := c.fn
	if len(f.loops) > 0 {
		l := f.loops[len(f.loops)-1]
		if l.any {
			l.broke = join(l.broke, f.flow.clone())
		} else {
			l.broke, l.any = f.flow.clone(), true
		}
	}
	f.flow.dead = true
}

func (c *checker) whileStmt(s *syntax.While) {
	c.enterLoop(s.Body)
	c.expr(s.Cond)
	out := c.fn.flow.clone()
	c.blockStmts(s.Body)
	c.leaveLoop(out, alwaysTrue(s.Cond))
}

func alwaysTrue(e syntax.Expr) bool {
	switch e := e.(type) {
	case *syntax.Bool:
		return e.Value
	case *syntax.Number:
		return e.Value.Sign() != 0
	case *syntax.Paren:
		return alwaysTrue(e.X)
	}
	return false
}

func (c *checker) forEach(s *syntax.ForEach) {
	c.expr(s.X)
	c.enterLoop(s.Body)
	out := c.fn.flow.clone()
	c.bind(s.Key)
	c.bind(s.Var)
	c.blockStmts(s.Body)
	c.leaveLoop(out, false)
}

// try: an error may leave the body anywhere, so where the catch begins nothing
// that the body sets is certain; where the finally begins, likewise for both.
func (c *checker) try(s *syntax.Try) {
	f := c.fn
	f.f.UsesTry = true
	before := f.flow.clone()
	c.blockStmts(s.Body)
	after := f.flow
	if s.Catch != nil {
		f.flow = before.clone()
		f.flow.maybe.union(after.maybe)
		c.bind(s.CatchVar)
		c.blockStmts(s.Catch)
		after = join(after, f.flow)
	}
	f.flow = after
	if s.Finally != nil {
		f.flow = before
		f.flow.maybe.union(after.maybe)
		c.blockStmts(s.Finally)
		// Past the finally, what the body and catch made certain is so again.
		if f.flow.dead {
			return
		}
		f.flow.def.union(after.def)
		f.flow.dead = after.dead
	}
}

func (c *checker) selectStmt(s *syntax.Select) {
	f := c.fn
	out := flow{dead: true}
	before := f.flow.clone()
	for _, a := range s.Arms {
		f.reset(before)
		c.item(a.X)
		if a.Target != nil {
			c.pattern(a.Target)
		}
		c.blockStmts(a.Body)
		out = join(out, f.flow)
	}
	f.flow = out
	if len(s.Arms) == 0 {
		f.flow = before
	}
}

// ---- Other statements ----------------------------------------------------

func (c *checker) route(s *syntax.Route) {
	c.prog.Serves = true
	c.expr(s.Path)
	c.optional(s.Options)
	if p, ok := s.Path.(*syntax.String); ok {
		c.routePath(p)
	}
	c.function(s.Body, KindRoute, s.Method)
}

func (c *checker) fileOp(s *syntax.FileOp) {
	c.expr(s.Path)
	c.optional(s.X)
	if s.Into != nil {
		c.bind(s.Into)
		c.fromOutside(s.Into.Text, s.Into.Span(), "file")
	}
}

// function walks the function that a declaration, lambda, body … makes.
func (c *checker) function(decl *syntax.Func, kind FuncKind, name string) *Func {
	f := c.prog.FuncOf[decl]
	if f == nil {
		f = c.newFunc(kind, name, decl)
	}
	c.enter(f, decl, c.typeOf(decl.Result))
	return f
}
