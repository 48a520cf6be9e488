package value

import "math/bits"

// Pool keeps memory that fibers gave back, for the next ones: chunks of the four sizes
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
var chunkSlots = [...]int{128, 256, 1024, 4096}

const (
	// bigBytes is the size above which an object or a list's data gets its own block.
	bigBytes = 32 << 10

	maxBigClass = 32 // big blocks have up to 2^31 slots

	// What a pool holds back, at most: 64 KiB chunks up to 16 MiB, smaller ones in the
	// number that many suspended fibers need, big blocks up to 16 MiB.
	keepChunks    = 256
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
	return make([]Value, chunkSlots[c])
}

// give takes a chunk back.
func (p *Pool) give(m []Value) {
	poison(m)
	c := chunkClass(len(m))
	limit := keepSmall
	if c == len(chunkSlots)-1 {
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
	adviseHuge(m)
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
