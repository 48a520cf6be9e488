package value

import (
	"bytes"
	"hash/maphash"
	"math/bits"
	"slices"
	"unsafe"
)

// dict is a record in dictionary mode: entries in order of insertion, and a table of
// their numbers found by a seeded hash of the key (so that nobody outside can choose keys
// that collide). Both stand in one block: room entries, then the table.
type dict struct {
	header         // len: live entries
	data   uintptr // the block; none while room is 0
	used   uint32  // entries in use, removed ones included
	room   uint32  // entries the block has space for
	pad    uint64
}

type entry struct{ key, val Value } // key of a removed entry: Undef

const (
	dictBytes  = 32
	entryBytes = 2 * slotBytes
	minRoom    = 8
)

var _ = [1]struct{}{}[unsafe.Sizeof(dict{})-dictBytes]

var hashSeed = maphash.MakeSeed()

// secrets are other random numbers of this process.
var secrets = [3]uint64{maphash.String(hashSeed, "0"), maphash.String(hashSeed, "1"), maphash.String(hashSeed, "2")}

// hash is where a key is looked for. Names are short: up to 16 bytes it is wyhash, two
// multiplications; who doesn't know the secrets can't choose names that collide.
func hash(name string) uint64 {
	n := len(name)
	if n > 16 {
		return maphash.String(hashSeed, name)
	}
	var a, b uint64
	p := unsafe.Pointer(unsafe.StringData(name))
	switch {
	case n >= 8:
		a = *(*uint64)(p)
		b = *(*uint64)(unsafe.Add(p, n-8))
	case n >= 4:
		a = uint64(*(*uint32)(p))
		b = uint64(*(*uint32)(unsafe.Add(p, n-4)))
	case n > 0:
		a = uint64(*(*uint8)(p))<<16 | uint64(*(*uint8)(unsafe.Add(p, n>>1)))<<8 | uint64(*(*uint8)(unsafe.Add(p, n-1)))
	}
	b, a = bits.Mul64(a^secrets[1], b^secrets[0])
	b, a = bits.Mul64(a^secrets[0]^uint64(n), b^secrets[1]^secrets[2])
	return a ^ b
}

func (v *Value) dict() *dict { return (*dict)(*(*unsafe.Pointer)(unsafe.Pointer(&v.N))) }

// tableSize is the length of the table: twice the room, so that at most half is in use.
func (d *dict) tableSize() int { return int(d.room) * 2 }

// blockBytes is the size of the block: room is a power of two from minRoom on, so it is a
// multiple of 16.
func (d *dict) blockBytes() uintptr { return dictBlock(int(d.room)) }

func dictBlock(room int) uintptr { return uintptr(room) * (entryBytes + 2*4) }

func (d *dict) entries() []entry {
	if d.room == 0 {
		return nil
	}
	return unsafe.Slice((*entry)(pointer(&d.data)), int(d.used))
}

// table holds entry numbers plus one; 0 is a free place.
func (d *dict) table() []uint32 {
	return unsafe.Slice((*uint32)(unsafe.Add(pointer(&d.data), uintptr(d.room)*entryBytes)), d.tableSize())
}

func (d *dict) find(name string) *entry {
	if d.room == 0 {
		return nil
	}
	entries := pointer(&d.data)
	table := unsafe.Add(entries, uintptr(d.room)*entryBytes)
	mask := uint64(d.tableSize() - 1)
	for i := hash(name) & mask; ; i = (i + 1) & mask {
		k := *(*uint32)(unsafe.Add(table, i*4))
		if k == 0 {
			return nil
		}
		e := (*entry)(unsafe.Add(entries, uintptr(k-1)*entryBytes))
		if e.key.M>>textShift != uint64(len(name)) || e.key.M&kindMask != uint64(KindText) {
			continue
		}
		// A key that the program's text names is mostly the very text.
		if s := e.key.Str(); unsafe.StringData(s) == unsafe.StringData(name) || s == name {
			return e
		}
	}
}

// findKey is find for a key that is a text of the program or of the fiber. Programs ask for the same
// texts again and again, so the pool remembers at which entry the text at an address was found last:
// if that holds the very text, it is the one.
func (h *Heap) findKey(d *dict, key *Value) *entry {
	g := &h.pool.guess[uint8(key.N>>4)] // texts are laid 16 bytes apart
	if k := uint32(*g); k < d.used {
		e := (*entry)(unsafe.Add(pointer(&d.data), uintptr(k)*entryBytes))
		if e.key.N == key.N && e.key.M == key.M {
			return e
		}
	}
	e := d.find(key.Str())
	if e != nil {
		*g = uint16((uintptr(unsafe.Pointer(e)) - d.data) / entryBytes)
	}
	return e
}

// enter puts entry number k into the table, which has a free place.
func (d *dict) enter(t []uint32, name string, k int) {
	mask := uint64(len(t) - 1)
	i := hash(name) & mask
	for t[i] != 0 {
		i = (i + 1) & mask
	}
	t[i] = uint32(k + 1)
}

func (h *Heap) newDict(room int) *dict {
	d := (*dict)(h.alloc(dictBytes))
	*d = dict{header: header{kind: KindDict, flags: flagOrdered}}
	if room > 0 {
		h.dictBlock(d, max(minRoom, ceilPow2(room)))
	}
	return d
}

// NewDict makes an empty record in dictionary mode with room for so many keys.
func (h *Heap) NewDict(room int) Value {
	return refTo(unsafe.Pointer(h.newDict(room)), KindDict)
}

func ceilPow2(n int) int {
	p := 1
	for p < n {
		p *= 2
	}
	return p
}

// dictBlock gives d a new empty block.
func (h *Heap) dictBlock(d *dict, room int) {
	n := dictBlock(room)
	if n > bigBytes {
		m, _ := h.newBig(int(n))
		d.data = uintptr(unsafe.Pointer(&m[1]))
		d.flags |= flagBig
	} else {
		d.data = uintptr(h.alloc(n))
		d.flags &^= flagBig
	}
	d.room, d.used = uint32(room), 0
	clear(d.table())
}

// rebuild moves the live entries of from into a new block of d. d may be from.
func (h *Heap) rebuild(d, from *dict, room int) {
	es := from.entries()
	big := -1
	if d == from && from.flags&flagBig != 0 {
		big = bigIndex(pointer(&from.data))
	}
	h.dictBlock(d, room)
	t := d.table()
	d.used = uint32(from.len)
	to := d.entries()
	k := 0
	for i := range es {
		if es[i].key.IsUndef() {
			continue
		}
		to[k] = es[i]
		d.enter(t, to[k].key.Str(), k)
		k++
	}
	d.len = uint32(k)
	h.copied += k * entryBytes
	if big >= 0 {
		h.freeBig(big)
	}
}

func (h *Heap) copyDict(slot *Value) *dict {
	from := slot.dict()
	d := (*dict)(h.alloc(dictBytes))
	*d = dict{header: header{kind: KindDict, flags: from.flags & flagOrdered}}
	if from.len > 0 {
		h.rebuild(d, from, max(minRoom, ceilPow2(int(from.len)+1)))
		for i := range d.entries() {
			Share(&d.entries()[i].key)
			Share(&d.entries()[i].val)
		}
	}
	*slot = refTo(unsafe.Pointer(d), KindDict)
	return d
}

// toDict turns the record in *slot into a dict.
func (h *Heap) toDict(slot *Value) {
	r := slot.Record()
	c := r.Class()
	if r.shared != 0 {
		shareAll(r.slots()[:len(c.names)])
	}
	d := h.newDict(len(c.names) + 1)
	t := d.table()
	d.used = uint32(len(c.names))
	d.len = d.used
	es := d.entries()
	for k, i := range c.order { // so that the entries start out ordered
		es[k] = entry{c.keys[i], *r.Slot(int(i))}
		d.enter(t, c.names[i], k)
	}
	h.copied += len(es) * entryBytes
	*slot = refTo(unsafe.Pointer(d), KindDict)
}

func (h *Heap) dictSet(slot *Value, key, x Value) {
	d := slot.dict()
	if d.shared != 0 {
		d = h.copyDict(slot)
	}
	if e := h.findKey(d, &key); e != nil {
		e.val = x
		return
	}
	name := key.Str()
	if d.used == d.room {
		room := max(minRoom, int(d.room))
		if int(d.len) > room/2 {
			room *= 2
		}
		if !h.Room(int(dictBlock(room))) {
			return
		}
		h.rebuild(d, d, room)
	}
	k := int(d.used)
	d.used++
	d.len++
	Share(&key)
	es := d.entries()
	es[k] = entry{key, x}
	d.enter(d.table(), name, k)
	if d.flags&flagOrdered != 0 && k > 0 && es[k-1].key.Str() > name {
		d.flags &^= flagOrdered
	}
}

func (h *Heap) dictRemove(slot *Value, name string) bool {
	d := slot.dict()
	if d.find(name) == nil {
		return false
	}
	if d.shared != 0 {
		d = h.copyDict(slot)
	}
	e := d.find(name)
	// The entry keeps its place in the table, so that keys behind it are still found.
	*e = entry{Undef, Nil}
	d.len--
	d.flags &^= flagOrdered
	return true
}

// appendOrder appends the numbers of the live entries in byte order of their keys.
func (d *dict) appendOrder(dst []uint32) []uint32 {
	es := d.entries()
	at := len(dst)
	for i := range es {
		if !es[i].key.IsUndef() {
			dst = append(dst, uint32(i))
		}
	}
	if d.flags&flagOrdered == 0 {
		slices.SortFunc(dst[at:], func(a, b uint32) int {
			return bytes.Compare(es[a].key.bytes(), es[b].key.bytes())
		})
	}
	return dst
}
