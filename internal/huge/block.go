package huge

import (
	"runtime"
	"unsafe"
)

// Block is memory in large pages outside of Go's heap: Go's collector neither looks into it
// nor counts it, so that a program which keeps much doesn't make it run. Its content is
// arbitrary; nothing in it keeps anything on Go's heap alive.
type Block struct {
	mem     unsafe.Pointer
	size    uintptr
	cleanup runtime.Cleanup
}

// NewBlock is a block of n bytes, a power of two from PartBytes on. One of less than a page shares it
// with others: the first touch of one is that of its neighbours too.
func NewBlock(n uintptr) *Block {
	if n < PartBytes || n&(n-1) != 0 {
		panic("huge: the size of a block is a power of two, and 64 KiB at least")
	}
	b := &Block{mem: take(n), size: n}
	b.cleanup = runtime.AddCleanup(b, func(r region) { give(r.mem, r.size) }, region{b.mem, n})
	return b
}

// region is a Block's memory, for who must not hold the Block.
type region struct {
	mem  unsafe.Pointer
	size uintptr
}

// Pointer is the address of the memory. It is nobody's once the block is freed, or nothing
// refers to the Block any more.
func (b *Block) Pointer() unsafe.Pointer { return b.mem }

// Free gives the memory back. Reading it afterwards gives nonsense, not a fault: addresses are
// kept for the blocks to come.
func (b *Block) Free() {
	b.cleanup.Stop()
	give(b.mem, b.size)
	b.mem, b.size = nil, 0
}
