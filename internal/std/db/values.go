package db

import (
	"database/sql/driver"
	"math"
	"time"
	"unicode/utf8"

	"etamil/internal/decimal"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// arguments copies the parameters of a statement out of the fiber: a list for ?
// and $1, a record for :name, nil for none.
func arguments(f *vm.Fiber, v *value.Value) ([]driver.NamedValue, error) {
	switch {
	case v.IsNil():
		return nil, nil
	case v.IsList():
		slots := v.List().Slots()
		args := make([]driver.NamedValue, len(slots))
		for i := range slots {
			x, err := bound(f, &slots[i])
			if err != nil {
				return nil, err
			}
			args[i] = driver.NamedValue{Ordinal: i + 1, Value: x}
		}
		return args, nil
	case v.IsRecord():
		keys := f.Heap().Keys(v)
		var args []driver.NamedValue
		for i, k := range keys.List().Slots() {
			x, _ := v.Field(k.Str())
			b, err := bound(f, x)
			if err != nil {
				return nil, err
			}
			args = append(args, driver.NamedValue{Name: k.Clone(), Ordinal: i + 1, Value: b})
		}
		return args, nil
	}
	return nil, host.Need(f, "மதிப்புகளின் அணி", "a list of parameters", v)
}

// bound is one parameter as SQLite takes it.
func bound(f *vm.Fiber, v *value.Value) (driver.Value, error) {
	switch {
	case v.IsNil():
		return nil, nil
	case v.IsBool():
		if v.Truth() {
			return int64(1), nil
		}
		return int64(0), nil
	case v.IsNumber():
		d := v.Decimal()
		if n, ok := d.Int64(); ok {
			return n, nil
		}
		return string(d.AppendStored(nil)), nil
	case v.Kind() == value.KindBytes:
		return []byte(v.Clone()), nil
	case v.IsText():
		return v.Clone(), nil
	}
	return host.Copy(f, v), nil
}

// rows makes the records of a query's answer on the fiber's heap.
func rows(f *vm.Fiber, t *table) value.Value {
	h := f.Heap()
	list := h.NewList(0, len(t.rows))
	keys := make([]value.Value, len(t.names))
	for i, n := range t.names {
		keys[i] = h.NewText(host.Valid(n))
	}
	for _, row := range t.rows {
		h.Append(&list, record(f, keys, row))
	}
	return list
}

func record(f *vm.Fiber, keys []value.Value, row []driver.Value) value.Value {
	h := f.Heap()
	r := h.NewRecordSize(len(row))
	for i, x := range row {
		h.SetField(&r, keys[i], column(h, x), false)
	}
	return r
}

// column is a column's value for the program.
func column(h *value.Heap, x driver.Value) value.Value {
	switch x := x.(type) {
	case int64:
		return value.Number(decimal.FromInt(x))
	case float64:
		if d, ok := decimal.FromFloat64(x); ok && !math.IsNaN(x) {
			return value.Number(d)
		}
		return value.Nil
	case bool:
		return value.Bool(x)
	case string:
		if d, ok := number(x); ok {
			return value.Number(d)
		}
		return h.NewText(host.Valid(x))
	case []byte:
		return h.NewBytes(x)
	case time.Time:
		return h.NewText(timeText(x))
	}
	return value.Nil
}

// number reads text that is written just as the number would be, its digits
// after the point included.
func number(s string) (decimal.Decimal, bool) {
	if s == "" || len(s) > 32 || s[0] > '9' || s[0] < '-' || !utf8.ValidString(s) {
		return decimal.Decimal{}, false
	}
	d, err := decimal.Parse(s)
	if err != nil {
		return decimal.Decimal{}, false
	}
	var buf [40]byte
	return d, string(d.AppendStored(buf[:0])) == s
}

// timeText writes a time that the driver read out of a DATE or DATETIME column
// the way SQLite's own functions do.
func timeText(t time.Time) string {
	layout := "2006-01-02 15:04:05.999999999"
	if h, m, s := t.Clock(); h == 0 && m == 0 && s == 0 && t.Nanosecond() == 0 {
		layout = "2006-01-02"
	}
	if _, offset := t.Zone(); offset != 0 {
		layout += "-07:00"
	}
	return t.Format(layout)
}
