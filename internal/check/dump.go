package check

import (
	"bufio"
	"fmt"
	"io"
	"sort"
	"strings"

	"etamil/internal/source"
)

// kindWords name the kinds of function in a dump.
var kindWords = [...]string{"top", "named", "lambda", "method", "route", "every", "test", "spawned", "shape"}

// Dump writes what p holds as text: functions with their variables, names of
// the top level, shapes, and then every name with what it may mean, in the order
// of the text. Meanings stand in the order in which they are tried; "!" follows
// a variable that is certainly set.
//
//	func 1 named f (a, b) locals s captures x
//	global 0 விலை read elsewhere
//	2:8 விலை local|global
func Dump(w io.Writer, p *Program) error {
	b := bufio.NewWriter(w)
	for _, f := range p.Funcs {
		dumpFunc(b, f)
	}
	for _, v := range p.Globals {
		dumpVar(b, "global", v)
	}
	for _, v := range p.Window {
		dumpVar(b, "window", v)
	}
	for _, s := range p.Shapes {
		fmt.Fprintf(b, "shape %d %s {%s}", s.Index, s.Name, strings.Join(fieldNames(s), ", "))
		for _, name := range sortedKeys(s.Methods) {
			fmt.Fprintf(b, " %s=%d", name, s.Methods[name].Index)
		}
		fmt.Fprintf(b, " from %d", s.From.Index)
		if s.Fill != nil {
			fmt.Fprintf(b, " fill %d", s.Fill.Index)
		}
		b.WriteByte('\n')
	}
	if p.Main != nil {
		fmt.Fprintf(b, "main func %d\n", p.Main.Index)
	}
	if p.MainVar != nil {
		fmt.Fprintf(b, "main variable %s\n", p.MainVar.Name)
	}
	dumpNames(b, p)
	return b.Flush()
}

func dumpFunc(b *bufio.Writer, f *Func) {
	fmt.Fprintf(b, "func %d %s", f.Index, kindWords[f.Kind])
	if f.Name != "" {
		b.WriteString(" " + f.Name)
	}
	if f.Task {
		b.WriteString(" task")
	}
	if f.Self {
		b.WriteString(" self")
	}
	if f.Parent != nil && f.Parent.Index != 0 {
		fmt.Fprintf(b, " in %d", f.Parent.Index)
	}
	if f.Kind != KindTop {
		fmt.Fprintf(b, " (%s)", varNames(f.Params))
	}
	if rest := f.Locals[len(f.Params):]; len(rest) > 0 {
		fmt.Fprintf(b, " locals %s", varNames(rest))
	}
	if len(f.Captures) > 0 {
		var to []*Var
		for _, c := range f.Captures {
			to = append(to, c.To)
		}
		fmt.Fprintf(b, " captures %s", varNames(to))
	}
	if f.UsesTry {
		b.WriteString(" try")
	}
	b.WriteByte('\n')
}

func varNames(vars []*Var) string {
	var list []string
	for _, v := range vars {
		name := v.Name
		if v.Const {
			name = "const " + name
		}
		if v.Captured {
			name += "^"
		}
		list = append(list, name)
	}
	return strings.Join(list, ", ")
}

func dumpVar(b *bufio.Writer, kind string, v *Var) {
	fmt.Fprintf(b, "%s %d %s", kind, v.Index, v.Name)
	if v.Const {
		b.WriteString(" const")
	}
	if v.ReadElsewhere {
		b.WriteString(" read elsewhere")
	}
	b.WriteByte('\n')
}

// dumpNames writes every use in the order of the text.
func dumpNames(b *bufio.Writer, p *Program) {
	type line struct {
		at   source.Pos
		text string
	}
	var lines []line
	add := func(at source.Pos, name, meaning string) {
		place := p.Set.Place(at)
		file := ""
		if place.File != p.Entry.Source.Name {
			file = place.File + ":"
		}
		lines = append(lines, line{at, fmt.Sprintf("%s%d:%d %s %s\n", file, place.Line, place.Column, name, meaning)})
	}
	for id, u := range p.Uses {
		add(id.Start, id.Name, u.String())
	}
	for n, v := range p.Names {
		add(n.Start, n.Text, useOf(v).String())
	}
	for f, u := range p.Members {
		add(f.Key.Start, "."+f.Key.Text, u.String())
	}
	for n, word := range p.Late {
		reading := "plain"
		if word {
			reading = "word"
		}
		add(n.Span().Start, "late", reading)
	}
	for f, s := range p.Fills {
		add(f.Start, f.Name.Name+"{…}", "shape "+s.Name)
	}
	sort.Slice(lines, func(i, j int) bool {
		if lines[i].at != lines[j].at {
			return lines[i].at < lines[j].at
		}
		return lines[i].text < lines[j].text
	})
	for _, l := range lines {
		b.WriteString(l.text)
	}
}

// String lists the meanings in the order in which they are tried.
func (u *Use) String() string {
	var list []string
	mark := ""
	if u.Known {
		mark = "!"
	}
	if u.Local != nil {
		list = append(list, "local"+mark)
	}
	if u.Global != nil {
		word := "global"
		if u.Global.Window {
			word = "window"
		}
		if u.Local == nil {
			word += mark
		}
		list = append(list, word)
	}
	if u.Func != nil {
		list = append(list, fmt.Sprintf("func %d", u.Func.Index))
	}
	if u.Builtin != nil {
		list = append(list, "builtin "+u.Builtin.ID)
	}
	if u.Shape != nil {
		list = append(list, "shape "+u.Shape.Name)
	}
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, "|")
}
