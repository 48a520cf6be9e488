package value

import "unsafe"

// Heap is the memory of one fiber: an arena of chunks in which objects are placed one
// after the other and never freed one by one. They die together in Reset, or, in a
// fiber that lives long, Collect moves the living ones out and drops the rest.
//
// A Heap belongs to one fiber and is not safe for concurrent use. An address or a string
// view taken from a value is good until the next Collect or Reset: methods that allocate
// never move anything.
type Heap struct {
	cur, end uintptr // the free rest of the newest chunk, of a slab the piece at hand: see Front
	rest     uintptr // bytes of the newest slab behind end, which nobody has yet

	pool   *Pool
	chunks []memory
	bigs   []bigBlock
	free   []int // indexes of unused entries of bigs

	used    int  // bytes charged: whole chunks, pieces of slabs and whole big blocks
	next    int  // used above which WantGC
	limit   int  // the fiber's memory budget in bytes; 0 is none
	live    int  // bytes used right after the last collection
	large   bool // it had slabs before the last collection: it begins with one
	wantGC  bool // set by growth only, so that it costs an allocation nothing
	over    bool
	moving  bool // a collection is running: growth sets no flags
	copied  int  // bytes copied by growing and copy-on-write since Reset: what tests of cost count
	gcs     int
	letters [2]letterIndex
}

// Front is the free rest of the newest chunk. The VM places small objects there itself where
// there is room for them: what it takes is a multiple of 16 bytes.
type Front struct{ Next, End uintptr }

// Front is where h places its next object.
func (h *Heap) Front() *Front { return (*Front)(unsafe.Pointer(&h.cur)) }

var _ = [1]struct{}{}[unsafe.Offsetof(Heap{}.end)-unsafe.Offsetof(Heap{}.cur)-unsafe.Offsetof(Front{}.End)]

type bigBlock struct {
	mem  memory // without slots: unused
	mark bool
}

// A big block's first slot holds its index in Heap.bigs, so that an object that is a
// block of its own finds its entry; the object begins behind it.
const bigPrefix = slotBytes

const (
	nursery = 256 << 10 // bytes allocated between collections while little lives: fits the L2 cache

	// maxBytes is the largest object, whatever the budget: lengths and indexes are kept in
	// 32 bits with room to spare.
	maxBytes = 1 << 30
)

// NewHeap is an empty heap with that budget in bytes (0: none) that draws its memory from
// pool. It takes no memory before the first allocation.
func NewHeap(pool *Pool, limit int) *Heap {
	h := new(Heap)
	h.Init(pool, limit)
	return h
}

// Init makes h, a zero Heap, what NewHeap returns: for a Heap inside another struct.
func (h *Heap) Init(pool *Pool, limit int) {
	h.pool = pool
	h.SetLimit(limit)
}

// SetPool makes h draw from, and give back to, another worker's pool.
func (h *Heap) SetPool(pool *Pool) { h.pool = pool }

// SetLimit changes the budget. It counts from the next growth on.
func (h *Heap) SetLimit(limit int) {
	h.limit = limit
	h.setNext(nursery)
}

// setNext sets where the next collection is due. Past the budget what matters is how
// much lives, which only a collection can tell: the first at the budget itself, the next
// when as much again was allocated.
func (h *Heap) setNext(n int) {
	if h.limit > 0 && n > h.limit {
		n = max(h.limit, 2*h.live)
	}
	h.next = n
}

// WantGC reports whether a collection is due. The VM asks at the start of instructions
// that allocate and then calls Collect.
func (h *Heap) WantGC() bool { return h.wantGC || Invariants }

// AskGC makes a collection due: the VM's own reason.
func (h *Heap) AskGC() { h.wantGC = true }

// Over reports whether the fiber holds, or asked for, more than its budget: the last
// collection found more alive than the limit, or an allocation was refused because no
// collection could have made room for it. The VM turns it into an error after Collect,
// after natives and at the fiber's end.
func (h *Heap) Over() bool { return h.over }

// ClearOver forgets that the budget was passed: the error has been raised.
func (h *Heap) ClearOver() { h.over = false }

// Used is the memory charged to the fiber, in bytes.
func (h *Heap) Used() int { return h.used }

// Live is how much the last collection left.
func (h *Heap) Live() int { return h.live }

// Limit is the budget in bytes; 0 is none.
func (h *Heap) Limit() int { return h.limit }

// Collections is how many collections ran since the last Reset.
func (h *Heap) Collections() int { return h.gcs }

// Copied is how many bytes were copied since the last Reset by growing and by
// copy-on-write, collections not counted. Tests hold algorithms to it.
func (h *Heap) Copied() int { return h.copied }

// Room reports whether n more bytes can be within the budget at all; if not, Over is
// set. Natives ask it before they make something whose size a program chose.
func (h *Heap) Room(n int) bool {
	if n < 0 || n > maxBytes || h.limit > 0 && n > h.limit {
		h.refuse()
		return false
	}
	return true
}

func (h *Heap) refuse() {
	h.over = true
	h.wantGC = true
}

// exhausted reports whether what is allocated is so far past the budget that a native
// should give up rather than go on without a collection.
func (h *Heap) exhausted() bool {
	if h.limit > 0 && h.used > 2*max(h.limit, h.live) {
		h.refuse()
	}
	return h.over
}

func round16(n uintptr) uintptr { return (n + slotBytes - 1) &^ (slotBytes - 1) }

// alloc takes n bytes, a multiple of 16, whose content is arbitrary.
func (h *Heap) alloc(n uintptr) unsafe.Pointer {
	if h.end-h.cur < n {
		return h.allocSlow(n)
	}
	p := *(*unsafe.Pointer)(unsafe.Pointer(&h.cur))
	h.cur += n
	return p
}

//go:noinline
func (h *Heap) allocSlow(n uintptr) unsafe.Pointer {
	if n > bigBytes {
		panic("value: an object that large has a block of its own")
	}
	if h.rest > 0 {
		// What is left of the piece at hand is used as well: an object may span two.
		h.end += pieceBytes
		h.rest -= pieceBytes
		h.charge(pieceBytes)
		return h.alloc(n)
	}
	c := min(len(h.chunks), slabClass-1)
	if h.large || len(h.chunks) >= slabAfter {
		c = slabClass
	}
	for uintptr(chunkSlots[c])*slotBytes < n {
		c++
	}
	m := h.pool.take(c)
	h.chunks = append(h.chunks, m)
	h.open(m.slots)
	h.charge(int(h.end - h.cur))
	p := unsafe.Pointer(&m.slots[0])
	h.cur += n
	return p
}

// open makes m the chunk that objects are placed in.
func (h *Heap) open(m []Value) {
	h.cur = uintptr(unsafe.Pointer(&m[0]))
	h.end = h.cur + uintptr(len(m))*slotBytes
	h.rest = 0
	if len(m) == chunkSlots[slabClass] {
		h.rest = h.end - h.cur - pieceBytes
		h.end = h.cur + pieceBytes
	}
}

func (h *Heap) charge(n int) {
	h.used += n
	if h.used > h.next && !h.moving {
		h.wantGC = true
	}
}

// newBig makes a block with room for n bytes behind its prefix. Callers have asked Room
// where n was a program's choice.
func (h *Heap) newBig(n int) (mem []Value, index int) {
	block := h.pool.takeBig((n + bigPrefix + slotBytes - 1) / slotBytes)
	mem = block.slots
	h.charge(len(mem) * slotBytes)
	if k := len(h.free); k > 0 {
		index = h.free[k-1]
		h.free = h.free[:k-1]
		h.bigs[index] = bigBlock{mem: block}
	} else {
		index = len(h.bigs)
		h.bigs = append(h.bigs, bigBlock{mem: block})
	}
	mem[0].N = uint64(index)
	return mem, index
}

// bigIndex is the place in bigs of the block whose content begins at p.
func bigIndex(p unsafe.Pointer) int {
	return int((*Value)(unsafe.Add(p, -bigPrefix)).N)
}

func (h *Heap) freeBig(index int) {
	b := &h.bigs[index]
	h.used -= len(b.mem.slots) * slotBytes
	h.pool.giveBig(b.mem)
	*b = bigBlock{}
	h.free = append(h.free, index)
}

// Reset ends the life of everything in h at once: the end of a request. One small chunk
// stays, so that the next request starts without asking the pool; nothing is cleared.
func (h *Heap) Reset() {
	if len(h.chunks) == 1 && len(h.chunks[0].slots) == chunkSlots[0] && len(h.bigs) == 0 {
		// Nearly all requests need no more.
		first := h.chunks[0].slots
		poison(first)
		h.open(first)
		h.used = len(first) * slotBytes
	} else {
		h.resetMuch()
	}
	h.live, h.copied, h.gcs = 0, 0, 0
	h.wantGC, h.over, h.large = false, false, false
	h.setNext(nursery)
	h.dropLetters()
}

// resetMuch gives back all memory but one small chunk.
func (h *Heap) resetMuch() {
	var first memory
	for i, m := range h.chunks {
		if first.slots == nil && len(m.slots) == chunkSlots[0] {
			poison(m.slots)
			first = m
		} else {
			h.pool.give(m)
		}
		h.chunks[i] = memory{}
	}
	h.chunks = h.chunks[:0]
	h.cur, h.end, h.rest, h.used = 0, 0, 0, 0
	if first.slots != nil {
		h.chunks = append(h.chunks, first)
		h.open(first.slots)
		h.used = len(first.slots) * slotBytes
	}
	for i := range h.bigs {
		if m := h.bigs[i].mem; m.slots != nil {
			h.pool.giveBig(m)
			h.bigs[i] = bigBlock{}
		}
	}
	h.bigs, h.free = h.bigs[:0], h.free[:0]
}

// Release is Reset without the chunk that stays: the fiber is gone.
func (h *Heap) Release() {
	h.Reset()
	for _, m := range h.chunks {
		h.pool.give(m)
	}
	h.chunks = nil
	h.cur, h.end, h.rest, h.used = 0, 0, 0, 0
}
