package main

import (
	"math/bits"
	"time"
)

// A histogram counts durations in buckets whose width is 1/32 of their size, so that a
// percentile is right to about 3 % and recording costs one addition. The zero value is
// ready. It is not safe for concurrent use: each connection has its own.
type histogram struct {
	counts [64 * subBuckets]uint64
	total  uint64
}

const (
	subBits    = 5
	subBuckets = 1 << subBits
)

// bucket maps nanoseconds to an index: exact below 32, then 32 buckets an octave.
func bucket(ns uint64) int {
	if ns < subBuckets {
		return int(ns)
	}
	shift := bits.Len64(ns) - subBits - 1
	return (shift+1)*subBuckets + int(ns>>shift) - subBuckets
}

// lowest is the smallest duration of a bucket, the inverse of bucket.
func lowest(i int) uint64 {
	if i < subBuckets {
		return uint64(i)
	}
	shift := i/subBuckets - 1
	return uint64(i%subBuckets+subBuckets) << shift
}

func (h *histogram) add(d time.Duration, times int) {
	h.counts[bucket(uint64(max(d, 0)))] += uint64(times)
	h.total += uint64(times)
}

func (h *histogram) merge(other *histogram) {
	for i, n := range other.counts {
		h.counts[i] += n
	}
	h.total += other.total
}

// percentile returns the duration below which the share p (0..1) of what was added lies.
func (h *histogram) percentile(p float64) time.Duration {
	want := uint64(p * float64(h.total))
	var seen uint64
	for i, n := range h.counts {
		seen += n
		if n > 0 && seen > want {
			return time.Duration(lowest(i))
		}
	}
	return 0
}
