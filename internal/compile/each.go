package compile

import (
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"

	"etamil/internal/diag"
)

// atATime is how many functions a processor takes of those that wait, and half of how many there
// must be for a second one to be worth its start.
const atATime = 16

// each calls do for each number below n: for the functions of a large program on all processors.
// What do does for one must not depend on what it has done for others, so that the program that
// comes out is the same whoever did what.
func each(n int, do func(i int)) {
	workers := min(runtime.GOMAXPROCS(0), n/(2*atATime))
	if workers < 2 {
		for i := range n {
			do(i)
		}
		return
	}
	var next atomic.Int64
	var crash atomic.Pointer[string]
	work := func() {
		defer func() {
			if p := recover(); p != nil {
				s := fmt.Sprintf("%v\n%s", p, diag.Stack())
				crash.CompareAndSwap(nil, &s)
			}
		}()
		for crash.Load() == nil {
			to := int(next.Add(atATime))
			from := to - atATime
			if from >= n {
				return
			}
			for i := from; i < min(to, n); i++ {
				do(i)
			}
		}
	}
	var wg sync.WaitGroup
	for range workers - 1 {
		wg.Go(work)
	}
	work()
	wg.Wait()
	if s := crash.Load(); s != nil {
		panic(*s)
	}
}
