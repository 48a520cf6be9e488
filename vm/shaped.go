package vm

import (
	"strconv"
	"strings"
	"sync"
	"unicode"

	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/rule"
	"etamil/internal/source"
	"etamil/internal/value"
)

// FieldError is one field that doesn't fit its shape.
type FieldError struct {
	Field   string // its way from the outermost record: வரிகள்[2].அளவு; "" for that record itself
	Code    string // shape_kind, shape_rule, shape_field or shape_missing; or what a program made up
	Tamil   string
	English string
}

// maxFieldErrors bounds how many wrong fields are told: each costs more than it took to
// send it.
const maxFieldErrors = 256

// maxShapeDepth bounds how deep records of shapes are made of records.
const maxShapeDepth = 1000

// report collects what doesn't fit.
type report struct {
	root   string // the shape's name
	strict bool   // records are not made into shapes
	depth  int
	list   []FieldError
	code   diag.Code // of the first, with what its sentence needs
	args   []string
}

// step is one step of the way to a value: a field, or an item when name is empty.
type step struct {
	up    *step
	name  string
	index int
}

func (s *step) String() string {
	switch {
	case s == nil:
		return ""
	case s.name == "":
		return s.up.String() + "[" + strconv.Itoa(s.index) + "]"
	case s.up == nil:
		return s.name
	}
	return s.up.String() + "." + s.name
}

// name is how messages call the value that a way leads to.
func (rep *report) name(at *step) string {
	if at == nil {
		return rep.root
	}
	return rep.root + "." + at.String()
}

func (rep *report) add(at *step, c diag.Code, args ...string) {
	if rep.code == "" {
		rep.code, rep.args = c, args
	}
	if len(rep.list) < maxFieldErrors {
		m := diag.New(c, source.Span{}, args...)
		rep.list = append(rep.list, FieldError{at.String(), diag.RunName(c), m.Text(diag.Tamil), m.Text(diag.English)})
	}
}

// toShape makes a record of shape c out of the record R[b], as a result: a failure holds
// an error that names every field that is missing, superfluous or wrong.
func (f *Fiber) toShape(in code.Instr) {
	r := &f.m.img.shapes[fieldC(in)]
	rep := report{root: r.shape.Name}
	v := f.fit(&r.self, f.reg(fieldB(in)).val(), nil, &rep)
	if len(rep.list) > 0 {
		e := &Error{Diag: diag.RunShapeInvalid, args: []string{r.shape.Name, rep.names()}, Fields: rep.list}
		if len(rep.list) == 1 {
			e.Message = diag.New(rep.code, source.Span{}, rep.args...).Both()
		}
		// It gets its place where it is raised, if it ever is.
		*f.reg(fieldA(in)).val() = f.heap.Fail(f.errorParts(e))
	} else {
		*f.reg(fieldA(in)).val() = f.heap.Ok(v)
	}
	f.checkMemory()
}

// maxNamed is how many wrong fields a message names.
const maxNamed = 8

// names are the fields that are wrong.
func (rep *report) names() string {
	var names []string
	for i := range rep.list {
		if i == maxNamed {
			names = append(names, "…")
			break
		}
		names = append(names, rep.list[i].Field)
	}
	return strings.Join(names, ", ")
}

// fit returns x as a field under rule r may hold it: itself, or records made into the
// shapes that they must be. What doesn't fit it reports.
func (f *Fiber) fit(r *fieldRule, x *value.Value, at *step, rep *report) value.Value {
	if r.takes(x) {
		value.Share(x)
		return *x
	}
	if r.kinds != 0 && r.kinds&kindBit(x) == 0 {
		rep.add(at, diag.RunShapeKind, rep.name(at), r.typ, f.kindOf(x))
		return value.Nil
	}
	v := *x
	switch {
	case r.shape != nil && x.ShapeOf() == r.shape.shape.Class.Shape():
	case r.shape != nil && rep.strict:
		rep.add(at, diag.RunShapeKind, rep.name(at), r.typ, f.kindOf(x))
		return value.Nil
	case r.shape != nil:
		v = f.fitRecord(r.shape, x, at, rep)
	case r.of != nil && x.IsList():
		n := x.List().Len()
		v = f.heap.NewList(0, n)
		for i := range n {
			f.heap.Append(&v, f.fit(r.of, x.List().At(i), &step{up: at, index: i}, rep))
		}
	}
	for _, need := range r.rules {
		if !need.Holds(&v, r.text) {
			f.broken(need, &v, r.text, at, rep)
		}
	}
	return v
}

// fitRecord makes a record of a shape out of the fields of the record x.
func (f *Fiber) fitRecord(r *shapeRules, x *value.Value, at *step, rep *report) value.Value {
	if rep.depth++; rep.depth > maxShapeDepth {
		rep.add(at, diag.RunShapeRule, rep.name(at), diag.Both("1000 அடுக்குகளுக்குள் இருக்க", "nested at most 1000 deep"), f.kindOf(x))
		rep.depth--
		return value.Nil
	}
	from, found := len(f.fitting), 0
	for i := range r.fields {
		name := r.shape.Fields[i].Name
		field, ok := x.Field(name)
		v := value.Nil
		switch {
		case ok:
			found++
			v = f.fit(&r.fields[i], field, &step{up: at, name: name}, rep)
		case !r.fields[i].optional:
			here := &step{up: at, name: name}
			rep.add(here, diag.RunShapeMissing, rep.name(here))
		}
		f.fitting = append(f.fitting, v)
	}
	if found < x.FieldCount() {
		f.strangers(r, x, at, rep)
	}
	v := f.heap.NewRecord(r.shape.Class, f.fitting[from:])
	f.fitting = f.fitting[:from]
	rep.depth--
	return v
}

// strangers reports the fields of x that the shape doesn't have.
func (f *Fiber) strangers(r *shapeRules, x *value.Value, at *step, rep *report) {
	it, _ := f.heap.NewIter(x)
	var key, val value.Value
	for f.heap.Next(&it, &key, &val) {
		if _, ok := r.byName[key.Str()]; !ok {
			name := cut(key.Str())
			rep.add(&step{up: at, name: name}, diag.RunShapeField, r.shape.Name, name)
		}
	}
}

// broken reports a rule that v doesn't keep. Of what is too long or too short only the
// length is told.
func (f *Fiber) broken(need *rule.Rule, v *value.Value, asText bool, at *step, rep *report) {
	tamil, english := need.Words()
	name, got := rep.name(at), ""
	switch {
	case need.Kind() == rule.Range && v.IsList():
		name, got = lengthOf(name), strconv.Itoa(v.List().Len())
	case need.Kind() == rule.Range && (v.IsText() || asText):
		t := f.heap.ToText(v)
		name, got = lengthOf(name), strconv.Itoa(f.heap.TextLen(&t))
	case v.IsText():
		got = strconv.Quote(cut(v.Str()))
	default:
		got = cut(f.bounded(v))
	}
	rep.add(at, diag.RunShapeRule, name, diag.Both(tamil, english), got)
}

func lengthOf(name string) string {
	return diag.Both(name+" இன் நீளம்", "the length of "+name)
}

// maxTold is how much of a wrong value or an unknown name a message tells, in bytes.
const maxTold = 100

// cut is a copy of s, or of its beginning when it is long, without control characters.
func cut(s string) string {
	s = strings.Map(func(c rune) rune {
		if unicode.IsControl(c) {
			return unicode.ReplacementChar
		}
		return c
	}, strings.Clone(s[:min(len(s), 2*maxTold)]))
	if len(s) <= maxTold {
		return s
	}
	n := 0
	for {
		next := n + value.NextLetter(s[n:])
		if next > maxTold {
			return s[:n] + "…"
		}
		n = next
	}
}

// fieldErrorClass is the class of the entries of an error's details. Each thing has a
// Tamil and an English name, as the fields of an error do; but of the message each
// language has its own.
var fieldErrorClass = sync.OnceValue(func() *value.Class {
	return value.ClassOf("புலம்", "field", "குறியீடு", "code", "செய்தி", "message")
})

// fieldErrorList is a list of wrong fields as a value.
func (f *Fiber) fieldErrorList(list []FieldError) value.Value {
	h := &f.heap
	v := h.NewList(0, len(list))
	for i := range list {
		e := &list[i]
		field, code := h.NewText(e.Field), h.NewText(e.Code)
		value.Share(&field)
		value.Share(&code)
		h.Append(&v, h.NewRecord(fieldErrorClass(), []value.Value{field, field, code, code, h.NewText(e.Tamil), h.NewText(e.English)}))
	}
	return v
}

// FieldErrors are the wrong fields that an error's details list, as S(record) writes
// them, or as a program may. An entry needs புலம் or field, and a message in at least
// one language; nil when details is no such list.
func FieldErrors(details *value.Value) []FieldError {
	if !details.IsList() || details.List().Len() == 0 {
		return nil
	}
	n := min(details.List().Len(), maxFieldErrors)
	list := make([]FieldError, 0, n)
	for i := range n {
		x := details.List().At(i)
		text := func(names ...string) string {
			if v, ok := firstField(x, names...); ok && v.IsText() {
				return v.Clone()
			}
			return ""
		}
		if _, ok := firstField(x, "புலம்", "field"); !x.IsRecord() || !ok {
			return nil
		}
		e := FieldError{text("புலம்", "field"), text("குறியீடு", "code"), text("செய்தி", "message"), text("message", "செய்தி")}
		if e.Tamil == "" {
			return nil
		}
		list = append(list, e)
	}
	return list
}
