package value

import (
	"syscall"
	"unsafe"
)

// hugeBytes is the size from which a block asks for large pages: a few of them.
const hugeBytes = 4 << 20

const madvHugepage = 14 // MADV_HUGEPAGE

// adviseHuge asks the kernel to back a new block with large pages. A list that grows to a
// million elements then costs tens of page faults instead of ten thousand, which was half
// of the time of building it. It is a wish: that the kernel doesn't grant it is no error.
func adviseHuge(m []Value) {
	if len(m)*slotBytes < hugeBytes {
		return
	}
	const page = 4096
	p := unsafe.Pointer(&m[0])
	skip := -uintptr(p) & (page - 1)
	n := (uintptr(len(m))*slotBytes - skip) &^ (page - 1)
	_ = syscall.Madvise(unsafe.Slice((*byte)(unsafe.Add(p, skip)), n), madvHugepage)
}
