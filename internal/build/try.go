package build

import (
	"etamil/internal/check"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// try builds முயல் … பிழை … இறுதியில். The code of a finally block is built once
// for each way out: the end of the body or catch, an error that nobody caught,
// and every return, break, continue and failing ? that passes it.
func (b *builder) try(s *syntax.Try) {
	if s.Finally == nil {
		b.protected(s.Start, s.Body.Stmts, s, nil, 0)
		return
	}
	b.protected(s.Start, s.Body.Stmts, s, func() { b.stmts(s.Finally.Stmts) }, s.Finally.Start)
}

// protected builds statements, what catches their errors (s, nil for nothing), and what
// is done however they are left (finally, nil for nothing), which stands at last. There is
// one of the two.
func (b *builder) protected(pos source.Pos, stmts []syntax.Stmt, s *syntax.Try, finally func(), last source.Pos) {
	catches := s != nil && s.Catch != nil
	outer := b.handler
	done := b.block()
	var onFinally *ir.Block // errors of body and catch, when there is a finally
	if finally != nil {
		onFinally = b.block()
		b.exits = append(b.exits, exit{finally: finally, handler: outer, catches: false})
	}
	around := outer
	if onFinally != nil {
		around = onFinally
	}
	inner := around
	var onCatch *ir.Block
	if catches {
		b.handler = around
		onCatch = b.block()
		inner = onCatch
		b.exits = append(b.exits, exit{catches: true, handler: around})
	}

	// Two try edges where there are two handlers: each handler needs a way in
	// from the graph, so that it is reachable and its variables are known.
	start := b.cur
	if onFinally != nil && onCatch != nil {
		b.handler = outer
		mid := b.block()
		b.tryEdge(start, mid, onFinally, pos)
		b.ssa.seal(mid)
		start = mid
	}
	b.handler = inner
	body := b.block()
	b.tryEdge(start, body, inner, pos)
	b.ssa.seal(body)
	b.cur = body
	b.stmts(stmts)
	if onCatch != nil {
		b.exits = b.exits[:len(b.exits)-1]
		// Leave the body's handler before joining.
		b.handler = around
		after := b.block()
		b.jump(after)
		b.at(after)
		bodyEnd := b.cur

		e := onCatch.AddParam(ir.TAny)
		b.ssa.seal(onCatch)
		b.cur = onCatch
		if s.CatchVar != nil {
			b.write(b.p.Names[s.CatchVar], e, s.CatchVar.Start)
		}
		b.stmts(s.Catch.Stmts)
		join := b.block()
		b.jump(join)
		b.cur = bodyEnd
		b.jump(join)
		b.at(join)
	}
	if onFinally != nil {
		b.exits = b.exits[:len(b.exits)-1]
		b.handler = outer
		after := b.block()
		b.jump(after)
		b.at(after)
		b.finally(finally)
		normal := b.cur

		e := onFinally.AddParam(ir.TAny)
		onFinally.Handler = outer
		b.ssa.seal(onFinally)
		b.cur = onFinally
		b.finally(finally)
		b.throw(e, last)
		b.cur = normal
	}
	b.handler = outer
	b.jump(done)
	b.at(done)
}

// maxCopied is how many statements of finally blocks are built for one function. A try
// within a finally is built once for each copy of it, so what nests them deeply would
// grow without end.
const maxCopied = 1 << 17

// finally builds a finally block once more.
func (b *builder) finally(build func()) {
	b.copying++
	build()
	b.copying--
}

func (b *builder) tryEdge(from, body, handler *ir.Block, pos source.Pos) {
	from.Term = ir.Term{Kind: ir.TermTry, Succs: []ir.Edge{{To: body}, {To: handler}}, Pos: pos}
	b.ssa.edge(from, body)
	b.ssa.edge(from, handler)
	b.cur = nil
}

// unwind runs the finally blocks of exits[to:], innermost first, as return,
// break and continue do. Each runs under the handler around its try.
func (b *builder) unwind(to int) {
	saved, handler := b.exits, b.handler
	for i := len(saved) - 1; i >= to && b.cur != nil; i-- {
		e := saved[i]
		if e.finally == nil {
			continue
		}
		b.exits = saved[:i:i]
		b.handler = e.handler
		n := b.block()
		b.jump(n)
		b.ssa.seal(n)
		b.cur = n
		b.finally(e.finally)
	}
	if b.cur != nil && b.handler != handler {
		// What follows (the return itself) stands outside too.
		n := b.block()
		b.jump(n)
		b.ssa.seal(n)
		b.cur = n
	}
	b.exits, b.handler = saved, handler
}

// inTry says what a failing ? does here: raise, when a catch of this function
// stands around; and whether a finally must run before it returns.
func (b *builder) inTry() (catches, finally bool) {
	for i := len(b.exits) - 1; i >= 0; i-- {
		if b.exits[i].catches {
			return true, finally
		}
		if b.exits[i].finally != nil {
			finally = true
		}
	}
	return false, finally
}

// question is x?.
func (b *builder) question(x *ir.Value, pos source.Pos) *ir.Value {
	catches, finally := b.inTry()
	nobody := b.fn.Raises || b.fn.Kind == check.KindEvery || b.fn.Kind == check.KindTest // takes what it returns
	switch {
	case catches, nobody:
		return b.add(ir.OpTryThrow, pos, x)
	case !finally || b.fn.Kind == check.KindTop:
		return b.add(ir.OpTry, pos, x)
	}
	failed, ok := b.block(), b.block()
	b.branch(b.builtin("isErr", pos, x), failed, ok, pos)
	b.ssa.seal(failed)
	b.cur = failed
	b.unwind(0)
	if b.cur != nil {
		b.ret(x, pos)
	}
	b.ssa.seal(ok)
	b.cur = ok
	return b.add(ir.OpTry, pos, x)
}

// findSlots gives a slot to every variable that is assigned inside a try.
func (b *builder) findSlots() {
	f := finder{b: b}
	if b.fn.Kind == check.KindTop {
		f.stmts(b.p.Entry.Body)
	} else {
		f.stmts(b.fn.Decl.Body.Stmts)
	}
}

// finder walks statements and notes assignments below a try.
type finder struct {
	b  *builder
	in int // try statements around
}

func (f *finder) note(v *check.Var) {
	b := f.b
	if f.in == 0 || v == nil || v.Func == nil && !b.here[v] || v.Func != nil && v.Func != b.fn {
		return
	}
	if _, ok := b.slot[v]; !ok {
		b.slot[v] = int64(b.f.Slots)
		b.f.Slots++
	}
}

func (f *finder) target(x syntax.Expr) {
	switch x := x.(type) {
	case *syntax.Ident:
		if u := f.b.p.Uses[x]; u != nil {
			if u.Local != nil {
				f.note(u.Local)
			} else {
				f.note(u.Global)
			}
		}
	case *syntax.Index:
		f.target(x.X)
	case *syntax.Field:
		f.target(x.X)
	case *syntax.Paren:
		f.target(x.X)
	}
}

func (f *finder) pattern(p syntax.Pattern) {
	switch p := p.(type) {
	case *syntax.ListPattern:
		for _, i := range p.Items {
			f.pattern(i)
		}
	case *syntax.RecordPattern:
		for _, i := range p.Fields {
			f.pattern(i.Item)
		}
	case *syntax.ItemTarget:
		f.target(p.Target)
	}
}

func (f *finder) name(n *syntax.Name) {
	if n != nil {
		f.note(f.b.p.Names[n])
	}
}

func (f *finder) stmts(list []syntax.Stmt) {
	for _, s := range list {
		switch s := s.(type) {
		case *syntax.Import:
			if file := f.b.p.Imports[s]; file != nil {
				f.stmts(file.Body)
			}
		case *syntax.Assign:
			f.target(s.Target)
		case *syntax.Declare:
			f.name(s.Name)
		case *syntax.Destructure:
			f.pattern(s.Pattern)
		case *syntax.Input:
			f.target(s.X)
		case *syntax.FileOp:
			f.name(s.Into)
		case *syntax.DBOp:
			f.name(s.Into)
		case *syntax.If:
			f.ifStmt(s)
		case *syntax.While:
			f.stmts(s.Body.Stmts)
		case *syntax.ForEach:
			f.name(s.Key)
			f.name(s.Var)
			f.stmts(s.Body.Stmts)
		case *syntax.Lock:
			f.in++
			f.stmts(s.Body.Stmts)
			f.in--
		case *syntax.Select:
			for _, a := range s.Arms {
				if a.Target != nil {
					f.pattern(a.Target)
				}
				f.stmts(a.Body.Stmts)
			}
		case *syntax.Try:
			f.in++
			f.stmts(s.Body.Stmts)
			f.name(s.CatchVar)
			if s.Catch != nil {
				f.stmts(s.Catch.Stmts)
			}
			if s.Finally != nil {
				f.stmts(s.Finally.Stmts)
			}
			f.in--
		}
	}
}

func (f *finder) ifStmt(s *syntax.If) {
	f.stmts(s.Then.Stmts)
	switch e := s.Else.(type) {
	case *syntax.Block:
		f.stmts(e.Stmts)
	case *syntax.If:
		f.ifStmt(e)
	}
}
