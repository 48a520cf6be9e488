package etag

import (
	"strings"
	"testing"
)

// The values are those that xxhash's own tool prints (xxhsum -H1).
func TestHash(t *testing.T) {
	for s, want := range map[string]uint64{
		"":    0xef46db3751d8e999,
		"a":   0xd24ec4f1a98c6e5b,
		"abc": 0x44bc2cf5ad770999,
		"Nobody inspects the spammish repetition": 0xfbcea83c8a378bf1,
	} {
		if got := Hash([]byte(s)); got != want {
			t.Errorf("%q: %x, want %x", s, got, want)
		}
	}
}

// TestEveryByteCounts: no byte of any length is left out.
func TestEveryByteCounts(t *testing.T) {
	seen := map[uint64]string{}
	for n := range 100 {
		b := []byte(strings.Repeat("x", n))
		for i := -1; i < n; i++ {
			if i >= 0 {
				b[i] = 'y'
			}
			h := Hash(b)
			if other, ok := seen[h]; ok {
				t.Fatalf("%q and %q have the same hash", b, other)
			}
			seen[h] = string(b)
			if i >= 0 {
				b[i] = 'x'
			}
		}
	}
}

func TestAppend(t *testing.T) {
	if got := string(Append([]byte("x"), 0xef46db3751d8e99)); got != `x"0ef46db3751d8e99"` {
		t.Errorf("%s", got)
	}
}

func BenchmarkHash(b *testing.B) {
	for name, n := range map[string]int{"13": 13, "1K": 1 << 10, "100K": 100 << 10} {
		p := make([]byte, n)
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(n))
			for range b.N {
				Hash(p)
			}
		})
	}
}
