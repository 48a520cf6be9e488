package build

import (
	"etamil/internal/check"
	"etamil/internal/diag"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// stmts builds statements until one of them leaves; what follows can't be
// reached and is dropped.
func (b *builder) stmts(list []syntax.Stmt) {
	for _, s := range list {
		if b.cur == nil {
			return
		}
		if b.copying > 0 {
			if b.copied++; b.copied > maxCopied {
				b.f.TooLarge = true
				return
			}
		}
		b.stmt(s)
	}
}

func (b *builder) stmt(s syntax.Stmt) {
	pos := s.Span().Start
	switch s := s.(type) {
	case *syntax.Import:
		if f := b.p.Imports[s]; f != nil {
			b.stmts(f.Body)
		}
	case *syntax.FuncDecl, *syntax.Shape:
		// Nothing happens where they stand: both are the whole program's.
	case *syntax.Return:
		b.returnStmt(s)
	case *syntax.Print:
		b.builtin("print", pos, b.expr(s.X))
	case *syntax.Input:
		b.input(s)
	case *syntax.Declare:
		var x *ir.Value
		if s.X != nil {
			x = b.expr(s.X)
		} else {
			x = b.number(0, pos)
		}
		if b.cur != nil {
			b.write(b.p.Names[s.Name], x, pos)
		}
	case *syntax.Assign:
		b.assign(s.Target, func() *ir.Value { return b.expr(s.X) })
	case *syntax.Destructure:
		x := b.expr(s.X)
		if b.cur != nil {
			b.destructure(s.Pattern, x)
		}
	case *syntax.ExprStmt:
		if x, ok := s.X.(*syntax.Spawn); ok {
			b.spawn(x, true)
			break
		}
		b.expr(s.X)
	case *syntax.Throw:
		b.throw(b.expr(s.X), pos)
	case *syntax.LateWord:
		if b.p.Late[s] {
			b.stmt(s.Word)
		} else {
			b.stmt(s.Call)
		}
	case *syntax.Break:
		b.leave(s, true)
	case *syntax.Continue:
		b.leave(s, false)
	case *syntax.If:
		b.ifStmt(s)
	case *syntax.While:
		b.while(s)
	case *syntax.ForEach:
		b.forEach(s)
	case *syntax.Try:
		b.try(s)
	case *syntax.Lock:
		b.lock(s)
	case *syntax.Select:
		b.selectTask(s)
	case *syntax.FileOp:
		b.fileOp(s)
	case *syntax.DBOp:
		b.dbOp(s)
	case *syntax.LegacySQL:
		b.fail(diag.RunUnsupported, s.Word, pos)
	case *syntax.Response:
		status := b.expr(s.Status)
		body := b.expr(s.Body)
		headers := b.orNil(s.Headers, pos)
		b.builtin("response_set", pos, status, body, headers)
	case *syntax.JSONBody:
		x := b.expr(s.X)
		if s.Status != nil {
			b.builtin("response_json", pos, x, b.expr(s.Status))
		} else {
			b.builtin("response_json", pos, x)
		}
	case *syntax.StartServer:
		host := b.expr(s.Host)
		b.builtin("server_start", pos, host, b.expr(s.Port))
	case *syntax.StopServer:
		b.builtin("server_stop", pos)
	case *syntax.Route:
		path := b.expr(s.Path)
		opts := b.orNil(s.Options, pos)
		body := b.closure(s.Body, pos)
		b.builtin("route", pos, b.text(s.Method, pos), path, opts, body)
	case *syntax.Every:
		secs := b.expr(s.Seconds)
		b.builtin("every", pos, secs, b.closure(s.Body, pos))
	case *syntax.Test:
		bench := b.bool(s.Bench, pos)
		b.builtin("test", pos, b.text(s.Name, pos), bench, b.closure(s.Body, pos))
	default:
		panic("build: a statement that the checker should have refused")
	}
}

func (b *builder) orNil(x syntax.Expr, pos source.Pos) *ir.Value {
	if x == nil {
		return b.nil(pos)
	}
	return b.expr(x)
}

// returnStmt evaluates the value, then runs the finally blocks it passes.
func (b *builder) returnStmt(s *syntax.Return) {
	pos := s.Start
	x := b.orNil(s.X, pos)
	if b.cur == nil {
		return
	}
	if b.fn.Kind == check.KindTop {
		b.fail(diag.RunReturnOutside, "", pos)
		b.cur.Term = ir.Term{Kind: ir.TermHalt, Pos: pos}
		b.cur = nil
		return
	}
	b.unwind(0)
	if b.cur != nil {
		b.ret(x, pos)
	}
}

func (b *builder) ret(x *ir.Value, pos source.Pos) {
	b.cur.Term = ir.Term{Kind: ir.TermReturn, Value: x, Pos: pos}
	b.cur = nil
}

func (b *builder) throw(x *ir.Value, pos source.Pos) {
	if b.cur == nil {
		return
	}
	b.cur.Term = ir.Term{Kind: ir.TermThrow, Value: x, Pos: pos}
	b.cur = nil
}

func (b *builder) ifStmt(s *syntax.If) {
	yes, done := b.block(), b.block()
	no := done
	if s.Else != nil {
		no = b.block()
	}
	b.cond(s.Cond, yes, no)
	b.ssa.seal(yes)
	b.cur = yes
	b.stmts(s.Then.Stmts)
	b.jump(done)
	if s.Else != nil {
		b.ssa.seal(no)
		b.cur = no
		switch e := s.Else.(type) {
		case *syntax.Block:
			b.stmts(e.Stmts)
		case *syntax.If:
			b.ifStmt(e)
		}
		b.jump(done)
	}
	b.at(done)
}

// at seals blk and goes on there, or nowhere if nothing leads to it.
func (b *builder) at(blk *ir.Block) {
	b.ssa.seal(blk)
	b.cur = blk
	if len(b.ssa.at(blk).preds) == 0 {
		b.cur = nil
	}
}

// input reads a line; into anything but a variable it is dropped.
func (b *builder) input(s *syntax.Input) {
	x := b.builtin("input", s.Start)
	id, ok := s.X.(*syntax.Ident)
	if !ok {
		return
	}
	b.assign(id, func() *ir.Value { return x })
}

func (b *builder) fileOp(s *syntax.FileOp) {
	pos := s.Start
	path := b.expr(s.Path)
	switch s.Op {
	case syntax.FileOpen:
		mode := b.text("read", pos)
		if s.X != nil {
			mode = b.expr(s.X)
		}
		b.builtin("file_open", pos, path, mode)
	case syntax.FileClose:
		b.builtin("file_close", pos, path)
	case syntax.FileRead:
		b.write(b.p.Names[s.Into], b.builtin("file_read", pos, path), pos)
	case syntax.FileWrite:
		b.builtin("file_write", pos, path, b.expr(s.X))
	case syntax.ReadCSV:
		b.write(b.p.Names[s.Into], b.builtin("csv_read", pos, path), pos)
	case syntax.WriteCSV:
		b.builtin("csv_write", pos, path, b.expr(s.X))
	}
}

func (b *builder) dbOp(s *syntax.DBOp) {
	pos := s.Start
	handle := b.nil(pos)
	if s.Handle != nil {
		handle = b.text(s.Handle.Text, pos)
	}
	switch s.Op {
	case syntax.DBConnect:
		b.builtin("db_connect", pos, b.text(s.Driver, pos), b.expr(s.SQL), handle)
	case syntax.DBDisconnect:
		b.builtin("db_disconnect", pos, b.text(s.Driver, pos))
	case syntax.DBQuery:
		sql := b.expr(s.SQL)
		x := b.builtin("db_query", pos, sql, b.expr(s.Params), handle)
		b.write(b.p.Names[s.Into], x, pos)
	case syntax.DBExecute:
		sql := b.expr(s.SQL)
		b.builtin("db_execute", pos, sql, b.expr(s.Params), handle)
	}
}
