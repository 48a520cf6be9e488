package huge

import (
	"runtime"
	"runtime/debug"
	"unsafe"
)

// PageBytes is the size of a large page.
const PageBytes = 2 << 20

// PartBytes is the size of the smallest Block.
const PartBytes = 64 << 10

// Advise asks for large pages behind the n bytes from p on, memory of Go's heap that has not
// been touched yet. What shares a page with them gets it too, so neighbours that are asked
// for one after the other leave no small pages between them.
func Advise(p unsafe.Pointer, n uintptr) {
	from := uintptr(p) &^ (PageBytes - 1)
	to := (uintptr(p) + n + PageBytes - 1) &^ (PageBytes - 1)
	advise(from, to-from)
}

// Ahead makes Go's heap ready for about n bytes that somebody is going to allocate in small
// objects: they will be placed in large pages. Until release is called, collections of Go's
// wait for n bytes more than they would.
//
// It costs a collection, so it is for the beginning of much work in a process that has little
// in memory yet.
func Ahead(n int) (release func()) {
	percent := debug.SetGCPercent(-1)
	// The heap grows by a block that is dropped at once: small objects are put where memory
	// is free at the lowest address, which is there.
	room := make([]byte, n)
	Advise(unsafe.Pointer(unsafe.SliceData(room)), uintptr(n))
	runtime.KeepAlive(room)
	room = nil
	runtime.GC()
	if percent < 0 {
		return func() {} // nothing is ever collected here
	}
	debug.SetGCPercent(max(percent, 100*(1+n/leastHeap)))
	return func() { debug.SetGCPercent(percent) }
}

// leastHeap is the heap below which Go doesn't collect, at 100 percent; at more it is that much larger.
const leastHeap = 4 << 20
