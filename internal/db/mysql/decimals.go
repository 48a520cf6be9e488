package mysql

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"etamil/internal/db"
)

// The protocol carries a number that is not whole as text, with all its digits. In
// SQL such a text is a number only where it is compared with a DECIMAL; in balance + ? it would
// be a float, and so would the sum. So the SQL says what it is: CAST(? AS DECIMAL(65,2)).

// scaleOf is how many digits stand after the point of a number that goes as DECIMAL; -1: the
// value goes as it is.
func scaleOf(p *db.Params, at int) int {
	switch p.Cells[at].Kind {
	case db.Real, db.Text:
		_, after, _ := strings.Cut(p.Texts[at], ".")
		return len(after)
	}
	return -1
}

// key is what a statement is remembered by. With a record its placeholders are others, and
// numbers with other digits make another statement of it.
func key(sql string, p *db.Params) string {
	decimals := false
	for i := range p.Cells {
		decimals = decimals || scaleOf(p, i) >= 0
	}
	names := slices.Sorted(maps.Keys(p.Names))
	switch {
	case !decimals && p.Names == nil:
		return sql
	case !decimals:
		return ":" + sql
	}
	var b strings.Builder
	for _, name := range names {
		b.WriteString(":" + name)
		b.WriteByte(letter(scaleOf(p, p.Names[name])))
	}
	for i := range p.Cells {
		if names == nil {
			b.WriteByte(letter(scaleOf(p, i)))
		}
	}
	b.WriteString(" " + sql)
	return b.String()
}

// letter is a scale as one character: @ for none, A for 0.
func letter(scale int) byte { return byte('A' + scale) }

// asDecimals is the SQL of p with the numbers that aren't whole as DECIMAL.
func asDecimals(p *db.Prepared, order []int, q *db.Params) string {
	var b strings.Builder
	from := 0
	for i, at := range order {
		scale := scaleOf(q, at)
		if scale < 0 {
			continue
		}
		b.WriteString(p.SQL[from:p.At[i]])
		b.WriteString("CAST(? AS DECIMAL(65," + strconv.Itoa(scale) + "))")
		from = p.At[i] + 1
	}
	if from == 0 {
		return p.SQL
	}
	b.WriteString(p.SQL[from:])
	return b.String()
}
