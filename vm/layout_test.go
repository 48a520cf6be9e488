package vm

import (
	"testing"
	"unsafe"

	"etamil/internal/value"
)

// TestLayout builds objects with package value and reads them as run does.
func TestLayout(t *testing.T) {
	var pool value.Pool
	h := value.NewHeap(&pool, 0)
	see := func(v *value.Value) *slot { return (*slot)(unsafe.Pointer(v)) }

	c := value.ClassOf("a", "b")
	r := h.NewRecord(c, []value.Value{value.Int(4), value.Int(5)})
	if s := see(&r); s.meta != kindRecord || objectOf(s).word != c.Address() || slotAt(objectOf(s), slotsOffset+slotSize).n != 5 {
		t.Error("a record looks different")
	}
	if objectOf(see(&r)).shared != 0 {
		t.Error("a new record is shared")
	}
	share(objectOf(see(&r)))
	if !value.IsShared(&r) {
		t.Error("share doesn't share")
	}

	l := h.NewList(2, 5)
	copy(l.List().Slots(), []value.Value{value.Int(6), value.Int(7)})
	if s := see(&l); s.meta != kindList || listOf(s).len != 2 || listOf(s).cap != 5 || itemAt(listOf(s), 1).n != 7 {
		t.Error("a list looks different")
	}
	listOf(see(&l)).len = 1
	if l.List().Len() != 1 {
		t.Error("a list's length is elsewhere")
	}

	f := h.NewClosure(3, []value.Value{value.Int(8)})
	if s := see(&f); s.meta != kindClosure || objectOf(s).word != 3 || slotAt(objectOf(s), slotsOffset).n != 8 {
		t.Error("a closure looks different")
	}
	fn := value.Func(9)
	if s := see(&fn); s.meta != kindFunc || s.n != 9 {
		t.Error("a function looks different")
	}

	it, _ := h.NewIter(&l)
	if s := see(&it); uint32(s.meta) != walkMeta || s.n != int64(l.N) || s.meta>>walkShift != 0 {
		t.Error("an iterator looks different")
	}
	var key, val value.Value
	h.Next(&it, &key, &val)
	if see(&it).meta>>walkShift != 1 {
		t.Error("an iterator's position is elsewhere")
	}

	for kind, v := range map[uint64]value.Value{kindBool: value.True, kindNil: value.Nil, kindUndef: value.Undef} {
		if see(&v).meta != kind {
			t.Errorf("kind %d looks like %d", kind, see(&v).meta)
		}
	}
	text := h.NewText("கல்லும் மண்ணும்")
	if see(&text).meta&refBit == 0 || see(&r).meta&refBit == 0 || see(&fn).meta&refBit != 0 {
		t.Error("references can't be told by their bit")
	}
}
