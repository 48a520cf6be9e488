package huge

import (
	"math/bits"
	"slices"
	"unsafe"
)

// page is a large page of which blocks are parts.
type page struct {
	base unsafe.Pointer
	free uint32 // by part: it is nobody's
}

const (
	allFree = 1<<(PageBytes/PartBytes) - 1

	// mostWarm is how much of pages that are in use stays in memory without being used itself.
	mostWarm = 8 << 20
)

var _ = [1]struct{}{}[PageBytes/PartBytes-32]

// parts are the pages that have been divided. spare's lock is theirs too.
var parts struct {
	pages []page
	free  uintptr // bytes of theirs that are nobody's
}

// takePart is n bytes, a power of two less than a large page, aligned as a block of that size is.
func takePart(n uintptr) unsafe.Pointer {
	for i := range parts.pages {
		if p := parts.pages[i].take(n); p != nil {
			return p
		}
	}
	parts.pages = append(parts.pages, page{takePages(PageBytes), allFree})
	parts.free += PageBytes
	return parts.pages[len(parts.pages)-1].take(n)
}

// take is the first n bytes of g that are free, or nil.
func (g *page) take(n uintptr) unsafe.Pointer {
	wide := uint(n / PartBytes)
	at := g.free // where wide parts are free
	for w := uint(1); w < wide; w *= 2 {
		at &= at >> w
	}
	at &= allFree / (1<<wide - 1) // and that many are a step
	if at == 0 {
		return nil
	}
	first := uint(bits.TrailingZeros32(at))
	g.free &^= (1<<wide - 1) << first
	parts.free -= n
	return unsafe.Add(g.base, first*PartBytes)
}

// givePart takes back what takePart gave.
func givePart(p unsafe.Pointer, n uintptr) {
	offset := uintptr(p) & (PageBytes - 1)
	base := unsafe.Add(p, -int(offset))
	i := slices.IndexFunc(parts.pages, func(g page) bool { return g.base == base })
	g := &parts.pages[i]
	g.free |= (1<<(n/PartBytes) - 1) << (offset / PartBytes)
	parts.free += n
	switch {
	case g.free == allFree:
		parts.pages = slices.Delete(parts.pages, i, i+1)
		parts.free -= PageBytes
		givePages(base, PageBytes)
	case parts.free > mostWarm:
		madvise(uintptr(p), n, madvDontneed)
	}
}
