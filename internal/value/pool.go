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
	chunks [len(chunkSlots)][][]Value
	bigs   [maxBigClass][][]Value
	held   int // slots in bigs

	// What operations need while they run, here so that they need not allocate it.
	collector collector
	list      [][]Value // a spare list of chunks: the two of a collection take turns
	copier    copier
	writer    Writer
	reader    jsonReader
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

	// hugeBytes is the size from which a big block asks for large pages.
	hugeBytes = huge.PageBytes

	// What a pool holds back, at most: 64 KiB chunks up to 16 MiB, slabs up to 16 MiB, smaller
	// ones in the number that many suspended fibers need, big blocks up to 16 MiB.
	keepChunks    = 256
	keepSlabs     = 8
	keepSmall     = 1024
	keepBigSlots  = 1 << 20
	keepBigBlocks = 4 // of one size
)

// take is a chunk of class c. Its content is whatever it was.
func (p *Pool) take(c int) []Value {
	l := p.chunks[c]
	if n := len(l); n > 0 {
		m := l[n-1]
		p.chunks[c] = l[:n-1]
		return m
	}
	m := make([]Value, chunkSlots[c])
	if c == slabClass {
		huge.Advise(unsafe.Pointer(&m[0]), huge.PageBytes)
	}
	return m
}

// give takes a chunk back.
func (p *Pool) give(m []Value) {
	poison(m)
	c := chunkClass(len(m))
	limit := keepSmall
	switch c {
	case slabClass:
		limit = keepSlabs
	case slabClass - 1:
		limit = keepChunks
	}
	if len(p.chunks[c]) < limit {
		p.chunks[c] = append(p.chunks[c], m)
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
func (p *Pool) takeBig(slots int) []Value {
	c := bits.Len(uint(slots - 1))
	l := p.bigs[c]
	if n := len(l); n > 0 {
		m := l[n-1]
		l[n-1] = nil
		p.bigs[c] = l[:n-1]
		p.held -= len(m)
		return m
	}
	m := make([]Value, 1<<c)
	if n := uintptr(len(m)) * slotBytes; n >= hugeBytes {
		huge.Advise(unsafe.Pointer(&m[0]), n)
	}
	return m
}

func (p *Pool) giveBig(m []Value) {
	poison(m)
	c := bits.Len(uint(len(m) - 1))
	if len(p.bigs[c]) < keepBigBlocks && p.held+len(m) <= keepBigSlots {
		p.bigs[c] = append(p.bigs[c], m)
		p.held += len(m)
	}
}
