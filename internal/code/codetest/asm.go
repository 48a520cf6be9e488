// Package codetest turns text into bytecode, for tests: what code.Disassemble writes,
// with or without its comments.
//
//	globals total
//	builtins len
//	class "name" "price"
//	shape "point" x:number y:number? m=@dist
//	func "main" top regs=3
//	  loadi R1, 5
//	  call R1, @twice, 1
//	  setg R1, %total
//	  halt
//	func "twice" params=1 regs=2
//	  addk R0, R0, 1.50
//	  ret R0
//
// A label is a word and a colon on a line of its own. "handler FROM, TO, AT, R2" adds a
// handler for the function that it stands in. "line 3" gives what follows a place: line 3
// of a file "test.qmz" that the program then has.
package codetest

import (
	"fmt"
	"strconv"
	"strings"

	"etamil/internal/code"
	"etamil/internal/decimal"
	"etamil/internal/rule"
	"etamil/internal/source"
	"etamil/internal/value"
)

// Assemble makes the program that text describes. It isn't verified.
func Assemble(text string) (*code.Program, error) {
	a := &assembler{
		p:     &code.Program{Files: source.NewSet(), ByName: map[string]int{}},
		ops:   map[string]code.Op{},
		texts: map[string]value.Value{},
	}
	for op := range code.NumOps {
		a.ops[op.String()] = op
	}
	lines := strings.Split(text, "\n")
	last := 0
	for i, l := range lines {
		lines[i] = strings.TrimSpace(uncomment(l))
		if n, ok := strings.CutPrefix(lines[i], "line "); ok {
			if k, err := strconv.Atoi(n); err == nil {
				last = max(last, k)
			}
		}
	}
	if last > 0 {
		a.file = a.p.Files.Add("test.qmz", strings.Repeat("\n", last))
	}
	for _, pass := range []func(string) error{a.declare, a.line} {
		a.f = nil
		a.next = 0
		for i, l := range lines {
			if l == "" {
				continue
			}
			if err := pass(l); err != nil {
				return nil, fmt.Errorf("line %d: %q: %w", i+1, l, err)
			}
		}
	}
	for _, fix := range a.jumps {
		to, ok := fix.f.labels[fix.label]
		if !ok {
			return nil, fmt.Errorf("no label %q in %s", fix.label, fix.f.Name)
		}
		fix.f.Code[fix.pc] = fix.f.Code[fix.pc].WithJump(to - fix.pc - 1)
	}
	for _, f := range a.funcs {
		for _, h := range f.handlers {
			var at [3]int
			for i, label := range h.labels {
				to, ok := f.labels[label]
				if !ok {
					return nil, fmt.Errorf("no label %q in %s", label, f.Name)
				}
				at[i] = to
			}
			f.Handlers = append(f.Handlers, code.Handler{Start: int32(at[0]), End: int32(at[1]), Target: int32(at[2]), Reg: int32(h.reg)})
		}
	}
	a.p.Frozen = a.frozen.Done()
	return a.p, nil
}

// Must is Assemble for texts that are right.
func Must(text string) *code.Program {
	p, err := Assemble(text)
	if err != nil {
		panic("codetest: " + err.Error())
	}
	return p
}

type assembler struct {
	p      *code.Program
	ops    map[string]code.Op
	frozen value.Freezer
	texts  map[string]value.Value
	funcs  []*fn
	f      *fn
	next   int
	file   *source.File
	jumps  []fixup
}

type fn struct {
	*code.Func
	labels   map[string]int
	handlers []handler
}

type handler struct {
	labels [3]string
	reg    int
}

type fixup struct {
	f     *fn
	pc    int
	label string
}

// uncomment cuts what follows a ; that isn't in quotes.
func uncomment(l string) string {
	quoted := false
	for i := 0; i < len(l); i++ {
		switch {
		case l[i] == '\\' && quoted:
			i++
		case l[i] == '"':
			quoted = !quoted
		case l[i] == ';' && !quoted:
			return l[:i]
		}
	}
	return l
}

// fields splits at spaces and commas outside quotes.
func fields(l string) []string {
	var out []string
	quoted := false
	start := -1
	for i := 0; i <= len(l); i++ {
		if i == len(l) || !quoted && (l[i] == ' ' || l[i] == ',' || l[i] == '\t') {
			if start >= 0 {
				out = append(out, l[start:i])
			}
			start = -1
			continue
		}
		if start < 0 {
			start = i
		}
		switch {
		case l[i] == '\\' && quoted:
			i++
		case l[i] == '"':
			quoted = !quoted
		}
	}
	return out
}

func unquote(s string) string {
	if t, err := strconv.Unquote(s); err == nil {
		return t
	}
	return s
}

// declare is the first pass: what the program has.
func (a *assembler) declare(l string) error {
	w := fields(l)
	switch w[0] {
	case "globals":
		a.p.Globals = w[1:]
	case "window":
		a.p.Window = w[1:]
	case "builtins":
		a.p.Builtins = w[1:]
	case "class":
		names := make([]string, len(w)-1)
		for i := range names {
			names[i] = unquote(w[i+1])
		}
		a.p.Classes = append(a.p.Classes, value.ClassOf(names...))
	case "func":
		return a.declareFunc(w)
	}
	return nil
}

func (a *assembler) declareFunc(w []string) error {
	f := &fn{Func: &code.Func{Index: len(a.funcs), MinArgs: -1}, labels: map[string]int{}}
	for _, s := range w[1:] {
		key, val, ok := strings.Cut(s, "=")
		if !ok {
			switch s {
			case "top":
				f.Top = true
			case "task":
				f.Task = true
			default:
				f.Name = unquote(s)
			}
			continue
		}
		n, err := strconv.Atoi(val)
		if err != nil {
			return err
		}
		switch key {
		case "params":
			f.Params = n
		case "min":
			f.MinArgs = n
		case "regs":
			f.Regs = n
		case "captures":
			f.Captures = n
		case "caches":
			f.Caches = n
		default:
			return fmt.Errorf("what is %s?", key)
		}
	}
	if f.MinArgs < 0 {
		f.MinArgs = f.Params
	}
	a.funcs = append(a.funcs, f)
	a.p.Funcs = append(a.p.Funcs, f.Func)
	a.p.ByName[f.Name] = f.Index
	return nil
}

// line is the second pass: what it does.
func (a *assembler) line(l string) error {
	w := fields(l)
	switch w[0] {
	case "globals", "window", "builtins", "class":
		return nil
	case "shape":
		return a.shape(w[1:])
	case "func":
		a.f = a.funcs[a.next]
		a.next++
		return nil
	}
	f := a.f
	if f == nil {
		return fmt.Errorf("stands in no function")
	}
	switch {
	case len(w) == 1 && strings.HasSuffix(w[0], ":"):
		f.labels[w[0][:len(w[0])-1]] = len(f.Code)
	case w[0] == "line":
		n, err := strconv.Atoi(w[1])
		if err != nil {
			return err
		}
		f.Lines = append(f.Lines, code.Line{PC: int32(len(f.Code)), Pos: a.file.Pos(a.file.LineStart(n))})
	case w[0] == "handler":
		if len(w) != 5 {
			return fmt.Errorf("handler FROM, TO, AT, REG")
		}
		reg, err := number(w[4], "R")
		f.handlers = append(f.handlers, handler{[3]string{w[1], w[2], w[3]}, reg})
		return err
	case w[0] == "word":
		n, err := strconv.ParseUint(w[1], 0, 64)
		f.Code = append(f.Code, code.Instr(n))
		return err
	default:
		op, ok := a.ops[w[0]]
		if !ok {
			return fmt.Errorf("no such instruction")
		}
		return a.instr(op, w[1:])
	}
	return nil
}

// shape reads a name, fields NAME:KIND[?] or NAME:list<KIND>, and methods NAME=@FUNC
// (of self) or NAME=!FUNC (without). A kind is one of code.FieldType, any, or the name of
// a shape above; ~LOW~UP behind it is a range.
func (a *assembler) shape(w []string) error {
	s := &code.Shape{Name: unquote(w[0]), Methods: map[string]code.Method{}}
	var names []string
	for _, x := range w[1:] {
		if name, m, ok := strings.Cut(x, "="); ok {
			i, ok := a.p.ByName[m[1:]]
			if !ok {
				return fmt.Errorf("no function %s", m[1:])
			}
			s.Methods[name] = code.Method{Func: i, Self: m[0] == '@'}
			continue
		}
		name, kind, _ := strings.Cut(x, ":")
		field := code.ShapeField{Name: name}
		kind, field.Optional = strings.CutSuffix(kind, "?")
		kind, bounds, ranged := strings.Cut(kind, "~")
		if list, elem, ok := strings.Cut(kind, "<"); ok {
			of := a.fieldType(strings.TrimSuffix(elem, ">"))
			field.Type = code.FieldType{Kind: list, Elem: &of}
		} else {
			field.Type = a.fieldType(kind)
		}
		if ranged {
			r, err := bound(bounds)
			if err != nil {
				return err
			}
			field.Type.Rules = []rule.Spec{r}
		}
		s.Fields = append(s.Fields, field)
		names = append(names, name)
	}
	s.Class = value.NewShapeClass(&value.Shape{Name: s.Name, ID: len(a.p.Shapes)}, names...)
	a.p.Shapes = append(a.p.Shapes, s)
	return nil
}

func (a *assembler) fieldType(kind string) code.FieldType {
	for i, s := range a.p.Shapes {
		if s.Name == kind {
			return code.FieldType{Kind: "shape", Shape: i}
		}
	}
	if kind == "any" {
		kind = ""
	}
	return code.FieldType{Kind: kind}
}

// bound reads LOW~UP.
func bound(s string) (rule.Spec, error) {
	low, up, _ := strings.Cut(s, "~")
	l, err := decimal.Parse(low)
	if err != nil {
		return rule.Spec{}, err
	}
	u, err := decimal.Parse(up)
	return rule.Spec{Low: &l, Up: &u}, err
}

func number(s, prefix string) (int, error) {
	t, ok := strings.CutPrefix(s, prefix)
	if !ok {
		return 0, fmt.Errorf("%q should begin with %s", s, prefix)
	}
	return strconv.Atoi(t)
}

func (a *assembler) instr(op code.Op, w []string) error {
	row := &code.Table[op]
	var o code.Operands
	label := ""
	take := func(shape byte, to *int) error {
		if shape == '-' || shape == 0 {
			return nil
		}
		if len(w) == 0 {
			return fmt.Errorf("operands are missing")
		}
		s := w[0]
		w = w[1:]
		if shape == 'j' {
			label = s
			return nil
		}
		n, err := a.operand(op, shape, s)
		*to = n
		return err
	}
	shapes := []struct {
		shape byte
		to    *int
	}{{row.A, &o.A}, {row.B, &o.B}, {row.C, &o.C}, {row.BC, &o.BC}, {row.D, &o.D}}
	if row.BC != 0 {
		shapes[1].shape, shapes[2].shape = '-', '-'
	}
	for _, s := range shapes {
		if err := take(s.shape, s.to); err != nil {
			return err
		}
	}
	if len(w) > 0 {
		return fmt.Errorf("too many operands")
	}
	f := a.f
	if label != "" {
		a.jumps = append(a.jumps, fixup{f, len(f.Code), label})
	}
	if row.BC != 0 {
		f.Code = append(f.Code, code.MakeBC(op, o.A, o.BC))
	} else {
		f.Code = append(f.Code, code.Make(op, o.D, o.A, o.B, o.C))
	}
	return nil
}

func (a *assembler) operand(op code.Op, shape byte, s string) (int, error) {
	switch shape {
	case 'r', 'w', 'u', 'h':
		return number(s, "R")
	case 'k':
		return a.constant(s)
	case 'f':
		return index(s, "@", a.p.ByName)
	case 'b':
		return index(s, "$", names(a.p.Builtins))
	case 'g':
		list := a.p.Globals
		switch op {
		case code.OpGetW, code.OpSetW, code.OpOrW, code.OpGetWU:
			list = a.p.Window
		}
		return index(s, "%", names(list))
	case 'x':
		return number(s, "x")
	case 'l':
		return number(s, "C")
	case 's':
		return number(s, "S")
	}
	return strconv.Atoi(s)
}

func names(list []string) map[string]int {
	m := map[string]int{}
	for i, n := range list {
		m[n] = i
	}
	return m
}

func index(s, prefix string, m map[string]int) (int, error) {
	name, ok := strings.CutPrefix(s, prefix)
	if !ok {
		return 0, fmt.Errorf("%q should begin with %s", s, prefix)
	}
	if i, ok := m[name]; ok {
		return i, nil
	}
	return strconv.Atoi(name)
}

// constant finds or adds a constant of the function.
func (a *assembler) constant(s string) (int, error) {
	var v value.Value
	switch {
	case s[0] == '"':
		text, err := strconv.Unquote(s)
		if err != nil {
			return 0, err
		}
		k, ok := a.texts[text]
		if !ok {
			k = a.frozen.FreezeText(text)
			a.texts[text] = k
		}
		v = k
	case s[0] == '$':
		i, err := index(s, "$", names(a.p.Builtins))
		if err != nil {
			return 0, err
		}
		v = value.Builtin(i)
	case s == "nil":
		v = value.Nil
	case s == "undef":
		v = value.Undef
	case s == "true" || s == "false":
		v = value.Bool(s == "true")
	default:
		d, err := decimal.Parse(s)
		if err != nil {
			return 0, err
		}
		v = value.Number(d)
	}
	for i, k := range a.f.K {
		if k == v {
			return i, nil
		}
	}
	a.f.K = append(a.f.K, v)
	return len(a.f.K) - 1, nil
}
