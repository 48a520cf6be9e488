//go:build !core

package main

import (
	"testing"

	"etamil/internal/db/dbtest"
)

// TestSeedRequestsOnServers is TestSeedRequests where the database is a server.
func TestSeedRequestsOnServers(t *testing.T) {
	t.Run("postgres", func(t *testing.T) { seedRequests(t, dbtest.Postgres(t).URL) })
	t.Run("mariadb", func(t *testing.T) { seedRequests(t, dbtest.MariaDB(t).URL) })
}
