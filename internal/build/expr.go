package build

import (
	"strings"

	"etamil/internal/check"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

var arithmetic = map[syntax.BinaryOp]ir.Op{
	syntax.Add: ir.OpAdd, syntax.Sub: ir.OpSub, syntax.Mul: ir.OpMul, syntax.Div: ir.OpDiv, syntax.Concat: ir.OpConcat,
}

var compare = map[syntax.CompareOp]ir.Op{
	syntax.Eq: ir.OpEq, syntax.Ne: ir.OpNe, syntax.Lt: ir.OpLt, syntax.Le: ir.OpLe, syntax.Gt: ir.OpGt, syntax.Ge: ir.OpGe,
}

// expr builds x and returns its value. An expression may leave (a lambda's
// default, a failing ? with a finally): cur is then nil and the value is
// never looked at.
func (b *builder) expr(x syntax.Expr) *ir.Value {
	pos := x.Span().Start
	switch x := x.(type) {
	case *syntax.Number:
		return b.constant(ir.Const{Kind: ir.ConstNumber, Num: x.Value}, pos)
	case *syntax.String:
		return b.text(x.Value, pos)
	case *syntax.FString:
		return b.fstring(x)
	case *syntax.Bool:
		return b.bool(x.Value, pos)
	case *syntax.Nil:
		return b.nil(pos)
	case *syntax.Ident:
		return b.ident(x)
	case *syntax.Paren:
		return b.expr(x.X)
	case *syntax.List:
		return b.list(x)
	case *syntax.Record:
		return b.record(x.Entries, pos)
	case *syntax.Filled:
		return b.filled(x)
	case *syntax.Lambda:
		return b.closure(x.Func, pos)
	case *syntax.Index:
		base := b.expr(x.X)
		i := b.expr(x.I)
		return b.add(ir.OpGetIndex, pos, base, i)
	case *syntax.Field:
		if u := b.p.Members[x]; u != nil {
			return b.use(u, x.Key.Text, pos)
		}
		return b.named(ir.OpGetField, x.Key.Text, x.Key.Start, b.expr(x.X))
	case *syntax.Call:
		return b.call(x)
	case *syntax.TryExpr:
		return b.question(b.expr(x.X), pos)
	case *syntax.Unary:
		if x.Op == syntax.Neg {
			return b.add(ir.OpNeg, pos, b.expr(x.X))
		}
		return b.add(ir.OpNot, pos, b.expr(x.X))
	case *syntax.Binary:
		if x.Op == syntax.And || x.Op == syntax.Or {
			return b.choice(x)
		}
		if x.Op == syntax.Concat {
			return b.concat(x)
		}
		l := b.expr(x.X)
		r := b.expr(x.Y)
		return b.add(arithmetic[x.Op], pos, l, r)
	case *syntax.Compare:
		if len(x.Ops) == 1 {
			l := b.expr(x.Xs[0])
			r := b.expr(x.Xs[1])
			return b.add(compare[x.Ops[0]], pos, l, r)
		}
		return b.choice(x)
	case *syntax.Await:
		return b.builtin("await", pos, b.expr(x.X))
	case *syntax.Spawn:
		return b.spawn(x, false)
	case *syntax.Parallel:
		return b.parallel(x)
	case *syntax.LateExpr:
		if b.p.Late[x] {
			return b.expr(x.Word)
		}
		return b.expr(x.Plain)
	}
	panic("build: an expression that the checker should have refused")
}

// concat flattens a & b & c, so that it is one new text and not two.
func (b *builder) concat(x *syntax.Binary) *ir.Value {
	var parts []syntax.Expr
	var e syntax.Expr = x
	for {
		n, ok := e.(*syntax.Binary)
		if !ok || n.Op != syntax.Concat {
			parts = append(parts, e)
			break
		}
		parts = append(parts, n.Y)
		e = n.X
	}
	args := make([]*ir.Value, len(parts))
	for i := len(parts) - 1; i >= 0; i-- {
		args[len(parts)-1-i] = b.expr(parts[i])
	}
	return b.concatAll(args, x.Start)
}

// maxConcat bounds how many registers one concat needs side by side.
const maxConcat = 64

func (b *builder) concatAll(args []*ir.Value, pos source.Pos) *ir.Value {
	for len(args) > maxConcat {
		head := b.add(ir.OpConcat, pos, args[:maxConcat]...)
		args = append([]*ir.Value{head}, args[maxConcat:]...)
	}
	return b.add(ir.OpConcat, pos, append([]*ir.Value(nil), args...)...)
}

func (b *builder) fstring(x *syntax.FString) *ir.Value {
	args := []*ir.Value{}
	for _, p := range x.Parts {
		switch {
		case p.X == nil:
			args = append(args, b.text(p.Text, x.Start))
		case p.Spec != "":
			v := b.expr(p.X)
			args = append(args, b.builtin("format", p.X.Span().Start, b.text("{:"+p.Spec+"}", x.Start), v))
		default:
			args = append(args, b.expr(p.X))
		}
	}
	for len(args) < 2 {
		args = append(args, b.text("", x.Start))
	}
	return b.concatAll(args, x.Start)
}

// choice is a boolean that is found by going different ways.
func (b *builder) choice(x syntax.Expr) *ir.Value {
	pos := x.Span().Start
	yes, no, done := b.block(), b.block(), b.block()
	p := done.AddParam(ir.TBool)
	b.cond(x, yes, no)
	for _, way := range []struct {
		blk *ir.Block
		v   bool
	}{{yes, true}, {no, false}} {
		b.ssa.seal(way.blk)
		b.cur = way.blk
		b.ssa.pass(p, b.bool(way.v, pos))
		b.jump(done)
	}
	b.ssa.seal(done)
	b.cur = done
	return p
}

// cond goes to yes if x is true, else to no.
func (b *builder) cond(x syntax.Expr, yes, no *ir.Block) {
	switch x := x.(type) {
	case *syntax.Paren:
		b.cond(x.X, yes, no)
		return
	case *syntax.Unary:
		if x.Op == syntax.Not {
			b.cond(x.X, no, yes)
			return
		}
	case *syntax.Binary:
		if x.Op == syntax.And || x.Op == syntax.Or {
			mid := b.block()
			if x.Op == syntax.And {
				b.cond(x.X, mid, no)
			} else {
				b.cond(x.X, yes, mid)
			}
			b.ssa.seal(mid)
			b.cur = mid
			b.cond(x.Y, yes, no)
			return
		}
	case *syntax.Compare:
		if len(x.Ops) > 1 {
			l := b.expr(x.Xs[0])
			for i, op := range x.Ops {
				r := b.expr(x.Xs[i+1])
				if i == len(x.Ops)-1 {
					b.branch(b.add(compare[op], x.Start, l, r), yes, no, x.Start)
					return
				}
				mid := b.block()
				b.branch(b.add(compare[op], x.Start, l, r), mid, no, x.Start)
				b.ssa.seal(mid)
				b.cur = mid
				l = r
			}
		}
	}
	b.branch(b.expr(x), yes, no, x.Span().Start)
}

// ident reads a name.
func (b *builder) ident(x *syntax.Ident) *ir.Value {
	return b.use(b.p.Uses[x], x.Name, x.Start)
}

// use reads what a name means here: a local that is set, else a global that is
// set, else a function or builtin of that name.
func (b *builder) use(u *check.Use, name string, pos source.Pos) *ir.Value {
	if u == nil {
		return b.named(ir.OpCheck, name, pos, b.constant(ir.Const{Kind: ir.ConstUndef}, pos))
	}
	other := u.Func != nil || u.Builtin != nil || u.Shape != nil
	if u.Local == nil && u.Global == nil {
		if other {
			return b.fallback(u, name, pos)
		}
		return b.named(ir.OpCheck, name, pos, b.constant(ir.Const{Kind: ir.ConstUndef}, pos))
	}
	if !other {
		return b.variable(u, name, pos)
	}
	v := b.maybe(u, pos)
	if v.Type&ir.TUndef == 0 {
		return v
	}
	return b.either(b.add(ir.OpIsSet, pos, v), ir.TAny, pos,
		func() *ir.Value { return b.named(ir.OpCheck, name, pos, v) },
		func() *ir.Value { return b.fallback(u, name, pos) })
}

// fallback is what a name means when no variable of that name is set.
func (b *builder) fallback(u *check.Use, name string, pos source.Pos) *ir.Value {
	if u.Func != nil {
		return b.constant(ir.Const{Kind: ir.ConstFunc, Func: u.Func.Index}, pos)
	}
	if u.Builtin == nil {
		return b.constant(ir.Const{Kind: ir.ConstFunc, Func: u.Shape.From.Index}, pos)
	}
	switch u.Builtin.ID {
	case "nil":
		return b.nil(pos)
	case "true", "false":
		return b.bool(u.Builtin.ID == "true", pos)
	}
	if u.Builtin.Variable {
		return b.requestName(u, name, pos)
	}
	if f := b.prelude(u.Builtin.ID, u.Builtin.Max); f != nil {
		return b.constant(ir.Const{Kind: ir.ConstFunc, Func: f.Index}, pos)
	}
	return b.constant(ir.Const{Kind: ir.ConstBuiltin, Text: u.Builtin.ID}, pos)
}

// requestName reads a name that each request binds, such as request_body.
func (b *builder) requestName(u *check.Use, name string, pos source.Pos) *ir.Value {
	v := b.cur.Add(ir.OpBuiltin, pos)
	v.Spec = u.Builtin
	if u.Builtin.Min == 1 {
		v.Args = []*ir.Value{b.text(strings.TrimPrefix(name, "param_"), pos)}
		// The argument must stand before its use.
		n := len(b.cur.Instrs)
		b.cur.Instrs[n-2], b.cur.Instrs[n-1] = b.cur.Instrs[n-1], b.cur.Instrs[n-2]
	}
	return v
}

// variable reads a variable that must be set.
func (b *builder) variable(u *check.Use, name string, pos source.Pos) *ir.Value {
	if u.Local == nil {
		if b.here[u.Global] {
			return b.checked(u.Global, name, pos)
		}
		op := ir.OpGetGlobal
		if u.Global.Window {
			op = ir.OpGetWindow
		}
		v := b.named(op, name, pos)
		v.Int = int64(u.Global.Index)
		return v
	}
	if u.Global == nil {
		return b.checked(u.Local, name, pos)
	}
	v := b.read(u.Local, pos)
	if v.Type&ir.TUndef == 0 {
		return v
	}
	op := ir.OpOrGlobal
	if u.Global.Window {
		op = ir.OpOrWindow
	}
	r := b.named(op, name, pos, v)
	r.Int = int64(u.Global.Index)
	return r
}

// checked reads a variable and raises an error if it isn't set. Once it has
// been seen to be set, it stays so.
func (b *builder) checked(v *check.Var, name string, pos source.Pos) *ir.Value {
	x := b.read(v, pos)
	if x.Type&ir.TUndef == 0 {
		return x
	}
	c := b.named(ir.OpCheck, name, pos, x)
	if _, slot := b.slot[v]; !slot {
		b.ssa.set(b.cur, v, c)
	}
	return c
}

// maybe reads a variable that need not be set.
func (b *builder) maybe(u *check.Use, pos source.Pos) *ir.Value {
	var v *ir.Value
	if u.Local != nil {
		v = b.read(u.Local, pos)
		if u.Global == nil || v.Type&ir.TUndef == 0 {
			return v
		}
	} else if b.here[u.Global] {
		return b.read(u.Global, pos)
	}
	op := ir.OpGlobalOrUndef
	if u.Global.Window {
		op = ir.OpWindowOrUndef
	}
	global := func() *ir.Value {
		g := b.named(op, u.Global.Name, pos)
		g.Int = int64(u.Global.Index)
		return g
	}
	if v == nil {
		return global()
	}
	return b.either(b.add(ir.OpIsSet, pos, v), ir.TAny|ir.TUndef, pos, func() *ir.Value { return v }, global)
}

// either is one value or another, as cond says: each is made on a way of its own. A way
// on which its function ends the block (an error for certain) gives none.
func (b *builder) either(cond *ir.Value, typ ir.Type, pos source.Pos, yes, no func() *ir.Value) *ir.Value {
	ways := [2]*ir.Block{b.block(), b.block()}
	done := b.block()
	p := done.AddParam(typ)
	b.branch(cond, ways[0], ways[1], pos)
	b.ssa.seal(ways[0])
	b.ssa.seal(ways[1])
	for i, value := range [2]func() *ir.Value{yes, no} {
		b.cur = ways[i]
		if v := value(); b.cur != nil {
			b.ssa.pass(p, v)
			b.jump(done)
		}
	}
	b.ssa.seal(done)
	b.cur = done
	return p
}

// closure makes a function value of fn with copies of what it captures.
func (b *builder) closure(decl *syntax.Func, pos source.Pos) *ir.Value {
	fn := b.p.FuncOf[decl]
	if len(fn.Captures) == 0 {
		return b.constant(ir.Const{Kind: ir.ConstFunc, Func: fn.Index}, pos)
	}
	var args []*ir.Value
	for _, c := range fn.Captures {
		args = append(args, b.add(ir.OpNilIfUndef, pos, b.read(c.From, pos)))
	}
	v := b.add(ir.OpClosure, pos, args...)
	v.Int, v.Name = int64(fn.Index), fn.Name
	return v
}
