package rule

import (
	"fmt"
	"strconv"
	"strings"

	"etamil/internal/decimal"
	"etamil/internal/value"
)

// Kind says what a rule looks at.
type Kind uint8

// The kinds of rule.
const (
	Range   Kind = iota // the size of a number, the length of text or of a list
	Pattern             // the whole text, by a regular expression
	Email
	URL
	UUID
	Date
	OneOf
)

// Spec is a rule as a program states it.
type Spec struct {
	Kind    Kind
	Low, Up *decimal.Decimal // Range: nil is open
	Pattern string           // Pattern
	Of      []Literal        // OneOf
}

// Literal is a text, a number or a boolean: see Text, Number and Bool.
type Literal struct {
	kind byte // 't', 'n', 'b'
	text string
	num  decimal.Decimal
	bool bool
}

// Text is a text to choose.
func Text(s string) Literal { return Literal{kind: 't', text: s} }

// Number is a number to choose.
func Number(d decimal.Decimal) Literal { return Literal{kind: 'n', num: d} }

// Bool is a boolean to choose.
func Bool(b bool) Literal { return Literal{kind: 'b', bool: b} }

// Rule is a Spec that is ready to be asked.
type Rule struct {
	spec           Spec
	re             Matcher
	tamil, english string
}

// Matcher is a pattern that is ready to be asked.
type Matcher interface{ MatchString(s string) bool }

// Compile makes a Matcher of a regular expression. It is regexp's as soon as package pattern
// is linked and set up, and nil before: regexp is set up late, and most programs have no
// pattern and have ended by then (internal/early).
var Compile func(pattern string) (Matcher, error)

// maxPattern bounds a pattern, in bytes.
const maxPattern = 10_000

// New makes a rule. It fails on a pattern that is none, on a range that begins above its
// end, and on a choice of nothing.
func New(s Spec) (*Rule, error) {
	r := &Rule{spec: s}
	switch s.Kind {
	case Range:
		switch {
		case s.Low == nil && s.Up == nil:
			return nil, fmt.Errorf("rule: a range without an end")
		case s.Low != nil && s.Up != nil && decimal.Cmp(*s.Low, *s.Up) > 0:
			return nil, fmt.Errorf("rule: the range begins above its end")
		}
	case Pattern:
		if len(s.Pattern) > maxPattern {
			return nil, fmt.Errorf("rule: the pattern is too long")
		}
		if Compile == nil {
			return nil, fmt.Errorf("rule: nobody reads patterns yet")
		}
		if _, err := Compile(s.Pattern); err != nil {
			return nil, err // before it is wrapped: "a)(b" is none
		}
		re, err := Compile(`\A(?:` + s.Pattern + `)\z`)
		if err != nil {
			return nil, err
		}
		r.re = re
	case OneOf:
		if len(s.Of) == 0 {
			return nil, fmt.Errorf("rule: a choice of nothing")
		}
	case Email, URL, UUID, Date:
	default:
		return nil, fmt.Errorf("rule: kind %d", s.Kind)
	}
	r.tamil, r.english = r.words()
	return r, nil
}

// Kind is what the rule looks at.
func (r *Rule) Kind() Kind { return r.spec.Kind }

// Holds reports whether v keeps the rule. asText says that the field is declared as
// text: a number in it counts as what it prints.
func (r *Rule) Holds(v *value.Value, asText bool) bool {
	switch r.spec.Kind {
	case Range:
		return r.inRange(v, asText)
	case OneOf:
		for i := range r.spec.Of {
			if r.spec.Of[i].equals(v) {
				return true
			}
		}
		return false
	}
	s, ok := textOf(v, asText)
	if !ok {
		return false
	}
	switch r.spec.Kind {
	case Pattern:
		return r.re.MatchString(s)
	case Email:
		return isEmail(s)
	case URL:
		return isURL(s)
	case UUID:
		return isUUID(s)
	default:
		return isDate(s)
	}
}

// textOf is the text of v; false if v is none.
func textOf(v *value.Value, asText bool) (string, bool) {
	switch {
	case v.IsText():
		return v.Str(), true
	case asText && v.IsNumber():
		return v.Decimal().String(), true
	}
	return "", false
}

func (l *Literal) equals(v *value.Value) bool {
	switch l.kind {
	case 't':
		return v.IsText() && v.Str() == l.text
	case 'b':
		return v.IsBool() && v.Truth() == l.bool
	}
	return v.IsNumber() && decimal.Equal(v.Decimal(), l.num)
}

func (l *Literal) String() string {
	switch l.kind {
	case 't':
		return strconv.Quote(l.text)
	case 'b':
		return strconv.FormatBool(l.bool)
	}
	return l.num.String()
}

// Words are what the rule demands, as they stand in front of "வேண்டும்" and behind
// "must be": the same thing in Tamil and in English.
func (r *Rule) Words() (tamil, english string) { return r.tamil, r.english }

func (r *Rule) words() (tamil, english string) {
	switch s := &r.spec; s.Kind {
	case Range:
		return rangeWords(s)
	case Pattern:
		return "'" + s.Pattern + "' என்ற பாங்கில் இருக்க", "of the form '" + s.Pattern + "'"
	case Email:
		return "மின்னஞ்சல் முகவரியாக இருக்க", "an email address"
	case URL:
		return "http அல்லது https உரலியாக இருக்க", "an http or https URL"
	case UUID:
		return "தனி அடையாளமாக (UUID) இருக்க", "a UUID"
	case Date:
		return "ஆண்டு-மாதம்-நாள் வடிவில் தேதியாக இருக்க", "a date: year-month-day"
	default:
		list := make([]string, len(s.Of))
		for i := range s.Of {
			list[i] = s.Of[i].String()
		}
		all := strings.Join(list, ", ")
		return all + " ஆகியவற்றில் ஒன்றாக இருக்க", "one of " + all
	}
}
