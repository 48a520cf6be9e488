package ahead

import (
	"runtime"
	"runtime/debug"
	"runtime/metrics"
	"testing"
	"time"
)

func TestLeavesHeapUsable(t *testing.T) {
	had := debug.SetGCPercent(50)
	defer debug.SetGCPercent(had)
	Heap(8 << 20)
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
	percent := []metrics.Sample{{Name: "/gc/gogc:percent"}}
	read := func() uint64 {
		metrics.Read(percent)
		return percent[0].Value.Uint64()
	}
	if n := read(); n < 200 {
		t.Errorf("collections come at %d percent, want 8 MiB", n)
	}
	for range 1000 { // as soon as a collection has been
		runtime.GC()
		if read() == 50 {
			break
		}
		time.Sleep(time.Millisecond)
	}
	if n := read(); n != 50 {
		t.Errorf("after a collection they come at %d percent, want 50", n)
	}
	for i, b := range kept {
		if b[0] != byte(i) {
			t.Fatalf("block %d was overwritten", i)
		}
	}
}
