package metrics

import (
	"bytes"
	"io"
	"strconv"
	"strings"
)

// Page is one page of metrics on its way. One goroutine uses it at a time.
type Page struct{ lines [count]bytes.Buffer }

// Add adds the value of a metric; labels are the values of its labels, in the table's order.
func (p *Page) Add(id ID, value float64, labels ...string) {
	p.sample(id, "", "", value, labels)
}

// Histogram adds what a histogram has counted.
func (p *Page) Histogram(id ID, h *Histogram, labels ...string) {
	sum := uint64(0)
	for i, n := range h.counts {
		sum += n
		le := "+Inf"
		if i < len(bounds) {
			le = strconv.FormatFloat(bounds[i].Seconds(), 'g', -1, 64)
		}
		p.sample(id, "_bucket", le, float64(sum), labels)
	}
	p.sample(id, "_sum", "", h.sum.Seconds(), labels)
	p.sample(id, "_count", "", float64(sum), labels)
}

// escape writes a label's value as the format wants it.
var escape = strings.NewReplacer(`\`, `\\`, "\n", `\n`, `"`, `\"`)

func (p *Page) sample(id ID, suffix, le string, value float64, labels []string) {
	r, b := &table[id], &p.lines[id]
	if len(labels) != len(r.labels) {
		panic("metrics: " + r.name + " has other labels")
	}
	b.WriteString(r.name)
	b.WriteString(suffix)
	open := byte('{')
	label := func(name, value string) {
		b.WriteByte(open)
		b.WriteString(name)
		b.WriteString(`="`)
		_, _ = escape.WriteString(b, value)
		b.WriteByte('"')
		open = ','
	}
	for i, v := range labels {
		label(r.labels[i], v)
	}
	if le != "" {
		label("le", le)
	}
	if open == ',' {
		b.WriteByte('}')
	}
	b.WriteByte(' ')
	b.Write(strconv.AppendFloat(b.AvailableBuffer(), value, 'g', -1, 64))
	b.WriteByte('\n')
}

// write writes the page, each metric with its help and type, in the table's order.
func (p *Page) write(w io.Writer) {
	for id := range table {
		if p.lines[id].Len() == 0 {
			continue
		}
		r := &table[id]
		help := strings.NewReplacer(`\`, `\\`, "\n", `\n`).Replace(r.tamil + " · " + r.english)
		_, _ = io.WriteString(w, "# HELP "+r.name+" "+help+"\n# TYPE "+r.name+" "+string(r.typ)+"\n")
		_, _ = w.Write(p.lines[id].Bytes())
	}
}
