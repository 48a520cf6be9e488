//go:build !core

package nulakam

import (
	"testing"

	"etamil/internal/db/dbtest"
)

// TestRedis runs the tests of what asks a Redis server.
func TestRedis(t *testing.T) {
	runTests(t, 7, []string{retisTests}, map[string]string{"NULAKAM_REDIS": dbtest.Redis(t).URL})
}
