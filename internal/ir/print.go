package ir

import (
	"fmt"
	"strconv"
	"strings"
)

// String returns f as text that Parse reads back.
func (f *Func) String() string {
	var w strings.Builder
	fmt.Fprintf(&w, "func %d %q", f.Index, f.Name)
	if f.Captures > 0 {
		fmt.Fprintf(&w, " captures=%d", f.Captures)
	}
	if f.MinArgs != f.Params {
		fmt.Fprintf(&w, " min=%d", f.MinArgs)
	}
	if f.Slots > 0 {
		fmt.Fprintf(&w, " slots=%d", f.Slots)
	}
	if f.Top {
		w.WriteString(" top")
	}
	if f.Task {
		w.WriteString(" task")
	}
	if f.Open {
		w.WriteString(" open")
	}
	w.WriteString(" {\n")
	for _, b := range f.Blocks {
		w.WriteString(b.String())
	}
	w.WriteString("}\n")
	return w.String()
}

// String returns b as Func.String prints it.
func (b *Block) String() string {
	var w strings.Builder
	fmt.Fprintf(&w, "b%d(", b.ID)
	for i, p := range b.Params {
		if i > 0 {
			w.WriteString(", ")
		}
		fmt.Fprintf(&w, "v%d %s", p.ID, p.Type)
	}
	w.WriteString("):")
	if b.Handler != nil {
		fmt.Fprintf(&w, " handler=b%d", b.Handler.ID)
	}
	w.WriteByte('\n')
	for _, v := range b.Instrs {
		w.WriteString("\t" + v.Long() + "\n")
	}
	w.WriteString("\t" + b.Term.String() + "\n")
	return w.String()
}

// Long returns the instruction v as a line of text.
func (v *Value) Long() string {
	var w strings.Builder
	info := v.Op.Info()
	if info.Result != 0 {
		fmt.Fprintf(&w, "v%d = ", v.ID)
	}
	w.WriteString(info.Name)
	switch v.Op {
	case OpConst:
		w.WriteString(" " + v.Const.String())
	case OpCapture, OpSlotGet, OpSlotSet, OpCall, OpClosure, OpShapeRecord, OpToShape:
		fmt.Fprintf(&w, " #%d", v.Int)
	case OpGetGlobal, OpSetGlobal, OpGetWindow, OpSetWindow, OpOrGlobal, OpOrWindow, OpGlobalOrUndef, OpWindowOrUndef:
		fmt.Fprintf(&w, " #%d %q", v.Int, v.Name)
	case OpCheck, OpGetField, OpSetField, OpOwnField, OpGetOwnedField, OpCallMember, OpRecord, OpFail:
		w.WriteString(" " + strconv.Quote(v.Name))
	case OpBuiltin:
		id := v.Name
		if v.Spec != nil {
			id = v.Spec.ID
		}
		w.WriteString(" " + strconv.Quote(id))
	}
	if v.Op == OpFail {
		w.WriteString(" " + strconv.Quote(v.Const.Text))
	}
	for i, a := range v.Args {
		if i > 0 {
			w.WriteByte(',')
		}
		fmt.Fprintf(&w, " v%d", a.ID)
	}
	if v.Type != info.Result && v.Op != OpConst {
		fmt.Fprintf(&w, " : %s", v.Type)
	}
	return w.String()
}

// String returns c as it is printed.
func (c Const) String() string {
	switch c.Kind {
	case ConstNil:
		return "nil"
	case ConstBool:
		return strconv.FormatBool(c.Bool)
	case ConstNumber:
		return string(c.Num.AppendStored(nil))
	case ConstText:
		return strconv.Quote(c.Text)
	case ConstFunc:
		return fmt.Sprintf("func#%d", c.Func)
	case ConstBuiltin:
		return fmt.Sprintf("builtin %q", c.Text)
	}
	return "undef"
}

// String returns the word for how a block ends.
func (k TermKind) String() string {
	for word, kind := range termKinds {
		if kind == k && word != "next2" {
			return word
		}
	}
	return "none"
}

// String returns t as it is printed.
func (t *Term) String() string {
	edge := func(i int) string {
		e := t.Succs[i]
		s := fmt.Sprintf("b%d", e.To.ID)
		if len(e.Args) == 0 {
			return s
		}
		var a []string
		for _, v := range e.Args {
			a = append(a, fmt.Sprintf("v%d", v.ID))
		}
		return s + "(" + strings.Join(a, ", ") + ")"
	}
	switch t.Kind {
	case TermJump:
		return "jump " + edge(0)
	case TermIf:
		return fmt.Sprintf("if v%d %s else %s", t.Value.ID, edge(0), edge(1))
	case TermReturn:
		return fmt.Sprintf("return v%d", t.Value.ID)
	case TermThrow:
		return fmt.Sprintf("throw v%d", t.Value.ID)
	case TermNext:
		word := "next"
		if t.Keyed {
			word = "next2"
		}
		return fmt.Sprintf("%s v%d %s else %s", word, t.Value.ID, edge(0), edge(1))
	case TermTry:
		return fmt.Sprintf("try %s catch %s", edge(0), edge(1))
	case TermHalt:
		return "halt"
	}
	return "none"
}

var typeNames = []string{"number", "text", "bool", "nil", "list", "record", "result", "func", "other", "undef"}

// String returns t as it is printed: any, any? (may be undef), or kinds joined by |.
func (t Type) String() string {
	switch t {
	case TAny:
		return "any"
	case TAny | TUndef:
		return "any?"
	case 0:
		return "none"
	}
	var s []string
	for i, n := range typeNames {
		if t>>i&1 != 0 {
			s = append(s, n)
		}
	}
	return strings.Join(s, "|")
}
