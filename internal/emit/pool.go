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

// Pool collects what the functions of a program have in common: builtins,
// classes of record literals and the text of constants.
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
	return &Pool{
		builtins: map[string]int{}, classes: map[string]int{}, texts: map[string]value.Value{},
		borrowed: borrowed(funcs), prog: prog,
	}
}

// Finish hands the frozen constants to the program.
func (p *Pool) Finish() { p.prog.Frozen = p.freezer.Done() }

func (p *Pool) builtin(id string) int {
	i, ok := p.builtins[id]
	if !ok {
		i = len(p.prog.Builtins)
		p.builtins[id] = i
		p.prog.Builtins = append(p.prog.Builtins, id)
	}
	return i
}

func (p *Pool) class(joined string) int {
	i, ok := p.classes[joined]
	if !ok {
		i = len(p.prog.Classes)
		p.classes[joined] = i
		var names []string
		if joined != "" {
			names = strings.Split(joined, "\x00")
		}
		p.prog.Classes = append(p.prog.Classes, value.ClassOf(names...))
	}
	return i
}

func (p *Pool) text(s string) value.Value {
	v, ok := p.texts[s]
	if !ok {
		v = p.freezer.FreezeText(s)
		p.texts[s] = v
	}
	return v
}

// Func emits f, whose edges are split and whose values have the registers of a.
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
