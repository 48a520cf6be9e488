package text

import (
	"fmt"
	"strings"

	"etamil/internal/decimal"
	"etamil/internal/diag"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// format puts values where { } stand in a pattern:
//
//	{}  {0}  {பெயர்}     the next value, the one at that place, a field of the first record
//	{:spec}              rendered as spec says
//	{{  }}               the braces themselves
//
//	spec = [[fill] align] ["+"] [width] [","] ["." places] ["%"]
//	fill   any letter; a space if left out    align  < left  > right  ^ middle
//	width  in letters                         ,      Indian grouping: 12,34,567
//	places digits after the point, rounded half away from zero      %  times 100
//
// Without an align numbers stand right and everything else left, in the width given.
func format(f *vm.Fiber, a []value.Value) (value.Value, error) {
	buf := host.TakeScratch()
	defer buf.Give()
	p := formatter{f: f, values: a[1:], dst: buf.B}
	err := p.run(host.Text(f, &a[0]))
	buf.B = p.dst
	if err != nil {
		return value.Nil, err
	}
	return f.Heap().NewTextBytes(p.dst), nil
}

type formatter struct {
	f      *vm.Fiber
	values []value.Value
	next   int
	dst    []byte
}

func (p *formatter) run(s string) error {
	for {
		i := strings.IndexAny(s, "{}")
		if i < 0 {
			p.dst = append(p.dst, s...)
			return nil
		}
		p.dst = append(p.dst, s[:i]...)
		if i+1 < len(s) && s[i+1] == s[i] {
			p.dst = append(p.dst, s[i])
			s = s[i+2:]
			continue
		}
		if s[i] == '}' {
			return badFormat("இணையில்லாத '}'; '}}' என எழுதுக", "a single '}': write '}}'")
		}
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			return badFormat("'{' மூடப்படவில்லை", "a '{' is not closed")
		}
		if err := p.hole(s[i+1 : i+end]); err != nil {
			return err
		}
		s = s[i+end+1:]
	}
}

func badFormat(tamil, english string) error {
	return host.Raise("format", "வடிவமை: "+tamil, "format: "+english)
}

// hole renders what stands between { and }.
func (p *formatter) hole(s string) error {
	name, text, _ := strings.Cut(s, ":")
	v, err := p.pick(name)
	if err != nil {
		return err
	}
	spec, ok := parseSpec(text)
	if !ok {
		return badFormat("'"+text+"' புரியவில்லை", "cannot understand '"+text+"'")
	}
	return p.put(v, spec)
}

// pick is the value that a hole names.
func (p *formatter) pick(name string) (*value.Value, error) {
	if name == "" {
		if p.next >= len(p.values) {
			return nil, badFormat(fmt.Sprintf("{} க்கு மதிப்பு இல்லை; தந்தவை %d", len(p.values)), fmt.Sprintf("no value for {}: %d were given", len(p.values)))
		}
		p.next++
		return &p.values[p.next-1], nil
	}
	if i, ok := digits(name); ok {
		if i >= len(p.values) {
			return nil, badFormat(fmt.Sprintf("{%d} க்கு மதிப்பு இல்லை; தந்தவை %d", i, len(p.values)), fmt.Sprintf("no value for {%d}: %d were given", i, len(p.values)))
		}
		return &p.values[i], nil
	}
	for i := range p.values {
		if p.values[i].IsRecord() {
			if field, ok := p.values[i].Field(name); ok {
				return field, nil
			}
			break
		}
	}
	return nil, badFormat("'"+name+"' என்ற புலம் தரப்படவில்லை", "no record with a field '"+name+"' was given")
}

// maxWidth bounds widths and places: more than that is a mistake.
const maxWidth = 100_000

// digits is s as a number if it is nothing but a few digits.
func digits(s string) (n int, ok bool) {
	if s == "" || len(s) > 6 {
		return 0, false
	}
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int(c-'0')
	}
	return n, n <= maxWidth
}

// spec is what stands behind the colon.
type spec struct {
	fill    string
	align   byte // '<' '>' '^', 0: by kind
	plus    bool
	width   int
	grouped bool
	places  int // -1: as many as there are
	percent bool
}

func parseSpec(s string) (sp spec, ok bool) {
	sp.places, sp.fill = -1, " "
	if n := value.NextLetter(s); n > 0 && n < len(s) && isAlign(s[n]) {
		sp.fill, sp.align, s = s[:n], s[n], s[n+1:]
	} else if s != "" && isAlign(s[0]) {
		sp.align, s = s[0], s[1:]
	}
	if rest, plus := strings.CutPrefix(s, "+"); plus {
		sp.plus, s = true, rest
	}
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n > 0 {
		if s[0] == '0' && n > 1 && sp.align == 0 {
			sp.fill, sp.align = "0", '>'
		}
		if sp.width, ok = digits(s[:n]); !ok {
			return sp, false
		}
		s = s[n:]
	}
	if rest, found := strings.CutPrefix(s, ","); found {
		sp.grouped, s = true, rest
	}
	if rest, found := strings.CutSuffix(s, "%"); found {
		sp.percent, s = true, rest
	}
	if rest, found := strings.CutPrefix(s, "."); found {
		if sp.places, ok = digits(rest); !ok || sp.places > decimal.MaxScale {
			return sp, false
		}
		s = ""
	}
	return sp, s == ""
}

func isAlign(c byte) bool { return c == '<' || c == '>' || c == '^' }

// numeric reports whether the spec asks for a number, so that text is read as one.
func (sp *spec) numeric() bool { return sp.grouped || sp.places >= 0 || sp.plus || sp.percent }

// put renders v and fills it up to the width.
func (p *formatter) put(v *value.Value, sp spec) error {
	from := len(p.dst)
	if v.IsNumber() || sp.numeric() {
		if err := p.number(v.ToNumber(), sp); err != nil {
			return err
		}
	} else {
		w := p.f.Heap().Writer()
		p.dst = w.AppendText(p.dst, v)
		if w.Cut {
			w.Cut = false
			return vm.Fail(diag.RunOutOfMemory)
		}
	}
	if sp.width == 0 {
		return nil
	}
	missing := sp.width - value.CountLetters(string(p.dst[from:]))
	if missing <= 0 {
		return nil
	}
	front := 0
	switch {
	case sp.align == '>' || sp.align == 0 && (v.IsNumber() || sp.numeric()):
		front = missing
	case sp.align == '^':
		front = missing / 2
	}
	if sp.fill == "0" && front > 0 && from < len(p.dst) && (p.dst[from] == '-' || p.dst[from] == '+') {
		from++ // zeros stand behind the sign
	}
	p.dst = append(p.dst, strings.Repeat(sp.fill, missing)...)
	end := len(p.dst) - missing*len(sp.fill)
	body := string(p.dst[from:end])
	p.dst = append(p.dst[:from], strings.Repeat(sp.fill, front)...)
	p.dst = append(p.dst, body...)
	p.dst = append(p.dst, strings.Repeat(sp.fill, missing-front)...)
	return nil
}

func (p *formatter) number(d decimal.Decimal, sp spec) error {
	if sp.percent {
		var ok bool
		if d, ok = decimal.Mul(d, decimal.FromInt(100)); !ok {
			return host.Overflow()
		}
	}
	if sp.plus && d.Sign() >= 0 {
		p.dst = append(p.dst, '+')
	}
	places := sp.places
	switch {
	case sp.grouped:
		if places < 0 {
			places = decimal.Normalize(d).Scale()
		}
		p.dst = decimal.AppendGrouped(p.dst, d, places, decimal.Indian)
	case places >= 0:
		p.dst = decimal.AppendFixed(p.dst, d, places)
	default:
		p.dst = d.Append(p.dst)
	}
	if sp.percent {
		p.dst = append(p.dst, '%')
	}
	return nil
}
