package cache_test

import (
	"context"
	"fmt"
	"runtime"
	"testing"
	"time"

	"etamil/internal/cache"
)

// live is how many bytes of memory are in use.
func live() int {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestMemoryCountsTags: what tags take is counted, so that a memory full of entries with tags of their own takes about what it may.
func TestMemoryCountsTags(t *testing.T) {
	const most = 8 << 20
	for _, test := range []struct {
		what string
		tags func(i int) []string
	}{
		{"no tags", func(int) []string { return nil }},
		{"one of its own", func(i int) []string { return []string{fmt.Sprint("tag:", i)} }},
		{"many of its own", func(i int) []string {
			var list []string
			for j := range 32 {
				list = append(list, fmt.Sprint("tag:", i, ":", j))
			}
			return list
		}},
		{"many for all", func(i int) []string {
			var list []string
			for j := range 32 {
				list = append(list, fmt.Sprint("tag:", j))
			}
			return list
		}},
	} {
		before := live()
		m := cache.NewMemory(most, nil)
		for i := range 100_000 {
			_ = m.Set(context.Background(), fmt.Sprint("key:", i), cache.Item{Data: []byte("x")}, cache.Options{TTL: time.Hour, Tags: test.tags(i)})
		}
		m.Settle()
		used := live() - before
		t.Logf("%s: %d entries, %d bytes said, %d used", test.what, m.Stats().Entries, m.Stats().Bytes, used)
		if used > 2*most {
			t.Errorf("%s: %d bytes are used, where %d may be", test.what, used, most)
		}
		runtime.KeepAlive(m)
		m.Close()
	}
}
