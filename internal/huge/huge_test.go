package huge

import (
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

func TestAheadLeavesHeapUsable(t *testing.T) {
	release := Ahead(8 << 20)
	var kept [][]byte
	for i := range 4096 {
		b := make([]byte, 1024)
		for _, x := range b {
			if x != 0 {
				t.Fatal("memory that is not zero")
			}
		}
		b[0] = byte(i)
		kept = append(kept, b)
	}
	release()
	for i, b := range kept {
		if b[0] != byte(i) {
			t.Fatalf("block %d was overwritten", i)
		}
	}
}
