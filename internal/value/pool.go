package value

import (
	"math/bits"
	"unsafe"

	"etamil/internal/huge"
)

// Pool keeps memory that fibers gave back, for the next ones: chunks of the five sizes
// and big blocks by powers of two. One worker owns it; it is not safe for concurrent use.
// A fiber that moves to another worker changes pools with Heap.SetPool.
//
// The zero Pool is ready to use.
type Pool struct {
	chunks [len(chunkSlots)][]memory
	bigs   [maxBigClass][]memory
	held   int         // slots in bigs
	guess  [256]uint16 // see findKey

	// What operations need while they run, here so that they need not allocate it.
	collector collector
	list      []memory // a spare list of chunks: the two of a collection take turns
	copier    copier
	writer    Writer
	reader    jsonReader
}

// memory is a chunk, a slab or a big block. block is its owner if it lies outside of Go's heap,
// else nil.
type memory struct {
	slots []Value
	block *huge.Block
}

// newMemory is memory of so many slots, with arbitrary content; from 64 KiB on it lies outside of Go's
// heap, and there must be a power of two of them.
func newMemory(slots int) memory {
	n := uintptr(slots) * slotBytes
	if n < huge.PartBytes {
		return memory{slots: make([]Value, slots)}
	}
	b := huge.NewBlock(n)
	return memory{unsafe.Slice((*Value)(b.Pointer()), slots), b}
}

// drop gives memory up that no pool keeps.
func (m memory) drop() {
	if m.block != nil {
		m.block.Free()
	}
}

// Sizes of an arena's first, second, third and further chunks, in slots: 2, 4, 16 and
// 64 KiB. A request that makes little costs little; one that makes much soon gets
// chunks that are worth their bookkeeping.
//
// Last is a slab, in large pages of the machine, for arenas that have slabAfter chunks: what
// they touch for the first time costs a fault in 2 MiB, not in 4 KiB. The fiber takes
// possession of it piece by piece, each as large as a chunk (Heap.open).
var chunkSlots = [...]int{128, 256, 1024, 4096, huge.PageBytes / slotBytes}

const (
	// bigBytes is the size above which an object or a list's data gets its own block.
	bigBytes = 32 << 10

	maxBigClass = 32 // big blocks have up to 2^31 slots

	// slabAfter is how many chunks an arena has before it gets slabs: a little more than a
	// nursery, so that who makes much and keeps little never asks for one.
	slabAfter = 12

	slabClass  = len(chunkSlots) - 1
	pieceBytes = 64 << 10

	// What a pool holds back, at most: 64 KiB chunks up to 16 MiB, slabs up to 16 MiB, smaller
	// ones in the number that many suspended fibers need, big blocks up to 16 MiB.
	keepChunks    = 256
	keepSlabs     = 8
	keepSmall     = 1024
	keepBigSlots  = 1 << 20
	keepBigBlocks = 4 // of one size
)

// take is a chunk of class c. Its content is whatever it was.
func (p *Pool) take(c int) memory {
	l := p.chunks[c]
	if n := len(l); n > 0 {
		m := l[n-1]
		l[n-1] = memory{}
		p.chunks[c] = l[:n-1]
		return m
	}
	return newMemory(chunkSlots[c])
}

// give takes a chunk back.
func (p *Pool) give(m memory) {
	poison(m.slots)
	c := chunkClass(len(m.slots))
	limit := keepSmall
	switch c {
	case slabClass:
		limit = keepSlabs
	case slabClass - 1:
		limit = keepChunks
	}
	if len(p.chunks[c]) < limit {
		p.chunks[c] = append(p.chunks[c], m)
	} else {
		m.drop()
	}
}

// mangle says whether memory that is given back is overwritten at once, so that whoever
// kept an address reads nonsense: in the hostile build, and in tests.
var mangle = Invariants

func poison(m []Value) {
	if mangle {
		for i := range m {
			m[i] = Value{0xCCCCCCCCCCCCCCCC, 0xCCCCCCCCCCCCCCCC}
		}
	}
}

func chunkClass(slots int) int {
	for c, n := range chunkSlots {
		if n == slots {
			return c
		}
	}
	panic("value: a chunk of no known size")
}

// takeBig is a block of at least that many slots, a power of two.
func (p *Pool) takeBig(slots int) memory {
	c := bits.Len(uint(slots - 1))
	l := p.bigs[c]
	if n := len(l); n > 0 {
		m := l[n-1]
		l[n-1] = memory{}
		p.bigs[c] = l[:n-1]
		p.held -= len(m.slots)
		return m
	}
	return newMemory(1 << c)
}

func (p *Pool) giveBig(m memory) {
	poison(m.slots)
	n := len(m.slots)
	c := bits.Len(uint(n - 1))
	if len(p.bigs[c]) < keepBigBlocks && p.held+n <= keepBigSlots {
		p.bigs[c] = append(p.bigs[c], m)
		p.held += n
	} else {
		m.drop()
	}
}
