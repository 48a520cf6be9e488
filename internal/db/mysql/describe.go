package mysql

import (
	"context"

	"etamil/internal/db"
)

// Describe implements db.Describer. MySQL says nothing of what parameters are to be.
func (c *conn) Describe(ctx context.Context, sql string, named bool) (*db.Described, error) {
	p, err := db.MySQL.Placeholders(sql, named)
	if err != nil {
		return nil, err
	}
	if err := c.interruptible(ctx, func(ctx context.Context) error {
		s, err := c.my.PrepareContext(ctx, p.SQL)
		if err != nil {
			return newError(err)
		}
		return s.Close()
	}); err != nil {
		return nil, err
	}
	d := &db.Described{Names: p.Names}
	for _, at := range p.Order {
		d.Count = max(d.Count, at+1)
	}
	return d, nil
}
