package metrics

import "time"

// bounds are the upper ends of a histogram's buckets; what is longer is in one more.
var bounds = [...]time.Duration{
	100 * time.Microsecond, 250 * time.Microsecond, 500 * time.Microsecond,
	1 * time.Millisecond, 2500 * time.Microsecond, 5 * time.Millisecond,
	10 * time.Millisecond, 25 * time.Millisecond, 50 * time.Millisecond,
	100 * time.Millisecond, 250 * time.Millisecond, 500 * time.Millisecond,
	1 * time.Second, 2500 * time.Millisecond, 5 * time.Second, 10 * time.Second,
}

// Histogram counts how long something took. One goroutine uses it at a time; the library's would
// have all loops wait for one lock. The zero value is empty.
type Histogram struct {
	counts [len(bounds) + 1]uint64
	sum    time.Duration
}

// Observe counts one. It does not allocate.
func (h *Histogram) Observe(d time.Duration) {
	i := 0
	for i < len(bounds) && d > bounds[i] {
		i++
	}
	h.counts[i]++
	h.sum += d
}

// Merge adds what another has counted.
func (h *Histogram) Merge(other *Histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.sum += other.sum
}

// Count is how often something was counted.
func (h *Histogram) Count() (n uint64) {
	for _, k := range h.counts {
		n += k
	}
	return n
}
