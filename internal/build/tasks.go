package build

import (
	"etamil/internal/check"
	"etamil/internal/diag"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// Tasks are started and waited for by hidden builtins. What is started is a function value
// and its arguments: the machine copies both to the new fiber.

// spawn is தொடங்கு and பின்னணி. unheld says that nobody gets the task.
func (b *builder) spawn(x *syntax.Spawn, unheld bool) *ir.Value {
	id := "spawn"
	switch {
	case x.Background:
		id = "background"
	case unheld:
		id = "spawn_unheld"
	}
	if x.Block != nil {
		return b.builtin(id, x.Start, b.closure(x.Block, x.Start))
	}
	return b.start(id, x.X, x.Start)
}

// start has the builtin id start an expression, and gives the task.
func (b *builder) start(id string, x syntax.Expr, pos source.Pos) *ir.Value {
	s := b.p.Starts[x]
	if s.Call == nil {
		return b.builtin(id, pos, b.closure(s.Through, pos))
	}
	call := s.Call
	fun := call.Fun
	for p, ok := fun.(*syntax.Paren); ok; p, ok = fun.(*syntax.Paren) {
		fun = p.X
	}
	var callee *ir.Value
	var self []*ir.Value
	switch f := fun.(type) {
	case *syntax.Field:
		if u := b.p.Members[f]; u != nil {
			callee = b.callee(u, s, pos, f.Key.Text)
			break
		}
		callee = b.closure(s.Through, pos)
		self = append(self, b.expr(f.X))
	case *syntax.Ident:
		callee = b.callee(b.p.Uses[f], s, pos, f.Name)
	default:
		callee = b.expr(fun)
	}
	args := append(self, b.args(call.Args)...)
	if b.cur == nil {
		return callee
	}
	return b.builtin(id, pos, append([]*ir.Value{callee}, args...)...)
}

// callee is the function that a name means in a call: as callUse, but as a value.
func (b *builder) callee(u *check.Use, s *check.Start, pos source.Pos, name string) *ir.Value {
	if u == nil {
		u = &check.Use{}
	}
	static := func() *ir.Value {
		switch {
		case u.Func != nil:
			return b.constant(ir.Const{Kind: ir.ConstFunc, Func: u.Func.Index}, pos)
		case s.Through != nil:
			return b.closure(s.Through, pos)
		case u.Shape != nil && u.Shape.From != nil:
			return b.constant(ir.Const{Kind: ir.ConstFunc, Func: u.Shape.From.Index}, pos)
		}
		if u.Builtin == nil {
			return b.fail(diag.RunUnknownFunction, name, pos)
		}
		return b.use(u, name, pos)
	}
	if u.Local == nil && u.Global == nil {
		return static()
	}
	f := b.maybe(u, pos)
	if u.Func == nil && u.Builtin == nil && u.Shape == nil {
		return f
	}
	return b.either(b.add(ir.OpIsFunc, pos, f), ir.TAny, pos, func() *ir.Value { return f }, static)
}

// parallel is இணையாக [ … ]: all are started, then all waited for.
func (b *builder) parallel(x *syntax.Parallel) *ir.Value {
	var tasks []*ir.Value
	asked := make([][]*syntax.TryExpr, len(x.List.Items))
	some := false
	for i, it := range x.List.Items {
		var item syntax.Expr
		item, asked[i] = check.Asked(it.X)
		some = some || asked[i] != nil
		t := b.start("spawn", item, item.Span().Start)
		if b.cur == nil {
			return t
		}
		tasks = append(tasks, t)
	}
	list := b.add(ir.OpList, x.Start, tasks...)
	if !some {
		return b.builtin("parallel", x.Start, list)
	}
	marks := make([]*ir.Value, len(tasks))
	for i := range marks {
		n := int64(0)
		if asked[i] != nil {
			n = 1
		}
		marks[i] = b.number(n, x.Start)
	}
	all := b.builtin("parallel", x.Start, list, b.add(ir.OpList, x.Start, marks...))
	items := make([]*ir.Value, len(tasks))
	for i := range items {
		items[i] = b.answers(b.add(ir.OpGetIndex, x.Start, all, b.number(int64(i), x.Start)), asked[i])
	}
	return b.add(ir.OpList, x.Start, items...)
}

// answers applies the ?s that stood behind what was started to what it has returned.
func (b *builder) answers(v *ir.Value, asked []*syntax.TryExpr) *ir.Value {
	for i := len(asked) - 1; i >= 0; i-- {
		v = b.question(v, asked[i].Start)
	}
	return v
}

// selectTask is தேர்ந்தெடு { … }: every arm's expression is started; the builtin gives
// the number of the arm whose task was first to end, and what it returned.
func (b *builder) selectTask(s *syntax.Select) {
	pos := s.Start
	var tasks []*ir.Value
	asked := make([][]*syntax.TryExpr, len(s.Arms))
	for i, a := range s.Arms {
		var x syntax.Expr
		x, asked[i] = check.Asked(a.X)
		tasks = append(tasks, b.start("spawn", x, x.Span().Start))
		if b.cur == nil {
			return
		}
	}
	won := b.builtin("select", pos, b.add(ir.OpList, pos, tasks...))
	which := b.add(ir.OpGetIndex, pos, won, b.number(0, pos))
	x := b.add(ir.OpGetIndex, pos, won, b.number(1, pos))
	done := b.block()
	for i, a := range s.Arms {
		arm, next := b.block(), b.block()
		b.branch(b.add(ir.OpEq, a.Start, which, b.number(int64(i), a.Start)), arm, next, a.Start)
		b.ssa.seal(arm)
		b.cur = arm
		v := b.answers(x, asked[i])
		if a.Target != nil {
			b.destructure(a.Target, v)
		}
		if b.cur != nil {
			b.stmts(a.Body.Stmts)
		}
		b.jump(done)
		b.ssa.seal(next)
		b.cur = next
	}
	b.jump(done)
	b.at(done)
}

// lock is பூட்டு and காலக்கெடு: whatever way the block is left, what was begun ends.
// Both are a stack of the task's, so the end needs no value.
func (b *builder) lock(s *syntax.Lock) {
	begin, end := "lock_begin", "lock_end"
	if s.Deadline {
		begin, end = "deadline_begin", "deadline_end"
	}
	pos := s.Start
	x := b.expr(s.X)
	if b.cur == nil {
		return
	}
	b.builtin(begin, pos, x)
	b.protected(pos, s.Body.Stmts, nil, func() {
		if b.cur != nil {
			b.builtin(end, pos)
		}
	}, pos)
}
