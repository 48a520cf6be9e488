package loop

import "sync/atomic"

// budget bounds the bytes that all connections together hold for one purpose.
// Limits per connection can't do that: 2,000 clients with 256 KiB each are
// half a gigabyte.
type budget struct {
	used  atomic.Int64
	limit int64
}

// take reserves n bytes, or nothing when they would go over the limit.
func (b *budget) take(n int) bool {
	if b.used.Add(int64(n)) > b.limit {
		b.used.Add(-int64(n))
		return false
	}
	return true
}

// force reserves n bytes even over the limit.
func (b *budget) force(n int) { b.used.Add(int64(n)) }

// give returns n bytes.
func (b *budget) give(n int) { b.used.Add(-int64(n)) }

// full reports whether the limit has been reached.
func (b *budget) full() bool { return b.used.Load() >= b.limit }

// burst reports whether twice the limit has been reached: what was produced
// before full() could stop it must fit in between.
func (b *budget) burst() bool { return b.used.Load() >= 2*b.limit }
