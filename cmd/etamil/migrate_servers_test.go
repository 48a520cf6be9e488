//go:build !core

package main

import (
	"testing"

	"etamil/internal/db/dbtest"
)

func TestMigrateServers(t *testing.T) {
	for name, start := range map[string]func(testing.TB, ...string) *dbtest.Server{
		"postgres": dbtest.Postgres, "mariadb": dbtest.MariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DATABASE_URL", start(t).URL)
			migrateWhole(t)
		})
	}
}
