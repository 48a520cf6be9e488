package code

import (
	"bufio"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Disassemble writes p as text that people read, one instruction a line:
//
//	func fib params=1 regs=4            ; fib.qmz:1:1
//	  jnltk R0, 2, L1                   ; fib.qmz:2:3
//	  ret R0
//	L1:
//	  subk R1, R0, 1
//	  call R1, @fib, 1
//
// R1 is a register, @fib a function, $len a builtin, %total a global or a name
// of the window, C0 a class, S0 a shape, x1 an inline cache, L1 a place in the
// code; constants and counts stand as they are. p need not be verified: what
// cannot be shown is shown as its bits. codetest.Assemble reads the text back.
func Disassemble(w io.Writer, p *Program) error {
	out := bufio.NewWriter(w)
	if len(p.Globals) > 0 {
		fmt.Fprintf(out, "globals %s\n", strings.Join(p.Globals, " "))
	}
	if len(p.Window) > 0 {
		fmt.Fprintf(out, "window %s\n", strings.Join(p.Window, " "))
	}
	if len(p.Builtins) > 0 {
		fmt.Fprintf(out, "builtins %s\n", strings.Join(p.Builtins, " "))
	}
	for _, c := range p.Classes {
		fmt.Fprintf(out, "class %s\n", quoteAll(c.Names()))
	}
	for _, s := range p.Shapes {
		fmt.Fprintf(out, "; shape %s %s\n", strconv.Quote(s.Name), quoteAll(s.Class.Names()))
	}
	for _, f := range p.Funcs {
		d := disassembler{p: p, f: f, out: out}
		d.fn()
	}
	return out.Flush()
}

// DisassembleFunc writes one function of p as Disassemble does.
func DisassembleFunc(w io.Writer, p *Program, f *Func) error {
	out := bufio.NewWriter(w)
	d := disassembler{p: p, f: f, out: out}
	d.fn()
	return out.Flush()
}

func quoteAll(names []string) string {
	q := make([]string, len(names))
	for i, n := range names {
		q[i] = strconv.Quote(n)
	}
	return strings.Join(q, " ")
}

type disassembler struct {
	p      *Program
	f      *Func
	out    *bufio.Writer
	labels map[int]string // by pc; in order of place
}

func (d *disassembler) fn() {
	f := d.f
	fmt.Fprintf(d.out, "func %s", strconv.Quote(f.Name))
	for _, a := range []struct {
		name string
		n    int
	}{{"params", f.Params}, {"min", f.MinArgs}, {"regs", f.Regs}, {"captures", f.Captures}, {"caches", f.Caches}} {
		if a.n != 0 && !(a.name == "min" && f.MinArgs == f.Params) {
			fmt.Fprintf(d.out, " %s=%d", a.name, a.n)
		}
	}
	if f.MinArgs == 0 && f.Params != 0 {
		fmt.Fprint(d.out, " min=0")
	}
	if f.Top {
		fmt.Fprint(d.out, " top")
	}
	if f.Task {
		fmt.Fprint(d.out, " task")
	}
	d.out.WriteByte('\n')
	d.findLabels()
	line := 0
	for pc, in := range f.Code {
		if l := d.labels[pc]; l != "" {
			fmt.Fprintf(d.out, "%s:\n", l)
		}
		text := "  " + d.instr(pc, in)
		for line < len(f.Lines) && int(f.Lines[line].PC) <= pc {
			if d.p.Files != nil && int(f.Lines[line].PC) == pc {
				if at := d.p.Files.Place(f.Lines[line].Pos); at.Line > 0 {
					text = fmt.Sprintf("%-38s ; %s:%d:%d", text, at.File, at.Line, at.Column)
					if in := f.Lines[line].In; in > 0 {
						text += strings.TrimRight(", inlined "+d.p.Funcs[f.Inlined[in-1].Func].Name, " ")
					}
				}
			}
			line++
		}
		d.out.WriteString(text)
		d.out.WriteByte('\n')
	}
	if l := d.labels[len(f.Code)]; l != "" {
		fmt.Fprintf(d.out, "%s:\n", l)
	}
	for _, h := range f.Handlers {
		fmt.Fprintf(d.out, "  handler %s, %s, %s, R%d\n", d.label(int(h.Start)), d.label(int(h.End)), d.label(int(h.Target)), h.Reg)
	}
}

// findLabels names every place that is jumped to or bounds a handler.
func (d *disassembler) findLabels() {
	f := d.f
	targets := make([]bool, len(f.Code)+1)
	mark := func(pc int) {
		if pc >= 0 && pc <= len(f.Code) {
			targets[pc] = true
		}
	}
	for pc, in := range f.Code {
		if off, ok := in.Jump(); ok {
			mark(pc + 1 + off)
		}
	}
	for _, h := range f.Handlers {
		mark(int(h.Start))
		mark(int(h.End))
		mark(int(h.Target))
	}
	d.labels = map[int]string{}
	n := 0
	for pc, t := range targets {
		if t {
			n++
			d.labels[pc] = "L" + strconv.Itoa(n)
		}
	}
}

func (d *disassembler) label(pc int) string {
	if l := d.labels[pc]; l != "" {
		return l
	}
	return "pc" + strconv.Itoa(pc) // outside the code: only in a program that Verify refuses
}

func (d *disassembler) instr(pc int, in Instr) string {
	o, ok := in.Operands()
	if !ok {
		return fmt.Sprintf("word %#016x", uint64(in))
	}
	op := in.Op()
	row := &Table[op]
	var parts []string
	add := func(shape byte, x int) {
		if shape != '-' && shape != 0 {
			parts = append(parts, d.operand(pc, op, shape, x))
		}
	}
	add(row.A, o.A)
	if row.BC != 0 {
		add(row.BC, o.BC)
	} else {
		add(row.B, o.B)
		add(row.C, o.C)
	}
	add(row.D, o.D)
	return strings.TrimRight(row.Name+" "+strings.Join(parts, ", "), " ")
}

func (d *disassembler) operand(pc int, op Op, shape byte, x int) string {
	n := strconv.Itoa(x)
	switch shape {
	case 'r', 'w', 'u', 'h':
		return "R" + n
	case 'k':
		if x < len(d.f.K) {
			return Constant(d.f.K[x])
		}
		return "K" + n
	case 'j':
		return d.label(pc + 1 + x)
	case 'f':
		if x < len(d.p.Funcs) && d.unique(d.p.Funcs[x].Name) {
			return "@" + d.p.Funcs[x].Name
		}
		return "@" + n
	case 'b':
		if x < len(d.p.Builtins) {
			return "$" + d.p.Builtins[x]
		}
		return "$" + n
	case 'g':
		names := d.p.Globals
		if windowed(op) {
			names = d.p.Window
		}
		if x < len(names) {
			return "%" + names[x]
		}
		return "%" + n
	case 'x':
		return "x" + n
	case 'l':
		return "C" + n
	case 's':
		return "S" + n
	}
	return n
}

// unique reports whether a function can be told by this name in the text.
func (d *disassembler) unique(name string) bool {
	if name == "" || strings.ContainsAny(name, " \t,;\"") || name[0] >= '0' && name[0] <= '9' {
		return false
	}
	count := 0
	for _, f := range d.p.Funcs {
		if f.Name == name {
			count++
		}
	}
	return count == 1
}
