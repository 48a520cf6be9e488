package emit

import (
	"errors"
	"strings"

	"etamil/internal/code"
	"etamil/internal/ir"
	"etamil/internal/source"
	"etamil/internal/value"
	"etamil/regalloc"
)

// ErrTooLarge says that a function needs more registers or names than an
// instruction can tell apart.
var ErrTooLarge = errors.New("function too large")

// ErrTooManyRecords says that the program writes records of more different fields than
// instructions can number.
var ErrTooManyRecords = errors.New("records of too many kinds")

// At is one of the errors above with the place of the instruction that is too much.
type At struct {
	Pos source.Pos
	Err error
}

func (e *At) Error() string { return e.Err.Error() }

// Unwrap is the error.
func (e *At) Unwrap() error { return e.Err }

// Pool holds what the functions of a program have in common: builtins, classes of record
// literals and the text of constants. NewPool finds all of it, so that functions can be emitted
// side by side and the numbers are the same each time.
type Pool struct {
	builtins map[string]int
	classes  map[string]int
	freezer  value.Freezer
	texts    map[string]value.Value
	borrowed []uint64
	prog     *code.Program
}

// NewPool prepares to emit the functions of one program into prog.
func NewPool(prog *code.Program, funcs []*ir.Func) *Pool {
	p := &Pool{
		builtins: map[string]int{}, classes: map[string]int{}, texts: map[string]value.Value{},
		borrowed: borrowed(funcs), prog: prog,
	}
	for _, f := range funcs {
		for _, b := range f.Blocks {
			for _, v := range b.Instrs {
				p.note(v)
			}
		}
	}
	return p
}

// note gives what v names its numbers.
func (p *Pool) note(v *ir.Value) {
	switch v.Op {
	case ir.OpConst:
		switch v.Const.Kind {
		case ir.ConstText:
			p.noteText(v.Const.Text)
		case ir.ConstBuiltin:
			p.noteBuiltin(v.Const.Text)
		}
	case ir.OpBuiltin:
		p.noteBuiltin(v.Spec.ID)
	case ir.OpRecord:
		p.noteClass(v.Name)
	case ir.OpFail:
		p.noteText(v.Name)
		p.noteText(v.Const.Text)
	default:
		if namesText(v.Op) {
			p.noteText(v.Name)
		}
	}
}

// namesText reports whether an instruction op has the name of its value as a text.
func namesText(op ir.Op) bool { return op == ir.OpCheck || namesSmall(op) }

// namesSmall reports whether the text has to be among the first constants.
func namesSmall(op ir.Op) bool {
	switch op {
	case ir.OpGetField, ir.OpSetField, ir.OpOwnField, ir.OpGetOwnedField, ir.OpCallMember, ir.OpFail:
		return true
	}
	return false
}

func (p *Pool) noteText(s string) {
	if _, ok := p.texts[s]; !ok {
		p.texts[s] = p.freezer.FreezeText(s)
	}
}

func (p *Pool) noteBuiltin(id string) {
	if _, ok := p.builtins[id]; !ok {
		p.builtins[id] = len(p.prog.Builtins)
		p.prog.Builtins = append(p.prog.Builtins, id)
	}
}

func (p *Pool) noteClass(joined string) {
	if _, ok := p.classes[joined]; ok {
		return
	}
	p.classes[joined] = len(p.prog.Classes)
	var names []string
	if joined != "" {
		names = strings.Split(joined, "\x00")
	}
	p.prog.Classes = append(p.prog.Classes, value.ClassOf(names...))
}

// Finish hands the frozen constants to the program.
func (p *Pool) Finish() { p.prog.Frozen = p.freezer.Done() }

func (p *Pool) builtin(id string) int { return p.builtins[id] }

func (p *Pool) class(joined string) int { return p.classes[joined] }

func (p *Pool) text(s string) value.Value {
	v, ok := p.texts[s]
	if !ok {
		panic("emit: a text that no instruction names: " + s)
	}
	return v
}

// Func emits f, whose edges are split and whose values have the registers of a. It may be called
// for several functions at a time.
func (p *Pool) Func(f *ir.Func, a *regalloc.Assignment) (*code.Func, error) {
	e := newEmitter(p, f, a)
	out, err := e.run()
	if err == errFarJump {
		e = newEmitter(p, f, a)
		e.far = true
		out, err = e.run()
	}
	return out, err
}
