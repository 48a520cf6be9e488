package prefault

import "unsafe"

// populateWrite is advice to madvise(2), of Linux 5.14. Older kernels refuse it, and pages come by faults.
const populateWrite = 23

const (
	pageSize = 4096
	// firstHeap is about what the heap grows to while packages are set up and a short program
	// runs. It is less than the 4 MiB by which the runtime maps a heap, so the range asked for is mapped.
	firstHeap = 1 << 20
)

// first is an object on the heap. A new heap is filled from its lowest address upwards,
// and nearly empty as yet.
var first *[16]byte

// Whether it succeeds makes no difference but in time.
func init() {
	first = new([16]byte)
	madvise(uintptr(unsafe.Pointer(first))&^(pageSize-1), firstHeap, populateWrite)
}

// madvise is the system call: package syscall would have to be set up first.
//
//go:noescape
func madvise(from, length, advice uintptr)
