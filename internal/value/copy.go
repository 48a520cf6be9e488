package value

import "unsafe"

// placer is where copies go: another heap or a frozen block.
type placer interface {
	place(n uintptr) unsafe.Pointer
}

// place is alloc for objects of any size that will not grow.
func (h *Heap) place(n uintptr) unsafe.Pointer {
	if n > bigBytes {
		m, _ := h.newBig(int(n))
		return unsafe.Pointer(&m[1])
	}
	return h.alloc(n)
}

// copier copies values deeply. Objects that are reachable more than once are copied once
// (else a value made by x = [x, x] forty times would not fit the world); only those carry
// a mark, so only those cost a look into a map.
type copier struct {
	to     placer
	frozen bool
	handle func(Value) Value
	work   []span
	seen   map[Value]Value
	root   Value // a field, so that its address does not send a variable to Go's heap
}

// memoBytes is the length from which a shared text is worth remembering.
const memoBytes = 256

// DeepCopy is a copy of v, which may live anywhere, in h: what crosses from one fiber to
// another. Nothing in it refers to where it came from. handle says what becomes of a
// handle, whose table the other fiber does not have; nil keeps it. Frozen objects are
// copied too. The copy is charged to h, so that a large one makes a collection due.
func (h *Heap) DeepCopy(v Value, handle func(Value) Value) Value {
	if !v.IsRef() {
		if handle != nil && v.Kind() == KindHandle {
			return handle(v)
		}
		return v
	}
	c := &h.pool.copier
	c.to, c.handle = h, handle
	v = c.copy(v)
	c.to, c.handle = nil, nil
	return v
}

func (c *copier) copy(v Value) Value {
	c.root = v
	s := span{unsafe.Pointer(&c.root), 1}
	for {
		for s.n > 0 {
			at := (*Value)(s.p)
			s.n--
			if s.n > 0 {
				s.p = unsafe.Add(s.p, slotBytes)
			}
			if !at.IsRef() {
				if c.handle != nil && at.Kind() == KindHandle {
					*at = c.handle(*at)
				}
				continue
			}
			if in := c.one(at); in.n > 0 {
				if s.n > 0 {
					c.work = append(c.work, s)
				}
				s = in
			}
		}
		n := len(c.work)
		if n == 0 {
			break
		}
		s = c.work[n-1]
		c.work = c.work[:n-1]
	}
	clear(c.seen)
	if cap(c.work) > maxWork {
		c.work = nil
	}
	return c.root
}

// one copies the object that *at refers to, lets *at refer to the copy, and returns the
// copy's slots, which still refer to the originals.
func (c *copier) one(at *Value) span {
	o := at.header()
	k := at.Kind()
	multi := o.shared != 0
	if o.flags&flagFrozen != 0 {
		multi = o.flags&flagMulti != 0
	}
	if k == KindText || k == KindBytes {
		multi = o.shared != 0 && at.ByteLen() >= memoBytes
		if v, ok := shortText(at.Str()); ok && k == KindText {
			*at = v
			return span{}
		}
	}
	from := *at
	if multi {
		if v, ok := c.seen[from]; ok {
			*at = v
			o := v.header()
			o.shared = 1
			if c.frozen { // where shared says nothing
				o.flags |= flagMulti
			}
			return span{}
		}
	}
	var in span
	switch k {
	case KindText, KindBytes:
		n := at.ByteLen()
		size := max(round16(headerBytes+uintptr(n)), objectBytes)
		p := c.to.place(size)
		*(*header)(p) = header{kind: k, len: uint32(n)}
		if size > bigBytes && !c.frozen {
			*(*header)(p) = header{kind: k, flags: flagBig, grow: log2(int(size) + bigPrefix), len: uint32(n)}
		}
		copy(payload(p, 0, n), at.Str())
		at.N = uint64(uintptr(p))
	case KindList:
		in = c.list(at)
	case KindDict:
		in = c.dict(at)
	default:
		src := at.object()
		n := int(src.len)
		p := c.to.place(objectBytes + uintptr(n)*slotBytes)
		copyBlock(p, unsafe.Pointer(src), n+1)
		d := (*object)(p)
		d.header = header{kind: k, len: src.len}
		at.N = uint64(uintptr(p))
		if n > 0 {
			in = span{unsafe.Add(p, objectBytes), n}
		}
	}
	d := at.header()
	if c.frozen {
		d.flags |= flagFrozen
		d.shared = 1
	}
	if multi {
		if c.seen == nil {
			c.seen = make(map[Value]Value)
		}
		c.seen[from] = *at
	}
	return in
}

func (c *copier) list(at *Value) span {
	src := at.List()
	n := int(src.len)
	size := uintptr(n) * slotBytes
	if size <= bigBytes-listBytes || c.frozen {
		p := c.to.place(listBytes + size)
		l := (*List)(p)
		*l = List{header: header{kind: KindList, len: uint32(n)}, cap: uint32(n)}
		at.N = uint64(uintptr(p))
		if n == 0 {
			return span{}
		}
		d := unsafe.Add(p, listBytes)
		l.data = uintptr(d)
		copyBlock(d, pointer(&src.data), n)
		return span{d, n}
	}
	l := (*List)(c.to.place(listBytes))
	*l = List{header: header{kind: KindList, len: uint32(n)}}
	c.to.(*Heap).bigData(l, n)
	d := pointer(&l.data)
	copyBlock(d, pointer(&src.data), n)
	at.N = uint64(uintptr(unsafe.Pointer(l)))
	return span{d, n}
}

func (c *copier) dict(at *Value) span {
	src := at.dict()
	d := (*dict)(c.to.place(dictBytes))
	*d = dict{header: header{kind: KindDict, flags: src.flags & flagOrdered, len: src.len}, used: src.used, room: src.room}
	from := src.data
	at.N = uint64(uintptr(unsafe.Pointer(d)))
	if d.room == 0 {
		return span{}
	}
	size := d.blockBytes()
	p := c.to.place(size)
	if size > bigBytes && !c.frozen {
		d.flags |= flagBig
	}
	d.data = uintptr(p)
	q := pointer(&from)
	copyBlock(p, q, int(d.used)*2)
	table := uintptr(d.room) * entryBytes
	copyBlock(unsafe.Add(p, table), unsafe.Add(q, table), int((size-table)/slotBytes))
	if d.used == 0 {
		return span{}
	}
	return span{p, int(d.used) * 2}
}
