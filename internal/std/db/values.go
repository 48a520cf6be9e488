package db

import (
	"strconv"
	"unsafe"

	"etamil/internal/db"
	"etamil/internal/decimal"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// arguments copies the parameters of a statement out of the fiber: a list for ?
// and $1, a record for :name, nil for none.
func arguments(f *vm.Fiber, v *value.Value) (p db.Params, err error) {
	switch {
	case v.IsNil():
	case v.IsList():
		slots := v.List().Slots()
		p.Cells, p.Texts = make([]db.Cell, 0, len(slots)), make([]string, 0, len(slots))
		for i := range slots {
			p.Add(bound(f, &slots[i]))
		}
	case v.IsRecord():
		keys := f.Heap().Keys(v)
		slots := keys.List().Slots()
		p.Names = make(map[string]int, len(slots))
		for i := range slots {
			x, _ := v.Field(slots[i].Str())
			p.Names[slots[i].Clone()] = i
			p.Add(bound(f, x))
		}
	default:
		err = host.Need(f, "மதிப்புகளின் அணி", "a list of parameters", v)
	}
	return p, err
}

// bound is one parameter as databases take it. A whole number is an integer. Another
// number is a real, so that SQL compares and computes with it as with a number,
// where that loses nothing; with more digits it is text, exactly as it is written. All have
// their digits as text too, for databases with exact decimals.
func bound(f *vm.Fiber, v *value.Value) (db.Cell, string) {
	switch {
	case v.IsNil():
		return db.Cell{}, ""
	case v.IsBool():
		if v.Truth() {
			return db.Cell{Kind: db.Bool, N: 1}, ""
		}
		return db.Cell{Kind: db.Bool}, ""
	case v.IsNumber():
		d := v.Decimal()
		if n, ok := d.Int64(); ok {
			return db.Cell{Kind: db.Integer, N: n}, ""
		}
		if keptByReal(d) {
			return db.RealCell(d.Float64()), string(d.AppendStored(nil))
		}
		return db.Cell{Kind: db.Text}, string(d.AppendStored(nil))
	case v.Kind() == value.KindBytes:
		return db.Cell{Kind: db.Blob}, v.Clone()
	case v.IsList() || v.IsRecord():
		return db.Cell{Kind: db.JSON}, string(f.Heap().Writer().AppendJSON(nil, v))
	}
	return db.Cell{Kind: db.Chars}, host.Copy(f, v)
}

// realLimit bounds the digits of a number that SQLite keeps as a real: 13. A float64
// has 15, but a column of type TEXT gets what SQLite writes, and it writes 14 digits
// and more, and what is below 0.01, with others behind them.
const realLimit = 10_000_000_000_000

// keptByReal reports whether d comes back the same from a real, in whatever column.
func keptByReal(d decimal.Decimal) bool {
	_, hi, lo, scale := decimal.Normalize(d).Parts()
	if hi != 0 || lo >= realLimit {
		return false
	}
	for least := uint64(1); scale > 2; scale-- { // lo / 10^scale >= 0.01
		if least *= 10; least > lo {
			return false
		}
	}
	return true
}

// rows makes the records of a query's answer on the fiber's heap.
func rows(f *vm.Fiber, t *db.Table, most int) value.Value {
	h := f.Heap()
	n := min(t.Len(), most)
	list := h.NewList(0, n)
	if n == 0 {
		return list
	}
	keys := make([]value.Value, len(t.Names))
	for i, name := range t.Names {
		keys[i] = h.NewText(host.Valid(name))
	}
	for i := 0; i < n && !h.Over(); i++ {
		r := h.NewRecordSize(len(keys))
		for j, c := range t.Cells[i*len(keys) : (i+1)*len(keys)] {
			h.SetField(&r, keys[j], column(h, t, &c), false)
		}
		h.Append(&list, r)
	}
	return list
}

// column is a column's value for the program.
func column(h *value.Heap, t *db.Table, c *db.Cell) value.Value {
	switch c.Kind {
	case db.Integer:
		return value.Number(decimal.FromInt(c.N))
	case db.Real:
		x := c.Real()
		if d, ok := decimal.FromFloat64(x); ok {
			return value.Number(d)
		}
		return h.NewText(strconv.FormatFloat(x, 'g', -1, 64))
	case db.Text:
		b := t.TextOf(c)
		if d, ok := number(b); ok {
			return value.Number(d)
		}
		return h.NewText(host.Valid(string(b)))
	case db.Chars:
		return h.NewText(host.Valid(string(t.TextOf(c))))
	case db.Bool:
		return value.Bool(c.N != 0)
	case db.JSON:
		b := t.TextOf(c)
		if v, err := h.ReadJSONBytes(b, value.JSONDepth); err == nil {
			return v
		}
		return h.NewText(host.Valid(string(b)))
	case db.Blob:
		return h.NewBytes(t.TextOf(c))
	}
	return value.Nil
}

// longestNumber is how long a number is when it is written: 29 digits, sign, point.
const longestNumber = 31

// number reads text that is written just as the number would be, its digits after
// the point included: "12.50", but not "0123", "+5" or "1e3".
func number(b []byte) (decimal.Decimal, bool) {
	if len(b) == 0 || len(b) > longestNumber || b[0] > '9' || b[0] < '-' {
		return decimal.Decimal{}, false
	}
	s := unsafe.String(&b[0], len(b)) // b isn't written to while s is used
	d, err := decimal.Parse(s)
	if err != nil {
		return decimal.Decimal{}, false
	}
	var buf [2 * longestNumber]byte
	return d, string(d.AppendStored(buf[:0])) == s
}
