package huge

import (
	"runtime"
	"testing"
	"unsafe"
)

// What is advised is memory like any other: it is zero, it can be written, and neighbours
// that share its pages keep what they hold.
func TestAdviseLeavesMemoryAlone(t *testing.T) {
	before := make([]byte, 100<<10)
	for i := range before {
		before[i] = byte(i)
	}
	m := make([]byte, 3*PageBytes+4096)
	Advise(unsafe.Pointer(&m[0]), uintptr(len(m)))
	after := make([]byte, 100<<10)
	for i, b := range m {
		if b != 0 {
			t.Fatalf("byte %d is %d", i, b)
		}
	}
	m[len(m)-1] = 1
	for i := range before {
		if before[i] != byte(i) || after[i] != 0 {
			t.Fatalf("a neighbour's byte %d was changed", i)
		}
	}
}

func TestBlocks(t *testing.T) {
	a, b := NewBlock(PageBytes), NewBlock(2*PageBytes)
	bytes := func(b *Block, n int) []byte { return unsafe.Slice((*byte)(b.Pointer()), n) }
	x, y := bytes(a, PageBytes), bytes(b, 2*PageBytes)
	x[0], x[PageBytes-1], y[0], y[2*PageBytes-1] = 1, 2, 3, 4
	if x[0] != 1 || x[PageBytes-1] != 2 || y[0] != 3 || y[2*PageBytes-1] != 4 {
		t.Error("blocks overlap")
	}
	if uintptr(a.Pointer())%16 != 0 || uintptr(b.Pointer())%16 != 0 {
		t.Error("a block lies between slots")
	}
	a.Free()
	if c := NewBlock(PageBytes); c.Pointer() == b.Pointer() {
		t.Error("a block was handed out twice")
	}
	if x := bytes(b, 1); x[0] != 3 {
		t.Error("freeing a block changed another")
	}
}

// Who makes blocks and forgets them, or frees them, gets their memory again.
func TestBlocksComeBack(t *testing.T) {
	seen := map[unsafe.Pointer]bool{}
	for range 2000 {
		b := NewBlock(4 * PageBytes)
		*(*byte)(b.Pointer()) = 1
		seen[b.Pointer()] = true
		b.Free()
	}
	if runtime.GOOS == "linux" && len(seen) > 10 {
		t.Errorf("2000 blocks, one after the other, had %d addresses", len(seen))
	}
	forgotten := map[uintptr]bool{}
	for range 400 {
		forgotten[uintptr(NewBlock(8*PageBytes).Pointer())] = true
		runtime.GC()
	}
	if runtime.GOOS == "linux" && len(forgotten) > 100 {
		t.Errorf("400 forgotten blocks had %d addresses", len(forgotten))
	}
}
