package mysql

import (
	"context"
	"strings"

	"etamil/internal/db"
)

// One INSERT holds at most so much. LOAD DATA would be faster, and turn what does not fit into
// something that does; servers and clients forbid it by default, too.
const (
	insertRows   = 1000
	insertValues = 20_000
	insertBytes  = 1 << 20
)

// Insert implements db.Conn, by INSERTs of many rows each.
func (c *conn) Insert(ctx context.Context, rows *db.Rows) (n int64, err error) {
	width := len(rows.Columns)
	into := db.MySQL.Into(rows)
	row := ", (?" + strings.Repeat(", ?", width-1) + ")"
	err = db.Atomically(ctx, c, func() error {
		for from := 0; from < len(rows.Cells); {
			to, size := from, 0
			for to < len(rows.Cells) && to-from < insertRows*width && (to == from || to-from+width <= insertValues && size < insertBytes) {
				for i := range width {
					size += len(rows.Texts[to+i])
				}
				to += width
			}
			p := db.Params{Cells: rows.Cells[from:to], Texts: rows.Texts[from:to]}
			sql := into + strings.Repeat(row, (to-from)/width)[2:]
			if err := c.interruptible(ctx, func(ctx context.Context) error {
				s, err := c.prepare(ctx, sql, &p)
				if err != nil {
					return newError(err)
				}
				args, err := s.arguments(&p)
				if err == nil {
					var out db.Outcome
					if out, err = c.change(ctx, s, args); err != nil {
						err = newError(err)
					}
					n += out.Changed
				}
				_ = s.my.Close() // its answer isn't waited for
				return err
			}); err != nil {
				return err
			}
			from = to
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}
