package syntax

import (
	"bufio"
	"fmt"
	"io"
	"reflect"
	"strconv"

	"etamil/internal/decimal"
)

// Fprint writes the tree of a file as text, one node a line, what belongs to a
// node indented below it:
//
//	Print
//	  X: Binary Op=+
//	    X: Number Value=1
//	    Y: Number Value=2
//
// Places are left out, and so is what is empty, nil or false. The only error is
// that of w.
func Fprint(w io.Writer, f *File) error {
	b := bufio.NewWriter(w)
	for _, s := range f.Body {
		printer{b}.node(reflect.ValueOf(s), 0, "")
	}
	return b.Flush()
}

// printer walks the tree by reflection, so that a new field or node can't be
// forgotten here.
type printer struct{ w *bufio.Writer }

func (p printer) node(v reflect.Value, depth int, label string) {
	for v.Kind() == reflect.Pointer || v.Kind() == reflect.Interface {
		v = v.Elem()
	}
	for range depth {
		p.w.WriteString("  ")
	}
	if label != "" {
		p.w.WriteString(label + ": ")
	}
	p.w.WriteString(v.Type().Name())
	var below []int
	for i := range v.NumField() {
		f := v.Field(i)
		name := v.Type().Field(i).Name
		if f.IsZero() && !isEnum(f) || name == "At" || name == "PathAt" {
			continue
		}
		switch x := f.Interface().(type) {
		case string:
			p.w.WriteString(" " + name + "=" + strconv.Quote(x))
		case bool:
			p.w.WriteString(" " + name)
		case fmt.Stringer:
			p.w.WriteString(" " + name + "=" + x.String())
		default:
			below = append(below, i)
		}
	}
	p.w.WriteByte('\n')
	for _, i := range below {
		f, name := v.Field(i), v.Type().Field(i).Name
		if f.Kind() != reflect.Slice {
			p.node(f, depth+1, name)
			continue
		}
		for j := range f.Len() {
			item := f.Index(j)
			if op, ok := item.Interface().(CompareOp); ok {
				for range depth + 1 {
					p.w.WriteString("  ")
				}
				p.w.WriteString(name + ": " + op.String() + "\n")
				continue
			}
			p.node(item, depth+1, name)
		}
	}
}

// isEnum reports whether f has a type whose zero means something.
func isEnum(f reflect.Value) bool {
	return f.Kind() == reflect.Uint8 || f.Type() == reflect.TypeFor[decimal.Decimal]()
}

// String is the operator as documentation writes it.
func (o UnaryOp) String() string { return [...]string{"-", "not"}[o] }

// String is the operator as documentation writes it.
func (o BinaryOp) String() string { return [...]string{"+", "-", "*", "/", "&", "and", "or"}[o] }

// String is the operator as documentation writes it.
func (o CompareOp) String() string { return [...]string{"==", "!=", "<", "<=", ">", ">="}[o] }

// String is the kind's English name.
func (k TypeKind) String() string {
	return [...]string{"number", "text", "bool", "list", "record", "date", "function", "named"}[k]
}

// String is the kind's English name.
func (k RuleKind) String() string { return [...]string{"range", "pattern", "named"}[k] }

// String is the statement's English name.
func (k FileOpKind) String() string {
	return [...]string{"open", "close", "read", "write", "readCSV", "writeCSV"}[k]
}

// String is the statement's English name.
func (k DBOpKind) String() string {
	return [...]string{"connect", "disconnect", "query", "execute"}[k]
}
