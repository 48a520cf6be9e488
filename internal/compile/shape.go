package compile

import (
	"strings"

	"etamil/internal/check"
	"etamil/internal/code"
	"etamil/internal/rule"
	"etamil/internal/syntax"
	"etamil/internal/value"
)

// shape is a declared shape as the machine needs it.
func shape(s *check.Shape) *code.Shape {
	out := &code.Shape{Name: s.Name, Methods: map[string]code.Method{}}
	var names []string
	for i, f := range s.Fields {
		names = append(names, f.Name.Text)
		field := code.ShapeField{Name: f.Name.Text, Type: fieldType(f.Type, s.Of[i]), Optional: f.Optional}
		for _, r := range s.Rules[i] {
			demand(&field.Type, r)
		}
		out.Fields = append(out.Fields, field)
	}
	// Classes stay for good, as records have their addresses where no collector looks. The
	// name is a copy, so that the program's text doesn't stay with them.
	out.Class = value.NewShapeClass(&value.Shape{Name: strings.Clone(s.Name), ID: s.Index}, names...)
	for name, m := range s.Methods {
		out.Methods[name] = code.Method{Func: m.Index, Self: m.Self}
	}
	return out
}

// demand puts a rule where it belongs: of a list's rules only a range is about the list,
// all others are about its items.
func demand(t *code.FieldType, r rule.Spec) {
	for t.Kind == "list" && r.Kind != rule.Range {
		if t.Elem == nil {
			t.Elem = &code.FieldType{}
		}
		t = t.Elem
	}
	t.Rules = append(t.Rules, r)
}

// kinds are the kinds of code.FieldType.
var kinds = map[syntax.TypeKind]string{
	syntax.TypeNumber: "number", syntax.TypeText: "text", syntax.TypeBool: "bool", syntax.TypeList: "list",
	syntax.TypeRecord: "record", syntax.TypeDate: "date", syntax.TypeFunction: "function",
}

// fieldType is a declared type; in is the shape that it names.
func fieldType(t *syntax.Type, in check.Inner) code.FieldType {
	switch {
	case t == nil:
		return code.FieldType{}
	case kinds[t.Kind] == "":
		return code.FieldType{Kind: "shape", Shape: in.Shape.Index}
	case t.Elem != nil:
		elem := fieldType(t.Elem, in)
		return code.FieldType{Kind: "list", Elem: &elem}
	}
	return code.FieldType{Kind: kinds[t.Kind]}
}
