package check

import (
	"strings"

	"etamil/internal/diag"
	"etamil/internal/syntax"
)

// shapeStmt walks the defaults, rules and methods of a shape.
func (c *checker) shapeStmt(d *syntax.Shape) {
	s := c.prog.ShapeOf[d]
	// Defaults are evaluated wherever the shape is filled, so their names are
	// read as a function of the top level would read them.
	outer := c.fn
	c.fn = newScope(s.From, outer)
	for i, f := range d.Fields {
		if f.Default != nil {
			if given := c.expr(f.Default); !accepts(c.typeOf(f.Type), given) {
				c.errorf(diag.ShapeFieldType, f.Default.Span(), s.Name, f.Name.Text, c.typeOf(f.Type).declared(), given.given())
			}
		}
		for _, r := range f.Rules {
			if spec, ok := c.rule(s, f, r); ok {
				s.Rules[i] = append(s.Rules[i], spec)
			}
		}
	}
	c.fn = outer
	for _, m := range d.Methods {
		c.function(m.Func, KindMethod, s.Name+"."+m.Name.Text)
	}
}

// shapeLiteral checks S{…}: every field given, no other, each of its type.
func (c *checker) shapeLiteral(e *syntax.Filled, s *Shape) {
	given := map[string]bool{}
	spread := false
	for _, en := range e.Entries {
		t := c.expr(en.X)
		if en.Spread {
			spread = true
			if !accepts(typ{kind: tRecord}, t) {
				c.errorf(diag.ShapeFieldType, en.X.Span(), s.Name, "..", typ{kind: tRecord}.declared(), t.given())
			}
			continue
		}
		name := en.Key.Text
		given[name] = true
		f := s.field(name)
		if f == nil {
			m := c.errorf(diag.ShapeNoField, en.Key.Span(), s.Name, name)
			if best, ok := diag.Nearest(name, fieldNames(s)); ok {
				m.Suggest(best)
			}
			continue
		}
		if want := c.fieldType(s, f); !accepts(want, t) {
			c.errorf(diag.ShapeFieldType, en.X.Span(), s.Name, name, want.declared(), t.given())
		}
	}
	if spread {
		return
	}
	var missing []string
	for _, f := range s.Fields {
		if !given[f.Name.Text] && !f.Optional && f.Default == nil {
			missing = append(missing, f.Name.Text)
		}
	}
	if len(missing) > 0 {
		c.errorf(diag.ShapeFieldMissing, e.Name.Span(), s.Name, strings.Join(missing, ", "))
	}
}

// fieldType is the declared type of a field.
func (c *checker) fieldType(s *Shape, f *syntax.ShapeField) typ {
	return c.typeIn(c.home[s], f.Type)
}

// storeField checks v.f = x where v is declared to have shape s.
func (c *checker) storeField(s *Shape, f *syntax.Field, given typ) {
	field := s.field(f.Key.Text)
	if field == nil {
		c.noMember(s, f.Key)
		return
	}
	if want := c.fieldType(s, field); !accepts(want, given) {
		c.errorf(diag.ShapeFieldType, f.Key.Span(), s.Name, f.Key.Text, want.declared(), given.given())
	}
}

// shapeMember settles S.key, a method that is given the value first.
func (c *checker) shapeMember(e *syntax.Field, s *Shape) *Use {
	u := &Use{Func: s.Methods[e.Key.Text]}
	c.prog.Members[e] = u
	if id, ok := e.X.(*syntax.Ident); ok {
		c.prog.Uses[id] = &Use{Shape: s}
	}
	if u.Func == nil {
		c.noMember(s, e.Key)
	}
	return u
}

// noMember reports a field or method that a shape doesn't have.
func (c *checker) noMember(s *Shape, key *syntax.Name) {
	m := c.soft(diag.ShapeNoMember, key.Span(), s.Name, key.Text)
	if best, ok := diag.Nearest(key.Text, append(fieldNames(s), sortedKeys(s.Methods)...)); ok {
		m.Suggest(best)
	}
}

func fieldNames(s *Shape) []string {
	var list []string
	for _, f := range s.Fields {
		list = append(list, f.Name.Text)
	}
	return list
}
