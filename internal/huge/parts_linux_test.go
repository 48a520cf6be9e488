package huge

import (
	"math/rand/v2"
	"testing"
	"unsafe"
)

// Blocks of less than a page have memory of their own, aligned as they are large; when all of a page
// is free again it is one block.
func TestParts(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	type held struct {
		b    *Block
		n    uintptr
		mark byte
	}
	var all []held
	ends := func(h held) (first, last *byte) {
		return (*byte)(h.b.Pointer()), (*byte)(unsafe.Add(h.b.Pointer(), h.n-1))
	}
	free := func(i int) {
		h := all[i]
		if first, last := ends(h); *first != h.mark || *last != h.mark {
			t.Fatalf("a block of %d bytes has %d and %d at its ends, want %d", h.n, *first, *last, h.mark)
		}
		h.b.Free()
		all = append(all[:i], all[i+1:]...)
	}
	for turn := range 4000 {
		if len(all) > 0 && (turn >= 2000 || r.IntN(3) == 0) {
			free(r.IntN(len(all)))
			continue
		}
		if turn >= 2000 {
			break
		}
		n := uintptr(PartBytes) << r.IntN(6)
		h := held{NewBlock(n), n, byte(turn)}
		if uintptr(h.b.Pointer())&(n-1) != 0 {
			t.Fatalf("a block of %d bytes at %p", n, h.b.Pointer())
		}
		first, last := ends(h)
		*first, *last = h.mark, h.mark
		all = append(all, h)
	}
	for len(all) > 0 {
		free(0)
	}
	spare.Lock()
	defer spare.Unlock()
	if len(parts.pages) != 0 || parts.free != 0 {
		t.Errorf("%d pages with %d free bytes are left", len(parts.pages), parts.free)
	}
}

// What is free of pages in use is given back to the system beyond some MiB, and can be had again.
func TestPartsAreGivenBack(t *testing.T) {
	const n = PageBytes / 2
	var kept, dropped []*Block
	for range 2 * (mostWarm/n + 4) {
		a := NewBlock(n)
		*(*byte)(a.Pointer()) = 7
		if uintptr(a.Pointer())&n == 0 {
			kept = append(kept, a)
		} else {
			dropped = append(dropped, a)
		}
	}
	at := make(map[unsafe.Pointer]bool)
	for _, b := range dropped {
		at[b.Pointer()] = true
		b.Free()
	}
	empty := 0
	for range dropped {
		b := NewBlock(n)
		if !at[b.Pointer()] {
			t.Fatal("free parts were not used")
		}
		if *(*byte)(b.Pointer()) == 0 {
			empty++
		}
		kept = append(kept, b)
	}
	if empty == 0 || empty == len(dropped) {
		t.Errorf("%d of %d parts were given back to the system", empty, len(dropped))
	}
	for _, b := range kept {
		b.Free()
	}
}
