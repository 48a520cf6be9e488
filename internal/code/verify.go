package code

import (
	"fmt"

	"etamil/internal/rule"
)

// Limits of a program that Verify accepts. They keep every size that a Machine
// computes far from overflow.
const (
	MaxParams = 255     // the count of a call's arguments has 8 bits
	MaxCaches = 255     // so has a cache's number
	MaxFuncs  = 1 << 16 // a function's number has 16 bits
	MaxCode   = 1 << 24 // instructions of one function
	MaxConsts = 1 << 24 // constants of one function
)

// Verify says what is wrong with p, or nil when a Machine can run it.
//
// A verified program can't make a Machine read or write outside what belongs to
// it, go on outside its code, or run for ever without spending steps, whatever
// its bytes are. It can still be nonsense: what it computes is then nonsense too,
// or an error. Verify doesn't change p.
func Verify(p *Program) error {
	if p.Main < 0 || p.Main >= len(p.Funcs) {
		return fmt.Errorf("code: main is function %d of %d", p.Main, len(p.Funcs))
	}
	if len(p.Funcs) > MaxFuncs {
		return fmt.Errorf("code: %d functions, at most %d are possible", len(p.Funcs), MaxFuncs)
	}
	for i, f := range p.Funcs {
		if f == nil || f.Index != i {
			return fmt.Errorf("code: function %d doesn't stand at its index", i)
		}
		if err := p.verifyShape(f); err != nil {
			return fmt.Errorf("code: function %d (%s): %w", i, f.Name, err)
		}
	}
	for _, f := range p.Funcs {
		v := verifier{p: p, f: f}
		for pc := range f.Code {
			if err := v.instr(pc); err != nil {
				return fmt.Errorf("code: function %d (%s), instruction %d: %w", f.Index, f.Name, pc, err)
			}
		}
	}
	if m := p.Funcs[p.Main]; m.Params != 0 || m.Captures != 0 {
		return fmt.Errorf("code: the main function takes %d arguments and %d captures", m.Params, m.Captures)
	}
	for name, i := range p.ByName {
		if i < 0 || i >= len(p.Funcs) {
			return fmt.Errorf("code: name %q is function %d of %d", name, i, len(p.Funcs))
		}
	}
	return verifyShapes(p)
}

// verifyShape checks what a function says of itself, apart from its code.
func (p *Program) verifyShape(f *Func) error {
	switch {
	case f.Params < 0 || f.Params > MaxParams || f.MinArgs < 0 || f.MinArgs > f.Params:
		return fmt.Errorf("%d to %d arguments", f.MinArgs, f.Params)
	case f.Regs < 1 || f.Regs > MaxRegs || f.Regs < f.Params:
		return fmt.Errorf("a window of %d registers for %d parameters", f.Regs, f.Params)
	case f.Captures < 0 || f.Captures > MaxParams:
		return fmt.Errorf("%d captures", f.Captures)
	case f.Caches < 0 || f.Caches > MaxCaches:
		return fmt.Errorf("%d caches", f.Caches)
	case len(f.Code) == 0 || len(f.Code) > MaxCode:
		return fmt.Errorf("%d instructions", len(f.Code))
	case len(f.K) > MaxConsts:
		return fmt.Errorf("%d constants", len(f.K))
	}
	for i := range f.K {
		if !p.constant(&f.K[i]) {
			return fmt.Errorf("constant %d is neither number, text, boolean, nil, undef nor a builtin", i)
		}
	}
	for _, h := range f.Handlers {
		switch {
		case h.Start < 0 || h.Start > h.End || int(h.End) > len(f.Code) || h.Target < 0 || int(h.Target) >= len(f.Code):
			return fmt.Errorf("handler of %d to %d at %d lies outside the code", h.Start, h.End, h.Target)
		case h.Reg < 0 || int(h.Reg) >= f.Regs:
			return fmt.Errorf("handler's register %d lies outside the window", h.Reg)
		}
	}
	for i, l := range f.Lines {
		if l.PC < 0 || int(l.PC) >= len(f.Code) || i > 0 && l.PC <= f.Lines[i-1].PC {
			return fmt.Errorf("line entry %d is out of order or outside the code", i)
		}
		if l.In < 0 || int(l.In) > len(f.Inlined) {
			return fmt.Errorf("line entry %d: there is no inlined call %d", i, l.In)
		}
	}
	for i, s := range f.Sums {
		if s.PC < 0 || int(s.PC) >= len(f.Code) || i > 0 && s.PC <= f.Sums[i-1].PC {
			return fmt.Errorf("places of sum %d are out of order or outside the code", i)
		}
	}
	for i, c := range f.Inlined {
		switch {
		case c.Func < 0 || int(c.Func) >= len(p.Funcs):
			return fmt.Errorf("inlined call %d: there is no function %d", i, c.Func)
		case c.In < 0 || int(c.In) > i:
			return fmt.Errorf("inlined call %d stands within call %d, which must come before it", i, int(c.In)-1)
		}
	}
	return nil
}

func verifyShapes(p *Program) error {
	for i, s := range p.Shapes {
		if s == nil || s.Class == nil {
			return fmt.Errorf("code: shape %d has no class", i)
		}
		if n := s.Class.Len(); n != len(s.Fields) {
			return fmt.Errorf("code: shape %s declares %d fields, its class has %d", s.Name, len(s.Fields), n)
		}
		for i := range s.Fields {
			if err := p.verifyField(&s.Fields[i].Type); err != nil {
				return fmt.Errorf("code: %s.%s: %w", s.Name, s.Fields[i].Name, err)
			}
		}
		for name, m := range s.Methods {
			if m.Func < 0 || m.Func >= len(p.Funcs) {
				return fmt.Errorf("code: %s.%s is function %d of %d", s.Name, name, m.Func, len(p.Funcs))
			}
			f := p.Funcs[m.Func]
			if f.Captures != 0 || f.Top || m.Self && f.Params == 0 {
				return fmt.Errorf("code: %s.%s cannot be a method", s.Name, name)
			}
		}
	}
	return nil
}

// verifyField checks that a type is one, and that its rules can be made.
func (p *Program) verifyField(t *FieldType) error {
	switch t.Kind {
	case "", "number", "text", "bool", "list", "record", "date", "function":
	case "shape":
		if t.Shape < 0 || t.Shape >= len(p.Shapes) {
			return fmt.Errorf("shape %d of %d", t.Shape, len(p.Shapes))
		}
	default:
		return fmt.Errorf("no kind %q", t.Kind)
	}
	for _, r := range t.Rules {
		if _, err := rule.New(r); err != nil {
			return err
		}
	}
	if t.Elem != nil {
		return p.verifyField(t.Elem)
	}
	return nil
}

// verifier checks the instructions of one function.
type verifier struct {
	p      *Program
	f      *Func
	cached [MaxCaches + 1]bool // caches that an instruction has
}

func (v *verifier) instr(pc int) error {
	in := v.f.Code[pc]
	o, ok := in.Operands()
	if !ok {
		return fmt.Errorf("%#016x is no instruction", uint64(in))
	}
	op := in.Op()
	row := &Table[op]
	if err := v.operand(pc, op, row.D, o.D); err != nil {
		return fmt.Errorf("%s: D: %w", row.Name, err)
	}
	if err := v.operand(pc, op, row.A, o.A); err != nil {
		return fmt.Errorf("%s: A: %w", row.Name, err)
	}
	if row.BC != 0 {
		if err := v.operand(pc, op, row.BC, o.BC); err != nil {
			return fmt.Errorf("%s: BC: %w", row.Name, err)
		}
	} else {
		if err := v.operand(pc, op, row.B, o.B); err != nil {
			return fmt.Errorf("%s: B: %w", row.Name, err)
		}
		if err := v.operand(pc, op, row.C, o.C); err != nil {
			return fmt.Errorf("%s: C: %w", row.Name, err)
		}
	}
	if last := v.window(row, o); last > v.f.Regs {
		return fmt.Errorf("%s: touches register %d of %d", row.Name, last-1, v.f.Regs)
	}
	if err := v.special(op, o); err != nil {
		return fmt.Errorf("%s: %w", row.Name, err)
	}
	if pc >= len(v.f.Code)-1-skips(op) && !ends(op) {
		return fmt.Errorf("%s: the code ends after it", row.Name)
	}
	return nil
}

// operand checks one operand against the shape that the table gives it.
func (v *verifier) operand(pc int, op Op, shape byte, x int) error {
	limit := -1
	switch shape {
	case '-', 'n', 'i':
		return nil
	case 'r', 'w', 'u', 'h':
		limit = v.f.Regs
	case 'k':
		if x >= len(v.f.K) {
			return fmt.Errorf("constant %d of %d", x, len(v.f.K))
		}
		return v.constant(op, x)
	case 'j':
		to := pc + 1 + x
		if to < 0 || to >= len(v.f.Code) {
			return fmt.Errorf("jump to %d of %d", to, len(v.f.Code))
		}
		if x < 0 && !spends(op) {
			return fmt.Errorf("jump back to %d without spending a step", to)
		}
		return nil
	case 'f':
		limit = len(v.p.Funcs)
	case 'b':
		limit = len(v.p.Builtins)
	case 'g':
		limit = len(v.p.Globals)
		if windowed(op) {
			limit = len(v.p.Window)
		}
	case 'x':
		// What a cache has learnt is right for one instruction: a store checks more
		// than a load before it remembers a place.
		limit = v.f.Caches + 1
		if x < limit { // what isn't may be no place of cached either
			if x != 0 && v.cached[x] {
				return fmt.Errorf("cache %d belongs to another instruction", x)
			}
			v.cached[x] = true
		}
	case 'l':
		limit = len(v.p.Classes)
	case 's':
		limit = len(v.p.Shapes)
	}
	if x < 0 || x >= limit {
		return fmt.Errorf("%d of %d", x, limit)
	}
	return nil
}

// constant checks that a constant is of the kind that op needs.
func (v *verifier) constant(op Op, x int) error {
	k := v.f.K[x]
	switch op {
	case OpLoadK, OpJEqK, OpJNeK:
		return nil
	case OpCheck, OpGetF, OpSetF, OpAddF, OpSubF, OpOwnF, OpCallM, OpFail:
		if !k.IsText() {
			return fmt.Errorf("constant %d must be text", x)
		}
	case OpDivK, OpModK, OpIDivK:
		if !k.IsSmall() || k.N == 0 {
			return fmt.Errorf("constant %d must be a small number and not zero", x)
		}
	default:
		if !k.IsSmall() {
			return fmt.Errorf("constant %d must be a small number", x)
		}
	}
	return nil
}

// window returns the number of the register after the last one touched.
func (v *verifier) window(row *Row, o Operands) int {
	switch row.Window {
	case "b+n":
		switch row.C {
		case 'l':
			return o.B + v.p.Classes[o.C].Len()
		case 's':
			return o.B + len(v.p.Shapes[o.C].Fields)
		}
		return o.B + o.C
	case "b+d":
		return o.B + o.D
	case "b+2":
		return o.B + 2
	case "a+d":
		return o.A + o.D
	case "a+1+d":
		return o.A + 1 + o.D
	}
	return 0
}

// special checks what the table's shapes can't say.
func (v *verifier) special(op Op, o Operands) error {
	switch op {
	case OpCall:
		f := v.p.Funcs[o.B]
		if o.D < f.MinArgs || o.D > f.Params {
			return fmt.Errorf("%d arguments for %s, which takes %d to %d", o.D, f.Name, f.MinArgs, f.Params)
		}
		if f.Captures != 0 || f.Top {
			return fmt.Errorf("%s cannot be called by its number", f.Name)
		}
	case OpClosure:
		f := v.p.Funcs[o.C]
		if f.Captures != o.D || f.Top {
			return fmt.Errorf("%d captures for %s, which has %d", o.D, f.Name, f.Captures)
		}
	case OpGetC:
		if o.BC < 0 || o.BC >= v.f.Captures {
			return fmt.Errorf("capture %d of %d", o.BC, v.f.Captures)
		}
	case OpRet, OpRetNil:
		if v.f.Top {
			return fmt.Errorf("at the top level")
		}
	}
	return nil
}

// windowed reports whether op's 'g' operand is a name of the request's window.
func windowed(op Op) bool {
	return op == OpGetW || op == OpSetW || op == OpOrW || op == OpGetWU
}

// ends reports whether nothing after op is reached through it.
func ends(op Op) bool {
	switch op {
	case OpHalt, OpJump, OpLoop, OpRet, OpRetNil, OpThrow, OpFail:
		return true
	}
	return false
}

// skips is how many instructions op may go past: those that do the same where it can't.
func skips(op Op) int {
	if op == OpMulAdd || op == OpGetII {
		return 2
	}
	return 0
}

// spends reports whether op takes a step from the budget when it jumps; only
// such an instruction may jump back.
func spends(op Op) bool {
	return op == OpLoop || op >= OpLoopT && op <= OpForLeK || op == OpLoopNext || op == OpLoopNext2
}

// The loop instructions stand together in Table; spends relies on it.
var (
	_ = [1]struct{}{}[OpLoopF-OpLoopT-1]
	_ = [1]struct{}{}[OpForLeK-OpLoopT-11]
)
