package prefault

import "unsafe"

// Advice to madvise(2). Populating is of Linux 5.14; older kernels refuse it, and pages come by faults.
const (
	hugePage      = 14
	populateWrite = 23
)

const (
	largePage = 2 << 20

	// piece is more than Go's allocator has shared spans for, so it takes pages of its own: the
	// lowest free ones, or some of the half MiB that the thread has at hand. They aren't touched.
	piece = 64 << 10

	// firstHeap is about what the heap grows to while packages are set up and a short program
	// runs. It is asked for in small pages where the kernel has no large one.
	firstHeap = 1 << 20
)

// last is the last piece. The pieces are garbage; a variable of the package keeps the compiler
// from having them on the stack.
var last *[piece]byte

// large is where the large page begins, 0 if there is none.
var large uintptr

// Whether it succeeds makes no difference but in time.
func init() {
	last = new([piece]byte)
	before := uintptr(unsafe.Pointer(last)) / largePage
	for range 2 * largePage / piece {
		last = new([piece]byte)
		if at := uintptr(unsafe.Pointer(last)); at/largePage != before {
			large = at &^ (largePage - 1)
			madvise(large, largePage, hugePage)
			madvise(large, firstHeap, populateWrite)
			break
		}
	}
	last = nil
}

// madvise is the system call: package syscall would have to be set up first.
//
//go:noescape
func madvise(from, length, advice uintptr)
