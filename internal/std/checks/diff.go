package checks

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"etamil/internal/value"
	"etamil/vm"
)

// diff collects where two values differ.
type diff struct {
	f     *vm.Fiber
	lines []string
	found int
}

// What is shown of a comparison, and how far one goes on counting.
const (
	maxShownPlaces = 12
	maxPlaces      = 1000
	maxDepth       = 100
	maxValue       = 300 // bytes of one value
)

func (d *diff) summary() (tamil, english string) {
	switch {
	case d.found >= maxPlaces:
		return fmt.Sprintf("%d க்கு மேற்பட்ட இடங்களில் வேறுபாடு", maxPlaces), fmt.Sprintf("they differ in more than %d places", maxPlaces)
	case d.found == 1:
		return "ஓர் இடத்தில் வேறுபாடு", "they differ in one place"
	}
	return fmt.Sprintf("%d இடங்களில் வேறுபாடு", d.found), fmt.Sprintf("they differ in %d places", d.found)
}

func (d *diff) text() string {
	lines := append([]string{"- எதிர்பார்த்தது (want)   + கிடைத்தது (got)"}, d.lines...)
	if d.found > maxShownPlaces {
		lines = append(lines, "…")
	}
	return strings.Join(lines, "\n")
}

// at begins a difference at a place of the values; the outermost has no path.
func (d *diff) at(path string) (show bool) {
	if d.found++; d.found > maxShownPlaces {
		return false
	}
	if path != "" {
		d.lines = append(d.lines, path)
	}
	return true
}

func (d *diff) line(sign, text string) { d.lines = append(d.lines, "  "+sign+" "+text) }

// values compares two values that stand at path. A nil pointer stands for one that isn't
// there.
func (d *diff) values(path string, got, want *value.Value, depth int) {
	if d.found >= maxPlaces {
		return
	}
	if got != nil && want != nil {
		if value.Equal(got, want) {
			return
		}
		switch {
		case depth >= maxDepth:
		case got.IsRecord() && want.IsRecord():
			d.records(path, got, want, depth+1)
			return
		case got.IsList() && want.IsList():
			d.lists(path, got, want, depth+1)
			return
		case got.IsText() && want.IsText():
			d.texts(path, got.Str(), want.Str())
			return
		}
	}
	if !d.at(path) {
		return
	}
	if want != nil {
		d.line("-", shown(d.f, want))
	}
	if got != nil {
		d.line("+", shown(d.f, got))
	}
}

// records compares field by field, in byte order of the names.
func (d *diff) records(path string, got, want *value.Value, depth int) {
	names := append(keys(d.f, got), keys(d.f, want)...)
	slices.Sort(names)
	for _, name := range slices.Compact(names) {
		g, hasG := got.Field(name)
		w, hasW := want.Field(name)
		if !hasG {
			g = nil
		}
		if !hasW {
			w = nil
		}
		d.values(path+"."+name, g, w, depth)
	}
}

func keys(f *vm.Fiber, v *value.Value) (names []string) {
	list := f.Heap().Keys(v)
	for i := range list.List().Len() {
		names = append(names, list.List().At(i).Clone())
	}
	return names
}

// lists compares item by item. Where one is longer, the items that both begin and end
// with are set aside first, so that one item more is one difference.
func (d *diff) lists(path string, got, want *value.Value, depth int) {
	g, w := got.List(), want.List()
	n, m := g.Len(), w.Len()
	from := 0
	if n != m {
		for from < n && from < m && value.Equal(g.At(from), w.At(from)) {
			from++
		}
		for n > from && m > from && value.Equal(g.At(n-1), w.At(m-1)) {
			n, m = n-1, m-1
		}
	}
	for i := from; i < max(n, m); i++ {
		var a, b *value.Value
		if i < n {
			a = g.At(i)
		}
		if i < m {
			b = w.At(i)
		}
		d.values(fmt.Sprintf("%s[%d]", path, i), a, b, depth)
	}
}

// texts compares text line by line, and short text whole.
func (d *diff) texts(path, got, want string) {
	if !strings.Contains(got+want, "\n") {
		if !d.at(path) {
			return
		}
		g, w := quote(got), quote(want)
		if len(g) > maxValue || len(w) > maxValue || len(g)+len(w) > 2*shortText {
			g, w = around(g, w)
		}
		d.line("-", w)
		d.line("+", g)
		return
	}
	if d.at(path) {
		for _, l := range lineDiff(strings.Split(want, "\n"), strings.Split(got, "\n")) {
			d.line(l.sign, cut(l.text))
		}
	}
}

// quote is text as JSON would have it.
func quote(s string) string {
	var b strings.Builder
	b.WriteByte('"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b.WriteByte('\\')
			b.WriteRune(r)
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case r < ' ' || r == 0x7f:
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
	}
	b.WriteByte('"')
	return b.String()
}

// lettersAround is how much of long texts is shown on each side of where they differ.
const lettersAround = 30

// around cuts two texts to the surroundings of the first letter in which they differ. A
// letter is never cut in two.
func around(a, b string) (string, string) {
	same := 0
	var ends []int // where the letters that both begin with end
	for same < len(a) && same < len(b) {
		n := value.NextLetter(a[same:])
		if m := value.NextLetter(b[same:]); n != m || a[same:same+n] != b[same:same+n] {
			break
		}
		same += n
		ends = append(ends, same)
	}
	from := 0
	if len(ends) > lettersAround {
		from = ends[len(ends)-1-lettersAround]
	}
	piece := func(s string) string {
		end := same
		for n := 0; n <= lettersAround && end < len(s); n++ {
			end += value.NextLetter(s[end:])
		}
		before, after := "", ""
		if from > 0 {
			before = "…"
		}
		if end < len(s) {
			after = "…"
		}
		return before + s[from:end] + after
	}
	return piece(a), piece(b)
}

// shown is a value as JSON would have it, so that 5 and "5" look different.
func shown(f *vm.Fiber, v *value.Value) string {
	w := f.Heap().Writer()
	var b []byte
	if v.IsResult() || v.IsFunc() {
		b = w.AppendText(nil, v)
	} else {
		b = w.AppendJSON(nil, v)
	}
	w.Cut = false
	return cut(string(b))
}

// cut is s, shortened to what a line can show.
func cut(s string) string {
	if len(s) <= maxValue {
		return s
	}
	n := maxValue
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n] + "…"
}
