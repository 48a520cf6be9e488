package sqlite

import (
	"context"
	"strconv"

	"modernc.org/libc"

	"etamil/internal/db"
)

// Describe implements db.Describer. SQLite's columns take whatever they get.
func (c *conn) Describe(_ context.Context, sql string, named bool) (*db.Described, error) {
	z, err := libc.CString(sql)
	if err != nil {
		return nil, errMemory
	}
	defer libc.Xfree(c.tls, z)
	p, _, err := c.prepare(z)
	if err != nil || p == 0 {
		return &db.Described{}, err
	}
	defer c.finalize(p)
	d := &db.Described{}
	for i, name := range c.newStmt(p).params {
		switch {
		case named && name != "":
			d.Names = append(d.Names, name[1:])
		case name == "":
			d.Count = max(d.Count, i+1)
		case name[0] == '?' || name[0] == '$':
			n, _ := strconv.Atoi(name[1:]) // a name that is no number is told when it runs
			d.Count = max(d.Count, n)
		}
	}
	return d, nil
}
