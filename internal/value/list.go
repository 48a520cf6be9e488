package value

import "unsafe"

// List is the object of a list. Its elements stand in one block that is either right
// behind the List, or elsewhere in the arena, or a big block of its own. A *List is an
// address in an arena: good until the next collection.
type List struct {
	header         // len: elements
	data   uintptr // of the first element
	cap    uint32
	_      uint32
	_      uint64
}

const listBytes = 32

var _ = [1]struct{}{}[unsafe.Sizeof(List{})-listBytes]

// ListLen and ListData are the offsets of a list's length (uint32) and of the address of
// its elements, for machine code.
const (
	ListLen  = 4
	ListData = headerBytes
)

// List is the object of v, which must be of KindList.
func (v *Value) List() *List { return (*List)(*(*unsafe.Pointer)(unsafe.Pointer(&v.N))) }

// Len is the number of elements.
func (l *List) Len() int { return int(l.len) }

// Cap is the number of elements there is room for.
func (l *List) Cap() int { return int(l.cap) }

// Shared reports whether a write must copy first.
func (l *List) Shared() bool { return l.shared != 0 }

// At is element i, unchecked: i must be below Len.
func (l *List) At(i int) *Value {
	return (*Value)(unsafe.Add(*(*unsafe.Pointer)(unsafe.Pointer(&l.data)), i*slotBytes))
}

// Slots are the elements. Who writes to them must know that the list is not shared.
func (l *List) Slots() []Value {
	if l.len == 0 {
		return nil
	}
	return unsafe.Slice((*Value)(pointer(&l.data)), int(l.len))
}

// TrySet sets element i if there is one and the list is not shared: the part of SetIndex
// that inlines. False: call SetIndex, or report the index.
func (l *List) TrySet(i int, x *Value) bool {
	if uint(i) >= uint(l.len) || l.shared != 0 {
		return false
	}
	*l.At(i) = *x
	return true
}

// TryAppend appends if the list has room and is not shared: the part of Append that
// inlines. False: call Append.
func (l *List) TryAppend(x *Value) bool {
	n := l.len
	if n == l.cap || l.shared != 0 {
		return false
	}
	l.len = n + 1
	*l.At(int(n)) = *x
	return true
}

// NewList makes a list of n elements with room for capacity (at least n). The elements
// are arbitrary bits: the caller fills Slots before anything else happens. Who lets a
// program choose n asks Room first; a list that the budget refuses is empty.
func (h *Heap) NewList(n, capacity int) Value {
	l := h.newList(n, max(n, capacity))
	return refTo(unsafe.Pointer(l), KindList)
}

func (h *Heap) newList(n, capacity int) *List {
	size := uintptr(capacity) * slotBytes
	if size > bigBytes-listBytes {
		return h.newBigList(n, capacity)
	}
	l := (*List)(h.alloc(listBytes + size))
	*l = List{header: header{kind: KindList, len: uint32(n)}, cap: uint32(capacity)}
	l.data = uintptr(unsafe.Pointer(l)) + listBytes
	if capacity == 0 {
		l.data = 0 // an address behind the last object of a chunk would be nobody's
	}
	return l
}

func (h *Heap) newBigList(n, capacity int) *List {
	l := (*List)(h.alloc(listBytes))
	*l = List{header: header{kind: KindList}}
	if capacity > maxBytes/slotBytes || !h.Room(capacity*slotBytes) {
		h.refuse()
		return l
	}
	h.bigData(l, capacity)
	l.len = uint32(n)
	return l
}

// bigData gives l a new big block.
func (h *Heap) bigData(l *List, capacity int) {
	m, _ := h.newBig(capacity * slotBytes)
	l.data = uintptr(unsafe.Pointer(&m[1]))
	l.cap = uint32(len(m) - 1)
	l.flags |= flagBig
}

// NewListOf makes a list of copies of the slots. It does not mark what they refer to.
func (h *Heap) NewListOf(elems []Value) Value {
	l := h.newList(len(elems), len(elems))
	copy(l.Slots(), elems)
	return refTo(unsafe.Pointer(l), KindList)
}

// Append puts x behind the last element of the list in *slot, in amortised constant time
// when the list is not shared; a shared one is copied first and *slot then refers to the
// copy.
func (h *Heap) Append(slot *Value, x Value) {
	l := slot.List()
	if l.shared != 0 || l.len == l.cap {
		l = h.makeRoom(slot)
		if l == nil {
			return
		}
	}
	n := l.len
	l.len = n + 1
	*l.At(int(n)) = x
}

// makeRoom makes the list in *slot the slot's own, with room for at least one more; nil
// if the budget refuses.
//
//go:noinline
func (h *Heap) makeRoom(slot *Value) *List {
	l := slot.List()
	n := int(l.len)
	if l.shared != 0 {
		return h.copyList(slot, max(4, n))
	}
	if !h.reserve(l, max(4, 2*n)) {
		return nil
	}
	return l
}

// Reserve makes room for at least capacity elements in the list in *slot, which must not
// be shared. False: the budget refuses.
func (h *Heap) Reserve(slot *Value, capacity int) bool {
	l := slot.List()
	return capacity <= int(l.cap) || h.reserve(l, capacity)
}

func (h *Heap) reserve(l *List, capacity int) bool {
	size := uintptr(capacity) * slotBytes
	old, oldBig := l.data, l.flags&flagBig != 0
	if size <= bigBytes-listBytes {
		if old != 0 && !oldBig {
			if end := old + uintptr(l.cap)*slotBytes; end == h.cur && size-uintptr(l.cap)*slotBytes <= h.end-end {
				h.cur = old + size // the arena's last object: grow where it is
				l.cap = uint32(capacity)
				return true
			}
		}
		from := l.Slots()
		l.data = uintptr(h.alloc(size))
		l.cap = uint32(capacity)
		copy(l.Slots(), from)
		h.copied += len(from) * slotBytes
		return true
	}
	if capacity > maxBytes/slotBytes || h.limit > 0 && int(size) > h.limit {
		// Doubling passes the budget: perhaps a quarter more does not.
		capacity = min(int(l.len)+int(l.len)/4+1, maxBytes/slotBytes)
		if capacity <= int(l.cap) || !h.Room(capacity*slotBytes) {
			h.refuse()
			return false
		}
	}
	from, n := l.Slots(), l.len
	i := -1
	if oldBig {
		i = bigIndex(pointer(&old))
	}
	h.bigData(l, capacity)
	l.len = n
	copy(l.Slots(), from)
	h.copied += len(from) * slotBytes
	if i >= 0 {
		h.freeBig(i) // it had one owner: no need to wait for a collection
	}
	return true
}

// copyList is the slow path of a write: *slot gets a list of its own with that much spare
// room (less if the budget is near), and what the two now both refer to is marked. It is
// never refused: it is no larger than what was there already, and a write that silently
// went to the shared list instead would show elsewhere.
func (h *Heap) copyList(slot *Value, spare int) *List {
	l := slot.List()
	n := int(l.len)
	if h.limit > 0 && (n+spare)*slotBytes > h.limit {
		spare = min(spare, max(4, n/4))
	}
	var q *List
	if size := (n + spare) * slotBytes; size <= bigBytes-listBytes {
		q = h.newList(n, n+spare)
	} else {
		q = (*List)(h.alloc(listBytes))
		*q = List{header: header{kind: KindList, len: uint32(n)}}
		h.bigData(q, n+spare)
	}
	shareAll(l.Slots())
	copy(q.Slots(), l.Slots())
	h.copied += n * slotBytes
	*slot = refTo(unsafe.Pointer(q), KindList)
	return q
}

// SetIndex sets element i, which must exist, of the list in *slot; a shared list is
// copied one level first.
func (h *Heap) SetIndex(slot *Value, i int, x Value) {
	l := slot.List()
	if l.shared != 0 {
		l = h.copyList(slot, 0)
	}
	*l.At(i) = x
}

// SliceList makes a list of count elements of v from the given one on, all of which must
// exist. The elements are marked.
func (h *Heap) SliceList(v *Value, from, count int) Value {
	l := v.List()
	q := h.newList(count, count)
	if q.len == 0 {
		return refTo(unsafe.Pointer(q), KindList)
	}
	s := l.Slots()[from : from+count]
	shareAll(s)
	copy(q.Slots(), s)
	h.copied += count * slotBytes
	return refTo(unsafe.Pointer(q), KindList)
}

// AppendAll puts the elements of another list behind those of the list in *slot: a spread
// or a concatenation. They are marked.
func (h *Heap) AppendAll(slot, other *Value) {
	l := slot.List()
	m := int(other.List().len)
	if m == 0 {
		return
	}
	n := int(l.len)
	if l.shared != 0 {
		l = h.copyList(slot, max(n, m))
	}
	if int(l.cap) < n+m && !h.reserve(l, max(n+m, 2*n)) {
		return
	}
	from := other.List().Slots()
	shareAll(from)
	l.len = uint32(n + m)
	copy(l.Slots()[n:], from)
}

// Truncate drops the elements from n on of the list in *slot, and RemoveAt the one at i;
// both copy a shared list first.
func (h *Heap) Truncate(slot *Value, n int) {
	if slot.List().shared != 0 {
		*slot = h.SliceList(slot, 0, n)
		return
	}
	slot.List().len = uint32(n)
}

// RemoveAt takes element i, which must exist, out of the list in *slot.
func (h *Heap) RemoveAt(slot *Value, i int) {
	h.Unshare(slot)
	l := slot.List()
	if s := l.Slots(); i < len(s) {
		copy(s[i:], s[i+1:])
		l.len--
	}
}
