// Package ahead makes Go's heap ready for much work that is to come. It stands apart from
// package huge because of runtime/debug, which Go sets up late (internal/early).
package ahead

import (
	"runtime"
	"runtime/debug"
)

// Heap makes Go's heap ready for about n bytes that somebody is going to allocate in small
// objects: they will be placed in large pages, and Go's collector waits for them.
//
// It is for the beginning of much work in a process that has little in memory yet.
func Heap(n int) {
	room(n)
	percent := debug.SetGCPercent(100 * (1 + n/leastHeap))
	if percent < 0 {
		debug.SetGCPercent(percent) // nothing is ever collected here
		return
	}
	// Until the next collection, which has much to do or comes much later.
	runtime.AddCleanup(new([2]uintptr), func(percent int) { debug.SetGCPercent(percent) }, percent)
}

// leastHeap is the heap below which Go doesn't collect, at 100 percent; at more it is that much larger.
const leastHeap = 4 << 20
