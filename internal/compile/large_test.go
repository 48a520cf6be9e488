package compile

import (
	"os"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"etamil/internal/code"
	"etamil/internal/source/load"
)

// The part of the large program that bench compiles is a program, and many of them make a
// large one: it gets its room, and comes out as it would without.
func TestLargeProgram(t *testing.T) {
	part, err := os.ReadFile("../../bench/programs/large/part.qmz")
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for i := range 128<<10/len(part) + 1 {
		b.WriteString(strings.ReplaceAll(string(part), "_0", "_"+strconv.Itoa(i)))
	}
	compiled := func() string {
		entry, err := load.Stdin(strings.NewReader(b.String()))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Program(entry, load.NewFinder("", "", nil), Options{})
		if err != nil {
			t.Fatal(err)
		}
		if r.Code == nil || len(r.Messages) > 0 {
			t.Fatal(r.Messages[0].Both())
		}
		var w strings.Builder
		code.Disassemble(&w, r.Code)
		return w.String()
	}
	// Functions are compiled side by side where there are several processors.
	first := compiled()
	procs := runtime.GOMAXPROCS(1)
	again := compiled()
	runtime.GOMAXPROCS(procs)
	if first != again {
		t.Error("the same program was compiled to different code")
	}
}
