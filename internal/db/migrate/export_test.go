package migrate

import "time"

// SetLockTime sets how long to wait for another instance, and answers what sets it back.
func SetLockTime(d time.Duration) (back func()) {
	old := lockTime
	lockTime = d
	return func() { lockTime = old }
}
