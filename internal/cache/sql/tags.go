package sql

import (
	"context"
	"slices"

	"etamil/internal/cache"
	"etamil/internal/db"
)

// Whoever sets something with a tag holds the tag's row for that key while he does, and whoever
// deletes a tag holds its rows while he deletes what they name: the one comes before or after the
// other, and nothing is left that carries a tag which does not know of it. The rows of tags are
// always taken first.

// setTagged sets a key and enters it with its tags, all or nothing.
func (s *Store) setTagged(ctx context.Context, d *opened, k string, set *params, ttl int64, tags []string) error {
	rows := make([]string, len(tags))
	for i, tag := range tags {
		rows[i] = s.key(tag)
	}
	slices.Sort(rows) // the same order for all, so that nobody waits in a circle
	return d.atomically(ctx, func(c db.Conn) error {
		for _, tag := range slices.Compact(rows) {
			if _, err := on(ctx, c, d.tag, keyed(tag).bytes(k).int(ttl), nil); err != nil {
				return err
			}
		}
		_, err := on(ctx, c, d.set, set, nil)
		return err
	})
}

// DeleteTag implements cache.Store, some keys at a time.
func (s *Store) DeleteTag(ctx context.Context, tag string) (total int, err error) {
	row := s.key(tag)
	for {
		type step struct{ found, deleted int }
		x, err := ask(ctx, s, func(ctx context.Context, d *opened) (x step, err error) {
			err = d.atomically(ctx, func(c db.Conn) (err error) {
				x.found, x.deleted, err = d.deleteTagged(ctx, c, row)
				return err
			})
			return x, err
		})
		total += x.deleted
		if err != nil || x.found < tagStep {
			return total, err
		}
	}
}

// deleteTagged is one step.
func (d *opened) deleteTagged(ctx context.Context, c db.Conn, tag string) (found, deleted int, err error) {
	var t db.Table
	if _, err := on(ctx, c, d.tagged, keyed(tag).int(tagStep), &t); err != nil || t.Len() == 0 {
		return 0, 0, err
	}
	keys, rows := new(params), keyed(tag)
	for i := range tagStep {
		k := string(t.TextOf(&t.Cells[min(i, t.Len()-1)])) // the last again and again
		keys.bytes(k)
		rows.bytes(k)
	}
	out, err := on(ctx, c, d.deleteKeys, keys, nil)
	if err == nil {
		_, err = on(ctx, c, d.untag, rows, nil)
	}
	return t.Len(), int(out.Changed), err
}

// atomically does something in a transaction.
func (d *opened) atomically(ctx context.Context, do func(db.Conn) error) error {
	c, err := d.Take(ctx)
	if err != nil {
		return err
	}
	defer d.Give(c)
	return db.Atomically(ctx, c, func() error { return do(c) })
}

// on runs a statement on a connection.
func on(ctx context.Context, c db.Conn, sql string, p *params, t *db.Table) (db.Outcome, error) {
	return c.Run(ctx, &db.Statement{SQL: sql, Params: p.Params, MaxBytes: maxAnswer}, t)
}

var _ cache.Store = (*Store)(nil)
