package db

import (
	"strconv"

	"etamil/internal/db"
)

// PoolState is how the pool of a database server is doing, under the name that the program knows
// it by.
type PoolState struct {
	Name string // default, the name that was given, or pool_create#1
	Kind string // PostgreSQL or MySQL
	Max  int    // connections
	db.PoolStats
}

// Add adds another pool of the same name to s.
func (s *PoolState) Add(other *PoolState) {
	s.Max += other.Max
	a, b := &s.PoolStats, &other.PoolStats
	a.Open, a.Free, a.Waiting = a.Open+b.Open, a.Free+b.Free, a.Waiting+b.Waiting
	a.Taken, a.Opened, a.Failed = a.Taken+b.Taken, a.Opened+b.Opened, a.Failed+b.Failed
	a.TimedOut, a.Refused, a.Waited = a.TimedOut+b.TimedOut, a.Refused+b.Refused, a.Waited+b.Waited
}

// PoolOf tells how the pool of a database server is doing, under a name; ok is false for a file, which has none.
func PoolOf(name, kind string, d db.Database) (x PoolState, ok bool) {
	server, ok := d.(interface {
		Stats() db.PoolStats
		Options() db.Options
	})
	if !ok {
		return x, false
	}
	return PoolState{name, kind, server.Options().Max, server.Stats()}, true
}

// Pools tells how the pools of database servers are doing; a file has none.
func (s *Service) Pools() (list []PoolState) {
	s.mu.Lock()
	defer s.mu.Unlock()
	seen := map[db.Database]bool{}
	add := func(name, kind string, d db.Database) {
		if x, ok := PoolOf(name, kind, d); ok && !seen[d] {
			seen[d] = true
			list = append(list, x)
		}
	}
	for _, n := range s.open {
		name := n.name
		if name == "" {
			name = "default"
		}
		add(name, n.driver, n.Database)
	}
	for _, p := range s.pools {
		add("pool_create#"+strconv.Itoa(p.number), p.kind, p.Database)
	}
	return list
}
