package emit

import (
	"errors"
	"fmt"

	"etamil/internal/code"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/value"
	"etamil/regalloc"
)

// errFarJump says that a jump doesn't fit into 16 bits: the function is emitted
// again with long jumps.
var errFarJump = errors.New("far jump")

type emitter struct {
	pool *Pool
	f    *ir.Func
	a    *regalloc.Assignment
	out  *code.Func
	far  bool // conditional jumps go round a long one

	k     map[value.Value]int
	start []int // by block number: where its code begins
	jumps []jump
	order []int       // by block number: its place
	last  []*ir.Block // by block number: see end
	pos   source.Pos
	in    int32 // of pos: as in code.Line
	sites map[*ir.Site]int32
	begun int // where the code of the block at hand begins
	err   error

	unowned    map[*ir.Value]bool // see findTaken
	pinned     map[*ir.Value]bool // see findPinned
	ownedCheck map[*ir.Value]bool // checks that pass an owned value on
	second     *ir.Value          // the later one of two that ahead has joined last
}

// jump is a jump whose target isn't known yet.
type jump struct {
	pc int
	to *ir.Block
}

func newEmitter(p *Pool, f *ir.Func, a *regalloc.Assignment) *emitter {
	return &emitter{
		pool: p, f: f, a: a,
		out: &code.Func{
			Name: f.Name, Index: f.Index, Params: f.Params, MinArgs: f.MinArgs, Captures: f.Captures,
			Top: f.Top, Task: f.Task, Span: f.Span, Names: f.Names, Borrowed: p.borrowed[f.Index],
		},
		k: map[value.Value]int{}, start: make([]int, f.NumBlocks()), order: make([]int, f.NumBlocks()),
		last:    make([]*ir.Block, f.NumBlocks()),
		unowned: map[*ir.Value]bool{}, ownedCheck: map[*ir.Value]bool{}, pinned: map[*ir.Value]bool{},
	}
}

func (e *emitter) run() (*code.Func, error) {
	if e.a.Regs+tempRegs > code.MaxRegs || e.f.Params > code.MaxParams || e.f.Captures > code.MaxParams {
		return nil, ErrTooLarge
	}
	if e.names(); e.err != nil {
		return nil, e.err
	}
	e.findTaken()
	e.findPinned()
	for i, b := range e.f.Blocks {
		e.order[b.ID] = i
		e.start[b.ID] = -1
	}
	ends := make([]int, len(e.f.Blocks))
	for i, b := range e.f.Blocks {
		e.arrive(i, ends)
		e.start[b.ID] = len(e.out.Code)
		e.begun = len(e.out.Code)
		e.block(b)
		ends[i] = len(e.out.Code)
		if e.err != nil {
			return nil, e.err
		}
	}
	if len(e.out.Code) > code.MaxCode {
		return nil, ErrTooLarge
	}
	for _, j := range e.jumps {
		off := e.start[j.to.ID] - j.pc - 1
		in := e.out.Code[j.pc]
		if code.Table[in.Op()].C == 'j' && !code.Fits(off) {
			return nil, errFarJump
		}
		e.out.Code[j.pc] = in.WithJump(off)
	}
	e.handlers(ends)
	e.out.Regs = e.a.Regs + tempRegs
	return e.out, nil
}

// arrive begins the code of block i. A jump there that would stand right before it, with
// nothing but empty blocks between, isn't needed: those are the blocks of edges that turned
// out to need no moves. In far mode a short jump may lead behind a long one, so all stay.
func (e *emitter) arrive(i int, ends []int) {
	for len(e.jumps) > 0 && !e.far {
		n := len(e.out.Code)
		last := e.jumps[len(e.jumps)-1]
		if last.pc != n-1 || last.to != e.f.Blocks[i] || e.out.Code[n-1].Op() != code.OpJump {
			return
		}
		e.jumps = e.jumps[:len(e.jumps)-1]
		e.drop()
		for k := i - 1; k >= 0 && ends[k] == n; k-- {
			ends[k] = n - 1
			if b := e.f.Blocks[k]; e.start[b.ID] == n {
				e.start[b.ID] = n - 1
			}
		}
	}
}

// drop takes back the last instruction.
func (e *emitter) drop() {
	n := len(e.out.Code) - 1
	e.out.Code = e.out.Code[:n]
	if m := len(e.out.Lines); m > 0 && int(e.out.Lines[m-1].PC) == n {
		e.pos, e.in = e.out.Lines[m-1].Pos, e.out.Lines[m-1].In
		e.out.Lines = e.out.Lines[:m-1]
	}
}

// tempRegs is how many registers above the window emit uses for a moment.
const tempRegs = 3

func (e *emitter) temp(i int) int { return e.a.Regs + i }

// names gives the names of fields and members the first constants, as only
// those can be named by an instruction. It also looks whether everything that an
// instruction counts or numbers in a narrow field fits there.
func (e *emitter) names() {
	for _, b := range e.f.Blocks {
		for _, v := range b.Instrs {
			if namesSmall(v.Op) && e.text(v.Name) > code.MaxSmallK {
				e.err = &At{v.Pos, ErrTooLarge}
			}
			if v.Op == ir.OpRecord && e.pool.class(v.Name) > code.MaxSmallK {
				e.err = &At{v.Pos, ErrTooManyRecords}
			}
			switch v.Op {
			case ir.OpCall, ir.OpBuiltin, ir.OpClosure:
				if len(v.Args) > code.MaxParams {
					e.err = &At{v.Pos, ErrTooLarge}
				}
			case ir.OpCallValue, ir.OpCallMember: // what is called stands before the arguments
				if len(v.Args)-1 > code.MaxParams {
					e.err = &At{v.Pos, ErrTooLarge}
				}
			}
		}
	}
}

// handlers writes the table of handlers; neighbours with one handler are one row.
func (e *emitter) handlers(ends []int) {
	for i, b := range e.f.Blocks {
		h := b.Handler
		if h == nil || e.start[b.ID] == ends[i] {
			continue
		}
		row := code.Handler{
			Start: int32(e.start[b.ID]), End: int32(ends[i]),
			Target: int32(e.start[h.ID]), Reg: int32(e.a.Reg(h.Params[0])),
		}
		if n := len(e.out.Handlers); n > 0 {
			last := &e.out.Handlers[n-1]
			if last.End == row.Start && last.Target == row.Target {
				last.End = row.End
				continue
			}
		}
		e.out.Handlers = append(e.out.Handlers, row)
	}
}

func (e *emitter) put(in code.Instr) {
	pc := len(e.out.Code)
	if n := len(e.out.Lines); e.pos.IsValid() && (n == 0 || e.out.Lines[n-1].Pos != e.pos || e.out.Lines[n-1].In != e.in) {
		e.out.Lines = append(e.out.Lines, code.Line{PC: int32(pc), In: e.in, Pos: e.pos})
	}
	e.out.Code = append(e.out.Code, in)
}

// at notes where the next instructions come from; what has no place comes from where
// those before it do.
func (e *emitter) at(pos source.Pos, in *ir.Site) {
	if pos.IsValid() {
		e.pos, e.in = pos, e.site(in)
	}
}

// site returns the number of an inlined call, as in code.Line.
func (e *emitter) site(s *ir.Site) int32 {
	if s == nil {
		return 0
	}
	n, ok := e.sites[s]
	if !ok {
		around := e.site(s.In)
		e.out.Inlined = append(e.out.Inlined, code.Inlined{Func: int32(s.Func), In: around, Pos: s.Pos})
		n = int32(len(e.out.Inlined))
		if e.sites == nil {
			e.sites = map[*ir.Site]int32{}
		}
		e.sites[s] = n
	}
	return n
}

func (e *emitter) op(op code.Op, d, a, b, c int) { e.put(code.Make(op, d, a, b, c)) }

func (e *emitter) opBC(op code.Op, a, bc int) { e.put(code.MakeBC(op, a, bc)) }

// jumpTo emits an instruction whose jump leads to blk.
func (e *emitter) jumpTo(in code.Instr, blk *ir.Block) {
	e.jumps = append(e.jumps, jump{len(e.out.Code), blk})
	e.put(in)
}

// constant returns the number of v among the function's constants.
func (e *emitter) constant(v value.Value) int {
	i, ok := e.k[v]
	if !ok {
		i = len(e.out.K)
		e.k[v] = i
		e.out.K = append(e.out.K, v)
	}
	return i
}

func (e *emitter) text(s string) int { return e.constant(e.pool.text(s)) }

// load puts a constant into a register.
func (e *emitter) load(c ir.Const, reg int) {
	switch c.Kind {
	case ir.ConstNil:
		e.op(code.OpLoadNil, 0, reg, 0, 0)
	case ir.ConstUndef:
		e.op(code.OpUndef, 0, reg, 0, 0)
	case ir.ConstFunc:
		e.op(code.OpClosure, 0, reg, 0, c.Func)
	case ir.ConstNumber:
		if n, ok := c.Num.Int64(); ok && c.Num.Scale() == 0 && n >= -1<<31 && n < 1<<31 {
			e.opBC(code.OpLoadI, reg, int(n))
			return
		}
		e.opBC(code.OpLoadK, reg, e.constant(value.Number(c.Num)))
	case ir.ConstBuiltin:
		e.opBC(code.OpLoadK, reg, e.constant(value.Builtin(e.pool.builtin(c.Text))))
	case ir.ConstBool:
		e.opBC(code.OpLoadK, reg, e.constant(value.Bool(c.Bool)))
	case ir.ConstText:
		e.opBC(code.OpLoadK, reg, e.text(c.Text))
	default:
		panic(fmt.Sprintf("emit: constant of kind %d", c.Kind))
	}
}

// small returns the number by which an instruction can name the constant v.
func (e *emitter) small(v *ir.Value) (int, bool) {
	if !regalloc.Const(v) {
		return 0, false
	}
	var x value.Value
	switch v.Const.Kind {
	case ir.ConstNumber:
		x = value.Number(v.Const.Num)
	case ir.ConstText:
		x = e.pool.text(v.Const.Text)
	case ir.ConstBool:
		x = value.Bool(v.Const.Bool)
	case ir.ConstNil:
		x = value.Nil
	default:
		return 0, false
	}
	k := e.constant(x)
	return k, k <= code.MaxSmallK
}

// smallNumber is small for arithmetic and order.
func (e *emitter) smallNumber(v *ir.Value) (int, bool) {
	if !regalloc.Const(v) || v.Const.Kind != ir.ConstNumber || !v.Const.Num.IsSmall() {
		return 0, false
	}
	return e.small(v)
}

// reg returns the register that holds v; a constant is loaded into temp i.
func (e *emitter) reg(v *ir.Value, i int) int {
	if regalloc.Const(v) {
		e.load(v.Const, e.temp(i))
		return e.temp(i)
	}
	return e.a.Reg(v)
}
