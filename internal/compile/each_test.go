package compile

import (
	"strings"
	"sync/atomic"
	"testing"
)

// Each number comes once, whatever how many there are.
func TestEachOnce(t *testing.T) {
	for _, n := range []int{0, 1, atATime, 4*atATime - 1, 4 * atATime, 1000} {
		times := make([]atomic.Int32, n)
		each(n, func(i int) { times[i].Add(1) })
		for i := range times {
			if k := times[i].Load(); k != 1 {
				t.Errorf("of %d, number %d came %d times", n, i, k)
			}
		}
	}
}

// What breaks in one function breaks for who asked, on whichever goroutine it was.
func TestEachPanics(t *testing.T) {
	defer func() {
		s, ok := recover().(string)
		if !ok || !strings.Contains(s, "a bug") {
			t.Errorf("recovered %q", s)
		}
	}()
	each(1000, func(i int) {
		if i == 777 {
			panic("a bug")
		}
	})
	t.Error("the panic was lost")
}
