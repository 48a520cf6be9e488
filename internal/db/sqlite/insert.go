package sqlite

import (
	"context"
	"strings"

	sqlite3 "modernc.org/sqlite/lib"

	"etamil/internal/db"
)

// Insert implements db.Conn: one statement, prepared once, for each row, and one transaction for all.
func (c *conn) Insert(ctx context.Context, rows *db.Rows) (int64, error) {
	width := len(rows.Columns)
	err := db.Atomically(ctx, c, func() error {
		s, err := c.single(db.SQLite.Into(rows) + "(?" + strings.Repeat(", ?", width-1) + ")")
		if err != nil {
			return err
		}
		if c.barred(s) {
			return errReads
		}
		return c.interruptible(ctx, func() error {
			for from := 0; from < len(rows.Cells); from += width {
				if err := c.insertRow(s, rows, from); err != nil {
					return err
				}
				if c.stopped() {
					return newError(sqlite3.SQLITE_INTERRUPT, "interrupted")
				}
			}
			return nil
		})
	})
	if err != nil {
		return 0, err
	}
	return int64(rows.Len()), nil
}

func (c *conn) insertRow(s *stmt, rows *db.Rows, from int) error {
	defer c.reset(s.p)
	for i := range len(rows.Columns) {
		if err := c.bind(s.p, i+1, &rows.Cells[from+i], rows.Texts[from+i]); err != nil {
			return err
		}
	}
	_, err := c.step(s.p)
	return err
}
