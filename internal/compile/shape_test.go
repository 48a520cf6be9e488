package compile

import (
	"runtime"
	"strings"
	"testing"
)

// Classes of shapes stay for good, the text of their program doesn't: a server that reads its
// program anew would keep every text that it ever read.
func TestShapesLetGoOfTheText(t *testing.T) {
	const times, size = 8, 1 << 20
	heap := func() int64 {
		var m runtime.MemStats
		runtime.GC()
		runtime.GC() // what pools hold goes with the second one
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	text := "வடிவம் புள்ளி { x, y }\nஅச்சு புள்ளி(1, 2).x;\n// " + strings.Repeat("a", size) + "\n"
	compileText(t, text, Options{})
	before := heap()
	for range times {
		if r := compileText(t, strings.Clone(text), Options{}); r.Code == nil {
			t.Fatal(r.Messages)
		}
	}
	if grown := heap() - before; grown > times*size/2 {
		t.Errorf("%d programs of %d KiB leave %d KiB behind", times, size>>10, grown>>10)
	}
}
