package build

import (
	"etamil/internal/builtin"
	"etamil/internal/check"
	"etamil/internal/ir"
	"etamil/internal/source"
)

// maxPromoted is how many globals of one program may live in registers of the
// top level: a window has 4,095 registers, and temporaries need room too.
const maxPromoted = 2000

// builder holds what is known while one function is built.
type builder struct {
	p    *check.Program
	fn   *check.Func
	f    *ir.Func
	cur  *ir.Block // nil: what follows can't be reached
	ssa  ssa
	slot map[*check.Var]int64

	handler *ir.Block           // of blocks made now
	exits   []exit              // enclosing loops and finally blocks, innermost last
	here    map[*check.Var]bool // globals and window names that live in SSA here
	copying int                 // finally blocks that are being built around this place
	copied  int                 // statements built so far in finally blocks
	wants   bool                // see Func
}

// exit is something that break, continue or return must pass on its way out.
type exit struct {
	next, done *ir.Block // of a loop: where continue and break go
	finally    func()    // of a try: builds the code that runs on the way
	handler    *ir.Block // what handles errors around the construct
	catches    bool      // of a try: a failed ? is raised inside it
}

// Func builds fn, a function of p, of which nothing changes: several may be built at once. wants says
// that it means a builtin that is written in eTamil: it must be built again when p.Prelude is there.
func Func(p *check.Program, fn *check.Func) (f *ir.Func, wants bool) {
	b := &builder{p: p, fn: fn, f: newFunc(fn), slot: map[*check.Var]int64{}, here: map[*check.Var]bool{}}
	b.build()
	return b.f, b.wants
}

// Empty stands for fn in a program in which nothing leads to it: it raises nil.
func Empty(fn *check.Func) *ir.Func {
	f := newFunc(fn)
	entry := f.NewBlock()
	for i, v := range fn.Params {
		param(f, fn, i, v)
	}
	nothing := entry.AddConst(ir.Const{Kind: ir.ConstNil}, source.Pos(0))
	entry.Term = ir.Term{Kind: ir.TermThrow, Value: nothing}
	f.Recompute()
	return f
}

// newFunc is a function without blocks for fn.
func newFunc(fn *check.Func) *ir.Func {
	f := ir.NewFunc(fn.Name, fn.Index)
	f.Params = len(fn.Params)
	f.MinArgs = len(fn.Params)
	f.Captures = len(fn.Captures)
	f.Top = fn.Kind == check.KindTop
	f.Task = fn.Task
	f.Open = open(fn)
	if fn.Decl != nil {
		f.Span = fn.Decl.Span()
	}
	return f
}

// param adds parameter i, v, to the entry block of f.
func param(f *ir.Func, fn *check.Func, i int, v *check.Var) {
	p := f.Blocks[0].AddParam(ir.TAny)
	f.Names = append(f.Names, v.Name)
	if fn.Decl.Params[i].Default != nil {
		p.Type |= ir.TUndef
		f.MinArgs = min(f.MinArgs, i)
	}
}

func (b *builder) build() {
	fn := b.fn
	b.ssa.init(b)
	b.keepHere()
	entry := b.f.NewBlock()
	b.ssa.seal(entry)
	b.cur = entry
	if fn.UsesTry {
		b.findSlots()
	}
	b.enter(entry)
	switch fn.Kind {
	case check.KindShape:
		b.shapeFunc()
	case check.KindTop:
		b.stmts(b.p.Entry.Body)
		b.mainTask()
		if b.cur != nil {
			b.cur.Term = ir.Term{Kind: ir.TermHalt}
			b.cur = nil
		}
	default:
		b.stmts(fn.Decl.Body.Stmts)
		if b.cur != nil {
			b.ret(b.constant(ir.Const{Kind: ir.ConstNil}, fn.Decl.End), fn.Decl.End)
		}
	}
	b.finish()
}

// open reports whether fn may be entered otherwise than by calls and values in the program.
func open(fn *check.Func) bool {
	switch fn.Kind {
	case check.KindTop, check.KindLambda, check.KindSpawned:
		return false
	case check.KindNamed:
		return fn.Prelude
	}
	return true
}

// mainTask calls the main task, which runs after the top level.
func (b *builder) mainTask() {
	if b.cur == nil {
		return
	}
	var pos source.Pos
	var v *ir.Value
	switch {
	case b.p.Main != nil:
		pos = b.p.Main.Decl.Start
		v = b.callStatic(&check.Use{Func: b.p.Main}, b.p.Main.Name, nil, pos)
	case b.p.MainVar != nil:
		pos = b.p.MainVar.Decl.Start
		v = b.callValue(b.maybe(&check.Use{Global: b.p.MainVar}, pos), b.p.MainVar.Name, nil, pos)
	default:
		return
	}
	// A failure that it answers is nobody's: as a ? of the top level has it.
	failed, ok := b.block(), b.block()
	b.branch(b.builtin("isErr", pos, v), failed, ok, pos)
	b.ssa.seal(failed)
	b.cur = failed
	b.add(ir.OpTry, pos, v)
	b.jump(ok)
	b.at(ok)
}

// keepHere decides which globals and window names can live in registers of
// this function: those that no other function reads.
func (b *builder) keepHere() {
	if b.fn.Kind != check.KindTop {
		return
	}
	n := 0
	for _, vars := range [2][]*check.Var{b.p.Globals, b.p.Window} {
		for _, v := range vars {
			if !v.ReadElsewhere && !v.Window && n < maxPromoted {
				b.here[v] = true
				n++
			}
		}
	}
}

// enter gives parameters, captures and slots their first values.
func (b *builder) enter(entry *ir.Block) {
	for i, v := range b.fn.Params {
		param(b.f, b.fn, i, v)
	}
	undef := func() *ir.Value { return entry.AddConst(ir.Const{Kind: ir.ConstUndef}, source.Pos(0)) }
	for _, v := range b.fn.Locals {
		if s, ok := b.slot[v]; ok && !v.Param {
			b.slotSet(s, undef(), 0)
		}
	}
	if b.fn.Kind == check.KindTop {
		for _, vars := range [2][]*check.Var{b.p.Globals, b.p.Window} {
			for _, v := range vars {
				if s, ok := b.slot[v]; ok {
					b.slotSet(s, undef(), 0)
				}
			}
		}
	}
	for i, c := range b.fn.Captures {
		x := entry.Add(ir.OpCapture, 0)
		x.Int, x.Name = int64(i), c.To.Name
		b.write(c.To, x, 0)
	}
	for i, v := range b.fn.Params {
		p := entry.Params[i]
		def := b.fn.Decl.Params[i].Default
		if def == nil {
			b.write(v, p, 0)
			continue
		}
		set := b.add(ir.OpIsSet, def.Span().Start, p)
		given, missing, done := b.block(), b.block(), b.block()
		b.branch(set, given, missing, def.Span().Start)
		b.ssa.seal(given)
		b.ssa.seal(missing)
		b.cur = given
		b.write(v, b.add(ir.OpCheck, 0, p), 0)
		b.jump(done)
		b.cur = missing
		b.write(v, b.expr(def), 0)
		b.jump(done)
		b.ssa.seal(done)
		b.cur = done
	}
}

// block makes a block whose errors go where errors go now.
func (b *builder) block() *ir.Block {
	n := b.f.NewBlock()
	n.Handler = b.handler
	return n
}

// add appends an instruction to the current block.
func (b *builder) add(op ir.Op, pos source.Pos, args ...*ir.Value) *ir.Value {
	return b.cur.Add(op, pos, args...)
}

func (b *builder) named(op ir.Op, name string, pos source.Pos, args ...*ir.Value) *ir.Value {
	v := b.cur.Add(op, pos, args...)
	v.Name = name
	return v
}

func (b *builder) constant(c ir.Const, pos source.Pos) *ir.Value { return b.cur.AddConst(c, pos) }

func (b *builder) nil(pos source.Pos) *ir.Value {
	return b.constant(ir.Const{Kind: ir.ConstNil}, pos)
}

func (b *builder) text(s string, pos source.Pos) *ir.Value {
	return b.constant(ir.Const{Kind: ir.ConstText, Text: s}, pos)
}

func (b *builder) bool(x bool, pos source.Pos) *ir.Value {
	return b.constant(ir.Const{Kind: ir.ConstBool, Bool: x}, pos)
}

// builtin appends a call of the builtin id.
func (b *builder) builtin(id string, pos source.Pos, args ...*ir.Value) *ir.Value {
	spec := builtin.ByID(id)
	if spec == nil {
		panic("build: no builtin " + id)
	}
	v := b.cur.Add(ir.OpBuiltin, pos, args...)
	v.Spec = spec
	return v
}

// jump ends the current block; nothing can be added until cur is set again.
func (b *builder) jump(to *ir.Block) {
	if b.cur != nil {
		b.cur.Jump(to)
		b.ssa.edge(b.cur, to)
		b.cur = nil
	}
}

func (b *builder) branch(v *ir.Value, yes, no *ir.Block, pos source.Pos) {
	b.cur.If(v, yes, no, pos)
	b.ssa.edge(b.cur, yes)
	b.ssa.edge(b.cur, no)
	b.cur = nil
}
