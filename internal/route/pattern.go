package route

import "strings"

// Kind is what a piece of a path reads as.
type Kind uint8

// The kinds of pieces that are values.
const (
	Text   Kind = iota // anything
	Whole              // -12: up to 28 digits
	Number             // -12.50: up to 28 digits, no exponent
	Bool               // true, false, மெய், பொய்
	Date               // 2026-01-31
	UUID               // 0197b3c4-5d6e-7f80-91a2-b3c4d5e6f708
)

// rank orders the kinds: a piece is read as the first of them that it can be read as. Only
// whole numbers read as two kinds besides text.
func (k Kind) rank() int {
	switch k {
	case Whole:
		return 0
	case Text:
		return 2
	}
	return 1
}

// Types are the names of the kinds, as they stand in :name<type>.
var Types = map[string]Kind{
	"எண்": Number, "eN": Number, "_int": Number, "பின்னம்": Number, "piZZam": Number, "_float": Number, "number": Number, "int": Number,
	"சொல்": Text, "col": Text, "_string": Text, "உரை": Text, "urY": Text, "_text": Text, "text": Text, "string": Text,
	"ஈர்ம": Bool, "Irma": Bool, "_bool": Bool, "bool": Bool,
	"தேதி": Date, "qEqi": Date, "_date": Date, "date": Date,
	"முழுஎண்": Whole, "muzueN": Whole, "_whole": Whole, "whole": Whole, "integer": Whole,
	"தனி_அடையாளம்": UUID, "qaZi_atYyALam": UUID, "_uuid": UUID, "uuid": UUID,
}

// MaxParams is how many pieces of one pattern may have names.
const MaxParams = 16

// Param is a piece of a pattern that has a name.
type Param struct {
	Name string
	Kind Kind
	Rest bool // *name
}

// piece is one piece of a pattern: a text, or a Param.
type piece struct {
	text  string
	param *Param
}

// Error is why a route can't be added.
type Error struct {
	Tamil, English string
	Before         string // for a conflict: the place of the route that was there before
}

// Error is the English sentence.
func (e *Error) Error() string { return e.English }

func bad(tamil, english string) *Error { return &Error{Tamil: tamil, English: english} }

// parse reads a pattern.
func parse(pattern string) (pieces []piece, params []Param, err *Error) {
	if !strings.HasPrefix(pattern, "/") {
		return nil, nil, bad("பாதை '"+pattern+"' '/' இல் தொடங்க வேண்டும்", "the path '"+pattern+"' must begin with '/'")
	}
	texts := strings.Split(pattern[1:], "/")
	for i, text := range texts {
		name, isRest := strings.CutPrefix(text, "*")
		isParam := isRest
		if !isRest {
			name, isParam = strings.CutPrefix(text, ":")
		}
		if !isParam {
			pieces = append(pieces, piece{text: text})
			continue
		}
		p := &Param{Name: name, Rest: isRest}
		if name, kind, typed := strings.Cut(name, "<"); typed {
			kind, closed := strings.CutSuffix(kind, ">")
			k, known := Types[kind]
			if !closed || !known || isRest {
				return nil, nil, bad("பாதை '"+pattern+"': '"+text+"' இல் உள்ள வகை தெரியாதது; இருப்பவை: <எண்>, <முழுஎண்>, <சொல்>, <ஈர்ம>, <தேதி>, <தனி_அடையாளம்>", "the path '"+pattern+"': the type in '"+text+"' is not known; write <எண்>, <முழுஎண்>, <சொல்>, <ஈர்ம>, <தேதி> or <தனி_அடையாளம்>")
			}
			p.Name, p.Kind = name, k
		}
		if err := p.check(pattern, isRest && i < len(texts)-1, params); err != nil {
			return nil, nil, err
		}
		params = append(params, *p)
		pieces = append(pieces, piece{param: p})
	}
	return pieces, params, nil
}

// check finds what is wrong with p behind the params before it.
func (p *Param) check(pattern string, early bool, before []Param) *Error {
	switch {
	case early:
		return bad("பாதை '"+pattern+"': '*' கடைசிப் பகுதியில் மட்டுமே வரலாம்", "the path '"+pattern+"': '*' may stand in the last piece only")
	case p.Name == "":
		return bad("பாதை '"+pattern+"': ':' அல்லது '*' க்குப் பின் ஒரு பெயர் வேண்டும்", "the path '"+pattern+"': a name must follow ':' or '*'")
	case len(before) == MaxParams:
		return bad("பாதை '"+pattern+"' இல் பெயர்கள் மிக அதிகம்", "the path '"+pattern+"' has too many names")
	}
	for _, q := range before {
		if q.Name == p.Name {
			return bad("பாதை '"+pattern+"': '"+p.Name+"' இருமுறை வருகிறது", "the path '"+pattern+"': '"+p.Name+"' stands there twice")
		}
	}
	return nil
}

// reads reports whether a piece of a path is of the kind.
func (k Kind) reads(s string) bool {
	switch k {
	case Whole:
		return isNumber(s, false)
	case Number:
		return isNumber(s, true)
	case Bool:
		_, ok := BoolOf(s)
		return ok
	case Date:
		return isDate(s)
	case UUID:
		return isUUID(s)
	}
	return s != ""
}

// BoolOf is the truth value that s says.
func BoolOf(s string) (is, ok bool) {
	switch s {
	case "true", "மெய்":
		return true, true
	case "false", "பொய்":
		return false, true
	}
	return false, false
}

// mostDigits is what every exact decimal can hold.
const mostDigits = 28

func isNumber(s string, point bool) bool {
	s = strings.TrimPrefix(s, "-")
	digits := 0
	for i := range len(s) {
		switch {
		case s[i] >= '0' && s[i] <= '9':
			digits++
		case s[i] == '.' && point && i > 0 && i < len(s)-1:
			point = false // one is enough
		default:
			return false
		}
	}
	return digits > 0 && digits <= mostDigits
}

func isDate(s string) bool {
	if len(s) != len("2026-01-31") || s[4] != '-' || s[7] != '-' {
		return false
	}
	n := [3]int{}
	for i, part := range [3]string{s[:4], s[5:7], s[8:]} {
		for j := range len(part) {
			if part[j] < '0' || part[j] > '9' {
				return false
			}
			n[i] = n[i]*10 + int(part[j]-'0')
		}
	}
	year, month, day := n[0], n[1], n[2]
	if year < 1 || month < 1 || month > 12 || day < 1 {
		return false
	}
	last := [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[month-1]
	if month == 2 && year%4 == 0 && (year%100 != 0 || year%400 == 0) {
		last = 29
	}
	return day <= last
}

func isUUID(s string) bool {
	if len(s) != len("0197b3c4-5d6e-7f80-91a2-b3c4d5e6f708") {
		return false
	}
	for i := range len(s) {
		c := s[i]
		switch i {
		case 8, 13, 18, 23:
			if c != '-' {
				return false
			}
		default:
			if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
				return false
			}
		}
	}
	return true
}
