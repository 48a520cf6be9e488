package check

import (
	"strconv"

	"etamil/internal/builtin"
	"etamil/internal/syntax"
)

// started walks an expression that is started as a task. What a machine starts is a
// function of the program, so where the expression calls something else, or is no call at
// all, a function is made here that does it: it is no text of the file, and its
// parameters have names that no program can write.
func (c *checker) started(x syntax.Expr) *Start {
	bare := bareExpr(x)
	s := &Start{}
	c.prog.Starts[x] = s
	call, ok := bare.(*syntax.Call)
	if !ok {
		s.Through = returning(syntax.At{Start: x.Span().Start, End: x.Span().End}, nil, x)
		c.function(s.Through, KindSpawned, "")
		return s
	}
	c.expr(x)
	s.Call = call
	at := syntax.At{Start: call.Start, End: call.End}
	switch f := bareExpr(call.Fun).(type) {
	case *syntax.Field:
		if c.prog.Members[f] != nil {
			return s
		}
		params, names := hidden(at, len(call.Args)+1)
		made := &syntax.Call{At: at, Fun: &syntax.Field{At: f.At, X: names[0], Key: f.Key}, Args: names[1:]}
		s.Through = returning(at, params, made)
		c.function(s.Through, KindSpawned, f.Key.Text)
	case *syntax.Ident:
		if builtin.Lookup(f.Name) == nil {
			return s
		}
		params, names := hidden(at, len(call.Args))
		made := &syntax.Call{At: at, Fun: &syntax.Ident{At: f.At, Name: f.Name}, Args: names}
		s.Through = returning(at, params, made)
		c.function(s.Through, KindSpawned, f.Name)
	}
	return s
}

// Asked is an item of a parallel or the expression of a select's arm without the ?s behind it, which
// belong to the function that waits: it is that one which returns a failure.
func Asked(x syntax.Expr) (inner syntax.Expr, asked []*syntax.TryExpr) {
	for {
		q, ok := bareExpr(x).(*syntax.TryExpr)
		if !ok {
			return x, asked
		}
		x, asked = q.X, append(asked, q)
	}
}

// item walks an item of a parallel or the expression of a select's arm. A ? within it, which can't return
// from here, raises.
func (c *checker) item(x syntax.Expr) {
	x, _ = Asked(x)
	if s := c.started(x); s.Call == nil {
		c.prog.FuncOf[s.Through].Raises = true
	}
}

// startWord is the word that starts something, in quotation marks.
func startWord(e *syntax.Spawn) string {
	if e.Background {
		return "'பின்னணி'"
	}
	return "'தொடங்கு'"
}

// bareExpr is x without parentheses.
func bareExpr(x syntax.Expr) syntax.Expr {
	for p, ok := x.(*syntax.Paren); ok; p, ok = x.(*syntax.Paren) {
		x = p.X
	}
	return x
}

// hidden makes n parameters, and expressions that read them.
func hidden(at syntax.At, n int) (params []*syntax.Param, names []syntax.Expr) {
	for i := range n {
		name := " " + strconv.Itoa(i)
		params = append(params, &syntax.Param{At: at, Name: &syntax.Name{At: at, Text: name}})
		names = append(names, &syntax.Ident{At: at, Name: name})
	}
	return params, names
}

// returning is a function that returns x.
func returning(at syntax.At, params []*syntax.Param, x syntax.Expr) *syntax.Func {
	body := &syntax.Block{At: at, Stmts: []syntax.Stmt{&syntax.Return{At: at, X: x}}}
	return &syntax.Func{At: at, Params: params, Body: body}
}
