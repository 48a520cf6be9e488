package prefault

import "unsafe"

// Advice to madvise(2). Populating is of Linux 5.14; older kernels refuse it, and pages come by faults.
const (
	hugePage      = 14
	populateWrite = 23
)

const (
	pageSize = 4096
	// firstHeap is about what the heap grows to while packages are set up and a short program
	// runs. It is less than the 4 MiB by which the runtime maps a heap, so the range asked for is mapped.
	firstHeap = 1 << 20

	// largePage is the size of one, and of half of what the runtime maps at first.
	largePage = 2 << 20
)

// first is an object on the heap. A new heap is filled from its lowest address upwards,
// and nearly empty as yet.
var first *[16]byte

// Whether it succeeds makes no difference but in time.
func init() {
	first = new([16]byte)
	at := uintptr(unsafe.Pointer(first))
	madvise(at&^(pageSize-1), firstHeap, populateWrite)
	// Who needs more than the first half has the other by one fault, if it is touched at all.
	madvise(at&^(2*largePage-1)+largePage, largePage, hugePage)
}

// madvise is the system call: package syscall would have to be set up first.
//
//go:noescape
func madvise(from, length, advice uintptr)
