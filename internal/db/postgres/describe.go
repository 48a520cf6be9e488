package postgres

import (
	"context"

	"etamil/internal/db"
)

// Describe implements db.Describer.
func (c *conn) Describe(ctx context.Context, sql string, named bool) (*db.Described, error) {
	s, err := c.prepare(ctx, sql, named, "")
	if err != nil {
		return nil, db.Ended(ctx, err)
	}
	d := &db.Described{Count: len(s.Order), Names: s.Names}
	for _, oid := range s.desc.ParamOIDs {
		kind := db.Anything
		switch oid {
		case oidInt2, oidInt4, oidInt8:
			kind = db.WholeNumber
		case oidNumeric, oidFloat4, oidFloat8:
			kind = db.AnyNumber
		case oidBool:
			kind = db.TrueOrFalse
		}
		d.Kinds = append(d.Kinds, kind)
	}
	return d, nil
}
