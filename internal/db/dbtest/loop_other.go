//go:build !linux

package dbtest

import "testing"

// Loop is the smallest event loop that sockets can be left with. There is none here: it takes nothing.
type Loop struct{}

// NewLoop starts a loop.
func NewLoop(testing.TB) *Loop { return &Loop{} }

// End ends it.
func (*Loop) End() {}

// Watch is db.Poller's.
func (*Loop) Watch(int, func(), func()) bool { return false }

// Unwatch is db.Poller's.
func (*Loop) Unwatch(int) {}

// Later is db.Poller's.
func (*Loop) Later(func()) bool { return false }
