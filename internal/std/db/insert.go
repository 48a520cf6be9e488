package db

import (
	"context"
	"strconv"
	"strings"

	"etamil/internal/db"
	"etamil/internal/std/host"
	"etamil/internal/value"
	"etamil/vm"
)

// insertMany is x.insert_many(table, rows) with records, and x.insert_many(table, rows, columns) with lists.
func (b binder) insertMany(f *vm.Fiber, a []value.Value) (value.Value, error) {
	rows := &db.Rows{Table: host.Copy(f, &a[1])}
	if strings.ContainsRune(rows.Table, 0) || strings.Trim(rows.Table, ". ") == "" {
		return value.Nil, host.Raise("argument", "அட்டவணையின் பெயர் வேண்டும்", "insert_many needs the name of a table")
	}
	if !a[2].IsList() {
		return value.Nil, host.Need(f, "வரிசைகளின் அணி", "a list of rows", &a[2])
	}
	var err error
	if len(a) > 3 {
		err = listRows(f, rows, a[2].List().Slots(), &a[3])
	} else {
		err = recordRows(f, rows, a[2].List().Slots())
	}
	if err != nil || len(rows.Cells) == 0 {
		return value.Int(0), err
	}
	return b.with(f, b.poolOf(f, a[0]), func(f *vm.Fiber, d db.Database) (value.Value, error) {
		x := b.s.sessionOf(f, d, true)
		return wait(f, func(ctx context.Context) (int64, error) { return x.insert(ctx, rows) }, giveCount)
	})
}

// insert adds rows, in the fiber's transaction if it has one.
func (x *session) insert(ctx context.Context, rows *db.Rows) (int64, error) {
	ctx, cancel := within(ctx, x.d)
	defer cancel()
	if x.lost() {
		return 0, db.ErrAborted
	}
	c, err := x.connection(ctx)
	if err != nil {
		return 0, err
	}
	defer x.settle(c)
	return c.Insert(ctx, rows)
}

// errRow is the error of a row that isn't like the others.
func errRow(i int, tamil, english string) error {
	n := strconv.Itoa(i + 1)
	return host.Raise("argument", "வரிசை "+n+": "+tamil, "row "+n+": "+english)
}

// recordRows takes rows that are records, all with the same fields.
func recordRows(f *vm.Fiber, rows *db.Rows, list []value.Value) error {
	for i := range list {
		r := &list[i]
		if !r.IsRecord() {
			return errRow(i, "ஒரு பொருள் வேண்டும்", "it must be a record")
		}
		keys := f.Heap().Keys(r)
		slots := keys.List().Slots()
		if i == 0 {
			for j := range slots {
				rows.Columns = append(rows.Columns, slots[j].Clone())
			}
			if len(slots) == 0 {
				return errRow(i, "புலங்கள் இல்லை", "it has no fields")
			}
		}
		same := len(slots) == len(rows.Columns)
		for j := 0; same && j < len(slots); j++ {
			same = string(slots[j].Str()) == rows.Columns[j]
		}
		if !same {
			list := strings.Join(rows.Columns, ", ")
			return errRow(i, "முதல் வரிசையின் புலங்கள் வேண்டும்: "+list, "it must have the fields of the first: "+list)
		}
		for j := range slots {
			x, _ := r.Field(slots[j].Str())
			rows.Add(bound(f, x))
		}
	}
	return nil
}

// listRows takes rows that are lists, with the names of their columns.
func listRows(f *vm.Fiber, rows *db.Rows, list []value.Value, columns *value.Value) error {
	if !columns.IsList() || columns.List().Len() == 0 {
		return host.Need(f, "நெடுவரிசைகளின் பெயர்கள்", "a list of columns", columns)
	}
	names := columns.List().Slots()
	for i := range names {
		rows.Columns = append(rows.Columns, host.Copy(f, &names[i]))
	}
	n := strconv.Itoa(len(names))
	for i := range list {
		if !list[i].IsList() || list[i].List().Len() != len(names) {
			return errRow(i, n+" மதிப்புகளின் அணி வேண்டும்", "it must be a list of "+n+" values")
		}
		slots := list[i].List().Slots()
		for j := range slots {
			rows.Add(bound(f, &slots[j]))
		}
	}
	return nil
}
