//go:build !(linux && amd64)

package ahead

import (
	"runtime"
	"runtime/debug"
	"unsafe"

	"etamil/internal/huge"
)

// room has the heap grow by a block that is dropped at once: what is allocated next is put where
// memory is free at the lowest address, which is there.
func room(n int) {
	percent := debug.SetGCPercent(-1)
	block := make([]byte, n)
	huge.Advise(unsafe.Pointer(unsafe.SliceData(block)), uintptr(n))
	runtime.KeepAlive(block)
	block = nil
	runtime.GC()
	debug.SetGCPercent(percent)
}
