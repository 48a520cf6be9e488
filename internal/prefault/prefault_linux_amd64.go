package prefault

import "unsafe"

// Advice to madvise(2), of Linux 5.14. Older kernels refuse it, and pages come by faults.
const (
	populateRead  = 22
	populateWrite = 23
)

const (
	pageSize = 4096
	// firstHeap is about what the heap grows to while packages are set up. It is far less
	// than the 4 MiB by which the runtime maps a heap, so the range asked for is mapped.
	firstHeap = 512 << 10
)

// program is where the loaded file begins and ends in memory: code, read-only data, the
// tables of functions, and data that has a value at the start. The linker knows.
var program [2]uintptr

// first is an object on the heap. A new heap is filled from its lowest address upwards,
// and nearly empty as yet.
var first *[16]byte

func init() {
	populate(program[0], program[1], populateRead)
	first = new([16]byte)
	heap := uintptr(unsafe.Pointer(first))
	populate(heap, heap+firstHeap, populateWrite)
}

// populate maps the pages from one address to another. Whether that succeeds makes no
// difference but in time.
func populate(from, to, advice uintptr) {
	from &^= pageSize - 1
	madvise(from, (to-from+pageSize-1)&^(pageSize-1), advice)
}

// madvise is the system call: package syscall would have to be set up first.
//
//go:noescape
func madvise(from, length, advice uintptr)
