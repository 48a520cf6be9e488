package vm

import (
	"etamil/internal/code"
	"etamil/internal/diag"
	"etamil/internal/rule"
	"etamil/internal/value"
)

// shapeRules is what the fields of one shape may hold, in the class's order.
type shapeRules struct {
	shape  *code.Shape
	self   fieldRule // of a value that must have this shape
	fields []fieldRule
	byName map[string]int
}

// fieldRule is what a field, or an item of a list, may hold.
type fieldRule struct {
	kinds    uint16      // bits of kindBits; 0: anything
	optional bool        // or nil
	text     bool        // declared as text: a number counts as what it prints
	shape    *shapeRules // it must be a record of this shape
	of       *fieldRule  // a list's items
	rules    []*rule.Rule
	typ      string // the declared type, for messages
}

// Bits of fieldRule.kinds.
const (
	bitNumber = 1 << iota
	bitText
	bitBool
	bitList
	bitRecord
	bitFunc
)

// kindBits says which kinds a declared type takes: text and dates take numbers too.
var kindBits = map[string]uint16{
	"number":   bitNumber,
	"text":     bitText | bitNumber,
	"bool":     bitBool,
	"list":     bitList,
	"record":   bitRecord,
	"date":     bitText | bitNumber,
	"function": bitFunc,
	"shape":    bitRecord,
}

// bindShapes makes the rules of a program's shapes, once for an image.
func bindShapes(p *code.Program) ([]shapeRules, error) {
	all := make([]shapeRules, len(p.Shapes))
	for i, s := range p.Shapes {
		r := &all[i]
		r.shape, r.byName = s, map[string]int{}
		r.self = fieldRule{kinds: bitRecord, shape: r, typ: typeName(&code.FieldType{Kind: "record"}, p)}
		for k := range s.Fields {
			field := &s.Fields[k]
			t, err := bindType(&field.Type, all, p)
			if err != nil {
				return nil, err
			}
			t.optional = field.Optional
			r.fields = append(r.fields, *t)
			r.byName[field.Name] = k
		}
	}
	return all, nil
}

func bindType(t *code.FieldType, all []shapeRules, p *code.Program) (*fieldRule, error) {
	r := &fieldRule{kinds: kindBits[t.Kind], text: t.Kind == "text" || t.Kind == "date", typ: typeName(t, p)}
	if t.Kind == "shape" {
		r.shape = &all[t.Shape]
	}
	for _, spec := range t.Rules {
		made, err := rule.New(spec)
		if err != nil {
			return nil, err
		}
		r.rules = append(r.rules, made)
	}
	if t.Elem != nil {
		of, err := bindType(t.Elem, all, p)
		if err != nil {
			return nil, err
		}
		r.of = of
	}
	return r, nil
}

// typeName is what messages call a declared type.
func typeName(t *code.FieldType, p *code.Program) string {
	switch t.Kind {
	case "shape":
		return p.Shapes[t.Shape].Name
	case "date":
		return typeName(&code.FieldType{Kind: "text"}, p)
	}
	k := kindNames[t.Kind]
	return diag.Both(k.tamil, k.english)
}

// rules are those of a shape that the program declares; nil for one that a builtin made.
func (img *Image) rules(s *value.Shape) *shapeRules {
	if s == nil || uint(s.ID) >= uint(len(img.shapes)) {
		return nil
	}
	if r := &img.shapes[s.ID]; r.shape.Class.Shape() == s {
		return r
	}
	return nil
}

// free reports whether a field may hold anything.
func (r *shapeRules) free(name string) bool {
	i, ok := r.byName[name]
	return ok && r.fields[i].kinds == 0 && len(r.fields[i].rules) == 0
}

// ruleless reports whether a field has a type at most.
func (r *shapeRules) ruleless(name string) bool {
	i, ok := r.byName[name]
	return ok && len(r.fields[i].rules) == 0
}

// bindsItems reports whether a field says something about the items of the list in it.
func (r *shapeRules) bindsItems(name string) bool {
	if r == nil {
		return false
	}
	i, ok := r.byName[name]
	return ok && (r.fields[i].of != nil || len(r.fields[i].rules) > 0)
}

func kindBit(v *value.Value) uint16 {
	switch {
	case v.IsNumber():
		return bitNumber
	case v.IsText():
		return bitText
	case v.IsBool():
		return bitBool
	case v.IsList():
		return bitList
	case v.IsRecord():
		return bitRecord
	case v.IsFunc():
		return bitFunc
	}
	return 0
}

// takes reports whether a field may hold v as it is.
func (r *fieldRule) takes(v *value.Value) bool {
	if r.optional && v.IsNil() {
		return true
	}
	if r.kinds != 0 && r.kinds&kindBit(v) == 0 {
		return false
	}
	if r.shape != nil && v.ShapeOf() != r.shape.shape.Class.Shape() {
		return false
	}
	if r.of != nil && v.IsList() {
		for l, i := v.List(), 0; i < l.Len(); i++ {
			if !r.of.takes(l.At(i)) {
				return false
			}
		}
	}
	for _, need := range r.rules {
		if !need.Holds(v, r.text) {
			return false
		}
	}
	return true
}

// mayStore checks a store into a record of shape s, and raises an error when the shape
// has no such field or the field can't hold v.
func (f *Fiber) mayStore(s *value.Shape, name string, v *value.Value) bool {
	r := f.m.img.rules(s)
	if r == nil {
		return true
	}
	i, ok := r.byName[name]
	if !ok {
		f.fail(diag.RunShapeField, r.shape.Name, cut(name))
		return false
	}
	if !r.fields[i].takes(v) {
		f.refuse(r, i, v)
		return false
	}
	return true
}

// newShape makes a record of shape c from the registers R[b]….
func (f *Fiber) newShape(in code.Instr) {
	r := &f.m.img.shapes[fieldC(in)]
	fields := f.slots(fieldB(in), len(r.fields))
	for i := range fields {
		if !r.fields[i].takes(&fields[i]) {
			f.refuse(r, i, &fields[i])
			return
		}
	}
	*f.reg(fieldA(in)).val() = f.heap.NewRecord(r.shape.Class, fields)
}

// refuse raises the error of a field that can't hold v.
func (f *Fiber) refuse(r *shapeRules, field int, v *value.Value) {
	rep := report{root: r.shape.Name, strict: true}
	f.fit(&r.fields[field], v, &step{name: r.shape.Fields[field].Name}, &rep)
	f.fail(rep.code, rep.args...)
}
