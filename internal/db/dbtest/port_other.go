//go:build !linux

package dbtest

import "testing"

// reserve is a port of the loopback address that was free just now.
func reserve(t testing.TB) int {
	t.Helper()
	return FreePort(t)
}
