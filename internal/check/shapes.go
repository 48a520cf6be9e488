package check

import (
	"regexp"
	"strings"

	"etamil/internal/decimal"
	"etamil/internal/diag"
	"etamil/internal/syntax"
)

// shapeStmt walks the defaults, rules and methods of a shape.
func (c *checker) shapeStmt(d *syntax.Shape) {
	s := c.prog.ShapeOf[d]
	// Defaults are evaluated wherever the shape is filled, so their names are
	// read as a function of the top level would read them.
	outer := c.fn
	c.fn = newScope(&Func{Kind: KindNamed, Name: s.Name, Parent: c.prog.Top}, outer)
	for _, f := range d.Fields {
		if f.Default != nil {
			if given := c.expr(f.Default); !accepts(c.typeOf(f.Type), given) {
				c.errorf(diag.ShapeFieldType, f.Default.Span(), s.Name, f.Name.Text, c.typeOf(f.Type).declared(), given.given())
			}
		}
		for _, r := range f.Rules {
			c.rule(s, f, r)
		}
	}
	c.fn = outer
	for _, m := range d.Methods {
		c.function(m.Func, KindMethod, s.Name+"."+m.Name.Text)
	}
}

// namedRules are the checks that a field may name after விதி.
var namedRules = map[string]string{
	"email": "email", "மின்னஞ்சல்": "email", "miZZaWcal": "email",
	"url": "url", "உரலி": "url", "urali": "url",
	"uuid": "uuid", "அடையாளம்": "uuid", "atYyALam": "uuid",
	"date": "date", "தேதி": "date", "qEqi": "date",
	"oneof": "oneof", "ஒன்று": "oneof", "oZRu": "oneof",
}

// NamedRule returns the canonical English name of a field's named check: email,
// url, uuid, date or oneof; ok is false for the name of a function.
func NamedRule(name string) (canonical string, ok bool) {
	canonical, ok = namedRules[name]
	return canonical, ok
}

// rule checks one rule of a field.
func (c *checker) rule(s *Shape, f *syntax.ShapeField, r *syntax.Rule) {
	for _, a := range r.Args {
		c.expr(a)
	}
	switch r.Kind {
	case syntax.RuleRange:
		t := c.typeOf(f.Type)
		if t.kind == tBool || t.kind == tFunction || t.kind == tShape {
			c.errorf(diag.ShapeRule, r.Span(), s.Name, f.Name.Text, diag.Both("வரம்பு எண், சொல், அணி ஆகியவற்றுக்கே", "a range is for numbers, text and lists"))
		} else if r.Low != nil && r.Up != nil && decimal.Cmp(*r.Low, *r.Up) > 0 {
			c.errorf(diag.ShapeRule, r.Span(), s.Name, f.Name.Text, diag.Both("தொடக்கம் முடிவை விடப் பெரியது", "the range begins above its end"))
		}
	case syntax.RulePattern:
		if _, err := regexp.Compile(r.Text); err != nil {
			c.errorf(diag.ShapeRule, r.Span(), s.Name, f.Name.Text, diag.Both("வடிவப் பாங்கு தவறு", "the pattern is not a regular expression"))
		}
	case syntax.RuleNamed:
		if _, ok := namedRules[r.Text]; ok || c.names[c.sp].funcs[r.Text] != nil {
			return
		}
		m := c.errorf(diag.ShapeRule, r.Span(), s.Name, f.Name.Text, diag.Both("'"+r.Text+"' என்ற விதி இல்லை", "there is no rule '"+r.Text+"'"))
		if best, ok := diag.Nearest(r.Text, append(sortedKeys(namedRules), sortedKeys(c.names[c.sp].funcs)...)); ok {
			m.Suggest(best)
		}
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
