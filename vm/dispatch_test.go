package vm

import (
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// What the machine code of run may hold. A number that grows says that the fast paths
// have got slower: look at the listing before changing it (go tool objdump -s
// 'vm.\(\*Fiber\).run$' of the test binary). One spill in the dispatch costs a tenth of
// every program, nine cost half.
const (
	dispatchStores = 0 // between an instruction's load and its jump
	runStores      = 2 // to the stack in all of run: f itself on the way in, and where Go's stack grows
	runCalls       = 6 // slow, native, mix, growing Go's stack, and two divisions by what isn't zero, which Go can't know
)

// TestDispatch builds this package's tests once more, since the binary that runs here has
// no symbols, and disassembles run.
func TestDispatch(t *testing.T) {
	if runtime.GOARCH != "amd64" {
		return // the numbers are amd64's
	}
	exe := filepath.Join(t.TempDir(), "vm.test")
	if out, err := exec.Command("go", "test", "-c", "-o", exe, ".").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	out, err := exec.Command("go", "tool", "objdump", "-s", `vm\.\(\*Fiber\)\.run$`, exe).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines := strings.Split(string(out), "\n")
	jump := -1
	for i, l := range lines {
		if strings.Contains(l, "JMP 0(") && strings.Contains(l, "*8)") {
			if jump >= 0 {
				t.Fatal("run has two jump tables: the switch was split")
			}
			jump = i
		}
	}
	if jump < 0 {
		t.Fatalf("run has no jump table in %d lines", len(lines))
	}
	store := regexp.MustCompile(`\sMOV\w* \S+, (0x[0-9a-f]+)?\(SP\)`)
	stores := func(lines []string) (n int) {
		for _, l := range lines {
			if store.MatchString(l) {
				n++
			}
		}
		return n
	}
	// The dispatch is what stands before the jump, back to the call of slow.
	first := jump
	for !strings.Contains(lines[first], "CALL") {
		first--
	}
	if n := stores(lines[first:jump]); n != dispatchStores {
		t.Errorf("%d spills in the dispatch, want %d:\n%s", n, dispatchStores, strings.Join(lines[first:jump+1], "\n"))
	}
	if n := stores(lines); n != runStores {
		t.Errorf("%d stores to the stack in run, want %d", n, runStores)
	}
	calls := 0
	for _, l := range lines {
		switch {
		case strings.Contains(l, "gcWriteBarrier"):
			t.Errorf("a write barrier: %s", l)
		case strings.Contains(l, "panicIndex") || strings.Contains(l, "panicBounds"):
			t.Errorf("a bounds check: %s", l)
		case strings.Contains(l, "CALL"):
			calls++
		}
	}
	if calls != runCalls {
		t.Errorf("%d calls in run, want %d", calls, runCalls)
	}
}
