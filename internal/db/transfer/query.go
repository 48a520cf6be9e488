package transfer

import (
	"context"
	"strconv"

	"etamil/internal/db"
)

// maxAnswer bounds what is read of schemas, in bytes.
const maxAnswer = 64 << 20

// ask runs SQL with texts as parameters.
func ask(ctx context.Context, c db.Conn, sql string, params ...string) (*db.Table, error) {
	q := &db.Statement{SQL: sql, MaxBytes: maxAnswer}
	for _, p := range params {
		q.Params.Add(db.Cell{Kind: db.Chars}, p)
	}
	t := &db.Table{}
	_, err := c.Run(ctx, q, t)
	return t, err
}

// row is one row of a table.
type row struct {
	t *db.Table
	i int
}

// rowsOf are the rows of a table.
func rowsOf(t *db.Table) []row {
	list := make([]row, t.Len())
	for i := range list {
		list[i] = row{t, i}
	}
	return list
}

func (r row) cell(j int) *db.Cell { return &r.t.Cells[r.i*len(r.t.Names)+j] }

// text is a column's value as text; "" for NULL.
func (r row) text(j int) string {
	c := r.cell(j)
	switch c.Kind {
	case db.Null:
		return ""
	case db.Integer, db.Bool:
		return strconv.FormatInt(c.N, 10)
	case db.Real:
		return realText(c)
	}
	return string(r.t.TextOf(c))
}

func (r row) null(j int) bool { return r.cell(j).Kind == db.Null }

// number is a column's value as a whole number.
func (r row) number(j int) int64 {
	n, _ := strconv.ParseInt(r.text(j), 10, 64) // 0 for what is none
	return n
}

// realText is a float with the shortest digits that give it back.
func realText(c *db.Cell) string { return strconv.FormatFloat(c.Real(), 'g', -1, 64) }
