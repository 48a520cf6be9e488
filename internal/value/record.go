package value

import "unsafe"

// Record is a record with a class: its slots stand in the order of the class's names.
// A *Record is an address in an arena: good until the next collection.
type Record struct{ object }

// Record is the object of v, which must be of KindRecord.
func (v *Value) Record() *Record { return (*Record)(*(*unsafe.Pointer)(unsafe.Pointer(&v.N))) }

// ClassAddress is the address of r's class: what an inline cache compares.
func (r *Record) ClassAddress() uintptr { return r.word }

// Class is r's class.
func (r *Record) Class() *Class { return (*Class)(*(*unsafe.Pointer)(unsafe.Pointer(&r.word))) }

// Slot is the field in that slot, unchecked.
func (r *Record) Slot(i int) *Value {
	return (*Value)(unsafe.Add(unsafe.Pointer(r), objectBytes+i*slotBytes))
}

// Shared reports whether a write must copy first.
func (r *Record) Shared() bool { return r.shared != 0 }

// RecordSlots and RecordClass are the offsets of a record's first slot and of its class,
// for machine code and for inline caches that keep byte offsets.
const (
	RecordSlots  = objectBytes
	RecordClass  = headerBytes
	SharedOffset = 1 // of the shared mark in every object
)

// spareFields is the room a record gets beyond what it needs when it grows.
const spareFields = 4

// NewRecord makes a record of class c from its fields in slot order. fields may lie in
// registers; it is copied. It does not mark what the fields refer to.
func (h *Heap) NewRecord(c *Class, fields []Value) Value {
	n := len(c.names)
	o := (*object)(h.alloc(objectBytes + uintptr(n)*slotBytes))
	o.header = header{kind: KindRecord, len: uint32(n)}
	o.word = c.Address()
	s := o.slots()
	for i := range s { // few: cheaper than a call of memmove
		s[i] = fields[i]
	}
	return refTo(unsafe.Pointer(o), KindRecord)
}

// NewRecordSize makes the empty record with room for so many fields, for those who set
// them one by one.
func (h *Heap) NewRecordSize(room int) Value {
	o := h.newObject(KindRecord, Empty.Address(), min(room, MaxFields))
	clear(o.slots())
	return refTo(unsafe.Pointer(o), KindRecord)
}

// FieldCount is the number of fields of v, which must be a record.
func (v *Value) FieldCount() int {
	if v.Kind() == KindDict {
		return int(v.dict().len)
	}
	return len(v.Record().Class().names)
}

// Field is the field of that name of a record or error; ok is false if there is none (or
// v is neither). The pointer is into the object: read, or copy and Share, before the next
// allocation.
func (v *Value) Field(name string) (field *Value, ok bool) {
	switch v.Kind() {
	case KindRecord:
		r := v.Record()
		if i := r.Class().Slot(name); i >= 0 {
			return r.Slot(i), true
		}
	case KindDict:
		if e := v.dict().find(name); e != nil {
			return &e.val, true
		}
	case KindError:
		if i := ErrorField(name); i >= 0 {
			return v.object().slot(i), true
		}
	}
	return nil, false
}

// SetField sets the field of that name of the record in *slot to x, which the caller has
// marked if it is kept elsewhere too. key is the name as text. A shared record is copied
// one level first and *slot then refers to the copy. A name that the record does not have
// is added.
//
// computed says that the name is data rather than program text: then a record that has no
// such field, and no class that has been seen with it, becomes a dict.
func (h *Heap) SetField(slot *Value, key Value, x Value, computed bool) {
	if slot.Kind() == KindDict {
		h.dictSet(slot, key, x)
		return
	}
	r := slot.Record()
	c := r.Class()
	name := key.Str()
	if i := c.Slot(name); i >= 0 {
		if r.shared != 0 {
			r = h.copyRecord(slot, 0)
		}
		*r.Slot(i) = x
		return
	}
	var d *Class
	if !computed {
		d = c.step(name, runClasses)
	} else if d = c.known(name); d == nil && c.shape != nil {
		d = c.step(name, runClasses)
	}
	if d == nil {
		h.toDict(slot)
		h.dictSet(slot, key, x)
		return
	}
	h.AddField(slot, d, x)
}

// AddField gives the record in *slot its next field, by which its class becomes next:
// the fast path of a store whose inline cache knows the transition.
func (h *Heap) AddField(slot *Value, next *Class, x Value) {
	r := slot.Record()
	n := len(next.names) - 1
	if r.shared != 0 {
		r = h.copyRecord(slot, spareFields)
	} else if int(r.len) == n {
		r = h.growRecord(slot)
	}
	r.word = next.Address()
	*r.Slot(n) = x
}

// copyRecord is the slow path of a write: *slot gets a record of its own with that much
// spare room, and what the two now both refer to is marked.
func (h *Heap) copyRecord(slot *Value, spare int) *Record {
	r := slot.Record()
	n := len(r.Class().names)
	o := h.newObject(KindRecord, r.word, n+spare)
	shareAll(r.slots()[:n])
	s := o.slots()
	copy(s, r.slots()[:n])
	clear(s[n:])
	h.copied += n * slotBytes
	*slot = refTo(unsafe.Pointer(o), KindRecord)
	return (*Record)(unsafe.Pointer(o))
}

// growRecord makes room for more fields: in place when the record is the arena's last
// object, else in a larger one.
func (h *Heap) growRecord(slot *Value) *Record {
	r := slot.Record()
	n := int(r.len)
	if uintptr(unsafe.Pointer(r))+objectBytes+uintptr(n)*slotBytes == h.cur && h.end-h.cur >= spareFields*slotBytes {
		h.cur += spareFields * slotBytes
		r.len += spareFields
		clear(r.slots()[n:])
		return r
	}
	o := h.newObject(KindRecord, r.word, n+spareFields)
	s := o.slots()
	copy(s, r.slots())
	clear(s[n:])
	h.copied += n * slotBytes
	*slot = refTo(unsafe.Pointer(o), KindRecord)
	return (*Record)(unsafe.Pointer(o))
}

// RemoveField takes a field out of the record in *slot; false if there is none. A shaped
// record becomes a plain one.
func (h *Heap) RemoveField(slot *Value, name string) bool {
	if slot.Kind() == KindDict {
		return h.dictRemove(slot, name)
	}
	r := slot.Record()
	old := r.Class()
	at := old.Slot(name)
	if at < 0 {
		return false
	}
	c := Empty
	for i, n := range old.names {
		if i == at {
			continue
		}
		if c = c.Step(n); c == nil {
			h.toDict(slot)
			return h.dictRemove(slot, name)
		}
	}
	if r.shared != 0 {
		r = h.copyRecord(slot, 0)
	}
	s := r.slots()
	copy(s[at:], s[at+1:len(old.names)])
	s[len(old.names)-1] = Value{}
	r.word = c.Address()
	return true
}

// Unshare makes the object in *slot the slot's own, by a one-level copy if it is shared,
// so that pointers into it may be written through. Text, numbers and whatever else is
// never written is left alone.
func (h *Heap) Unshare(slot *Value) {
	if !IsShared(slot) {
		return
	}
	switch slot.Kind() {
	case KindRecord:
		h.copyRecord(slot, 0)
	case KindDict:
		h.copyDict(slot)
	case KindList:
		h.copyList(slot, 0)
	}
}

// ShapeOf is the shape of v; nil for everything but shaped records.
func (v *Value) ShapeOf() *Shape {
	if v.Kind() != KindRecord {
		return nil
	}
	return v.Record().Class().shape
}

// Keys is the list of the names of a record's fields, and Values that of what is in them,
// both in byte order of the names. The values are marked.
func (h *Heap) Keys(v *Value) Value { return h.fieldList(v, true) }

// Values is described with Keys.
func (h *Heap) Values(v *Value) Value { return h.fieldList(v, false) }

func (h *Heap) fieldList(v *Value, keys bool) Value {
	n := v.FieldCount()
	l := h.newList(n, n)
	s := l.Slots()
	out := refTo(unsafe.Pointer(l), KindList)
	if len(s) < n {
		return out // refused
	}
	if v.Kind() == KindDict {
		w := &h.pool.writer
		order := v.dict().appendOrder(w.order[:0])
		es := v.dict().entries()
		for i, k := range order {
			s[i] = es[k].val
			if keys {
				s[i] = es[k].key
			}
		}
		w.order = order[:0]
	} else {
		r := v.Record()
		c := r.Class()
		for i, k := range c.order {
			s[i] = *r.Slot(int(k))
			if keys {
				s[i] = c.keys[k]
			}
		}
	}
	shareAll(s)
	return out
}
