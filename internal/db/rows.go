package db

import (
	"context"
	"strings"
)

// Rows are rows for one table: of each, one value for every column.
type Rows struct {
	Table   string // perhaps with its schema: a.b
	Plain   bool   // Table has no schema: a dot is one of its name
	Columns []string
	Params  // the first row's values, then the second's, …
}

// Len is how many rows there are.
func (r *Rows) Len() int { return len(r.Cells) / len(r.Columns) }

// Name quotes a name, whatever it holds, so that it is taken as it is written.
func (d *Dialect) Name(name string) string {
	quote := `"`
	if d.Hashes { // MySQL, where "x" is a text
		quote = "`"
	}
	return quote + strings.ReplaceAll(name, quote, quote+quote) + quote
}

// table quotes the name of the table; what stands in front of a dot is its schema.
func (d *Dialect) table(r *Rows) string {
	if r.Plain {
		return d.Name(r.Table)
	}
	parts := strings.Split(r.Table, ".")
	for i := range parts {
		parts[i] = d.Name(parts[i])
	}
	return strings.Join(parts, ".")
}

// Into is INSERT INTO with the table and the columns of r, up to VALUES.
func (d *Dialect) Into(r *Rows) string {
	return "INSERT INTO " + d.table(r) + " (" + d.names(r.Columns) + ") VALUES "
}

func (d *Dialect) names(list []string) string {
	quoted := make([]string, len(list))
	for i, name := range list {
		quoted[i] = d.Name(name)
	}
	return strings.Join(quoted, ", ")
}

// Copy is PostgreSQL's COPY of r from what the client sends.
func (d *Dialect) Copy(r *Rows) string {
	return "COPY " + d.table(r) + " (" + d.names(r.Columns) + ") FROM STDIN"
}

// atomicDepth names the savepoint of Atomically: deeper than any block of a program.
const atomicDepth = 1 << 20

// Atomically runs do so that either all of it is done or nothing: in a transaction, or behind a
// savepoint if one is open.
func Atomically(ctx context.Context, c Conn, do func() error) error {
	depth := 0
	if c.InTransaction() {
		depth = atomicDepth
	}
	if err := c.Begin(ctx, depth, TxOptions{}); err != nil {
		return err
	}
	err := do()
	if err == nil {
		return c.Commit(ctx, depth)
	}
	// The caller may be in a hurry, or gone: a connection on which this fails is given up.
	back, cancel := context.WithTimeout(context.WithoutCancel(ctx), rollbackTime)
	defer cancel()
	_ = c.Rollback(back, depth)
	return err
}
