package check

import "etamil/internal/syntax"

// walk calls visit for n and then, where visit says true, for everything below
// it, in the order of the text. Of a reading that is settled late only the
// plain one is entered unless late picks the word.
// What visit gets is a syntax.Node. It is passed as any, since making one of a statement or an
// expression would be a search for methods at each step.
func walk(n syntax.Node, late map[syntax.Node]bool, visit func(any) bool) {
	w := walker{late, visit}
	w.node(n)
}

type walker struct {
	late  map[syntax.Node]bool
	visit func(any) bool
}

func (w walker) node(n syntax.Node) {
	switch n := n.(type) {
	case *syntax.Block:
		w.block(n)
	case *syntax.Func:
		w.function(n)
	case syntax.Pattern:
		w.pattern(n)
	case syntax.Expr:
		w.expr(n)
	case syntax.Stmt:
		w.stmt(n)
	default:
		w.visit(n)
	}
}

func (w walker) exprs(list ...syntax.Expr) {
	for _, e := range list {
		if e != nil {
			w.expr(e)
		}
	}
}

func (w walker) block(b *syntax.Block) {
	if b != nil && w.visit(b) {
		for _, s := range b.Stmts {
			w.stmt(s)
		}
	}
}

func (w walker) function(f *syntax.Func) {
	if f != nil && w.visit(f) {
		for _, p := range f.Params {
			w.exprs(p.Default)
		}
		w.block(f.Body)
	}
}

func (w walker) entries(list []syntax.Entry) {
	for _, e := range list {
		w.exprs(e.X)
	}
}

func (w walker) stmt(s syntax.Stmt) {
	if !w.visit(s) {
		return
	}
	switch s := s.(type) {
	case *syntax.Return:
		w.exprs(s.X)
	case *syntax.Print:
		w.exprs(s.X)
	case *syntax.Input:
		w.exprs(s.X)
	case *syntax.Declare:
		w.exprs(s.X)
	case *syntax.Assign:
		w.exprs(s.Target, s.X)
	case *syntax.Destructure:
		w.exprs(s.X)
		w.pattern(s.Pattern)
	case *syntax.ExprStmt:
		w.exprs(s.X)
	case *syntax.Throw:
		w.exprs(s.X)
	case *syntax.LateWord:
		if w.late[s] {
			w.stmt(s.Word)
		} else {
			w.stmt(s.Call)
		}
	case *syntax.FuncDecl:
		w.function(s.Func)
	case *syntax.If:
		w.ifs(s)
	case *syntax.While:
		w.exprs(s.Cond)
		w.block(s.Body)
	case *syntax.ForEach:
		w.exprs(s.X)
		w.block(s.Body)
	case *syntax.Try:
		w.block(s.Body)
		w.block(s.Catch)
		w.block(s.Finally)
	case *syntax.Route:
		w.exprs(s.Path, s.Options)
		w.function(s.Body)
	case *syntax.Every:
		w.exprs(s.Seconds)
		w.function(s.Body)
	case *syntax.Test:
		w.function(s.Body)
	case *syntax.Lock:
		w.exprs(s.X)
		w.block(s.Body)
	case *syntax.Select:
		for _, a := range s.Arms {
			w.exprs(a.X)
			if a.Target != nil {
				w.pattern(a.Target)
			}
			w.block(a.Body)
		}
	case *syntax.Shape:
		for _, f := range s.Fields {
			w.exprs(f.Default)
			for _, r := range f.Rules {
				w.exprs(r.Args...)
			}
		}
		for _, m := range s.Methods {
			w.stmt(m)
		}
	case *syntax.FileOp:
		w.exprs(s.Path, s.X)
	case *syntax.DBOp:
		w.exprs(s.SQL, s.Params)
	case *syntax.Response:
		w.exprs(s.Status, s.Body, s.Headers)
	case *syntax.JSONBody:
		w.exprs(s.X, s.Status)
	case *syntax.StartServer:
		w.exprs(s.Host, s.Port)
	}
}

// ifs follows a chain of else-ifs in a loop: a program may hold very long ones.
func (w walker) ifs(s *syntax.If) {
	for {
		w.exprs(s.Cond)
		w.block(s.Then)
		switch other := s.Else.(type) {
		case *syntax.Block:
			w.block(other)
			return
		case *syntax.If:
			s = other
		default:
			return
		}
	}
}

func (w walker) expr(e syntax.Expr) {
	if !w.visit(e) {
		return
	}
	switch e := e.(type) {
	case *syntax.FString:
		for _, p := range e.Parts {
			w.exprs(p.X)
		}
	case *syntax.Paren:
		w.exprs(e.X)
	case *syntax.List:
		for _, it := range e.Items {
			w.exprs(it.X)
		}
	case *syntax.Record:
		w.entries(e.Entries)
	case *syntax.Filled:
		w.exprs(e.Name)
		w.entries(e.Entries)
	case *syntax.Lambda:
		w.function(e.Func)
	case *syntax.Index:
		w.exprs(e.X, e.I)
	case *syntax.Field:
		w.exprs(e.X)
	case *syntax.Call:
		w.exprs(e.Fun)
		w.exprs(e.Args...)
	case *syntax.TryExpr:
		w.exprs(e.X)
	case *syntax.Unary:
		w.exprs(e.X)
	case *syntax.Binary:
		w.binary(e)
	case *syntax.Compare:
		w.exprs(e.Xs...)
	case *syntax.Await:
		w.exprs(e.X)
	case *syntax.Spawn:
		w.exprs(e.X)
		w.function(e.Block)
	case *syntax.Parallel:
		w.expr(e.List)
	case *syntax.LateExpr:
		if w.late[e] {
			w.exprs(e.Word)
		} else {
			w.exprs(e.Plain)
		}
	}
}

// binary goes down the left side in a loop, which may be as long as the file.
func (w walker) binary(e *syntax.Binary) {
	spine := leftSpine(e)
	w.exprs(spine[len(spine)-1].X)
	for i := len(spine) - 1; i >= 0; i-- {
		w.exprs(spine[i].Y)
	}
}

// leftSpine returns e, its left operand while that is a Binary too, and so on.
func leftSpine(e *syntax.Binary) []*syntax.Binary {
	spine := []*syntax.Binary{e}
	for {
		left, ok := spine[len(spine)-1].X.(*syntax.Binary)
		if !ok {
			return spine
		}
		spine = append(spine, left)
	}
}

func (w walker) pattern(p syntax.Pattern) {
	if !w.visit(p) {
		return
	}
	switch p := p.(type) {
	case *syntax.ListPattern:
		for _, it := range p.Items {
			w.pattern(it)
		}
	case *syntax.RecordPattern:
		for _, f := range p.Fields {
			w.pattern(f.Item)
		}
	case *syntax.ItemTarget:
		w.exprs(p.Target)
	}
}
