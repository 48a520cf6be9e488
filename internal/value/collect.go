package value

import (
	"slices"
	"unsafe"
)

// span is a run of slots that have still to be looked at.
type span struct {
	p unsafe.Pointer
	n int
}

// Collect moves everything reachable from the roots into fresh chunks, rewrites the
// roots, and gives the old chunks back. Afterwards every address taken before it is
// wrong. It does not recurse: how deep a value nests costs a work list, not Go's stack.
//
// roots are the ranges of slots that the fiber still needs, each object reachable from
// them moves once, whatever number of references it has; shared marks are kept. Handles
// and frozen objects are left alone. All slots must be initialised: a stale address in
// one of them is followed.
func (h *Heap) Collect(roots ...[]Value) { h.CollectWith(nil, roots...) }

// CollectNamed is Collect, and says which of n things in the fiber's table, whose places
// begin at first, a handle among what lives names. The answer is good until the next call
// on a heap of the same pool.
func (h *Heap) CollectNamed(n int, first uint32, roots ...[]Value) []bool {
	c := &h.pool.collector
	c.named = slices.Grow(c.named[:0], n)[:n]
	clear(c.named)
	c.first = first
	h.Collect(roots...)
	named := c.named
	c.named = named[:0]
	return named
}

// CollectWith is Collect with more roots, which more must pass to visit one by one.
func (h *Heap) CollectWith(more func(visit func(*Value)), roots ...[]Value) {
	used := h.used
	old := h.chunks
	h.chunks = h.pool.list[:0]
	h.used += int(h.rest) // of slabs it is all of them that go
	h.cur, h.end, h.rest = 0, 0, 0
	h.moving = true
	h.large = len(old) > 0 && len(old[len(old)-1].slots) == chunkSlots[slabClass]
	for _, m := range old {
		h.used -= len(m.slots) * slotBytes
	}
	h.dropLetters()

	c := &h.pool.collector
	c.h = h
	for _, r := range roots {
		if len(r) > 0 {
			c.drain(span{unsafe.Pointer(&r[0]), len(r)})
		}
	}
	if more != nil {
		more(func(v *Value) { c.drain(span{unsafe.Pointer(v), 1}) })
	}
	c.h = nil
	if cap(c.work) > maxWork {
		c.work = nil
	}

	for i := range h.bigs {
		b := &h.bigs[i]
		if b.mem.slots != nil && !b.mark {
			h.freeBig(i)
		}
		b.mark = false
	}
	for i, m := range old {
		h.pool.give(m)
		old[i] = memory{}
	}
	h.pool.list = old[:0]
	h.moving = false
	h.gcs++
	h.wantGC = false
	h.live = h.used - int(h.end-h.cur)
	if h.limit > 0 && h.live > h.limit {
		h.over = true
	}
	// Where most dies, a nursery that fits the cache is best; where much survives,
	// copying it again soon would be the cost.
	least, factor := nursery, 3
	if h.live > used/3 {
		factor = 10
		if h.limit == 0 && h.live > used/4*3 && h.live > nursery {
			least = building
		}
	}
	h.setNext(max(least, factor*h.live))
}

// building is what is allocated between collections, at least, by who has no budget and whose
// memory was nearly all alive at the last one: it makes something large, and would copy all of
// it each time.
const building = 64 << 20

// maxWork is the work list that a pool keeps, in spans.
const maxWork = 1 << 14

type collector struct {
	h     *Heap
	work  []span
	named []bool // see CollectNamed; empty: nobody asks
	first uint32
}

// name marks what a handle names.
func (c *collector) name(v *Value) {
	if v.Kind() != KindHandle || v.HandleGlobal() {
		return
	}
	if i := v.HandleIndex() - c.first; int(i) < len(c.named) { // a smaller index wraps round
		c.named[i] = true
	}
}

// drain looks at every slot of s and of all that it leads to. When it finds an object it
// goes on there at once and remembers the rest of where it was: the list is as long as
// values are deep, not as they are wide, and neighbours in the graph become neighbours
// in memory.
func (c *collector) drain(s span) {
	base := len(c.work)
	naming := len(c.named) > 0
	for {
		for s.n > 0 {
			v := (*Value)(s.p)
			s.n--
			if s.n > 0 {
				s.p = unsafe.Add(s.p, slotBytes)
			}
			if v.M&refBit == 0 {
				if naming {
					c.name(v)
				}
				continue
			}
			o := v.header()
			if o.flags&(flagFrozen|flagMoved) != 0 {
				if o.flags&flagMoved != 0 {
					v.N = uint64((*object)(unsafe.Pointer(o)).word)
				}
				continue
			}
			var in span
			switch o.kind {
			case KindText, KindBytes:
				c.moveText(v, o)
				continue
			case KindList:
				in = c.moveList(v)
			case KindDict:
				in = c.moveDict(v)
			default:
				in = c.moveObject(v)
			}
			if in.n > 0 {
				if s.n > 0 {
					c.work = append(c.work, s)
				}
				s = in
			}
		}
		n := len(c.work)
		if n == base {
			return
		}
		s = c.work[n-1]
		c.work = c.work[:n-1]
	}
}

// moved leaves the new address behind and puts it into the slot.
func moved(v *Value, o *header, p unsafe.Pointer) {
	o.flags |= flagMoved
	(*object)(unsafe.Pointer(o)).word = uintptr(p)
	v.N = uint64(uintptr(p))
}

func (c *collector) moveObject(v *Value) span {
	o := v.object()
	n := int(o.len)
	p := c.h.alloc(objectBytes + uintptr(n)*slotBytes)
	copyBlock(p, unsafe.Pointer(o), n+1)
	moved(v, &o.header, p)
	if n == 0 {
		return span{}
	}
	return span{unsafe.Add(p, objectBytes), n}
}

func (c *collector) moveText(v *Value, o *header) {
	if o.flags&flagBig != 0 {
		c.h.bigs[bigIndex(unsafe.Pointer(o))].mark = true
		return
	}
	n := round16(headerBytes + uintptr(o.len))
	n = max(n, objectBytes)
	p := c.h.alloc(n)
	copyBlock(p, unsafe.Pointer(o), int(n/slotBytes))
	(*header)(p).grow = 0 // room to grow is made again when it is needed again
	moved(v, o, p)
}

func (c *collector) moveList(v *Value) span {
	o := v.List()
	n, room := int(o.len), int(o.cap)
	if o.flags&flagBig != 0 {
		c.h.bigs[bigIndex(pointer(&o.data))].mark = true
		p := c.h.alloc(listBytes)
		q := (*List)(p)
		*q = *o
		moved(v, &o.header, p)
		return span{pointer(&q.data), n}
	}
	if o.shared != 0 {
		room = n // the next append copies it anyway
	}
	p := c.h.alloc(listBytes + uintptr(room)*slotBytes)
	q := (*List)(p)
	*q = *o
	if n == 0 && room == 0 {
		q.data, q.cap = 0, 0
		moved(v, &o.header, p)
		return span{}
	}
	d := unsafe.Add(p, listBytes)
	copyBlock(d, pointer(&o.data), n)
	q.data, q.cap = uintptr(d), uint32(room)
	moved(v, &o.header, p)
	return span{d, n}
}

func (c *collector) moveDict(v *Value) span {
	o := v.dict()
	p := c.h.alloc(dictBytes)
	q := (*dict)(p)
	*q = *o
	moved(v, &o.header, p)
	if o.room == 0 {
		return span{}
	}
	d := pointer(&q.data) // the old object's is overwritten by now
	if o.flags&flagBig != 0 {
		c.h.bigs[bigIndex(d)].mark = true
	} else {
		n := o.blockBytes()
		to := c.h.alloc(n)
		// Entries beyond those in use are arbitrary; the index stands behind all of them.
		copyBlock(to, d, int(o.used)*2)
		at := uintptr(o.room) * entryBytes
		copyBlock(unsafe.Add(to, at), unsafe.Add(d, at), int((n-at)/slotBytes))
		q.data = uintptr(to)
		d = to
	}
	if o.used == 0 {
		return span{}
	}
	return span{d, int(o.used) * 2}
}

// copyBlock copies n slots.
func copyBlock(to, from unsafe.Pointer, n int) {
	copy(unsafe.Slice((*Value)(to), n), unsafe.Slice((*Value)(from), n))
}
