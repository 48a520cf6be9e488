//go:build !core

package main

import (
	"regexp"
	"testing"

	"etamil/internal/db/dbtest"
)

// TestShopOnServers: the shop keeps its data in a server instead, with one variable changed, and answers
// as before. NUMERIC(12, 2) has its two digits there: 165.50.
func TestShopOnServers(t *testing.T) {
	zeros := regexp.MustCompile(`(\.[0-9]*?)0+([,}\]])`)
	point := regexp.MustCompile(`\.([,}\]])`)
	for name, start := range map[string]func(testing.TB, ...string) *dbtest.Server{
		"postgres": dbtest.Postgres, "mysql": dbtest.MariaDB,
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("DATABASE_URL", start(t).URL)
			p := openShop(t)
			p.followREADME(t, exampleDir+"/kadai/README.md", func(s string) string {
				return point.ReplaceAllString(zeros.ReplaceAllString(settled(s), "$1$2"), "$1")
			})
			p.close()
		})
	}
}
