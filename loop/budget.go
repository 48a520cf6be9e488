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
func (b *budget) take(n int) bool { return b.takeMore(n, -1) }

// takeMore is take for someone who has taken had bytes before: if nobody else
// has any, the limit does not hold. One big answer must be possible.
func (b *budget) takeMore(n, had int) bool {
	if used := b.used.Add(int64(n)); used > b.limit && used != int64(n+had) {
		b.used.Add(-int64(n))
		return false
	}
	return true
}

// give returns n bytes.
func (b *budget) give(n int) { b.used.Add(-int64(n)) }

// tight reports whether less than a quarter is left. From here on those are
// expelled who hold bytes without getting on (pressure.go), so that whoever
// does get on finds room.
func (b *budget) tight() bool { return b.used.Load() > b.limit/4*3 }
