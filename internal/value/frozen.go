package value

import (
	"sync"
	"unsafe"
)

// Frozen is memory of Go's own that holds values nobody changes any more: a program's
// constants, its globals once it has started, a cache entry, a message on its way. Go's
// collector does not look into it and ours does not move it; any number of threads may
// read it. Whoever keeps a value that refers into it keeps the Frozen as well: a fiber
// pins those it has read from until it ends.
type Frozen struct{ blocks [][]Value }

// Bytes is the memory that f takes.
func (f *Frozen) Bytes() int {
	n := 0
	for _, b := range f.blocks {
		n += len(b) * slotBytes
	}
	return n
}

// Freezer builds a Frozen. Its Freeze may be called many times; what one call copied is
// not recognised by the next. The zero Freezer is ready.
type Freezer struct {
	f   Frozen
	cur []Value // the free rest of the newest block
	w   copier
}

// Freeze is a deep copy of v in frozen memory: good as long as the Frozen is. Handles are
// kept as they are; see DeepCopy for what else there is to know. It does not recurse.
func (z *Freezer) Freeze(v Value) Value {
	z.w.to = z
	z.w.frozen = true
	return z.w.copy(v)
}

// FreezeWith is Freeze where handle says what becomes of each handle.
func (z *Freezer) FreezeWith(v Value, handle func(Value) Value) Value {
	z.w.handle = handle
	v = z.Freeze(v)
	z.w.handle = nil
	return v
}

// FreezeText is the frozen text of s.
func (z *Freezer) FreezeText(s string) Value {
	if v, ok := shortText(s); ok {
		return v
	}
	size := round16(headerBytes + uintptr(len(s)))
	p := z.place(max(size, objectBytes))
	*(*header)(p) = header{kind: KindText, shared: 1, flags: flagFrozen, len: uint32(len(s))}
	copy(payload(p, 0, len(s)), s)
	return textRef(p, len(s), simpleBit(s))
}

// Done is everything frozen so far. The Freezer must not be used again.
func (z *Freezer) Done() *Frozen {
	f := z.f
	z.f, z.cur = Frozen{}, nil
	return &f
}

// Freeze makes a frozen copy of one value.
func Freeze(v Value) (Value, *Frozen) {
	var z Freezer
	v = z.Freeze(v)
	return v, z.Done()
}

const (
	firstBlock = 32   // slots: most cache entries and messages are small
	mostBlock  = 4096 // slots
)

// place takes n bytes, a multiple of 16.
func (z *Freezer) place(n uintptr) unsafe.Pointer {
	k := int(n / slotBytes)
	if k > len(z.cur) {
		size := firstBlock
		if len(z.f.blocks) > 0 {
			size = min(mostBlock, 2*len(z.f.blocks[len(z.f.blocks)-1]))
		}
		if k > size/2 { // a block of its own; the rest of the current one stays in use
			m := make([]Value, k)
			z.f.blocks = append(z.f.blocks, m)
			if n := len(z.f.blocks); n > 1 && len(z.cur) > 0 {
				z.f.blocks[n-1], z.f.blocks[n-2] = z.f.blocks[n-2], m
			}
			return unsafe.Pointer(&m[0])
		}
		z.cur = make([]Value, size)
		z.f.blocks = append(z.f.blocks, z.cur)
	}
	p := unsafe.Pointer(&z.cur[0])
	z.cur = z.cur[k:]
	return p
}

// immortal holds what lives as long as the process: the names of classes and the texts
// every program has.
var immortal struct {
	sync.Mutex
	z Freezer
}

// frozenText is s as immortal text.
func frozenText(s string) Value {
	immortal.Lock()
	defer immortal.Unlock()
	return immortal.z.FreezeText(s)
}

// EmptyText is "".
var EmptyText = func() Value {
	m := make([]Value, 1)
	*(*header)(unsafe.Pointer(&m[0])) = header{kind: KindText, shared: 1, flags: flagFrozen}
	immortal.z.f.blocks = append(immortal.z.f.blocks, m)
	return textRef(unsafe.Pointer(&m[0]), 0, textSimple)
}()

// asciiText are the texts of one ASCII character: letters that loops over text produce.
var asciiText = func() (t [0x80]Value) {
	m := make([]Value, len(t))
	immortal.z.f.blocks = append(immortal.z.f.blocks, m)
	for c := range t {
		p := unsafe.Pointer(&m[c])
		*(*header)(p) = header{kind: KindText, shared: 1, flags: flagFrozen, len: 1}
		payload(p, 0, 1)[0] = byte(c)
		t[c] = textRef(p, 1, simpleBit(string(rune(c))))
	}
	return t
}()

// shortText is s if it is one of the texts that always exist.
func shortText(s string) (v Value, ok bool) {
	if len(s) == 0 {
		return EmptyText, true
	}
	if len(s) == 1 && s[0] < 0x80 {
		return asciiText[s[0]], true
	}
	return Value{}, false
}
