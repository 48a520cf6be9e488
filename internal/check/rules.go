package check

import (
	"etamil/internal/decimal"
	"etamil/internal/diag"
	"etamil/internal/rule"
	"etamil/internal/syntax"
)

// rule makes one rule of a field; ok is false when a mistake was found.
func (c *checker) rule(s *Shape, f *syntax.ShapeField, r *syntax.Rule) (spec rule.Spec, ok bool) {
	wrong := func(tamil, english string) (rule.Spec, bool) {
		c.errorf(diag.ShapeRule, r.Span(), s.Name, f.Name.Text, diag.Both(tamil, english))
		return rule.Spec{}, false
	}
	t := c.typeOf(f.Type)
	item := t // what a list's rules but its length are about
	for item.elem != nil {
		item = *item.elem
	}
	if item.kind == tList {
		item = typ{}
	}
	switch r.Kind {
	case syntax.RuleRange:
		switch t.kind {
		case tUnknown, tNumber, tText, tList:
		default:
			return wrong("வரம்பு எண், உரை, அணி ஆகியவற்றுக்கே", "a range is for numbers, text and lists")
		}
		spec = rule.Spec{Kind: rule.Range, Low: r.Low, Up: r.Up}
		if r.Low != nil && r.Up != nil && decimal.Cmp(*r.Low, *r.Up) > 0 {
			return wrong("தொடக்கம் முடிவை விடப் பெரியது", "the range begins above its end")
		}
		return spec, true
	case syntax.RulePattern:
		spec = rule.Spec{Kind: rule.Pattern, Pattern: r.Text}
		if _, err := rule.New(spec); err != nil {
			return wrong("பாங்கு தவறு", "the pattern is not a regular expression")
		}
	case syntax.RuleNamed:
		kind, known := rule.Named(r.Text)
		if !known {
			m := c.errorf(diag.ShapeRule, r.Span(), s.Name, f.Name.Text, diag.Both("'"+r.Text+"' என்ற விதி இல்லை", "there is no rule '"+r.Text+"'"))
			if best, ok := diag.Nearest(r.Text, rule.Names()); ok {
				m.Suggest(best)
			}
			return rule.Spec{}, false
		}
		if kind == rule.OneOf {
			return c.oneOf(s, f, r, item)
		}
		if len(r.Args) > 0 {
			return wrong("'"+r.Text+"' விதிக்கு உள்ளீடு இல்லை", "the rule '"+r.Text+"' takes no arguments")
		}
		spec = rule.Spec{Kind: kind}
	}
	switch item.kind {
	case tUnknown, tText, tDate:
		return spec, true
	}
	return wrong("இவ்விதி உரைக்கே", "this rule is for text")
}

// oneOf makes a choice of literals.
func (c *checker) oneOf(s *Shape, f *syntax.ShapeField, r *syntax.Rule, item typ) (rule.Spec, bool) {
	spec := rule.Spec{Kind: rule.OneOf}
	for _, a := range r.Args {
		l, t, ok := literal(a)
		switch {
		case !ok:
			c.errorf(diag.ShapeRule, a.Span(), s.Name, f.Name.Text, diag.Both("தேர்வுகள் நேரடி மதிப்புகளாக இருக்க வேண்டும்", "the choices must be literal texts, numbers or booleans"))
			return rule.Spec{}, false
		case !accepts(item, t):
			c.errorf(diag.ShapeFieldType, a.Span(), s.Name, f.Name.Text, item.declared(), t.given())
			return rule.Spec{}, false
		}
		spec.Of = append(spec.Of, l)
	}
	if len(spec.Of) == 0 {
		c.errorf(diag.ShapeRule, r.Span(), s.Name, f.Name.Text, diag.Both("தேர்வுகள் தேவை", "it needs the choices"))
		return rule.Spec{}, false
	}
	return spec, true
}

// literal is the value of a literal.
func literal(e syntax.Expr) (rule.Literal, typ, bool) {
	switch e := e.(type) {
	case *syntax.Paren:
		return literal(e.X)
	case *syntax.String:
		return rule.Text(e.Value), typ{kind: tText}, true
	case *syntax.Bool:
		return rule.Bool(e.Value), typ{kind: tBool}, true
	case *syntax.Number:
		return rule.Number(e.Value), typ{kind: tNumber}, true
	case *syntax.Unary:
		if n, ok := e.X.(*syntax.Number); ok && e.Op == syntax.Neg {
			return rule.Number(decimal.Neg(n.Value)), typ{kind: tNumber}, true
		}
	}
	return rule.Literal{}, typ{}, false
}
