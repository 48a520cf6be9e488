package sql

import (
	"context"

	"etamil/internal/db"
)

// Clean deletes what has ended, and answers how many rows are left in both tables.
func (s *Store) Clean(ctx context.Context) (values, tags int64, err error) {
	d, err := s.database.Get(ctx)
	if err != nil {
		return 0, 0, err
	}
	s.clean(d)
	for sql, to := range map[string]*int64{`SELECT count(*) FROM etamil_store`: &values, `SELECT count(*) FROM etamil_store_tags`: &tags} {
		var t db.Table
		if _, err := d.run(ctx, sql, new(params), &t); err != nil {
			return 0, 0, err
		}
		*to = t.Cells[0].N
	}
	return values, tags, nil
}
