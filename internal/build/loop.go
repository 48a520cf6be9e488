package build

import (
	"etamil/internal/decimal"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

func (b *builder) while(s *syntax.While) {
	head, body, done := b.block(), b.block(), b.block()
	b.jump(head)
	b.cur = head
	b.cond(s.Cond, body, done)
	b.ssa.seal(body)
	b.loop(s.Body, body, head, done)
	if b.cur != nil {
		back := b.cur
		b.jump(head)
		back.Term.Pos = s.Cond.Span().Start // where an endless loop stands when its steps are over
	}
	b.ssa.seal(head)
	b.at(done)
}

// loop builds the body of a loop at blk.
func (b *builder) loop(body *syntax.Block, blk, next, done *ir.Block) {
	b.exits = append(b.exits, exit{next: next, done: done, handler: b.handler})
	b.cur = blk
	b.stmts(body.Stmts)
	b.exits = b.exits[:len(b.exits)-1]
}

// leave is break or continue.
func (b *builder) leave(s syntax.Stmt, brk bool) {
	i := len(b.exits) - 1
	for ; i >= 0 && b.exits[i].next == nil; i-- {
	}
	if i < 0 {
		panic("build: break or continue outside a loop")
	}
	e := b.exits[i]
	b.unwind(i + 1)
	if b.cur == nil {
		return
	}
	if brk {
		b.jump(e.done)
	} else {
		b.jump(e.next)
	}
}

// forEach iterates over what its collection was when it was evaluated.
func (b *builder) forEach(s *syntax.ForEach) {
	if call, step := b.rangeCall(s.X); call != nil {
		b.count(s, call, step)
		return
	}
	pos := s.X.Span().Start
	x := b.expr(s.X)
	if b.cur == nil {
		return
	}
	it := b.add(ir.OpIter, pos, x)
	head, body, done := b.block(), b.block(), b.block()
	b.jump(head)
	head.Term = ir.Term{Kind: ir.TermNext, Value: it, Succs: []ir.Edge{{To: body}, {To: done}}, Keyed: s.Key != nil, Pos: pos}
	b.ssa.edge(head, body)
	b.ssa.edge(head, done)
	b.cur = body
	if s.Key != nil {
		k := body.AddParam(ir.TNumber | ir.TText)
		v := body.AddParam(ir.TAny)
		b.ssa.seal(body)
		b.write(b.p.Names[s.Key], k, s.Key.Start)
		b.write(b.p.Names[s.Var], v, s.Var.Start)
	} else {
		v := body.AddParam(ir.TAny)
		b.ssa.seal(body)
		b.write(b.p.Names[s.Var], v, s.Var.Start)
	}
	b.loop(s.Body, body, head, done)
	b.jump(head)
	b.ssa.seal(head)
	b.at(done)
}

// rangeCall recognises a call of the builtin range whose step is known.
func (b *builder) rangeCall(x syntax.Expr) (*syntax.Call, decimal.Decimal) {
	one := decimal.FromInt(1)
	call, ok := x.(*syntax.Call)
	if !ok || len(call.Args) < 2 || len(call.Args) > 3 {
		return nil, one
	}
	id, ok := call.Fun.(*syntax.Ident)
	if !ok {
		return nil, one
	}
	u := b.p.Uses[id]
	if u == nil || u.Local != nil || u.Global != nil || u.Func != nil || u.Builtin == nil || u.Builtin.ID != "range" {
		return nil, one
	}
	if len(call.Args) == 2 {
		return call, one
	}
	switch n := call.Args[2].(type) {
	case *syntax.Number:
		if n.Value.Sign() > 0 {
			return call, n.Value
		}
	case *syntax.Unary:
		if m, ok := n.X.(*syntax.Number); ok && n.Op == syntax.Neg && m.Value.Sign() > 0 {
			return call, decimal.Neg(m.Value)
		}
	}
	return nil, one
}

// count is a loop over a range, counted in a value that the program can't see.
func (b *builder) count(s *syntax.ForEach, call *syntax.Call, step decimal.Decimal) {
	pos := call.Start
	from := b.toNumber(b.expr(call.Args[0]), pos)
	to := b.toNumber(b.expr(call.Args[1]), pos)
	if b.cur == nil {
		return
	}
	head, body, next, done := b.block(), b.block(), b.block(), b.block()
	entry := b.cur
	b.jump(head)
	i := head.AddParam(ir.TNumber)
	entry.Term.Succs[0].Args = []*ir.Value{i} // replaced below, when all parameters are known
	entry.Term.Succs[0].Args = nil
	b.ssa.pass(i, from)
	var n *ir.Value
	if s.Key != nil {
		n = head.AddParam(ir.TNumber)
		b.cur = entry
		zero := b.number(0, pos)
		b.ssa.pass(n, zero)
	}
	b.cur = head
	op := ir.OpLe
	if step.Sign() < 0 {
		op = ir.OpGe
	}
	b.branch(b.add(op, pos, i, to), body, done, pos)
	b.ssa.seal(body)
	b.cur = body
	if s.Key != nil {
		b.write(b.p.Names[s.Key], n, s.Key.Start)
	}
	b.write(b.p.Names[s.Var], i, s.Var.Start)
	b.loop(s.Body, body, next, done)
	b.jump(next)
	b.ssa.seal(next)
	b.cur = next
	b.ssa.pass(i, b.add(ir.OpAdd, pos, i, b.constant(ir.Const{Kind: ir.ConstNumber, Num: step}, pos)))
	if n != nil {
		b.ssa.pass(n, b.add(ir.OpAdd, pos, n, b.number(1, pos)))
	}
	b.jump(head)
	b.ssa.seal(head)
	b.at(done)
}

// toNumber is x as arithmetic sees it.
func (b *builder) toNumber(x *ir.Value, pos source.Pos) *ir.Value {
	if x.Type == ir.TNumber || b.cur == nil {
		return x
	}
	return b.add(ir.OpAdd, pos, x, b.number(0, pos))
}

func (b *builder) number(n int64, pos source.Pos) *ir.Value {
	return b.constant(ir.Const{Kind: ir.ConstNumber, Num: decimal.FromInt(n)}, pos)
}
