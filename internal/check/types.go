package check

import (
	"etamil/internal/diag"
	"etamil/internal/source"
	"etamil/internal/syntax"
)

// typ is what is known of a value before the program runs. Only what is
// declared is checked: nil, calls of functions that declare no result, items
// and unknown fields may be anything.
type typ struct {
	kind  typeKind
	shape *Shape // of tShape
	elem  *typ   // of tList: declared type of the items; nil: anything
}

type typeKind uint8

const (
	tUnknown typeKind = iota
	tNumber
	tText
	tBool
	tList
	tRecord
	tDate
	tFunction
	tShape
)

// typeOf is the type that t names; tUnknown for none and for unknown names.
func (c *checker) typeOf(t *syntax.Type) typ { return c.typeIn(c.sp, t) }

// typeIn is typeOf for a type that is written in sp.
func (c *checker) typeIn(sp *space, t *syntax.Type) typ {
	if t == nil {
		return typ{}
	}
	switch t.Kind {
	case syntax.TypeNumber:
		return typ{kind: tNumber}
	case syntax.TypeText:
		return typ{kind: tText}
	case syntax.TypeBool:
		return typ{kind: tBool}
	case syntax.TypeList:
		list := typ{kind: tList}
		if t.Elem != nil {
			elem := c.typeIn(sp, t.Elem)
			list.elem = &elem
		}
		return list
	case syntax.TypeRecord:
		return typ{kind: tRecord}
	case syntax.TypeDate:
		return typ{kind: tDate}
	case syntax.TypeFunction:
		return typ{kind: tFunction}
	}
	if s := c.names[sp].shapes[t.Name]; s != nil {
		return typ{kind: tShape, shape: s}
	}
	return typ{}
}

// checkType reports a type name that is no shape.
func (c *checker) checkType(t *syntax.Type) {
	if t == nil {
		return
	}
	c.checkType(t.Elem)
	if t.Kind != syntax.TypeNamed || c.names[c.sp].shapes[t.Name] != nil || c.g.broken {
		return
	}
	m := c.errorf(diag.TypeUnknown, t.Span(), t.Name)
	if tamil, english, ok := syntax.Foreign(t.Name); ok {
		m.Note(source.Span{}, tamil, english)
	}
	if best, ok := diag.Nearest(t.Name, c.typeNames()); ok {
		m.Suggest(best)
	}
}

func (c *checker) typeNames() []string {
	list := sortedKeys(c.names[c.sp].shapes)
	return append(list, "எண்", "சொல்", "ஈர்ம", "அணி", "பொருள்", "தேதி", "செயல்", "eN", "col", "Irma", "aNi", "poruL", "qEqi", "ceyal")
}

// accepts reports whether a value of type given may stand where want is
// declared. Text takes numbers too, as it always has; so does a date.
func accepts(want, given typ) bool {
	if want.kind == tUnknown || given.kind == tUnknown {
		return true
	}
	switch want.kind {
	case tNumber:
		return given.kind == tNumber || given.kind == tDate
	case tText, tDate:
		return given.kind == tText || given.kind == tNumber || given.kind == tDate
	case tRecord:
		return given.kind == tRecord || given.kind == tShape
	case tShape:
		return given.kind == tShape && given.shape == want.shape
	case tList:
		if given.kind != tList {
			return false
		}
		return want.elem == nil || given.elem == nil || accepts(*want.elem, *given.elem)
	}
	return want.kind == given.kind
}

// declared is how a message names a declared type.
func (t typ) declared() string {
	switch t.kind {
	case tNumber:
		return diag.Both("எண்", "எண் (eN, a number)")
	case tText:
		return diag.Both("சொல்", "சொல் (col, a string)")
	case tBool:
		return diag.Both("ஈர்ம", "ஈர்ம (Irma, a boolean)")
	case tList:
		if t.elem != nil && t.elem.kind != tUnknown {
			return diag.Both("அணி<"+t.elem.word()+">", "அணி<"+t.elem.word()+"> (aNi, an array)")
		}
		return diag.Both("அணி", "அணி (aNi, an array)")
	case tRecord:
		return diag.Both("பொருள்", "பொருள் (poruL, a record)")
	case tDate:
		return diag.Both("தேதி", "தேதி (qEqi, a date)")
	case tFunction:
		return diag.Both("செயல்", "செயல் (ceyal, a function)")
	case tShape:
		return diag.Both(t.shape.Name, "the shape "+t.shape.Name)
	}
	return diag.Both("ஏதும்", "anything")
}

// word is the word that declares t.
func (t typ) word() string {
	switch t.kind {
	case tNumber:
		return "எண்"
	case tText:
		return "சொல்"
	case tBool:
		return "ஈர்ம"
	case tList:
		return "அணி"
	case tRecord:
		return "பொருள்"
	case tDate:
		return "தேதி"
	case tFunction:
		return "செயல்"
	case tShape:
		return t.shape.Name
	}
	return "?"
}

// given is how a message names the type of a value.
func (t typ) given() string {
	switch t.kind {
	case tNumber:
		return diag.Both("ஓர் எண்", "a number")
	case tText:
		return diag.Both("ஒரு சொல்", "a string")
	case tBool:
		return diag.Both("ஓர் ஈர்மம்", "a boolean")
	case tList:
		if t.elem != nil && t.elem.kind != tUnknown {
			return diag.Both("அணி<"+t.elem.word()+">", "an array (அணி<"+t.elem.word()+">)")
		}
		return diag.Both("ஓர் அணி", "an array")
	case tRecord:
		return diag.Both("ஒரு பொருள்", "a record")
	case tDate:
		return diag.Both("ஒரு தேதி", "a date")
	case tFunction:
		return diag.Both("ஒரு செயல்", "a function")
	case tShape:
		return diag.Both("ஒரு "+t.shape.Name, "a "+t.shape.Name)
	}
	return diag.Both("ஏதோ ஒன்று", "something")
}

// expectVar checks what v is given against what v is declared to be.
func (c *checker) expectVar(v *Var, given typ, at source.Span) {
	if want := c.fn.types[v]; !accepts(want, given) {
		c.errorf(diag.TypeVariable, at, v.Name, want.declared(), given.given())
	}
}

// varType is the declared type of what a name means, if it can only be that.
func (c *checker) varType(u *Use) typ {
	switch {
	case u.Local != nil:
		return c.fn.types[u.Local]
	case u.Global != nil:
		return c.fn.types[u.Global]
	case u.Func != nil:
		return typ{kind: tFunction}
	case u.Builtin != nil && !u.Builtin.Variable:
		return typ{kind: tFunction}
	case u.Builtin != nil:
		return builtinType(u.Builtin.Result)
	case u.Shape != nil:
		return typ{kind: tFunction}
	}
	return typ{}
}

// builtinType is the type of a predeclared name's value.
func builtinType(result string) typ {
	switch result {
	case "number":
		return typ{kind: tNumber}
	case "text":
		return typ{kind: tText}
	case "bool":
		return typ{kind: tBool}
	case "list":
		return typ{kind: tList}
	case "record":
		return typ{kind: tRecord}
	}
	return typ{}
}
